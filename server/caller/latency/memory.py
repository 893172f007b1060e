"""Resident memory of a server and its workers while something runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import psutil

from server.caller.local import Server

EVERY_S = 0.5


@dataclass(slots=True)
class Memory:
    """`peak`: megabytes by process. `total`: (seconds, megabytes of all together), in order."""

    peak: dict[str, float] = field(default_factory=dict)
    total: list[tuple[float, float]] = field(default_factory=list)

    def at(self, second: float) -> float | None:
        """What all of them held then; the last sample before it."""
        before = [megabytes for at, megabytes in self.total if at <= second]
        return before[-1] if before else None

    def as_json(self) -> dict[str, Any]:
        return {"peak_rss_mb": self.peak}


@asynccontextmanager
async def watched(server: Server) -> AsyncIterator[Memory]:
    """Sampled while the body runs. Empty for a server on another machine or one that does not say its processes."""
    memory = Memory()
    watching = asyncio.create_task(_watch(server, memory))  # owned here: ended and awaited below
    try:
        yield memory
    finally:
        watching.cancel()
        await asyncio.wait([watching])
        if not watching.cancelled() and (failure := watching.exception()) is not None:
            raise failure


async def _watch(server: Server, memory: Memory) -> None:
    while True:
        status = await asyncio.to_thread(server.get, "/api/status")
        named = {worker["name"]: worker["pid"] for worker in status["workers"] if worker["pid"]}
        named["server"] = status["pid"]
        total = 0.0
        for name, pid in named.items():
            try:
                megabytes = psutil.Process(pid).memory_info().rss / 1e6
            except psutil.NoSuchProcess:  # a worker that was just replaced
                continue
            total += megabytes
            memory.peak[name] = round(max(memory.peak.get(name, 0.0), megabytes), 1)
        memory.total.append((time.perf_counter(), round(total, 1)))
        await asyncio.sleep(EVERY_S)
