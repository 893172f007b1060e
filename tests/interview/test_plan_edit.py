"""What a candidate may do to a plan, and what is refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from interview.planning.edit import EditRefused, move, pin, remove, replaced
from interview.shapes import InterviewPlan, JobFamily, Kind, Persona, PlannedQuestion, PlanRequest, Point

QUESTIONS = tuple(
    PlannedQuestion(
        id=name,
        kind=Kind.TECHNICAL,
        text=f"{name}에 대해 말씀해 주시겠습니까?",
        source="matrix",
        competency="직무",
        shows="",
        points=(Point("점", ("점",)),),
        evidence="서류의 줄",
        requirement_id="r1",
    )
    for name in ("가", "나", "다")
)
PLAN = InterviewPlan(PlanRequest(), "", JobFamily.ANY, (Persona("김정훈", "팀장"),), QUESTIONS)


def ids(plan: InterviewPlan) -> str:
    return "".join(question.id for question in plan.questions)


def test_delete_move_and_pin() -> None:
    assert ids(remove(PLAN, "나")) == "가다"
    assert ids(move(PLAN, "가", 2)) == "나다가"
    assert ids(move(PLAN, "다", 0)) == "다가나"
    pinned = pin(PLAN, "나")
    assert [question.pinned for question in pinned.questions] == [False, True, False]
    assert pin(pinned, "나", False) == PLAN


def test_a_whole_list_keeps_what_cannot_be_seen_and_takes_what_can_be_chosen() -> None:
    first, second, third = QUESTIONS
    edited = replaced(
        PLAN, (replace(third, pinned=True, seconds=60, evidence="남의 줄"), replace(first, text="다른 질문입니까?"))
    )
    assert ids(edited) == "다가"
    assert edited.questions[0] == replace(third, pinned=True, seconds=60)
    assert edited.questions[1].text == "다른 질문입니까?"
    assert edited.questions[1].points == ()
    own = replaced(PLAN, (replace(second, id="own-1", text="제가 쓴 질문입니까?"),)).questions[0]
    assert (own.evidence, own.requirement_id, own.points, own.source) == ("", None, (), "bank")


WRONG: list[Callable[[], object]] = [
    lambda: remove(PLAN, "라"),
    lambda: remove(replace(PLAN, questions=QUESTIONS[:1]), "가"),
    lambda: move(PLAN, "가", 3),
    lambda: move(PLAN, "가", -1),
    lambda: pin(PLAN, "라"),
    lambda: replaced(PLAN, ()),
    lambda: replaced(PLAN, (QUESTIONS[0], QUESTIONS[0])),
    lambda: replaced(PLAN, (QUESTIONS[0], replace(QUESTIONS[1], text=QUESTIONS[0].text))),
    lambda: replaced(PLAN, tuple(replace(QUESTIONS[0], id=str(n), text=str(n)) for n in range(41))),
    lambda: replaced(PLAN, (replace(QUESTIONS[0], text="  "),)),
    lambda: replaced(PLAN, (replace(QUESTIONS[0], text="가" * 501),)),
    lambda: replaced(PLAN, (replace(QUESTIONS[0], id=" "),)),
    lambda: replaced(PLAN, (replace(QUESTIONS[0], seconds=1),)),
    lambda: replaced(PLAN, (replace(QUESTIONS[0], preparation_s=-1),)),
    lambda: replaced(PLAN, (replace(QUESTIONS[0], interviewer=1),)),
    lambda: replaced(PLAN, (replace(QUESTIONS[0], max_probes=3),)),
    lambda: replaced(PLAN, (replace(QUESTIONS[0], kind=Kind.MIXED),)),
    lambda: replaced(PLAN, (replace(QUESTIONS[0], kind=Kind.PRESSURE),)),
]


@pytest.mark.parametrize("edit", WRONG)
def test_what_cannot_be_is_refused_in_a_sentence(edit: Callable[[], object]) -> None:
    with pytest.raises(EditRefused, match=r"^[^{}]*[가-힣][^{}]*[.]$"):
        edit()


def test_refusals_follow_the_interviews_language() -> None:
    english = replace(PLAN, request=PlanRequest(language="en"))
    with pytest.raises(EditRefused, match="There is no such question"):
        remove(english, "x")
