"""Which sentence of an answer tells the situation, the task, the action, the result. By cue words: an estimate. Pure.

The interviewer's own patterns (speech/cues.py) say whether an element is there at all; what tells one sentence from the
next stands here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interview.pages.shapes import Mark
from interview.shapes import STAR, Language, StarElement
from interview.speech.cues import cues
from interview.speech.story import Span, spans, told

_FIGURE = re.compile(r"\d")

_Cues = dict[StarElement, tuple[tuple[re.Pattern[str], float], ...]]


def _cues(rows: Sequence[tuple[StarElement, float, str]]) -> _Cues:
    return {
        element: tuple(
            (re.compile(pattern, re.IGNORECASE), weight) for name, weight, pattern in rows if name == element
        )
        for element in STAR
    }


_TELLING: dict[Language, _Cues] = {
    "ko": _cues(
        (
            ("situation", 2.0, r"당시|상황|배경|그때|시절|문제가 (있|발생|생)|어려움이|장애가|늦어지|잦았|느려"),
            (
                "situation",
                1.0,
                r"(할|던|했을|있을|중이던) 때|회사에서|프로젝트에서|팀에서|근무|이었습니다|있었습니다|였습니다",
            ),
            (
                "task",
                2.0,
                r"목표(는|로|를|가)|과제(는|가|였)|해야 (했|하)|맡았|맡아|담당(했|하여|이었|이었)|책임지|요구(받|되)",
            ),
            ("task", 1.0, r"역할|필요했|필요가 있|임무"),
            ("action", 2.0, r"(제가|저는|직접).*(했|하였|습니다|웠|꿨|췄|눴|들었)"),
            (
                "action",
                1.0,
                r"설계|구현|제안|분석|도입|적용|만들|작성|조사|측정|정리|설득|논의|나누|나눠|바꾸|바꿨|추가|찾|확인|공유|시도",
            ),
            ("result", 3.0, r"결과(적으로|로|는|,)|그 결과|덕분에|효과(가|는)"),
            (
                "result",
                2.0,
                r"줄었|줄였|줄어|늘었|늘렸|향상|개선(되|했|됐)|감소|증가|단축|달성|성공|올랐|높였|낮췄|낮아|사라졌|해결(되|됐)|배웠",
            ),
        )
    ),
    "en": _cues(
        (
            ("situation", 2.0, r"\b(at the time|back then|was facing|the situation|the problem was|the background)\b"),
            (
                "situation",
                1.0,
                r"\b(when|while|during|there (was|were)|we had|in my (last|previous|first)|our (team|company))\b",
            ),
            (
                "task",
                2.0,
                r"\b(my (task|goal|job|role) was|i was (asked|responsible|in charge|assigned)|the goal was|had to)\b",
            ),
            ("task", 1.0, r"\b(needed to|responsible for|was supposed to|target|deadline)\b"),
            (
                "action",
                2.0,
                r"\bi (also |then |first |personally )?(\w+ed|wrote|built|led|made|ran|set|found|split|chose|cut)\b",
            ),
            ("action", 1.0, r"\b(so i|then i|first,? i|implemented|designed|analy[sz]ed|proposed|measured)\b"),
            ("result", 3.0, r"\b(as a result|in the end|the result|the outcome|eventually|resulted in)\b"),
            (
                "result",
                2.0,
                r"\b(reduced|increased|improved|dropped|fell|grew|went (up|down)|saved|achieved|fewer|from \S+ to)\b",
            ),
        )
    ),
}
_FIGURE_IN_RESULT = 1.0
_FIRST_SENTENCE = 0.5
_BY_ORDER = 1.5

_LATER = ("action", "result")
"""What an answer to a follow-up tells by its order: it does not begin the story anew."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's place in its text, and the element it tells, where that can be made out."""

    start: int
    end: int
    element: StarElement | None = None


def sentences(text: str) -> tuple[Sentence, ...]:
    return tuple(Sentence(start, end) for start, end in spans(text))


def classify(text: str, language: Language, *, opening: bool = True) -> tuple[Sentence, ...]:
    """The sentences with their elements. `opening`: the text begins the answer, where the situation is told."""
    story = {element: place for element, place in told(text, language).items() if opening or element in _LATER}
    return tuple(
        Sentence(start, end, _element(text[start:end], language, _hints(story, (start, end), opening and index == 0)))
        for index, (start, end) in enumerate(spans(text))
    )


def _hints(story: Mapping[StarElement, Span], place: Span, first: bool) -> dict[StarElement, float]:
    """What a sentence's place says of it."""
    hints = {element: _BY_ORDER if found == place else 0.0 for element, found in story.items()}
    if first:
        hints["situation"] = hints.get("situation", 0.0) + _FIRST_SENTENCE
    return hints


def _element(sentence: str, language: Language, hints: Mapping[StarElement, float]) -> StarElement | None:
    points = {
        element: sum(weight for pattern, weight in patterns if pattern.search(sentence))
        for element, patterns in _TELLING[language].items()
    }
    for element, pattern in cues(language).star.items():
        points[element] += 1.0 if pattern.search(sentence) else 0.0
    if points["result"] and _FIGURE.search(sentence):
        points["result"] += _FIGURE_IN_RESULT
    for element, weight in hints.items():
        points[element] += weight
    best = max(STAR, key=lambda element: points[element])
    return best if points[best] >= 1.0 else None


def marks(classified: Sequence[Sentence], kept: Sequence[str] = STAR) -> tuple[Mark, ...]:
    """Marks of the elements in `kept`; neighbours of one element become one mark."""
    found: list[Mark] = []
    last: StarElement | None = None
    for sentence in classified:
        element = sentence.element if sentence.element in kept else None
        if element is not None and element == last:
            found[-1] = Mark(element, found[-1].start, sentence.end)
        elif element is not None:
            found.append(Mark(element, sentence.start, sentence.end))
        last = element
    return tuple(found)
