"""Prefill pace: how many prompt tokens to evaluate at a time, so that one batch takes about as long as a step. Pure.

Measured on 2 cores (AVX2), milliseconds a batch and tokens a second:

    tokens      8          16         32         64         256
    1.5B Q4   236 (34)   310 (52)   565 (57)  1000 (64)  3870 (66)
    0.5B Q4   107 (75)   150 (105)  265 (120)  467 (137)  1920 (133)

Below 16 tokens llama.cpp's matrix kernels run half empty; above it little is gained and the lease is held for longer.
"""

from __future__ import annotations

GRAIN = 16
TARGET_S = 0.25


class PrefillPace:
    """Batch sizes in tokens: multiples of GRAIN, at most `largest`, following the speed that was measured last."""

    def __init__(self, largest: int, target_s: float = TARGET_S) -> None:
        self._largest = max(1, largest)
        self._target_s = target_s
        self._size = min(GRAIN, self._largest)

    def next(self, remaining: int) -> int:
        """The next batch. A remainder under GRAIN joins it, or both become halves: alone it costs nearly a full one."""
        if remaining >= self._size + GRAIN:
            return self._size
        if remaining <= self._largest:
            return remaining
        return min(self._largest, (remaining + 1) // 2)

    def measured(self, tokens: int, seconds: float) -> None:
        """Learn from a batch. Small remainders say nothing about the speed of full ones."""
        if tokens < min(GRAIN, self._largest) or seconds <= 0:
            return
        fitting = int(tokens / seconds * self._target_s) // GRAIN * GRAIN
        self._size = min(self._largest, max(GRAIN, fitting))
