"""JavaScript as a browser needs it: without the comments, which are a third of it and written for readers. Pure."""

from __future__ import annotations

_LICENCE = "/*!"


def without_comments(source: str) -> str:
    """A module without the comments that begin a line; every line keeps its number, so that errors point to the tree.

    A comment behind code stays, and so does one that ends in front of code on its own line (a type cast), and a
    licence (`/*!`). No line within a string may begin like a comment: a template over several lines is the only way to.
    """
    kept = []
    inside = False
    for line in source.split("\n"):
        text = line.strip()
        begins = text.startswith("/*") and not text.startswith(_LICENCE)
        if inside or begins:
            inside = "*/" not in text
            kept.append("" if inside or text.endswith("*/") else line)
        else:
            kept.append("" if text.startswith("//") else line)
    return "\n".join(kept)
