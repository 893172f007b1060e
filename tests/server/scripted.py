"""A stand-in for the voice session and its engines, so that tests of the wire see the wire alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import numpy as np

from models.artifacts import Artifact
from models.embedding_ports import Embedder
from models.ports import (
    EndOfTurnDetector,
    EngineUnavailable,
    LanguageModel,
    Lease,
    Pcm,
    Priority,
    Role,
    SpeechChunk,
    SpeechToText,
    SynthesizeRequest,
    TextToSpeech,
    TranscribeRequest,
    Transcription,
    Voice,
    VoiceActivityDetector,
)
from models.worker_status import Residence, WorkerStatus
from server.service import Emit, RuntimeLike
from voice import events as ev
from voice.responder import Item, Reply, Responder, TurnContext

VOICE = Voice("joe", "en", "piper", "Joe")


class NoSpeechToText:
    async def transcribe(self, request: TranscribeRequest, priority: Priority = Priority.LIVE_STT) -> Transcription:
        raise NotImplementedError


class OneVoice:
    def voices(self) -> tuple[Voice, ...]:
        return (VOICE,)

    def voice_for(self, language: str, wanted: str | None = None) -> Voice | None:
        return VOICE

    async def synthesize(
        self, request: SynthesizeRequest, priority: Priority = Priority.TTS
    ) -> AsyncGenerator[SpeechChunk, None]:
        yield SpeechChunk(np.zeros(240, np.float32), 24_000)


class NoVad:
    def probability(self, window: Pcm) -> float:
        return 0.0

    def reset(self) -> None:
        """Keeps no state."""


class ScriptedRuntime:
    """Loads when `loaded` is set, which it is unless a test wants to see the loading."""

    def __init__(self, *, loaded: bool = True, failure: Exception | None = None) -> None:
        self.loaded = asyncio.Event()
        if loaded:
            self.loaded.set()
        self.failure = failure
        self.stopped = False
        self.trace: list[Lease] = []
        self.listeners: list[Callable[[str, str], None]] = []
        self.stt: SpeechToText = NoSpeechToText()
        self.llm: LanguageModel | None = None
        self.tts: TextToSpeech = OneVoice()
        self.end_of_turn: EndOfTurnDetector | None = None

    def models(self) -> Sequence[tuple[Role, Artifact]]:
        return []

    @asynccontextmanager
    async def embedder(self) -> AsyncIterator[Embedder]:
        raise EngineUnavailable("There is no embedding model here.")
        yield

    def new_vad(self) -> VoiceActivityDetector:
        return NoVad()

    async def start(self) -> None:
        await self.loaded.wait()
        if self.failure is not None:
            raise self.failure

    async def stop(self) -> None:
        self.stopped = True

    def leases(self) -> Sequence[Lease]:
        return self.trace

    def status(self) -> Sequence[WorkerStatus]:
        return [WorkerStatus("llm", "llama", "ready", 7, 1000, 2, "")]

    def residency(self) -> Sequence[Residence]:
        return [Residence("llama", 7, 1.0, 2.0), Residence("minilm", 8, 2.5)]

    def voice_gaps(self) -> Mapping[str, str]:
        return {"ko": "No voice for 'ko' is installed."}

    def add_listener(self, listener: Callable[[str, str], None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)


class Silent:
    """A responder with nothing to say."""

    acknowledges_waiting = False

    async def respond(self, turn: TurnContext) -> AsyncGenerator[Reply, None]:
        yield Reply("")

    async def prepare(self, turn: TurnContext, said: str = "") -> None:
        """Nothing to warm."""

    async def ends(self, turn: TurnContext) -> float | None:
        return None

    def rehearse(self, turn: TurnContext) -> tuple[Reply, ...]:
        return ()

    def apology(self, language: str) -> str:
        return ""


def silent(_: RuntimeLike) -> Responder:
    return Silent()


class ScriptedSession:
    """Records what it is told; a test makes it speak by calling `emit`."""

    def __init__(self, config: ev.SessionConfig, emit: Emit, session_id: str) -> None:
        self.config = config
        self.emit = emit
        self.id = session_id
        self.heard: list[Pcm] = []
        self.commands: list[ev.Command] = []
        self.items: tuple[Item, ...] = ()
        self.told = asyncio.Event()
        self.ended = False
        self.failure: Exception | None = None

    @property
    def samples(self) -> int:
        return sum(len(audio) for audio in self.heard)

    def feed(self, audio: Pcm) -> None:
        self.heard.append(audio)
        self.told.set()

    def send(self, command: ev.Command) -> None:
        self.commands.append(command)
        self.told.set()

    def configure(self, config: ev.SessionConfig) -> None:
        self.config = config
        self.told.set()

    async def run(self) -> None:
        try:
            if self.failure is not None:
                raise self.failure
            await asyncio.Event().wait()
        finally:
            self.ended = True

    def reply(self, response_id: str = "resp_1", *, samples: int = 2400, audio: bool = True, text: str = "Hi.") -> None:
        """A whole reply, as the real session says it."""
        item = f"item_{response_id}"
        self.emit(ev.ResponseStarted(response_id, item, audio))
        self.emit(ev.ResponseText(response_id, item, text))
        if audio:
            self.emit(ev.ResponseAudio(response_id, item, b"\1\0" * samples, 0))
        self.emit(ev.ResponseDone(response_id, item, "completed", "", text, audio, 10, 4, 3))
