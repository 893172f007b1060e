"""The listener: when it asks the end-of-turn detector, and that the events do not depend on how audio arrives."""

from __future__ import annotations

import numpy as np
import pytest

from models.ports import VAD_WINDOW, Pcm
from tests.fakes import FakeEndOfTurn, FakeVad, quiet, speech
from voice.completeness import Verdict
from voice.endpointer import CONFIRM_SAMPLES
from voice.events import TurnDetection
from voice.listener import Listener
from voice.speech_events import EndpointReached, SpeechEvent, SpeechPaused, SpeechStopped


class Heard:
    """A listener on fakes, and what it said."""

    def __init__(self, completeness: float | None = 0.9, detection: TurnDetection | None = None) -> None:
        self.events: list[SpeechEvent] = []
        self.end_of_turn = None if completeness is None else FakeEndOfTurn(completeness)
        self.listener = Listener(
            FakeVad(),
            self.end_of_turn,
            on_speech=self.events.append,
            confirm_samples=lambda: CONFIRM_SAMPLES,
            deaf=lambda: False,
            clock=lambda: 0.0,
        )
        self.listener.configure(detection or TurnDetection())

    async def take(self, *parts: Pcm) -> Heard:
        await self.listener.take(np.concatenate(parts))
        return self

    @property
    def asked(self) -> int:
        assert self.end_of_turn is not None
        return self.end_of_turn.asked

    def kinds(self) -> list[type[SpeechEvent]]:
        return [type(event) for event in self.events]


async def test_a_sure_detector_is_asked_once() -> None:
    heard = await Heard(0.95).take(speech(1.0), quiet(4.0))
    assert heard.asked == 1
    assert heard.kinds()[-1] is EndpointReached


async def test_a_doubtful_one_is_asked_once_more() -> None:
    heard = await Heard(0.2).take(speech(1.0), quiet(0.5))
    assert heard.asked == 1
    await heard.take(quiet(4.0))
    assert heard.asked == 2


async def test_each_silence_is_judged_anew() -> None:
    heard = await Heard(0.95).take(speech(1.0), quiet(0.4), speech(1.0), quiet(0.4))
    assert heard.asked == 2


async def test_a_click_in_the_silence_does_not_ask_again() -> None:
    heard = await Heard(0.2).take(speech(1.0), quiet(0.2), speech(0.08), quiet(0.25))
    assert heard.asked == 1


async def test_words_that_go_on_make_a_second_opinion_needless() -> None:
    heard = await Heard(0.2).take(speech(1.0), quiet(0.3))
    heard.listener.endpointer.read(Verdict.UNFINISHED, 4)
    await heard.take(quiet(1.5))
    assert heard.asked == 1


async def test_a_fixed_silence_needs_no_opinion() -> None:
    heard = await Heard(0.2, TurnDetection(silence_ms=500, max_silence_ms=500)).take(speech(1.0), quiet(1.0))
    assert heard.asked == 0
    assert heard.kinds()[-1] is EndpointReached


async def test_without_a_detector_silence_and_words_decide() -> None:
    heard = await Heard(None).take(speech(1.0), quiet(1.5))
    assert heard.kinds()[-1] is EndpointReached


async def test_a_tentative_run_that_was_meant_is_judged_like_any_other() -> None:
    heard = await Heard(0.95).take(quiet(0.096), speech(0.096), quiet(0.4))
    assert heard.asked == 0
    start, last = 3 * VAD_WINDOW, 6 * VAD_WINDOW
    heard.listener.endpointer.accept(start, last, heard.listener.now)
    await heard.take(quiet(0.1))
    assert heard.asked == 1
    await heard.take(quiet(1.5))
    [endpoint] = [event for event in heard.events if isinstance(event, EndpointReached)]
    assert endpoint.at_sample == last


@pytest.mark.parametrize("size", [160, 320, 512, 4096, 100_000])
async def test_the_same_audio_gives_the_same_events_however_it_arrives(size: int) -> None:
    audio = np.concatenate([speech(1.0), quiet(0.3), speech(0.1), quiet(0.2), speech(0.5), quiet(3.0)])
    whole, pieces = await Heard(0.3).take(audio), Heard(0.3)
    for start in range(0, len(audio), size):
        await pieces.take(audio[start : start + size])
    assert pieces.events == whole.events
    assert [type(event) for event in whole.events].count(SpeechPaused) == 2
    assert [type(event) for event in whole.events].count(SpeechStopped) == 2
