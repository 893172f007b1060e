"""What words over a reply mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.interruption import Meaning, meaning

QUESTION_EN = "Tell me about a project you are proud of, and what made it hard."
QUESTION_KO = "가장 자랑스러운 프로젝트를 말씀해 주시고, 무엇이 어려웠는지 알려 주세요."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Stop.", "en"),
        ("Wait.", "en"),
        ("Wait, wait.", "en"),
        ("Okay, stop.", "en"),
        ("Sorry?", "en"),
        ("What?", "en"),
        ("No.", "en"),
        ("Can you repeat that?", "en"),
        ("Excuse me", "en"),
        ("Let me think about that.", "en"),
        ("잠깐만요", "ko"),
        ("잠시만요.", "ko"),
        ("그만.", "ko"),
        ("네, 잠깐만요.", "ko"),
        ("다시 말씀해 주세요", "ko"),
        ("아니요", "ko"),
        ("네?", "ko"),
        ("죄송한데 못 들었습니다.", "ko"),
        ("Stop.", "ko"),
        ("그런데요", "ko"),
    ],
)
def test_who_wants_the_floor_gets_it(text: str, language: str) -> None:
    assert meaning(text, language, being_said="") is Meaning.INTERRUPTION
    said = QUESTION_KO if language == "ko" else QUESTION_EN
    assert meaning(text, language, being_said=said) is Meaning.INTERRUPTION


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Actually I meant the other one.", "en"),
        ("Yeah, but I have a question.", "en"),
        ("I was", "en"),
        ("I'll.", "en"),
        ("Tonight", "en"),
        ("저는 그 작업에서", "ko"),
        ("그건요", "ko"),
    ],
)
def test_other_words_are_left_to_time(text: str, language: str) -> None:
    said = QUESTION_KO if language == "ko" else QUESTION_EN
    assert meaning(text, language, being_said="") is Meaning.WORDS
    assert meaning(text, language, being_said=said) is Meaning.WORDS


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Yeah.", "en"),
        ("Uh-huh.", "en"),
        ("Mm-hmm", "en"),
        ("Right.", "en"),
        ("Right, right, right.", "en"),
        ("Okay. Yeah, I see.", "en"),
        ("Oh, okay.", "en"),
        ("I see", "en"),
        ("That’s right.", "en"),
        ("No problem.", "en"),
        ("Um, yeah.", "en"),
        ("Thank you.", "en"),
        ("네", "ko"),
        ("네네", "ko"),
        ("네, 네, 네.", "ko"),
        ("아 네", "ko"),
        ("아, 네. 알겠습니다.", "ko"),
        ("음", "ko"),
        ("그렇죠", "ko"),
        ("맞아요, 맞아요.", "ko"),
        ("오케이", "ko"),
        ("Okay.", "ko"),
    ],
)
def test_a_nod_claims_nothing(text: str, language: str) -> None:
    assert meaning(text, language, being_said="") is Meaning.BACKCHANNEL
    assert meaning(text, language, being_said=QUESTION_KO if language == "ko" else QUESTION_EN) is Meaning.BACKCHANNEL


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", "en"),
        (" ... ", "en"),
        ("(coughing)", "en"),
        ("[Music]", "en"),
        ("*cough*", "en"),
        ("♪", "en"),
        ("Um.", "en"),
        ("you", "en"),
        ("The", "en"),
        ("Ha ha ha.", "en"),
        ("Thanks for watching!", "en"),
        ("어", "en"),
        ("그", "ko"),
        ("저기", "ko"),
        ("콜록콜록", "ko"),
        ("시청해 주셔서 감사합니다.", "ko"),
        ("MBC 뉴스 이덕영입니다.", "ko"),
    ],
)
def test_a_cough_says_nothing(text: str, language: str) -> None:
    if text == "어":
        language = "ko"
        assert meaning(text, language) in {Meaning.NOTHING, Meaning.BACKCHANNEL}
    else:
        assert meaning(text, language) is Meaning.NOTHING


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("a project you are proud of", "en"),
        ("project you're proud of.", "en"),
        ("and what made it hard", "en"),
        ("...ject you are pr", "en"),
        ("project", "en"),
        ("a project you are crowd of and", "en"),
        ("프로젝트를 말씀해 주시고", "ko"),
        ("무엇이 어려웠는지", "ko"),
        ("자랑스러운 프로젝트를 말씀해", "ko"),
        ("어려웠는지 알려 주세요", "ko"),
    ],
)
def test_its_own_words_are_an_echo(text: str, language: str) -> None:
    said = QUESTION_KO if language == "ko" else QUESTION_EN
    assert meaning(text, language, being_said=said) is Meaning.ECHO
    assert meaning(text, language, being_said="") in {Meaning.WORDS, Meaning.INTERRUPTION}


def test_an_echo_with_somebodys_words_behind_it_is_no_echo() -> None:
    text = "a project you are proud of I would like to talk about something else"
    assert meaning(text, "en", being_said=QUESTION_EN) is Meaning.WORDS


def test_a_command_that_moui_says_itself_is_its_echo() -> None:
    said = "다음 질문으로 넘어가겠습니다."
    assert meaning("다음 질문을 넘어가겠습니다", "ko", being_said=said) is Meaning.ECHO
    assert meaning("When did you stop", "en", being_said="When did you stop working there?") is Meaning.ECHO


OTHER_THINGS = (
    "I was the one who planned it",
    "we moved the billing service",
    "my team had five people",
    "it took about three months",
    "maybe we should start over",
    "the first one was easier",
    "that is not what I said",
    "I never worked with Java",
)


@pytest.mark.parametrize("text", OTHER_THINGS)
def test_other_words_are_no_echo(text: str) -> None:
    said = " ".join(other for other in OTHER_THINGS if other != text)[:240]
    assert meaning(text, "en", being_said=said) is Meaning.WORDS


@given(st.text(max_size=80), st.sampled_from(["en", "ko", "de", ""]), st.text(max_size=300))
def test_any_text_means_something(text: str, language: str, said: str) -> None:
    assert meaning(text, language, being_said=said) in set(Meaning)
