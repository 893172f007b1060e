"""A session whose caller sits in front of a loudspeaker, in virtual time: what it plays comes back to its microphone.

The caller is the one of `moui latency` (its player, its microphone, its room) behind a network; Silero is real. What
the recogniser hears is given.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from models.ports import (
    Pcm,
    Priority,
    SpeechChunk,
    SynthesizeRequest,
    TextToSpeechEngine,
    TranscribeRequest,
    Transcription,
    VoiceActivityDetector,
)
from server.caller.microphone import FRAME_S, Line, Microphone, Spoken
from server.caller.player import Playback, Player
from tests.fakes import EchoResponder, FakeSpeechToText, FakeTextToSpeech
from voice.audio import from_pcm16
from voice.events import (
    OUTPUT_RATE_HZ,
    CreateResponse,
    PlaybackFlushed,
    PlaybackPaused,
    PlaybackResumed,
    PlayoutReport,
    ResponseAudio,
    ResponseDone,
    ResponseStarted,
    SessionConfig,
    SessionEvent,
)
from voice.responder import Reply, TurnContext
from voice.session import Engines, Session

Entry = TypeVar("Entry")

NETWORK_S = (0.005, 0.03)
REPORT_EVERY_S = 0.1
LATE_S = 0.02
"""How much later than they should the caller's own tasks run, usually."""

STORY = (
    "It was a cold morning when the old captain walked down to the harbour. He had not slept well, and the sky above "
    "the water was grey and very still. A young woman was waiting for him beside the boat, with a letter in her hand. "
    "She told him that her brother had gone out two days before and had not come back. The captain looked at the sea "
    "for a long time and said nothing. Then he asked her to step aside, and he started the engine of his boat."
)


class _Storyteller(EchoResponder):
    async def respond(self, turn: TurnContext) -> AsyncGenerator[Reply, None]:
        await asyncio.sleep(0)
        yield Reply(STORY)


_SAID: dict[str, tuple[SpeechChunk, ...]] = {}
"""Made once for all calls."""


class _Speaks(FakeTextToSpeech):
    """A real engine, without its process."""

    def __init__(self, engine: TextToSpeechEngine) -> None:
        super().__init__()
        self._engine = engine

    async def synthesize(
        self, request: SynthesizeRequest, priority: Priority = Priority.TTS
    ) -> AsyncGenerator[SpeechChunk, None]:
        await asyncio.sleep(0)
        if request.text not in _SAID:
            voice = self._engine.voices()[0]
            _SAID[request.text] = tuple(self._engine.synthesize(SynthesizeRequest(request.text, voice.id, "en")))
        for chunk in _SAID[request.text]:
            yield chunk


@dataclass
class _Recogniser(FakeSpeechToText):
    """Hears the same whatever is said, after a while."""

    call: EchoCall
    hears: str
    takes_s: float = 0.4

    async def transcribe(self, request: TranscribeRequest, priority: Priority = Priority.LIVE_STT) -> Transcription:
        done = self.call.now_s + self.takes_s
        while self.call.now_s < done:  # noqa: ASYNC110 - virtual time
            await asyncio.sleep(0)
        return Transcription(self.hears, (), "en", 0.05, -0.2, 1.2)


@dataclass
class EchoCall:
    """One reply over a loudspeaker. After `run`: what was done to the player, in seconds of the call."""

    vad: VoiceActivityDetector
    voice: TextToSpeechEngine
    line: Line
    hears: str = ""
    user: Pcm | None = None
    speaks_after_s: float = 0.0
    """Of the reply that the user has heard."""
    seed: int = 0
    stalls_a_second: float = 0.0
    """How often the caller's process stands still for 0.1 to 0.5 s."""
    now_s: float = 0.0
    pauses: list[float] = field(default_factory=list)
    resumes: list[float] = field(default_factory=list)
    flushed: float | None = None
    spoken: Spoken | None = None

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self.player = Player()
        self._microphone = Microphone(self.line, self.player, self.seed)
        self._to_client: deque[tuple[float, SessionEvent]] = deque()
        self._to_server: deque[tuple[float, Pcm | PlayoutReport]] = deque()
        self._report_at = self._random.uniform(0, REPORT_EVERY_S)
        self._reported, self._moved_s = 0, 0.0
        self._owed, self._stands_still_until = 0, 0.0
        engines = Engines(_Recogniser(self, self.hears), _Speaks(self.voice), self.vad, None)
        self.session = Session(
            engines, _Storyteller(), SessionConfig(), self._emit, session_id="t", clock=lambda: self.now_s
        )

    async def run(self, most_s: float = 60.0) -> Playback:
        """Until the reply is over, one way or another."""
        task = asyncio.create_task(self.session.run())
        try:
            self.session.send(CreateResponse())
            for frame in range(round(most_s / FRAME_S)):
                self.now_s = frame * FRAME_S
                self._client()
                self._server()
                for _ in range(12):
                    await asyncio.sleep(0)
                if self.over:
                    break
        finally:
            self.session.close()
            await task
        [first] = list(self.player.playbacks.values())[:1]
        return first

    @property
    def over(self) -> bool:
        return any(playback.flushed or self.player.played_out(name) for name, playback in self.player.playbacks.items())

    def _emit(self, event: SessionEvent) -> None:
        self._to_client.append((self._due(self._to_client, self.now_s), event))

    def _due(self, queue: deque[tuple[float, Entry]], at: float) -> float:
        """When something sent now arrives: in order."""
        return max(at + self._random.uniform(*NETWORK_S), queue[-1][0] if queue else 0.0)

    # --- the caller ---------------------------------------------------------------------------------------------

    def _client(self) -> None:
        """20 ms: or nothing, where the caller's process stands still, and all of it afterwards, in any order."""
        self._owed += 1
        if self.now_s < self._stands_still_until:
            return
        if self._random.random() < self.stalls_a_second * FRAME_S:
            self._stands_still_until = self.now_s + self._random.uniform(0.1, 0.5)
        for event in _arrived(self._to_client, self.now_s):
            self._take(event)
        late = self.now_s + abs(self._random.gauss(0, LATE_S))
        self.player.advance(self._not_before(late))
        tasks = [lambda: self._speak(late), self._report]
        self._random.shuffle(tasks)
        for task in tasks:
            task()

    def _speak(self, late: float) -> None:
        playback = self.player.current
        if playback is None:
            return
        if self.user is not None and self.spoken is None and playback.played / OUTPUT_RATE_HZ >= self.speaks_after_s:
            self.spoken = self._microphone.say(self.user)
        for _ in range(self._owed):
            self._to_server.append((self._due(self._to_server, late), self._microphone.frame(self.now_s)))
        self._owed = 0

    def _report(self) -> None:
        playback = self.player.current
        if playback is not None and self.now_s >= self._report_at and int(playback.played) != self._reported:
            self._report_at, self._reported = self.now_s + REPORT_EVERY_S, int(playback.played)
            report = PlayoutReport(playback.response_id, self._reported)
            self._to_server.append((self._due(self._to_server, self.now_s), report))

    def _not_before(self, at: float) -> float:
        self._moved_s = max(self._moved_s, at)
        return self._moved_s

    def _take(self, event: SessionEvent) -> None:
        at = self._not_before(self.now_s)
        match event:
            case ResponseStarted():
                self.player.started(event.response_id)
            case ResponseAudio():
                self.player.arrived(event.response_id, from_pcm16(event.pcm16), at)
            case ResponseDone():
                self.player.finished(event.response_id)
            case PlaybackPaused():
                self.player.pause(event.response_id, at)
                self.pauses.append(self.now_s)
            case PlaybackResumed():
                self.player.resume(event.response_id, at)
                self.resumes.append(self.now_s)
            case PlaybackFlushed():
                self.player.flush(event.response_id, at)
                self.flushed = self.now_s

    # --- the server ---------------------------------------------------------------------------------------------

    def _server(self) -> None:
        for entry in _arrived(self._to_server, self.now_s):
            if isinstance(entry, np.ndarray):
                self.session.feed(entry)
            else:
                self.session.send(entry)


def _arrived(queue: deque[tuple[float, Entry]], now_s: float) -> Iterator[Entry]:
    while queue and queue[0][0] <= now_s:
        yield queue.popleft()[1]
