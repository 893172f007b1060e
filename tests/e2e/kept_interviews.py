"""Interviews that were held some days ago, with recordings and reports, for the pages that look back at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from interview import delivery
from interview.codec import to_json
from interview.judging.scores import ContentScores, CriterionScore
from interview.report import build, delivery_rows
from interview.shapes import InterviewRecord, Language, Turn
from interview.storage.rows import content_rows
from interview.store import Store
from tests.interview.report_records import english, english_content, hum, korean, korean_content

Mark = Callable[[str], str]


@dataclass
class Days:
    """The store's clock: what is kept is kept on the day that was set."""

    day: int = 1

    def __call__(self) -> str:
        return f"2026-11-{self.day:02d}T10:00:00+00:00"


@dataclass(frozen=True)
class Past:
    """One interview: how much slower it was spoken than the template, and how much worse it was judged."""

    language: Language
    day: int
    slower: float = 1.0
    worse: float = 0.0


PAST = (
    Past("ko", 2, 0.78, 1.2),
    Past("ko", 6, 0.84, 0.9),
    Past("en", 9, 0.9, 0.5),
    Past("ko", 13, 0.92, 0.4),
    Past("en", 17),
    Past("ko", 20),
)


def keep_past(folder: Path, mark: Mark = str) -> dict[Language, str]:
    """All of PAST; the newest session's id by language. `mark` is applied to every text that is shown."""
    days = Days()
    store = Store(folder, days)
    try:
        newest: dict[Language, str] = {}
        for past in PAST:
            days.day = past.day
            newest[past.language] = keep(store, past, mark)
        days.day = 21
        keep(store, Past("ko", 21), mark, stops_after=3)
        return newest
    finally:
        store.close()


def keep_silent(folder: Path) -> str:
    """An interview that was left before anything was answered; its session's id."""
    store = Store(folder, Days())
    try:
        return keep(store, Past("ko", 1), stops_after=2)
    finally:
        store.close()


def keep(store: Store, past: Past, mark: Mark = str, *, stops_after: int | None = None) -> str:
    """The session's id. One that stops after so many turns is not finished and has no report."""
    record = korean() if past.language == "ko" else english()
    content = korean_content() if past.language == "ko" else english_content()
    record = _marked(replace(record, turns=tuple(_slower(turn, past.slower) for turn in record.turns)), mark)
    documents = [store.add_document(one.kind, mark(one.name), mark(one.text), one.language) for one in record.documents]
    content = _about(content, documents[0].id)
    plan_id = store.save_plan(record.plan, [one.id for one in documents], record.matrix)
    session_id = store.start_session(plan_id, record.models)
    for turn in record.turns[:stops_after]:
        store.commit_turn(session_id, turn, "")
        if turn.words:
            store.save_audio(session_id, turn.number, hum(turn))
    if stops_after is None:
        store.finish_session(session_id, "finished")
        _report(store, session_id, _worse(content, past.worse))
    return session_id


def _report(store: Store, session_id: str, content: ContentScores) -> None:
    record = store.record(session_id)
    measured = delivery.analyse(record, lambda number: store.pcm(session_id, number))
    report = build(record, content, measured, store.progress(before=session_id))
    store.save_scores(session_id, [*content_rows(content), *delivery_rows(measured)])
    store.save_report(session_id, to_json(report))


def _about(content: ContentScores, document_id: str) -> ContentScores:
    """The figures that differ do so from this document."""
    exchanges = []
    for one in content.exchanges:
        mismatches = tuple(replace(found, document_id=document_id) for found in one.measures.mismatches)
        exchanges.append(replace(one, measures=replace(one.measures, mismatches=mismatches)))
    return replace(content, exchanges=tuple(exchanges))


def _slower(turn: Turn, factor: float) -> Turn:
    def at(sample: int) -> int:
        return round(sample * factor) if factor != 1.0 else sample

    words = tuple(
        replace(word, start_sample=at(word.start_sample), end_sample=at(word.end_sample)) for word in turn.words
    )
    return replace(turn, start_sample=at(turn.start_sample), end_sample=at(turn.end_sample), words=words)


def _worse(content: ContentScores, by: float) -> ContentScores:
    def level(found: CriterionScore) -> CriterionScore:
        return found if found.level is None else replace(found, level=max(1.0, found.level - by))

    def lower(total: float | None) -> float | None:
        return None if total is None else max(0.0, total - 18 * by)

    exchanges = tuple(
        replace(
            one,
            criteria=tuple(level(found) for found in one.criteria),
            measures=replace(one.measures, total=lower(one.measures.total)),
            total=lower(one.total),
        )
        for one in content.exchanges
    )
    return replace(content, exchanges=exchanges, total=lower(content.total), rule_total=lower(content.rule_total))


def _marked(record: InterviewRecord, mark: Mark) -> InterviewRecord:
    """`mark` on what users and models write: names, questions, requirements; and after every answer, unheard."""
    questions = tuple(
        replace(one, text=mark(one.text), competency=mark(one.competency), shows=mark(one.shows))
        for one in record.plan.questions
    )
    people = tuple(replace(one, name=mark(one.name), title=mark(one.title)) for one in record.plan.interviewers)
    plan = replace(record.plan, position=mark(record.plan.position), questions=questions, interviewers=people)
    rows = tuple(
        replace(row, requirement=replace(row.requirement, text=mark(row.requirement.text)), gap=mark(row.gap))
        for row in record.matrix.rows
    )
    turns = tuple(replace(turn, text=turn.text + mark("")) for turn in record.turns)
    models = tuple(replace(one, title=mark(one.title), licence=mark(one.licence)) for one in record.models)
    return replace(record, plan=plan, matrix=replace(record.matrix, rows=rows), turns=turns, models=models)
