"""Figures said in the interview that differ from those in the documents. Pure.

A flag to check, not an accusation: it needs a written line about the same thing (two content words in common at least)
with a figure of the same unit, and none of that line's figures of the unit was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from interview.judging import specifics
from interview.judging.scores import Mismatch
from interview.shapes import Document, Language, Turn

COMMON_WORDS = 3
MOST = 5

_UNITS = {
    "퍼센트": "%", "프로": "%", "percent": "%", "%": "%", "%p": "%p",
    "초": "s", "seconds": "s", "second": "s", "밀리초": "ms", "ms": "ms", "milliseconds": "ms",
    "분": "min", "minutes": "min", "minute": "min", "시간": "h", "hours": "h", "hour": "h",
    "일": "d", "days": "d", "주": "w", "weeks": "w", "개월": "mon", "months": "mon",
    "명": "people", "customers": "customers", "people": "people", "건": "cases", "개": "pieces",
    "원": "won", "만원": "10k won", "배": "times", "tests": "tests", "stores": "stores", "managers": "managers",
}  # fmt: skip
"""Years are left out ("4년", "five years"): a date range and a length of service differ without contradiction."""

_FIGURE = re.compile(
    r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)\s*-?\s*("
    + "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
    + r")(?![A-Za-z])"
)


def find(answers: Iterable[Turn], documents: Sequence[Document], language: Language) -> tuple[Mismatch, ...]:
    """At most MOST, each with the sentence said and the line written, both verbatim."""
    lines = [
        (document.id, line.strip(" -•*\t"), specifics.content(line, language), _figures(line))
        for document in documents
        if document.kind in ("resume", "cover_letter")
        for line in document.text.splitlines()
    ]
    found = []
    for turn in answers:
        whole = _figures(turn.text)
        for sentence in specifics.sentences(turn.text):
            said, words = _figures(sentence), specifics.content(sentence, language)
            if not said:
                continue
            written = max(
                ((len(words & of_line), name, line, figures) for name, line, of_line, figures in lines if figures),
                default=(0, "", "", {}),
                key=lambda item: item[0],
            )
            common, name, line, figures = written
            if common >= COMMON_WORDS and _contradict(said, whole, figures):
                found.append(Mismatch(sentence, line, turn.number, name))
    return tuple(found[:MOST])


def _contradict(said: dict[str, set[float]], whole: dict[str, set[float]], written: dict[str, set[float]]) -> bool:
    """Same unit, and nowhere in the answer any of the figures that are written: rounding (2 %) is no contradiction."""
    return any(
        unit in said and not any(_near(a, b) for a in whole[unit] for b in values) for unit, values in written.items()
    )


def _near(a: float, b: float) -> bool:
    return abs(a - b) <= 0.02 * max(abs(a), abs(b))


def _figures(text: str) -> dict[str, set[float]]:
    found: dict[str, set[float]] = {}
    for match in _FIGURE.finditer(text):
        found.setdefault(_UNITS[match[2]], set()).add(float(match[1].replace(",", "")))
    return found
