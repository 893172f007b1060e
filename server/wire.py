"""The wire's own words: the error every decoder raises, and the binary frame of the subprotocol `moui.binary.v1`.

Pure: no clock, no sockets. JSON events from the client are in `wire_client`, events to the client in `wire_server`,
the session object of both directions in `wire_session`. docs/protocol.md is the same in prose.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

SUBPROTOCOL_REALTIME = "realtime"
SUBPROTOCOL_BINARY = "moui.binary.v1"
SUBPROTOCOL_KEY_PREFIX = "openai-insecure-api-key."

FRAME_MIC = 1
"""Client to server: microphone audio."""
FRAME_REPLY = 2
"""Server to client: the audio of a reply."""

_HEADER = struct.Struct("<BBHIQ")
HEADER_BYTES = _HEADER.size
MAX_SEQUENCE = 0xFFFF_FFFF


class WireError(Exception):
    """The peer sent something that cannot be understood or is not supported.

    `message` is one sentence for a person, `code` is machine-readable, `param` names the field at fault and
    `event_id` is the client's own id of the event, where it could be read.
    """

    def __init__(self, message: str, *, code: str, param: str | None = None, event_id: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param
        self.event_id = event_id

    def about(self, event_id: str | None) -> WireError:
        """The same error, naming the event it belongs to."""
        return WireError(self.message, code=self.code, param=self.param, event_id=event_id or self.event_id)


@dataclass(frozen=True, slots=True)
class BinaryFrame:
    """`position` counts samples of this stream at its own rate, before the first sample of `pcm16`."""

    kind: int
    stream: int
    sequence: int
    position: int
    pcm16: bytes


def encode_binary(frame: BinaryFrame) -> bytes:
    """16 bytes of little-endian header, then PCM16LE mono."""
    sequence = frame.sequence & MAX_SEQUENCE
    return _HEADER.pack(frame.kind, 0, frame.stream, sequence, frame.position) + frame.pcm16


def decode_binary(data: bytes) -> BinaryFrame:
    """A frame of either direction. Raises WireError, and nothing else, whatever the bytes are."""
    if len(data) < HEADER_BYTES:
        message = f"A binary frame has at least {HEADER_BYTES} bytes of header; this one has {len(data)}."
        raise WireError(message, code="invalid_frame")
    kind, flags, stream, sequence, position = _HEADER.unpack_from(data)
    if kind not in (FRAME_MIC, FRAME_REPLY):
        raise WireError(f"Binary frame type {kind} is unknown.", code="invalid_frame", param="type")
    if flags != 0:
        raise WireError(f"Binary frame flags are reserved and must be 0, not {flags}.", code="invalid_frame")
    if (len(data) - HEADER_BYTES) % 2:
        raise WireError("The audio of a binary frame must be whole 16-bit samples.", code="invalid_frame")
    return BinaryFrame(kind, stream, sequence, position, data[HEADER_BYTES:])


class MicStream:
    """Checks the microphone's binary frames: consecutive sequence numbers, positions that never go back.

    A position ahead of what was received means that the client lost audio (a throttled tab). The gap becomes silence,
    because time is counted in samples, up to `max_gap` of them.
    """

    def __init__(self, max_gap: int = 480_000) -> None:
        self._max_gap = max_gap
        self._sequence = 0
        self._position = 0

    def accept(self, data: bytes) -> bytes:
        """The PCM16 to feed, silence for a gap included. Raises WireError when the frame is not the next one."""
        frame = decode_binary(data)
        if frame.kind != FRAME_MIC or frame.stream != 0:
            raise WireError("A client sends microphone audio only: frame type 1, stream 0.", code="invalid_frame")
        if frame.sequence != self._sequence:
            message = f"Binary frame {self._sequence} was expected, {frame.sequence} came."
            raise WireError(message, code="invalid_frame", param="sequence")
        gap = frame.position - self._position
        if not 0 <= gap <= self._max_gap:
            message = f"Binary frame {frame.sequence} is at sample {frame.position}; {self._position} was expected."
            raise WireError(message, code="invalid_frame", param="position")
        self._sequence = (self._sequence + 1) & MAX_SEQUENCE
        self._position = frame.position + len(frame.pcm16) // 2
        return bytes(2 * gap) + frame.pcm16
