"""The question banks: enough of everything, each question complete, spoken, single, lawful and without flattery."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import get_args

import pytest

from interview.questions import BankError, load_bank, read_bank
from interview.shapes import BankQuestion, Difficulty, JobFamily, Kind, Language, Step
from interview.speech.checks import check

LANGUAGES: tuple[Language, ...] = get_args(Language)

KINDS: dict[Language, set[Kind]] = {
    "ko": set(Kind) - {Kind.MIXED, Kind.ENGLISH},  # an interview in English takes its questions from the English bank
    "en": set(Kind) - {Kind.MIXED},
}

LONGEST = {"ko": 100, "en": 160}
"""Characters of a question: what a listener keeps in mind."""

REQUESTS = {
    "ko": re.compile(r"(?:주십시오|바랍니다)\.$"),
    "en": re.compile(r"\b(?:tell|describe|introduce|present|walk|explain|convince)\b[^.]*\.$", re.IGNORECASE),
}

PRAISE = re.compile(
    r"\b(?:great (?:answer|job)|good (?:answer|job|question)|excellent|impressive|wonderful|fantastic|amazing)\b"
    r"|well done|훌륭하(?:십|시|네)|대단하(?:십|시|네)|멋지(?:십|시|네)|잘하셨|잘 하셨|좋은 답변|인상적입",
    re.IGNORECASE,
)

UNLAWFUL = re.compile(
    r"\b(?:how old|your age|married|marriage|pregnan\w*|religio\w*|church|your (?:parents|family|children|spouse)"
    r"|hometown|where (?:are|were) you (?:from|born)|nationality)\b"
    r"|결혼|혼인|임신|출산|종교|교회|부모님|자녀(?:가|는|분)|고향|본적|연세|나이가 어떻게|몇 살",
    re.IGNORECASE,
)
"""Age, marriage, family, religion, origin: not for an interviewer to ask (in Korea: 채용절차법 제4조의3)."""

ONE_FOR_A_LISTENER = {
    "How do you decide what to test automatically and what not to test?",  # one decision, and its two sides
}
"""Questions that the check takes for two."""

each_file = pytest.mark.parametrize(
    ("language", "kind"), [(language, kind) for language in LANGUAGES for kind in sorted(KINDS[language])]
)
each_language = pytest.mark.parametrize("language", LANGUAGES)


def questions(language: Language, kind: Kind) -> list[BankQuestion]:
    found = [question for question in load_bank(language) if question.kind is kind]
    assert found
    return found


def spoken(question: BankQuestion) -> tuple[str, ...]:
    return (question.text, *question.follow_ups)


@each_language
def test_there_are_enough_questions_of_every_kind(language: Language) -> None:
    bank = load_bank(language)
    kinds = Counter(question.kind for question in bank)
    assert len(bank) >= 150
    assert set(kinds) == KINDS[language]
    assert min(kinds.values()) >= 8


@each_language
def test_every_difficulty_is_there_for_every_kind(language: Language) -> None:
    found = {(question.kind, question.difficulty) for question in load_bank(language)}
    for kind in KINDS[language]:
        levels = {difficulty for difficulty in get_args(Difficulty) if (kind, difficulty) in found}
        assert {"normal", "hard"} <= levels, kind


@each_language
def test_every_job_family_has_technical_questions(language: Language) -> None:
    technical = [question for question in load_bank(language) if question.kind is Kind.TECHNICAL]
    for family in JobFamily:
        mine = [question for question in technical if family in question.families]
        assert len(mine) >= 4, family
        assert len({question.difficulty for question in mine}) >= 2, family


@each_language
def test_every_kind_has_questions_for_any_job(language: Language) -> None:
    general = {question.kind for question in load_bank(language) if JobFamily.ANY in question.families}
    assert general >= KINDS[language] - {Kind.TECHNICAL}


@each_language
def test_ids_and_texts_are_unique(language: Language) -> None:
    bank = load_bank(language)
    texts = [re.sub(r"\W+", " ", question.text).casefold() for question in bank]
    assert len({question.id for question in bank}) == len(bank)
    assert [text for text, count in Counter(texts).items() if count > 1] == []


@each_language
def test_no_two_questions_are_nearly_the_same(language: Language) -> None:
    words = {question.text: set(re.findall(r"\w+", question.text.casefold())) for question in load_bank(language)}
    for (first, left), (second, right) in combinations(words.items(), 2):
        assert len(left & right) < 0.8 * len(left | right), f"{first}\n{second}"


@each_file
def test_a_question_is_complete(language: Language, kind: Kind) -> None:
    for question in questions(language, kind):
        assert re.fullmatch(rf"{question.language}-{question.kind}-\d{{3}}", question.id)
        assert question.families
        assert len(set(question.families)) == len(question.families)
        assert JobFamily.ANY not in question.families or len(question.families) == 1
        assert 1 <= len(question.competency.split()) <= 6
        assert 15 <= len(question.shows) <= 200
        assert question.shows.endswith(".")
        assert len(question.follow_ups) == 2
        assert len(set(spoken(question))) == 3


@each_file
def test_an_answer_that_is_no_story_has_points(language: Language, kind: Kind) -> None:
    for question in questions(language, kind):
        assert question.star or 3 <= len(question.points) <= 4
        assert len({point.name for point in question.points}) == len(question.points)
        for point in question.points:
            assert point.name.strip()
            assert len(point.cues) >= 3, point.name
            assert len(set(point.cues)) == len(point.cues), point.name
            for cue in point.cues:
                assert cue == cue.strip().lower(), cue
                assert cue, point.name


@each_file
def test_one_thing_is_asked_at_a_time(language: Language, kind: Kind) -> None:
    for question in questions(language, kind):
        for text in spoken(question):
            asked = text.endswith("?") and text.count("?") == 1
            requested = "?" not in text and REQUESTS[question.language].search(text)
            assert asked or requested, text


def taken_for_two(question: BankQuestion) -> list[str]:
    steps = [Step.QUESTION, *[Step.PROBE] * len(question.follow_ups)]
    said = [
        (text, check(text, language=question.language, answer="", question="", step=step))
        for text, step in zip(spoken(question), steps, strict=True)
    ]
    return [text for text, checked in said if "two_questions" in checked.problems]


@each_file
def test_a_question_is_no_two_questions_to_the_check_of_what_is_spoken(language: Language, kind: Kind) -> None:
    found = {text for question in questions(language, kind) for text in taken_for_two(question)}
    assert found <= ONE_FOR_A_LISTENER


def test_what_is_excused_is_in_the_bank_and_needs_it() -> None:
    found = {text for language in LANGUAGES for question in load_bank(language) for text in taken_for_two(question)}
    assert found >= ONE_FOR_A_LISTENER


@each_file
def test_a_question_can_be_spoken(language: Language, kind: Kind) -> None:
    for question in questions(language, kind):
        assert len(question.text) <= LONGEST[question.language]
        for text in spoken(question):
            assert len(text) <= LONGEST[question.language]
            assert not re.search(r"[\"“”‘*#•;()\[\]{}\n_]|https?:| - |\s{2}", text), text
            assert bool(re.search("[가-힣]", text)) == (question.language == "ko")


@each_file
def test_a_korean_interviewer_speaks_formally(language: Language, kind: Kind) -> None:
    for question in questions(language, kind):
        if question.language == "ko":
            for text in spoken(question):
                assert re.search(r"(?:까\?|십시오\.|바랍니다\.)$", text), text


@each_file
def test_a_question_neither_flatters_nor_pries(language: Language, kind: Kind) -> None:
    for question in questions(language, kind):
        for text in spoken(question):
            assert not PRAISE.search(text), text
            assert not UNLAWFUL.search(text), text


# --- the loader -----------------------------------------------------------------------------------------------------

GOOD = """
[[question]]
id = "en-behavioural-001"
families = ["any"]
difficulty = "easy"
competency = "teamwork"
text = "Tell me about a team."
shows = "Shows how the candidate works with others."
star = true
follow_ups = ["What was your part?", "What came of it?"]
"""


def bank(folder: Path, content: str, name: str = "behavioural.toml") -> Path:
    (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_the_bank_is_read_once() -> None:
    assert load_bank("en") is load_bank("en")


def test_a_file_gives_its_questions_language_and_kind(tmp_path: Path) -> None:
    [question] = read_bank(bank(tmp_path, GOOD), "en")
    assert (question.kind, question.language, question.points) == (Kind.BEHAVIOURAL, "en", ())
    assert question.families == (JobFamily.ANY,)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (GOOD.replace('"easy"', '"trivial"'), r"behavioural\.toml, en-behavioural-001: difficulty"),
        (GOOD.replace('["any"]', '["wizardry"]'), r"en-behavioural-001: families"),
        (GOOD.replace("star = true", ""), r"en-behavioural-001: star"),
        (GOOD.replace("star = true", "star = false"), r"needs points"),
        (GOOD + 'colour = "red"', r"unknown key colour"),
        (GOOD.replace('id = "en-behavioural-001"', ""), r"question 1: id"),
        (GOOD + GOOD, r"'en-behavioural-001' is used twice"),
        ("[other]\nx = 1", r"nothing but"),
        ("question = [", r"behavioural\.toml: "),
        ("", r"no questions"),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(BankError, match=message):
        read_bank(bank(tmp_path, content), "en")


@pytest.mark.parametrize("name", ["mixed.toml", "riddles.toml"])
def test_a_file_is_named_for_a_kind(tmp_path: Path, name: str) -> None:
    with pytest.raises(BankError, match="no kind of question"):
        read_bank(bank(tmp_path, GOOD, name), "en")


def test_a_language_without_a_bank_is_refused() -> None:
    with pytest.raises(BankError, match="'fr'"):
        load_bank("fr")
