"""What is exported can be read elsewhere, says whose licence applies, and has harmless names."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from interview.codec import from_plain
from interview.shapes import InterviewRecord, Step
from interview.storage.database import NotInStore, StoreError
from interview.storage.exports import NO_MODEL, chat, export_all, export_session
from interview.storage.markdown import plain
from interview.storage.recordings import decode
from interview.storage.rows import ScoreRow
from interview.store import Store
from tests.interview.stored import QWEN, Clock, files, hold, plan, turn

SAFE = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*\.(md|json|jsonl|ogg)")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "moui", now=Clock())
    yield made
    made.close()


def opened(data: bytes | None) -> zipfile.ZipFile:
    assert data is not None
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


def rows(archive: zipfile.ZipFile) -> list[dict[str, object]]:
    return [json.loads(line) for line in archive.read("finetuning.jsonl").decode().splitlines()]


def test_a_session_comes_out_whole(store: Store) -> None:
    held = hold(store)
    store.save_report(held.session_id, '{"report": "그렇습니다"}')
    store.save_scores(
        held.session_id, [ScoreRow("total", "content", 61.0, "q1"), ScoreRow("total", "rules", 9.0, "q1")]
    )
    archive = opened(export_session(store, held.session_id))
    [folder] = {name.split("/")[0] for name in archive.namelist() if "/" in name}
    assert folder == f"2026-11-22-mixed-ko-{held.session_id[:8]}"
    assert {name.removeprefix(f"{folder}/") for name in archive.namelist()} == {
        "finetuning.jsonl",
        "transcript.md",
        "session.json",
        "report.json",
        "resume-1.md",
        "posting-2.md",
        "audio/0000-interviewer.ogg",
        "audio/0001-candidate.ogg",
        "audio/0002-interviewer.ogg",
        "audio/0003-candidate.ogg",
    }
    session = json.loads(archive.read(f"{folder}/session.json"))
    assert from_plain(InterviewRecord, session["record"]) == store.record(held.session_id)
    assert session["scores"][0]["value"] == 61.0
    pcm, kept = decode(archive.read(f"{folder}/audio/0003-candidate.ogg")), store.pcm(held.session_id, 3)
    assert kept is not None
    assert np.array_equal(pcm, kept)
    assert "그렇습니다" in archive.read(f"{folder}/report.json").decode()
    text = archive.read(f"{folder}/transcript.md").decode()
    assert all(part in text for part in ("면접관", "지원자", "3번째 말입니다", "Apache-2.0", "MIT", "0:03"))


def test_rows_are_chats_with_their_licence(store: Store) -> None:
    held = hold(store)
    store.save_scores(
        held.session_id, [ScoreRow("total", "content", 61.0, "q1"), ScoreRow("total", "rules", 9.0, "q1")]
    )
    first, second = rows(opened(export_session(store, held.session_id)))
    assert first["messages"] == [
        {"role": "system", "content": first["messages"][0]["content"]},  # type: ignore[index]
        {"role": "assistant", "content": "0번째 말입니다"},
        {"role": "user", "content": "1번째 말입니다"},
    ]
    assert (first["model"], first["licence"], first["total"]) == (QWEN.id, "Apache-2.0", 61.0)
    assert (first["question"], first["competency"], first["turns"]) == ("q1", "문제 해결", [0, 1])
    assert (second["source"], second["total"]) == ("model", None)
    assert {use["licence"] for use in second["models"]} == {"Apache-2.0", "MIT"}  # type: ignore[attr-defined]


def test_without_a_language_model_the_bank_is_named(store: Store) -> None:
    plan_id = store.save_plan(plan(), [], store.plan(hold(store).plan_id).matrix)
    session_id = store.start_session(plan_id)
    store.commit_turn(session_id, turn(0), "")
    store.commit_turn(session_id, turn(1), "")
    store.commit_turn(session_id, turn(2), "")  # asked, never answered: nothing to learn from
    [row] = rows(opened(export_session(store, session_id)))
    assert (row["model"], row["licence"]) == (NO_MODEL.id, NO_MODEL.licence)


def test_roles_alternate_and_silence_is_left_out() -> None:
    said = [
        turn(0, "네.", step=Step.ASIDE),
        turn(2, "캐시는", written="캐시는 왜 쓰셨습니까?"),
        turn(1, "  "),
        turn(3, "느려서요"),
    ]
    assert chat(said) == [
        {"role": "assistant", "content": "네.\n캐시는 왜 쓰셨습니까?"},
        {"role": "user", "content": "느려서요"},
    ]


def test_everything_goes_to_a_file(store: Store, tmp_path: Path) -> None:
    first, second = hold(store), hold(store, audio=False)
    store.add_document("company", "../../evil\\name.md", "회사", "ko")
    target = tmp_path / "out" / "내 면접.zip"
    assert export_all(store, target) is None
    archive = opened(target.read_bytes())
    assert all(SAFE.fullmatch(name) for name in archive.namelist())
    assert len({name for name in archive.namelist() if name.endswith("transcript.md")}) == 2
    assert len([name for name in archive.namelist() if name.startswith("documents/")]) == 5
    assert {row["session"] for row in rows(archive)} == {first.session_id, second.session_id}
    assert files(target.parent) == [target]


def test_nothing_is_a_zip_too(store: Store) -> None:
    assert rows(opened(export_all(store))) == []
    with pytest.raises(NotInStore):
        export_session(store, "none")


def test_a_place_that_cannot_be_written(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="A file is where"):
        export_all(store, tmp_path / "file" / "out.zip")


def test_what_was_not_heard_is_marked(store: Store) -> None:
    held = hold(store, audio=False)
    store.commit_turn(held.session_id, turn(2, "캐시는", written="캐시는 왜 쓰셨습니까?", interrupted=True), "")
    archive = opened(export_session(store, held.session_id))
    [name] = [name for name in archive.namelist() if name.endswith("transcript.md")]
    assert "*(들리지 않은 부분: 왜 쓰셨습니까?)*" in archive.read(name).decode()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("# 제목이 아닙니다", "\\# 제목이 아닙니다"),
        ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
        ("![x](http://a)", "!\\[x\\](http://a)"),
        ("- 목록", "\\- 목록"),
        ("2. 목록", "2\\. 목록"),
        ("40% 줄였습니다 - 네", "40% 줄였습니다 - 네"),
    ],
)
def test_what_is_said_is_no_markup(said: str, shown: str) -> None:
    assert plain(said) == shown
