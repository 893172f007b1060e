"""Frames between the server and a worker process: a length, then a pickle. Sans-I/O, shared by both sides.

Pickle is safe here because both ends are the same program on the same machine, joined by pipes nobody else can open.
A frame is a tuple whose first element names it; `worker_process.py` (server side) and `worker_child.py` list them.
"""

from __future__ import annotations

import pickle
import struct
from typing import Any

HEADER = struct.Struct("<I")
MAX_FRAME_BYTES = 256 * 1024 * 1024
"""A length above this means that the stream is out of step, not that somebody speaks for an hour."""

Frame = tuple[Any, ...]


class FrameError(Exception):
    """The bytes are not frames: something else wrote into the channel."""


def encode(frame: Frame) -> bytes:
    """One frame as bytes. Raises what pickle raises when the frame holds something that cannot travel."""
    body = pickle.dumps(frame, protocol=5)
    if len(body) > MAX_FRAME_BYTES:
        raise FrameError(f"a frame of {len(body)} bytes is above the limit of {MAX_FRAME_BYTES}")
    return HEADER.pack(len(body)) + body


class FrameDecoder:
    """Bytes in, frames out, whatever the pieces."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """Frames completed by `data`. Raises FrameError when the stream is not frames; it is unusable then."""
        self._buffer += data
        frames: list[Frame] = []
        start = 0
        while len(self._buffer) - start >= HEADER.size:
            (length,) = HEADER.unpack_from(self._buffer, start)
            if length > MAX_FRAME_BYTES:
                raise FrameError(f"a frame claims {length} bytes")
            end = start + HEADER.size + length
            if len(self._buffer) < end:
                break
            frames.append(_decode(bytes(self._buffer[start + HEADER.size : end])))
            start = end
        del self._buffer[:start]
        return frames


def _decode(body: bytes) -> Frame:
    try:
        frame = pickle.loads(body)
    except (pickle.UnpicklingError, EOFError, ImportError, AttributeError, IndexError, ValueError, TypeError) as error:
        raise FrameError(f"a frame cannot be read: {error}") from error
    if not isinstance(frame, tuple) or not frame:
        raise FrameError("a frame is not a tuple")
    return frame
