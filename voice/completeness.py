"""How finished does a transcript look? Pure; the second opinion beside the end-of-turn detector.

smart-turn hears intonation and is fooled by a falling one in mid-sentence: it is 97 % sure that "And so, my fellow
Americans" is a complete turn (measured on that clip). Words tell better there. What Whisper puts at the end says
little: it sets a full stop behind whatever it is given; a comma or an ellipsis of its own accord says much.
"""

from __future__ import annotations

import enum
import re

from voice import completeness_en, completeness_ko


class Verdict(enum.StrEnum):
    """What the words so far say about whether more will come."""

    WHOLE = "whole"
    """A sentence that can stand as it is, or an answer that needs none: "Yes." """
    REPLY = "reply"
    """WHOLE, and a yes or no with few words behind it: "Yes, we can go on." """
    UNCLEAR = "unclear"
    """The words do not tell: a name, a list, a sentence that may or may not want an object."""
    UNFINISHED = "unfinished"
    """It stops where no sentence stops: "It was slow because". """
    SUSPENDED = "suspended"
    """The speaker asks for time: "Let me think." """


REPLY_WORDS = 6
_YES_NO = frozenset(("yes", "yeah", "yep", "no", "nope", "okay", "sure", "네", "예", "아니요", "아뇨", "아니오"))

_GOES_ON = (",", "…", "...", "-", "–", "—", ":", ";", "、")
_SENTENCE = re.compile(r"(?<=[.?!。])\s+")
_WORD = re.compile(r"[\w'’%]+")


def words_of(text: str) -> list[str]:
    return [word.replace("’", "'") for word in _WORD.findall(text)]


def unpunctuated(text: str) -> str:
    """Without the full stop that Whisper sets behind whatever it is given."""
    return text.rstrip().rstrip(".?!。").rstrip()


def verdict(text: str, language: str) -> Verdict:
    """Judge a transcript by its end. Without a word there is nothing to judge: UNCLEAR."""
    stripped = text.strip()
    if not words_of(stripped):
        return Verdict.UNCLEAR
    rules = completeness_ko if language == "ko" else completeness_en
    if rules.suspends(stripped):
        return Verdict.SUSPENDED
    if stripped.endswith(_GOES_ON):
        return Verdict.UNFINISHED
    last = words_of(_SENTENCE.split(stripped)[-1])
    if not last or rules.goes_on(last):
        return Verdict.UNFINISHED
    if not rules.stands(last):
        return Verdict.UNCLEAR
    said = words_of(stripped)
    return Verdict.REPLY if 1 < len(said) <= REPLY_WORDS and said[0].lower() in _YES_NO else Verdict.WHOLE
