"""Does a quote stand in the transcript? Letters and digits count; spacing, punctuation and case may differ. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from interview.shapes import Turn

MIN_LETTERS = 8
"""Letters and digits. Less than that ("결과적으로", "I think so") would be found in many an answer by chance."""

_GAP = re.compile(r"\s*(?:\.{3,}|…|\[…\]|\[\.\.\.\])\s*")


@dataclass(frozen=True, slots=True)
class Found:
    """`text` is what the transcript has, `turn` the number of the turn, `start` and `end` the place in its text."""

    text: str
    turn: int
    start: int
    end: int


def find(quote: str, turns: Iterable[Turn]) -> Found | None:
    """The first turn that holds the quote. A quote with "..." in it counts by its longest part: what was left out may
    be anything. A turn shorter than the minimum may be quoted whole."""
    wanted = max((letters(part)[0] for part in _GAP.split(quote)), key=len, default="")
    if not wanted:
        return None
    for turn in turns:
        text, places = letters(turn.text)
        start = text.find(wanted)
        if start >= 0 and (len(wanted) >= MIN_LETTERS or wanted == text):
            first, last = places[start], places[start + len(wanted) - 1]
            return Found(turn.text[first : last + 1], turn.number, first, last + 1)
    return None


def letters(text: str) -> tuple[str, list[int]]:
    """Letters and digits only, composed and case-folded, each with its index in `text`."""
    kept: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for folded in unicodedata.normalize("NFKC", sign).casefold():
            if folded.isalnum():
                kept.append(folded)
                places.append(place)
    return "".join(kept), places
