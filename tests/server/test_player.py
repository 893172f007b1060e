"""The estimated player: what a client that says nothing must have played by now."""

from __future__ import annotations

from server.player import EstimatedPlayer
from voice.events import PlaybackFlushed, PlayoutReport, ResponseAudio, ResponseDone, ResponseStarted

SECOND = 24_000


def audio(samples: int, response: str = "r") -> ResponseAudio:
    return ResponseAudio(response, "i", bytes(2 * samples), 0)


DONE = ResponseDone("r", "i", "completed", "", "", True)


def started(player: EstimatedPlayer, now: float = 0.0) -> EstimatedPlayer:
    player.sent(ResponseStarted("r", "i", True), now)
    return player


def test_it_plays_in_real_time_from_the_first_sample() -> None:
    player = started(EstimatedPlayer())
    player.sent(audio(2 * SECOND), 5.0)
    assert player.next_report_s(5.0) == 5.1
    assert player.reports(5.5) == [PlayoutReport("r", SECOND // 2)]
    assert player.reports(6.5) == [PlayoutReport("r", 3 * SECOND // 2)]


def test_it_ends_with_the_reply_and_then_rests() -> None:
    player = started(EstimatedPlayer())
    player.sent(audio(SECOND), 0.0)
    player.sent(DONE, 0.2)
    assert player.reports(1.01) == [PlayoutReport("r", SECOND)]
    assert player.next_report_s(1.01) is None
    assert player.reports(2.0) == []


def test_an_underrun_is_silence_not_audio() -> None:
    player = started(EstimatedPlayer())
    player.sent(audio(SECOND), 0.0)
    assert player.reports(3.0) == [PlayoutReport("r", SECOND)]
    assert player.next_report_s(3.0) is None
    player.sent(audio(SECOND), 3.0)
    assert player.reports(3.5) == [PlayoutReport("r", 3 * SECOND // 2)]


def test_a_flush_is_answered_at_once_with_what_was_played() -> None:
    player = started(EstimatedPlayer())
    player.sent(audio(SECOND), 0.0)
    assert player.sent(PlaybackFlushed("r"), 0.25) == PlayoutReport("r", SECOND // 4, flushed=True)
    assert player.reports(0.5) == []


def test_a_reply_that_never_sounded_is_flushed_at_zero() -> None:
    assert EstimatedPlayer().sent(PlaybackFlushed("r"), 1.0) == PlayoutReport("r", 0, flushed=True)


def test_a_reply_done_without_audio_is_reported_once_at_zero() -> None:
    player = started(EstimatedPlayer())
    player.sent(DONE, 1.0)
    assert player.next_report_s(1.0) == 1.0
    assert player.reports(1.0) == [PlayoutReport("r", 0)]
    assert player.next_report_s(1.0) is None


def test_written_replies_are_not_played() -> None:
    player = EstimatedPlayer()
    player.sent(ResponseStarted("r", "i", audio=False), 0.0)
    player.sent(audio(SECOND), 0.0)
    assert player.next_report_s(0.0) is None
