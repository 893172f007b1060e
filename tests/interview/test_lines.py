"""The interviewer's lines: all there in both languages, filled, short, at most one question, no praise."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from interview.lines import LinesError, load_lines, pick
from interview.shapes import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)

FIELDS = {
    "greeting": {"name", "title", "minutes"},
    "panel_handover": {"name"},
    "preparation": {"minutes"},
}
"""What a line may and must use; any other line has no fields."""

ASKING = {"ice_breaker", "closing", "not_heard"}
QUIET = {"greeting", "acknowledgement", "acknowledgement_warm", "acknowledgement_pressure", "next_topic", "farewell"}
"""Lines of ASKING want an answer in some way, lines of QUIET must not."""

KEYS = {
    *FIELDS,
    *ASKING,
    *QUIET,
    *("repeat_intro", "rephrase_intro", "take_your_time", "waiting", "silence_prompt_1", "silence_prompt_2"),
    *("silence_move_on", "skip", "go_back", "slower", "louder", "recording", "off_topic", "hostile", "injection"),
    *("cannot_say", "asks_about_company", "closing_reply", "ended_early", "time_is_up", "resume"),
    *("preparation_over", "preparation_ready", "apology", "greeted"),
}

EXAMPLE = {"name": "NAME", "title": "TITLE", "minutes": 20}

PRAISE = re.compile(
    r"\b(?:good|great|excellent|impressi|wonderful|perfect|fantastic|amazing|brilliant|awesome|nice|well done|love)"
    r"|훌륭|대단하|멋지|멋진|인상 ?깊|인상적|완벽|잘하셨|잘 하셨|좋은 답|좋은 말씀|최고",
    re.IGNORECASE,
)

each_language = pytest.mark.parametrize("language", LANGUAGES)


def lines(language: Language) -> list[tuple[str, str]]:
    """Key and text of every variant."""
    return [(key, text) for key, variants in load_lines(language).items() for text in variants]


@each_language
def test_every_line_has_its_variants(language: Language) -> None:
    found = load_lines(language)
    assert set(found) == KEYS
    for key, variants in found.items():
        assert 3 <= len(variants) <= 10, key
        assert len(set(variants)) == len(variants), key
    assert len(found["acknowledgement"]) == 10


@each_language
def test_a_line_uses_its_fields_and_no_others(language: Language) -> None:
    for key, text in lines(language):
        assert set(re.findall(r"\{(\w+)\}", text)) == FIELDS.get(key, set())


@each_language
def test_a_line_is_short_and_asks_at_most_once(language: Language) -> None:
    for key, text in lines(language):
        filled = text.format_map(EXAMPLE)
        sentences = re.findall(r"[.?!](?:\s|$)", filled)
        assert filled[-1] in ".?"
        assert 1 <= len(sentences) <= 2
        assert "!" not in filled
        assert filled.count("?") <= (0 if key in QUIET else 1)
        assert len(filled) <= (100 if language == "ko" else 180)


@each_language
def test_a_line_praises_nobody(language: Language) -> None:
    for _, text in lines(language):
        assert not PRAISE.search(text.replace("goodbye", ""))


@each_language
def test_a_line_is_speech(language: Language) -> None:
    for key, text in lines(language):
        assert not re.search(r"[\"“”*#;:()\[\]/\n]", text)
        assert bool(re.search("[가-힣]", text)) == (language == "ko")
        if language == "ko":
            assert re.search(r"(?:니다|니까|시오)[.?]$", text) or key == "acknowledgement_pressure"


@each_language
def test_lines_that_want_an_answer_ask_for_it(language: Language) -> None:
    for key in ASKING:
        for text in load_lines(language)[key]:
            assert "?" in text or "주십시오" in text, text


def test_the_number_chooses_the_variant_and_goes_round() -> None:
    variants = load_lines("en")["skip"]
    assert [pick("en", "skip", number) for number in range(len(variants) + 1)] == [*variants, variants[0]]


def test_fields_are_filled_as_they_are() -> None:
    assert "{minutes} O'Neill" in pick("en", "panel_handover", 0, name="{minutes} O'Neill", minutes=5)
    assert "12" in pick("ko", "preparation", 1, minutes=12, unused="x")


def test_what_is_missing_is_named() -> None:
    with pytest.raises(LinesError, match="applause"):
        pick("en", "applause", 0)
    with pytest.raises(LinesError, match=r"greeting.*name"):
        pick("en", "greeting", 0, title="Engineer")
    with pytest.raises(LinesError, match="fr"):
        pick("fr", "skip", 0)  # type: ignore[arg-type]
