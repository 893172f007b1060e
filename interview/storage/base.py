"""The store's home: the folder, the database in it, and how to read and write there from any thread."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, RowMapping, Select

from interview.storage import database
from interview.storage.database import NotInStore, explained
from interview.storage.recordings import Recordings
from interview.storage.schema import migrate

DATABASE = "moui.db"


def utc_now() -> str:
    return datetime.now(UTC).isoformat()


def new_id() -> str:
    """128 random bits in characters that are safe in URLs and in file names, upper and lower case alike."""
    return secrets.token_hex(16)


class StoreBase:
    """Writers of this process wait for each other here, at once and in order, not in SQLite's polling."""

    def __init__(self, folder: Path, now: Callable[[], str] = utc_now) -> None:
        """Makes the folder and the database where they are missing, and brings an older one up to date.

        Raises StoreError: not writable, disk full, damaged, held by another program, written by a newer moui.
        """
        self.folder = Path(folder)
        self.path = self.folder / DATABASE
        self.recordings = Recordings(self.folder / "audio")
        self.now = now
        self._lock = threading.RLock()
        with explained(self.path):
            self._reader = database.engine(self.path)
            self._writer = database.writing(self._reader)
        try:
            with self.write() as connection:
                migrate(connection, now())
            with explained(self.recordings.folder):
                self.recordings.sweep()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Closes the connections that are not in use; the last one out folds the write-ahead log away."""
        self._reader.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with explained(self.path), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction: all of it or nothing."""
        with self.alone(), explained(self.path), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def alone(self) -> Iterator[None]:
        """No other thread of this process writes meanwhile."""
        with self._lock:
            yield

    def checkpoint(self) -> None:
        """Waits until the disk has what was committed. For worker threads."""
        with explained(self.path):
            raw = self._reader.raw_connection()
            try:
                database.checkpoint(raw.dbapi_connection)  # type: ignore[arg-type]
            finally:
                raw.close()

    def rows(self, query: Select[Any]) -> list[RowMapping]:
        with self.read() as connection:
            return list(connection.execute(query).mappings())

    def row(self, query: Select[Any], what: str, korean: str) -> RowMapping:
        """The first row. Raises NotInStore."""
        with self.read() as connection:
            return found(connection, query, what, korean)


def found(connection: Connection, query: Select[Any], what: str, korean: str) -> RowMapping:
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotInStore(
            f"This {what} is not there, or not any more.", f"해당 {korean} 데이터가 없거나 이미 삭제되었습니다."
        )
    return row
