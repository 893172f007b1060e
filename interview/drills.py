"""Drills: two minutes on a question that went badly, as an interview of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from interview.planning.words import Refused
from interview.shapes import InterviewPlan, Language

DRILL_S = 120
DRILL_MINUTES = 5
"""The shortest interview: two questions of two minutes, and the closing."""

MOST_DRILLS = 3


NO_QUESTION: dict[Language, str] = {
    "ko": "연습할 질문이 없습니다. 결과의 질문 가운데 하나를 골라 주십시오.",
    "en": "There is no such question to practise: choose one of the report's.",
}


class DrillRefused(Refused):
    """There is nothing to practise."""


def drill_plan(plan: InterviewPlan, question_ids: Sequence[str]) -> InterviewPlan:
    """An interview of these questions, in this order, with one interviewer. Raises DrillRefused."""
    wanted = [plan.question(question_id) for question_id in dict.fromkeys(question_ids)]
    questions = [question for question in wanted if question is not None][:MOST_DRILLS]
    if not questions:
        raise DrillRefused(NO_QUESTION, plan.request.language)
    minutes = DRILL_MINUTES if len(questions) * DRILL_S < DRILL_MINUTES * 60 else 2 * DRILL_MINUTES
    return replace(
        plan,
        request=replace(plan.request, minutes=minutes, interviewers=1),
        interviewers=plan.interviewers[:1],
        questions=tuple(replace(question, seconds=DRILL_S, pinned=True, interviewer=0) for question in questions),
        notes=(),
    )
