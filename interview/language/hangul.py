"""Hangul syllables taken apart and put together, and templates whose particles fit what is put in. Pure.

Syllables are Unicode's precomposed ones (U+AC00..U+D7A3, 28 to a vowel): NFC text is assumed.
"""

from __future__ import annotations

import re
from typing import cast

from interview.language.particles import Pair, with_particle

FIRST, LAST, FINALS = 0xAC00, 0xD7A3, 28
NONE, N, L, B, SS = 0, 4, 8, 17, 20
"""Indices of final consonants: none, ㄴ, ㄹ, ㅂ, ㅆ."""

_FIELD = re.compile(r"\{(\w+)(?::([가-힣/]+))?\}")


def final(syllable: str) -> int | None:
    """Index of the final consonant of one Hangul syllable (0: it has none); None where it is no Hangul syllable."""
    code = ord(syllable)
    return (code - FIRST) % FINALS if FIRST <= code <= LAST else None


def with_final(syllable: str, index: int) -> str:
    """The syllable with another final consonant: with_final("하", B) is "합"."""
    code = ord(syllable)
    return chr(code - (code - FIRST) % FINALS + index)


def fill(template: str, **fields: str) -> str:
    """`{topic:을/를}` becomes the field with its particle, `{topic}` the field alone. Raises KeyError."""

    def put(found: re.Match[str]) -> str:
        value = fields[found[1]]
        return with_particle(value, cast(Pair, found[2])) if found[2] else value

    return _FIELD.sub(put, template)
