"""Call: one open request to a worker, run step by step, so that the device's lease can change hands between steps.

What makes it safe to hold a lease for a step: `step` returns or raises only when the child is not computing any more,
because it finished, paused, failed, acknowledged a cancel, or is dead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Protocol

from models.frames import Frame
from models.ports import EngineCrashed, EngineError, EngineUnavailable
from models.worker_process import ChildProcess


class Owner(Protocol):
    """What a call needs of its worker."""

    @property
    def title(self) -> str: ...
    @property
    def hang_after_s(self) -> float: ...
    @property
    def cancel_grace_s(self) -> float: ...


class Call:
    """Made by `Worker.open`; use as `async with`, which cancels what has not ended.

    `completed` is True when the engine's iterator ran to its end.
    """

    def __init__(
        self,
        owner: Owner,
        child: ChildProcess,
        call_id: int,
        *,
        on_end: Callable[[], None],
        detached: bool = False,
        hang_after_s: float | None = None,
    ) -> None:
        self.id = call_id
        self.child = child
        self.completed = False
        self._owner = owner
        self._hang_after_s = owner.hang_after_s if hang_after_s is None else hang_after_s
        self._on_end = on_end
        self._detached = detached
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        self._paused: asyncio.Future[None] | None = None
        self._items: list[Any] = []
        self._failure: EngineError | None = None
        self._hung = False
        self._last_sign_s = 0.0
        self._cancel_timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Call:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._let_go()

    @property
    def stepping(self) -> bool:
        return self._paused is not None and not self._paused.done() and not self._ended.done()

    async def step(self, budget_s: float) -> tuple[list[Any], bool]:
        """Let the engine compute until `budget_s` has passed (at least one item). Returns (items, done).

        Raises EngineCrashed (it died, or gave no item for the worker's `hang_after_s` and was killed), EngineError or
        EngineUnavailable. Items made before a failure are returned first; the failure is raised by the next step.
        When cancelled, waits for the acknowledgement before it lets the cancellation through.
        """
        if not self._ended.done():
            self._paused = self._loop.create_future()
            self._last_sign_s = self._loop.time()
            self.child.send(("step", self.id, budget_s))
            try:
                await self._wait_for_step(self._paused)
            except asyncio.CancelledError:
                await self._let_go()
                raise
        items, self._items = self._items, []
        if self._failure is not None and not items:
            raise self._failure
        return items, self._ended.done() and self._failure is None

    async def _wait_for_step(self, paused: asyncio.Future[None]) -> None:
        while not paused.done() and not self._ended.done():
            left_s = self._last_sign_s + self._hang_after_s - self._loop.time()
            if left_s <= 0:
                self._hung = True
                self.child.kill()
                await asyncio.wait((self._ended,))
                return
            # The longest wait that select() accepts everywhere is far above an hour.
            await asyncio.wait((paused, self._ended), timeout=min(left_s, 3600.0), return_when=asyncio.FIRST_COMPLETED)

    def pause(self) -> None:
        """End the running step after its next item. Does nothing between steps."""
        if self.stepping:
            self.child.send(("pause", self.id))

    def abandon(self) -> None:
        """Cancel without waiting. The worker serves the next call once the child acknowledged or was killed."""
        if self._ended.done() or self._cancel_timer is not None:
            return
        self._cancel_timer = self._loop.call_later(self._owner.cancel_grace_s, self.child.kill)
        self.child.send(("cancel", self.id))

    async def cancel(self) -> None:
        """Returns once the child acknowledged; a child that does not within `cancel_grace_s` is killed."""
        self.abandon()
        await asyncio.wait((self._ended,))

    async def _let_go(self) -> None:
        if self._detached:
            self.abandon()
        elif not self._ended.done():
            await settle(self.cancel())

    # --- told by the worker -----------------------------------------------------------------------------------------

    def on_frame(self, frame: Frame) -> None:
        self._last_sign_s = self._loop.time()
        match frame:
            case ("item", _, item):
                self._items.append(item)
            case ("stepped", _, done):
                self.completed = done
                if done:
                    self._end(None)
                elif self._paused is not None and not self._paused.done():
                    self._paused.set_result(None)
            case ("failed", _, kind, sentence):
                self._end(EngineUnavailable(sentence) if kind == "EngineUnavailable" else EngineError(sentence))
            case ("cancelled", _) if self._cancel_timer is not None:
                self._end(EngineError("The call was cancelled."))
            case ("cancelled", _):
                self.on_death(stopping=True)  # nobody cancelled: the worker is being stopped

    def on_death(self, *, stopping: bool) -> None:
        title = self._owner.title
        if stopping:
            self._end(EngineUnavailable(f"{title} was stopped."))
        elif self._hung:
            self._end(EngineCrashed(f"{title} stopped answering and is being started again."))
        else:
            self._end(EngineCrashed(f"{title} crashed and is being started again."))

    def _end(self, failure: EngineError | None) -> None:
        if self._ended.done():
            return
        if self._cancel_timer is not None:
            self._cancel_timer.cancel()
        self._failure = failure
        self._ended.set_result(None)
        self._on_end()


async def settle(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` to its end however often the caller is cancelled, then let the cancellation through."""
    task = asyncio.ensure_future(work)  # awaited below in every case
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,))
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        if not task.cancelled():
            task.exception()  # seen; the cancellation matters more
        raise cancelled
    task.result()
