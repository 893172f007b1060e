"""What is polite is no answer, and what is an answer is not taken for politeness."""

from __future__ import annotations

import pytest

from interview.shapes import Language
from interview.speech.pleasantries import greeting, pleasantry
from interview.talk.intents import Intent, understand

GREETINGS: list[tuple[Language, str]] = [
    ("en", "Hello, nice to meet you."),
    ("en", "I am doing well. Thank you."),
    ("en", "Hi, thank you very much for having me today."),
    ("en", "Good morning! I'm a little nervous."),
    ("en", "It’s a pleasure to meet you, thanks for the invitation."),
    ("ko", "안녕하십니까, 반갑습니다."),
    ("ko", "네 안녕하세요. 만나서 반갑습니다. 잘 부탁드립니다."),
    ("ko", "네, 잘 지내고 있습니다. 감사합니다."),
    ("ko", "조금 긴장됩니다."),
]
ANSWERS: list[tuple[Language, str]] = [
    ("en", "Hello, my name is Alex and I build ships."),
    ("en", "I'm doing well with databases."),
    ("en", "I am good at negotiation."),
    ("en", "Good morning. I was responsible for the night shift."),
    ("en", "Thank you, I led a team of four."),
    ("ko", "안녕하십니까 지원자 김서연입니다."),
    ("ko", "긴장하지 않고 발표했습니다."),
    ("ko", "고객에게 감사합니다라는 말을 들었습니다."),
    ("ko", "저는 결제 시스템을 만들었습니다."),
]


@pytest.mark.parametrize(("language", "text"), GREETINGS)
def test_greetings(language: Language, text: str) -> None:
    assert greeting(text, language)
    assert understand(text, language) is Intent.PLEASANTRY


@pytest.mark.parametrize(("language", "text"), ANSWERS)
def test_answers(language: Language, text: str) -> None:
    assert not pleasantry(text, language)
    assert understand(text, language) is Intent.ANSWER


@pytest.mark.parametrize(
    ("language", "text", "intent"),
    [
        ("en", "Thank you.", Intent.PLEASANTRY),
        ("en", "Yes, thank you.", Intent.YES),
        ("en", "Okay, thank you.", Intent.YES),
        ("ko", "감사합니다.", Intent.PLEASANTRY),
        ("ko", "네, 감사합니다.", Intent.YES),
        ("ko", "네, 좋습니다.", Intent.YES),
    ],
)
def test_thanks_are_a_yes_where_they_begin_with_one(language: Language, text: str, intent: Intent) -> None:
    assert not greeting(text, language)
    assert understand(text, language) is intent
