"""Worker: one supervised child process for one heavy engine: start, calls, cancel, health, restart, clean stop.

A crash of the engine costs the call that was open, not the server: the call ends with EngineCrashed, the process is
started again in the background, and the next call waits for it.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, replace

from models.call import Call, settle
from models.frames import Frame
from models.ports import EngineError, EngineUnavailable
from models.priority_lock import OnContended, PriorityLock, Ticket
from models.registry import EngineOptions
from models.worker_process import ChildProcess
from models.worker_status import Residence, WorkerState, WorkerStatus, resident_bytes

log = logging.getLogger("moui.worker")

Guard = Callable[[], AbstractAsyncContextManager[object]]
"""Held while the engine warms up: the lease of its device."""


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    """`name` is for people and logs, `engine` a name of the registry."""

    name: str
    engine: str
    options: EngineOptions


class Worker:
    """One process, one call at a time, in order of priority and then of asking.

    `hang_after_s`: a step without a single item for so long is a hang: the process is killed. `start_timeout_s` bounds
    load and warm-up. `backoff` are the pauses before each restart in a row; when all are used up, the state is FAILED
    and calls are refused, while restarts go on at the last pause. `cancel_grace_s` bounds a cancel's acknowledgement.
    """

    def __init__(
        self,
        spec: WorkerSpec,
        *,
        hang_after_s: float = 10.0,
        start_timeout_s: float = 120.0,
        backoff: tuple[float, ...] = (0.2, 1.0, 5.0, 15.0),
        cancel_grace_s: float = 2.0,
        stop_grace_s: float = 3.0,
        ready_timeout_s: float = 30.0,
        ping_every_s: float = 15.0,
        warm_up_guard: Guard | None = None,
        title: str | None = None,
    ) -> None:
        # Settings cross a process border: a mapping proxy would not.
        self.spec = replace(spec, options=replace(spec.options, settings=dict(spec.options.settings)))
        self.title = title or f"The engine '{spec.name}'"
        self.state = WorkerState.STOPPED
        self.restarts = 0
        self.detail = ""
        self.hang_after_s, self.cancel_grace_s = hang_after_s, cancel_grace_s
        self._start_timeout_s, self._stop_grace_s = start_timeout_s, stop_grace_s
        self._ready_timeout_s, self._ping_every_s = ready_timeout_s, ping_every_s
        self._backoff = backoff
        self._guard: Guard = warm_up_guard or nullcontext
        self._gate = PriorityLock()
        self._ids = itertools.count(1)
        self._child: ChildProcess | None = None
        self._call: Call | None = None
        self.residences: deque[Residence] = deque(maxlen=50)
        self._failures = 0
        self._decided = asyncio.Event()  # READY, FAILED or STOPPED: open() need not wait
        self._started: asyncio.Future[None] | None = None
        self._supervisor: asyncio.Task[None] | None = None

    # --- life -------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Returns when the engine is loaded and warm; raises EngineUnavailable with a sentence, leaving no process."""
        if self._supervisor is not None:
            raise RuntimeError(f"worker {self.spec.name} was already started")
        started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._started = started
        # Owned by this object and awaited in stop(): it lives longer than any scope a TaskGroup could have here.
        self._supervisor = asyncio.create_task(self._supervise(), name=f"worker {self.spec.name}")
        try:
            await asyncio.wait((started, self._supervisor), return_when=asyncio.FIRST_COMPLETED)
            if self._supervisor is None or self._supervisor.cancelled():
                raise EngineUnavailable(f"{self.title} was stopped while it was starting.")
            if not started.done():
                self._supervisor.result()  # an unexpected error of the supervisor itself
            started.result()
        except BaseException as error:
            await settle(self.stop())
            if isinstance(error, EngineUnavailable):
                self._set(WorkerState.FAILED, str(error))
            raise

    async def stop(self, why: str = "") -> None:
        """End the process (politely, then not) and every call and waiter. Returns when it is dead. Safe to repeat, and
        `start` may follow. `why` ends the sentence that refuses calls meanwhile."""
        supervisor = self._supervisor
        if supervisor is not None:
            self._set(WorkerState.STOPPED, why)
            supervisor.cancel()
            try:
                await settle(_ended(supervisor))
            finally:
                self._supervisor = None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and not self._child.exited.done() else None

    def status(self) -> WorkerStatus:
        return WorkerStatus(
            name=self.spec.name,
            engine=self.spec.engine,
            state=str(self.state),
            pid=self.pid,
            rss_bytes=resident_bytes(self.pid),
            restarts=self.restarts,
            detail=self.detail or self.state.sentence(),
        )

    async def healthy(self, timeout_s: float = 2.0) -> bool:
        """Does the process answer? During a step it is watched by the step itself, and counts as healthy."""
        child = self._child
        if self.state is not WorkerState.READY or child is None:
            return False
        if self._call is not None and self._call.stepping:
            return True
        answered = await child.ping(timeout_s)
        return answered or (self._call is not None and self._call.stepping and not child.exited.done())

    # --- calls ------------------------------------------------------------------------------------------------------

    def contended(self, priority: int) -> bool:
        """Does a more urgent call wait for this worker?"""
        return self._gate.contended(priority)

    async def open(
        self,
        method: str,
        request: object,
        *,
        priority: int = 0,
        on_contended: OnContended | None = None,
        detached: bool = False,
    ) -> Call:
        """Wait for the worker's turn and make a call, to be ended by its `async with` block.

        `detached`: nothing is computed on a leased device, so a cancelled step need not wait for its acknowledgement.
        Raises EngineUnavailable when the worker is stopped, keeps crashing, or is not ready in `ready_timeout_s`.
        """
        ticket = self._gate.ticket(priority, on_contended)
        await self._gate.acquire(ticket)
        try:
            child = await self._ready_child()
            call = Call(self, child, next(self._ids), on_end=lambda: self._call_ended(ticket), detached=detached)
            child.send(("open", call.id, method, request))
        except BaseException:
            self._gate.release(ticket)
            raise
        self._call = call
        return call

    async def _ready_child(self) -> ChildProcess:
        try:
            async with asyncio.timeout(self._ready_timeout_s):
                while True:
                    await self._decided.wait()
                    if self.state is not WorkerState.READY:
                        raise EngineUnavailable(
                            f"{self.title} is not available: {self.detail or self.state.sentence()}"
                        )
                    if self._child is not None and not self._child.exited.done():
                        return self._child
                    await asyncio.sleep(0)  # it died just now; the supervisor is about to say so
        except TimeoutError:
            raise EngineUnavailable(f"{self.title} is still starting; please try again in a moment.") from None

    def _call_ended(self, ticket: Ticket) -> None:
        if self._call is not None and self._call.completed:
            self._failures = 0
        self._call = None
        self._gate.release(ticket)

    # --- supervision ------------------------------------------------------------------------------------------------

    async def _supervise(self) -> None:
        assert self._started is not None
        while True:
            try:
                child = await self._launch()
            except EngineUnavailable as error:
                self.detail = str(error)
                if not self._started.done():
                    self._set(WorkerState.FAILED, str(error))
                    self._started.set_exception(error)
                    return
            else:
                if not self._started.done():
                    self._started.set_result(None)
                await self._watch(child)
            await self._pause_before_restart()

    async def _pause_before_restart(self) -> None:
        delay = self._backoff[min(self._failures, len(self._backoff) - 1)]
        self._failures += 1
        self.restarts += 1
        if self._failures > len(self._backoff):
            self._set(WorkerState.FAILED, self.detail)
        else:
            self._set(WorkerState.RESTARTING, self.detail)
        await asyncio.sleep(delay)

    async def _launch(self) -> ChildProcess:
        """Start, load, warm up. Raises EngineUnavailable, with no process left."""
        if self.state is not WorkerState.FAILED:
            self._set(WorkerState.STARTING if self.restarts == 0 else WorkerState.RESTARTING, self.detail)
        launched_s = time.perf_counter()
        try:
            child = await ChildProcess.launch(self.spec.name, self.spec.options, self._on_frame)
        except OSError as error:
            raise EngineUnavailable(f"{self.title} could not be started: {error}.") from error
        self._child = child
        self.residences.append(Residence(self.spec.name, child.pid, launched_s))
        child.exited.add_done_callback(lambda _: self._on_exit(child))
        try:
            async with asyncio.timeout(self._start_timeout_s):
                if not await child.load(self.spec.engine, self.spec.options):
                    raise EngineUnavailable(f"{self.title} crashed while its model was loaded.")
                async with self._guard():
                    await self._warm_up(child)
        except BaseException as error:
            await self._discard(child)
            if isinstance(error, TimeoutError):
                seconds = f"{self._start_timeout_s:.0f} seconds"
                raise EngineUnavailable(f"{self.title} was not ready after {seconds}.") from None
            if isinstance(error, EngineError) and not isinstance(error, EngineUnavailable):
                raise EngineUnavailable(str(error)) from error
            raise
        self._set(WorkerState.READY, "")
        return child

    async def _warm_up(self, child: ChildProcess) -> None:
        call = Call(self, child, next(self._ids), on_end=self._warm_up_ended, hang_after_s=self._start_timeout_s)
        self._call = call
        child.send(("open", call.id, "warm_up", None))
        async with call:
            await call.step(float("inf"))

    def _warm_up_ended(self) -> None:
        self._call = None

    async def _watch(self, child: ChildProcess) -> None:
        """Until it dies. An idle process that does not answer its ping is hung, and killed."""
        try:
            while not child.exited.done():
                await asyncio.wait((child.exited,), timeout=self._ping_every_s)
                if not child.exited.done() and not await self.healthy(self.hang_after_s):
                    log.error("%s: pid %d does not answer and is killed", self.spec.name, child.pid)
                    child.kill()
                    await asyncio.wait((child.exited,))
        except asyncio.CancelledError:
            await self._discard(child)
            raise

    def _on_exit(self, child: ChildProcess) -> None:
        last = self.residences.pop()
        self.residences.append(replace(last, end_s=time.perf_counter()))
        if self.state is not WorkerState.STOPPED:
            self._report_death(child)
        if self._call is not None and self._call.child is child:
            self._call.on_death(stopping=self.state is WorkerState.STOPPED)

    def _report_death(self, child: ChildProcess) -> None:
        self.detail = f"its process ended unexpectedly (code {child.exited.result()})."
        log.error("%s: pid %d ended with %s", self.spec.name, child.pid, child.exited.result())
        if child.last_words:
            log.warning("%s: its last words were:\n%s", self.spec.name, child.last_words)

    async def _discard(self, child: ChildProcess) -> None:
        await settle(child.stop(self._stop_grace_s if self.state is WorkerState.STOPPED else 0.5))

    def _on_frame(self, frame: Frame) -> None:
        if self._call is not None and frame[1] == self._call.id:
            self._call.on_frame(frame)

    def _set(self, state: WorkerState, detail: str) -> None:
        self.state, self.detail = state, detail
        if state in {WorkerState.READY, WorkerState.FAILED, WorkerState.STOPPED}:
            self._decided.set()
        else:
            self._decided.clear()


async def _ended(task: asyncio.Task[None]) -> None:
    await asyncio.wait((task,))
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("a worker's supervisor failed", exc_info=error)
