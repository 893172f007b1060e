"""Samples: PCM16 bytes, streaming resampling, loudness, and the ring that keeps the microphone's recent past.

Audio is mono float32 in [-1, 1] everywhere inside; int16 little-endian exists only on the wire.
"""

from __future__ import annotations

import math
from collections import deque

import numpy as np
import numpy.typing as npt
import soxr

from models.ports import MIC_RATE_HZ, Pcm

LOWEST_RATE_HZ = 8_000
HIGHEST_RATE_HZ = 48_000
SILENCE_DBFS = -120.0
"""What digital silence measures: a number instead of minus infinity, so that meters and JSON can carry it."""


def to_pcm16(audio: Pcm) -> bytes:
    """Float samples as little-endian int16. What lies outside [-1, 1] is clipped, never wrapped."""
    scaled = np.rint(np.clip(audio, -1.0, 1.0) * 32767.0)
    return bytes(scaled.astype("<i2").tobytes())


def from_pcm16(data: bytes) -> Pcm:
    """Little-endian int16, whole samples, as float samples."""
    return np.frombuffer(data, dtype="<i2").astype(np.float32) / np.float32(32768.0)


class Pcm16Decoder:
    """A byte stream of little-endian int16 as float samples. A sample cut in two by the transport is carried over."""

    def __init__(self) -> None:
        self._odd = b""

    def feed(self, data: bytes) -> Pcm:
        data = self._odd + data
        whole = len(data) - len(data) % 2
        self._odd = data[whole:]
        return from_pcm16(data[:whole])


class StreamResampler:
    """Mono audio from one rate to another, chunk by chunk, with no seam between the chunks.

    soxr holds a few milliseconds back; `flush` returns them and makes the resampler ready for a new stream.
    Raises ValueError for a rate outside 8..48 kHz.
    """

    def __init__(self, from_hz: int, to_hz: int = MIC_RATE_HZ) -> None:
        for rate in (from_hz, to_hz):
            if not LOWEST_RATE_HZ <= rate <= HIGHEST_RATE_HZ:
                raise ValueError(f"a sample rate must be between {LOWEST_RATE_HZ} and {HIGHEST_RATE_HZ} Hz, not {rate}")
        self.from_hz = from_hz
        self.to_hz = to_hz
        self._stream = self._new_stream()

    def process(self, audio: Pcm) -> Pcm:
        if self._stream is None:
            return audio
        return np.asarray(self._stream.resample_chunk(audio), dtype=np.float32)

    def flush(self) -> Pcm:
        if self._stream is None:
            return np.zeros(0, np.float32)
        rest = np.asarray(self._stream.resample_chunk(np.zeros(0, np.float32), last=True), dtype=np.float32)
        self._stream = self._new_stream()
        return rest

    def _new_stream(self) -> soxr.ResampleStream | None:
        if self.from_hz == self.to_hz:
            return None
        return soxr.ResampleStream(self.from_hz, self.to_hz, num_channels=1, dtype="float32")


def rms(audio: Pcm) -> float:
    """Root mean square, 0 for no samples."""
    return math.sqrt(float(np.mean(np.square(audio, dtype=np.float64)))) if audio.size else 0.0


def dbfs(audio: Pcm) -> float:
    """RMS level in decibels below full scale, not lower than SILENCE_DBFS."""
    level = rms(audio)
    return max(SILENCE_DBFS, 20.0 * math.log10(level)) if level > 0.0 else SILENCE_DBFS


_LOWEST, _HIGHEST = np.float32(-32768.0), np.float32(32767.0)


class AudioGone(LookupError):
    """The wanted samples were overwritten, forgotten, or have not arrived."""


class AudioRing:
    """The last `capacity_s` seconds of the microphone, addressed by absolute sample position.

    Overflow policy: the oldest samples give way. What is kept lies in blocks of `block_s` as int16, the microphone's
    own resolution: a session holds memory for what it still needs (8 s are 0.3 MB), not for the worst case of 60 s.
    """

    def __init__(
        self, capacity_s: float = 40.0, *, rate_hz: int = MIC_RATE_HZ, start: int = 0, block_s: float = 1.0
    ) -> None:
        self.capacity = max(1, round(capacity_s * rate_hz))
        """Samples that fit."""
        self._block = max(1, round(block_s * rate_hz))
        self._blocks: deque[npt.NDArray[np.int16]] = deque()
        self._first = start
        """Position of the first block's first sample."""
        self._start = start
        self._end = start

    @property
    def start(self) -> int:
        """Position of the oldest sample kept."""
        return self._start

    @property
    def end(self) -> int:
        """Position after the newest sample."""
        return self._end

    @property
    def nbytes(self) -> int:
        """Memory held for samples."""
        return len(self._blocks) * self._block * 2

    def append(self, audio: Pcm) -> None:
        scaled = np.rint(audio * np.float32(32768.0))
        pcm16 = np.minimum(np.maximum(scaled, _LOWEST, out=scaled), _HIGHEST, out=scaled).astype(np.int16)
        at = 0
        while at < pcm16.size:
            place = (self._end - self._first) % self._block
            if place == 0:
                self._blocks.append(np.empty(self._block, np.int16))
            piece = pcm16[at : at + self._block - place]
            self._blocks[-1][place : place + piece.size] = piece
            at += piece.size
            self._end += piece.size
            self._keep_from(self._end - self.capacity)

    def slice(self, start: int, end: int) -> Pcm:
        """A copy of samples [start, end). Raises AudioGone where part of the range is not here."""
        if not self._start <= start <= end <= self._end:
            raise AudioGone(f"samples {start}..{end} are not here; kept are {self._start}..{self._end}")
        audio = np.empty(end - start, np.float32)
        at = start
        while at < end:
            number, place = divmod(at - self._first, self._block)
            piece = self._blocks[number][place : place + end - at]
            audio[at - start : at - start + piece.size] = piece
            at += piece.size
        audio /= np.float32(32768.0)
        return audio

    def forget_before(self, position: int) -> None:
        """Samples before `position` are not needed any more. A position still to come forgets everything kept."""
        self._keep_from(min(position, self._end))

    def _keep_from(self, position: int) -> None:
        self._start = max(self._start, position)
        while self._blocks and self._first + self._block <= self._start:
            self._blocks.popleft()
            self._first += self._block
