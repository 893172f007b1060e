from __future__ import annotations

import pytest

from models.ports import Transcription, Word
from voice.hallucination import is_hallucination


def heard(
    text: str,
    *,
    probability: float = 0.9,
    no_speech: float = 0.05,
    log_probability: float = -0.25,
    ratio: float = 1.2,
    language: str = "en",
) -> Transcription:
    words = tuple(Word(f" {word}", i * 0.4, i * 0.4 + 0.3, probability) for i, word in enumerate(text.split()))
    return Transcription(text, words, language, no_speech, log_probability, ratio)


@pytest.mark.parametrize(
    ("transcription", "voiced_s", "reason"),
    [
        (heard(""), 1.0, "empty"),
        (heard(" ... "), 1.0, "empty"),
        (heard("[BLANK_AUDIO]"), 1.0, "sound_tag"),
        (heard("(음악)", language="ko"), 1.0, "sound_tag"),
        (heard("♪♪"), 1.0, "sound_tag"),
        (heard("*coughs* [Music]"), 1.0, "sound_tag"),
        (heard("I see it.", no_speech=0.8, log_probability=-1.3), 2.0, "no_speech"),
        (heard("the the the the the the the the the", ratio=4.0), 4.0, "loop"),
        (heard("This is a long sentence that nobody can say in so short a time at all"), 0.3, "too_fast"),
        (heard("오늘은 데이터베이스 설계에 대해서 말씀드리겠습니다", language="ko"), 0.2, "too_fast"),
        (heard("Thank you.", no_speech=0.7), 0.4, "silence_phrase"),
        (heard("Thank you.", log_probability=-1.2), 0.4, "silence_phrase"),
        (heard("you", probability=0.1), 0.3, "silence_phrase"),
        (heard("Thank you.", probability=0.8), 0.1, "silence_phrase"),
        (heard("Thank you for watching!", probability=0.7), 2.0, "silence_phrase"),
        (heard("Thanks for watching!", probability=0.95), 0.5, "silence_phrase"),
        (heard("시청해주셔서 감사합니다.", probability=0.7, language="ko"), 1.5, "silence_phrase"),
        (heard("시청해 주셔서 감사합니다", probability=0.95, language="ko"), 0.9, "silence_phrase"),
        (heard("구독과 좋아요 부탁드립니다.", probability=0.6, language="ko"), 3.0, "silence_phrase"),
    ],
)
def test_inventions(transcription: Transcription, voiced_s: float, reason: str) -> None:
    assert is_hallucination(transcription, voiced_s) == reason


@pytest.mark.parametrize(
    ("transcription", "voiced_s"),
    [
        (heard("Thank you."), 0.6),
        (heard("감사합니다", language="ko"), 0.7),
        (heard("네.", probability=0.6, language="ko"), 0.25),
        (heard("Thank you for watching the demo with me, I will now explain the design."), 4.0),
        (heard("영상 서비스의 시청해주셔서 감사합니다 화면을 만들었습니다", language="ko"), 4.0),
        (heard("I said very quickly what I did"), 1.2),
        (heard("저는 삼 년 동안 백엔드 개발자로 일했습니다", language="ko"), 2.5),
        (heard("Python (mostly), and a bit of Go."), 2.0),
        (heard("Hesitant but real speech.", no_speech=0.7, log_probability=-0.5), 2.0),
        (heard("Unclear but voiced.", no_speech=0.1, log_probability=-1.3), 2.0),
    ],
)
def test_what_people_say(transcription: Transcription, voiced_s: float) -> None:
    assert is_hallucination(transcription, voiced_s) is None


def test_the_language_can_be_given() -> None:
    korean = heard("데이터베이스설계를말씀드리겠습니다", language="en")
    assert is_hallucination(korean, 0.3, "ko") == "too_fast"
    assert is_hallucination(korean, 0.3) is None


def looked_at(text: str, no_speech: float, log_probability: float, language: str = "en") -> Transcription:
    """A look without places of words."""
    return Transcription(text, (), language, no_speech, log_probability, 0.8)


@pytest.mark.parametrize(
    ("look", "reason"),
    [
        (looked_at("Stop.", 0.07, -1.06), None),
        (looked_at("Okay.", 0.20, -0.72), None),
        (looked_at("네.", 0.15, -0.8, "ko"), None),
        (looked_at("I'm gonna get you.", 0.59, -2.06), "no_speech"),
        (looked_at("1.", 0.59, -2.02, "ko"), "no_speech"),
        (looked_at("Thank you.", 0.86, -0.99), "silence_phrase"),
    ],
)
def test_a_look_at_half_a_second_tells_a_word_from_a_cough(look: Transcription, reason: str | None) -> None:
    """Whisper base's own numbers for words cut off after 0.35 s, for bursts of noise and for the recorded noise."""
    assert is_hallucination(look, 0.5) == reason
