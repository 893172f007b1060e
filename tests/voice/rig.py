"""A session on fakes, and a patient reader of what it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from interview.free_talk import FreeTalk
from models.ports import MIC_RATE_HZ, Pcm
from tests.fakes import FakeEndOfTurn, FakeLanguageModel, FakeSpeechToText, FakeTextToSpeech, FakeVad, quiet, speech
from voice.events import OUTPUT_RATE_HZ, PlayoutReport, ResponseAudio, SessionConfig, SessionEvent, StateChanged
from voice.responder import Responder
from voice.session import Engines, Session

Event = TypeVar("Event", bound=SessionEvent)

FRAME = round(0.02 * MIC_RATE_HZ)


@dataclass
class Rig:
    """`say` and `hush` feed the microphone; `event` waits for what the session says next of a kind."""

    config: SessionConfig = field(default_factory=SessionConfig)
    stt: FakeSpeechToText = field(default_factory=FakeSpeechToText)
    llm: FakeLanguageModel = field(default_factory=FakeLanguageModel)
    tts: FakeTextToSpeech = field(default_factory=FakeTextToSpeech)
    end_of_turn: FakeEndOfTurn = field(default_factory=FakeEndOfTurn)
    responder: Responder | None = None
    events: list[SessionEvent] = field(default_factory=list)
    read: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        engines = Engines(self.stt, self.tts, FakeVad(), self.end_of_turn)
        self.session = Session(engines, self.responder or FreeTalk(self.llm), self.config, self._emit, session_id="t")

    def _emit(self, event: SessionEvent) -> None:
        self.events.append(event)
        self.changed.set()

    def say(self, seconds: float) -> None:
        self._feed(speech(seconds))

    def hush(self, seconds: float) -> None:
        self._feed(quiet(seconds))

    def _feed(self, audio: Pcm) -> None:
        for start in range(0, len(audio), FRAME):
            self.session.feed(audio[start : start + FRAME])

    async def event(self, kind: type[Event], wanted: Callable[[Event], bool] = lambda _: True) -> Event:
        """The next unread event of a kind; those before it count as read."""
        async with asyncio.timeout(5):
            while True:
                while self.read < len(self.events):
                    event = self.events[self.read]
                    self.read += 1
                    if isinstance(event, kind) and wanted(event):
                        return event
                self.changed.clear()
                await self.changed.wait()

    async def state(self, state: str) -> StateChanged:
        return await self.event(StateChanged, lambda event: event.state == state)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110 - looks at the session from outside
                await asyncio.sleep(0.001)

    def seen(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]

    def sent_samples(self, response_id: str) -> int:
        return sum(len(e.pcm16) // 2 for e in self.seen(ResponseAudio) if e.response_id == response_id)

    def play(self, response_id: str, seconds: float | None = None, *, flushed: bool = False) -> None:
        """The player reports: everything sent so far, or that many seconds."""
        samples = self.sent_samples(response_id) if seconds is None else round(seconds * OUTPUT_RATE_HZ)
        self.session.send(PlayoutReport(response_id, samples, flushed))


@asynccontextmanager
async def running(rig: Rig) -> AsyncIterator[Rig]:
    task = asyncio.create_task(rig.session.run())
    try:
        yield rig
    finally:
        rig.session.close()
        await task
