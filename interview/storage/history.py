"""Earlier interviews: the list, those that were cut off, and how the numbers moved."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from sqlalchemy import RowMapping, Select, distinct, func, select

from interview.shapes import Kind
from interview.storage.documents import Documents
from interview.storage.rows import ALL_CONTENT, Progress, SessionSummary, progress_of
from interview.storage.schema import recordings, reports, scores, sessions, turns
from models.ports import MIC_RATE_HZ


class History(Documents):
    def sessions(self) -> list[SessionSummary]:
        """All, the newest first."""
        return [_summary(row) for row in self.rows(_summaries())]

    def session(self, session_id: str) -> SessionSummary:
        """Raises NotInStore."""
        return _summary(self.row(_summaries().where(sessions.c.id == session_id), "interview", "면접"))

    def unfinished(self) -> list[SessionSummary]:
        """Interviews that something was said in and that did not end, the newest first: what a restart offers to
        continue. One that is going on right now is among them."""
        active = _summaries().where(sessions.c.status == "active")
        return [found for found in map(_summary, self.rows(active)) if found.turns]

    def progress(self, before: str | None = None) -> list[Progress]:
        """Totals of all sessions that have any, the oldest first; those before a session, where one is named. A
        criterion's ("content.star", "rules.star") is the mean over the questions that it was found for."""
        totals: dict[str, list[RowMapping]] = defaultdict(list)
        for row in [*self.rows(_totals()), *self.rows(_criteria())]:
            totals[str(row["session_id"])].append(row)
        heads = sorted(self.sessions(), key=lambda head: head.started_at)
        until = next((head.started_at for head in heads if head.id == before), None)
        return [
            progress_of(head, totals[head.id])
            for head in heads
            if head.id in totals and head.id != before and (until is None or head.started_at < until)
        ]


def _totals() -> Select[Any]:
    query = select(scores).where(scores.c.question_id.is_(None), scores.c.value.is_not(None))
    return query.order_by(scores.c.session_id, scores.c.position)


def _criteria() -> Select[Any]:
    """Each criterion's mean over a session's questions."""
    mean = func.round(func.avg(scores.c.value), 2).label("value")
    query = select(scores.c.session_id, scores.c.section, scores.c.name, mean)
    query = query.where(
        scores.c.question_id.is_not(None), scores.c.value.is_not(None), scores.c.section.in_(("content", "rules"))
    )
    return query.group_by(scores.c.session_id, scores.c.section, scores.c.name).order_by(
        scores.c.session_id, func.min(scores.c.position)
    )


def _summaries() -> Select[Any]:
    """One row a session, without its texts."""
    said = select(
        turns.c.session_id,
        func.count().label("turns"),
        func.count(distinct(turns.c.question_id)).label("questions"),
        func.min(turns.c.start_sample).label("start_sample"),
        func.max(turns.c.end_sample).label("end_sample"),
    ).group_by(turns.c.session_id)
    heard = said.subquery()
    total = select(scores.c.session_id, scores.c.value).where(
        scores.c.section == "total", scores.c.name == ALL_CONTENT, scores.c.question_id.is_(None)
    )
    judged = total.subquery()
    has_audio = select(recordings.c.number).where(recordings.c.session_id == sessions.c.id).exists()
    has_report = select(reports.c.session_id).where(reports.c.session_id == sessions.c.id).exists()
    return (
        select(
            sessions,
            func.coalesce(heard.c.turns, 0).label("turns"),
            func.coalesce(heard.c.questions, 0).label("questions"),
            func.coalesce(heard.c.end_sample - heard.c.start_sample, 0).label("samples"),
            has_audio.label("has_audio"),
            has_report.label("has_report"),
            judged.c.value.label("total"),
        )
        .outerjoin(heard, heard.c.session_id == sessions.c.id)
        .outerjoin(judged, judged.c.session_id == sessions.c.id)
        .order_by(sessions.c.started_at.desc(), sessions.c.id)
    )


def _summary(row: RowMapping) -> SessionSummary:
    plan = json.loads(row["plan"])  # only its head is needed: checking all of it is record()'s work
    request = plan["request"]
    return SessionSummary(
        id=row["id"],
        plan_id=row["plan_id"],
        status=row["status"],
        started_at=row["started_at"],
        updated_at=row["updated_at"],
        ended_at=row["ended_at"],
        kind=Kind(request["kind"]),
        language=request["language"],
        minutes=request["minutes"],
        difficulty=request["difficulty"],
        position=plan["position"],
        questions=row["questions"],
        turns=row["turns"],
        seconds=row["samples"] / MIC_RATE_HZ,
        has_audio=bool(row["has_audio"]),
        has_report=bool(row["has_report"]),
        total=row["total"],
    )
