"""The recorded clips as 16 kHz float32, with what is said in them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from models.ports import MIC_RATE_HZ, Pcm

AUDIO = Path(__file__).parents[2] / "audio"


@dataclass(frozen=True, slots=True)
class Clip:
    name: str
    language: str | None
    text: str
    audio: Pcm


def clip(name: str) -> Clip:
    """One clip by its name without ".wav"."""
    entry = next(entry for entry in _manifest() if entry["file"] == f"{name}.wav")
    samples, rate = soundfile.read(AUDIO / entry["file"], dtype="float32")
    if rate != MIC_RATE_HZ:
        samples = soxr.resample(samples, rate, MIC_RATE_HZ)
    return Clip(name, entry["language"], entry["text"], np.ascontiguousarray(samples, dtype=np.float32))


def spoken() -> list[Clip]:
    """All clips in which somebody speaks."""
    return [clip(entry["file"].removesuffix(".wav")) for entry in _manifest() if entry["text"]]


def _manifest() -> list[dict[str, str]]:
    entries: list[dict[str, str]] = json.loads((AUDIO / "manifest.json").read_text(encoding="utf-8"))
    return entries
