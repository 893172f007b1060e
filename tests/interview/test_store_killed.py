"""kill -9 in the middle of an interview, twenty times: the database opens and everything acknowledged is there."""

from __future__ import annotations

import random
import time
from multiprocessing.connection import Connection
from pathlib import Path

from interview.shapes import Matrix
from interview.storage.database import connect
from interview.store import Store
from tests.interview.stored import files, noise, plan, turn
from tests.processes import context

KILLS = 20
LONGEST_S = 0.08


def interview(folder: Path, acknowledge: Connection) -> None:
    """Goes on with the unfinished interview, turn after turn, until it is killed. Says the number once committed."""
    store = Store(folder)
    [head] = store.unfinished()
    number = int(store.state(head.id)) + 1
    while True:
        store.commit_turn(head.id, turn(number, f"대답 {number} " * 200), str(number))
        acknowledge.send(number)
        if number % 4 == 0:
            store.save_audio(head.id, number, noise(3_200))
        number += 1


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    store = Store(tmp_path)
    document = store.add_document("resume", "r", "경력", "ko")
    session_id = store.start_session(store.save_plan(plan(), [document.id], Matrix()))
    store.commit_turn(session_id, turn(0), "0")
    store.close()

    processes = context()
    moments = random.Random()
    acknowledged = 0
    for kill in range(KILLS):
        reader, writer = processes.Pipe(duplex=False)
        child = processes.Process(target=interview, args=(tmp_path, writer), daemon=True)
        child.start()
        writer.close()
        if kill % 4:  # every fourth dies wherever it is: also while it opens the store
            reader.poll(30)
        time.sleep(moments.uniform(0, LONGEST_S))
        child.kill()
        child.join()
        acknowledged = max([acknowledged, *drain(reader)])
        check(tmp_path, session_id, acknowledged)
    assert acknowledged > KILLS


def drain(reader: Connection) -> list[int]:
    numbers: list[int] = []
    try:
        while True:
            numbers.append(reader.recv())
    except EOFError:
        return numbers
    finally:
        reader.close()


def check(folder: Path, session_id: str, acknowledged: int) -> None:
    raw = connect(folder / "moui.db")
    assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    raw.close()
    store = Store(folder)
    turns = store.record(session_id).turns
    assert [said.number for said in turns] == list(range(len(turns)))
    assert len(turns) > acknowledged
    assert store.state(session_id) == str(turns[-1].number)
    assert [head.id for head in store.unfinished()] == [session_id]
    kept = [path for path in files(store.recordings.folder) if path.suffix == ".ogg"]
    for path in kept[-2:]:
        pcm = store.pcm(session_id, int(path.stem))
        assert pcm is None or len(pcm) == 3_200  # None: killed before its row was committed
    store.close()
