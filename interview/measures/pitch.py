"""Pitch and loudness of a recording, frame by frame, by swift-f0 (a 130 kB ONNX model, MIT), which is loaded lazily."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from interview.measures.shapes import Span
from models.ports import MIC_RATE_HZ, Pcm

HOP = 256
"""Samples between frames (16 ms)."""

_LOWEST_HZ, _HIGHEST_HZ = 60.0, 500.0
_VOICED = 0.5  # swift-f0 calibrates its confidence so
_SHORTEST = 4096  # samples: below the model's receptive field nothing is to be known
_OCTAVE_ST = 12.0
_LEAST_VOICED_S = 1.0
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PitchTrack:
    """Frames of one recording, the first at its first sample. `semitones` are relative to 100 Hz."""

    semitones: Floats
    voiced: npt.NDArray[np.bool_]
    level_db: Floats

    def spread_st(self) -> float | None:
        """SD of F0 in semitones over the voiced frames; None where less than a second is voiced."""
        kept = self.kept_semitones()
        return float(kept.std()) if kept.size * HOP >= _LEAST_VOICED_S * MIC_RATE_HZ else None

    def kept_semitones(self) -> Floats:
        """Voiced frames within an octave of the median: what lies beyond is mostly an octave error or creak."""
        voiced = self.semitones[self.voiced]
        return voiced[np.abs(voiced - np.median(voiced)) < _OCTAVE_ST] if voiced.size else voiced

    def voiced_levels(self) -> Floats:
        return self.level_db[self.voiced]

    def level_spread_db(self) -> float | None:
        """SD of the level over the voiced frames; None where less than a second is voiced."""
        levels = self.voiced_levels()
        return float(levels.std()) if levels.size * HOP >= _LEAST_VOICED_S * MIC_RATE_HZ else None

    def level_in(self, span: Span, offset: int) -> float | None:
        """Mean level of the voiced frames within `span`; the track's first sample is at `offset`."""
        first, last = (span.start_sample - offset) // HOP, (span.end_sample - offset) // HOP
        levels = self.level_db[max(first, 0) : last][self.voiced[max(first, 0) : last]]
        return float(levels.mean()) if levels.size else None

    def stretches(self, offset: int, least_s: float, bridge_frames: int = 2) -> list[tuple[Span, float]]:
        """Unbroken voiced stretches of at least `least_s` with the SD of their pitch in semitones."""
        found: list[tuple[Span, float]] = []
        frames = np.flatnonzero(self.voiced)
        if not frames.size:
            return found
        for group in np.split(frames, np.flatnonzero(np.diff(frames) > bridge_frames) + 1):
            span = Span(offset + int(group[0]) * HOP, offset + (int(group[-1]) + 1) * HOP)
            if span.seconds >= least_s:
                found.append((span, float(self.semitones[group].std())))
        return found


@lru_cache(maxsize=1)
def _detector() -> Any:
    from swift_f0 import SwiftF0

    return SwiftF0(threads=1, spin=False)  # the machine is shared with recognition and the language model


def track(audio: Pcm) -> PitchTrack | None:
    """Mono float32 at 16 kHz; None where there is too little of it (under a quarter of a second)."""
    if audio.size < _SHORTEST:
        return None
    found = _detector().detect(audio, MIC_RATE_HZ, _LOWEST_HZ, _HIGHEST_HZ)
    semitones = 12.0 * np.log2(np.maximum(found.pitch_hz, 1.0) / 100.0)
    return PitchTrack(semitones, found.confidence >= _VOICED, found.loudness_db)
