"""What waits to be written to a client. Audio is encoded last: a flushed reply can still be thrown away. Pure."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from server.wire import FRAME_REPLY, BinaryFrame, encode_binary


@dataclass(frozen=True, slots=True)
class JsonOut:
    event: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AudioOut:
    """`stream` is the number announced in response.created as response.moui.stream."""

    response_id: str
    item_id: str
    stream: int
    first_sample: int
    pcm16: bytes


Out = JsonOut | AudioOut


class FrameWriter:
    """Numbers what is sent: event ids for JSON, sequence numbers for binary frames."""

    def __init__(self, binary: bool) -> None:
        self._binary = binary
        self._events = 0
        self._frames = 0

    def write(self, out: Out) -> str | bytes:
        """One WebSocket message: str is a text frame, bytes a binary one."""
        if isinstance(out, AudioOut):
            if self._binary:
                frame = BinaryFrame(FRAME_REPLY, out.stream, self._frames, out.first_sample, out.pcm16)
                self._frames += 1
                return encode_binary(frame)
            return self._json(_audio_delta(out))
        return self._json(out.event)

    def _json(self, event: dict[str, Any]) -> str:
        self._events += 1
        numbered = {"event_id": f"event_{self._events:06d}", **event}
        return json.dumps(numbered, separators=(",", ":"), allow_nan=False)


def _audio_delta(out: AudioOut) -> dict[str, Any]:
    return {
        "type": "response.output_audio.delta",
        "response_id": out.response_id,
        "item_id": out.item_id,
        "output_index": 0,
        "content_index": 0,
        "delta": base64.b64encode(out.pcm16).decode("ascii"),
    }


def size_of(out: Out) -> int:
    """Bytes that `out` holds in memory while it waits; JSON is estimated from its longest parts."""
    if isinstance(out, AudioOut):
        return len(out.pcm16) + 64
    return 256 + _text_size(out.event)


def _text_size(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(_text_size(entry) for entry in value.values())
    if isinstance(value, list):
        return sum(_text_size(entry) for entry in value)
    return 8
