"""Texts that stop in mid-sentence, and texts that are answers."""

from __future__ import annotations

import pytest

from voice.completeness import Verdict, verdict

GOES_ON = (Verdict.UNFINISHED, Verdict.SUSPENDED)

UNFINISHED = [
    ("en", "I have worked with Python 4."),  # "... Python for"
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
    ("en", "I noticed that most of the errors"),
    ("en", "My responsibility was the immediate"),
    ("en", "When the database failed in the middle"),
    ("en", "The hardest part was explaining"),
    ("en", "I think that"),
    ("en", "So we decided"),
    ("en", "I prefer to work in"),
    ("ko", "그래서요"),
    ("ko", "느리니까"),
    ("ko", "제가 했던"),
    ("ko", "그 문제는 아주"),
    ("ko", "그 서비스가"),
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
    ("en", "We were a team of 4."),
    ("en", "4."),
    ("ko", "네."),
    ("ko", "아니요"),
    ("ko", "저는 백엔드를 맡았습니다."),
    ("ko", "조금만 생각을 하면서 살면 훨씬 편할 거야"),
    ("ko", "그때 많이 배웠거든요"),
    ("ko", "파이썬입니다"),
]


@pytest.mark.parametrize(("language", "text"), UNFINISHED)
def test_a_text_that_goes_on_asks_for_patience(language: str, text: str) -> None:
    assert verdict(text, language) in GOES_ON


@pytest.mark.parametrize(("language", "text"), FINISHED)
def test_an_answer_does_not(language: str, text: str) -> None:
    assert verdict(text, language) not in GOES_ON


def test_a_result_told_with_a_falling_number_is_a_sentence() -> None:
    text = "As a result errors fell from nine percent to one percent within a month."
    assert verdict(text, "en") is Verdict.WHOLE


SUSPENDED = [
    ("en", "One moment, please."),
    ("en", "Um, let me think."),
    ("en", "Let me think about that for a second."),
    ("en", "I worked at Acme and, hmm, give me a moment"),
    ("en", "Hold on."),
    ("en", "Just a second."),
    ("en", "Can I have a moment to think?"),
    ("ko", "잠시만요."),
    ("ko", "잠깐만요"),
    ("ko", "음, 생각 좀 해 보겠습니다."),
    ("ko", "잠시 생각해 볼게요"),
    ("ko", "생각할 시간을 좀 주세요."),
    ("ko", "저는 그때 잠시만 기다려 주세요"),
]
WHOLE = [
    ("en", "Yes."),
    ("en", "I added an index and cached the exchange rates."),
    ("en", "It took one second."),
    ("en", "That is how it was."),
    ("en", "I was responsible for the payment service"),
    ("ko", "네."),
    ("ko", "아니요"),
    ("ko", "저는 백엔드를 맡았습니다."),
    ("ko", "그때 많이 배웠거든요"),
    ("ko", "제가 설명을 잘했습니까?"),
]
UNCLEAR = [
    ("en", ""),
    ("en", "Python."),
    ("en", "About five years."),
    ("ko", ""),
    ("ko", "파이썬"),
    ("ko", "그렇게 생각했는데요"),
]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        *((*case, Verdict.SUSPENDED) for case in SUSPENDED),
        *((*case, Verdict.WHOLE) for case in WHOLE),
        *((*case, Verdict.UNCLEAR) for case in UNCLEAR),
    ],
)
def test_words_say_how_finished_they_are(language: str, text: str, expected: Verdict) -> None:
    assert verdict(text, language) is expected


@pytest.mark.parametrize(("language", "text"), [*WHOLE, ("ko", "네 그렇습니다"), ("en", "I would say so")])
def test_a_full_stop_of_whispers_changes_nothing(language: str, text: str) -> None:
    plain = text.rstrip(".?")
    assert verdict(plain, language) is verdict(plain + ".", language)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I started to write a test for every bug that I found.", Verdict.WHOLE),
        ("I said that I found", Verdict.UNFINISHED),
        ("Not yet.", Verdict.WHOLE),
        ("Not", Verdict.UNCLEAR),
    ],
)
def test_what_was_found_may_have_been_said_before(text: str, expected: Verdict) -> None:
    assert verdict(text, "en") is expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Yes, we can go on.", Verdict.REPLY),
        ("en", "No, not really.", Verdict.REPLY),
        ("en", "Yes, of course.", Verdict.REPLY),
        ("en", "Yes, I did.", Verdict.REPLY),
        ("ko", "네, 맞습니다.", Verdict.REPLY),
        ("en", "No, I have not.", Verdict.REPLY),
        ("en", "Yes, I led the", Verdict.UNFINISHED),
        ("en", "Yes.", Verdict.WHOLE),
        ("en", "Yes, and after that I led the team for three years.", Verdict.WHOLE),
        ("ko", "네, 계속하셔도 됩니다.", Verdict.REPLY),
        ("ko", "네 그런데", Verdict.UNFINISHED),
    ],
)
def test_a_yes_or_no_with_few_words_behind_it_is_a_reply(language: str, text: str, expected: Verdict) -> None:
    assert verdict(text, language) is expected
