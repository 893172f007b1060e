"""How a caller talks to a server: moui's binary frames and events, or OpenAI Realtime as any server speaks it.

With `PLAIN`, audio is base64 in JSON at 24 kHz, and the client keeps its player by the protocol's own convention: it
falls silent when the server hears speech (`speech_started`), or when a response ends as cancelled, and says with
`conversation.item.truncate` what was heard. What moui says in `moui.*` events is derived where it can be.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from models.ports import MIC_RATE_HZ, Pcm
from server.caller.frames import FrameResampler
from server.wire import FRAME_MIC, SUBPROTOCOL_BINARY, BinaryFrame, encode_binary
from voice.audio import to_pcm16
from voice.events import OUTPUT_RATE_HZ

PLAIN_RATE_HZ = 24_000
"""The rate every server of the protocol takes."""

AUDIO_DELTAS = ("response.output_audio.delta", "response.audio.delta")
"""By its name since the protocol's general release, and before."""


@dataclass(frozen=True, slots=True)
class CallSettings:
    """What a call is to be. `instructions`: None leaves the server's own. `written`: no microphone, text replies."""

    language: str = "en"
    instructions: str | None = None
    token: str | None = None
    interview: str | None = None
    written: bool = False
    plain: bool = False

    @property
    def subprotocols(self) -> tuple[str, ...]:
        return () if self.plain else (SUBPROTOCOL_BINARY,)

    def address(self, url: str) -> str:
        """An http(s) or ws(s) URL of a server, or of its very socket, as the address of the socket."""
        address = url.replace("http", "ws", 1) if url.startswith("http") else url
        if urlsplit(address).path in ("", "/"):
            address = address.rstrip("/") + "/v1/realtime?model=moui"
        if self.interview is not None:
            address += f"&interview={quote(self.interview, safe='')}"
        return address

    def session(self) -> dict[str, Any]:
        rate = PLAIN_RATE_HZ if self.plain else MIC_RATE_HZ
        audio: dict[str, Any] = {
            "input": {"format": {"type": "audio/pcm", "rate": rate}, "transcription": {"language": self.language}}
        }
        if self.plain:  # OpenAI wants a transcription's model named
            audio["input"]["transcription"]["model"] = "whisper-1"
        session: dict[str, Any] = {"type": "realtime", "audio": audio}
        if self.instructions is not None:
            session["instructions"] = self.instructions
        if self.written:
            session["output_modalities"] = ["text"]
        return session


@dataclass(slots=True)
class MicrophoneStream:
    """Microphone frames as the server wants them. A lost frame is a gap in the position; without one, silence."""

    plain: bool
    _sequence: int = 0
    _position: int = 0
    _resampler: FrameResampler = field(default_factory=lambda: FrameResampler(MIC_RATE_HZ, PLAIN_RATE_HZ))

    def encode(self, frame: Pcm, *, lost: bool = False) -> str | bytes | None:
        """The message of 20 ms; None: nothing is sent."""
        if self.plain:
            audio = self._resampler.process(frame * 0 if lost else frame)
            append = {"type": "input_audio_buffer.append", "audio": base64.b64encode(to_pcm16(audio)).decode()}
            return json.dumps(append)
        position = self._position
        self._position += len(frame)
        if lost:
            return None
        self._sequence += 1
        return encode_binary(BinaryFrame(FRAME_MIC, 0, self._sequence - 1, position, to_pcm16(frame)))


def truncated(item_id: str, samples: int) -> dict[str, Any]:
    """What a plain client says of a reply it stopped playing."""
    return {
        "type": "conversation.item.truncate",
        "item_id": item_id,
        "content_index": 0,
        "audio_end_ms": samples * 1000 // OUTPUT_RATE_HZ,
    }
