"""All there is to hear: the recorded clips, synthetic speech, long answers made of both, and the same in noise."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from models.engines import piper
from models.ports import MIC_RATE_HZ, Pcm, SynthesizeRequest, TextToSpeechEngine
from models.registry import EngineOptions
from tests.models.engines.clips import clip, spoken

SAID = Path(__file__).with_name("said.toml")
PAUSE_S = 0.45
TAIL_S = 0.6
"""Quiet behind an utterance: what a microphone gives before the turn is over."""

ROOM = 0.0005
"""Amplitude of the room tone in pauses. Digital silence exists on no microphone."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Something said; `kind` is the row of the table it counts in."""

    kind: str
    language: str
    text: str
    audio: Pcm

    @property
    def seconds(self) -> float:
        return len(self.audio) / MIC_RATE_HZ


def recorded() -> list[Utterance]:
    return [
        Utterance(f"recorded, {item.language}", str(item.language), item.text, _ended(item.audio)) for item in spoken()
    ]


def synthetic(weights: Path) -> list[Utterance]:
    """Piper speaks English. (Whisper base does not understand eSpeak's Korean: nine letters in ten are wrong, whatever
    the window. So Korean is the one recorded sentence, at several speeds.)"""
    lines = tomllib.loads(SAID.read_text(encoding="utf-8"))
    joe = piper.load(EngineOptions(directory=weights / "piper-en-us-joe-medium", threads=1))
    return [Utterance("Piper, en", "en", line, _spoken(joe, line, "piper-en-joe", "en")) for line in lines["en"]]


def at_speeds(said: Utterance, speeds: Iterable[float]) -> list[Utterance]:
    """Faster and higher, slower and lower: another voice, nearly."""
    return [
        Utterance(
            f"{said.kind}, other speeds",
            said.language,
            said.text,
            np.asarray(soxr.resample(said.audio, speed * MIC_RATE_HZ, MIC_RATE_HZ), dtype=np.float32),
        )
        for speed in speeds
    ]


def long_answer(parts: Sequence[Utterance], seconds: float) -> Utterance:
    """The parts one after the other, over and over, cut off behind the last that fits into `seconds` (one at least)."""
    chosen: list[Utterance] = []
    for part in itertools.cycle(parts):
        if chosen and sum(each.seconds for each in chosen) + part.seconds > seconds:
            break
        chosen.append(part)
    text = " ".join(part.text for part in chosen)
    language = parts[0].language
    return Utterance(
        f"answers of {seconds:.0f} s, {language}", language, text, np.concatenate([p.audio for p in chosen])
    )


def in_noise(said: Iterable[Utterance], snr_db: float) -> list[Utterance]:
    """The recorded noise under the speech; the power ratio is taken over the whole utterance."""
    noise = clip("noise").audio
    return [
        Utterance(f"{each.kind}, noise {snr_db:.0f} dB", each.language, each.text, mixed(each.audio, noise, snr_db, at))
        for at, each in enumerate(said)
    ]


def mixed(audio: Pcm, noise: Pcm, snr_db: float, at: int) -> Pcm:
    under = np.resize(np.roll(noise, -at * MIC_RATE_HZ), audio.size)
    gain = np.sqrt(np.mean(audio**2) / np.mean(under**2) / 10 ** (snr_db / 10))
    return np.asarray(audio + gain * under, dtype=np.float32)


def _spoken(voice: TextToSpeechEngine, text: str, name: str, language: str) -> Pcm:
    chunks = list(voice.synthesize(SynthesizeRequest(text, name, language)))
    audio = np.concatenate([chunk.audio for chunk in chunks])
    return _ended(soxr.resample(audio, chunks[0].sample_rate_hz, MIC_RATE_HZ))


def _ended(audio: Pcm) -> Pcm:
    """With quiet around it, and room tone throughout."""
    whole = np.concatenate(
        [np.zeros(round(0.1 * MIC_RATE_HZ)), audio, np.zeros(round(PAUSE_S * MIC_RATE_HZ))],
    )
    room = np.random.default_rng(audio.size).normal(0.0, ROOM, whole.size)
    return np.asarray(whole + room, dtype=np.float32)
