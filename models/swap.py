"""The swap: the language model's process ends, the embedding model's lives, then the other way round.

Never both at once: the memory that a 6 GB card or an 8 GB PC has is one model's. What it costs is one load of the
language model (1-3 s from the file cache) for each set of documents.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from models.arbiter import Arbiter
from models.call import settle
from models.embedding import EmbedderHandle
from models.embedding_ports import Embedder
from models.loadout import EngineChoice
from models.ports import EngineError, EngineUnavailable
from models.worker import Worker
from models.worker_status import WorkerState

MAKES_ROOM = "it makes room while documents are read."


class EmbedderSwap:
    """One borrower at a time; the next waits. `close` first when everything stops: nothing is started after it."""

    def __init__(
        self,
        profile: str,
        choice: EngineChoice | None,
        *,
        new_worker: Callable[[EngineChoice], Worker],
        arbiter_of: Callable[[EngineChoice], Arbiter | None],
        notice: Callable[[str, str], None],
        on_ended: Callable[[Worker], None],
    ) -> None:
        self._profile, self._choice = profile, choice
        self._new_worker, self._arbiter_of, self._notice = new_worker, arbiter_of, notice
        self._on_ended = on_ended
        self._turn = asyncio.Lock()
        self._closed = False

    def close(self) -> None:
        self._closed = True

    @asynccontextmanager
    async def borrow(self, llm: Worker | None) -> AsyncGenerator[Embedder, None]:
        """See Runtime.embedder. `llm` is the worker that makes room, where there is one."""
        choice = self._choice
        if choice is None:
            raise EngineUnavailable(f"The profile '{self._profile}' has no embedding model.")
        missing = choice.missing(self._profile)
        if missing is not None:
            raise missing
        async with self._turn:
            resting = llm if llm is not None and llm.state is not WorkerState.STOPPED else None
            try:
                if resting is not None:
                    await resting.stop(MAKES_ROOM)
                async with self._reading(choice) as embedder:
                    yield embedder
            finally:
                await settle(self._bring_back(resting))

    @asynccontextmanager
    async def _reading(self, choice: EngineChoice) -> AsyncGenerator[Embedder, None]:
        if self._closed:
            raise EngineUnavailable(f"{choice.title} is not available: everything is being stopped.")
        worker = self._new_worker(choice)
        try:
            await worker.start()
            yield EmbedderHandle(
                worker,
                self._arbiter_of(choice),
                name=choice.artifact.id,
                dimension=await _dimension(worker),
                languages=choice.artifact.languages,
            )
        finally:
            await settle(worker.stop())
            self._on_ended(worker)

    async def _bring_back(self, llm: Worker | None) -> None:
        """A language model that does not come back is a notice: its calls say so, and what was read is not lost."""
        if llm is None or self._closed:
            return
        try:
            await llm.start()
        except EngineUnavailable as error:
            if not self._closed:
                self._notice("llm_unavailable", str(error))


async def _dimension(worker: Worker) -> int:
    async with await worker.open("dimension", None) as call:
        items, _ = await call.step(float("inf"))
    if not items:
        raise EngineError(f"{worker.title} did not say how long its vectors are.")
    return int(items[0])
