"""What was heard, from what was played."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.ports import Pcm
from voice.playout import PlayoutLedger
from voice.spoken_length import weight


def ledger(*fragments: tuple[str, int]) -> PlayoutLedger:
    made = PlayoutLedger()
    for text, samples in fragments:
        made.open_fragment(text)
        made.extend(samples)
    made.close()
    return made


def test_nothing_played_is_nothing_heard() -> None:
    assert ledger(("Thank you.", 1000)).heard() == ""


def test_everything_played_is_everything_heard() -> None:
    made = ledger(("Thank you.", 1000), ("What next?", 2000))
    made.report(3000)
    assert made.heard() == made.text() == "Thank you. What next?"
    assert made.played_out


def test_the_cut_falls_at_a_word() -> None:
    made = ledger(("Thank you.", 1000), ("one two three four", 1800))
    made.report(1000 + 750)
    assert made.heard() == "Thank you. one two"


def test_korean_is_cut_at_an_eojeol() -> None:
    made = ledger(("그때 어떤 역할을 맡으셨습니까?", 1700))
    made.report(850)
    assert made.heard() == "그때 어떤 역할을"


def test_reports_cannot_move_back_or_beyond() -> None:
    made = ledger(("Thank you.", 1000))
    made.report(900)
    made.report(100)
    assert made.played == 900
    made.report(5000)
    assert made.played == 1000


def test_a_reply_still_being_made_is_not_played_out() -> None:
    made = PlayoutLedger()
    made.open_fragment("Thank you.")
    made.extend(1000)
    made.report(1000)
    assert not made.played_out


@given(
    st.lists(st.tuples(st.text("ab 가나다", min_size=1, max_size=20), st.integers(1, 5000)), max_size=6),
    st.integers(0, 40_000),
    st.integers(0, 40_000),
)
def test_more_played_is_never_less_heard(fragments: list[tuple[str, int]], first: int, second: int) -> None:
    made = ledger(*fragments)
    low, high = sorted((first, second))
    assert made.heard(high).startswith(made.heard(low).rstrip())


def sound(*stretches: float) -> Pcm:
    """Seconds of voice (positive) and of silence (negative), at 24 kHz."""
    parts = [np.full(round(abs(s) * 24_000), 0.3 if s > 0 else 0.0005, np.float32) for s in stretches]
    return np.concatenate(parts)


def voiced(text: str, *stretches: float) -> PlayoutLedger:
    made = PlayoutLedger()
    made.open_fragment(text)
    audio = sound(*stretches)
    for first in range(0, len(audio), 4_800):
        piece = audio[first : first + 4_800]
        assert made.extend(len(piece), piece) == first
    made.close()
    return made


def heard_at(made: PlayoutLedger, seconds: float) -> str:
    return made.heard(round(seconds * 24_000))


def test_a_pause_stands_behind_its_comma() -> None:
    made = voiced("Well then, let us go on.", -0.3, 0.5, -0.8, 1.0, -0.4)
    assert heard_at(made, 0.3) == ""
    assert heard_at(made, 0.85) == heard_at(made, 1.5) == "Well then,"
    assert heard_at(made, 2.55) == "Well then, let us go on."


def test_silence_at_the_end_holds_no_words() -> None:
    made = voiced("one two three four", 1.0, -3.0)
    assert heard_at(made, 0.5) == "one two"
    assert heard_at(made, 1.0) == "one two three four"


def test_a_pause_without_a_mark_takes_no_words() -> None:
    made = voiced("tick tick tick tack", 0.55, -1.0, 0.45)
    assert heard_at(made, 0.56) == heard_at(made, 1.5) == "tick tick"


def test_what_is_being_said_between_two_samples() -> None:
    made = voiced("one two three four", 1.0)
    made.open_fragment("five six")
    audio = sound(0.5)
    made.extend(len(audio), audio)
    assert made.saying(0, 4_000) == "one"
    assert made.saying(21_000, 26_000) == "four five"
    assert made.saying(0, 10**6) == "one two three four five six"
    assert made.saying(40_000, 50_000) == ""


@pytest.mark.parametrize(
    ("longer", "shorter"),
    [
        ("2019", "nine"),
        ("35%", "35"),
        ("API", "app"),
        ("responsibility", "strength"),
        ("프로젝트에서", "그때"),
        ("맡은", "그"),
    ],
)
def test_what_takes_longer_to_say(longer: str, shorter: str) -> None:
    assert weight(longer) > weight(shorter) > 0


def test_a_silent_e_takes_no_time() -> None:
    assert weight("made") == pytest.approx(weight("mad"))


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.text("ab, .가7%", max_size=20),
            st.lists(st.sampled_from([-0.3, -0.05, 0.2, 0.7]), min_size=1, max_size=6),
        ),
        max_size=4,
    ),
    st.integers(0, 240_000),
    st.integers(0, 240_000),
)
def test_sound_keeps_the_order_of_words(fragments: list[tuple[str, list[float]]], first: int, second: int) -> None:
    made = PlayoutLedger()
    for text, stretches in fragments:
        made.open_fragment(text)
        audio = sound(*stretches)
        made.extend(len(audio), audio)
    low, high = sorted((first, second))
    assert made.heard(high).startswith(made.heard(low).rstrip())
    made.close()
    assert made.heard(10**7).split() == made.text().split()
