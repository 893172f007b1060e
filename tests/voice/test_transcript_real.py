"""Whisper itself over a minute and a half of one answer: nothing is lost or doubled where its windows meet."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.voice.long_answer import listen, load_whisper, long_answer
from voice.transcript import MAX_WINDOW_S

pytestmark = pytest.mark.real


def test_a_long_answer_is_heard_as_well_as_its_clips_alone(weights: Path, speech: Path) -> None:
    """The clips alone have 2 errors in 50 words ("mentioning", "has"); seams may add hardly any."""
    engine = load_whisper(weights)
    answer = long_answer(speech, 90)
    outcome = listen(engine, answer, step_s=2.5)
    assert not outcome.retracted
    assert outcome.wer <= 0.08, outcome.text
    assert abs(len(outcome.text.split()) - len(answer.text.split())) <= 5, outcome.text
    assert outcome.longest_s <= MAX_WINDOW_S
    assert outcome.decoded_s <= 8 * 90
