"""What an interview is gone on with from: what is owed, what broke off, and where an ended one begins again."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import pytest

from interview.shapes import Step, Turn
from interview.talk.seat import Seat, reopened
from interview.talk.state import FlowState
from tests.interview.plans import plan


def turn(number: int, speaker: Literal["interviewer", "candidate"], text: str, written: str = "") -> Turn:
    start, end = number * 100, number * 100 + 90
    return Turn(number, speaker, Step.QUESTION, "q0", text, written or text, start, end, "en")


QUESTION = turn(0, "interviewer", "Why?")
ANSWER = turn(1, "candidate", "Because.")
UNHEARD = turn(2, "interviewer", "Thank", "Thank you. What came of it?")
MORE = turn(3, "candidate", "And so on.")
HALF = replace(turn(4, "candidate", "And then I"), interrupted=True)


def seat(*turns: Turn, state: FlowState | None = None) -> Seat:
    return Seat("s", plan(), turns, state or FlowState(step=Step.QUESTION, index=0, answer="Well."))


def test_an_answer_without_a_reply_is_owed_one() -> None:
    assert seat().owed == ()
    assert seat(QUESTION).owed == ()
    assert seat(QUESTION, ANSWER).owed == (ANSWER,)


def test_a_reply_of_which_little_was_heard_was_none() -> None:
    assert seat(QUESTION, ANSWER, UNHEARD).owed == (ANSWER,)
    assert seat(QUESTION, ANSWER, UNHEARD, MORE).owed == (ANSWER, MORE)


def test_an_answer_that_broke_off_waits_for_its_rest() -> None:
    broken = seat(QUESTION, ANSWER, HALF)
    assert broken.owed == ()
    assert broken.standing is not None
    assert broken.standing.answer == "Well.\nBecause.\nAnd then I"
    whole = seat(QUESTION, ANSWER)
    assert whole.standing == whole.state
    assert Seat("s", plan(), (HALF,)).standing is None


def test_numbers_and_samples_go_on_behind_the_last() -> None:
    gap = seat(QUESTION, MORE)
    assert gap.next_number == 4
    assert gap.end_sample == 390
    assert (seat().next_number, seat().end_sample) == (0, 0)


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (FlowState(index=1, probes=1, visited=("q0", "q1")), Step.PROBE),
        (FlowState(index=0, visited=("q0",)), Step.QUESTION),
        (FlowState(visited=("q0",)), Step.CLOSING),
        (FlowState(), Step.ICE_BREAKER),
    ],
)
def test_an_interview_that_was_ended_early_goes_on_where_it_was(state: FlowState, step: Step) -> None:
    ended = replace(state, step=Step.FAREWELL, over="ended_early", silences=2, unanswered=2)
    assert reopened(ended) == replace(state, step=step)
    assert reopened(state) == state
