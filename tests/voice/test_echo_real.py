"""A reply is not given up, and hardly ever held, because moui hears itself: real Silero, real voice, a small room."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.engines import piper, silero
from models.ports import MIC_RATE_HZ, Pcm, TextToSpeechEngine
from models.registry import EngineOptions
from server.caller.latency.sounds import cough, spoken
from server.caller.microphone import Line
from tests.models.engines.clips import spoken as recordings
from tests.voice.echoing import EchoCall

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def vad(weights: Path) -> silero.SileroEngine:
    return silero.load(EngineOptions(directory=weights / "silero-vad"))


@pytest.fixture(scope="module")
def voice(weights: Path) -> TextToSpeechEngine:
    return piper.load(EngineOptions(directory=weights / "piper-en-us-joe-medium", threads=1))


@pytest.mark.parametrize("echo_db", [-30.0, -20.0, -12.0])
@pytest.mark.parametrize("seed", [1, 2])
async def test_an_echo_never_holds_the_reply(
    vad: silero.SileroEngine, voice: TextToSpeechEngine, echo_db: float, seed: int
) -> None:
    call = EchoCall(vad.new(), voice, Line(echo_db=echo_db), hears="and then the man", seed=seed)
    played = await call.run()
    assert played.complete
    assert not played.flushed
    assert call.pauses == []


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_nor_where_the_caller_stands_still_now_and_then(
    vad: silero.SileroEngine, voice: TextToSpeechEngine, seed: int
) -> None:
    """Its reports and its microphone come late, one before the other; and its echo is late by what it missed.

    Measured with one stall a second, at -20 and -12 dB: of 24 replies none was held; before, 19 were given up."""
    call = EchoCall(vad.new(), voice, Line(echo_db=-20.0), hears="and then the man", seed=seed, stalls_a_second=0.5)
    played = await call.run()
    assert played.complete
    assert not played.flushed
    assert len(call.pauses) <= 1


@pytest.mark.parametrize("echo_db", [-20.0, -12.0])
async def test_after_a_hold_the_echo_is_known_at_once(
    vad: silero.SileroEngine, voice: TextToSpeechEngine, echo_db: float
) -> None:
    """Somebody says something short five times; each may hold the reply once, and what follows of it does not."""
    yes = _said(recordings()[0].audio)[: MIC_RATE_HZ // 2]
    gap = np.zeros(3 * MIC_RATE_HZ, np.float32)
    call = EchoCall(vad.new(), voice, Line(echo_db=echo_db), user=np.concatenate([yes, gap] * 5), seed=3)
    played = await call.run()
    assert not played.flushed
    assert 1 <= len(call.pauses) <= 5
    assert len(call.resumes) == len(call.pauses)


async def test_coughs_over_an_echo_are_coughs(vad: silero.SileroEngine, voice: TextToSpeechEngine) -> None:
    gap = np.zeros(2 * MIC_RATE_HZ, np.float32)
    user = np.concatenate([piece for seed in range(5) for piece in (cough(seed).audio, gap)])
    call = EchoCall(vad.new(), voice, Line(echo_db=-20.0), user=user, speaks_after_s=2.0)
    assert not (await call.run()).flushed
    assert len(call.pauses) <= 3, "a detector that has just heard speech takes all five for more of it"


@pytest.mark.parametrize("echo_db", [-20.0, -12.0])
@pytest.mark.parametrize("after_s", [1.0, 4.3, 8.9])
async def test_somebody_over_an_echo_is_heard(
    vad: silero.SileroEngine, voice: TextToSpeechEngine, echo_db: float, after_s: float
) -> None:
    for recording in recordings():
        call = EchoCall(
            vad.new(),
            voice,
            Line(echo_db=echo_db),
            "I have a question",
            _said(recording.audio[: 2 * MIC_RATE_HZ]),
            after_s,
        )
        assert (await call.run()).flushed, recording.name


def _said(audio: Pcm) -> Pcm:
    """At the level of a voice at a headset."""
    return spoken("user", [audio]).audio
