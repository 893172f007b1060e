"""How an interview's minutes become questions: what its frame takes, and a time box for each question. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from interview.shapes import Difficulty, Kind, PlannedQuestion

FRAME_S = {5: 75, 10: 100, 20: 130, 30: 150, 45: 180}
"""Greeting, ice-breaker, the candidate's last word and farewell, by the interview's minutes."""

BOX_S = {
    Kind.SELF_INTRODUCTION: 100,
    Kind.BEHAVIOURAL: 135,
    Kind.TECHNICAL: 130,
    Kind.PROJECT: 150,
    Kind.PRESENTATION: 110,  # a question after the presentation
    Kind.PRESSURE: 120,
    Kind.DEBATE: 260,
    Kind.ENGLISH: 120,
}
"""Seconds for a question with its probes: a spoken answer of about a minute, two probes of about half of that."""

CONFLICT_S = 90
"""A contradiction is cleared up in a few sentences."""

SHORT_INTERVIEW = 5
SHORT_FACTOR = 0.7
"""In five minutes answers are shorter and one probe is enough."""

STRETCH = (0.75, 1.3)
"""How far boxes may give way so that together they fill the time."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """Seconds of a PT interview: to prepare, and to present (its own probes included)."""

    preparation_s: int
    speaking_s: int


PRESENTATION = {
    5: Presentation(45, 90),
    10: Presentation(120, 180),
    20: Presentation(300, 300),
    30: Presentation(420, 420),
    45: Presentation(600, 600),
}


def box(kind: Kind, minutes: int) -> int:
    """The usual seconds of one question."""
    seconds = BOX_S[kind]
    return round(seconds * SHORT_FACTOR) if minutes == SHORT_INTERVIEW else seconds


def question_seconds(minutes: int) -> int:
    """What is left for planned questions."""
    return minutes * 60 - FRAME_S[minutes]


def fitted(questions: Sequence[PlannedQuestion], minutes: int, difficulty: Difficulty) -> tuple[PlannedQuestion, ...]:
    """The questions with boxes that fill the time, preparation included, and as many probes as a box has room for."""
    fixed = sum(question.preparation_s for question in questions)
    wanted = sum(question.seconds for question in questions)
    if not wanted:
        return tuple(questions)
    factor = min(STRETCH[1], max(STRETCH[0], (question_seconds(minutes) - fixed) / wanted))
    return tuple(_boxed(question, round(question.seconds * factor), difficulty) for question in questions)


def _boxed(question: PlannedQuestion, seconds: int, difficulty: Difficulty) -> PlannedQuestion:
    room = 2 if seconds >= 105 else 1
    if difficulty == "easy" or question.kind is Kind.SELF_INTRODUCTION:
        room = 1
    if question.kind is Kind.DEBATE:
        room = 2
    return replace(question, seconds=seconds, max_probes=min(question.max_probes, room))
