"""An MP3 stream, decoded piece by piece as it arrives. PyAV comes with faster-whisper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from models.ports import EngineError, SpeechChunk


class Mp3Stream:
    """Feed bytes cut anywhere; take mono float32. Frames that span two pieces wait for the second.

    A damaged frame is skipped, as players do (a tag in front of the stream looks like one).
    """

    def __init__(self) -> None:
        import av

        self._damaged: type[Exception] = av.error.InvalidDataError
        self._codec: Any = av.CodecContext.create("mp3", "r")
        # Whatever sample format and channel count the stream has; no rate is named, so it keeps its own.
        self._to_mono: Any = av.AudioResampler(format="flt", layout="mono")
        self._bytes = 0
        self._frames = 0

    def feed(self, data: bytes) -> Iterator[SpeechChunk]:
        """The samples that can be decoded now: none or one chunk."""
        self._bytes += len(data)
        yield from self._decoded(self._codec.parse(data))

    def flush(self) -> Iterator[SpeechChunk]:
        """What the decoder still holds. Raises EngineError when not one frame of all the bytes could be decoded."""
        yield from self._decoded([*self._codec.parse(None), None])
        if self._bytes and not self._frames:
            raise EngineError("The voice's audio could not be decoded: it is not MP3.")

    def _decoded(self, packets: list[Any]) -> Iterator[SpeechChunk]:
        frames = []
        for packet in packets:
            with suppress(self._damaged):
                frames += self._codec.decode(packet)
        self._frames += len(frames)
        mono = [part for frame in frames for part in self._to_mono.resample(frame)]
        if mono:
            audio = np.concatenate([part.to_ndarray().reshape(-1) for part in mono])
            yield SpeechChunk(np.ascontiguousarray(audio, dtype=np.float32), int(mono[0].sample_rate))
