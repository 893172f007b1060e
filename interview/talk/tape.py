"""The microphone's sound since a given sample, as long as it is needed: grows with a long answer, small otherwise."""

from __future__ import annotations

from collections import deque

import numpy as np
import numpy.typing as npt

from models.ports import Pcm


class Tape:
    """Kept as int16, half of what the voice loop's float takes. Positions are absolute samples at 16 kHz."""

    def __init__(self) -> None:
        self._chunks: deque[npt.NDArray[np.int16]] = deque()
        self.start = 0
        self.end = 0

    def append(self, audio: Pcm) -> None:
        self._chunks.append(np.rint(np.clip(audio, -1.0, 1.0) * 32767.0).astype(np.int16))
        self.end += len(audio)

    def forget_before(self, position: int) -> None:
        """Whole pieces before `position` go; what is left may begin a little earlier."""
        while self._chunks and self.start + len(self._chunks[0]) <= position:
            self.start += len(self._chunks.popleft())

    def slice(self, start: int, end: int) -> Pcm:
        """What there is of [start, end), possibly nothing."""
        first, last = max(start, self.start), min(end, self.end)
        if first >= last:
            return np.zeros(0, np.float32)
        whole = np.concatenate(self._chunks)
        return whole[first - self.start : last - self.start].astype(np.float32) / 32767.0
