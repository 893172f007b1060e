"""The caller's microphone: what is said, in real time, and what a room and a line do to it.

A `Line` is imperfect in four ways: noise under everything, the caller's own loudspeaker, frames that come late, frames
that never come. Seconds are passed in; nothing here sleeps or sends.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from models.ports import MIC_RATE_HZ, Pcm
from server.caller.frames import FrameResampler
from server.caller.player import Player
from voice.events import OUTPUT_RATE_HZ

FRAME_SAMPLES = MIC_RATE_HZ // 50
FRAME_S = FRAME_SAMPLES / MIC_RATE_HZ

ROOM_TONE_DBFS = -70.0
"""A quiet room: no microphone gives zeros."""

ECHO_FRAMES = 8
"""The echo comes 140 to 160 ms after its sound: a player's buffer, and more than this process wakes up late."""
ECHO_PATHS = ((0.0, 1.0), (0.007, 0.5), (0.013, -0.35), (0.023, 0.2))
"""A small room between loudspeaker and microphone: seconds of each way, and how much of the sound takes it."""


@dataclass(frozen=True, slots=True)
class Line:
    """`noise`: 16 kHz, looped. `echo_db`: level of the own voice at the microphone below what is played. A frame is
    late by `late_ms`, give or take `jitter_ms`, order kept; a share of `loss` is missing."""

    noise: Pcm | None = None
    echo_db: float | None = None
    late_ms: float = 0.0
    jitter_ms: float = 0.0
    loss: float = 0.0


@dataclass(slots=True)
class Spoken:
    """One clip on its way into the microphone. Times are set as its samples are sent."""

    audio: Pcm
    sent: int = 0
    started_s: float = 0.0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def time_of(self, sample: int) -> float:
        """When a sample of the clip was spoken: the microphone runs in real time from the first."""
        return self.started_s + sample / MIC_RATE_HZ


class Microphone:
    def __init__(self, line: Line, player: Player, seed: int = 0) -> None:
        self._line = line
        self._queue: deque[Spoken] = deque()
        self._random = random.Random(seed)
        self._noise = np.random.default_rng(seed)
        self._position = 0
        self._due_s = 0.0
        self._echo = Echo(line.echo_db, player) if line.echo_db is not None else None

    def say(self, audio: Pcm) -> Spoken:
        spoken = Spoken(audio)
        self._queue.append(spoken)
        return spoken

    def frame(self, captured_s: float) -> Pcm:
        """The next 20 ms: what is being said, over the room."""
        frame = self._room()
        if self._queue:
            spoken = self._queue[0]
            if spoken.sent == 0:
                spoken.started_s = captured_s
            piece = spoken.audio[spoken.sent : spoken.sent + FRAME_SAMPLES]
            frame[: len(piece)] += piece
            spoken.sent += FRAME_SAMPLES
            if spoken.sent >= len(spoken.audio):
                self._queue.popleft()
                spoken.done.set()
        if self._echo is not None:
            frame += self._echo.frame()
        self._position += FRAME_SAMPLES
        return frame

    def lost(self) -> bool:
        return self._line.loss > 0 and self._random.random() < self._line.loss

    def due_s(self, captured_s: float) -> float:
        """When this frame leaves: frames do not overtake one another."""
        line = self._line
        late = line.late_ms + self._random.uniform(-line.jitter_ms, line.jitter_ms) if line.late_ms else 0.0
        self._due_s = max(self._due_s, captured_s + late / 1000)
        return self._due_s

    def _room(self) -> Pcm:
        noise = self._line.noise
        if noise is None:
            return np.float32(10 ** (ROOM_TONE_DBFS / 20)) * self._noise.standard_normal(FRAME_SAMPLES, np.float32)
        return noise.take(np.arange(self._position, self._position + FRAME_SAMPLES), mode="wrap")


class Echo:
    """What the loudspeaker plays, a little later and quieter, at the microphone."""

    def __init__(self, level_db: float, player: Player) -> None:
        self._played: list[Pcm] = []
        player.monitor = self._played
        self._resampler = FrameResampler(OUTPUT_RATE_HZ, MIC_RATE_HZ)
        self._pending = np.zeros(0, np.float32)
        self._room = np.zeros(round(ECHO_PATHS[-1][0] * MIC_RATE_HZ) + 1, np.float32)
        for seconds, share in ECHO_PATHS:
            self._room[round(seconds * MIC_RATE_HZ)] = share
        self._room *= np.float32(10 ** (level_db / 20) / np.linalg.norm(self._room))
        self._before = np.zeros(len(self._room) - 1, np.float32)
        self._running = False

    def frame(self) -> Pcm:
        dry = self._resampler.process(self._taken())
        wet = np.convolve(np.concatenate((self._before, dry)), self._room, "valid")
        self._before = np.concatenate((self._before, dry))[-len(self._before) :]
        return wet.astype(np.float32)

    def _taken(self) -> Pcm:
        """20 ms of what was played; what is left where it ended."""
        self._pending = np.concatenate((self._pending, *self._played))
        self._played.clear()
        size = round(FRAME_S * OUTPUT_RATE_HZ)
        if not self._running and len(self._pending) < ECHO_FRAMES * size:
            return np.zeros(size, np.float32)
        self._running = len(self._pending) >= size
        piece, self._pending = self._pending[:size], self._pending[size:]
        return np.pad(piece, (0, size - len(piece)))
