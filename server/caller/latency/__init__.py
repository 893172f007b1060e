"""The measurements of `moui latency`: turns, interruptions, memory, leases."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import psutil

from models.ports import MIC_RATE_HZ
from server.caller.client import Caller, calling
from server.caller.local import Server
from server.caller.sound import Clip
from server.caller.turns import TurnResult, take_turn

INTERRUPT_AFTER_S = 1.0
"""A reply is interrupted this long after it became audible."""

INTERRUPTION_S = 1.6
"""Length of an interruption: clearly more than a backchannel."""

MEMORY_EVERY_S = 0.5

LONG_REPLIES = (
    "You are a storyteller in a spoken conversation. Whatever you are told, reply with a long story of at least eight "
    "sentences in plain words. Never ask a question, no lists, no markdown."
)


@dataclass(slots=True)
class Interruption:
    """`silence_ms`: from the first voiced sample of the interruption to the player's silence; None if it never came."""

    silence_ms: float | None
    decided_ms: float | None
    """... to the flush: the reply is given up."""


@dataclass(slots=True)
class Measurement:
    turns: list[TurnResult] = field(default_factory=list)
    interruptions: list[Interruption] = field(default_factory=list)
    peak_rss_mb: dict[str, float] = field(default_factory=dict)
    leases: int = 0
    overlap_ms: float = 0.0
    lease_busy_s: dict[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "turns": [turn.as_json() for turn in self.turns],
            "interruptions": [
                {"silence_ms": item.silence_ms, "decided_ms": item.decided_ms} for item in self.interruptions
            ],
            "peak_rss_mb": self.peak_rss_mb,
            "leases": self.leases,
            "overlap_ms": self.overlap_ms,
            "lease_busy_s": self.lease_busy_s,
            "cut_ins": sum(turn.cut_ins for turn in self.turns),
        }


def percentile(values: Sequence[float], q: float) -> float | None:
    return float(np.percentile(list(values), q)) if values else None


async def measure(server: Server, clips: list[Clip], *, repeat: int, interruptions: int, language: str) -> Measurement:
    """All of it over one server: `repeat` rounds of the clips, then `interruptions` barge-ins."""
    measured = Measurement()
    async with _watched_memory(server, measured):
        async with calling(server.url, language=language, token=server.token) as caller:
            for _ in range(repeat):
                for clip in clips:
                    turn, _playback = await take_turn(caller, clip)
                    measured.turns.append(turn)
        shortest = min(clips, key=lambda clip: clip.seconds)
        for _ in range(interruptions):  # a new call each: small models tell a long story only once
            async with calling(server.url, language=language, token=server.token, instructions=LONG_REPLIES) as caller:
                measured.interruptions.append(await interrupt(caller, shortest))
    leases = server.get("/api/leases")
    measured.overlap_ms = float(leases["overlap_ms"])
    measured.leases = len(leases["leases"])
    for lease in leases["leases"]:
        phase = f"{lease['engine']} {lease['phase']}"
        busy = measured.lease_busy_s.get(phase, 0.0) + lease["end_s"] - lease["start_s"]
        measured.lease_busy_s[phase] = round(busy, 3)
    return measured


async def interrupt(caller: Caller, clip: Clip) -> Interruption:
    """Ask, wait until the reply has been audible for a moment, speak over it, and wait until it falls silent."""
    _turn, playback = await take_turn(caller, clip, play_out=False)
    if playback is None:
        return Interruption(None, None)
    audible = playback.first_audible_s()
    if audible is not None:
        await asyncio.sleep(max(0.0, audible + INTERRUPT_AFTER_S - time.perf_counter()))
    if not caller.player.sounding:
        return Interruption(None, None)
    since = len(caller.heard)
    words = clip.audio[clip.first : clip.first + round(INTERRUPTION_S * MIC_RATE_HZ)]
    spoken = caller.say(words)
    await caller.wait_for(lambda: playback.flushed, 10)
    begun = spoken.time_of(0)
    flushes = caller.events("moui.playback.flush", since)
    result = Interruption(
        round((playback.silenced_s - begun) * 1000, 1) if playback.silenced_s is not None else None,
        round((flushes[0].at_s - begun) * 1000, 1) if flushes else None,
    )
    return result


@asynccontextmanager
async def _watched_memory(server: Server, measured: Measurement) -> AsyncIterator[None]:
    """Peak resident memory of the server and of every worker, sampled while the body runs."""
    watching = asyncio.create_task(_watch_memory(server, measured))  # owned here: ended and awaited below
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.wait([watching])
        if not watching.cancelled() and (failure := watching.exception()) is not None:
            raise failure


async def _watch_memory(server: Server, measured: Measurement) -> None:
    while True:
        status = await asyncio.to_thread(server.get, "/api/status")
        named = {worker["name"]: worker["pid"] for worker in status["workers"] if worker["pid"]}
        named["server"] = status["pid"]
        for name, pid in named.items():
            try:
                megabytes = psutil.Process(pid).memory_info().rss / 1e6
            except psutil.NoSuchProcess:  # a worker that was just replaced
                continue
            measured.peak_rss_mb[name] = round(max(measured.peak_rss_mb.get(name, 0.0), megabytes), 1)
        await asyncio.sleep(MEMORY_EVERY_S)
