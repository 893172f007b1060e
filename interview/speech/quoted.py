"""How much of a long answer a prompt quotes: its end, from a place that stays where it is while the answer grows. Pure.

Every token of a prompt costs time, and an answer may last three minutes. A window that slid with every word would
change the prompt's text from its first letter on, and nothing of it would stay in the language model's cache. So the
window's start moves in blocks: between two moves the quotation only grows at its end. A move costs what is left after
it, which is nothing while the answer goes on. At its end somebody waits: if the move would fall between the words read
last and the end, the quotation begins where it began then (after two of eight answers of 60 s 70 tokens had to be
evaluated, 0.8 s with the 0.5B on 2 cores).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """In letters: a quotation is at most `most` long, and begins anew with the last `least`."""

    most: int
    least: int


def quoted(text: str, window: Window, read: str = "") -> str:
    """`text` in one line, or its last `least` to `most` letters and what is missing of the first word.

    Of a growing text (one that ends with whole words) the quotation grows too, or begins anew. `read`: what the text
    was when it was quoted last, most likely its beginning. If no more than `least` letters have come since, the
    quotation begins where it began, and may be so much longer.
    """
    text, read = " ".join(text.split()), " ".join(read.split())
    start, begun = _start(len(text), window), _start(len(read), window)
    if begun < start and len(text) - len(read) <= window.least and text[:begun] == read[:begun]:
        start = begun
    begin = text.rfind(" ", 0, start) + 1
    return text[begin if start - begin < window.least else start :]


def _start(length: int, window: Window) -> int:
    block = window.most - window.least
    return max(0, -(-(length - window.most) // block)) * block
