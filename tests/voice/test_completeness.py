"""Texts that stop in mid-sentence, and texts that are answers."""

from __future__ import annotations

import pytest

from voice.completeness import unfinished

UNFINISHED = [
    ("en", "And so my fellow Americans."),
    ("en", "Produced the block books, which were the predecessors of the true printed book,"),
    ("en", "I worked on a payment service and"),
    ("en", "It was slow because"),
    ("en", "My responsibility was the"),
    ("en", "I would say, um"),
    ("en", "We started small. With five people."),
    ("en", "Well…"),
    ("en", "So"),
    ("ko", "저는 결제 서비스를 개발했는데"),
    ("ko", "월말마다 느려져서"),
    ("ko", "그 문제를"),
    ("ko", "프로파일링을 하고"),
    ("ko", "음"),
    ("ko", "잠시만요."),
    ("ko", "팀은"),
]
FINISHED = [
    ("en", ""),
    ("en", "Yes."),
    ("en", "No, not really."),
    ("en", "Ask not what your country can do for you, ask what you can do for your country."),
    ("en", "I added an index and cached the exchange rates."),
    ("en", "And then we shipped it."),
    ("en", "That is how it was."),
    ("en", "Python."),
    ("ko", "네."),
    ("ko", "아니요"),
    ("ko", "저는 백엔드를 맡았습니다."),
    ("ko", "조금만 생각을 하면서 살면 훨씬 편할 거야"),
    ("ko", "그때 많이 배웠거든요"),
    ("ko", "파이썬입니다"),
]


@pytest.mark.parametrize(("language", "text"), UNFINISHED)
def test_a_text_that_goes_on_asks_for_patience(language: str, text: str) -> None:
    assert unfinished(text, language)


@pytest.mark.parametrize(("language", "text"), FINISHED)
def test_an_answer_does_not(language: str, text: str) -> None:
    assert not unfinished(text, language)


def test_a_result_told_with_a_falling_number_is_a_sentence() -> None:
    assert not unfinished("As a result errors fell from nine percent to one percent within a month.", "en")
