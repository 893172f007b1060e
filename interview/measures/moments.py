"""Which seconds of an interview to listen to again, for each measure. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from interview.measures.shapes import MOST_MOMENTS, Moment, Reference, Span
from interview.measures.units import amount
from interview.shapes import HeardWord, Turn
from models.ports import MIC_RATE_HZ

_LATE_S = 3.0
_WINDOW = round(8.0 * MIC_RATE_HZ)
_MOST_RATES = 3
_FLAT_ST = 2.0
_QUIET_DB = 6.0
_LEAST_RUN_S = 0.5


def longest(spans: Sequence[tuple[int, Span]], kind: str, least_s: float) -> tuple[Moment, ...]:
    """The longest spans of at least `least_s`, longest first; each with the turn it is in."""
    kept = sorted((found for found in spans if found[1].seconds >= least_s), key=lambda found: -found[1].seconds)
    return tuple(
        Moment(turn, span.start_sample, span.end_sample, kind, round(span.seconds, 2))
        for turn, span in kept[:MOST_MOMENTS]
    )


def late_onsets(spans: Sequence[tuple[int, Span]]) -> tuple[Moment, ...]:
    return longest(spans, "late_onset", _LATE_S)


def fastest_and_slowest(turns: Sequence[Turn], language: str, reference: Reference) -> tuple[Moment, ...]:
    """Of each answer the eight seconds that lie furthest outside the reference; the furthest first."""
    found: list[tuple[float, Moment]] = []
    for turn in turns:
        rates = [(rate, span) for rate, span in _windows(turn.words, language)]
        if not rates:
            continue
        high, low = max(rates, key=lambda rate: rate[0]), min(rates, key=lambda rate: rate[0])
        if reference.high is not None and high[0] > reference.high:
            found.append((high[0] / reference.high, _rate_moment(turn, high, "fast")))
        if reference.low is not None and low[0] < reference.low:
            found.append((reference.low / max(low[0], 1.0), _rate_moment(turn, low, "slow")))
    found.sort(key=lambda scored: -scored[0])
    return tuple(moment for _, moment in found[:_MOST_RATES])


def _rate_moment(turn: Turn, found: tuple[float, Span], kind: str) -> Moment:
    return Moment(turn.number, found[1].start_sample, found[1].end_sample, kind, round(found[0]))


def _windows(words: Sequence[HeardWord], language: str) -> list[tuple[float, Span]]:
    """Rate of every stretch of whole words that is just over eight seconds long."""
    sizes = [amount(word.text, language) for word in words]
    found: list[tuple[float, Span]] = []
    last, total = 0, 0
    for first, word in enumerate(words):
        while last < len(words) and (last <= first or words[last - 1].end_sample - word.start_sample < _WINDOW):
            total += sizes[last]
            last += 1
        span = Span(word.start_sample, words[last - 1].end_sample)
        if span.end_sample - span.start_sample < _WINDOW:
            break
        found.append((total * 60 / span.seconds, span))
        total -= sizes[first]
    return found


def flattest(lines: Sequence[tuple[int, Span, float | None]]) -> tuple[Moment, ...]:
    """Answers whose pitch varies by less than two semitones, the flattest first."""
    flat = sorted(
        ((spread, turn, span) for turn, span, spread in lines if spread is not None and spread < _FLAT_ST), key=_first
    )
    return tuple(
        Moment(turn, span.start_sample, span.end_sample, "flat", round(spread, 1))
        for spread, turn, span in flat[:_MOST_RATES]
    )


def quietest(runs: Sequence[tuple[int, Span, float | None, float | None]]) -> tuple[Moment, ...]:
    """Stretches at least 6 dB below their answer's mean level, the quietest first."""
    drops = [
        (level - whole, turn, run)
        for turn, run, level, whole in runs
        if level is not None and whole is not None and level <= whole - _QUIET_DB and run.seconds >= _LEAST_RUN_S
    ]
    drops.sort(key=_first)
    return tuple(
        Moment(turn, run.start_sample, run.end_sample, "quiet", round(-drop, 1))
        for drop, turn, run in drops[:_MOST_RATES]
    )


def _first(found: tuple[float, int, Span]) -> float:
    return found[0]
