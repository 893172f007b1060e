"""What a transcribed answer holds and lacks, by rule: elements, technical points, vague words, figures, I and we. Pure.

The rules lean to "said": asking for what was just told annoys more than one probe too few.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from interview.shapes import STAR, Language, PlannedQuestion
from interview.speech.cues import Cues, cues, load
from interview.speech.story import told
from interview.speech.topics import topic


@dataclass(frozen=True, slots=True)
class AnswerAnalysis:
    """`words` counts English words or Korean eojeol. `said` and `missing` are STAR elements or names of points, the
    latter in the order worth asking for. `vague`, `bare_numbers` (figures without anything to compare) and `topic` are
    verbatim; `reference` is how the topic is referred to ("the capstone project"). `team_only`: "we" and no "I".
    `denied`: there was no such experience."""

    words: int
    said: frozenset[str]
    missing: tuple[str, ...]
    vague: tuple[str, ...] = ()
    bare_numbers: tuple[str, ...] = ()
    topic: str = ""
    reference: str = ""
    team_only: bool = False
    off_topic: bool = False
    denied: bool = False
    language: Language = "ko"


STAR_PRIORITY = ("action", "result", "task", "situation")
"""What an interviewer misses most, first."""

ON_TOPIC_WORDS = 12
"""Shorter answers are short, not off the topic."""

OWNERSHIP_WORDS = 8


def analyse(question: PlannedQuestion, answer: str, language: Language) -> AnswerAnalysis:
    """`answer` is all that was said to the question, one turn a line; the last line decides what is referred to."""
    rules = cues(language)
    text = re.sub(r"[ \t]+", " ", answer).strip()
    words = len(text.split())
    named, told_of = _named(question, text, rules), told(text, language).keys() if question.star else ()
    said = named.union(told_of)
    found = topic(text, question.text, language)
    return AnswerAnalysis(
        words=words,
        said=said,
        missing=_missing(question, said),
        vague=_vague(text, rules),
        bare_numbers=_bare_numbers(text, rules),
        topic=found.text,
        reference=found.reference,
        team_only=words >= OWNERSHIP_WORDS and bool(rules.plural.search(text)) and not rules.first.search(text),
        off_topic=words >= ON_TOPIC_WORDS and not named and not _touches(question, text, rules, language),
        denied=question.star and bool(rules.denial.search(text)),
        language=language,
    )


def _named(question: PlannedQuestion, text: str, rules: Cues) -> frozenset[str]:
    """What words give away."""
    folded = text.lower()
    said = {point.name for point in question.points if any(_cue(cue).search(folded) for cue in point.cues)}
    if question.star:
        said |= {element for element in STAR if rules.star[element].search(text)}
    return frozenset(said)


def _missing(question: PlannedQuestion, said: frozenset[str]) -> tuple[str, ...]:
    wanted = [*(STAR_PRIORITY if question.star else ()), *(point.name for point in question.points)]
    return tuple(name for name in wanted if name not in said)


@lru_cache(maxsize=4096)
def _cue(cue: str) -> re.Pattern[str]:
    """Korean cues are stems, anywhere; a Latin one begins a word, and one of three letters is a whole word (ip, not
    ship or ipad)."""
    begins = r"(?<![a-z0-9])" if cue[:1].isascii() and cue[:1].isalnum() else ""
    ends = r"(?![a-z])" if begins and len(cue) <= 3 else ""
    return re.compile(begins + re.escape(cue.lower()) + ends)


def _vague(text: str, rules: Cues) -> tuple[str, ...]:
    """In order, the newest line's first."""
    lines = text.splitlines()
    found = [_whole_word(match) for line in reversed(lines) for match in rules.vague.finditer(line)]
    return tuple(dict.fromkeys(found))


_REST = re.compile(r"[가-힣]*")
_PARTICLE = re.compile(r"(?:이|가|을|를|은|는|도|로|과|와|의|에|만)?$")


def _whole_word(match: re.Match[str]) -> str:
    """A Korean stem with its ending as it was said: 최선을 다했습니다, but 좋은 결과 without its particle."""
    rest = _REST.match(match.string, match.end())
    ending = rest.group() if rest else ""
    return (match.group() + ("" if _PARTICLE.match(ending) else ending)).strip()


def _bare_numbers(text: str, rules: Cues) -> tuple[str, ...]:
    """Figures that claim a change, in a stretch that says neither from what nor than what.

    Transcripts have few full stops, so the stretch is the figure's surroundings, not its sentence.
    """
    found = []
    for match in rules.number.finditer(text):
        around = text[max(0, match.start() - _BEFORE) : match.end() + _AFTER]
        near = text[max(0, match.start() - _NEAR_BEFORE) : match.end() + _NEAR_AFTER]
        claims = rules.measure.search(match.group()) or rules.change.search(near)
        if claims and not rules.baseline.search(around):
            found.append(re.sub(r"^(?:약|한)\s*", "", match.group().strip()))
    return tuple(dict.fromkeys(found))


_NEAR_BEFORE, _NEAR_AFTER = 20, 10
"""Letters around a figure in which a change makes it a claim ("reduced it by 3 seconds", "3초 단축")."""

_BEFORE, _AFTER = 60, 40
"""Letters around a figure in which "from 20 minutes" or "기존 20분에서" is looked for."""


def content_stems(text: str, language: Language) -> frozenset[str]:
    """Words that carry meaning, shortened so that inflected forms meet: two Korean syllables, five English letters."""
    hollow = cues(language).hollow
    if language == "ko":
        words = re.findall(r"[가-힣]{2,}|[a-z0-9]{2,}", text.lower())
        return frozenset(word[:2] for word in words if word not in hollow and word[:2] not in hollow)
    words = re.findall(r"[a-z0-9+#]{4,}", text.lower())
    return frozenset(word[:5] for word in words if word not in hollow and word not in _common())


@cache
def _common() -> frozenset[str]:
    return frozenset(load("cues", "en")["common"].split())


def _touches(question: PlannedQuestion, text: str, rules: Cues, language: Language) -> bool:
    """Does the answer share a word with anything the question is about?"""
    about = " ".join((question.text, question.shows, question.competency, question.evidence, *question.follow_ups))
    return bool(content_stems(about, language) & content_stems(text, language))
