"""When a transcription deserves a second attempt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.engines.whisper_guard import doubled, is_silence, loop_start, repeats, suspicion
from models.ports import Transcription

GOOD = Transcription("I would use an index here.", (), "en", 0.1, -0.3, 0.9)


def test_an_ordinary_result_is_believed() -> None:
    assert suspicion(GOOD, 3.0) is None
    assert suspicion(replace(GOOD, text="네, 그렇습니다."), 1.0, "안녕하세요.") is None


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (replace(GOOD, text=" ... "), "nothing was heard"),
        (replace(GOOD, compression_ratio=3.0), "repetitive"),
        (replace(GOOD, text="I'm sorry. I'm sorry. I'm sorry. I'm sorry."), "repetitive"),
        (replace(GOOD, text="감사합니다 감사합니다 감사합니다 감사합니다"), "repetitive"),
        (replace(GOOD, average_log_probability=-1.2), "unsure"),
        (replace(GOOD, no_speech_probability=0.8), "no speech"),
        (replace(GOOD, text="You", no_speech_probability=0.5, average_log_probability=-0.8), "perhaps no speech"),
        (replace(GOOD, text="word after other word that nobody could say so fast " * 2), "too much text"),
    ],
)
def test_a_lost_decoder_is_recognised(result: Transcription, reason: str) -> None:
    assert suspicion(result, 1.0) == reason


def test_reading_the_prompt_aloud_is_recognised() -> None:
    prompt = "Hello. I would use an index here, because"
    assert suspicion(GOOD, 3.0, prompt) == "echoes the prompt"
    assert suspicion(GOOD, 3.0, "I would use no index here.") is None
    assert suspicion(replace(GOOD, text="I would."), 3.0, prompt) is None, "two words may well be said again"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("a", 1),
        ("a b c", 1),
        ("a a", 2),
        ("a a a a", 4),
        ("a b a b a b", 3),
        ("a b a b a", 2),
        ("x a b a b", 2),
    ],
)
def test_repetitions_are_counted(text: str, expected: int) -> None:
    assert repeats(text.split()) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes I have managed people yes I have managed people", True),
        ("well yes I have managed people yes I have managed people so", True),
        ("ask not what your country can do for you ask what you can do for your country", False),
        ("no no no no no", False),
        ("", False),
    ],
)
def test_a_sentence_said_twice_in_a_row_is_noticed(text: str, expected: bool) -> None:
    assert doubled(text.split()) is expected
    if expected:
        assert suspicion(replace(GOOD, text=text), 5.0) == "doubled"


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (GOOD, False),
        (replace(GOOD, no_speech_probability=0.7), False),
        (replace(GOOD, no_speech_probability=0.7, average_log_probability=-1.2), True),
        (replace(GOOD, text="you", no_speech_probability=0.92, average_log_probability=-0.95), True),
        (replace(GOOD, text=" ... "), True),
    ],
)
def test_silence_is_known_by_whispers_own_numbers(result: Transcription, expected: bool) -> None:
    assert is_silence(result) is expected


SENTENCE = "The hardest decision was to throw away two weeks of work."


@pytest.mark.parametrize(
    ("text", "seconds", "spoken"),
    [
        (f"{SENTENCE} {SENTENCE} The", 3.0, SENTENCE),
        (f"{SENTENCE} {SENTENCE} {SENTENCE} {SENTENCE}", 3.0, SENTENCE),
        (f"{SENTENCE} {SENTENCE.lower()[:-1]}", 3.0, SENTENCE),
        (
            "We know. My first idea was a machine. My first idea was a machine.",
            2.0,
            "We know. My first idea was a machine.",
        ),
        ("I was responsible. I was responsible. I was responsible.", 1.5, "I was responsible."),
        (SENTENCE, 3.0, None),
        (f"{SENTENCE} {SENTENCE}", 6.0, None),
        (f"{SENTENCE} {SENTENCE}", 1.0, None),
        (f"{SENTENCE} The hardest", 2.5, None),
        ("I'm sorry. I'm sorry. I'm sorry. I'm sorry.", 0.8, None),
        ("", 0.2, None),
    ],
    ids=[
        "and half",
        "four",
        "case",
        "inner",
        "short",
        "once",
        "time for two",
        "too fast once",
        "too little",
        "noise",
        "",
    ],
)
def test_copies_for_which_there_was_no_time_are_known(text: str, seconds: float, spoken: str | None) -> None:
    words = [f" {word}" for word in text.split()]
    kept = loop_start(words, seconds)
    assert (None if kept is None else "".join(words[:kept]).strip()) == spoken
