"""Own voice over a speaker in a room, with Silero listening: what still pauses the player, and what holds up a user.

A reply of Piper's is filtered like a small speaker, given a room (reverberation 6 dB and more under the direct sound at
0.3 s, 3 dB at 0.6 s), a delay and a level; the player's reports come 20-110 ms late. "starts" are what the endpointer
announces as speech.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import soxr

from models.engines import silero
from models.ports import MIC_RATE_HZ, VAD_WINDOW, Pcm
from models.registry import EngineOptions
from tests.bench.barge_in.speaking import piper_speaks, replies
from tests.models.engines.clips import spoken
from voice.echo import EchoGuard
from voice.endpointer import Endpointer
from voice.events import OUTPUT_RATE_HZ, TurnDetection
from voice.overlap import NEVER
from voice.own_voice import OwnVoice
from voice.speech_events import SpeechStarted

WEIGHTS = Path(__file__).parents[3] / "models" / "weights"
BEGIN = 8_000
REPORT_EVERY = 2_400
THRESHOLD = 0.5
NOISE_DB = -62


@dataclass(frozen=True, slots=True)
class Window:
    """What Silero says of it, and what is made of that."""

    end: int
    probability: float
    heard: float

    @property
    def echo(self) -> bool:
        return self.heard < self.probability


def amplitude(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def rms(audio: Pcm) -> float:
    return float(np.sqrt(np.mean(np.square(audio))))


def in_room(reply: Pcm, level_db: float, reverberation_s: float, seed: int) -> Pcm:
    """The reply as the microphone hears it, without its delay."""
    audio = soxr.resample(reply, OUTPUT_RATE_HZ, MIC_RATE_HZ)
    frequency = np.maximum(np.fft.rfftfreq(len(audio), 1 / MIC_RATE_HZ), 1)
    speaker = 1 / np.sqrt(1 + (250 / frequency) ** 4) / np.sqrt(1 + (frequency / 5_500) ** 4)
    heard = np.fft.irfft(np.fft.rfft(audio) * speaker, len(audio)).astype(np.float32)
    if reverberation_s:
        at = np.arange(round(MIC_RATE_HZ * reverberation_s)) / MIC_RATE_HZ
        tail = np.random.default_rng(seed).standard_normal(len(at)) * 10 ** (-3 * at / reverberation_s)
        tail[:32] = 0
        tail *= amplitude(-6 if reverberation_s < 0.5 else -3) / np.linalg.norm(tail)
        tail[0] = 1
        heard = np.convolve(heard, tail).astype(np.float32)
    return np.asarray(heard / rms(heard[: len(audio)]) * rms(audio) * amplitude(level_db), dtype=np.float32)


def microphone(
    reply: Pcm, echo: Pcm | None, delay_ms: float, *, user: Pcm | None = None, user_at: int = 0, seed: int = 0
) -> Pcm:
    size = BEGIN + len(reply) * 2 // 3 + MIC_RATE_HZ
    heard = np.random.default_rng(seed).standard_normal(size).astype(np.float32) * amplitude(NOISE_DB)
    for sound, at in ((echo, BEGIN + round(delay_ms * 16)), (user, user_at)):
        if sound is not None:
            heard[at : at + len(sound)] += sound[: max(0, size - at)]
    return heard


def listen(vad: silero.SileroEngine, guard: EchoGuard, heard: Pcm, reply: Pcm, seed: int) -> tuple[list[Window], float]:
    """The verdicts, and the CPU seconds of the guard."""
    random, seconds = np.random.default_rng(seed), 0.0
    reports = [
        (BEGIN + played * 2 // 3 + round(16 * (20 + abs(random.normal(0, 30)))), played)
        for played in range(REPORT_EVERY, len(reply), REPORT_EVERY)
    ]
    windows: list[Window] = []
    raw, now = Heard(vad.new()), 0
    own = OwnVoice(raw, guard, lambda: now)
    guard.played.reset()
    for now in range(VAD_WINDOW, len(heard) + 1, VAD_WINDOW):
        if BEGIN - VAD_WINDOW < now <= BEGIN:
            for first in range(0, len(reply), 4_800):
                guard.played.sent(reply[first : first + 4_800], first, now)
        while reports and reports[0][0] <= now:
            guard.played.reported(reports.pop(0)[1], now)
        begun = time.thread_time()
        probability = own.probability(heard[now - VAD_WINDOW : now])
        seconds += time.thread_time() - begun - raw.seconds
        windows.append(Window(now, raw.probability_of_last, probability))
    return windows, seconds


class Heard:
    """Silero, and what it said."""

    def __init__(self, vad: silero.SileroDetector) -> None:
        self._vad = vad
        self.probability_of_last = self.seconds = 0.0

    def probability(self, window: Pcm) -> float:
        begun = time.thread_time()
        self.probability_of_last = self._vad.probability(window)
        self.seconds = time.thread_time() - begun
        return self.probability_of_last

    def reset(self) -> None:
        self._vad.reset()


def starts(windows: list[Window], *, guarded: bool) -> list[int]:
    """Where speech would be announced."""
    endpointer = Endpointer(TurnDetection())
    return [
        window.end
        for window in windows
        for event in endpointer.push(window.heard if guarded else window.probability, window.end, NEVER)
        if isinstance(event, SpeechStarted)
    ]


def measure() -> list[dict[str, object]]:
    vad = silero.load(EngineOptions(directory=WEIGHTS / "silero-vad"))
    vad.warm_up()
    said = [made.audio for text in replies("en", 8) if (made := piper_speaks(text)) is not None][:6]
    return [*own_voice(vad, said), *interruptions(vad, said)]


def own_voice(vad: silero.SileroEngine, said: list[Pcm]) -> Iterator[dict[str, object]]:
    minutes = sum(map(len, said)) / OUTPUT_RATE_HZ / 60
    cases = [(level, 120, room) for level in (-10, -20, -30) for room in (0, 0.3, 0.6)]
    for level, delay, room in [*cases, (-20, 30, 0.3), (-20, 300, 0.3), (-20, 450, 0.3)]:
        guard, every, seconds, before, after = EchoGuard(), [], 0.0, 0, 0
        for seed, reply in enumerate(said):
            heard = microphone(reply, in_room(reply, level, room, seed), delay, seed=seed)
            windows, cost = listen(vad, guard, heard, reply, seed)
            every += windows
            seconds += cost
            before += len(starts(windows, guarded=False))
            after += len(starts(windows, guarded=True))
        voiced = [window.echo for window in every if window.probability >= THRESHOLD]
        yield {
            "echo dB": level,
            "delay ms": delay,
            "room s": room,
            "voiced windows": len(voiced),
            "known": round(float(np.mean(voiced)), 3),
            "starts a minute without": round(before / minutes, 1),
            "with": round(after / minutes, 1),
            "CPU us a window": round(seconds / len(every) * 1e6),
        }


def interruptions(vad: silero.SileroEngine, said: list[Pcm]) -> Iterator[dict[str, object]]:
    users = [cut for clip in spoken() for cut in beginnings(vad, clip.audio)]
    for level in (None, -30, -20, -10):
        for user_db in (-20, -26, -34):
            late: list[float] = []
            wrong: list[bool] = []
            for number, user in enumerate(users):
                reply, at = said[number % len(said)], BEGIN + 16_000 + number * 1_377 % 16_000
                voice = user / rms(user) * amplitude(user_db)
                echo = None if level is None else in_room(reply, level, 0.3, number)
                quiet = microphone(reply, None, 0, user=voice, user_at=at, seed=number)
                loud = microphone(reply, echo, 120, user=voice, user_at=at, seed=number)
                alone, _ = listen(vad, EchoGuard(), quiet, reply, number)
                windows, _ = listen(vad, EchoGuard(), loud, reply, number)
                first = next(iter(end for end in starts(alone, guarded=False) if end > at), None)
                if first is None:
                    continue
                found = next(iter(end for end in starts(windows, guarded=True) if end > at - 512), first + 16_000)
                late.append((found - first) / 16)
                wrong += [w.echo for w in windows if at + 512 < w.end <= at + len(user) and w.probability >= THRESHOLD]
            yield {
                "echo dB": level,
                "user dBFS": user_db,
                "interruptions": len(late),
                "not held up": round(float(np.mean([delay <= 0 for delay in late])), 3),
                "by 32 ms at most": round(float(np.mean([delay <= 32 for delay in late])), 3),
                "by 64 ms at most": round(float(np.mean([delay <= 64 for delay in late])), 3),
                "user's windows called echo": round(float(np.mean(wrong)), 3),
            }


def beginnings(vad: silero.SileroEngine, audio: Pcm) -> list[Pcm]:
    """A second and a half of speech from each place in a clip where speech begins after quiet."""
    stream = vad.new()
    ends = range(VAD_WINDOW, len(audio) + 1, VAD_WINDOW)
    voiced = [stream.probability(audio[end - VAD_WINDOW : end]) >= THRESHOLD for end in ends]
    onsets = [number for number, (before, now) in enumerate(pairwise([False, *voiced])) if now and not before]
    return [audio[number * VAD_WINDOW :][:24_000] for number in onsets if len(audio) - number * VAD_WINDOW >= 16_000]
