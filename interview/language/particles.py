"""Korean particles by how the word before them sounds: 경험을, 자바를, SQL은, 4초로. Pure.

Hangul says it by its final consonant (Unicode 3.12: (code - 0xAC00) mod 28), digits and letters by how they are read.
"""

from __future__ import annotations

import re
from typing import Literal

Pair = Literal["은/는", "이/가", "을/를", "과/와", "으로/로", "이라고/라고", "이라는/라는", "이나/나", "이/"]

RIEUL = 8
"""The index of ㄹ among the final consonants: 으로 becomes 로 after it."""

_DIGITS = {"0": 21, "1": 8, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": 8, "8": 8, "9": 0}
"""영 일 이 삼 사 오 육 칠 팔 구: the final consonant of each."""

_LETTER_NAMES = {"L": 8, "M": 16, "N": 4, "R": 8}
"""엘 엠 엔 알; the names of all other letters end in a vowel."""

_WORD_ENDINGS = (
    (re.compile(r"ng$"), 21),
    (re.compile(r"(?:l|le)$"), 8),
    (re.compile(r"m$"), 16),
    (re.compile(r"n$"), 4),
    (re.compile(r"(?:[aeiou]ck|[aeiou]k|oc|ic)$"), 1),
    (re.compile(r"[aeiou]p$|web$"), 17),
    (re.compile(r"[aeiou]t$"), 19),
)
"""How an English word ends when it is said in Korean: Spring 스프링, Kotlin 코틀린, Slack 슬랙; others take a vowel."""

_UNSPOKEN = re.compile(r"\([^)]*\)|[^0-9A-Za-z가-힣%]+$")


def final_consonant(text: str) -> int:
    """The index of the last spoken syllable's final consonant (0: it ends in a vowel), as Unicode numbers them."""
    spoken = text
    while (shorter := _UNSPOKEN.sub("", spoken)) != spoken:
        spoken = shorter
    if not spoken:
        return 0
    last = spoken[-1]
    if "가" <= last <= "힣":
        return (ord(last) - 0xAC00) % 28
    if last in _DIGITS:
        return _DIGITS[last]
    return _of_latin(spoken)


def _of_latin(spoken: str) -> int:
    found = re.search(r"[A-Za-z]+$", spoken)
    if found is None:
        return 0
    word = found.group()
    if word.isupper():
        return _LETTER_NAMES.get(word[-1], 0)
    return next((final for pattern, final in _WORD_ENDINGS if pattern.search(word.lower())), 0)


def with_particle(text: str, pair: Pair) -> str:
    """The text with the one of the two that fits: with_particle("경험", "을/를") is "경험을"."""
    after_consonant, after_vowel = pair.split("/")
    final = final_consonant(text)
    if pair == "으로/로" and final == RIEUL:
        return text + after_vowel
    return text + (after_consonant if final else after_vowel)
