"""Which lines of the candidate's documents an answer is about. Pure.

Few and by rule: what a document says elsewhere never reaches the judge, nor do contact details or sentences that are
meant for a machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from interview.judging import specifics
from interview.judging.addressed import set_aside
from interview.shapes import Document, Language

MOST_LINES = 3
COMMON_WORDS = 2
LINE_LETTERS = 220

_CONTACT = re.compile(r"@|https?://|www\.|\d{2,4}[-. ]\d{3,4}[-. ]\d{3,4}")


def resume_lines(answer: str, about: str, documents: Sequence[Document], language: Language) -> tuple[str, ...]:
    """At most MOST_LINES lines, in the documents' order, that share words with the answer or with `about` (the line the
    question came from). Empty where the documents have nothing on it."""
    words = specifics.content(f"{answer} {about}", language)
    ranked = sorted(
        (
            (len(specifics.content(line, language) & words), -place, line)
            for place, line in enumerate(_lines(documents))
        ),
        reverse=True,
    )
    best = [(-place, line) for common, place, line in ranked if common >= COMMON_WORDS][:MOST_LINES]
    return tuple(line[:LINE_LETTERS] for _, line in sorted(best))


def _lines(documents: Sequence[Document]) -> Iterator[str]:
    for document in documents:
        text, _ = set_aside(document.text)
        for line in text.splitlines():
            plain = line.strip(" -•*#\t")
            if plain and not _CONTACT.search(plain):
                yield plain
