"""What the candidate may do to a plan before it starts: delete, move, pin, or hand in a whole list. Pure.

A plan that comes from outside is taken question by question: what is known keeps what the candidate cannot see (points,
evidence), what is new gets only what can be checked. Every refusal is one sentence in the interview's language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from interview.planning.words import Mistake, Refused, mistake
from interview.shapes import InterviewPlan, Kind, PlannedQuestion

MOST_QUESTIONS = 40
LONGEST_TEXT = 500
SECONDS = (20, 1800)
MOST_PROBES = 2


class EditRefused(Refused):
    """The edit is not possible and nothing changed."""


def remove(plan: InterviewPlan, question_id: str) -> InterviewPlan:
    """The plan without the question. Raises EditRefused where it is unknown or the last one."""
    _place_of(plan, question_id)
    if len(plan.questions) == 1:
        raise _refused(plan, "last")
    return replace(plan, questions=tuple(question for question in plan.questions if question.id != question_id))


def move(plan: InterviewPlan, question_id: str, place: int) -> InterviewPlan:
    """The plan with the question at the place, counted from 0 in the new order. Raises EditRefused."""
    old = _place_of(plan, question_id)
    if not 0 <= place < len(plan.questions):
        raise _refused(plan, "place")
    questions = list(plan.questions)
    questions.insert(place, questions.pop(old))
    return replace(plan, questions=tuple(questions))


def pin(plan: InterviewPlan, question_id: str, pinned: bool = True) -> InterviewPlan:
    """The plan with the question marked to be asked whatever the time (or no longer). Raises EditRefused."""
    place = _place_of(plan, question_id)
    questions = list(plan.questions)
    questions[place] = replace(questions[place], pinned=pinned)
    return replace(plan, questions=tuple(questions))


def replaced(plan: InterviewPlan, questions: Sequence[PlannedQuestion]) -> InterviewPlan:
    """The plan with this list instead of its own. Raises EditRefused, and then nothing of the list was taken."""
    if not questions:
        raise _refused(plan, "nothing")
    if len(questions) > MOST_QUESTIONS:
        raise _refused(plan, "too_many", most=str(MOST_QUESTIONS))
    if _repeats(question.id for question in questions) or _repeats(_said(question) for question in questions):
        raise _refused(plan, "twice")
    for question in questions:
        for which, wrong, fields in _RULES:
            if wrong(plan, question):
                raise _refused(plan, which, **fields)
    return replace(plan, questions=tuple(_taken(plan, question) for question in questions))


_RULES: tuple[tuple[Mistake, Callable[[InterviewPlan, PlannedQuestion], bool], dict[str, str]], ...] = (
    ("unknown", lambda _, question: not question.id.strip() or len(question.id) > 80, {}),
    ("kind", lambda plan, question: question.kind is Kind.MIXED or _unasked_pressure(plan, question), {}),
    ("empty_text", lambda _, question: not question.text.strip(), {}),
    ("long_text", lambda _, question: len(question.text) > LONGEST_TEXT, {"most": str(LONGEST_TEXT)}),
    (
        "seconds",
        lambda _, question: (
            not SECONDS[0] <= question.seconds <= SECONDS[1] or not 0 <= question.preparation_s <= SECONDS[1]
        ),
        {"least": str(SECONDS[0]), "most": str(SECONDS[1])},
    ),
    ("interviewer", lambda plan, question: not 0 <= question.interviewer < len(plan.interviewers), {}),
    ("probes", lambda _, question: not 0 <= question.max_probes <= MOST_PROBES, {"most": str(MOST_PROBES)}),
)


def _unasked_pressure(plan: InterviewPlan, question: PlannedQuestion) -> bool:
    return question.kind is Kind.PRESSURE and not plan.request.pressure


def _taken(plan: InterviewPlan, question: PlannedQuestion) -> PlannedQuestion:
    """The candidate decides over wording, order, time and pin. A question in new words loses what belonged to the old
    ones; where it came from is never taken from outside."""
    known = plan.question(question.id)
    text = " ".join(question.text.split())
    own = replace(question, text=text, requirement_id=None, evidence="", follow_ups=(), points=(), source="bank")
    if known is None:
        return own
    return replace(
        known,
        text=text,
        seconds=question.seconds,
        max_probes=question.max_probes,
        preparation_s=question.preparation_s,
        interviewer=question.interviewer,
        pinned=question.pinned,
        follow_ups=known.follow_ups if text == known.text else (),
        points=known.points if text == known.text else (),
    )


def _place_of(plan: InterviewPlan, question_id: str) -> int:
    place = next((n for n, question in enumerate(plan.questions) if question.id == question_id), None)
    if place is None:
        raise _refused(plan, "unknown")
    return place


def _said(question: PlannedQuestion) -> str:
    return " ".join(question.text.split()).casefold()


def _repeats(values: Iterable[str]) -> bool:
    listed = list(values)
    return len(set(listed)) < len(listed)


def _refused(plan: InterviewPlan, which: Mistake, **fields: str) -> EditRefused:
    return EditRefused(mistake(which, **fields), plan.request.language)
