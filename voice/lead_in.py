"""The silence in front of a reply's first sound: most of it is taken away, because it is waited for like any other.

A voice begins with silence of its own: Piper with 50 ms (the median of 40 fragments; at most 73), others with 100 ms
and more. It is part of the melody between two sentences, and nothing but delay before the first.
"""

from __future__ import annotations

import numpy as np

from models.ports import Pcm

SILENCE = 0.003
"""Full scale is 1: -50 dBFS. Piper's silence lies at -80, the weakest beginning of a word ("for", "how") rises through
-50 some 40 ms before its vowel."""

KEPT_MS = 10.0
"""Of the silence, so that a sound which swells is whole and the first sample is no click."""

MOST_MS = 500.0
"""What has been silent for longer is meant to be (or is a voice too quiet for SILENCE): it is let through."""


class LeadIn:
    """For one response; put all of its audio through. How it was cut into pieces changes nothing."""

    def __init__(self) -> None:
        self.trimmed = 0
        """Samples taken away so far."""
        self._held: Pcm | None = np.zeros(0, np.float32)
        """The end of the silence so far; None once sound has begun."""

    def process(self, audio: Pcm, rate_hz: int) -> Pcm:
        """Mono samples in, those that are to be heard out: none while all is silent. `rate_hz` must not change before
        sound has begun."""
        if self._held is None:
            return audio
        joined = np.concatenate((self._held, audio))
        loud = np.abs(joined) > SILENCE
        begins = int(np.argmax(loud)) if loud.any() else len(joined)
        still_to_go = round(rate_hz * MOST_MS / 1000) - self.trimmed
        start = min(max(0, begins - round(rate_hz * KEPT_MS / 1000)), still_to_go)
        self.trimmed += start
        rest = joined[start:]
        if begins < len(joined) or start == still_to_go:
            self._held = None
            return rest
        self._held = rest
        return rest[:0]

    def flush(self) -> Pcm:
        """The end: what was still held back."""
        rest, self._held = self._held, None
        return np.zeros(0, np.float32) if rest is None else rest
