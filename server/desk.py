"""The desk: everything an interview needs besides the conversation, for the API and the socket to use.

Opens the store when it is first needed (a server for voice alone never makes one), keeps the jobs, and knows who sits
in which interview right now.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from interview.codec import from_json
from interview.judging.trials import Trials
from interview.preparation import prepare
from interview.reporting import make_report
from interview.room import LiveSession, Room
from interview.shapes import ModelUse, PlanRequest
from interview.store import Store
from interview.talk.seat import Seat, reopened
from interview.talk.state import FlowState
from models.embedding_ports import Embedder
from models.ports import LanguageModel
from server.jobs import Job, JobError, Jobs
from voice.events import Notice, SessionConfig, SessionEvent
from voice.responder import Responder

log = logging.getLogger("moui.desk")

FOLDER = "interviews"
TRIALS = "judges.json"
"""Inside the data directory."""

BUSY = (
    "An interview is being held right now: prepare the next one when it is over.",
    "지금 면접이 진행되고 있습니다. 면접이 끝난 뒤에 준비해 주십시오.",
)

CONTINUED = Notice("continued_elsewhere", "This interview is continued in another window.")
GIVEN_UP = Notice("interview_given_up", "This interview was given up.")
DELETED = Notice("interview_deleted", "This interview was deleted.")
"""What a client is told whose interview is taken from under it."""

Emit = Callable[[SessionEvent], None]
MakeSession = Callable[[Responder, SessionConfig, Emit], LiveSession]


class Engines(Protocol):
    """What the desk needs of models.runtime.Runtime."""

    @property
    def llm(self) -> LanguageModel | None: ...
    def embedder(self) -> AbstractAsyncContextManager[Embedder]: ...


class Desk:
    def __init__(
        self,
        data_dir: Path,
        engines: Engines,
        *,
        talking: Callable[[], int],
        models: Callable[[], tuple[ModelUse, ...]],
        judge: Callable[[], str],
    ) -> None:
        """`talking`: voice sessions that are open. `models`: what takes part in an interview begun now. `judge`:
        changes with the language model's files (see Trials)."""
        self.jobs = Jobs()
        self._folder = data_dir / FOLDER
        self._engines = engines
        self._talking = talking
        self._models = models
        self._judge = judge
        self._trials = data_dir / TRIALS
        self._store: Store | None = None
        self._rooms: dict[str, tuple[Room, asyncio.Event]] = {}

    @property
    def store(self) -> Store:
        """Raises StoreError: the folder cannot be written, the disk is full, a newer moui wrote it."""
        if self._store is None:
            self._store = Store(self._folder)
            _close_what_is_over(self._store)
        return self._store

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    # --- jobs -------------------------------------------------------------------------------------------------------

    def prepare(self, document_ids: tuple[str, ...], request: PlanRequest, *, quick: bool = False) -> Job:
        """Write a plan; `quick`: without models. Raises TooManyJobs, StoreError for a document that is not there."""
        store = self.store
        documents = [store.document(document_id) for document_id in document_ids]

        async def work(job: Job) -> dict[str, str]:
            if self._talking() and not quick:
                raise JobError(*BUSY)
            plan, matrix = await prepare(
                documents,
                request,
                embedder=None if quick else self._engines.embedder,
                llm=lambda: None if quick else self._engines.llm,
                database=store.path,
                on_progress=job.progress,
            )
            return {"plan_id": await asyncio.to_thread(store.save_plan, plan, document_ids, matrix)}

        return self.jobs.start("preparation", f"{','.join(document_ids)}{request!r}{quick}", work)

    def report(self, session_id: str, samples: int) -> Job:
        """Write a session's report; `samples` per criterion, 0 without a judge. Raises TooManyJobs, NotInStore."""
        store = self.store
        store.session(session_id)

        async def work(job: Job) -> dict[str, str]:
            store.add_models(session_id, self._models())
            trials = Trials(self._trials, await asyncio.to_thread(self._judge))
            await make_report(
                store, session_id, self._engines.llm, samples=samples, on_progress=job.progress, trials=trials
            )
            return {"session_id": session_id}

        return self.jobs.start("report", session_id, work)

    # --- sitting in an interview ------------------------------------------------------------------------------------

    def begin(self, plan_id: str, keep_audio: bool) -> str:
        """A new session of this plan. Raises NotInStore."""
        return self.store.start_session(plan_id, self._models(), keep_audio)

    def begun(self, session_id: str) -> bool:
        """Has something been said in it already?"""
        return _state(self.store, session_id) is not None

    async def seat(self, session_id: str) -> Seat:
        """Sit down in an interview, as new or where it was left; whoever sits there now has to go.

        Raises NotInStore, InterviewOver."""
        await self._clear(session_id, CONTINUED)
        store = self.store
        status = store.session(session_id).status
        if status == "finished":
            raise InterviewOver
        record, state = store.record(session_id), _state(store, session_id)
        if status != "active":
            store.reopen_session(session_id)
            state = reopened(state) if state else None
        return Seat(session_id, record.plan, record.turns, state)

    async def give_up(self, session_id: str) -> None:
        """The candidate does not want to go on with it; whoever sits in it has to go. Raises NotInStore."""
        await self._clear(session_id, GIVEN_UP)
        self.store.finish_session(session_id, "abandoned")

    async def delete(self, session_id: str) -> None:
        """The interview and all that is left of it; whoever sits in it has to go. Raises NotInStore, StoreError."""
        await self._clear(session_id, DELETED)
        try:
            await asyncio.to_thread(self.store.delete_session, session_id)
        finally:
            await self._clear(session_id, DELETED)  # who sat down meanwhile

    async def delete_everything(self) -> None:
        for session_id in tuple(self._rooms):
            await self._clear(session_id, DELETED)
        try:
            await asyncio.to_thread(self.store.delete_everything)
        finally:
            for session_id in tuple(self._rooms):
                await self._clear(session_id, DELETED)

    async def _clear(self, session_id: str, why: Notice) -> None:
        """Whoever sits in this interview has to go; returns when all that was said is stored. Until the next await
        nobody else can sit down."""
        while (taken := self._rooms.get(session_id)) is not None:
            room, empty = taken
            room.leave(why)
            await empty.wait()

    def open_room(self, seat: Seat, make: MakeSession, config: SessionConfig, emit: Emit) -> Room:
        """The interview as a voice session; what it is told and says goes to the store."""
        empty = asyncio.Event()

        def gone() -> None:
            empty.set()
            if self._rooms.get(seat.session_id, (None,))[0] is room:
                del self._rooms[seat.session_id]

        room = Room(seat, self.store, self._engines.llm, make=make, config=config, emit=emit, on_gone=gone)
        self._rooms[seat.session_id] = (room, empty)
        return room


def _state(store: Store, session_id: str) -> FlowState | None:
    state = store.state(session_id)
    return from_json(FlowState, state) if state else None


def _close_what_is_over(store: Store) -> None:
    """Interviews whose farewell was the last thing stored before the program died."""
    for summary in store.unfinished():
        state = _state(store, summary.id)
        if state is not None and state.over:
            store.finish_session(summary.id, state.over)


class InterviewOver(Exception):
    """This interview has ended: there is nothing to go on with."""

    english = "This interview has ended. Its report is in the history."
    korean = "이미 끝난 면접입니다. 결과는 기록에서 볼 수 있습니다."

    def __str__(self) -> str:
        return self.english
