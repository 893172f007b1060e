"""Which of a hypothesis's first words are already stable: the seam between two windows of one turn.

The window overlaps the stable text (it is cut at a sentence end, not at the last stable word), and Whisper neither
repeats its words exactly nor its times. So the two are aligned: a word-level edit distance says what was repeated, the
times break ties and stop a repetition that a speaker really made ("very, very") from being swallowed.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.ports import MIC_RATE_HZ
from voice.words import TimedWord, normalise

_BEFORE_WINDOW = 4
"""Stable words just before the window that may be heard again: their last sounds lie in the window."""

_TOLERANCE = round(0.15 * MIC_RATE_HZ)
_RAMP = 0.5 * MIC_RATE_HZ
_RESIDUE = round(0.12 * MIC_RATE_HZ)
"""A word this short at the very start of the window is the end of one that was cut."""


def already_committed(committed: Sequence[TimedWord], heard: Sequence[TimedWord], window_start: int) -> int:
    """How many of the first words of `heard` say again what `committed` holds.

    Minimises, over all counts k: edit distance of the stable words to heard[:k], plus how far the times of words on
    either side of k contradict it. Equal costs keep more words (k small): a doubled word is less harm than a lost one.
    """
    if not committed or not heard:
        return 0
    inside = len(committed)
    while inside and committed[inside - 1].end_sample > window_start:
        inside -= 1
    old = committed[max(0, inside - _BEFORE_WINDOW) :]
    skippable = len(old) - (len(committed) - inside)
    edits = _edit_distances([normalise(w.text) for w in old], [normalise(w.text) for w in heard], skippable)
    end = committed[-1].end_sample
    repeated_too_late = 0.0
    new_too_early = sum(_weight(end - word.middle) for word in heard)
    best, best_cost = 0, edits[0] + new_too_early
    for k, word in enumerate(heard, start=1):
        repeated_too_late += _weight(word.middle - end)
        new_too_early -= _weight(end - word.middle)
        cost = edits[k] + repeated_too_late + new_too_early
        if cost < best_cost - 1e-9:
            best, best_cost = k, cost
    if best == 0 and _is_residue(committed[-1], heard[0], window_start):
        return 1
    return best


def _edit_distances(old: Sequence[str], heard: Sequence[str], skippable: int) -> list[int]:
    """Levenshtein distance of the whole of `old` to every prefix of `heard`.

    The first `skippable` words of `old` lie before the window and cost nothing when they are not heard.
    """
    row = list(range(len(heard) + 1))
    for i, mine in enumerate(old, start=1):
        before, row = row, [0 if i <= skippable else row[0] + 1]
        for k, yours in enumerate(heard, start=1):
            unheard = before[k] + 1
            row.append(min(before[k - 1] + (mine != yours), row[k - 1] + 1, unheard))
    return row


def _weight(samples_on_the_wrong_side: int) -> float:
    """0 within Whisper's usual jitter, rising to one whole edit at half a second beyond it."""
    return min(1.0, max(0.0, (samples_on_the_wrong_side - _TOLERANCE) / _RAMP))


def _is_residue(last: TimedWord, first: TimedWord, window_start: int) -> bool:
    short = first.end_sample - first.start_sample <= _RESIDUE
    return (
        short and first.start_sample - window_start <= _RESIDUE and normalise(last.text).endswith(normalise(first.text))
    )
