"""SQLite is set up as promised, older files are brought up to date, and errors are sentences."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect

from interview.storage import database
from interview.storage.database import StoreError, connect, driver, engine, in_words, writing
from interview.storage.migrations import MIGRATIONS
from interview.storage.schema import metadata, migrate
from interview.store import Store
from tests.interview.stored import Clock, hold, plan, turn

RELEASED = (
    "8b9834d268300b0d",
    "90f08d3fe50a764c",
)
"""Of each migration that was released. A new one is added here; none is ever changed."""

OLD_FILE = Path(__file__).with_name("moui-1.sql")
"""A database of format 1 as `.dump` writes it, with an interview in it."""


def test_a_connection_is_set_up(tmp_path: Path) -> None:
    connection = connect(tmp_path / "new" / "folder" / "moui.db")
    settings = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
    values = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in settings]
    assert values == ["wal", 1, 1, 1, 5000]
    assert connection.execute("SELECT vec_version()").fetchone()[0].startswith("v")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(word)")
    connection.close()
    memory = connect(":memory:")
    assert memory.execute("PRAGMA foreign_keys").fetchone() == (1,)
    memory.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such bits: the user's folder is the user's already")
def test_the_files_are_the_users_alone(tmp_path: Path) -> None:
    store = Store(tmp_path / "moui")
    held = hold(store)
    assert (store.folder.stat().st_mode & 0o777, store.path.stat().st_mode & 0o777) == (0o700, 0o600)
    assert store.recordings.path(held.session_id, 0).parent.stat().st_mode & 0o777 == 0o700
    store.close()


def test_the_migrations_make_what_the_code_expects(tmp_path: Path) -> None:
    migrated, made = engine(tmp_path / "migrated.db"), engine(tmp_path / "made.db")
    with writing(migrated).begin() as connection:
        migrate(connection, "now")
    metadata.create_all(made)
    here, there = inspect(migrated), inspect(made)
    assert here.get_table_names() == there.get_table_names()
    for table in metadata.tables:
        for aspect in ("get_pk_constraint", "get_indexes"):
            assert getattr(here, aspect)(table) == getattr(there, aspect)(table), table
        assert _foreign_keys(migrated, table) == _foreign_keys(made, table)
        columns = [
            [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(table)]
            for found in (here, there)
        ]
        assert _without_keys(columns[0], table) == _without_keys(columns[1], table)
    migrated.dispose()
    made.dispose()


def _foreign_keys(made: Engine, table: str) -> list[tuple[object, ...]]:
    """Table, column, referred column, and what happens when the other row goes."""
    with made.connect() as connection:
        return sorted(tuple(row[2:7]) for row in connection.exec_driver_sql(f"PRAGMA foreign_key_list({table})"))


def _without_keys(columns: list[tuple[str, str, bool]], table: str) -> list[tuple[str, str, bool]]:
    """A primary key's NOT NULL is said in one place or the other."""
    keys = {column.name for column in metadata.tables[table].primary_key}
    return [(name, kind, nullable and name not in keys) for name, kind, nullable in columns]


def test_released_migrations_are_never_edited() -> None:
    digests = [hashlib.sha256("\n".join(step).encode()).hexdigest()[:16] for step in MIGRATIONS]
    assert tuple(digests) == RELEASED


def test_an_old_file_is_brought_up_to_date(tmp_path: Path) -> None:
    old = driver().connect(str(tmp_path / "moui.db"))
    old.executescript(OLD_FILE.read_text("utf-8"))
    assert old.execute("PRAGMA user_version").fetchone() == (1,)
    old.close()
    store = Store(tmp_path)
    [head] = store.unfinished()
    record = store.record(head.id)
    assert record.plan == plan()
    assert [said.number for said in record.turns] == [0, 1, 2, 3]
    store.save_report(head.id, "{}")
    store.commit_turn(head.id, turn(4), "on")
    assert store.session(head.id).has_report
    with store.read() as connection:
        assert database.schema_version(connection) == len(MIGRATIONS)
    store.close()


def test_a_migration_is_all_or_nothing(tmp_path: Path) -> None:
    made = engine(tmp_path / "moui.db")
    with writing(made).begin() as connection:
        migrate(connection, "now", upto=1)
        connection.exec_driver_sql("CREATE TABLE reports (a INTEGER)")  # in the way of the second
    made.dispose()
    with pytest.raises(StoreError):
        Store(tmp_path)
    made = engine(tmp_path / "moui.db")
    assert "scores" not in inspect(made).get_table_names()
    with made.connect() as connection:
        assert database.schema_version(connection) == 1
    made.dispose()


def test_a_newer_file_is_left_alone(tmp_path: Path) -> None:
    Store(tmp_path).close()
    newer = connect(tmp_path / "moui.db")
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(StoreError, match="newer moui \\(format 99") as error:
        Store(tmp_path)
    assert "업데이트" in error.value.korean


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "moui.db").write_bytes(b"this is a letter, not a database. " * 100)
    with pytest.raises(StoreError, match="damaged or is not moui's"):
        Store(tmp_path)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "moui").write_text("x")
    with pytest.raises(StoreError, match="A file is where"):
        Store(tmp_path / "moui")
    (tmp_path / "other" / "moui.db").mkdir(parents=True)
    with pytest.raises(StoreError, match="A file is where"):
        Store(tmp_path / "other")


def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path, now=Clock())
    held = hold(store, audio=False)
    with store.read() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # what a full disk looks like to SQLite
    with pytest.raises(StoreError, match="disk is full") as error:
        store.commit_turn(held.session_id, turn(4, "말 " * 20_000), "lost")
    assert "디스크" in error.value.korean
    assert store.state(held.session_id).startswith('{"at": 3')
    with store.read() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    store.commit_turn(held.session_id, turn(4, "말 " * 20_000), "kept")
    assert store.state(held.session_id) == "kept"
    store.close()


def test_a_database_held_by_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    store = Store(tmp_path)
    other = connect(store.path)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="Another program is holding"):
        store.name_candidate("x")
    other.rollback()
    store.name_candidate("x")
    other.close()
    store.close()


@pytest.mark.parametrize(
    ("error", "english", "korean"),
    [
        (OSError(errno.ENOSPC, "No space left"), "disk is full", "디스크"),
        (PermissionError(errno.EACCES, "Permission denied"), "may not write", "권한"),
        (OSError(errno.EROFS, "Read-only file system"), "may not write", "권한"),
        (driver().OperationalError("attempt to write a readonly database"), "may not write", "권한"),
        (driver().OperationalError("unable to open database file"), "may not write", "권한"),
        (driver().DatabaseError("database disk image is malformed"), "damaged", "손상"),
        (driver().OperationalError("disk I/O error"), "could not use its data", "사용하지 못했습니다"),
    ],
)
def test_errors_are_sentences(error: Exception, english: str, korean: str) -> None:
    said = in_words(error, Path("/data/moui.db"))
    assert english in str(said)
    assert korean in said.korean
    assert str(Path("/data/moui.db")) in str(said)
