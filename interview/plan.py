"""Plans an interview: what the candidate chose, the documents and the bank become questions that fill the time.

Works with all documents, with any of them, and with none; with a language model and without one. The plan is the same
for the same input and seed, except for the words a model chooses.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import get_args

from interview.planning import families as plan_families
from interview.planning.bank import Bank, discussion
from interview.planning.budget import CONFLICT_S, PRESENTATION, STRETCH, box, fitted, question_seconds
from interview.planning.lines import clean
from interview.planning.panel import assigned, panel
from interview.planning.recipe import INTRODUCES, Filling, Slot, ordered, slots
from interview.planning.templates import Wording, planned
from interview.planning.topics import Topic, topics
from interview.planning.words import Refused, note, refusal
from interview.planning.writer import Draft, OnProgress, reword
from interview.shapes import (
    MINUTES,
    BankQuestion,
    Difficulty,
    Document,
    InterviewPlan,
    Kind,
    Language,
    Matrix,
    PlannedQuestion,
    PlanRequest,
)
from models.ports import LanguageModel

MOST_INTERVIEWERS = 3


class PlanRefused(Refused):
    """Such an interview cannot be planned."""


def spoken_language(request: PlanRequest) -> Language:
    """What the interview is held in: an English interview is held in English, whatever else was chosen."""
    return "en" if request.kind is Kind.ENGLISH else request.language


async def write_plan(
    request: PlanRequest,
    documents: Sequence[Document],
    matrix: Matrix,
    bank: Sequence[BankQuestion],
    llm: LanguageModel | None = None,
    *,
    on_progress: OnProgress | None = None,
) -> InterviewPlan:
    """The interview's plan. `bank` is that of `spoken_language(request)`; `documents` hold no contact details (they and
    the matrix are quoted in questions and shown to the model). `on_progress(done, total, text)` follows the model's
    questions. Raises PlanRefused."""
    request = checked(request)
    rng = random.Random(request.seed)
    family = plan_families.family(documents)
    made = _Drafting(request, documents, matrix, bank, rng)
    drafts = tuple(made.draft())
    if not drafts:
        raise PlanRefused(refusal("empty"), request.language)
    if llm is not None:
        drafts = await reword(drafts, request.language, llm, seed=request.seed, on_progress=on_progress)
    conflicting = frozenset(d.question.id for d in drafts if d.topic is not None and d.topic.conflict is not None)
    questions = ordered(request.kind, [draft.question for draft in drafts], conflicting)
    personas = panel(request.interviewers, request.language, family, pressure=request.pressure, rng=rng)
    personas = (replace(personas[0], voice=request.voice), *personas[1:])
    return InterviewPlan(
        request=request,
        position=plan_families.position(documents),
        family=family,
        interviewers=personas,
        questions=assigned(fitted(questions, request.minutes, request.difficulty), personas),
        notes=tuple(made.notes),
    )


def checked(request: PlanRequest) -> PlanRequest:
    """The request with its language settled. Raises PlanRefused."""
    language = spoken_language(request)
    if request.kind is Kind.PRESSURE and not request.pressure:
        raise PlanRefused(refusal("pressure"), request.language)
    if request.minutes not in MINUTES:
        raise PlanRefused(refusal("minutes", minutes=", ".join(map(str, MINUTES))), request.language)
    if not 1 <= request.interviewers <= MOST_INTERVIEWERS:
        raise PlanRefused(refusal("interviewers", most=str(MOST_INTERVIEWERS)), request.language)
    if request.difficulty not in get_args(Difficulty):
        raise PlanRefused(refusal("difficulty"), request.language)
    return replace(request, language=language)


class _Drafting:
    """Fills the slots of one interview. Not pure only in that it uses topics and bank questions up."""

    def __init__(
        self,
        request: PlanRequest,
        documents: Sequence[Document],
        matrix: Matrix,
        bank: Sequence[BankQuestion],
        rng: random.Random,
    ) -> None:
        self.notes: list[str] = []
        self._request, self._rng = request, rng
        self._bank = Bank(
            bank,
            language=request.language,
            family=plan_families.family(documents),
            difficulty=request.difficulty,
            rng=rng,
        )
        self._topics = list(topics(documents, matrix))
        self._lines: set[str] = set()
        self._variants: dict[str, int] = {}
        self._first_variant = rng.randrange(8)
        self._number = 0
        if not documents:
            self.notes.append(note("no_documents", request.language))
        elif documents and not any(self._sayable(topic) for topic in self._topics):
            self.notes.append(note("bank_only", request.language))

    def draft(self) -> list[Draft]:
        """Drafts until the time is full, in the order of their slots."""
        request = self._request
        left = question_seconds(request.minutes)
        made = self._opening()
        left -= sum(draft.question.seconds + draft.question.preparation_s for draft in made)
        for slot in slots(request):
            if request.kind is Kind.PRESENTATION and made:
                break
            draft = self._fill(slot)
            if draft is None:
                self.notes.append(note("too_few", request.language))
                break
            settles = draft.topic is not None and draft.topic.conflict is not None
            seconds = CONFLICT_S if settles else box(draft.question.kind, request.minutes)
            if made and seconds * STRETCH[0] > left:
                break
            left -= seconds
            made.append(replace(draft, question=replace(draft.question, seconds=seconds)))
        return made

    def _opening(self) -> list[Draft]:
        request = self._request
        if request.kind is Kind.PRESENTATION:
            return [Draft(question) for question in self._presentation()]
        if request.kind not in INTRODUCES:
            return []
        first = self._bank.introduction(Kind.ENGLISH if request.kind is Kind.ENGLISH else Kind.SELF_INTRODUCTION)
        if first is None:
            return []
        return [Draft(replace(first, seconds=box(Kind.SELF_INTRODUCTION, request.minutes)))]

    def _presentation(self) -> list[PlannedQuestion]:
        """Time to prepare, the presentation, then questions about it."""
        request, times = self._request, PRESENTATION[self._request.minutes]
        subject = self._bank.take(Kind.PRESENTATION)
        if subject is None:
            self.notes.append(note("no_presentation", request.language))
            return []
        talk = replace(
            subject, seconds=times.speaking_s, preparation_s=times.preparation_s, max_probes=0, follow_ups=()
        )
        left = question_seconds(request.minutes) - times.speaking_s - times.preparation_s
        seconds = box(Kind.PRESENTATION, request.minutes)
        asked = discussion(subject, request.language, self._rng)[: max(1, round(left / seconds))]
        return [talk, *(replace(question, seconds=seconds) for question in asked)]

    def _fill(self, slot: Slot) -> Draft | None:
        for filling in slot:
            if (draft := self._from(filling)) is not None:
                return draft
        kind = next((filling for filling in reversed(slot) if isinstance(filling, Kind)), Kind.BEHAVIOURAL)
        instead = self._bank.other(kind)
        if instead is not None:
            return Draft(instead)
        return next((draft for aim in ("claim", "gap", "partial", "role") if (draft := self._topic(aim))), None)

    def _from(self, filling: Filling) -> Draft | None:
        if isinstance(filling, Kind):
            question = self._bank.take(filling)
            return None if question is None else Draft(question)
        return self._topic(filling)

    def _topic(self, aim: str) -> Draft | None:
        """The next topic of the aim that can be said, about a line that was not asked about yet."""
        for topic in [topic for topic in self._topics if topic.aim == aim]:
            self._topics.remove(topic)
            lines = {clean(line) for line in _lines(topic)}
            if lines & self._lines and topic.conflict is None:
                continue
            question = self._sayable(topic)
            if question is not None:
                self._lines |= lines
                self._variants[aim] = self._variants.get(aim, 0) + 1
                self._number += 1
                return Draft(replace(question, id=f"matrix-{self._number}"), topic)
        return None

    def _sayable(self, topic: Topic) -> PlannedQuestion | None:
        pressing = self._request.kind is Kind.PRESSURE
        variant = self._first_variant + self._variants.get(topic.aim, 0)
        wording = Wording(self._request.language, self._request.difficulty, pressing, variant)
        return planned(topic, wording, number=self._number)


def _lines(topic: Topic) -> tuple[str, ...]:
    """What the candidate wrote, that the question is about."""
    if topic.conflict is not None:
        return tuple(line for line in (topic.conflict.first_line, topic.conflict.second_line) if line)
    return (topic.line,) if topic.line else ()
