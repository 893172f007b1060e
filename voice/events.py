"""What the voice loop says to the outside, and what the outside says to it. Frozen values, no behaviour.

`now` and every `*_sample` count samples of the microphone stream at 16 kHz since the session began, unless a field
says that it counts output samples (`OUTPUT_RATE_HZ`). Identifiers are opaque strings made by the session.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from voice.words import TimedWord

OUTPUT_RATE_HZ = 24_000
"""Rate of every sample the session sends out: what OpenAI Realtime clients expect of audio/pcm."""


class TurnState(enum.StrEnum):
    """What the session is doing, as anyone at the screen would put it (see voice/turns.py for the table)."""

    LISTENING = "listening"
    HEARING = "hearing"
    ENDING = "ending"
    COMMITTING = "committing"
    THINKING = "thinking"
    SPEAKING = "speaking"
    PAUSED = "paused"


# --- outside -> session (commands) ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CommitInput:
    """Push to talk: what was appended since the last commit is a turn."""


@dataclass(frozen=True, slots=True)
class ClearInput:
    """Forget what was appended since the last commit."""


@dataclass(frozen=True, slots=True)
class AddMessage:
    """A typed message enters the conversation. `item_id` is the client's, or None."""

    role: Literal["user", "assistant", "system"]
    text: str
    item_id: str | None = None
    previous_item_id: str | None = None


@dataclass(frozen=True, slots=True)
class DeleteItem:
    item_id: str


@dataclass(frozen=True, slots=True)
class TruncateItem:
    """The client says how much of a reply was really played."""

    item_id: str
    audio_end_ms: int


@dataclass(frozen=True, slots=True)
class CreateResponse:
    """Answer now. None means: as the session is configured."""

    instructions: str | None = None
    audio: bool | None = None
    max_tokens: int | None = None
    conversation: bool = True
    messages: tuple[AddMessage, ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CancelResponse:
    response_id: str | None = None


@dataclass(frozen=True, slots=True)
class PlayoutReport:
    """The player has played `samples` output samples of this response (in total); `flushed` as the answer to
    PlaybackFlushed."""

    response_id: str
    samples: int
    flushed: bool = False


@dataclass(frozen=True, slots=True)
class ExtensionCommand:
    """For the responder's own shell (an interview's "skip", "end"). A session without one refuses it."""

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)


Command = (
    CommitInput | ClearInput | AddMessage | DeleteItem | TruncateItem | CreateResponse | CancelResponse | PlayoutReport
    | ExtensionCommand
)  # fmt: skip


# --- session -> outside ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StateChanged:
    state: TurnState
    now: int


@dataclass(frozen=True, slots=True)
class UserSpeechStarted:
    """`at_sample` includes the pre-roll: it is where the turn's audio begins."""

    item_id: str
    at_sample: int


@dataclass(frozen=True, slots=True)
class UserSpeechStopped:
    item_id: str
    at_sample: int


@dataclass(frozen=True, slots=True)
class InputCommitted:
    item_id: str
    previous_item_id: str | None


@dataclass(frozen=True, slots=True)
class InputCleared:
    pass


@dataclass(frozen=True, slots=True)
class TranscriptInterim:
    """`stable` is never retracted, only appended to; `tail` may change. Put together they are the text."""

    item_id: str
    stable: str
    tail: str


@dataclass(frozen=True, slots=True)
class TranscriptFinal:
    item_id: str
    text: str
    language: str
    start_sample: int
    end_sample: int
    words: tuple[TimedWord, ...] = ()


@dataclass(frozen=True, slots=True)
class TranscriptDropped:
    """The audio held no words (noise, a cough, a hallucinated phrase): no turn came of it."""

    item_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class TranscriptFailed:
    item_id: str
    message: str


@dataclass(frozen=True, slots=True)
class ItemAdded:
    item_id: str
    previous_item_id: str | None
    role: Literal["user", "assistant", "system"]
    text: str


@dataclass(frozen=True, slots=True)
class ItemDeleted:
    item_id: str


@dataclass(frozen=True, slots=True)
class ItemTruncated:
    """History now holds `text`, the part that was heard."""

    item_id: str
    audio_end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class ResponseStarted:
    response_id: str
    item_id: str
    audio: bool
    metadata: tuple[tuple[str, str], ...] = ()
    in_conversation: bool = True
    previous_item_id: str | None = None


@dataclass(frozen=True, slots=True)
class ResponseText:
    """Text that is about to be heard (or, without audio, to be read)."""

    response_id: str
    item_id: str
    delta: str


@dataclass(frozen=True, slots=True)
class ResponseAudio:
    """`pcm16` is little-endian mono at OUTPUT_RATE_HZ; `first_sample` counts output samples of this response."""

    response_id: str
    item_id: str
    pcm16: bytes
    first_sample: int


@dataclass(frozen=True, slots=True)
class ResponseDone:
    """Generation is over (playback may not be). `text` is all that was said or, if cancelled, sent."""

    response_id: str
    item_id: str
    status: Literal["completed", "cancelled", "failed", "incomplete"]
    reason: str
    text: str
    audio: bool
    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    error: str = ""
    metadata: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PlaybackPaused:
    """Hold the player at once: somebody may be interrupting. Followed by PlaybackResumed or PlaybackFlushed."""

    response_id: str


@dataclass(frozen=True, slots=True)
class PlaybackResumed:
    """Go on from the sample where the player stopped."""

    response_id: str


@dataclass(frozen=True, slots=True)
class PlaybackFlushed:
    """Throw away what has not been played, and answer with PlayoutReport(flushed=True)."""

    response_id: str


@dataclass(frozen=True, slots=True)
class TurnTimings:
    """One turn's stages in milliseconds; None where the stage did not happen (a typed turn has no endpoint wait).

    Measured at the server with its monotonic clock. `endpoint_ms` runs from the last voiced sample's arrival to the
    decision. Where nothing was prepared in the silence the stages follow one another; else `speculative` is true, they
    ran inside the silence, and `total_ms` (last voiced sample to first audio sent) is less than their sum. The player
    adds transport and its own buffer. `call` is the CallContext.response_id of the leases behind this response;
    `discarded` are those of replies that were begun in this turn's pauses and thrown away.
    """

    response_id: str
    call: int = 0
    speculative: bool = False
    discarded: tuple[int, ...] = ()
    endpoint_ms: float | None = None
    stt_ms: float | None = None
    llm_first_token_ms: float | None = None
    first_fragment_ms: float | None = None
    tts_first_chunk_ms: float | None = None
    total_ms: float | None = None


@dataclass(frozen=True, slots=True)
class ContentStarted:
    """The first sample of a reply that is no mere acknowledgement; counts output samples of this response."""

    response_id: str
    first_sample: int


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence for the user that is no error of theirs: a fallback voice, a missing voice, an engine restarting."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Extension:
    """What the responder's own shell says to the client: `name` becomes the wire's event type, moui.<name>."""

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestFailed:
    """A command could not be carried out. `param` names the field at fault, `code` is machine-readable.

    `command` is the very object that was sent, so that the outside can tell which of its requests this is about.
    """

    code: str
    message: str
    param: str | None = None
    command: Command | None = None


SessionEvent = (
    StateChanged | UserSpeechStarted | UserSpeechStopped | InputCommitted | InputCleared | TranscriptInterim
    | TranscriptFinal | TranscriptDropped | TranscriptFailed | ItemAdded | ItemDeleted | ItemTruncated | ResponseStarted
    | ResponseText | ResponseAudio | ResponseDone | PlaybackPaused | PlaybackResumed | PlaybackFlushed | TurnTimings
    | ContentStarted | Notice | Extension | RequestFailed
)  # fmt: skip


# --- configuration --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TurnDetection:
    """Server VAD. Durations in milliseconds. See voice/endpointer.py for what each one does."""

    threshold: float = 0.5
    prefix_padding_ms: int = 500
    silence_ms: int = 500
    max_silence_ms: int = 2300
    interrupt_ms: int = 500
    suspend_ms: int = 20_000
    create_response: bool = True
    interrupt_response: bool = True


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """What `session.update` can change. `turn_detection=None` is push to talk; `language=None` lets Whisper decide."""

    instructions: str = ""
    language: str | None = "en"
    voice: str | None = None
    speed: float = 1.0
    audio: bool = True
    max_tokens: int = 200
    transcription_prompt: str = ""
    turn_detection: TurnDetection | None = field(default_factory=TurnDetection)
