"""Ports: the shapes that cross between the voice loop and the engines. No engine library is imported here.

Two sides of the same port are named here:

* the *engine* side is synchronous and runs inside a worker process: plain iterators, no asyncio, no leases;
* the *port* side is asynchronous and is what `voice` and `interview` use. `models/handles.py` joins the two.

Embeddings, which no conversation needs, have their ports in `models/embedding_ports.py`.

Audio is mono float32 in [-1, 1]. Speech going in is always 16 kHz; speech coming out carries its own rate.
Every request carries a `CallContext`, so that a call can be cancelled, traced and moved elsewhere.
"""

from __future__ import annotations

import enum
from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

MIC_RATE_HZ = 16_000
"""Every sample position in moui ("now") counts samples of the microphone stream at this rate."""

VAD_WINDOW = 512
"""Samples per VAD window (32 ms at 16 kHz): the only size Silero v5/v6 accepts at 16 kHz."""

Pcm = npt.NDArray[np.float32]


class Role(enum.StrEnum):
    """What a model is for."""

    VAD = "vad"
    END_OF_TURN = "end_of_turn"
    STT = "stt"
    LLM = "llm"
    TTS = "tts"
    EMBEDDING = "embedding"


class Priority(enum.IntEnum):
    """Who gets the device first; the smaller value wins. Ties are served in order of asking."""

    LIVE_STT = 0
    TTS = 1
    LLM = 2
    BACKGROUND = 3


class EngineError(Exception):
    """An engine could not do what was asked. The message is one sentence a user can read, `korean` the same where it is
    known in Korean."""

    def __init__(self, message: str = "", korean: str = "") -> None:
        super().__init__(message)
        self.korean = korean


class EngineCrashed(EngineError):
    """The engine's process ended or stopped answering in the middle of a call. The call may be tried again."""


class EngineUnavailable(EngineError):
    """The engine is not there: its model is missing, it is still loading, or it kept crashing."""


@dataclass(frozen=True, slots=True)
class CallContext:
    """Whose call this is. `response_id` is 0 outside a response; `deadline_s` is seconds from the start of the call."""

    session_id: str = ""
    response_id: int = 0
    deadline_s: float | None = None


# --- speech to text ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TranscribeRequest:
    """One whole window. `audio` is 16 kHz, at most 30 s; `prompt` is text already committed before the window.

    `words` False: only the text is wanted, no places of words, which costs less.
    """

    audio: Pcm
    language: str | None = None
    prompt: str = ""
    context: CallContext = CallContext()
    words: bool = True


@dataclass(frozen=True, slots=True)
class Word:
    """One word with its place in the window, in seconds; `text` keeps Whisper's leading space."""

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True, slots=True)
class Transcription:
    """What was heard in one window. The three numbers are Whisper's own gates (Radford et al. 2022, section 4.5)."""

    text: str
    words: tuple[Word, ...]
    language: str
    no_speech_probability: float
    average_log_probability: float
    compression_ratio: float


@runtime_checkable
class SpeechToTextEngine(Protocol):
    def transcribe(self, request: TranscribeRequest) -> Iterator[Transcription]:
        """Yield exactly one Transcription."""
        ...


class SpeechToText(Protocol):
    async def transcribe(self, request: TranscribeRequest, priority: Priority = Priority.LIVE_STT) -> Transcription:
        """Raises EngineCrashed, EngineUnavailable or EngineError."""
        ...


# --- language model ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChatMessage:
    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """A chat to continue. `json_schema`, when given, constrains the output by grammar."""

    messages: tuple[ChatMessage, ...]
    max_tokens: int = 200
    temperature: float = 0.7
    top_p: float = 0.9
    repeat_penalty: float = 1.1
    stop: tuple[str, ...] = ()
    seed: int | None = None
    json_schema: Mapping[str, Any] | None = None
    context: CallContext = CallContext()


@dataclass(frozen=True, slots=True)
class PrimeRequest:
    """Evaluate this beginning of a later chat now, so that only its continuation costs time then.

    `open`: the last message is not complete: it will go on where it stops (the words of someone who is still talking).
    `ends`: how likely the words end there is wanted, even if it costs the evaluation of a token.
    `max_tokens` of the coming GenerateRequest, so that a chat too long for the context is cut alike.
    """

    messages: tuple[ChatMessage, ...]
    open: bool = False
    ends: bool = False
    max_tokens: int = 200
    context: CallContext = CallContext()


@dataclass(frozen=True, slots=True)
class PrefillProgress:
    """Yielded between prompt batches: a point where the lease can change hands. Tokens.

    `ends`, on the last one of an open prime: the probability (0-1) that a sentence ends where the words stop.
    """

    evaluated: int
    total: int
    cached: int
    ends: float | None = None


@dataclass(frozen=True, slots=True)
class Primed:
    """`cached`: tokens resident now (0 where the engine keeps no cache). `ends`: see PrefillProgress; None: unknown."""

    cached: int
    ends: float | None = None


@dataclass(frozen=True, slots=True)
class GenerationChunk:
    """New text (possibly empty while a multi-byte character is incomplete) and, on the last chunk, how it ended."""

    text: str
    tokens: int = 1
    finish_reason: Literal["stop", "length"] | None = None
    prompt_tokens: int = 0
    cached_tokens: int = 0


@runtime_checkable
class LanguageModelEngine(Protocol):
    def generate(self, request: GenerateRequest) -> Iterator[PrefillProgress | GenerationChunk]:
        """Prefill progress first, then chunks; the last chunk carries `finish_reason`. Closing the iterator cancels."""
        ...

    def prime(self, request: PrimeRequest) -> Iterator[PrefillProgress]:
        """Make the prompt's beginning resident in the KV cache."""
        ...


class LanguageModel(Protocol):
    def generate(
        self, request: GenerateRequest, priority: Priority = Priority.LLM
    ) -> AsyncGenerator[GenerationChunk, None]:
        """Stream chunks. Closing the generator cancels, and returns only when the engine acknowledged."""
        ...

    async def prime(self, request: PrimeRequest, priority: Priority = Priority.BACKGROUND) -> Primed:
        """Make the beginning resident. It may give way to somebody more urgent before it is done."""
        ...


# --- text to speech ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice a user can choose. `local` is False where the text leaves this machine."""

    id: str
    language: str
    engine: str
    name: str
    local: bool = True
    last_resort: bool = False


@dataclass(frozen=True, slots=True)
class SynthesizeRequest:
    """One speakable fragment. `speed` is a factor: 1.0 as recorded, 0.8 slower."""

    text: str
    voice: str
    language: str
    speed: float = 1.0
    context: CallContext = CallContext()


@dataclass(frozen=True, slots=True)
class SpeechChunk:
    """Consecutive samples of one fragment."""

    audio: Pcm
    sample_rate_hz: int


@runtime_checkable
class TextToSpeechEngine(Protocol):
    def voices(self) -> tuple[Voice, ...]: ...

    def synthesize(self, request: SynthesizeRequest) -> Iterator[SpeechChunk]: ...


class TextToSpeech(Protocol):
    def voices(self) -> tuple[Voice, ...]:
        """All voices that can speak now, best first."""
        ...

    def voice_for(self, language: str, wanted: str | None = None) -> Voice | None:
        """The wanted voice if it speaks the language, else the best one that does, else None: an explained state."""
        ...

    def synthesize(
        self, request: SynthesizeRequest, priority: Priority = Priority.TTS
    ) -> AsyncGenerator[SpeechChunk, None]:
        """Stream audio; closing cancels. Raises EngineError with a sentence when no voice can speak the text."""
        ...


# --- in-process detectors (a millisecond or a few: run outside the leases) -----------------------------------------


class VoiceActivityDetector(Protocol):
    """Stateful, one per session."""

    def probability(self, window: Pcm) -> float:
        """Speech probability in [0, 1] of the next VAD_WINDOW samples."""
        ...

    def reset(self) -> None: ...


class EndOfTurnDetector(Protocol):
    """Stateless, shared by all sessions."""

    def probability(self, audio: Pcm) -> float:
        """Probability in [0, 1] that the speaker is done, from the turn's audio so far (its last 8 s are used)."""
        ...


@dataclass(frozen=True, slots=True)
class Lease:
    """One entry of the arbiter's trace. Times are seconds of `time.perf_counter` in the server process."""

    device: str
    engine: str
    phase: str
    priority: Priority
    requested_s: float
    start_s: float
    end_s: float
    context: CallContext = field(default_factory=CallContext)
