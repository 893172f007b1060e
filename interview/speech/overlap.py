"""How much of a sentence is somebody else's: small models repeat the candidate and their own question.

Pure.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from interview.shapes import Language
from interview.speech.answers import content_stems
from interview.speech.cues import cues

LONGEST_RUN: dict[Language, int] = {"ko": 4, "en": 6}
"""Words in a row that may be quoted from the answer: a topic or a phrase, not a clause."""

MOST_SHARED: dict[Language, float] = {"ko": 0.6, "en": 0.7}
"""Share of a sentence's words that stand in runs of three or more taken from the answer."""

ALIKE = 0.8


def tokens(text: str, language: Language) -> list[str]:
    """Words as heard: no case, no marks. A Korean word loses its last particle, so that 프로젝트를 meets 프로젝트는."""
    words = re.findall(r"[\w%+#']+", text.lower())
    return (
        [re.sub(r"(?<=[가-힣]{2})(?:을|를|은|는|이|가|의|에|로|도|과|와)$", "", word) for word in words]
        if language == "ko"
        else words
    )


def parrots(text: str, answer: str, language: Language) -> bool:
    """Does the text say the answer again, beyond a short reference?"""
    said, theirs = tokens(text, language), tokens(answer, language)
    if not said or not theirs:
        return False
    blocks = SequenceMatcher(None, said, theirs, autojunk=False).get_matching_blocks()
    longest = max(block.size for block in blocks)
    shared = sum(block.size for block in blocks if block.size >= (2 if language == "ko" else 3))
    return longest > LONGEST_RUN[language] or (shared / len(said) > MOST_SHARED[language] and len(said) > 3)


def repeats(text: str, question: str, language: Language) -> bool:
    """Is it the question that was just asked?"""
    said, asked = tokens(text, language), tokens(question, language)
    if not said or not asked:
        return False
    return SequenceMatcher(None, said, asked, autojunk=False).ratio() >= ALIKE


def refers(text: str, answer: str, language: Language) -> bool:
    """Does the text take up a word or a figure of the answer?"""
    if content_stems(text, language) & content_stems(answer, language):
        return True
    said = answer.lower()
    return any(found.group().strip().lower() in said for found in cues(language).number.finditer(text))
