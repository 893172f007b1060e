"""Deleted means gone: no byte of it in any file. And only what was meant is deleted."""

from __future__ import annotations

import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from interview.evidence.index import ChunkIndex
from interview.shapes import Chunk, Matrix
from interview.storage import database, erase
from interview.storage.database import StoreError, connect
from interview.storage.rows import ScoreRow
from interview.store import Store
from models.embedding_ports import TextEmbedding
from tests.interview.stored import Clock, files, hold, noise, plan, turn

KOREAN = "쀍뗋쬻뜍"
ENGLISH = "zqxjkvwyq"
OTHER = "남아야할말씀"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "moui", now=Clock())
    yield made
    made.close()


def marked(store: Store) -> str:
    """An interview with the markers in every place that takes text."""
    both = f"{KOREAN} {ENGLISH}"
    held = hold(store, both)
    store.save_scores(held.session_id, [ScoreRow("content", "fit", 3.0, "q1", 1.0, "scored", 1, both, both)])
    store.save_report(held.session_id, f'{{"quote": "{both}"}}')
    store.commit_turn(held.session_id, turn(1, f"고친 {both}"), both)
    store.update_plan(held.plan_id, plan(both, seed=9))
    store.name_candidate(OTHER)
    return held.session_id


def traces(folder: Path) -> set[str]:
    """Files in which a marker or a piece of one is found, also where an index keeps words in pieces or small."""
    pieces = [KOREAN[at : at + 2].encode() for at in range(len(KOREAN) - 1)]
    pieces += [ENGLISH[at : at + 5].encode() for at in range(len(ENGLISH) - 4)]
    pieces += [piece.decode().encode("unicode-escape") for piece in pieces[:3]]
    found = set()
    for path in files(folder):
        data = path.read_bytes()
        if any(piece in data for piece in pieces):
            found.add(path.name)
    return found


def indexed(store: Store, document_id: str, number: int, text: str, vector: float) -> None:
    """Words and vectors as retrieval keeps them."""
    connection = connect(store.path)
    with connection:
        connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS w USING fts5(document_id UNINDEXED, words)")
        connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS v USING vec0(embedding float[4], chunk_size=8)")
        connection.execute("INSERT INTO w(rowid, document_id, words) VALUES (?, ?, ?)", (number, document_id, text))
        values = struct.pack("4f", *[vector] * 4)
        connection.execute("INSERT INTO v(rowid, embedding) VALUES (?, ?)", (number, values))
    connection.close()


def test_the_markers_are_found_while_it_is_there(store: Store) -> None:
    marked(store)
    assert "moui.db-wal" in traces(store.folder)
    connection = connect(store.path)
    database.scrub(connection)
    connection.close()
    assert traces(store.folder) == {"moui.db"}


def test_of_a_deleted_session_no_byte_is_left(store: Store) -> None:
    kept = hold(store, OTHER)
    session_id = marked(store)
    folder = store.recordings.path(session_id, 0).parent
    assert len(files(folder)) == 4
    store.delete_session(session_id)
    assert traces(store.folder) == set()
    assert not folder.exists()
    assert [head.id for head in store.sessions()] == [kept.session_id]
    assert store.documents() == list(kept.documents)
    assert store.pcm(kept.session_id, 3) is not None
    assert any(OTHER.encode() in path.read_bytes() for path in files(store.folder))
    assert not (store.folder / erase.PENDING).exists()
    with pytest.raises(StoreError):
        store.commit_turn(session_id, turn(5), "")
    with pytest.raises(StoreError):
        store.save_audio(session_id, 0, noise(100))
    assert not folder.exists()


def test_of_everything_no_byte_is_left(store: Store) -> None:
    marked(store)
    store.name_candidate(f"{KOREAN} {ENGLISH}")
    store.add_document("company", ENGLISH, KOREAN, "ko")
    store.delete_everything()
    assert traces(store.folder) == set()
    assert (store.sessions(), store.documents(), store.plans()) == ([], [], [])
    assert store.candidate_name() is None
    assert {path.name for path in files(store.folder)} <= {"moui.db", "moui.db-wal", "moui.db-shm"}
    hold(store)  # and it can be used on


def test_a_document_and_a_plan_go_too(store: Store) -> None:
    document = store.add_document("resume", ENGLISH, f"{KOREAN} " * 3_000, "ko")
    other = store.add_document("posting", "p", "공고", "ko")
    used = store.save_plan(plan(KOREAN), [document.id, other.id], Matrix())
    free = store.save_plan(plan(ENGLISH), [other.id], Matrix())
    store.delete_plan(free)
    assert [found.id for found in store.plans()] == [used]
    store.delete_document(document.id)
    assert store.plans() == []
    assert store.documents() == [other]
    assert traces(store.folder) == set()


def test_what_another_interview_needs_stays(store: Store) -> None:
    first = hold(store)
    second = store.start_session(first.plan_id)
    third = store.start_session(store.save_plan(plan(), [first.documents[0].id], Matrix()))
    with pytest.raises(StoreError, match="delete the interview"):
        store.delete_plan(first.plan_id)
    store.delete_session(first.session_id)
    assert store.record(second).documents == first.documents
    store.delete_session(second)
    assert store.documents() == [first.documents[0]]
    store.delete_session(third)
    assert store.documents() == []


def test_words_and_vectors_of_deleted_rows_are_rubbed_out(store: Store) -> None:
    for number in range(1, 41):
        word = f"{KOREAN}{number} {ENGLISH}{number}" if number % 3 == 0 else f"{OTHER}{number}"
        indexed(store, f"d{number}", number, word, 7.123456 if number % 3 == 0 else float(number))
    connection = connect(store.path)
    with connection:
        connection.execute("DELETE FROM w WHERE rowid % 3 = 0")
        connection.execute("DELETE FROM v WHERE rowid % 3 = 0 OR rowid < 17")
    assert "moui.db-wal" in traces(store.folder)
    assert database.scrub(connection)
    assert traces(store.folder) == set()
    vector = struct.pack("f", 7.123456)
    assert not any(vector in path.read_bytes() for path in files(store.folder))
    nearest = "SELECT rowid FROM v WHERE embedding MATCH ? ORDER BY distance LIMIT 2"
    assert connection.execute(nearest, (struct.pack("4f", *[20.1] * 4),)).fetchall() == [(20,), (19,)]
    assert connection.execute("SELECT rowid FROM w WHERE w MATCH ?", (f"{OTHER}20",)).fetchall() == [(20,)]
    connection.close()


def test_the_index_forgets_the_documents(store: Store) -> None:
    kept = hold(store, OTHER)
    session_id = marked(store)
    connection = connect(store.path)
    index = ChunkIndex(connection)
    for document in store.documents():
        ours = document in kept.documents
        vector = np.full(8, 1.0 if ours else 7.123456, np.float32)
        embedding = TextEmbedding(vector, {7: 0.5}, np.stack([vector, vector]))
        chunk = Chunk(f"{document.id}-1", document.id, document.kind, document.name, document.text)
        index.add([chunk], [embedding], model="test")
    assert len(index.chunks()) == 4
    connection.close()
    store.delete_session(session_id)
    vectors = [np.full(2, 7.123456, kind).tobytes() for kind in (np.float32, np.float16)]
    assert traces(store.folder) == set()
    assert not [path for path in files(store.folder) if any(vector in path.read_bytes() for vector in vectors)]
    connection = connect(store.path)
    assert {chunk.document_id for chunk in ChunkIndex(connection).chunks()} == {found.id for found in kept.documents}
    assert len(ChunkIndex(connection).semantic(TextEmbedding(np.ones(8, np.float32)), 5)) == 2
    store.delete_everything()
    assert ChunkIndex(connection).chunks() == []
    connection.close()


@pytest.mark.parametrize("cut", ["scrub", "files"])
def test_a_deletion_that_was_cut_short_is_finished_at_the_next_start(
    store: Store, cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = marked(store)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if cut == "scrub":
            patched.setattr(database, "scrub", dies)
        else:
            patched.setattr(store.recordings, "delete", dies)
        with pytest.raises(KeyboardInterrupt):
            store.delete_session(session_id)
    assert traces(store.folder)
    store.close()
    Store(store.folder).close()
    assert traces(store.folder) == set()
    assert not list(store.recordings.folder.iterdir())


def test_a_reader_is_waited_for(store: Store) -> None:
    """A thread that reads an older state keeps it in the write-ahead log until it is done."""
    session_id = marked(store)
    reading, done = threading.Event(), threading.Event()

    def read() -> None:
        with store.read() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM turns").fetchall()
            reading.set()
            done.wait(10)

    reader = threading.Thread(target=read)
    reader.start()
    reading.wait(10)
    threading.Timer(0.2, done.set).start()
    store.delete_session(session_id)
    assert done.is_set()
    assert traces(store.folder) == set()
    reader.join()


def test_a_reader_that_stays_is_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 20)
    monkeypatch.setattr(erase, "READERS_S", 0.1)
    session_id = marked(store)
    other = connect(store.path)
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM turns").fetchall()
    with pytest.raises(StoreError, match="traces stay"):
        store.delete_session(session_id)
    other.rollback()
    other.close()
    store.close()
    Store(store.folder).close()
    assert traces(store.folder) == set()


def test_half_written_audio_is_swept_away(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    held = hold(store)
    part = store.recordings.path(held.session_id, 2).with_suffix(".5.part")
    part.write_bytes(b"half")
    Store(store.folder).close()
    assert part.exists()  # perhaps another program is writing it
    now = time.time() + 7_200
    monkeypatch.setattr(time, "time", lambda: now)
    Store(store.folder).close()
    assert not part.exists()
    assert len(files(part.parent)) == 4
