"""SQLite as moui uses it, and everything about the store that only SQLite has. The rest is SQLAlchemy Core.

`synchronous=NORMAL`: with a write-ahead log a commit is in the kernel's hands when it returns, so the death of this
process (`kill -9` too) loses nothing; only a power cut can lose the last moments, and never the file. FULL would wait
for the disk at every turn (10-100 ms on a hard disk) in the event loop that carries the voice: it is not worth that.
"""

from __future__ import annotations

import errno
import functools
import importlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

BUSY_TIMEOUT_MS = 5_000


class StoreError(Exception):
    """The store could not do what was asked. The message is one sentence a user can read."""


@functools.cache
def driver() -> ModuleType:
    """A sqlite3 module whose connections can load extensions. Its exceptions are its own."""
    if hasattr(sqlite3.Connection, "enable_load_extension"):
        return sqlite3
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError as error:
        raise StoreError(
            "This Python's sqlite3 cannot load extensions and pysqlite3 is missing: install the package pysqlite3."
        ) from error


def connect(path: Path | str) -> sqlite3.Connection:
    """A connection to a file (its folder is made), or to ":memory:". It may be used from any one thread at a time.

    Transactions are the driver's usual ones: `with connection:` commits or rolls back. Raises StoreError.
    """
    with explained(path):
        if str(path) != ":memory:":
            _make_private(Path(path))
        connection = cast(
            sqlite3.Connection,
            driver().connect(str(path), timeout=BUSY_TIMEOUT_MS / 1000, check_same_thread=False),
        )
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def _make_private(path: Path) -> None:
    """The folder and file are the user's alone: a résumé is nobody else's business on a shared machine."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _prepare(connection: sqlite3.Connection) -> None:
    import sqlite_vec

    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten with zeros
        "temp_store=MEMORY",  # VACUUM copies every word: not into a temporary folder
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    connection.enable_load_extension(True)
    try:
        sqlite_vec.load(connection)
    finally:
        connection.enable_load_extension(False)


def engine(path: Path | str) -> sqlalchemy.Engine:
    """An Engine over such connections. `writing(engine)` gives transactions that may write."""
    in_memory = str(path) == ":memory:"
    made = sqlalchemy.create_engine(
        "sqlite://",
        module=driver(),
        creator=lambda: connect(path),
        poolclass=sqlalchemy.StaticPool if in_memory else sqlalchemy.QueuePool,
    )
    event.listen(made, "connect", _begin_is_ours)
    event.listen(made, "begin", _begin)
    return made


def _begin_is_ours(connection: Any, _record: object) -> None:
    """The driver must not begin transactions by its own rules (it leaves DDL out of them)."""
    connection.isolation_level = None


def _begin(connection: sqlalchemy.Connection) -> None:
    """A transaction that is going to write takes the write lock first: a read lock cannot always be upgraded."""
    writes = connection.get_execution_options().get("moui_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def writing(reader: sqlalchemy.Engine) -> sqlalchemy.Engine:
    """The same engine (and pool) whose transactions write. Elsewhere than on SQLite the option means nothing."""
    return reader.execution_options(moui_writes=True)


def schema_version(connection: sqlalchemy.Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def set_schema_version(connection: sqlalchemy.Connection, version: int) -> None:
    connection.exec_driver_sql(f"PRAGMA user_version={int(version)}")


def checkpoint(connection: sqlite3.Connection) -> bool:
    """Moves the write-ahead log into the database and empties it. False where another connection is still reading."""
    busy, _log, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


@contextmanager
def explained(path: Path | str) -> Iterator[None]:
    """Turns the errors of driver, SQLAlchemy and file system into one sentence each."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(sentence(error.orig or error, path)) from error
    except (OSError, driver().Error) as error:
        raise StoreError(sentence(error, path)) from error


def sentence(error: BaseException, path: Path | str) -> str:
    """What a person can do about it."""
    text = str(error).lower()
    number = error.errno if isinstance(error, OSError) else None
    where = f"({path})"
    if number in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)) or "disk is full" in text:
        return f"The disk is full, so moui could not save {where}: free some space and try again."
    if number in (errno.EACCES, errno.EPERM, errno.EROFS) or "readonly" in text or "unable to open" in text:
        return f"moui may not write there {where}: allow it, or choose another folder with MOUI_DATA_DIR."
    if number in (errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
        return f"A file is where moui needs a folder, or the other way round {where}: move it out of the way."
    if "not a database" in text or "malformed" in text:
        return f"The file is damaged or is not a moui database {where}: move it away and start moui again."
    if "locked" in text or "busy" in text:
        return f"Another program is holding moui's database {where}: close it and try again."
    return f"moui could not use its database {where}: {error}."
