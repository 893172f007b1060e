"""How much of a long answer a prompt quotes: its end, from a place that stays where it is while the answer grows. Pure.

Every token of a prompt costs time, and an answer may last three minutes. A window that slid with every word would
change the prompt's text from its first letter on, and nothing of it would stay in the language model's cache. So the
window's start moves in blocks: between two moves the quotation only grows at its end. A move that falls between the
words evaluated last and the end of the answer is paid for in the reply: so moves are far apart, and little is left
after one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """In letters: a quotation is at most `most` long, and begins anew with the last `least`."""

    most: int
    least: int


def quoted(text: str, window: Window) -> str:
    """`text` in one line, or its last `least` to `most` letters and what is missing of the first word.

    Of a growing text (one that ends with whole words) the quotation grows too, or begins anew.
    """
    text = " ".join(text.split())
    block = window.most - window.least
    start = max(0, -(-(len(text) - window.most) // block)) * block
    begin = text.rfind(" ", 0, start) + 1
    return text[begin if start - begin < window.least else start :]
