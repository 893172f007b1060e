"""Where interviews are kept: one folder, with a database and the audio, the user's own, deletable to the last byte.

Methods are synchronous and may be called from any thread. `commit_turn` takes about a millisecond and is for the
event loop; `save_audio` compresses, deleting rewrites files: those are for worker threads. Everything raises
StoreError with a sentence in English and Korean, NotInStore where what was asked for is not there.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, update

from interview.codec import from_json
from interview.shapes import InterviewPlan, InterviewRecord, ModelUse, Turn
from interview.storage import erase, recordings
from interview.storage.base import found, new_id, utc_now
from interview.storage.database import StoreError, explained
from interview.storage.documents import PLAN
from interview.storage.history import History
from interview.storage.rows import Ending, ScoreRow, score_of, score_row, turn_of, turn_row
from interview.storage.schema import DEFAULT_CANDIDATE, plans, reports, scores, session_models, sessions, turns
from interview.storage.schema import recordings as recorded
from models.ports import Pcm

log = logging.getLogger("moui.store")

SESSION = ("interview", "면접")


class Store(History):
    """Documents and plans: Documents. Lists and trends: History. Here: one session, from its start to its report."""

    def __init__(self, folder: Path, now: Callable[[], str] = utc_now) -> None:
        super().__init__(folder, now)
        try:
            erase.finish_pending(self)
        except StoreError as error:  # held by another program: no reason not to start, the next start tries again
            log.warning("An earlier deletion could not be finished: %s", error)

    # --- a session, live --------------------------------------------------------------------------------------------

    def start_session(self, plan_id: str, models: Sequence[ModelUse] = (), keep_audio: bool = True) -> str:
        """The session's id: random, safe in URLs and file names. Raises NotInStore without such a plan."""
        session_id, now = new_id(), self.now()
        with self.write() as connection:
            plan = found(connection, select(plans.c.plan).where(plans.c.id == plan_id), *PLAN)
            connection.execute(
                insert(sessions).values(
                    id=session_id,
                    candidate_id=DEFAULT_CANDIDATE,
                    plan_id=plan_id,
                    plan=plan["plan"],
                    status="active",
                    state="",
                    keep_audio=keep_audio,
                    started_at=now,
                    updated_at=now,
                )
            )
            _add_models(connection, session_id, models)
        return session_id

    def add_models(self, session_id: str, models: Sequence[ModelUse]) -> None:
        """Models that joined later: after a restart, or for the report. One that is known already changes nothing."""
        with self.write() as connection:
            self._touch(connection, session_id)
            _add_models(connection, session_id, models)

    def commit_turn(self, session_id: str, turn: Turn, state: str) -> None:
        """The turn and the flow's state after it, both or neither. The same number again replaces the turn, as when
        an interruption shows how much of it was heard."""
        with self.write() as connection:
            self._touch(connection, session_id, state=state)
            connection.execute(delete(turns).where(turns.c.session_id == session_id, turns.c.number == turn.number))
            connection.execute(insert(turns).values(session_id=session_id, committed_at=self.now(), **turn_row(turn)))

    def state(self, session_id: str) -> str:
        """What was committed with the last turn, "" before the first."""
        return str(self.row(select(sessions.c.state).where(sessions.c.id == session_id), *SESSION)["state"])

    def finish_session(self, session_id: str, status: Ending) -> None:
        """The interview has ended, or the candidate does not want to go on with it."""
        with self.write() as connection:
            self._touch(connection, session_id, status=status, ended_at=self.now())

    def reopen_session(self, session_id: str) -> None:
        """The candidate goes on with an interview that was ended early or given up."""
        with self.write() as connection:
            self._touch(connection, session_id, status="active", ended_at=None)

    def _touch(self, connection: Connection, session_id: str, **values: str | None) -> None:
        """Raises NotInStore: what is written for a deleted session must not come back."""
        known = select(sessions.c.id).where(sessions.c.id == session_id)
        found(connection, known, *SESSION)
        connection.execute(update(sessions).where(sessions.c.id == session_id).values(updated_at=self.now(), **values))

    # --- audio ------------------------------------------------------------------------------------------------------

    def save_audio(self, session_id: str, number: int, pcm: Pcm) -> bool:
        """Keeps a turn's audio (mono float32, 16 kHz, from the turn's start_sample on) as Ogg Opus. False where the
        candidate opted out, or there is none. For a worker thread: about 10 ms a second of speech on a slow core."""
        self.checkpoint()
        query = select(sessions.c.keep_audio).where(sessions.c.id == session_id)
        if not self.row(query, *SESSION)["keep_audio"] or not len(pcm):
            return False
        place = self.recordings.path(session_id, number)
        with explained(place):
            data = recordings.encode(pcm)
            with self.recordings.incoming(session_id, number, data) as part, self.write() as connection:
                self._touch(connection, session_id)
                key = (recorded.c.session_id == session_id, recorded.c.number == number)
                connection.execute(delete(recorded).where(*key))
                values = {"session_id": session_id, "number": number, "samples": len(pcm), "bytes": len(data)}
                connection.execute(insert(recorded).values(**values))
                os.replace(part, place)
        return True

    def audio(self, session_id: str, number: int, *, wav: bool = False) -> bytes | None:
        """A turn's Ogg Opus, or a 16-bit WAV of it; None where none was kept."""
        key = (recorded.c.session_id == session_id, recorded.c.number == number)
        if not self.rows(select(recorded.c.number).where(*key)):
            return None
        with explained(self.recordings.path(session_id, number)):
            data = self.recordings.read(session_id, number)
            return recordings.wav(data) if data is not None and wav else data

    def pcm(self, session_id: str, number: int) -> Pcm | None:
        """A turn's audio, exactly as long as it was; its first sample is the turn's start_sample."""
        data = self.audio(session_id, number)
        with explained(self.recordings.path(session_id, number)):
            return None if data is None else recordings.decode(data)

    # --- what came of it --------------------------------------------------------------------------------------------

    def record(self, session_id: str) -> InterviewRecord:
        """All that a report is made from. Raises NotInStore."""
        row = self.row(select(sessions).where(sessions.c.id == session_id), *SESSION)
        said = self.rows(select(turns).where(turns.c.session_id == session_id).order_by(turns.c.number))
        used = select(session_models).where(session_models.c.session_id == session_id)
        models = self.rows(used.order_by(session_models.c.role, session_models.c.model_id))
        return InterviewRecord(
            session_id=session_id,
            started_at=str(row["started_at"]),
            plan=from_json(InterviewPlan, row["plan"]),
            documents=self.documents_of(str(row["plan_id"])),
            matrix=self.plan(str(row["plan_id"])).matrix,
            turns=tuple(turn_of(turn) for turn in said),
            models=tuple(ModelUse(use["role"], use["model_id"], use["title"], use["licence"]) for use in models),
            finished=row["status"] in ("finished", "ended_early"),
        )

    def save_scores(self, session_id: str, rows: Iterable[ScoreRow]) -> None:
        """In the place of earlier ones (`store_rows.content_rows` makes them of ContentScores)."""
        values = [
            {"session_id": session_id, "position": position, **score_row(row)} for position, row in enumerate(rows)
        ]
        with self.write() as connection:
            self._touch(connection, session_id)
            connection.execute(delete(scores).where(scores.c.session_id == session_id))
            if values:
                connection.execute(insert(scores), values)

    def scores(self, session_id: str) -> list[ScoreRow]:
        """As they were saved; none before."""
        query = select(scores).where(scores.c.session_id == session_id).order_by(scores.c.position)
        return [score_of(row) for row in self.rows(query)]

    def save_report(self, session_id: str, report_json: str) -> None:
        """In the place of an earlier one."""
        with self.write() as connection:
            self._touch(connection, session_id)
            connection.execute(delete(reports).where(reports.c.session_id == session_id))
            connection.execute(insert(reports).values(session_id=session_id, report=report_json, created_at=self.now()))

    def report(self, session_id: str) -> str | None:
        rows = self.rows(select(reports.c.report).where(reports.c.session_id == session_id))
        return str(rows[0]["report"]) if rows else None

    # --- deleting (storage/erase.py) --------------------------------------------------------------------------------

    def delete_document(self, document_id: str) -> None:
        erase.delete_document(self, document_id)

    def delete_plan(self, plan_id: str) -> None:
        erase.delete_plan(self, plan_id)

    def delete_session(self, session_id: str) -> None:
        erase.delete_session(self, session_id)

    def delete_everything(self) -> None:
        erase.delete_everything(self)


def _add_models(connection: Connection, session_id: str, models: Sequence[ModelUse]) -> None:
    query = select(session_models.c.role, session_models.c.model_id).where(session_models.c.session_id == session_id)
    known = {tuple(row) for row in connection.execute(query)}
    for use in models:
        if (use.role, use.id) not in known:
            known.add((use.role, use.id))
            connection.execute(
                insert(session_models).values(
                    session_id=session_id, role=use.role, model_id=use.id, title=use.title, licence=use.licence
                )
            )
