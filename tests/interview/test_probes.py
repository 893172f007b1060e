"""What is asked next, and in which words."""

from __future__ import annotations

import re

import pytest

from interview.language.hangul import fill
from interview.planning.sentences import ASPECTS
from interview.questions import load_bank
from interview.shapes import Kind, Language, PlannedQuestion, Point, Step
from interview.speech.answers import AnswerAnalysis, analyse
from interview.speech.checks import check
from interview.speech.probes import Aim, choose, instructions, opening, prompt, template, templates
from tests.interview.turn_judge import faults

ALL: tuple[Language, ...] = ("ko", "en")
REFERENCES: dict[Language, tuple[str, ...]] = {
    "ko": ("캐시", "고객 응대 시간", "SQL"),
    "en": ("the cache", "your manager", "slow queries"),
}
QUOTES: dict[Language, dict[str, tuple[str, ...]]] = {
    "ko": {
        "number": ("30퍼센트", "두 배"),
        "vague": ("좋은 결과", "최선을 다했습니다"),
    },
    "en": {"number": ("thirty percent", "doubled", "40%"), "vague": ("worked really hard", "significantly")},
}
NAMES: dict[Language, tuple[str, ...]] = {
    "ko": ("쓰기 비용", "현재 수준", "데이터를 나누어 보는 방법"),
    "en": ("The cost of writes", "SQL limits", "What they would give up", "Their closest experience"),
}


def question(*, star: bool = True, points: tuple[Point, ...] = (), follow_ups: tuple[str, ...] = ()) -> PlannedQuestion:
    return PlannedQuestion(
        "q", Kind.BEHAVIOURAL, "Question?", "bank", "", "", star=star, points=points, follow_ups=follow_ups
    )


def order(answer: str, planned: PlannedQuestion, language: Language = "ko", most: int = 9) -> list[str]:
    """The aims in the order they would be asked, were there no limit."""
    import dataclasses

    planned = dataclasses.replace(planned, max_probes=most)
    analysis = analyse(planned, answer, language)
    names: list[str] = []
    while (aim := choose(analysis, planned, frozenset(names), len(names))) is not None:
        names.append(aim.name)
    return names


def test_action_and_result_come_first_then_what_makes_them_credible() -> None:
    answer = "저희 팀은 고객 응대 시간을 30퍼센트 줄였습니다 열심히 노력해서 좋은 결과가 나왔습니다"
    assert order(answer, question()) == ["action", "ownership", "number", "vague", "task", "situation"]


def test_a_point_not_made_comes_before_a_vague_phrase() -> None:
    points = (Point("인덱스", ("인덱스",)), Point("쓰기 비용", ("쓰기",)))
    answer = "저는 먼저 느린 쿼리를 찾아서 인덱스를 적극적으로 추가합니다"
    assert order(answer, question(star=False, points=points)) == ["쓰기 비용", "vague"]


def test_a_short_answer_is_asked_for_an_example() -> None:
    assert order("책을 읽습니다", question(star=False)) == ["example"]
    assert order("I read.", question(star=False), "en") == ["example"]


def test_who_has_no_such_experience_is_asked_what_they_would_do() -> None:
    assert order("음 글쎄요 특별히 싸운 적은 없는 것 같습니다", question()) == ["hypothetical"]


def test_a_complete_answer_gets_the_questions_own_follow_up_once() -> None:
    answer = "작년 인턴 때 제가 맡은 재고 문제를 표로 정리하고 분석해서 기존 20건에서 3건으로 줄였습니다"
    assert order(answer, question()) == []
    assert order(answer, question(follow_ups=("왜 그렇게 하셨습니까?",))) == ["follow_up"]


def test_the_number_of_probes_is_limited_and_none_asks_twice() -> None:
    answer = "저희 팀은 고객 응대 시간을 30퍼센트 줄였습니다 열심히 노력했습니다"
    planned = question()
    analysis = analyse(planned, answer, "ko")
    first = choose(analysis, planned, frozenset(), 0)
    assert first is not None
    second = choose(analysis, planned, frozenset([first.name]), 1)
    assert second is not None
    assert second.name != first.name
    assert choose(analysis, planned, frozenset([first.name, second.name]), 2) is None


def test_what_is_off_the_topic_is_not_probed() -> None:
    analysis = AnswerAnalysis(30, frozenset(), ("action",), off_topic=True)
    assert choose(analysis, question(), frozenset(), 0) is None


def every_template(language: Language) -> list[tuple[str, str, str]]:
    """(where from, text, the answer it refers to), with all sorts of topics, figures and phrases put in."""
    found = []
    for element, forms in templates(language).items():
        for reference in (*REFERENCES[language], ""):
            quotes = QUOTES[language].get(element, ("",))
            names = NAMES[language] if element == "point" else (element,)
            for quote, name in ((quote, name) for quote in quotes for name in names):
                analysis = AnswerAnalysis(20, frozenset(), (), reference=reference, topic=reference, language=language)
                for variant in range(len(forms["about" if reference else "plain"])):
                    text = template(Aim(name, quote, name), analysis, language, variant)
                    found.append((f"{element} {variant}", text, f"{reference} {quote} we"))
    return found


@pytest.mark.parametrize("language", ALL)
def test_every_template_is_what_an_interviewer_says(language: Language) -> None:
    said = every_template(language)
    assert len(said) > 180
    for where, text, answer in dict.fromkeys(said):
        assert faults(text, language) == [], f"{where}: {text}"
        checked = check(text, language=language, answer=answer, question="", step=Step.PROBE)
        assert (checked.ok, checked.text, checked.problems) == (True, text, ()), where


def names(language: Language) -> dict[str, str]:
    """Every point's name that may be asked for, and where it stands."""
    found = {point.name: bank.id for bank in load_bank(language) for point in bank.points}
    return found | {point.name: aim for aim, aspect in ASPECTS[language].items() for point in aspect.points}


@pytest.mark.parametrize("language", ALL)
def test_every_point_of_the_bank_can_be_asked_for(language: Language) -> None:
    for reference in ("", REFERENCES[language][1]):
        analysis = AnswerAnalysis(20, frozenset(), (), reference=reference, topic=reference, language=language)
        for number, (name, where) in enumerate(names(language).items()):
            text = template(Aim(name, "", name), analysis, language, number)
            checked = check(text, language=language, answer=reference, question="", step=Step.PROBE)
            assert (checked.ok, checked.text, checked.problems) == (True, text, ()), where


_BARE = {
    "condition",
    "proof",
    "method",
    "order",
    "steps",
    "example",
    "gap",
    "result",
    "causes",
    "risk",
    "source",
}
_VERB_FIRST = re.compile(
    r"(?:ask|act|accepts?|assess|check|clarify|confirm|correct|create|decide|explain|explore|find|fix|hear|listen|"
    r"narrow|offer|prove|recognise|refuse|show|start|talk|test|understands?|widen|report|prevent|diagnose)\b"
)
_KO_AWKWARD = re.compile(
    r"(?:[음함됨]|(?<![동분시크])기|인정|솔직하게|쪽|는지|의 (?:확인|파악|제시|선택|분석|판단|검토|수립|경청))$"
)


def test_english_points_are_noun_phrases_that_follow_about() -> None:
    for name, where in names("en").items():
        assert name.lower() not in _BARE, where
        assert not _VERB_FIRST.match(name.lower()), f"{where}: {name}"
        assert "," not in name, where
        assert name[0].isupper(), where


def test_korean_points_are_noun_phrases_that_follow_each_other_with_particles() -> None:
    for name, where in names("ko").items():
        assert not _KO_AWKWARD.search(name), f"{where}: {name}"


@pytest.mark.parametrize(
    ("language", "name", "text"),
    [
        ("ko", "현재 수준", "현재 수준에 대해서도 말씀해 주시겠습니까?"),
        ("ko", "예상 규모", "예상 규모에 대해서도 말씀해 주시겠습니까?"),
        ("en", "Class imbalance", "Could you say something about class imbalance as well?"),
        ("en", "Their own part", "Could you say something about your own part as well?"),
        (
            "en",
            "What helps them do their best work",
            "Could you say something about what helps you do your best work as well?",
        ),
        ("en", "SQL limits", "Could you say something about SQL limits as well?"),
    ],
)
def test_points_are_asked_for_in_plain_words(language: Language, name: str, text: str) -> None:
    analysis = AnswerAnalysis(20, frozenset(), (), language=language)
    assert template(Aim(name, "", name), analysis, language, 0) == text


@pytest.mark.parametrize("language", ALL)
def test_there_are_at_least_four_ways_to_ask_each(language: Language) -> None:
    needed = {"situation", "task", "action", "result", "number", "vague", "ownership", "example", "point"}
    assert needed | {"hypothetical"} == set(templates(language))
    for forms in templates(language).values():
        assert all(len(set(forms[form])) >= 4 for form in ("about", "plain"))


@pytest.mark.parametrize("language", ALL)
def test_templates_refer_to_what_was_said(language: Language) -> None:
    for reference in REFERENCES[language]:
        analysis = AnswerAnalysis(20, frozenset(), (), reference=reference, topic=reference, language=language)
        assert all(reference in template(Aim("result"), analysis, language, variant) for variant in range(4))
    for element, quotes in QUOTES[language].items():
        analysis = AnswerAnalysis(20, frozenset(), (), language=language)
        assert all(quotes[0] in template(Aim(element, quotes[0]), analysis, language, variant) for variant in range(4))


def test_particles_fit() -> None:
    assert fill("{a:을/를} {b:을/를}", a="경험", b="캐시") == "경험을 캐시를"
    assert fill("{a:이라고/라고}", a="30퍼센트") == "30퍼센트라고"
    assert fill("{a:이라는/라는}", a="'좋은 결과'") == "'좋은 결과'라는"
    with pytest.raises(KeyError):
        fill("{x}", a="")


def test_a_figure_or_phrase_that_is_missing_falls_back() -> None:
    analysis = AnswerAnalysis(20, frozenset(), (), language="en")
    assert template(Aim("number"), analysis, "en", 0) == template(Aim("example"), analysis, "en", 0)
    assert template(Aim("follow_up", "", "Why?"), analysis, "en", 3) == "Why?"
    assert template(Aim("follow_up"), analysis, "en", 0) == template(Aim("example"), analysis, "en", 0)


@pytest.mark.parametrize("language", ALL)
def test_prompts_are_short_begin_alike_and_hold_the_answer_as_data(language: Language) -> None:
    answer = {"ko": "첫째 줄입니다\n" + "레디스 캐시를 도입했습니다 " * 40, "en": "one\n" + "i built a {cache} " * 40}[
        language
    ]
    chat = prompt(Aim("result"), question(), answer, language)
    assert chat[:-1] == instructions(language)
    assert chat[-1].role == "user"
    assert sum(len(message.content) for message in chat) < {"ko": 900, "en": 1600}[language]
    assert "\n" in chat[-1].content
    assert {"ko": "캐시", "en": "{cache}"}[language] in chat[-1].content
    assert prompt(Aim("result"), question(), "", language)[-1].content


@pytest.mark.parametrize("language", ALL)
def test_a_prompt_begins_with_what_was_said_whatever_is_asked_for(language: Language) -> None:
    answer = {"ko": "저는 캐시를 도입해서 지연 시간을 줄였습니다", "en": "i added a cache and cut the latency"}[
        language
    ]
    for aim in ("result", "situation"):
        *before, last = prompt(Aim(aim), question(), f"An earlier line.\n{answer}", language)
        for said in ("", answer[:10].rpartition(" ")[0], answer):
            *begun, opened = opening(said, language)
            assert begun == before
            assert last.content.startswith(opened.content)
