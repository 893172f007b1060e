"""How much of a long answer a prompt quotes: its end, from a place that stays where it is while the answer grows. Pure.

Every token of a prompt costs time, and an answer may last three minutes. A window that slid with every word would
change the prompt's text from its first letter on, and nothing of it would stay in the language model's cache. So the
window's start moves in blocks: between two moves the quotation only grows at its end.
"""

from __future__ import annotations


def quoted(text: str, most: int) -> str:
    """`text` in one line, or its last `most / 2` to `most` letters and what is missing of the first word.

    Of a growing text (one that ends with whole words) the quotation grows too, or begins anew half a window later.
    """
    text = " ".join(text.split())
    block = max(1, most // 2)
    start = max(0, -(-(len(text) - most) // block)) * block
    if start == 0:
        return text
    begin = text.rfind(" ", 0, start) + 1
    return text[begin if start - begin < block else start :]
