"""faster-whisper with windows shorter than 30 s. Imported only where Whisper is loaded: it pulls in CTranslate2.

Whisper was trained on 30 s windows and faster-whisper pads every window to that, so that two seconds of speech cost as
much as thirty: on two cores the base encoder takes 0.5 s for 30 s and 0.03 s for 5 s. CTranslate2 encodes any length.
The price is that a short window sometimes makes the decoder loop: less often when it is filled up with silence
(`padded`); whisper.py checks every result and asks again.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel

FRAMES_PER_S = 100
FULL_FRAMES = 3000
MAX_PASSES = 6
"""Encoder passes one window may cost. Whisper seeks to its last timestamp and goes on from there; a confused decoder
advances by 20 ms and would do so a thousand times."""


class TooManyPasses(Exception):
    """The decoder does not advance; what it said so far is what there is."""


class WindowedWhisperModel(WhisperModel):  # type: ignore[misc]  # faster-whisper has no types
    """A WhisperModel whose encoder sees only the first `window_frames` of each padded window."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._frames = FULL_FRAMES
        self._passes = 0
        self._most_passes = MAX_PASSES
        self._last: tuple[npt.NDArray[np.float32], Any] | None = None

    def begin(self, window_frames: int, most_passes: int = MAX_PASSES) -> None:
        """Set the window for the calls that follow and start counting passes. Frames are 10 ms; even numbers only."""
        self._most_passes = most_passes
        self._frames = min(FULL_FRAMES, window_frames + window_frames % 2)
        self._passes = 0

    def forget(self) -> None:
        """Drop the encoder output kept for the next attempt on the same window."""
        self._last = None

    def padded(self, features: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The features filled up to the window with silence: what Whisper was trained on. faster-whisper fills with
        zeros, a loud hiss: on 44 short utterances, 16 of them at 10 dB of noise, windows of speech + 1.5 s filled so
        made 10.9 % word errors (most of it doubled sentences), filled with silence 4.2 %."""
        short = self._frames - features.shape[-1]
        if short <= 0:
            return features
        return np.pad(features, ((0, 0), (0, short)), constant_values=features.min())

    def encode(self, features: npt.NDArray[np.float32]) -> Any:
        """Language detection, decoding and a second attempt ask for the same window: it is encoded once."""
        features = features[..., : self._frames]
        if self._last is not None and np.array_equal(self._last[0], features):
            return self._last[1]
        self._passes += 1
        if self._passes > self._most_passes:
            raise TooManyPasses
        output = super().encode(np.ascontiguousarray(features))
        self._last = (features, output)
        return output
