"""What kind of answer a question asks for."""

from __future__ import annotations

import pytest

from voice.expectation import expected_answer
from voice.responder import Expected

QUESTIONS = [
    ("en", "Shall we go on?", Expected.SHORT),
    ("en", "Thank you. Are you ready to begin?", Expected.SHORT),
    ("en", "How many people were on the team?", Expected.SHORT),
    ("en", "Do you have any questions for me?", Expected.SHORT),
    ("en", "Tell me about a time you disagreed with a colleague.", Expected.LONG),
    ("en", "Could you walk me through that project?", Expected.LONG),
    ("en", "Why did you choose this company?", Expected.LONG),
    ("en", "How did you find the cause?", Expected.LONG),
    ("en", "I see. Please tell me more about the hardest part of it.", Expected.LONG),
    ("en", "Of course. Take your time.", Expected.LONG),
    ("en", "What did you learn from it?", Expected.NORMAL),
    ("en", "What is your greatest strength?", Expected.NORMAL),
    ("en", "Thank you.", Expected.NORMAL),
    ("en", "", Expected.NORMAL),
    ("ko", "계속할까요?", Expected.SHORT),
    ("ko", "준비되셨나요?", Expected.SHORT),
    ("ko", "팀원은 몇 명이었습니까?", Expected.SHORT),
    ("ko", "자기소개를 부탁드립니다.", Expected.LONG),
    ("ko", "갈등을 해결했던 경험을 말씀해 주세요.", Expected.LONG),
    ("ko", "그 문제를 어떻게 해결하셨나요?", Expected.LONG),
    ("ko", "네, 천천히 말씀하세요.", Expected.LONG),
    ("ko", "가장 큰 장점은 무엇이라고 생각하시는지요?", Expected.NORMAL),
    ("ko", "감사합니다.", Expected.NORMAL),
    ("ko", "", Expected.NORMAL),
]


@pytest.mark.parametrize(("language", "question", "expected"), QUESTIONS)
def test_a_question_asks_for_an_answer_of_a_kind(language: str, question: str, expected: Expected) -> None:
    assert expected_answer(question, language) is expected


def test_only_the_last_question_counts() -> None:
    assert expected_answer("Tell me about your team. Was it a large one?", "en") is Expected.SHORT
