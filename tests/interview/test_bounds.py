"""Model and rules never contradict each other in one report: what was counted bounds what may be judged."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from interview.delivery import analyse
from interview.judging.bounds import Bounds, bounds
from interview.judging.calibration import Calibration
from interview.judging.judge import judge
from interview.judging.scores import Measures, Mismatch
from interview.judging.task import LEAST_WORDS, presentable
from interview.pages import markdown
from interview.report import Report, build
from interview.shapes import InterviewRecord, Language, StarElement
from tests.interview.planted_answers import QUALITIES, planted, record
from tests.interview.test_judge import TRUSTED, ScriptedJudge, answer_of, one, says

S, T, A, R = "situation", "task", "action", "result"
ELEMENTS: tuple[StarElement, ...] = ("situation", "task", "action", "result")


def told(*said: str, own: int = 2) -> Measures:
    return Measures(50, said, tuple(name for name in ELEMENTS if name not in said), own=own)


@pytest.mark.parametrize(
    ("counted", "expected"),
    [
        (told(S, T, A, R), Bounds(3, 5)),
        (told(S, T, A, R, own=0), Bounds(1, 4)),
        (told(S, A, R), Bounds(3, 4)),  # "Left out: Task" and 5 of 5 would be one contradiction
        (told(S, T, A), Bounds(3, 3)),
        (told(A, own=0), Bounds(1, 3)),
        (told(S, R), Bounds(1, 2)),
        (told(), Bounds(1, 2)),
    ],
)
def test_a_story_is_as_complete_as_what_is_left_out_of_it(counted: Measures, expected: Bounds) -> None:
    assert bounds("star", counted) == expected


@pytest.mark.parametrize(
    ("criterion", "counted", "expected"),
    [
        ("technical", Measures(30, ("a", "b"), ()), Bounds(1, 5)),
        ("technical", Measures(30, ("a", "b"), ("c",)), Bounds(1, 4)),
        ("technical", Measures(30, ("a",), ("b", "c")), Bounds(1, 3)),
        ("specificity", Measures(30, numbers=("3", "4 %"), names=("Redis",)), Bounds(3, 5)),
        ("specificity", Measures(30, numbers=("3",)), Bounds(2, 4)),
        ("specificity", Measures(30), Bounds(1, 2)),
        ("ownership", Measures(30, own=2, team=1), Bounds(3, 5)),
        ("ownership", Measures(30, own=1, team=3), Bounds(1, 3)),
        ("ownership", Measures(30, own=0, team=3), Bounds(1, 2)),
        ("consistency", Measures(30), Bounds(2, 5)),  # nobody contradicts himself without two figures to look at
        ("consistency", Measures(30, mismatches=(Mismatch("20", "30", 1, "d"),)), Bounds(1, 4)),
        ("consistency", Measures(30, resume_overlap=0.4), Bounds(4, 5)),
        ("ownership", Measures(30, own=4, team=1), Bounds(4, 5)),
        ("relevance", Measures(30), Bounds(1, 5)),
        ("relevance", Measures(30, numbers=("1", "2", "3"), own=2, overlap=0.3), Bounds(3, 5)),
        ("relevance", Measures(30, numbers=("1", "2", "3"), own=2, overlap=0.0), Bounds(1, 5)),
        ("fit", Measures(30), Bounds(1, 5)),
    ],
)
def test_bounds(criterion: str, counted: Measures, expected: Bounds) -> None:
    assert bounds(criterion, counted) == expected


NO_RESULT = {
    "en": "At my last company the nightly import failed every week. I read the logs and wrote a small retry script.",
    "ko": "지난 회사에서 매일 밤 적재 작업이 실패하는 상황이었습니다. 제가 로그를 분석하고 재시도 코드를 만들었습니다.",
}


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_five_of_five_and_left_out_are_not_said_of_the_same_answer(language: Language) -> None:
    made = record(language, "bad", [planted(language)[1]], change=lambda _: NO_RESULT[language])
    found = await judge(made, ScriptedJudge(says(level=5)), samples=1, calibration=TRUSTED)
    scored = found.exchanges[0]
    star = scored.criterion("star")
    assert star is not None
    assert "result" in scored.measures.missing
    assert star.level == 3
    assert star.reason == ""


async def test_a_level_that_denies_what_was_counted_is_no_score() -> None:
    found = await judge(one(quality="good"), ScriptedJudge(says(level=1)), calibration=TRUSTED)
    by_name = {score.criterion: score for score in found.exchanges[0].criteria}
    assert {name for name, score in by_name.items() if score.status == "disputed"} == {
        "star",
        "specificity",
        "consistency",
    }
    assert by_name["star"].level is None
    assert by_name["relevance"].level == 1
    assert found.judged


async def test_one_high_sample_does_not_outvote_two_that_are_disputed() -> None:
    levels = {20_000: 1, 20_001: 1, 20_002: 5}
    found = await judge(
        one(), ScriptedJudge(says(level=lambda request: levels[request.seed or 0])), calibration=TRUSTED
    )
    star = found.exchanges[0].criterion("star")
    assert star is not None
    assert (star.status, star.samples) == ("disputed", (1, 1, 5))


GREETINGS = {"en": "Hello, nice to meet you.", "ko": "안녕하십니까, 만나서 반갑습니다."}
SHORT = {"en": "Yes, I did that.", "ko": "네, 그렇게 했습니다."}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("said", [GREETINGS, SHORT])
async def test_where_nothing_was_said_nobody_is_asked(language: Language, said: dict[Language, str]) -> None:
    thin = record(language, "bad", [planted(language)[1]], change=lambda _: said[language])
    assert len(said[language].split()) < LEAST_WORDS[language]
    llm = ScriptedJudge(says(level=1))
    found = await judge(thin, llm)
    assert not llm.requests, "not even tried"
    assert not found.judged
    both = replace(
        thin,
        plan=replace(thin.plan, questions=(*thin.plan.questions, planted(language)[3].question)),
        turns=(
            *thin.turns,
            *(replace(turn, number=turn.number + 2) for turn in record(language, "good", [planted(language)[3]]).turns),
        ),
    )
    found = await judge(both, llm, samples=1, calibration=TRUSTED)
    assert {score.status for score in found.exchanges[0].criteria} <= {"insufficient", "no_data"}
    assert found.exchanges[0].total is None
    assert found.exchanges[1].criterion("relevance") is not None
    assert all(said[language] not in answer_of(request) for request in llm.requests)


async def test_a_greeting_inside_an_answer_is_no_evidence() -> None:
    made = record("en", "good", [planted("en")[1]], change=lambda text: f"Hello, nice to meet you. {text}")
    found = await judge(made, ScriptedJudge(says(level=4)), samples=1, calibration=TRUSTED)
    assert found.judged
    llm = ScriptedJudge(says())
    await judge(made, llm, samples=1, calibration=TRUSTED)
    offered = llm.requests[0].json_schema
    assert offered is not None
    assert not [quote for quote in offered["properties"]["quote"]["enum"] if "nice to meet you" in quote]


async def test_a_reason_given_for_everything_is_shown_once() -> None:
    found = await judge(one(), ScriptedJudge(says(level=4, reason="Named.")), samples=1, calibration=TRUSTED)
    assert [score.reason for score in found.exchanges[0].criteria if score.reason] == ["Named."]


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("ko", "리sumé에 명확히 적혀있음"),
        ("ko", "Told with figures."),
        ("ko", "팀원과 의견이 달랐던 경험이 있으신가?"),
        ("en", "수치를 말함"),
        ("en", "Tells the situation and task, but not the action or result."),
        ("ko", "일정, 역할, 행동, 결과를 모두 말함"),
    ],
)
def test_a_reason_that_no_reader_wants_is_not_shown(language: Language, reason: str) -> None:
    assert presentable(reason, language) == ""
    assert presentable("Redis를 쓴 이유를 말함", "ko") == "Redis를 쓴 이유를 말함"


def test_a_reason_copied_from_the_examples_is_not_shown() -> None:
    assert presentable("Situation, task, own action and result are told.", "en") == ""
    assert presentable("숫자와 한 일이 두루 구체적임", "ko") == ""
    assert presentable("Names the chart that was shown.", "en") == "Names the chart that was shown."


# --- the whole report -----------------------------------------------------------------------------------------------


async def report(made: InterviewRecord, level: int) -> Report:
    language = made.plan.request.language
    trusted = Calibration(language, 3, 3)
    content = await judge(made, ScriptedJudge(says(level=level)), samples=1, calibration=trusted)
    return build(made, content, analyse(made, lambda number: None))


DENIALS: dict[str, re.Pattern[str]] = {
    "star": re.compile(r"all clear|모두 분명"),
    "specificity": re.compile(r"but hardly a number|Nothing but vague|거의 없다|막연한 말뿐"),
    "consistency": re.compile(r"Contradicts|어긋난다"),
}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("level", [1, 3, 5])
async def test_no_report_says_two_things_of_one_answer(language: Language, quality: str, level: int) -> None:
    """Whatever a model says, to good answers and bad ones."""
    found = await report(record(language, quality), level)
    for question in found.questions:
        lines = {line.criterion: line for line in question.scores if line.level is not None}
        if question.star and question.missing and "star" in lines:
            assert (lines["star"].level or 0) <= 4
            assert not DENIALS["star"].search(lines["star"].anchor)
        if "consistency" in lines:
            assert not DENIALS["consistency"].search(lines["consistency"].anchor)
        praised = {point.title for point in found.strengths if point.place == question.place}
        blamed = {point.title for point in found.fixes if point.place == question.place}
        assert not praised & blamed
        for point in found.strengths:
            if point.place == question.place and question.missing:
                assert not re.search("STAR|Technical accuracy|기술 정확성", point.title)
    assert markdown.render(found)
