from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voice.chunker import Boundary, Chunker, boundary_after, speakable, weigh
from voice.cleaner import SpokenWord

ENGLISH = (
    "Thank you for sharing that, it sounds like a challenging project. Could you walk me through how you decided "
    "between PostgreSQL and MongoDB? I'd like to hear about the trade-offs."
)
KOREAN = "안녕하세요, 오늘 면접에 와 주셔서 감사합니다. 먼저 간단하게 자기소개를 부탁드려도 될까요?"
MARKDOWN = (
    "Assistant: **Good answer.** Here are two points:\n\n1. Use `asyncio.gather` for *concurrent* calls\n2. See [the "
    "docs](https://docs.python.org/3/library/asyncio.html) or https://www.example.com/a?b=c.\n\n"
    "```python\nprint('x. y')\n```\n\n- And one more thing\n# Next\nWhat about C#?<|im_end|>"
)


def fragments(text: str, language: str = "en", cuts: tuple[int, ...] = ()) -> list[str]:
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    chunker = Chunker(language)
    out = [f for a, b in itertools.pairwise(edges) for f in chunker.feed(text[a:b])]
    return [*out, *chunker.flush()]


GOLDEN = {
    ENGLISH: [
        "Thank you for sharing that,",
        "it sounds like a challenging project.",
        "Could you walk me through how you decided between PostgreSQL and MongoDB?",
        "I'd like to hear about the trade-offs.",
    ],
    "Great! 😊 So you used v2.0 of the API, e.g. with Mr. Kim at Acme Inc. in the U.S. Army and it took 3.5 weeks for "
    "1,000 users. No. 5 was the best... or was it?": [
        "Great! So you used v2.0 of the API,",
        "e.g. with Mr. Kim at Acme Inc. in the U.S. Army and it took 3.5 weeks",
        "for 1,000 users.",
        "No. 5 was the best... or was it?",
    ],
    KOREAN: ["안녕하세요,", "오늘 면접에 와 주셔서 감사합니다.", "먼저 간단하게 자기소개를 부탁드려도 될까요?"],
    "네, 좋습니다\n그러면 다음 질문으로 넘어가겠습니다\n최근 프로젝트에서 가장 어려웠던 점은 무엇이었나요": [
        "네, 좋습니다.",
        "그러면 다음 질문으로 넘어가겠습니다.",
        "최근 프로젝트에서 가장 어려웠던 점은 무엇이었나요",
    ],
    "결제 시스템에서 **트랜잭션**을 관리하실 때 어떤 수준을 사용하셨고, 그 이유는 무엇이었는지 말씀해 주시겠어요?": [
        "결제 시스템에서 트랜잭션을 관리하실 때 어떤 수준을 사용하셨고,",
        "그 이유는 무엇이었는지 말씀해 주시겠어요?",
    ],
    "정확도가 98.5% 정도였다고 하셨는데요. 2024. 5. 3. 배포 이후에는 어땠나요?다음으로 넘어가기 전에 듣고 싶습니다.": [
        "정확도가 98.5% 정도였다고 하셨는데요.",
        "2024. 5. 3. 배포 이후에는 어땠나요?",
        "다음으로 넘어가기 전에 듣고 싶습니다.",
    ],
    MARKDOWN: [
        "Good answer.",
        "Here are two points:",
        "1. Use asyncio.gather for concurrent calls.",
        "2. See the docs or example.com.",
        "And one more thing.",
        "Next. What about C#?",
    ],
    'He said "I quit." Then he left (really?). "Why?" she asked.': [
        'He said "I quit."',
        "Then he left (really?).",
        '"Why?" she asked.',
    ],
    "<think>The user\nis nervous.</think>Sure. 🚀 Tell me — briefly — about A + B and Q&A at AT&T.": [
        "Sure. Tell me —",
        "briefly — about A + B and Q&A",
        "at AT&T.",
    ],
    "I see. Hmm... Well, interesting.\r\n\r\nNo. That is not what I asked!": [
        "I see.",
        "Hmm... Well, interesting.",
        "No. That is not what I asked!",
    ],
    "A paragraph that was\nwrapped by models. Next one here.": [
        "A paragraph that was wrapped",
        "by models. Next one here.",
    ],
    "| Skill | Level |\n|---|---|\n| Python | high |\n\n---\n\n> Quoted words 1️⃣ here": [
        "Skill Level.",
        "Python high. Quoted words 1 here",
    ],
    "": [],
    "😊 ** \n\n``` code never closed": [],
}


@pytest.mark.parametrize("text", GOLDEN, ids=lambda text: text[:20])
def test_golden(text: str) -> None:
    assert fragments(text, "ko" if "니다" in text else "en") == GOLDEN[text]


PIECES = st.sampled_from(
    [
        "Hello there", "네, 좋습니다.", " ", "\n", "\n\n", "- ", "1. ", "**bold** ", "`a.b` ", "```", "3.5", "1,000 ",
        "[x y](http://z.q/1) ", "e.g. ", "Mr. ", "U.S. ", "...", "…", "? ", "! ", '"', ")", "(", "😊", "<think>",
        "</think>", "<|im_end|>", "Assistant: ", "면접관: ", "word ", "이것은 문장입니다\n", "https://a.b/c ", "—",
        " - ", "#", "*", "_", ".",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=40).map("".join))


@given(TEXTS, st.lists(st.integers(0, 400), max_size=30))
@example(MARKDOWN, list(range(400)))
def test_how_the_stream_is_cut_changes_nothing(text: str, cuts: list[int]) -> None:
    whole = fragments(text)
    assert fragments(text, cuts=tuple(cuts)) == whole
    assert " ".join(whole) == speakable(text)
    assert all(fragment == fragment.strip() and fragment for fragment in whole)


@given(
    st.lists(st.sampled_from(ENGLISH.split() + KOREAN.split() + ["3.5", "1,000", "v2.0,", "Mr.", '"So?"']), max_size=90)
)
def test_every_word_is_spoken_once_in_order(words: list[str]) -> None:
    assert " ".join(fragments(" ".join(words))).split() == words


@given(TEXTS)
def test_cleaning_leaves_nothing_to_clean(text: str) -> None:
    spoken = speakable(text)
    assert "**" not in spoken
    assert "```" not in spoken
    assert "😊" not in spoken
    assert "\n" not in spoken


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("What would you do if it happened one day?", "What would you do"),
        ("Which part of your graduation project did you do yourself?", "Which part of your graduation project"),
        ("What aspect of the data pipeline do you think fits?", "What aspect of the data pipeline"),
        ("Please describe your last larger software project in detail", "Please describe your last larger software"),
        ("what I would really like to understand next is the reaction", "what I would really like to understand"),
        ("비슷한 상황에서는 어떻게 하시겠습니까?", "비슷한 상황에서는"),
        ("간호 실습을 언급하셨는데, 그 효과는 무엇입니까?", "간호 실습을 언급하셨는데,"),
        ("졸업 작품의 당시 목표 설정과 관련해 더 말씀해 주십시오.", "졸업 작품의 당시 목표 설정과 관련해"),
    ],
)
def test_the_first_fragment_does_not_wait_for_punctuation(text: str, first: str) -> None:
    out = fragments(text, "ko" if text[-2:] not in ("y?", "f?", "s?", "il", "on") else "en")
    assert out[0] == first
    assert " ".join(out) == text


def test_nothing_is_cut_within_a_sentence_for_haste_when_something_is_being_said() -> None:
    chunker = Chunker("en")
    long = "What would you do if it happened one day before the release and nobody was there to help?"
    assert chunker.feed("I see, thank you. N") == ["I see, thank you."]
    assert chunker.flush(goes_on=True) == ["N"]
    assert [*chunker.feed(long), *chunker.flush()] == [long]


def test_the_first_fragment_comes_with_the_first_letter_after_it() -> None:
    chunker = Chunker("en")
    assert chunker.feed("Thank you for that, ") == []
    assert chunker.feed("i") == ["Thank you for that,"]


def test_a_very_long_sentence_is_split_at_a_clause() -> None:
    text = "Well, that is good. So, " + "and then we moved the data, " * 12 + "done."
    out = fragments(text)
    assert all(len(fragment) <= 230 for fragment in out)
    assert all(fragment.endswith((",", ".")) for fragment in out)
    assert max(len(f) for f in fragments("아주 긴 문장을 쉬지 않고 계속해서 말하는 " * 20, "ko")) <= 125


def test_flush_makes_the_chunker_new() -> None:
    chunker = Chunker("en")
    first = [*chunker.feed(ENGLISH), *chunker.flush()]
    assert [*chunker.feed(ENGLISH), *chunker.flush()] == first
    assert chunker.feed("```hidden") == []
    assert chunker.flush() == []
    assert [*chunker.feed(ENGLISH), *chunker.flush()] == first


@pytest.mark.parametrize(
    ("word", "following", "expected"),
    [
        ("done.", "T", Boundary.SENTENCE),
        ("Dr.", "K", Boundary.NONE),
        ("i.e.", "I", Boundary.NONE),
        ("No.", "5", Boundary.NONE),
        ("No.", "T", Boundary.SENTENCE),
        ("2020.", "T", Boundary.SENTENCE),
        ("etc.", "a", Boundary.NONE),
        ("etc.", "A", Boundary.SENTENCE),
        ("음...", "그", Boundary.CLAUSE),
        ("했어요.", "그", Boundary.SENTENCE),
        ("했습니다", "그", Boundary.CLAUSE),
        ("'정말요?'", "네", Boundary.SENTENCE),
        ("끝났죠.」", "네", Boundary.SENTENCE),
        ("です。", "次", Boundary.SENTENCE),
    ],
)
def test_boundaries(word: str, following: str, expected: Boundary) -> None:
    assert boundary_after(SpokenWord(word, False, False, following), False) is expected


def test_weight_is_about_the_time_it_takes_to_say() -> None:
    assert weigh("안녕하세요,") == 5
    assert weigh("challenging") == 4
    assert weigh("—") == 0
