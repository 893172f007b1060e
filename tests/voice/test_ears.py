"""When the ears have a window transcribed, and when they wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np

from models.ports import MIC_RATE_HZ, VAD_WINDOW, CallContext, Priority, TranscribeRequest, Transcription, Word
from voice.audio import AudioRing
from voice.ears import PASS_EVERY_S, Ears, FinalText, HeardTurn

WINDOWS = round(PASS_EVERY_S * MIC_RATE_HZ / VAD_WINDOW) + 1
"""Of voice: enough for an interim pass."""


class Recogniser:
    """Hears "yes" throughout; counts."""

    def __init__(self) -> None:
        self.lengths: list[int] = []
        self.goes_on = asyncio.Event()
        """While this is not set, passes take long."""
        self.goes_on.set()
        self.given_up = 0

    async def transcribe(self, request: TranscribeRequest, priority: Priority = Priority.LIVE_STT) -> Transcription:
        self.lengths.append(len(request.audio))
        try:
            await self.goes_on.wait()
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        seconds = len(request.audio) / MIC_RATE_HZ
        return Transcription("yes", (Word(" yes", 0.0, seconds, 0.9),), "en", 0.0, -0.1, 1.0)


class Listening:
    def __init__(self) -> None:
        self.stt = Recogniser()
        self.ring = AudioRing(60.0)
        self.tails: list[HeardTurn] = []
        self.finals: list[FinalText] = []
        self.ears = Ears(
            self.stt,
            self.ring,
            context=CallContext(),
            on_interim=lambda turn: None,
            on_tail=self.tails.append,
            on_final=self.final,
            too_early=lambda turn: False,
        )
        self.turn = self.ears.open("item", 0)

    async def hears(self, windows: int, *, voiced: bool) -> None:
        self.ring.append(np.zeros(windows * VAD_WINDOW, dtype=np.float32))
        if voiced:
            self.turn.speech_end = self.turn.voiced = self.ring.end
        self.ears.audio_arrived()
        await self.settled()

    def final(self, text: FinalText) -> None:
        self.finals.append(text)
        self.ears.close()

    async def settled(self) -> None:
        for _ in range(12):
            await asyncio.sleep(0)


@asynccontextmanager
async def listening() -> AsyncIterator[Listening]:
    listener = Listening()
    running = asyncio.create_task(listener.ears.run())
    try:
        yield listener
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_window_is_due_while_there_is_voice() -> None:
    async with listening() as it:
        await it.hears(WINDOWS // 2, voiced=True)
        assert it.stt.lengths == []
        await it.hears(WINDOWS, voiced=True)
        assert len(it.stt.lengths) == 1


async def test_none_is_begun_in_a_pause_where_it_would_be_in_the_way_of_the_tail() -> None:
    async with listening() as it:
        it.turn.speech_end = it.turn.voiced = WINDOWS * VAD_WINDOW
        await it.hears(WINDOWS + 1, voiced=False)
        assert it.stt.lengths == [], "one window of quiet"
        await it.hears(3, voiced=False)
        assert it.stt.lengths == []
        it.ears.hurry()
        await it.settled()
        assert len(it.stt.lengths) == 1
        assert it.tails == [it.turn]


async def test_the_final_text_costs_no_window_more_than_the_tail() -> None:
    async with listening() as it:
        await it.hears(10, voiced=True)
        await it.hears(4, voiced=False)
        it.ears.hurry()
        await it.settled()
        await it.hears(2, voiced=False)
        it.ears.finish(it.ring.end)
        await it.settled()
        assert [final.text for final in it.finals] == ["yes"]
        assert len(it.stt.lengths) == 1


async def test_a_pass_that_still_runs_when_the_speaker_pauses_is_given_up() -> None:
    async with listening() as it:
        it.stt.goes_on.clear()
        await it.hears(WINDOWS, voiced=True)
        await it.hears(4, voiced=False)
        it.ears.hurry()
        await it.settled()
        assert it.stt.given_up == 1
        assert it.stt.lengths == [WINDOWS * VAD_WINDOW, (WINDOWS + 4) * VAD_WINDOW], "all of it, and what came since"
        it.stt.goes_on.set()
        await it.settled()
        assert it.tails == [it.turn]
        await it.hears(WINDOWS, voiced=True)
        assert len(it.stt.lengths) == 3, "and it goes on listening"


async def test_the_pass_of_a_pause_is_never_given_up() -> None:
    async with listening() as it:
        it.stt.goes_on.clear()
        await it.hears(10, voiced=True)
        it.ears.hurry()
        await it.settled()
        await it.hears(2, voiced=True)
        it.ears.hurry()
        await it.settled()
        assert it.stt.given_up == 0


async def test_ears_that_are_stopped_in_a_pass_stop() -> None:
    async with listening() as it:
        it.stt.goes_on.clear()
        await it.hears(WINDOWS, voiced=True)
    assert it.stt.given_up == 1
