"""How much speech a text is: Korean syllables, English words. Pure.

Whisper writes numbers and abbreviations as figures and letters ("30%", "API"), which are spoken in several syllables:
they are counted as they are read aloud in Korean, so that an answer full of figures does not seem slow.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[가-힣]+|\d[\d,]*(?:\.\d+)?|[A-Za-z]+|%")
_VOWELS = re.compile(r"[aeiouy]+", re.IGNORECASE)
_LETTER_SYLLABLES = dict.fromkeys("BCDEGLMNOPQRTU", 1) | dict.fromkeys("AFIJKSVXYZ", 2) | {"H": 3, "W": 3}
_PERCENT_SYLLABLES = 3  # 퍼센트
_ENGLISH_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def korean_syllables(text: str) -> int:
    """Syllables of a Korean text read aloud."""
    return sum(_syllables(token) for token in _TOKEN.findall(text))


def _syllables(token: str) -> int:
    if "가" <= token[0] <= "힣":
        return len(token)
    if token == "%":
        return _PERCENT_SYLLABLES
    if token[0].isdigit():
        whole, _, decimals = token.replace(",", "").partition(".")
        return _number_syllables(int(whole)) + (1 + len(decimals) if decimals else 0)  # 점
    if token.isupper():
        return sum(_LETTER_SYLLABLES[letter] for letter in token)
    return max(1, len(_VOWELS.findall(token)))


def _number_syllables(number: int) -> int:
    """Sino-Korean: 42 is 사십이 (3), 1,500 is 천오백 (3), 120,000 is 십이만 (3)."""
    if number == 0:
        return 1
    count = 0
    group = 0
    while number:
        number, four = divmod(number, 10_000)
        digits = [four // 1000, four // 100 % 10, four // 10 % 10]
        count += sum(0 if digit == 0 else 1 if digit == 1 else 2 for digit in digits)
        count += 1 if four % 10 else 0
        count += 1 if group and four else 0  # 만, 억, 조
        group += 1
    return count


def english_words(text: str) -> int:
    """Words of an English text; "state-of-the-art" is four, "don't" is one."""
    return len(_ENGLISH_WORD.findall(text))


def amount(text: str, language: str) -> int:
    """Syllables in Korean, words in English."""
    return korean_syllables(text) if language == "ko" else english_words(text)
