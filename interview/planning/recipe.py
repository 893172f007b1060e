"""Which question comes where: each kind of interview is a row of slots, each slot a list of what may fill it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, cycle

from interview.planning.topics import Aim
from interview.shapes import Kind, PlannedQuestion, PlanRequest

Filling = Aim | Kind
Slot = tuple[Filling, ...]
"""What may fill the slot, best first: an aim takes a topic from the documents, a kind a question from the bank."""

_CLAIM: Slot = ("claim", Kind.PROJECT)
_GAP: Slot = ("gap", "partial", "role", Kind.TECHNICAL)
_PARTIAL: Slot = ("partial", "gap", "role", Kind.TECHNICAL)
_TECHNICAL: Slot = (Kind.TECHNICAL,)
_BEHAVIOURAL: Slot = (Kind.BEHAVIOURAL,)
_PRESSURE: Slot = (Kind.PRESSURE,)


def _conflict(otherwise: Slot) -> Slot:
    return ("conflict", *otherwise)


_FIRST: dict[Kind, tuple[Slot, ...]] = {
    Kind.MIXED: (_CLAIM, _GAP, _BEHAVIOURAL, _conflict(_CLAIM), _TECHNICAL, _PARTIAL, (Kind.SELF_INTRODUCTION,)),
    Kind.SELF_INTRODUCTION: ((Kind.SELF_INTRODUCTION,), _CLAIM),
    Kind.BEHAVIOURAL: (_BEHAVIOURAL, ("role", Kind.BEHAVIOURAL), _conflict(_BEHAVIOURAL)),
    Kind.TECHNICAL: (_GAP, _TECHNICAL, _PARTIAL, _TECHNICAL),
    Kind.PROJECT: (_CLAIM, _conflict(_CLAIM), (Kind.PROJECT,), _CLAIM, _PARTIAL),
    Kind.PRESSURE: (_GAP, _PRESSURE, _conflict(_PRESSURE), _CLAIM),
    Kind.DEBATE: (),
    Kind.ENGLISH: ((Kind.ENGLISH,), _CLAIM, _BEHAVIOURAL, _GAP),
    Kind.PRESENTATION: (),
}
_THEN: dict[Kind, tuple[Slot, ...]] = {
    Kind.MIXED: (_BEHAVIOURAL, _CLAIM, _GAP, _TECHNICAL),
    Kind.SELF_INTRODUCTION: ((Kind.SELF_INTRODUCTION,), (Kind.SELF_INTRODUCTION,), _CLAIM, _BEHAVIOURAL),
    Kind.BEHAVIOURAL: (_BEHAVIOURAL,),
    Kind.TECHNICAL: (_TECHNICAL, _GAP, _TECHNICAL, _PARTIAL),
    Kind.PROJECT: (_CLAIM, (Kind.PROJECT,)),
    Kind.PRESSURE: (_PRESSURE, _GAP, _PRESSURE, _CLAIM),
    Kind.DEBATE: ((Kind.DEBATE,),),
    Kind.ENGLISH: ((Kind.ENGLISH,), (Kind.ENGLISH,), _CLAIM, _BEHAVIOURAL),
    Kind.PRESENTATION: (_TECHNICAL, _BEHAVIOURAL),
}

INTRODUCES = frozenset({Kind.MIXED, Kind.SELF_INTRODUCTION, Kind.ENGLISH})
"""Interviews that open with "please introduce yourself"."""

_PRESSES_AT = 4
"""In a mixed interview with pressure every so manieth question is one."""


def slots(request: PlanRequest) -> Iterator[Slot]:
    """Without end, after the introduction."""
    row = chain(_FIRST[request.kind], cycle(_THEN[request.kind]))
    if request.kind is Kind.PRESSURE or not request.pressure:
        return row
    return (_PRESSURE if number % _PRESSES_AT == _PRESSES_AT - 1 else slot for number, slot in enumerate(row))


_STAGE = {
    Kind.SELF_INTRODUCTION: 0,
    Kind.ENGLISH: 1,
    Kind.PROJECT: 2,
    Kind.TECHNICAL: 3,
    Kind.BEHAVIOURAL: 5,
    Kind.PRESSURE: 6,
    Kind.DEBATE: 7,
}


def ordered(kind: Kind, questions: Sequence[PlannedQuestion], conflicting: frozenset[str]) -> list[PlannedQuestion]:
    """A mixed interview goes from what the candidate knows best to what is asked of anyone: the introduction, their own
    work, the job, contradictions (once they talk freely), the person, and pressure last. Others keep their order."""
    if kind not in (Kind.MIXED, Kind.ENGLISH):
        return list(questions)
    return sorted(questions, key=lambda question: 4 if question.id in conflicting else _STAGE.get(question.kind, 3))
