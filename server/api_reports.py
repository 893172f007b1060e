"""/api/sessions/{id}/report and /api/progress: what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from fastapi import APIRouter, HTTPException, Request, Response

from interview.codec import from_json, to_plain
from interview.habits import LOOKS_BACK, habits
from interview.measures.references import fillers, rate
from interview.report import Report
from interview.reporting import render
from interview.shapes import Language
from interview.store import Store
from server.api_plans import job_json
from server.desk import Desk

MEDIA = {"json": "application/json", "html": "text/html; charset=utf-8", "md": "text/markdown; charset=utf-8"}
MOST_SAMPLES = 5

SAMPLES = (f"samples goes from 0 to {MOST_SAMPLES}.", f"samples는 0에서 {MOST_SAMPLES} 사이입니다.")
NO_REPORT = (
    "There is no report yet: POST to this address to have it written.",
    "아직 결과가 없습니다. 이 주소로 POST 요청을 보내면 씁니다.",
)

REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""The report is one file to keep, with its styles in it; it runs nothing and fetches nothing."""


@dataclass(frozen=True, slots=True)
class ReportWish:
    """`samples`: how often the judge is asked about each criterion (the median counts); 0: no judge, rules only."""

    samples: int = 3


def reports_router(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["reports"])

    @router.post("/sessions/{session_id}/report", status_code=202)
    async def write(session_id: str, body: ReportWish, request: Request) -> dict[str, Any]:
        """A job. Asked again, the report is written anew."""
        if not 0 <= body.samples <= MOST_SAMPLES:
            raise HTTPException(422, SAMPLES)
        return job_json(request, desk.report(session_id, body.samples))

    @router.get("/sessions/{session_id}/report", response_class=Response)
    def report(session_id: str, format: Literal["json", "html", "md"] = "json") -> Response:
        desk.store.session(session_id)
        stored = desk.store.report(session_id)
        if stored is None:
            raise HTTPException(404, NO_REPORT)
        text = stored if format == "json" else render(stored, format)
        headers = {"Content-Security-Policy": REPORT_POLICY} if format == "html" else None
        return Response(text, media_type=MEDIA[format], headers=headers)

    @router.get("/progress")
    def progress() -> dict[str, Any]:
        """Totals of all sessions that have a report, the oldest first; what came back in the newest of them; and what
        the measures of delivery are held against, by the language spoken: [low, high], null where there is no end."""
        return {
            "sessions": [to_plain(entry) for entry in desk.store.progress()],
            "habits": [to_plain(habit) for habit in habits(_newest_reports(desk.store))],
            "references": {language: _references(language) for language in get_args(Language)},
        }

    return router


def _newest_reports(store: Store) -> list[Report]:
    with_report = [summary.id for summary in store.sessions() if summary.has_report][:LOOKS_BACK]
    stored = (store.report(session_id) for session_id in with_report)
    return [from_json(Report, text) for text in stored if text is not None]


def _references(language: str) -> dict[str, list[float | None]]:
    known = {"rate": rate(language), "fillers": fillers(language)}
    return {name: [found.low, found.high] for name, found in known.items() if (found.low, found.high) != (None, None)}
