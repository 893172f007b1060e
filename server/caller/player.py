"""The caller's loudspeaker: plays what arrives in real time, and knows what was heard when. Pure: seconds come in."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from models.ports import Pcm
from server.caller.sound import audible_span
from voice.events import OUTPUT_RATE_HZ


@dataclass(slots=True)
class Playback:
    """One response at the loudspeaker."""

    response_id: str
    chunks: list[Pcm] = field(default_factory=list)
    received: int = 0
    played: float = 0.0
    first_arrival_s: float | None = None
    silenced_s: float | None = None
    """When the player last stopped sounding in mid-response: paused or flushed."""
    resumed_s: float | None = None
    underruns: int = 0
    flushed: bool = False
    complete: bool = False
    anchors: list[tuple[float, float]] = field(default_factory=list)
    """(seconds, samples played): every time it began to play, or went on after it had stood still."""
    _joined: Pcm = field(default_factory=lambda: np.zeros(0, np.float32))

    def audio(self) -> Pcm:
        if len(self._joined) != self.received:
            self._joined = np.concatenate(self.chunks)
        return self._joined

    def first_audible_s(self, sample: int = 0) -> float | None:
        """When the first audible sample from `sample` on sounded; None: it has not."""
        first, last = audible_span(self.audio()[sample:], OUTPUT_RATE_HZ)
        return self.time_of(sample + first) if last else None

    def time_of(self, sample: int) -> float | None:
        """When a sample sounded, or will if nothing stops the player; None before anything came."""
        before = [(at, played) for at, played in self.anchors if played <= sample]
        if not before:
            return None
        at, played = before[-1]
        return at + (sample - played) / OUTPUT_RATE_HZ


class Player:
    """Plays one response at a time; `advance` moves its clock."""

    def __init__(self) -> None:
        self.playbacks: dict[str, Playback] = {}
        self.current: Playback | None = None
        self.paused = False
        self.monitor: list[Pcm] | None = None
        """Where a list is given, what sounds is added to it: for an echo."""
        self._now = 0.0

    def started(self, response_id: str) -> None:
        self.current = self.playbacks.setdefault(response_id, Playback(response_id))
        self.paused = False

    def arrived(self, response_id: str, audio: Pcm, now: float) -> None:
        playback = self.playbacks.get(response_id)
        if playback is None or playback.flushed:
            return
        self.advance(now)
        if playback.first_arrival_s is None:
            playback.first_arrival_s = now
            playback.anchors.append((now, 0.0))
        elif playback.received - playback.played < 1:
            playback.underruns += 1
            playback.anchors.append((now, playback.played))
        playback.chunks.append(audio)
        playback.received += len(audio)

    def finished(self, response_id: str) -> None:
        if response_id in self.playbacks:
            self.playbacks[response_id].complete = True

    def advance(self, now: float) -> None:
        elapsed, self._now = now - self._now, now
        playback = self.current
        if playback is None or self.paused or playback.first_arrival_s is None:
            return
        before = playback.played
        playback.played = min(before + elapsed * OUTPUT_RATE_HZ, playback.received)
        if self.monitor is not None and int(playback.played) > int(before):
            self.monitor.append(playback.audio()[int(before) : int(playback.played)])

    def pause(self, response_id: str, now: float) -> None:
        self.advance(now)
        if self.current is not None and self.current.response_id == response_id and not self.paused:
            self.paused = True
            self._silenced(now)

    def resume(self, response_id: str, now: float) -> None:
        self.advance(now)
        if self.current is not None and self.current.response_id == response_id and self.paused:
            self.paused = False
            self.current.resumed_s = now
            self.current.anchors.append((now, self.current.played))

    def flush(self, response_id: str, now: float) -> int:
        """Drop what is left. Returns the samples played."""
        self.advance(now)
        playback = self.playbacks.get(response_id)
        if playback is None:
            return 0
        if self.current is playback:
            if not self.paused:
                self._silenced(now)
            self.current, self.paused = None, False
        playback.flushed = True
        return int(playback.played)

    @property
    def sounding(self) -> bool:
        playback = self.current
        return playback is not None and not self.paused and playback.received - playback.played > 0

    def played_out(self, response_id: str) -> bool:
        playback = self.playbacks.get(response_id)
        return playback is not None and playback.complete and playback.received - playback.played < 1

    def _silenced(self, now: float) -> None:
        assert self.current is not None
        if self.current.received - self.current.played >= 1:
            self.current.silenced_s = now
