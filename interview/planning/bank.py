"""Draws written questions from the bank: of a kind, fitting job and difficulty, never the same one twice. Pure."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from interview.planning.sentences import DISCUSSION, OTHER_SIDE
from interview.shapes import BankQuestion, Difficulty, JobFamily, Kind, Language, PlannedQuestion

_INTRODUCTION = re.compile(
    r"자기\s?소개를|introduce yourself|tell (?:me|us) (?:\w+ ){0,3}about yourself|your background|who (?:are you|"
    r"you are)",
    re.IGNORECASE,
)

_DISTANCE: dict[Difficulty, dict[Difficulty, int]] = {
    "easy": {"easy": 0, "normal": 1, "hard": 3},
    "normal": {"easy": 1, "normal": 0, "hard": 1},
    "hard": {"easy": 3, "normal": 1, "hard": 0},
}


class Bank:
    """The bank as one interview sees it: shuffled by the seed, then ranked. `take` uses questions up."""

    def __init__(
        self,
        questions: Sequence[BankQuestion],
        *,
        language: Language,
        family: JobFamily,
        difficulty: Difficulty,
        rng: random.Random,
    ) -> None:
        fitting = [
            question
            for question in questions
            if question.language == language and (family in question.families or JobFamily.ANY in question.families)
        ]
        rng.shuffle(fitting)
        fitting.sort(key=lambda question: _rank(question, family, difficulty))
        self._left = fitting
        self._competencies: set[str] = set()
        self._language: Language = language

    def take(self, kind: Kind) -> PlannedQuestion | None:
        """The best question of the kind that is left, of a competency not asked about yet if there is one."""
        left = [question for question in self._left if question.kind is kind]
        if kind is Kind.SELF_INTRODUCTION:
            left = [question for question in left if not _INTRODUCTION.search(question.text)] or left
        fresh = [question for question in left if question.competency not in self._competencies]
        return self._use((fresh or left)[0]) if left else None

    def introduction(self, kind: Kind = Kind.SELF_INTRODUCTION) -> PlannedQuestion | None:
        """ "Please introduce yourself"; where the bank has none of it, any question of the kind."""
        left = [question for question in self._left if question.kind is kind and _INTRODUCTION.search(question.text)]
        return self._use(left[0]) if left else self.take(kind)

    def other(self, kind: Kind) -> PlannedQuestion | None:
        """A question of another kind, where its own has run out."""
        order = (Kind.BEHAVIOURAL, Kind.PROJECT, Kind.TECHNICAL, Kind.SELF_INTRODUCTION)
        return next((found for instead in order if instead is not kind and (found := self.take(instead))), None)

    def _use(self, question: BankQuestion) -> PlannedQuestion:
        self._left.remove(question)
        self._competencies.add(question.competency)
        return as_planned(question)


def as_planned(question: BankQuestion) -> PlannedQuestion:
    """A bank's question as a plan holds it; a debate without counter-arguments of its own gets general ones."""
    follow_ups = question.follow_ups
    if question.kind is Kind.DEBATE and len(follow_ups) < 2:
        follow_ups = (*follow_ups, *OTHER_SIDE[question.language])
    return PlannedQuestion(
        id=question.id,
        kind=question.kind,
        text=question.text,
        source="bank",
        competency=question.competency,
        shows=question.shows,
        star=question.star,
        points=question.points,
        follow_ups=follow_ups,
    )


def discussion(presentation: PlannedQuestion, language: Language, rng: random.Random) -> list[PlannedQuestion]:
    """Questions to ask after a presentation: its own follow-ups, then general ones in random order."""
    general = list(DISCUSSION[language])
    rng.shuffle(general)
    texts = dict.fromkeys([*presentation.follow_ups, *general])
    return [
        PlannedQuestion(
            id=f"{presentation.id}-discussion-{number}",
            kind=Kind.PRESENTATION,
            text=text,
            source="bank",
            competency=presentation.competency,
            shows=presentation.shows,
            star=False,
            points=presentation.points,
            max_probes=1,
        )
        for number, text in enumerate(texts, start=1)
    ]


def _rank(question: BankQuestion, family: JobFamily, difficulty: Difficulty) -> tuple[int, int]:
    """A technical question of the job's own family comes before a general one; for the rest the family says little."""
    general = family not in question.families
    return (int(general and question.kind is Kind.TECHNICAL), _DISTANCE[difficulty][question.difficulty])
