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
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

BUSY_TIMEOUT_MS = 5_000
POOL: dict[str, Any] = {"poolclass": sqlalchemy.QueuePool, "pool_size": 5, "max_overflow": 60}
"""As many as the server has worker threads, and some: nobody waits for a connection."""


class StoreError(Exception):
    """The store could not do what was asked. The message is one sentence a user can read, `korean` the same."""

    def __init__(self, message: str, korean: str = "") -> None:
        super().__init__(message)
        self.korean = korean or message


class NotInStore(StoreError):
    """What was asked for is not there, or not any more."""


@functools.cache
def driver() -> ModuleType:
    """A sqlite3 module whose connections can load extensions. Its exceptions are its own."""
    if hasattr(sqlite3.Connection, "enable_load_extension"):
        return sqlite3
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError as error:
        raise StoreError(
            "This Python's sqlite3 cannot load extensions and pysqlite3 is missing: install the package pysqlite3.",
            "이 Python의 sqlite3는 확장을 불러오지 못하고 pysqlite3도 없습니다. pysqlite3 패키지를 설치해 주세요.",
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
        **({"poolclass": sqlalchemy.StaticPool} if in_memory else POOL),
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


def checkpoint(connection: sqlite3.Connection) -> None:
    """Moves what the write-ahead log holds into the database, and waits for the disk. Holds nobody up: for a worker
    thread, so that commits in the event loop seldom have to (they do at 1000 pages, SQLite's own rule)."""
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def scrub(connection: sqlite3.Connection) -> bool:
    """Rewrites the file without what was deleted, and empties the write-ahead log. False where another connection is
    still reading an older state, which the log must keep for it.

    `secure_delete` overwrites rows, but not the words in a full-text index: deleting there *adds* a mark with the
    word. Merging the index ("optimize") drops both.
    """
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%USING fts5%'")
    for (table,) in found.fetchall():
        quoted = '"' + table.replace('"', '""') + '"'
        connection.execute(f"INSERT INTO {quoted}({quoted}) VALUES ('optimize')")
    connection.commit()
    connection.execute("VACUUM")
    busy, _log, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


@contextmanager
def explained(path: Path | str) -> Iterator[None]:
    """Turns the errors of driver, SQLAlchemy and file system into a StoreError with one sentence."""
    try:
        yield
    except DBAPIError as error:
        raise in_words(error.orig or error, path) from error
    except (OSError, SQLAlchemyError, driver().Error) as error:
        raise in_words(error, path) from error


FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)
IN_THE_WAY = (errno.ENOTDIR, errno.EEXIST, errno.EISDIR)


def in_words(error: BaseException, path: Path | str) -> StoreError:
    """What a person can do about it. Drivers differ in the codes they carry, SQLite's messages are the same."""
    text = str(error).lower()
    number = error.errno if isinstance(error, OSError) else None
    if number in FULL or "disk is full" in text:
        return StoreError(
            f"The disk is full, so moui could not save ({path}): free some space and try again.",
            f"디스크가 가득 차서 저장하지 못했습니다({path}). 공간을 확보한 뒤 다시 시도해 주세요.",
        )
    if number in FORBIDDEN or "readonly" in text or "unable to open" in text:
        return StoreError(
            f"moui may not write there ({path}): allow it, or choose another folder with MOUI_DATA_DIR.",
            f"이 위치에 쓸 권한이 없습니다({path}). 권한을 주거나 MOUI_DATA_DIR로 다른 폴더를 지정해 주세요.",
        )
    if number in IN_THE_WAY:
        return StoreError(
            f"A file is where moui needs a folder, or the other way round ({path}): move it out of the way.",
            f"폴더가 있어야 할 자리에 파일이 있거나 그 반대입니다({path}). 다른 곳으로 옮겨 주세요.",
        )
    if "not a database" in text or "malformed" in text:
        return StoreError(
            f"The file is damaged or is not moui's ({path}): move it away and start moui again.",
            f"파일이 손상되었거나 moui의 데이터가 아닙니다({path}). 다른 곳으로 옮기고 moui를 다시 시작해 주세요.",
        )
    if "locked" in text or "busy" in text:
        return StoreError(
            f"Another program is holding moui's data ({path}): close it and try again.",
            f"다른 프로그램이 moui의 데이터를 사용 중입니다({path}). 그 프로그램을 닫고 다시 시도해 주세요.",
        )
    return StoreError(
        f"moui could not use its data ({path}): {error}.",
        f"moui의 데이터를 사용하지 못했습니다({path}): {error}",
    )
