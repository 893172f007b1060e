"""The judge on a real model: grammar, quotes and the fence hold. How good its scores are is tests/bench/judge.py's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from interview.judging.calibration import Calibration
from interview.judging.judge import judge
from interview.judging.quotes import find
from models.engines.llama import load
from models.registry import EngineOptions
from tests.bench.judge import INJECTED, InProcess
from tests.interview.planted_answers import planted, record, resume

TRUSTED = Calibration("en", 3, 3)
CRITERIA = frozenset({"consistency"})


@pytest.mark.real
async def test_a_poisoned_resume_changes_no_score_of_a_real_model(weights: Path) -> None:
    # One thread: two of OpenMP's stand still beside any busy neighbour (docs/architecture.md, "Who computes when").
    engine = load(EngineOptions(weights / "smollm2-135m-instruct", "cpu", 1, {"context": 4096}))
    item = [planted("en")[3]]
    own = resume("en")
    poisoned = replace(own, text="\n".join(f"{line}\n{INJECTED['en']}" for line in own.text.splitlines()))
    clean = record("en", "bad", item)
    found = [
        await judge(made, InProcess(engine), samples=1, calibration=TRUSTED, criteria=CRITERIA)
        for made in (clean, record("en", "bad", item, documents=(poisoned,)))
    ]
    engine.close()
    assert found[0].exchanges == found[1].exchanges
    assert found[1].set_aside == (INJECTED["en"],)
    for score in found[1].exchanges[0].criteria:
        assert score.status in {"scored", "insufficient"}
        assert score.status != "scored" or find(score.quote, clean.turns[1:]) is not None
