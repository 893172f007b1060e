"""Percentiles with their confidence. Pure; the same values always give the same intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
CONFIDENCE = 0.95

Figure = dict[str, float | int | list[float] | None]
"""{"n", "p50", "p90", "p95", "mean", "p50_ci": [low, high], "p90_ci", "p95_ci"}; None where there is nothing."""


def percentile(values: Sequence[float], q: float) -> float | None:
    return float(np.percentile(list(values), q)) if len(values) else None


def bootstrap(values: Sequence[float], q: float, *, seed: int = 0) -> tuple[float, float] | None:
    """The 95 % interval of a percentile: resampled with replacement. None for fewer than two values."""
    if len(values) < 2:
        return None
    return _interval(np.percentile(_resampled(values, seed), q, axis=1))


def ratio_interval(above: Sequence[float], below: Sequence[float]) -> tuple[float, float] | None:
    """The 95 % interval of median(above) / median(below), both resampled."""
    if len(above) < 2 or len(below) < 2:
        return None
    medians = np.median(_resampled(above, 1), axis=1), np.median(_resampled(below, 2), axis=1)
    return _interval(medians[0] / np.maximum(medians[1], 1e-9))


def share_interval(hits: int, of: int) -> tuple[float, float] | None:
    """The 95 % interval of a share (Wilson 1927): right also at 0 and at all of few."""
    if of == 0:
        return None
    z, share = 1.959964, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * float(np.sqrt(share * (1 - share) / of + z * z / (4 * of * of)))
    return max(0.0, middle - half), min(1.0, middle + half)


def figure(values: Sequence[float]) -> Figure:
    result: Figure = {"n": len(values), "mean": _rounded(float(np.mean(list(values))) if len(values) else None)}
    for q in (50, 90, 95):
        result[f"p{q}"] = _rounded(percentile(values, q))
        interval = bootstrap(values, q)
        result[f"p{q}_ci"] = None if interval is None else [round(interval[0], 1), round(interval[1], 1)]
    return result


def _resampled(values: Sequence[float], seed: int) -> npt.NDArray[np.float64]:
    drawn = np.random.default_rng(seed).integers(0, len(values), (RESAMPLES, len(values)))
    return np.asarray(values, np.float64)[drawn]


def _interval(estimates: npt.NDArray[np.float64]) -> tuple[float, float]:
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(estimates, (tail, 100 - tail))
    return float(low), float(high)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
