"""What the doctor says of machines it is told about."""

from __future__ import annotations

import argparse
import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from models.diagnosis import Diagnosis, has_capture_device, is_port_free, judge
from server.commands import doctor
from tests.models.test_wishes import GTX_1660S, MACHINE, with_card


def ask(machine: object = MACHINE, folder: Path = Path("nowhere"), **more: object) -> Diagnosis:
    asked = {"profile": None, "port": 8000, "port_free": True} | more
    return judge(machine, folder, **asked)  # type: ignore[arg-type]


def test_nothing_is_here_yet(tmp_path: Path) -> None:
    found = ask(folder=tmp_path)
    assert found.profile == "starter"
    assert found.chosen_by_moui
    assert not found.ready
    assert any("moui models fetch --profile starter" in step for step in found.next_steps)
    assert found.plan is not None
    assert found.refusal is None


def test_a_card_without_cuda_libraries_says_how_to_use_it(tmp_path: Path) -> None:
    found = ask(with_card(GTX_1660S, llama=False), tmp_path)
    assert found.profile == "starter"
    assert any("run.py --cuda" in reason for reason in found.reasons)


def test_a_named_profile_is_judged_not_replaced(tmp_path: Path) -> None:
    found = ask(replace(MACHINE, ram_mb=4096), tmp_path, profile="rtx2060s-8gb")
    assert found.profile == "rtx2060s-8gb"
    assert not found.chosen_by_moui
    assert found.refusal is not None
    assert any(found.refusal.reason in step for step in found.next_steps)
    assert any("starter" in line for line in doctor.render(found))


def test_a_taken_port_is_a_step(tmp_path: Path) -> None:
    found = ask(folder=tmp_path, port_free=False)
    assert any("--port 8001" in step for step in found.next_steps)


def test_a_damaged_model_is_told_with_the_remedy(tmp_path: Path) -> None:
    folder = tmp_path / "qwen2.5-coder-1.5b-instruct"
    folder.mkdir()
    (folder / "model.gguf").write_bytes(b"half a file")
    found = ask(folder=tmp_path, profile="starter")
    assert any("not a GGUF file" in step and "moui models verify" in step for step in found.next_steps)


def test_ports_are_tried() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert not is_port_free("127.0.0.1", port)
    assert is_port_free("127.0.0.1", port)


def test_capture_devices(tmp_path: Path) -> None:
    listing = tmp_path / "pcm"
    assert not has_capture_device(listing)
    listing.write_text("00-03: HDMI 0 : HDMI 0 : playback 1\n", encoding="utf-8")
    assert not has_capture_device(listing)
    listing.write_text("00-00: ALC892 : ALC892 : playback 1 : capture 1\n", encoding="utf-8")
    assert has_capture_device(listing)


def command(*words: str) -> int:
    parser = argparse.ArgumentParser()
    doctor.add_parser(parser.add_subparsers())
    args = parser.parse_args(["doctor", *words])
    return int(args.run(args))


def test_unknown_profile(capsys: pytest.CaptureFixture[str]) -> None:
    assert command("--profile", "gigantic") == 2
    assert "gigantic" in capsys.readouterr().err


def test_json_holds_everything(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("--json", "--models-dir", str(tmp_path), "--profile", "starter") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["profile"] == "starter"
    assert told["ready"] is False
    assert told["plan"]["llm"]["device"] == "cpu"
    assert told["hardware"]["cpu"]
    assert {model["id"] for model in told["models"]} >= {"whisper-base", "silero-vad"}


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command("--help")
    assert "moui doctor --profile rtx2060s-8gb" in capsys.readouterr().out


@pytest.mark.real
def test_this_machine_is_explained(weights: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert command("--models-dir", str(weights), "--profile", "starter", "--port", str(port)) == 0
    out = capsys.readouterr().out
    for words in ("This machine", "Processor", "Profile: starter", "What lies where", "KV cache", "moui can start"):
        assert words in out
