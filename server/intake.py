"""What comes from the client, before anybody listens: pace, framing, sample rate. The clock is passed in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from models.ports import MIC_RATE_HZ, Pcm
from server.closing import MALFORMED, POLICY, UNSUPPORTED_DATA, CloseConnection
from server.config import Limits
from server.meter import Meter
from server.wire import MicStream, WireError
from voice.audio import Pcm16Decoder, StreamResampler
from voice.events import Command


class Intake:
    """Turns what was received into 16 kHz audio. Raises CloseConnection where the documented limits are broken."""

    def __init__(self, limits: Limits, rate_hz: int, *, binary: bool, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._rate_hz = rate_hz
        self._mic = MicStream() if binary else None
        self._decoder = Pcm16Decoder()
        self._resampler = StreamResampler(rate_hz)
        self._audio = Meter(limits.input_burst_s, limits.input_speed, clock())
        self._events = Meter(limits.max_event_burst, limits.max_events_per_s, clock())

    def count_event(self) -> None:
        """One more frame of any kind has come."""
        if not self._events.take(1, self._clock()):
            error = WireError("Events come faster than the server takes them.", code="rate_limit_exceeded")
            raise CloseConnection(POLICY, "too many events", error)

    def frame(self, data: bytes) -> Pcm:
        """A binary frame. Broken framing cannot be recovered from: what follows could be anything."""
        if self._mic is None:
            message = "Binary frames need the subprotocol moui.binary.v1; send input_audio_buffer.append instead."
            error = WireError(message, code="invalid_frame")
            raise CloseConnection(UNSUPPORTED_DATA, "binary frames need moui.binary.v1", error)
        try:
            pcm16 = self._mic.accept(data)
        except WireError as error:
            raise CloseConnection(MALFORMED, "malformed binary frame", error) from None
        return self.pcm16(pcm16)

    def pcm16(self, pcm16: bytes) -> Pcm:
        if not self._audio.take(len(pcm16) / 2 / self._rate_hz, self._clock()):
            ahead, speed = self._limits.input_burst_s, self._limits.input_speed
            message = f"Audio comes too fast: at most {ahead:g} s ahead, then {speed:g} times real time."
            error = WireError(message, code="rate_limit_exceeded", param="audio")
            raise CloseConnection(POLICY, "audio too fast", error)
        return self._resampler.process(self._decoder.feed(pcm16))

    def change_rate(self, rate_hz: int) -> Pcm:
        """The rate of what comes from now on. Returns what the old rate's resampler held back."""
        rest = self._resampler.flush()
        self._rate_hz = rate_hz
        self._resampler = StreamResampler(rate_hz)
        return rest


class WaitingRoom:
    """What came before the models were ready, in order: the newest `max_audio_s` of audio and `max_commands`."""

    def __init__(self, max_audio_s: float = 20.0, max_commands: int = 64) -> None:
        self._entries: deque[Pcm | Command] = deque()
        self._max_samples = round(max_audio_s * MIC_RATE_HZ)
        self._samples = 0
        self._max_commands = max_commands
        self._commands = 0

    def audio(self, audio: Pcm) -> None:
        """Older audio gives way: a live microphone's past is of no use, a file sent at once fits."""
        self._entries.append(audio)
        self._samples += len(audio)
        for entry in list(self._entries):
            if self._samples <= self._max_samples:
                return
            if isinstance(entry, np.ndarray):
                self._samples -= len(entry)
                self._drop(entry)

    def _drop(self, wanted: Pcm) -> None:
        index = next(number for number, entry in enumerate(self._entries) if entry is wanted)
        del self._entries[index]

    def command(self, command: Command) -> None:
        """Raises WireError when too many wait."""
        if self._commands >= self._max_commands:
            raise WireError("The models are still loading; try again.", code="not_ready")
        self._entries.append(command)
        self._commands += 1

    def leave(self) -> Iterator[Pcm | Command]:
        while self._entries:
            yield self._entries.popleft()
