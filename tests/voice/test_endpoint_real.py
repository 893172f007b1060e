"""Real Silero and smart-turn on recorded speech: nobody is cut in on, and nobody waits long after a whole answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.engines import silero, smart_turn
from models.ports import MIC_RATE_HZ, Pcm
from models.registry import EngineOptions
from tests.bench.endpoint.corpus import NOTHING, Case
from tests.bench.endpoint.hearing import Heard, hear
from tests.models.engines.clips import clip
from voice.responder import Expected

pytestmark = pytest.mark.real

WORD_ENDS_S = {
    "jfk": (0.84, 1.2, 1.56, 2.08, 3.72, 4.24, 5.52, 5.76, 6.24, 6.6, 6.82, 7.08, 7.4, 8.48, 8.76, 9.04, 9.32, 9.56),
    "ko_short": (1.6, 2.08, 2.46, 2.88),
}
"""Behind the second word and those that follow, as Whisper base places them."""


async def no_model(case: Case, text: str) -> None:
    """Nobody is asked: the rules alone."""


async def heard(weights: Path, name: str, seconds: float, rest: Pcm = NOTHING, words: int | None = None) -> Heard:
    vad = silero.load(EngineOptions(directory=weights / "silero-vad"))
    end_of_turn = smart_turn.load(EngineOptions(directory=weights / "smart-turn-v3.2", threads=1))
    spoken = clip(name)
    assert spoken.language is not None
    text = " ".join(spoken.text.replace(",", "").split()[:words])
    ends = tuple(round(end * MIC_RATE_HZ) for end in WORD_ENDS_S[name])
    audio = spoken.audio[: round(seconds * MIC_RATE_HZ)]
    case = Case(name, spoken.language, "human", text, Expected.NORMAL, audio, rest, 1.2, True, word_ends=ends)
    return await hear(case, vad.new(), end_of_turn, lambda case, _: case.text, no_model)


async def test_a_speech_with_long_pauses_is_heard_to_its_end(weights: Path) -> None:
    """The pauses behind "Americans", "ask not" and "for you" last 0.5 to 1.2 s."""
    result = await heard(weights, "jfk", 10.4)
    assert not result.cut_in
    assert result.waited_ms is not None
    assert result.waited_ms < 1300


async def test_a_korean_sentence_ends_soon(weights: Path) -> None:
    result = await heard(weights, "ko_short", 3.6)
    assert not result.cut_in
    assert result.waited_ms is not None
    assert result.waited_ms < 1000


async def test_a_pause_behind_a_korean_connective_is_waited_out(weights: Path) -> None:
    audio = clip("ko_short").audio
    result = await heard(weights, "ko_short", 2.08, audio[round(2.08 * MIC_RATE_HZ) :], words=3)
    assert not result.cut_in
