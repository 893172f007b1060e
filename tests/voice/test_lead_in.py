"""The silence before a reply: gone but for a moment, and never a sample of sound with it."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.engines.piper import load
from models.ports import Pcm, SynthesizeRequest
from models.registry import EngineOptions
from voice.lead_in import KEPT_MS, MOST_MS, SILENCE, LeadIn

RATE = 24_000
KEPT = round(RATE * KEPT_MS / 1000)


def trimmed(audio: Pcm, cuts: tuple[int, ...] = ()) -> Pcm:
    edges = [0, *sorted(min(cut, len(audio)) for cut in cuts), len(audio)]
    lead_in = LeadIn()
    pieces = [lead_in.process(audio[a:b], RATE) for a, b in itertools.pairwise(edges)]
    return np.concatenate([*pieces, lead_in.flush()])


def silence(ms: float) -> Pcm:
    return np.full(round(RATE * ms / 1000), SILENCE / 30, np.float32)


SOUND = np.sin(np.arange(4800) / 10).astype(np.float32)


def test_only_a_moment_of_the_silence_is_left() -> None:
    out = trimmed(np.concatenate((silence(120), SOUND, silence(300), SOUND)))
    assert len(out) == KEPT + len(SOUND) * 2 + len(silence(300)) - 1  # the sine's own first sample is 0
    assert np.array_equal(out[-len(SOUND) :], SOUND)


def test_sound_that_begins_at_once_is_left_alone() -> None:
    assert np.array_equal(trimmed(SOUND), SOUND)
    early = np.concatenate((silence(4), SOUND))
    assert np.array_equal(trimmed(early), early)


def test_what_it_took_away_can_be_read() -> None:
    lead_in = LeadIn()
    lead_in.process(np.concatenate((silence(120), SOUND)), RATE)
    assert lead_in.trimmed == len(silence(120)) - KEPT + 1


@given(st.integers(0, 900), st.integers(0, 4000), st.lists(st.integers(0, 30_000), max_size=12), st.floats(0.0, 1.0))
def test_how_the_stream_is_cut_changes_nothing_and_no_sound_is_lost(
    silent_ms: int, length: int, cuts: list[int], level: float
) -> None:
    sound = SOUND[:length] * np.float32(level)
    audio = np.concatenate((silence(silent_ms), sound))
    out = trimmed(audio, tuple(cuts))
    assert np.array_equal(out, trimmed(audio))
    lost = audio[: len(audio) - len(out)]
    assert len(lost) <= RATE * MOST_MS / 1000
    assert np.array_equal(out, audio[len(lost) :])
    assert not np.any(np.abs(lost) > SILENCE)


def test_a_voice_that_stays_quiet_is_heard_in_the_end() -> None:
    lead_in = LeadIn()
    whisper = silence(20)
    out = np.concatenate([lead_in.process(whisper, RATE) for _ in range(100)])
    assert len(out) >= 100 * len(whisper) - RATE * (MOST_MS + KEPT_MS + 20) / 1000


def test_a_response_of_silence_ends() -> None:
    assert len(trimmed(silence(40))) == KEPT
    assert len(trimmed(np.zeros(0, np.float32))) == 0


@pytest.mark.real
def test_a_real_voice_begins_sooner_and_loses_nothing(weights: Path) -> None:
    engine = load(EngineOptions(directory=weights / "piper-en-us-joe-medium", threads=1))
    gained = []
    for text in ("Thank you.", "For example,", "How did you decide that?", "I see.", "Well, tell me more."):
        (chunk,) = engine.synthesize(SynthesizeRequest(text, "piper-en-joe", "en"))
        lead_in = LeadIn()
        out = lead_in.process(chunk.audio, chunk.sample_rate_hz)
        lost = chunk.audio[: len(chunk.audio) - len(out)]
        assert not len(lost) or np.abs(lost).max() <= SILENCE
        gained.append(1000 * lead_in.trimmed / chunk.sample_rate_hz)
    assert np.median(gained) > 10
