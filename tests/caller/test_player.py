"""The caller's loudspeaker: it plays in real time, and knows what was heard."""

from __future__ import annotations

import numpy as np

from models.ports import Pcm
from server.caller.player import Player
from voice.events import OUTPUT_RATE_HZ


def tone(seconds: float, lead_s: float = 0.0) -> Pcm:
    audio = np.full(round(seconds * OUTPUT_RATE_HZ), 0.2, np.float32)
    audio[: round(lead_s * OUTPUT_RATE_HZ)] = 0.0
    return audio


def playing(audio: Pcm, at: float = 10.0) -> Player:
    player = Player()
    player.started("r")
    player.arrived("r", audio, at)
    return player


def test_it_plays_in_real_time_from_the_first_arrival() -> None:
    player = playing(tone(2.0))
    player.advance(11.0)
    assert player.playbacks["r"].played == OUTPUT_RATE_HZ
    assert player.sounding
    player.advance(13.0)
    assert player.playbacks["r"].played == 2 * OUTPUT_RATE_HZ
    assert not player.sounding


def test_silence_at_the_beginning_is_not_audible() -> None:
    player = playing(tone(1.0, lead_s=0.25))
    assert abs((player.playbacks["r"].first_audible_s() or 0.0) - 10.25) < 0.011


def test_a_pause_stops_the_clock_and_a_resume_goes_on_from_the_same_sample() -> None:
    player = playing(tone(2.0))
    player.pause("r", 10.5)
    player.advance(12.0)
    assert player.playbacks["r"].played == 0.5 * OUTPUT_RATE_HZ
    assert player.playbacks["r"].silenced_s == 10.5
    player.resume("r", 12.0)
    player.advance(12.5)
    assert player.playbacks["r"].played == OUTPUT_RATE_HZ


def test_a_flush_answers_what_was_played_and_ends_it() -> None:
    player = playing(tone(2.0))
    assert player.flush("r", 10.75) == 0.75 * OUTPUT_RATE_HZ
    player.arrived("r", tone(1.0), 10.8)
    assert player.playbacks["r"].received == 2 * OUTPUT_RATE_HZ, "what comes after a flush is stale"
    assert not player.sounding


def test_running_dry_is_counted() -> None:
    player = playing(tone(0.5))
    player.arrived("r", tone(0.5), 11.0)
    assert player.playbacks["r"].underruns == 1


def test_played_out_needs_the_end_of_the_response() -> None:
    player = playing(tone(0.5))
    player.advance(11.0)
    assert not player.played_out("r")
    player.finished("r")
    assert player.played_out("r")
