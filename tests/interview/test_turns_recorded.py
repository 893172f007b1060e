"""Turns that a small model really wrote, through the checks: what would be spoken is judged by other means.

`recorded/` was written by `python -m tests.bench.interviewer_turns --save`; the file says with which model.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from interview.shapes import Language
from interview.speech.overlap import parrots
from tests.bench.interviewer_turns import Case, spoken
from tests.interview.turn_judge import faults

RECORDED = Path(__file__).parent / "recorded"


def recorded(language: Language) -> list[Case]:
    lines = (RECORDED / f"turns.{language}.jsonl").read_text("utf-8").splitlines()
    return [Case(**json.loads(line)) for line in lines]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_all_that_is_spoken_is_one_question_in_register_and_language(language: Language) -> None:
    turns = recorded(language)
    assert len(turns) >= 200
    fates: Counter[str] = Counter()
    wrong = []
    for turn in turns:
        fate, text, _ = spoken(turn)
        fates[fate] += 1
        wrong += [(text, found) for found in faults(text, language)]
        assert fate == "replaced" or not parrots(text, turn.answer, language)
    assert wrong == []
    assert fates["fine"] + fates["repaired"] > len(turns) / 3, "the checks refuse what could be spoken"
    assert fates["replaced"] > 0, "nothing was refused: were these written by a model?"


def test_the_judge_would_fault_what_was_written() -> None:
    """Otherwise it proves nothing: unchecked, some of the Korean ones are no interviewer's sentences."""
    assert sum(bool(faults(turn.written, "ko")) for turn in recorded("ko")) > 10
