"""How long words take to say, told from their spelling. Pure; relative lengths, not times of any particular voice."""

from __future__ import annotations

import re

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?<=[^aeiouyl])e$|(?<=[aeiouy][^aeiouy])es$|(?<=[^aeiouytd])ed$")
_RUNS = re.compile(r"\d+|[가-힣]+|[A-Za-z][A-Za-z'’]*|[^\W\dA-Za-z가-힣]+")
_SIGNS = {"%": 4.0, "$": 3.0, "€": 3.0, "£": 3.0, "₩": 2.0, "&": 2.0, "+": 2.5, "=": 3.0, "@": 1.5, "#": 2.0, "°": 3.0}

_CONSONANT = 0.32
_WORD_EN, _WORD_KO = 0.12, 0.4
_FINAL_CONSONANT_KO = 0.4
"""In syllables. English: least squares over 390 words of Piper's own timing (a syllable: 0.11 s), which leaves 0.07 s a
word unexplained; Korean: eSpeak's (0.13 s), halfway to no difference at all, as no human voice was measured."""

DRAWN_OUT = 0.75
"""What the last word of a stretch of speech takes longer."""


def weight(word: str) -> float:
    """How long a written word takes, in syllables, more or less. Never 0."""
    length = sum(_SIGNS.get(character, 0.0) for character in word)
    for run in _RUNS.findall(word):
        length += _run(run)
    return length or 0.1


def _run(run: str) -> float:
    if run[0].isdigit():
        return _number(run)
    if "가" <= run[0] <= "힣":
        closed = sum((ord(syllable) - 0xAC00) % 28 > 0 for syllable in run)
        return _WORD_KO + len(run) + _FINAL_CONSONANT_KO * closed
    if not run.isascii():
        return float(len(run))
    if run.isupper() and 1 < len(run) <= 5:  # read letter by letter: "API"
        return 1.4 * len(run) + run.count("W")
    return _english(run.lower())


def _english(word: str) -> float:
    letters = word.replace("'", "").replace("’", "")
    stem = _SILENT.sub("", letters) if len(letters) > 2 else letters
    syllables = max(1, len(_VOWELS.findall(stem)))
    return _WORD_EN + syllables + _CONSONANT * len(_VOWELS.sub("", stem))


def _number(digits: str) -> float:
    """In words: a digit with its tens or hundreds; noughts are short or silent."""
    return sum(2.2 if digit != "0" else 0.8 for digit in digits)
