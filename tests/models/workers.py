"""Workers for tests: quick to give up, running engines of engines_for_tests.py."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import psutil

from models.registry import EngineOptions
from models.worker import Worker, WorkerSpec
from tests.models.engines_for_tests import HERE

QUICK: dict[str, Any] = {"backoff": (0.01, 0.02, 0.03), "cancel_grace_s": 1.0, "stop_grace_s": 1.0}


def make(
    engine: str = "MISFIT", settings: dict[str, Any] | None = None, *, name: str = "test", **options: Any
) -> Worker:
    spec = WorkerSpec(name, f"{HERE}:{engine}", EngineOptions(threads=3, settings=settings or {}))
    return Worker(spec, **QUICK | options)


async def until(condition: Callable[[], bool]) -> None:
    """Poll for what another process brings about; fails after 20 s."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - nothing here could set an event
            await asyncio.sleep(0.002)


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
