"""A lock handed over by priority, then in order of asking. Pure bookkeeping plus one future per waiter.

Used by the arbiter (who computes on a device) and by a worker (whose call it serves), so both agree on what waiting
and giving way mean. The lock is handed directly to the next waiter: between two holders it is never free, so nobody
can slip past the queue.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

OnContended = Callable[[int], None]
"""Called with the priority of somebody more important who began to wait. Must not raise or block."""


class Ticket:
    """One place in the queue. `priority` may be raised while waiting or holding (a smaller number is more urgent)."""

    __slots__ = ("granted", "number", "on_contended", "priority")

    def __init__(self, priority: int, number: int, on_contended: OnContended | None) -> None:
        self.priority = priority
        self.number = number
        self.on_contended = on_contended
        self.granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def place(self) -> tuple[int, int]:
        return (self.priority, self.number)


class PriorityLock:
    """See the module. All methods belong to one event loop; none is thread-safe."""

    def __init__(self) -> None:
        self._holder: Ticket | None = None
        # A handful of waiters at most (one per open session and role): a list beats a heap with deletions.
        self._waiting: list[Ticket] = []
        self._numbers = itertools.count()

    @property
    def held(self) -> bool:
        return self._holder is not None

    def contended(self, priority: int) -> bool:
        """Does somebody more urgent than `priority` wait?"""
        return any(ticket.priority < priority and not ticket.granted.done() for ticket in self._waiting)

    def ticket(self, priority: int, on_contended: OnContended | None = None) -> Ticket:
        return Ticket(priority, next(self._numbers), on_contended)

    async def acquire(self, ticket: Ticket) -> None:
        """Wait for the lock. A cancelled waiter leaves the queue, even when cancelled in the instant of its grant."""
        if self._holder is None:
            self._holder = ticket
            return
        self._waiting.append(ticket)
        self._tell_holder(ticket.priority)
        try:
            await ticket.granted
        except asyncio.CancelledError:
            if self._holder is ticket:
                self.release(ticket)
            elif ticket in self._waiting:
                self._waiting.remove(ticket)
            raise

    def release(self, ticket: Ticket) -> None:
        """Hand the lock to the most urgent waiter. Releasing what one does not hold is a bug and raises."""
        if self._holder is not ticket:
            raise RuntimeError("released a lock that is held by somebody else")
        # A waiter just cancelled stands in the queue, its future cancelled, until its task runs: pass over it.
        self._waiting = [waiter for waiter in self._waiting if not waiter.granted.done()]
        self._holder = min(self._waiting, key=Ticket.place, default=None)
        if self._holder is not None:
            self._waiting.remove(self._holder)
            self._holder.granted.set_result(None)

    def promote(self, ticket: Ticket, priority: int) -> None:
        """Somebody more urgent waits behind this ticket: let it inherit the urgency (no priority inversion)."""
        if priority >= ticket.priority:
            return
        ticket.priority = priority
        if ticket in self._waiting:
            self._tell_holder(priority)

    def _tell_holder(self, priority: int) -> None:
        holder = self._holder
        if holder is not None and holder.on_contended is not None and priority < holder.priority:
            holder.on_contended(priority)
