"""What of a reply is sounding, when reports come late and the player is held."""

from __future__ import annotations

import numpy as np

from voice.events import OUTPUT_RATE_HZ
from voice.played import COMPARED, EARLY, FROM_MIC, FROM_OUTPUT, RATE_HZ, SPAN, Played, Sounding

SECOND = 16_000
FILTER_DELAY = 8
"""Samples that the low-pass holds back."""


def clicks(seconds: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """One click every 100 ms, each louder than the one before: position can be read from what sounds."""
    audio = np.zeros(round(seconds * OUTPUT_RATE_HZ), np.float32)
    audio[:: OUTPUT_RATE_HZ // 10] = np.linspace(0.1, 1, len(audio[:: OUTPUT_RATE_HZ // 10]))
    return audio


def newest(sounding: Sounding | None) -> int:
    """The reply's position, at 8 kHz, that is sounding now."""
    assert sounding is not None
    assert len(sounding.audio) == SPAN + COMPARED
    return sounding.start + len(sounding.audio) - EARLY


def playing(seconds: float = 4.0) -> Played:
    """A reply of `seconds`, begun at microphone second 1, with reports 30 ms late, up to second 2."""
    played = Played()
    played.sent(clicks(seconds), 0, SECOND)
    for tenth in range(1, 11):
        played.reported(tenth * OUTPUT_RATE_HZ // 10, SECOND + tenth * SECOND // 10 + 480)
    return played


def test_before_anything_is_sent_nothing_sounds() -> None:
    assert Played().sounding(SECOND) is None


def test_what_is_sent_may_sound_at_once() -> None:
    played = Played()
    played.sent(clicks(1.0), 0, SECOND)
    assert newest(played.sounding(SECOND)) == 0
    assert newest(played.sounding(SECOND + 1_600)) == RATE_HZ // 10


def test_reports_place_it() -> None:
    sounding = playing().sounding(2 * SECOND + 480)
    assert newest(sounding) == RATE_HZ
    assert sounding is not None
    heard = np.flatnonzero(np.abs(sounding.audio) > 0.05) + sounding.start
    assert len(heard)
    assert set(np.round(heard / (RATE_HZ / 10), 1) % 1) <= {0.0, 0.1, 0.9}, "the clicks are where they were sent"


def test_a_hold_lets_nothing_sound_and_goes_on_where_it_was() -> None:
    played = playing()
    before = played.stretch
    played.held(2 * SECOND)
    assert newest(played.sounding(2 * SECOND + 480)) <= RATE_HZ + EARLY
    held = played.sounding(2 * SECOND + SECOND // 4)
    assert held is not None
    assert not np.any(held.audio[RATE_HZ + EARLY - held.start :]), "what was not played cannot be heard"
    played.reported(round(1.02 * OUTPUT_RATE_HZ), 2 * SECOND + 1_600)
    assert played.sounding(4 * SECOND) is None
    played.resumed(4 * SECOND)
    assert played.stretch > before
    position = round(1.02 * RATE_HZ)
    assert newest(played.sounding(4 * SECOND)) == position
    again = played.sounding(4 * SECOND + 3_200)
    assert newest(again) == position + 1_600
    assert again is not None
    assert not np.any(again.audio[: position - again.start]), "what was played before the hold does not sound again"


def test_reports_after_a_hold_place_it_anew() -> None:
    played = playing()
    played.held(2 * SECOND)
    played.reported(OUTPUT_RATE_HZ, 2 * SECOND + 1_600)
    played.resumed(3 * SECOND)
    stretch = played.stretch
    played.reported(OUTPUT_RATE_HZ, 3 * SECOND + 800)  # it has not moved yet
    played.reported(round(1.1 * OUTPUT_RATE_HZ), 3 * SECOND + 3_200)
    assert newest(played.sounding(3 * SECOND + 3_200)) == round(1.1 * RATE_HZ)
    assert played.stretch == stretch


def test_a_player_that_ran_dry_goes_on_with_what_comes() -> None:
    played = playing(1.0)
    stretch = played.stretch
    played.sent(clicks(1.0), OUTPUT_RATE_HZ, 5 * SECOND)
    assert played.stretch > stretch
    assert abs(newest(played.sounding(5 * SECOND)) - RATE_HZ) <= FILTER_DELAY


def test_a_player_that_stood_still_by_itself_is_found_out() -> None:
    played = playing()
    stretch = played.stretch
    for tenth in range(1, 4):
        played.reported(OUTPUT_RATE_HZ + tenth * OUTPUT_RATE_HZ // 10, round(2.4 * SECOND) + tenth * SECOND // 10)
    assert played.stretch > stretch
    assert newest(played.sounding(round(2.7 * SECOND))) == round(1.3 * RATE_HZ)


def test_without_reports_nothing_sounds() -> None:
    assert playing().sounding(round(2.9 * SECOND)) is not None
    assert playing().sounding(round(3.1 * SECOND)) is None


def test_one_report_that_overtook_the_microphone_is_not_believed() -> None:
    """The caller stood still: its report comes before the sound of that time, and 0.4 s too early."""
    played = playing()
    played.reported(round(1.5 * OUTPUT_RATE_HZ), round(2.13 * SECOND))
    assert newest(played.sounding(round(2.13 * SECOND))) == round(1.1 * RATE_HZ)
    played.reported(round(1.6 * OUTPUT_RATE_HZ), round(2.63 * SECOND))
    assert newest(played.sounding(round(2.63 * SECOND))) == round(1.6 * RATE_HZ)


def test_two_such_reports_are() -> None:
    played = playing()
    played.reported(round(1.5 * OUTPUT_RATE_HZ), round(2.13 * SECOND))
    played.reported(round(1.6 * OUTPUT_RATE_HZ), round(2.23 * SECOND))
    assert newest(played.sounding(round(2.23 * SECOND))) == round(1.6 * RATE_HZ)


def test_where_an_echo_was_found_is_within_what_sounds() -> None:
    """However wrong the reports are."""
    played = playing()
    now = round(2.03 * SECOND)
    for place in (-20_000, -13_000, -9_000, -5_000):
        sounding = played.sounding(now, place)
        assert sounding is not None
        newest_echo = place + now // FROM_MIC
        assert sounding.start + COMPARED <= newest_echo <= sounding.start + len(sounding.audio)


def test_another_reply_begins_from_nothing() -> None:
    played = playing()
    played.sent(clicks(1.0), 0, 3 * SECOND)
    assert newest(played.sounding(3 * SECOND)) == 0
    assert played.held_samples <= RATE_HZ
    assert FROM_OUTPUT * RATE_HZ == OUTPUT_RATE_HZ
    assert FROM_MIC * RATE_HZ == SECOND
