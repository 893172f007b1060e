"""Frames from one rate to another at once: the caller measures time, and a better resampler holds 80 ms back."""

from __future__ import annotations

import math

import numpy as np

from models.ports import Pcm

TAPS = 96
"""At 48 kHz: a delay of 1 ms; images and aliases of 16 kHz speech lie 50 dB down."""


class FrameResampler:
    """Frames whose length is a multiple of `from_hz / gcd` come out whole, one for one."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        common = math.gcd(from_hz, to_hz)
        self._up, self._down = to_hz // common, from_hz // common
        cutoff = 0.46 / max(self._up, self._down)
        time = np.arange(TAPS + 1) - TAPS / 2
        self._filter = (2 * cutoff * np.sinc(2 * cutoff * time) * np.kaiser(TAPS + 1, 6.0) * self._up).astype(
            np.float32
        )
        self._before = np.zeros(TAPS, np.float32)

    def process(self, frame: Pcm) -> Pcm:
        spread = np.zeros(len(frame) * self._up, np.float32)
        spread[:: self._up] = frame
        extended = np.concatenate((self._before, spread))
        self._before = extended[-TAPS:]
        return np.convolve(extended, self._filter, "valid")[:: self._down].astype(np.float32)
