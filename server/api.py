"""/api: documents, plans, interviews, reports. Thin: reads the request, asks the desk, answers in JSON.

Everything is described at /api/openapi.json. Errors are one sentence, in Korean for who prefers it (Accept-Language).
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse

from interview.documents import DocumentError
from interview.drills import DrillRefused
from interview.plan import PlanRefused
from interview.planning.edit import EditRefused
from interview.storage.database import NotInStore, StoreError
from models.ports import EngineError
from server.api_documents import documents_router
from server.api_plans import plans_router
from server.api_reports import reports_router
from server.api_sessions import sessions_router
from server.desk import Desk, InterviewOver
from server.guard import json_error
from server.jobs import TooManyJobs
from server.sentences import said, sentence_of


def add_api(app: FastAPI, desk: Desk) -> None:
    router = APIRouter(prefix="/api")
    for part in (documents_router(desk), plans_router(desk), sessions_router(desk), reports_router(desk)):
        router.include_router(part)
    app.include_router(router)
    for kind, status, code in _REFUSALS:
        app.add_exception_handler(kind, _answer(status, code))


_REFUSALS: tuple[tuple[type[Exception], int, str], ...] = (
    (NotInStore, 404, "not_found"),
    (StoreError, 503, "store_failed"),
    (DocumentError, 422, "document_refused"),
    (PlanRefused, 422, "plan_refused"),
    (EditRefused, 422, "edit_refused"),
    (DrillRefused, 422, "drill_refused"),
    (TooManyJobs, 429, "too_many_jobs"),
    (InterviewOver, 409, "interview_over"),
    (EngineError, 503, "engine_failed"),
)


def _answer(status: int, code: str):  # type: ignore[no-untyped-def]
    async def handle(request: Request, error: Exception) -> JSONResponse:
        return json_error(status, said(request.headers, sentence_of(error)), code)

    return handle
