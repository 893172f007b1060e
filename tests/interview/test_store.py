"""The store gives back what it was given, goes on after a restart, and keeps what each interview was held on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from interview.judging.scores import ContentScores, CriterionScore, ExchangeScores, Indication, Measures
from interview.shapes import HeardWord, Kind, Matrix, ModelUse
from interview.storage.database import NotInStore, StoreError
from interview.storage.rows import ScoreRow, content_rows
from interview.store import Store
from tests.interview.stored import QWEN, WHISPER, Clock, files, hold, matrix, noise, plan, turn


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "moui", now=Clock())
    yield made
    made.close()


def test_a_record_comes_back_as_it_was(store: Store) -> None:
    held = hold(store)
    said = turn(1, "그 부분은요", words=(HeardWord("그", 17_000, 17_400, 0.93), HeardWord("부분은요", 17_400, 18_001)))
    said = replace(said, interrupted=True, intent="answer", aim="result", start_sample=2**40, end_sample=2**40 + 1)
    store.commit_turn(held.session_id, said, "{}")
    record = store.record(held.session_id)
    assert record.turns[1] == said
    assert [found.number for found in record.turns] == [0, 1, 2, 3]
    assert (record.plan, record.matrix, record.documents) == (plan(), matrix(), held.documents)
    assert record.models == (QWEN, WHISPER)
    assert record.started_at.endswith("+00:00")
    assert not record.finished


def test_the_same_number_again_replaces_the_turn(store: Store) -> None:
    held = hold(store)
    store.commit_turn(held.session_id, turn(2, "다음 질문"), '"first"')
    store.commit_turn(held.session_id, turn(2, "다음", written="다음 질문", interrupted=True), '"cut"')
    heard = store.record(held.session_id).turns
    assert (heard[2].text, heard[2].written, len(heard)) == ("다음", "다음 질문", 4)
    assert store.state(held.session_id) == '"cut"'


def test_turn_and_state_are_one(store: Store) -> None:
    held = hold(store)
    with pytest.raises(StoreError):
        store.commit_turn(held.session_id, turn(9, text=None, written=None), "later")  # type: ignore[arg-type]
    assert store.state(held.session_id).startswith('{"at": 3')
    assert len(store.record(held.session_id).turns) == 4


def test_a_restart_offers_what_was_cut_off(tmp_path: Path) -> None:
    first = Store(tmp_path, now=Clock())
    cut, done, silent = hold(first), hold(first), hold(first, turns=0)
    first.finish_session(done.session_id, "finished")
    # the first is never closed: that is what a crash does
    again = Store(tmp_path)
    assert [found.id for found in again.unfinished()] == [cut.session_id]
    assert again.state(cut.session_id).startswith('{"at": 3')
    again.commit_turn(cut.session_id, turn(4), "on")
    again.finish_session(cut.session_id, "ended_early")
    assert again.unfinished() == []
    assert again.record(cut.session_id).finished
    again.finish_session(silent.session_id, "abandoned")
    assert not again.record(silent.session_id).finished
    again.reopen_session(cut.session_id)
    assert again.session(cut.session_id).ended_at is None
    first.close()
    again.close()


def test_the_list_of_interviews(store: Store) -> None:
    older, newer = hold(store), hold(store, audio=False)
    store.finish_session(older.session_id, "finished")
    store.save_report(older.session_id, '{"a": 1}')
    store.save_report(older.session_id, '{"a": 2}')
    heads = store.sessions()
    assert [head.id for head in heads] == [newer.session_id, older.session_id]
    last = heads[1]
    assert (last.status, last.kind, last.language, last.minutes) == ("finished", Kind.MIXED, "ko", 20)
    assert (last.position, last.questions, last.turns) == ("백엔드 개발자", 2, 4)
    assert last.seconds == pytest.approx(4, abs=0.01)
    assert (last.has_audio, last.has_report, last.ended_at is not None) == (True, True, True)
    assert (heads[0].has_audio, heads[0].has_report, heads[0].ended_at) == (False, False, None)
    assert store.report(older.session_id) == '{"a": 2}'
    assert store.report(newer.session_id) is None


def test_scores_and_trends(store: Store) -> None:
    first, second, third = hold(store), hold(store), hold(store)
    measures = Measures(10, indications=(Indication("relevance", 40.0), Indication("fit", None)), total=55.0)
    scored = CriterionScore("relevance", "scored", 3.0, 1.0, "그 부분", 1, "because", (3, 3, 4))
    dropped = CriterionScore("fit", "insufficient")
    content = ContentScores("ko", True, "", (ExchangeScores("q1", (scored, dropped), measures, 50.0),), total=50.0)
    rows = (*content_rows(content), ScoreRow("delivery", "rate", 251.5))
    store.save_scores(first.session_id, [ScoreRow("total", "content", 1.0)])
    store.save_scores(first.session_id, rows)
    assert tuple(store.scores(first.session_id)) == rows
    store.save_scores(second.session_id, [ScoreRow("total", "content", None, status="no_model")])
    store.save_scores(third.session_id, [ScoreRow("total", "content", 70.0)])
    trend = store.progress()
    assert [found.session_id for found in trend] == [first.session_id, third.session_id]
    assert trend[0].totals == {
        "total.content": 50.0,
        "delivery.rate": 251.5,
        "content.relevance": 3.0,
        "rules.relevance": 40.0,
    }
    assert [found.session_id for found in store.progress(before=third.session_id)] == [first.session_id]
    assert [head.total for head in store.sessions()] == [70.0, None, 50.0]


def test_audio_is_as_long_as_it_was_and_where_it_was(store: Store) -> None:
    held = hold(store, turns=1)
    for samples in (1, 159, 48_123, 400_001):
        pcm = noise(samples)
        assert store.save_audio(held.session_id, 0, pcm)
        back = store.pcm(held.session_id, 0)
        assert back is not None
        assert back.dtype == np.float32
        assert len(back) == samples
    assert back is not None
    part = pcm[150_000:200_000]
    shifts = range(-40, 41)
    likeness = [float(np.dot(part, back[150_000 + shift : 200_000 + shift])) for shift in shifts]
    assert shifts[int(np.argmax(likeness))] == 0
    opus = store.audio(held.session_id, 0)
    assert opus is not None
    assert opus.startswith(b"OggS")
    assert b"OpusHead" in opus
    assert len(opus) < samples * 2 / 6
    wav = store.audio(held.session_id, 0, wav=True)
    assert wav is not None
    assert (wav[:4], len(wav)) == (b"RIFF", 44 + 2 * samples)


def test_no_audio_where_the_candidate_said_no(store: Store) -> None:
    held = hold(store, audio=False)
    assert not store.save_audio(held.session_id, 1, noise(16_000))
    assert store.audio(held.session_id, 1) is None
    assert store.pcm(held.session_id, 1) is None
    assert not [path for path in files(store.folder) if path.suffix == ".ogg"]


def test_an_interview_keeps_the_documents_and_plan_it_was_held_on(store: Store) -> None:
    resume = store.add_document("resume", "r.md", "before", "en")
    assert store.edit_document(resume.id, "corrected").id == resume.id
    plan_id = store.save_plan(plan(), [resume.id, resume.id], Matrix())
    session_id = store.start_session(plan_id)
    edited = store.edit_document(resume.id, "after")
    store.update_plan(plan_id, plan(seed=5))
    record = store.record(session_id)
    assert edited.id != resume.id
    assert [document.text for document in record.documents] == ["corrected"]
    assert (record.plan.request.seed, store.plan(plan_id).plan.request.seed) == (0, 5)
    assert store.plan(plan_id).document_ids == (resume.id,)
    with pytest.raises(StoreError, match="delete the interview"):
        store.delete_document(resume.id)


def test_models_that_join_later_are_kept_once(store: Store) -> None:
    held = hold(store)
    judge = ModelUse("judge", "qwen3-8b", "Qwen3 8B", "Apache-2.0")
    store.add_models(held.session_id, (QWEN, judge, judge))
    assert set(store.record(held.session_id).models) == {QWEN, WHISPER, judge}


def test_the_candidate_has_a_name_when_one_was_given(store: Store) -> None:
    assert store.candidate_name() is None
    store.name_candidate("홍길동")
    assert store.candidate_name() == "홍길동"


@pytest.mark.parametrize("session_id", ["no-such", "../../etc", "", "a" * 5000])
def test_what_is_not_there_says_so(store: Store, session_id: str) -> None:
    for ask in (store.record, store.state, store.session, store.delete_session, store.plan, store.document):
        with pytest.raises(NotInStore, match="not there"):
            ask(session_id)
    with pytest.raises(NotInStore) as error:
        store.commit_turn(session_id, turn(0), "")
    assert "삭제" in error.value.korean
    with pytest.raises(NotInStore):
        store.save_audio(session_id, 0, noise(100))
    with pytest.raises(NotInStore):
        store.start_session(session_id)
    assert store.audio(session_id, 0) is None


def test_a_plan_needs_its_documents(store: Store) -> None:
    with pytest.raises(StoreError, match="choose the documents again"):
        store.save_plan(plan(), ["gone"], Matrix())


def test_many_threads_at_once(store: Store) -> None:
    """Turns from one thread while others save audio, reports and read."""
    held = hold(store)
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            for again in range(4):
                store.save_audio(held.session_id, number, noise(1_600, again))
                store.save_report(held.session_id, f'{{"of": {number}}}')
                store.sessions()
        except (StoreError, AssertionError) as error:
            failures.append(error)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for worker in workers:
        worker.start()
    for number in range(4, 64):
        store.commit_turn(held.session_id, turn(number), str(number))
    for worker in workers:
        worker.join()
    assert failures == []
    assert len(store.record(held.session_id).turns) == 64
    assert not [path for path in files(store.folder) if path.suffix == ".part"]
