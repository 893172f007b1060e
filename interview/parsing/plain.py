"""TXT and MD in whatever encoding: UTF-8, UTF-16, CP949 (EUC-KR), else what charset-normalizer finds."""

from __future__ import annotations

import codecs
import re

from interview.parsing.problems import Problem
from interview.parsing.reading import Reading

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that one's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_HANGUL = re.compile("[가-힣]")
_SAMPLE = 200_000
"""Bytes by which an encoding is judged."""


def read(data: bytes, most_bytes: int) -> Reading:
    """At most `most_bytes` of the file are decoded."""
    data = data[: most_bytes - most_bytes % 4]
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Reading(data.decode(encoding, "replace"))
    if (wide := _utf16(data)) is not None:
        return Reading(data.decode(wide, "replace"))
    # Text has next to no control characters; an eighth of random bytes are.
    if len(_CONTROL.findall(data)) > len(data) / 100:
        raise Problem("binary")
    if _decodes(data, "utf-8"):
        return Reading(data.decode("utf-8", "ignore"))
    if _decodes(data, "cp949") and _is_korean(data[:_SAMPLE].decode("cp949", "ignore")):
        return Reading(data.decode("cp949", "ignore"))
    return _damaged(data) or _guessed(data)


def _damaged(data: bytes) -> Reading | None:
    """A stray byte does not make Korean or UTF-8 text another encoding: few errors among many letters beyond ASCII."""
    for encoding in ("utf-8", "cp949"):
        text = data.decode(encoding, "replace")
        errors = text.count("\ufffd")
        if sum(letter > "\x7f" for letter in text) > 20 * errors and (encoding == "utf-8" or _is_korean(text)):
            reading = Reading(text)
            reading.notice("garbled")
            return reading
    return None


def _decodes(data: bytes, encoding: str) -> bool:
    """Up to a letter that the end cut in two."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(data, False)
    except UnicodeDecodeError:
        return False
    return True


def _is_korean(text: str) -> bool:
    """CP949 decodes many a file of another encoding: to rare syllables and Chinese characters."""
    foreign = [letter for letter in text if letter > "\x7f"]
    return bool(foreign) and len(_HANGUL.findall(text)) > len(foreign) / 2


def _utf16(data: bytes) -> str | None:
    """UTF-16 without its mark: spaces and line ends have a zero on one side, and it decodes to text."""
    if len(data) < 4 or len(data) % 2 or b"\x00" not in data:
        return None
    for encoding, space in (("utf-16-le", (b" \x00", b"\n\x00")), ("utf-16-be", (b"\x00 ", b"\x00\n"))):
        pairs = [data[at : at + 2] for at in range(0, min(len(data), _SAMPLE), 2)]
        spaces = sum(pairs.count(pair) for pair in space)
        if spaces and _decodes(data, encoding):
            text = data[:_SAMPLE].decode(encoding, "ignore")
            plain = sum(letter < "\u0250" or "가" <= letter <= "힣" for letter in text)
            if plain > 0.9 * len(text) and text.count("\x00") == 0:
                return encoding
    return None


def _guessed(data: bytes) -> Reading:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        raise Problem("binary")
    text = data.decode(best.encoding, "replace")
    if text.count("\ufffd") > len(text) / 50:
        raise Problem("binary")
    reading = Reading(text)
    reading.notice("encoding", encoding=best.encoding)
    return reading
