"""How long a silence must last: what is weighed, and what is learned."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.completeness import Verdict
from voice.events import TurnDetection
from voice.patience import LONGEST_HABIT_MS, Evidence, Patience
from voice.responder import Expected

DETECTION = TurnDetection()
WHOLE = Evidence(audio=0.97, text=Verdict.WHOLE, words=9)

evidences = st.builds(
    Evidence,
    audio=st.none() | st.floats(0, 1),
    text=st.none() | st.sampled_from([Verdict.WHOLE, Verdict.UNCLEAR, Verdict.UNFINISHED]),
    words=st.integers(0, 60),
    expected=st.sampled_from(Expected),
    waits=st.booleans(),
    ends=st.none() | st.floats(0, 1),
)


def wait(evidence: Evidence, patience: Patience | None = None) -> float:
    return (patience or Patience()).silence_ms(DETECTION, evidence)


@given(evidences, st.lists(st.tuples(st.floats(0, 5000), evidences), max_size=8))
def test_the_wait_stays_within_what_was_configured(evidence: Evidence, pauses: list[tuple[float, Evidence]]) -> None:
    patience = Patience()
    for paused_ms, seen in pauses:
        patience.went_on(paused_ms, seen)
    assert DETECTION.silence_ms <= wait(evidence, patience) <= DETECTION.max_silence_ms


@given(evidences)
def test_a_fixed_silence_is_fixed(evidence: Evidence) -> None:
    fixed = TurnDetection(silence_ms=700, max_silence_ms=700)
    assert Patience().silence_ms(fixed, evidence) == 700
    assert Patience().silence_ms(fixed, replace(evidence, text=Verdict.SUSPENDED)) == 700


def test_a_complete_answer_is_answered_soon() -> None:
    assert wait(WHOLE) <= 750


@pytest.mark.parametrize("audio", [0.0, 0.6, 0.99])
def test_a_text_that_goes_on_outlasts_two_seconds_however_done_the_voice_sounds(audio: float) -> None:
    assert wait(Evidence(audio, Verdict.UNFINISHED, 5)) > 2000


def test_each_opinion_against_the_end_makes_the_wait_longer() -> None:
    by_text = [wait(replace(WHOLE, text=text)) for text in (Verdict.WHOLE, Verdict.UNCLEAR, Verdict.UNFINISHED)]
    by_audio = [wait(replace(WHOLE, audio=audio)) for audio in (0.97, 0.7, 0.2)]
    by_question = [wait(replace(WHOLE, expected=expected)) for expected in Expected]
    for waits in (by_text, by_audio, by_question):
        assert all(shorter < longer for shorter, longer in pairwise(waits))


@pytest.mark.parametrize("text", [Verdict.WHOLE, Verdict.UNCLEAR])
def test_the_less_likely_an_end_the_longer_the_wait(text: Verdict) -> None:
    waits = [wait(replace(WHOLE, text=text, ends=ends)) for ends in (0.9, 0.3, 0.1, 0.01)]
    assert waits == sorted(waits)
    assert waits[0] <= 750
    assert waits[-1] >= 2000


def test_where_model_and_voice_agree_the_rules_need_not_know_the_sentence() -> None:
    assert wait(replace(WHOLE, text=Verdict.UNCLEAR, ends=0.8)) < wait(replace(WHOLE, text=Verdict.UNCLEAR)) - 1000


@pytest.mark.parametrize("expected", Expected)
def test_the_model_has_no_say_in_yes(expected: Expected) -> None:
    """It finds an end improbable behind any single word."""
    yes = Evidence(0.95, Verdict.WHOLE, 1, expected)
    assert wait(replace(yes, ends=0.02)) == wait(yes)


@pytest.mark.parametrize("audio", [0.1, 0.6, 0.95])
def test_a_reply_of_a_few_words_is_not_waited_for_long_whatever_the_model_says(audio: float) -> None:
    """ "Yes, we can go on." """
    assert wait(Evidence(audio, Verdict.REPLY, 5, ends=0.001)) < 1200
    assert wait(Evidence(audio, Verdict.WHOLE, 5, ends=0.001)) > 2000


def test_a_few_words_that_nothing_ends_with_are_waited_for() -> None:
    assert wait(Evidence(0.95, Verdict.UNCLEAR, 2, Expected.SHORT, ends=0.0005)) >= 2000
    assert wait(Evidence(0.95, Verdict.UNCLEAR, 2, Expected.SHORT, ends=0.02)) < 800


@pytest.mark.parametrize("expected", Expected)
def test_a_few_words_that_may_end_so_are_an_answer(expected: Expected) -> None:
    """ "Of course." is no sentence; the model finds nothing amiss."""
    assert wait(Evidence(0.95, Verdict.UNCLEAR, 2, expected, ends=0.25)) < 800


def test_an_account_may_always_go_on() -> None:
    sure = replace(WHOLE, ends=0.9)
    assert wait(replace(sure, expected=Expected.LONG)) > wait(sure)


def test_without_a_text_the_voice_decides() -> None:
    assert wait(Evidence(audio=0.95)) < 1000
    assert wait(Evidence(audio=0.1)) == DETECTION.max_silence_ms
    assert wait(Evidence()) == DETECTION.max_silence_ms


def test_yes_to_a_short_question_ends_at_once_whatever_the_voice_and_the_habit() -> None:
    patience = Patience()
    patience.went_on(1200, WHOLE)
    for audio in (None, 0.1, 0.9):
        yes = Evidence(audio, Verdict.WHOLE, 1, Expected.SHORT)
        assert patience.silence_ms(DETECTION, yes) == DETECTION.silence_ms


@pytest.mark.parametrize("expected", list(Expected))
@pytest.mark.parametrize("text", [Verdict.WHOLE, Verdict.UNCLEAR])
def test_no_dead_air_after_a_short_answer_to_any_question(expected: Expected, text: Verdict) -> None:
    assert wait(Evidence(0.95, text, 1, expected)) < 2000


def test_a_request_for_time_suspends() -> None:
    asked = Evidence(0.99, Verdict.SUSPENDED, 3)
    assert wait(asked) == DETECTION.suspend_ms
    assert wait(replace(asked, words=30)) == DETECTION.suspend_ms


def test_a_request_for_time_that_is_answered_ends_the_turn_unless_something_was_said_before() -> None:
    asked = Evidence(0.99, Verdict.SUSPENDED, 3, waits=False)
    assert wait(asked) == DETECTION.silence_ms
    assert wait(replace(asked, words=30)) == DETECTION.suspend_ms


def test_a_speaker_who_pauses_gets_more_time() -> None:
    patience = Patience()
    before = wait(WHOLE, patience)
    patience.went_on(900, WHOLE)
    assert wait(WHOLE, patience) > 900 > before


def test_a_habit_is_bounded() -> None:
    patience = Patience()
    patience.went_on(4000, WHOLE)
    assert wait(WHOLE, patience) == LONGEST_HABIT_MS


def test_a_habit_fades() -> None:
    patience, fresh = Patience(), wait(WHOLE)
    patience.went_on(1100, WHOLE)
    waits = []
    for _ in range(10):
        waits.append(wait(WHOLE, patience))
        patience.ended()
    assert waits == sorted(waits, reverse=True)
    assert waits[-1] == fresh


def test_a_pause_that_was_expected_teaches_nothing() -> None:
    patience = Patience()
    patience.went_on(1500, Evidence(0.9, Verdict.UNFINISHED, 5))
    patience.went_on(1500, Evidence())
    assert wait(WHOLE, patience) == wait(WHOLE)
