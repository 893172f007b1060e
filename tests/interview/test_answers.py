"""What answers hold and lack, in transcripts as a small recogniser writes them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview.shapes import Kind, Language, PlannedQuestion, Point
from interview.speech.answers import AnswerAnalysis, analyse

POINTS = (Point("인덱스", ("인덱스", "index")), Point("주소", ("ip",)))


def question(language: Language = "ko", *, star: bool = True, points: tuple[Point, ...] = ()) -> PlannedQuestion:
    text = (
        "팀에서 갈등을 해결한 경험을 말씀해 주십시오." if language == "ko" else "Tell me about a conflict in your team."
    )
    return PlannedQuestion("q", Kind.BEHAVIOURAL, text, "bank", "", "", star=star, points=points)


def look(answer: str, language: Language = "ko") -> AnswerAnalysis:
    return analyse(question(language), answer, language)


@pytest.mark.parametrize(
    ("language", "answer", "said"),
    [
        ("ko", "작년 인턴 때 재고가 안 맞는 문제가 있었습니다", {"situation", "task"}),
        ("ko", "제가 매일 기록하고 표를 만들었습니다", {"action"}),
        ("ko", "그래서 결과적으로 불량이 줄었습니다", {"result"}),
        ("ko", "저는 성실한 사람입니다", set()),
        ("en", "when i worked at a bank we had to close the books in two days", {"situation", "task"}),
        ("en", "so i wrote a script and asked the vendor", {"action"}),
        ("en", "as a result the errors dropped", {"result"}),
        ("en", "i am a reliable person", set()),
    ],
)
def test_elements_are_found_by_their_cues(language: Language, answer: str, said: set[str]) -> None:
    analysis = look(answer, language)
    assert analysis.said == said
    assert set(analysis.missing) == {"situation", "task", "action", "result"} - said
    assert list(analysis.missing) == [name for name in ("action", "result", "task", "situation") if name not in said]


def test_points_are_found_by_cues_and_short_latin_ones_as_words() -> None:
    technical = question(star=False, points=POINTS)
    assert analyse(technical, "인덱스를 걸었습니다", "ko").said == {"인덱스"}
    assert analyse(technical, "We ship an Index", "ko").said == {"인덱스"}
    assert analyse(technical, "ip를 확인합니다", "ko").said == {"주소"}
    assert analyse(technical, "잘 모르겠습니다", "ko").missing == ("인덱스", "주소")


@pytest.mark.parametrize(
    ("language", "answer", "phrase"),
    [
        ("ko", "그래서 최선을 다했습니다", "최선을 다했습니다"),
        ("ko", "열심히 노력해서 좋은 결과가 나왔습니다", "열심히 노력해서"),
        ("ko", "좋은 결과가 나왔습니다", "좋은 결과"),
        ("en", "we worked really hard", "worked really hard"),
        ("en", "It improved significantly.", "significantly"),
    ],
)
def test_vague_phrases_are_verbatim_and_whole(language: Language, answer: str, phrase: str) -> None:
    assert look(answer, language).vague[0] == phrase


@pytest.mark.parametrize(
    ("language", "answer", "numbers"),
    [
        ("ko", "응대 시간을 30퍼센트 줄였습니다", ("30퍼센트",)),
        ("ko", "매출이 약 두 배 늘었습니다", ("두 배",)),
        ("ko", "이직률을 20퍼센트에서 8퍼센트로 낮췄습니다", ()),
        ("ko", "전년 대비 30% 성장했습니다", ()),
        ("ko", "카페에서 2년간 일했고 팀원은 5명이었습니다", ()),
        ("ko", "이전 회사에서 주 2일 재택을 했습니다", ()),
        ("en", "we cut the response time by thirty percent", ("thirty percent",)),
        ("en", "sales doubled", ("doubled",)),
        ("en", "it went from 20 minutes to 5 minutes", ()),
        ("en", "I have worked there for 3 years with 5 people", ()),
    ],
)
def test_figures_without_anything_to_compare(language: Language, answer: str, numbers: tuple[str, ...]) -> None:
    assert look(answer, language).bare_numbers == numbers


@pytest.mark.parametrize(
    ("language", "answer", "team"),
    [
        ("ko", "저희 팀이 함께 설문을 돌리고 모두가 결과를 정리해서 발표를 했습니다", True),
        ("ko", "저희 팀이 설문을 돌릴 때 제가 문항을 만들고 결과를 정리해서 발표를 했습니다", False),
        ("en", "we ran the survey and our team wrote the report together", True),
        ("en", "we ran the survey and i wrote the report for the team", False),
        ("en", "i think we ran the survey and our team wrote the report", True),
    ],
)
def test_we_without_any_i(language: Language, answer: str, team: bool) -> None:
    assert look(answer, language).team_only is team


@pytest.mark.parametrize(
    ("language", "answer", "topic"),
    [
        ("ko", "저희 팀은 고객 응대 시간을 30퍼센트 줄였습니다", "고객 응대 시간"),
        ("ko", "이전 회사에서 결제 시스템의 응답 속도가 느려서 레디스 캐시를 도입했습니다", "레디스 캐시"),
        ("ko", "신입사원 교육 프로그램을 기획해서 이직률이 낮아졌습니다", "신입사원 교육 프로그램"),
        ("ko", "네 열심히 하겠습니다", ""),
        ("ko", "음 그게 어 잘 모르겠습니다", ""),
        ("ko", "항상 나름대로 효율적으로 했습니다", ""),
        ("en", "in my third year i worked on a capstone project", "the capstone project"),
        ("en", "My manager asked me to lead the migration of our billing system to postgres.", "your billing system"),
        ("en", "first i look for slow queries", "slow queries"),
        ("en", "I'm a responsible person and I always do my best.", ""),
        ("en", "i don't know", ""),
    ],
)
def test_a_topic_is_a_noun_phrase_of_the_answer(language: Language, answer: str, topic: str) -> None:
    analysis = look(answer, language)
    assert analysis.reference == topic
    assert analysis.topic.lower() in answer.lower()


def test_the_topic_comes_from_what_was_said_last_and_not_from_the_question() -> None:
    assert look("레디스 캐시를 도입했습니다\n그래서 결제 서버를 나눴습니다").topic == "결제 서버"
    assert look("그 갈등을 팀장님과 풀었습니다").topic != "갈등"


@pytest.mark.parametrize(
    ("language", "answer", "off"),
    [
        ("ko", "오늘 날씨가 참 좋은데 아침에 버스가 늦게 와서 조금 뛰었더니 지금 목이 많이 마르고 덥네요", True),
        ("ko", "동료와 갈등이 생겼는데 그냥 시간이 지나니까 서로 자연스럽게 풀려서 지금은 아주 잘 지냅니다", False),
        ("ko", "날씨가 좋네요", False),
        ("en", "the weather is so nice today and i had a sandwich for lunch near the lake", True),
        ("en", "there were two people in the team who never spoke and it was awkward for everybody", False),
    ],
)
def test_off_topic_needs_many_words_and_nothing_in_common(language: Language, answer: str, off: bool) -> None:
    assert look(answer, language).off_topic is off


@pytest.mark.parametrize(
    ("language", "answer", "denied"),
    [
        ("ko", "음 글쎄요 특별히 싸운 적은 없는 것 같습니다", True),
        ("ko", "실패는 딱히 없었습니다", True),
        ("ko", "문제가 없도록 처리했습니다", False),
        ("en", "um i don't think i ever had one honestly", True),
        ("en", "I have never really failed.", True),
        ("en", "We had no budget so I built it myself.", False),
    ],
)
def test_no_such_experience(language: Language, answer: str, denied: bool) -> None:
    assert look(answer, language).denied is denied


@given(answer=st.text(max_size=300), korean=st.booleans())
def test_any_text_can_be_analysed(answer: str, korean: bool) -> None:
    language: Language = "ko" if korean else "en"
    analysis = analyse(question(language, points=POINTS), answer, language)
    assert analysis.words == len(answer.split()) or answer != answer.strip()
    assert not analysis.said & set(analysis.missing)


STORIES: tuple[tuple[Language, str, set[str]], ...] = (
    (
        "en",
        "In October our ferry company changed its timetable and the phones did not stop ringing. I printed the new "
        "times on one page, put it into every cabin, and told the crew what to say. By November we had a third of the "
        "calls.",
        {"situation", "task", "action", "result"},
    ),
    ("en", "I rewired the alarm panel and labelled all of the cables.", {"action"}),
    (
        "en",
        "Two ovens were too slow for the Christmas orders. I moved the bread to the night shift.",
        {"task", "action"},
    ),
    ("en", "I am good with people. I think listening is important, and I always try to help.", set()),
    ("en", "We had a lot of fun. Everybody liked each other and things were good.", {"situation"}),
    (
        "ko",
        "재작년 겨울에 난방이 고장 나서 입주민 민원이 하루에 30건씩 들어왔습니다. 제가 층마다 배관 온도를 재서 표로 "
        "적었습니다. 사흘 뒤에 민원은 두 건이 되었습니다.",
        {"situation", "action", "result"},
    ),
    ("ko", "제가 배선도를 다시 그렸습니다.", {"action"}),
    ("ko", "저는 책임감이 강한 편이고 항상 먼저 다가가려고 노력합니다.", set()),
)
"""Written for this test, after the signs were; none of their words were added to the lists."""


@pytest.mark.parametrize(("language", "answer", "least"), STORIES)
def test_a_story_tells_its_elements_by_its_order(language: Language, answer: str, least: set[str]) -> None:
    said = look(answer, language).said
    assert least <= said
    if not {"action"} & least:
        assert "action" not in said
    if "result" not in least:
        assert "result" not in said
