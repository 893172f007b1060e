"""Deleting so that nothing is left: rows, the words in the indexes, the write-ahead log, the audio files.

What is left of a file after the file system frees its blocks is beyond a program's reach; within the files that moui
keeps no byte of it remains. A deletion that was cut short (`kill -9`, power) is finished at the next start.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection
from contextlib import closing

from sqlalchemy import Connection, delete, exists, select

from interview.storage import database
from interview.storage.base import StoreBase, found
from interview.storage.database import StoreError, explained
from interview.storage.schema import documents, ensure_candidate, metadata, plan_documents, plans, sessions

PENDING = "erasing"
"""A file of this name says that deleted rows may still be readable in the files."""

READERS_S = 5.0
PAUSE_S = 0.05


def delete_session(home: StoreBase, session_id: str) -> None:
    """The session with its turns, audio, scores and report; its plan and documents too, unless another interview or
    plan uses them. Raises NotInStore, or StoreError where something holds the files."""
    with home.alone():
        with home.write() as connection:
            row = found(connection, select(sessions.c.plan_id).where(sessions.c.id == session_id), "interview", "면접")
            plan_id = str(row["plan_id"])
            used = exists().where(sessions.c.plan_id == plan_id, sessions.c.id != session_id)
            shared = bool(connection.scalar(select(used)))
            gone = set() if shared else _only_of(connection, {plan_id})
            _pending(home)
            connection.execute(delete(sessions).where(sessions.c.id == session_id))
            if not shared:
                connection.execute(delete(plans).where(plans.c.id == plan_id))
                connection.execute(delete(documents).where(documents.c.id.in_(gone)))
        with explained(home.recordings.folder):
            home.recordings.delete(session_id)
        finish(home)


def delete_plan(home: StoreBase, plan_id: str) -> None:
    """A plan that came to nothing; its documents stay. Raises StoreError where an interview was held on it."""
    with home.alone():
        with home.write() as connection:
            found(connection, select(plans.c.id).where(plans.c.id == plan_id), "plan", "면접 계획")
            if connection.scalar(select(exists().where(sessions.c.plan_id == plan_id))):
                raise _in_use("plan", "면접 계획으로")
            _pending(home)
            connection.execute(delete(plans).where(plans.c.id == plan_id))
        finish(home)


def delete_document(home: StoreBase, document_id: str) -> None:
    """The document and the plans made from it. Raises StoreError where an interview was held on one of them."""
    with home.alone():
        with home.write() as connection:
            found(connection, select(documents.c.id).where(documents.c.id == document_id), "document", "문서")
            links = select(plan_documents.c.plan_id).where(plan_documents.c.document_id == document_id)
            made = set(connection.scalars(links))
            if connection.scalar(select(exists().where(sessions.c.plan_id.in_(made)))):
                raise _in_use("document", "문서로")
            _pending(home)
            connection.execute(delete(plans).where(plans.c.id.in_(made)))
            connection.execute(delete(documents).where(documents.c.id == document_id))
        finish(home)


def delete_everything(home: StoreBase) -> None:
    """All documents, plans, interviews, audio, and the candidate's name. Raises StoreError where files are held."""
    with home.alone():
        with home.write() as connection:
            _pending(home)
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))
            ensure_candidate(connection, home.now())
        finish(home)


def finish(home: StoreBase) -> None:
    """Removes what rows no longer speak of: index entries, audio folders, bytes in the files. May be run again."""
    with home.alone():
        with explained(home.recordings.folder):
            folders = home.recordings.sessions()  # before the rows are read: a session's row is older than its folder
        with home.read() as rows:
            there = set(rows.scalars(select(documents.c.id)))
            held = set(rows.scalars(select(sessions.c.id)))
        with explained(home.recordings.folder):
            for session_id in set(folders) - held:
                home.recordings.delete(session_id)
        with explained(home.path), closing(database.connect(home.path)) as connection:
            _forget_chunks(connection, there)
            if not _scrub(connection):
                raise StoreError(
                    "It is deleted, but another program is reading moui's data, so traces stay in its files until "
                    "moui is started again.",
                    "삭제했지만 다른 프로그램이 moui의 데이터를 읽고 있어, 다시 시작할 때까지 파일에 흔적이 남습니다.",
                )
            (home.folder / PENDING).unlink(missing_ok=True)


def finish_pending(home: StoreBase) -> None:
    """At the start: what an earlier deletion did not get to. Held files are no reason not to start."""
    if (home.folder / PENDING).exists():
        finish(home)


def _only_of(connection: Connection, plan_ids: Collection[str]) -> set[str]:
    """Documents that no other plan uses."""
    ours = select(plan_documents.c.document_id).where(plan_documents.c.plan_id.in_(plan_ids))
    others = select(plan_documents.c.document_id).where(plan_documents.c.plan_id.not_in(plan_ids))
    return set(connection.scalars(ours)) - set(connection.scalars(others))


def _pending(home: StoreBase) -> None:
    with explained(home.folder):
        (home.folder / PENDING).touch(mode=0o600)


def _scrub(connection: sqlite3.Connection) -> bool:
    """Other threads may be reading an older state: they are done in a moment."""
    until = time.monotonic() + READERS_S
    while not database.scrub(connection):
        if time.monotonic() > until:
            return False
        time.sleep(PAUSE_S)
    return True


def _in_use(what: str, korean: str) -> StoreError:
    return StoreError(
        f"An interview was held on this {what}: delete the interview, and the {what} goes with it.",
        f"이 {korean} 진행한 면접이 있습니다. 면접을 삭제하면 함께 삭제됩니다.",
    )


def _forget_chunks(connection: sqlite3.Connection, there: set[str]) -> None:
    """Chunks of documents that are no longer there, words and vectors."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'chunks'").fetchone():
        from interview.evidence.index import ChunkIndex

        ChunkIndex(connection).keep_documents(there)
