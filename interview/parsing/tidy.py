"""Extracted text made fit to read: NFC, no control characters, plain white space. Pure."""

from __future__ import annotations

import re
import unicodedata

from interview.shapes import Language

_PRIVATE = str.maketrans(
    {
        "\uf0b7": "•",  # Symbol and Wingdings bullets, as Word stores them
        "\uf0a7": "•",
        "\uf0a8": "•",
        "\uf06c": "•",
        "\uf06e": "•",
        "\uf0d8": "•",
        "\uf0e0": "→",
        "\uf0fc": "✓",
        "\uf53a": "한",  # Hancom's own sign for the first syllable of its name
    }
)
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPLIT_WORD = re.compile("(?<=[a-z])[\x02\ufffe\u00ad]\\s*(?=[a-z])")
_SPLIT = re.compile("[\x02\ufffe]\\s*")
_HYPHEN_AT_END = re.compile(r"(?<=[a-z])-\n(?=[a-z])")
_SPACES = re.compile(r"(?<=\S) {2,}")
_LETTER_OR_MARK = re.compile(r"[^\W\d_]")
_HANGUL = re.compile("[가-힣ㄱ-ㅎㅏ-ㅣ]")

_ITEM = re.compile(r"\s*[-*•·▪○●◦ㆍ∙]\s")
_MARKED = re.compile(r"\s*(?:[-*•·▪○●◦ㆍ∙■□◆▶]|#{1,6}\s)")
_PROSE = 80
"""Characters above which a line is prose, and not an entry, a date or a name."""

KOREAN_SHARE = 0.2
"""Share of Hangul among letters from which a text is Korean. Korean technical résumés are half English words; a
syllable block carries what two or three Latin letters do."""


def tidy(text: str, *, wrapped: bool = False) -> str:
    """`wrapped`: lines end where the page did (PDF), so a hyphen there may belong to the page."""
    text = _BREAKS.sub("\n", text.translate(_PRIVATE))
    # pdfium marks a hyphen at the end of a line with U+0002 or U+FFFE.
    text = _SPLIT.sub("-", _SPLIT_WORD.sub("", text))
    if wrapped:
        text = _HYPHEN_AT_END.sub("", text)
    text = unicodedata.normalize("NFC", "".join(_kept(text)))
    lines = [_SPACES.sub(" ", line.rstrip()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _kept(text: str) -> list[str]:
    """White space as plain spaces; without control, format (also invisible tags and direction marks), surrogate,
    private and unassigned characters."""
    out = []
    for letter in text:
        if letter == "\n" or " " <= letter <= "~":
            out.append(letter)
        else:
            category = unicodedata.category(letter)
            if category == "Zs" or letter == "\t":
                out.append(" ")
            elif category[0] != "C":
                out.append(letter)
    return out


def joined(paragraphs: list[str]) -> str:
    """Paragraphs of a word processor as text, each whole: with an empty line where the next one would else be taken for
    the rest of this one, which is after a list's item and between paragraphs of prose."""
    lines: list[str] = []
    for paragraph in paragraphs:
        if lines and lines[-1] and paragraph and not _MARKED.match(paragraph):
            last = lines[-1]
            if _ITEM.match(last) or (not _MARKED.match(last) and max(len(last), len(paragraph)) > _PROSE):
                lines.append("")
        lines.append(paragraph)
    return "\n".join(lines)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, ending with a whole line where one ends near."""
    if len(text) <= limit:
        return text
    end = text.rfind("\n", limit - 500, limit)
    return text[: end if end > 0 else limit].rstrip()


def language_of(text: str) -> Language:
    letters = len(_LETTER_OR_MARK.findall(text))
    return "ko" if letters and len(_HANGUL.findall(text)) >= KOREAN_SHARE * letters else "en"


def is_blank(text: str) -> bool:
    """No letter and no digit."""
    return not any(letter.isalnum() for letter in text)


def row(cells: list[str]) -> str:
    """A table's row as text: short cells on one line, and what holds a paragraph on lines of its own."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    long = any("\n" in cell or len(cell) > 120 for cell in filled)
    return ("\n" if long else " | ").join(filled)
