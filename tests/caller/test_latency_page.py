"""docs/latency.md: its blocks are filled, its prose is left alone."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from server.caller.latency.floor import Floor
from server.caller.latency.report import report_of
from server.caller.latency.results import Interruption, ScenarioResult
from server.caller.turns import TurnResult
from tests.bench import latency_page

STAGES: dict[str, float | None] = {"endpoint_ms": 600.0, "stt_ms": 100.0, "total_ms": 850.0}


def a_report(path: Path, name: str, content_ms: float) -> Path:
    answers, over = ScenarioResult("answers", "whole answers"), ScenarioResult("interruptions", "spoken over")
    answers.turns = [
        TurnResult("a clip", voice_to_voice_ms=content_ms, voice_to_content_ms=content_ms + n, stages=STAGES)
        for n in range(5)
    ]
    answers.floor = Floor(5, 100.0, 500.0, 60.0, 660.0)
    over.interruptions = [Interruption("Stop.", 100.0, 300.0)] * 3
    path.write_text(json.dumps(report_of(name, {"profile": "test"}, [answers, over])), "utf-8")
    return path


def test_blocks_are_filled_and_prose_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, images, load = tmp_path / "latency.md", tmp_path / "images", tmp_path / "load.md"
    page.write_text(latency_page.PAGE.read_text("utf-8"), "utf-8")
    load.write_text("100 sessions, lag 7 ms", "utf-8")
    ours, other = a_report(tmp_path / "ours.json", "moui", 850.0), a_report(tmp_path / "other.json", "other", 2600.0)
    command = ["latency_page", ours, "--compared", other, "--block", f"load={load}", "--page", page, "--images", images]
    monkeypatch.setattr(sys, "argv", [str(part) for part in command])
    latency_page.main()
    latency_page.main()  # filled again, it is the same
    text = page.read_text("utf-8")
    assert "852 ms / 660 ms = 1.29 (n=5)" in text
    assert "| answers | 852 / 854; 0 of 5 | 2602 / 2604; 0 of 5 |" in text
    assert "100 sessions, lag 7 ms" in text
    assert text.count("### moui, test") == 1
    assert "**What is not real.**" in text
    for name in ("latency-test-waterfall.svg", "latency-test-cdf.svg", "latency-compared-cdf.svg"):
        assert (images / name).read_text("utf-8").startswith("<svg")
        assert f"images/{name}" in text


def test_a_block_that_the_page_lacks_is_said() -> None:
    with pytest.raises(SystemExit, match="no block nonsense"):
        latency_page.filled("<!-- load -->\n<!-- /load -->", "nonsense", "text")
