"""The endpointer, driven by probability sequences: `1` a voiced window, `0` a quiet one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from models.ports import VAD_WINDOW
from voice.completeness import Verdict
from voice.endpointer import CONFIRM_SAMPLES, HANGOVER_SAMPLES, START_SAMPLES, Endpointer, samples
from voice.events import TurnDetection
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
    assert samples(400) <= waits[0.9] < samples(400) + VAD_WINDOW
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
