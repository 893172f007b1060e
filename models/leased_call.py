"""LeasedCall: a worker's call whose every step holds the lease of its device: where `Worker` and `Arbiter` meet."""

from __future__ import annotations

import asyncio
import math
from types import TracebackType
from typing import Any

from models.arbiter import Arbiter, LeaseRequest
from models.call import Call
from models.ports import CallContext, EngineError, Priority
from models.worker import Worker


class LeasedCall:
    """One call whose every step holds the lease of its device. An async context manager for one use.

    While it waits for the device, somebody more urgent may come to wait for the same worker: the wait then inherits
    that urgency, so that nobody waits behind a background call that itself waits for everybody else.

    `expendable`: when somebody more urgent wants the device or the worker, the call is cancelled in mid-step instead of
    paused behind it, and `step` raises EngineError.
    """

    def __init__(
        self,
        worker: Worker,
        arbiter: Arbiter | None,
        method: str,
        request: object,
        *,
        priority: Priority,
        context: CallContext,
        expendable: bool = False,
    ) -> None:
        self._worker, self._arbiter = worker, arbiter
        self._expendable = expendable
        self._method, self._request = method, request
        self._priority, self._context = priority, context
        self._urgency: int = priority
        self._call: Call | None = None
        self._lease: LeaseRequest | None = None
        self._until_s = math.inf
        self._stepped = False

    async def __aenter__(self) -> LeasedCall:
        loop = asyncio.get_running_loop()
        if self._context.deadline_s is not None:
            self._until_s = loop.time() + self._context.deadline_s
        self._call = await self._worker.open(
            self._method,
            self._request,
            priority=self._priority,
            on_contended=self._on_worker_wanted,
            detached=self._arbiter is None,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._call is not None
        await self._call.__aexit__(kind, error, trace)

    @property
    def wanted(self) -> bool:
        """Does somebody more urgent wait for this worker?"""
        return self._worker.contended(self._priority)

    async def step(self, budget_s: float, *, give_way: bool = False) -> tuple[list[Any], bool]:
        """See Call.step. Raises EngineError when the request's deadline has passed. `give_way`: if the worker is
        wanted by somebody more urgent once the device is ours, compute nothing."""
        assert self._call is not None
        if asyncio.get_running_loop().time() > self._until_s:
            raise EngineError(f"{self._worker.title} took longer than it was given.")
        if self._arbiter is None:
            return await self._call.step(budget_s)
        if self._stepped:
            # Whoever got the last step's items may want the device now: let it ask before we ask again. A first step
            # asks at once, or a fragment would wait for the token after the one that completed it.
            await asyncio.sleep(0)
        self._stepped = True
        self._lease = self._arbiter.lease(
            engine=self._worker.spec.name,
            phase=self._method,
            priority=self._priority,
            context=self._context,
            on_contended=lambda _: self._pause(),
        )
        self._lease.promote(self._urgency)
        try:
            async with self._lease:
                if give_way and self.wanted:
                    return [], False
                waited_for = self._arbiter.contended(self._priority)
                return await self._call.step(0.0 if waited_for else budget_s)
        finally:
            self._lease = None

    def _pause(self) -> None:
        if self._call is None:
            return
        if self._expendable:
            self._call.abandon()
        else:
            self._call.pause()

    def _on_worker_wanted(self, priority: int) -> None:
        self._urgency = min(self._urgency, priority)
        if self._lease is not None:
            self._lease.promote(priority)
        self._pause()
