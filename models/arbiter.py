"""Arbiter: one lease per device. The only file that knows that two phases must never compute on one device at a time.

A lease is held for a *step* (one Whisper window, a few tokens, one piece of speech), never for a whole turn. It is
granted by priority, then in order of asking, and given back when the body of `async with` ends; the body ends only
after completion, an acknowledged cancellation or the confirmed death of the process (see `worker.Call.step`). Every
grant is recorded, so that tests and the latency report can prove that no two overlap.

Without a GPU the CPU is the leased device: beside two busy threads llama.cpp falls from 22.6 to 5.6 tokens/s.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from itertools import groupby
from operator import attrgetter
from types import TracebackType

from models.ports import CallContext, Lease, Priority
from models.priority_lock import OnContended, PriorityLock

NO_CONTEXT = CallContext()


class Arbiter:
    """Grants the leases of one device. `trace` keeps the last `trace_length` leases in the order of their ends."""

    def __init__(
        self, device: str, *, clock: Callable[[], float] = time.perf_counter, trace_length: int = 20_000
    ) -> None:
        self.device = device
        self.trace: deque[Lease] = deque(maxlen=trace_length)
        self._clock = clock
        self._lock = PriorityLock()

    @property
    def busy(self) -> bool:
        return self._lock.held

    def contended(self, priority: Priority) -> bool:
        """Does somebody of higher priority wait for this device?"""
        return self._lock.contended(priority)

    def lease(
        self,
        *,
        engine: str,
        phase: str,
        priority: Priority,
        context: CallContext = NO_CONTEXT,
        on_contended: OnContended | None = None,
    ) -> LeaseRequest:
        """`async with arbiter.lease(...)`: wait for the device, hold it for the body.

        `on_contended` is called (once per newcomer) when somebody more urgent begins to wait while this lease is held.
        """
        return LeaseRequest(
            self,
            self._lock,
            self._clock,
            engine=engine,
            phase=phase,
            priority=priority,
            context=context,
            on_contended=on_contended,
        )


class LeaseRequest:
    """An asked-for lease: an async context manager for one use."""

    def __init__(
        self,
        arbiter: Arbiter,
        lock: PriorityLock,
        clock: Callable[[], float],
        *,
        engine: str,
        phase: str,
        priority: Priority,
        context: CallContext,
        on_contended: OnContended | None,
    ) -> None:
        self._arbiter, self._lock, self._clock = arbiter, lock, clock
        self._engine, self._phase, self._priority, self._context = engine, phase, priority, context
        self._ticket = lock.ticket(priority, on_contended)
        self._requested_s = self._start_s = 0.0

    def promote(self, priority: int) -> None:
        """Somebody more urgent waits for what this lease's holder will then let go: ask with their urgency."""
        self._lock.promote(self._ticket, priority)

    async def __aenter__(self) -> LeaseRequest:
        self._requested_s = self._clock()
        await self._lock.acquire(self._ticket)
        self._start_s = self._clock()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Recorded before it is handed on: the next grant can only start at or after this end.
        self._arbiter.trace.append(
            Lease(
                device=self._arbiter.device,
                engine=self._engine,
                phase=self._phase,
                priority=self._priority,
                requested_s=self._requested_s,
                start_s=self._start_s,
                end_s=self._clock(),
                context=self._context,
            )
        )
        self._lock.release(self._ticket)


def overlap_seconds(leases: Iterable[Lease]) -> float:
    """Seconds during which two or more leases of the same device ran at once; 0.0 is the promise kept. Pure."""
    total = 0.0
    by_device = attrgetter("device")
    for _, group in groupby(sorted(leases, key=lambda lease: (lease.device, lease.start_s)), key=by_device):
        busy_until = float("-inf")
        for lease in group:
            total += max(0.0, min(busy_until, lease.end_s) - lease.start_s)
            busy_until = max(busy_until, lease.end_s)
    return total
