"""The endpointer, driven by probability sequences: `1` a voiced window, `0` a quiet one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from models.ports import VAD_WINDOW
from voice.completeness import Verdict
from voice.endpointer import CONFIRM_SAMPLES, HANGOVER_SAMPLES, START_SAMPLES, Endpointer, samples
from voice.events import TurnDetection
from voice.responder import Expected
from voice.speech_events import (
    EndpointReached,
    SpeechConfirmed,
    SpeechEvent,
    SpeechPaused,
    SpeechRejected,
    SpeechStarted,
    SpeechStopped,
)

VOICED, QUIET = 0.9, 0.05
HANGOVER = HANGOVER_SAMPLES // VAD_WINDOW


def drive(
    endpointer: Endpointer, probabilities: list[float], start: int = 0, confirm: int = CONFIRM_SAMPLES
) -> list[SpeechEvent]:
    events: list[SpeechEvent] = []
    for number, probability in enumerate(probabilities, 1):
        events += endpointer.push(probability, start + number * VAD_WINDOW, confirm)
    return events


def test_speech_is_tentative_then_confirmed_then_stopped_then_ends() -> None:
    endpointer = Endpointer(TurnDetection())
    events = drive(endpointer, [QUIET] * 5 + [VOICED] * 20 + [QUIET] * 80)
    first, last = 5 * VAD_WINDOW, 25 * VAD_WINDOW
    assert events[:4] == [SpeechStarted(first), SpeechConfirmed(first), SpeechPaused(last), SpeechStopped(last)]
    assert isinstance(events[4], EndpointReached)
    assert len(events) == 5


def test_a_single_voiced_window_is_nothing() -> None:
    assert drive(Endpointer(TurnDetection()), ([VOICED] + [QUIET] * 3) * 20) == []


def test_over_a_reply_one_window_is_tentative_speech() -> None:
    over = CONFIRM_SAMPLES + 1
    assert drive(Endpointer(TurnDetection()), [QUIET, VOICED], confirm=over) == [SpeechStarted(VAD_WINDOW)]
    assert drive(Endpointer(TurnDetection()), [QUIET, VOICED]) == []


def test_tentative_speech_that_ends_early_is_rejected() -> None:
    endpointer = Endpointer(TurnDetection())
    events = drive(endpointer, [VOICED] * 3 + [QUIET] * 20)
    assert events == [SpeechStarted(0), SpeechRejected(3 * VAD_WINDOW)]
    assert not endpointer.tentative


def test_a_long_confirm_makes_a_short_sound_no_interruption() -> None:
    cough = [VOICED] * 12 + [QUIET] * 20  # 384 ms
    events = drive(Endpointer(TurnDetection()), cough, confirm=samples(500))
    assert [type(event) for event in events] == [SpeechStarted, SpeechRejected]
    interruption = [VOICED] * 17  # 544 ms
    events = drive(Endpointer(TurnDetection()), interruption, confirm=samples(500))
    assert [type(event) for event in events] == [SpeechStarted, SpeechConfirmed]


def test_a_complete_turn_ends_sooner_than_one_nobody_judged() -> None:
    detection = TurnDetection(silence_ms=400, max_silence_ms=1800)
    shortest = samples(400 + 0.1 * 1400)
    waits = {}
    for completeness in (0.9, 0.1, None):
        endpointer = Endpointer(detection)
        drive(endpointer, [VOICED] * 20 + [QUIET] * HANGOVER)
        if completeness is not None:
            endpointer.judge(completeness)
            endpointer.read(Verdict.WHOLE, 8)
        [event] = drive(endpointer, [QUIET] * 80, start=(20 + HANGOVER) * VAD_WINDOW)
        assert isinstance(event, EndpointReached)
        waits[completeness] = event.waited_samples
    assert samples(400) <= waits[0.9] < shortest + VAD_WINDOW
    assert waits[0.9] < waits[0.1] <= waits[None]
    assert samples(1800) <= waits[None] < samples(1800) + VAD_WINDOW


def test_an_opinion_is_forgotten_when_speech_resumes() -> None:
    endpointer = Endpointer(TurnDetection())
    position = 0
    drive(endpointer, [VOICED] * 20 + [QUIET] * HANGOVER)
    position += (20 + HANGOVER) * VAD_WINDOW
    endpointer.judge(0.9)
    drive(endpointer, [VOICED] * 20 + [QUIET] * HANGOVER, start=position)
    assert endpointer.patience_ms() == TurnDetection().max_silence_ms


def test_a_click_in_the_pause_neither_ends_nor_prolongs_it() -> None:
    endpointer = Endpointer(TurnDetection(max_silence_ms=1000))
    events = drive(endpointer, [VOICED] * 20 + [QUIET] * 15 + [VOICED] * 3 + [QUIET] * 40)
    kinds = [type(event) for event in events]
    assert kinds == [
        SpeechStarted,
        SpeechConfirmed,
        SpeechPaused,
        SpeechStopped,
        SpeechStarted,
        SpeechRejected,
        EndpointReached,
    ]
    assert events[-1] == EndpointReached(20 * VAD_WINDOW, 32 * VAD_WINDOW)


def test_the_closing_threshold_is_lower_than_the_opening_one() -> None:
    wavering = [VOICED] * 6 + [0.4] * 30
    assert [type(e) for e in drive(Endpointer(TurnDetection()), wavering)] == [SpeechStarted, SpeechConfirmed]
    assert drive(Endpointer(TurnDetection()), [0.4] * 30) == []


@given(st.lists(st.sampled_from([0.0, 0.2, 0.4, 0.6, 1.0]), max_size=400))
def test_events_always_come_in_a_legal_order(probabilities: list[float]) -> None:
    """Whatever comes in: tentative before confirmed, stopped before the endpoint, and so on."""
    allowed: dict[str, dict[type[SpeechEvent], str]] = {
        "idle": {SpeechStarted: "tentative"},
        "tentative": {SpeechRejected: "idle", SpeechConfirmed: "talking"},
        "talking": {SpeechPaused: "talking", SpeechStopped: "silent"},
        "silent": {SpeechStarted: "doubt", EndpointReached: "idle"},
        "doubt": {SpeechRejected: "silent", SpeechConfirmed: "talking"},
    }
    state = "idle"
    for event in drive(Endpointer(TurnDetection()), probabilities):
        assert type(event) in allowed[state], f"{event} in {state}"
        state = allowed[state][type(event)]


def test_start_is_announced_within_the_barge_in_budget() -> None:
    """Pausing the player may take 100 ms from the first voiced sample: transport needs a part of it."""
    assert samples(64) >= START_SAMPLES


SILENT = [VOICED] * 20 + [QUIET] * HANGOVER
NOW = len(SILENT) * VAD_WINDOW


def test_each_pause_is_announced_once_and_before_the_stop() -> None:
    events = drive(Endpointer(TurnDetection()), [VOICED] * 10 + ([QUIET] * 5 + [VOICED] * 2) * 2 + [QUIET] * 10)
    assert [type(event) for event in events[2:]] == [SpeechPaused, SpeechPaused, SpeechPaused, SpeechStopped]
    assert events[2] == SpeechPaused(10 * VAD_WINDOW)


def test_a_closure_inside_a_word_is_no_pause() -> None:
    events = drive(Endpointer(TurnDetection()), ([VOICED] * 5 + [QUIET]) * 5)
    assert [type(event) for event in events] == [SpeechStarted, SpeechConfirmed]


def test_words_read_in_the_pause_hold_until_speech_resumes() -> None:
    endpointer = Endpointer(TurnDetection())
    drive(endpointer, [VOICED] * 20 + [QUIET] * 4)
    endpointer.read(Verdict.WHOLE, 5)
    drive(endpointer, [QUIET] * 2, start=24 * VAD_WINDOW)
    endpointer.judge(0.95)
    whole = endpointer.patience_ms()
    assert whole < 1000
    drive(endpointer, [VOICED] * 10 + [QUIET] * HANGOVER, start=NOW)
    assert endpointer.patience_ms() == TurnDetection().max_silence_ms


def test_words_that_arrive_late_end_a_turn_that_has_waited_long_enough() -> None:
    endpointer = Endpointer(TurnDetection())
    drive(endpointer, SILENT + [QUIET] * 25)
    endpointer.judge(0.95)
    endpointer.read(Verdict.WHOLE, 5)
    [event] = drive(endpointer, [QUIET], start=NOW + 25 * VAD_WINDOW)
    assert isinstance(event, EndpointReached)


def test_a_silence_that_nobody_waits_for_may_last_the_longest() -> None:
    endpointer, quiet = Endpointer(TurnDetection()), round(1.5 * 16_000) // VAD_WINDOW
    drive(endpointer, [VOICED] * 20 + [QUIET] * HANGOVER)
    endpointer.judge(0.99)
    endpointer.read(Verdict.WHOLE, 9)
    endpointer.held = True
    now = (20 + HANGOVER) * VAD_WINDOW
    assert drive(endpointer, [QUIET] * quiet, now) == []
    now += quiet * VAD_WINDOW
    assert endpointer.release(now) == (EndpointReached(20 * VAD_WINDOW, now - 20 * VAD_WINDOW),)
    assert endpointer.release(now) == ()


def test_a_reply_that_is_ready_early_ends_no_turn() -> None:
    endpointer = Endpointer(TurnDetection())
    drive(endpointer, [VOICED] * 20 + [QUIET] * HANGOVER)
    endpointer.judge(0.99)
    endpointer.held = True
    assert endpointer.release((20 + HANGOVER) * VAD_WINDOW) == ()


def test_a_speaker_who_goes_on_is_held_no_longer() -> None:
    endpointer = Endpointer(TurnDetection())
    drive(endpointer, [VOICED] * 20 + [QUIET] * HANGOVER)
    endpointer.held = True
    drive(endpointer, [VOICED] * 8, (20 + HANGOVER) * VAD_WINDOW)
    assert not endpointer.held


def test_what_the_model_says_holds_until_speech_resumes() -> None:
    endpointer = Endpointer(TurnDetection())
    drive(endpointer, [VOICED] * 20 + [QUIET] * HANGOVER)
    endpointer.judge(0.99)
    endpointer.read(Verdict.WHOLE, 9)
    before = endpointer.patience_ms()
    endpointer.model_says(0.01)
    assert endpointer.patience_ms() > before + 1000
    drive(endpointer, [VOICED] * 8 + [QUIET] * HANGOVER, (20 + HANGOVER) * VAD_WINDOW)
    endpointer.judge(0.99)
    endpointer.read(Verdict.WHOLE, 9)
    assert endpointer.patience_ms() == before


def test_a_second_opinion_counts_no_more_than_the_first() -> None:
    endpointer = Endpointer(TurnDetection())
    drive(endpointer, SILENT)
    endpointer.read(Verdict.WHOLE, 5)
    endpointer.judge(0.98)
    sure = endpointer.patience_ms()
    other = Endpointer(TurnDetection())
    drive(other, SILENT)
    other.read(Verdict.WHOLE, 5)
    other.judge(0.04)
    doubtful = other.patience_ms()
    other.judge(0.98)
    assert sure < other.patience_ms() < doubtful


def test_what_was_asked_counts() -> None:
    waits = []
    for expected in (Expected.SHORT, Expected.NORMAL, Expected.LONG):
        endpointer = Endpointer(TurnDetection())
        endpointer.expect(expected)
        drive(endpointer, SILENT)
        endpointer.judge(0.95)
        endpointer.read(Verdict.WHOLE, 5)
        waits.append(endpointer.patience_ms())
    assert waits[0] < waits[1] < waits[2]


def test_one_moment_is_waited_for_or_answered() -> None:
    endpointer = Endpointer(TurnDetection())
    drive(endpointer, SILENT)
    endpointer.judge(0.95)
    endpointer.read(Verdict.SUSPENDED, 2)
    assert endpointer.patience_ms() == TurnDetection().suspend_ms
    endpointer.waits = False
    assert endpointer.patience_ms() == TurnDetection().silence_ms


def test_a_turn_that_is_reopened_waits_the_longest() -> None:
    endpointer = Endpointer(TurnDetection())
    drive(endpointer, SILENT)
    endpointer.judge(0.95)
    drive(endpointer, [QUIET] * 40, start=NOW)
    endpointer.reopen()
    assert endpointer.awaiting_endpoint()
    assert endpointer.patience_ms() == TurnDetection().max_silence_ms


def test_a_rejected_run_that_was_meant_opens_a_turn_that_ends_by_itself() -> None:
    endpointer = Endpointer(TurnDetection())
    drive(endpointer, [VOICED] * 3 + [QUIET] * 10)
    last, now = 3 * VAD_WINDOW, 13 * VAD_WINDOW
    assert endpointer.accept(0, last, now) == (SpeechConfirmed(0), SpeechStopped(last))
    assert endpointer.awaiting_endpoint()
    assert endpointer.last_voiced == last
    [event] = drive(endpointer, [QUIET] * 100, start=now)
    assert isinstance(event, EndpointReached)
    assert event.at_sample == last


def test_accepting_while_the_speaker_talks_again_changes_nothing() -> None:
    endpointer = Endpointer(TurnDetection())
    drive(endpointer, [VOICED] * 3 + [QUIET] * 10 + [VOICED] * 10)
    assert endpointer.accept(0, 3 * VAD_WINDOW, 23 * VAD_WINDOW) == ()
    assert not endpointer.awaiting_endpoint()


def test_a_speaker_who_was_cut_in_on_gets_more_time() -> None:
    endpointer = Endpointer(TurnDetection())

    def pause(start: int, windows: int) -> float:
        drive(endpointer, SILENT, start=start)
        endpointer.judge(0.95)
        endpointer.read(Verdict.WHOLE, 8)
        patience = endpointer.patience_ms()
        drive(endpointer, [QUIET] * windows, start=start + NOW)
        return patience

    first = pause(0, 24)  # the turn ends, and 150 ms later the speaker goes on
    second = pause(NOW + 24 * VAD_WINDOW, 200)
    assert second > first
    third = pause(2 * NOW + 224 * VAD_WINDOW, 200)  # after that, turns that were over
    assert first <= third < second
