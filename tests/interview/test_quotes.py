"""A quote is the candidate's own words or it is no quote."""

from __future__ import annotations

import pytest

from interview.judging.quotes import find
from interview.shapes import Step, Turn


def turn(number: int, text: str) -> Turn:
    return Turn(number, "candidate", Step.QUESTION, "q", text, text, 0, 0, "ko")


TURNS = (
    turn(1, "네, 제가 결제 실패율을 2.4%에서 0.7%로 낮췄습니다."),
    turn(3, "I called twenty-two customers, myself. It’s done."),
    turn(5, "No."),
)


@pytest.mark.parametrize(
    ("quote", "number", "text"),
    [
        ("결제 실패율을 2.4%에서 0.7%로", 1, "결제 실패율을 2.4%에서 0.7%로"),
        ("결제실패율을 24에서 07로 낮췄습니다", 1, "결제 실패율을 2.4%에서 0.7%로 낮췄습니다"),
        ('"i called Twenty two customers myself"', 3, "I called twenty-two customers, myself"),
        ("customers, myself ... something else", 3, "customers, myself"),
        ("No", 5, "No"),
    ],
)
def test_found_whatever_its_spacing_and_punctuation(quote: str, number: int, text: str) -> None:
    found = find(quote, TURNS)
    assert found is not None
    assert (found.turn, found.text) == (number, text)
    assert next(turn.text for turn in TURNS if turn.number == number)[found.start : found.end] == text


@pytest.mark.parametrize(
    "quote", ["", " … ", "낮췄", "결제 성공률을 2.4%에서", "I called thirty customers", "customers myself its done no"]
)
def test_not_found_when_invented_too_short_or_across_turns(quote: str) -> None:
    assert find(quote, TURNS) is None
