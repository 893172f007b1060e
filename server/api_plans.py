"""/api/preparations, /api/plans and /api/jobs: from documents to a plan the candidate can look at and change."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import APIRouter, HTTPException, Request

from interview.codec import to_plain
from interview.plan import checked
from interview.planning import edit as plan_edit
from interview.shapes import InterviewPlan, Kind, PlannedQuestion, PlanRequest
from interview.storage.rows import StoredPlan
from server.desk import Desk
from server.jobs import Job
from server.sentences import prefers_korean


@dataclass(frozen=True, slots=True)
class Preparation:
    """`document_ids` may be empty: then the question bank carries the interview. `quick`: without models, in a second
    or two: documents are compared by their words, and questions keep their written wording."""

    document_ids: tuple[str, ...] = ()
    request: PlanRequest = field(default_factory=PlanRequest)
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question of the plan, in its new place. `text` and `seconds` where they were changed; with an id that the plan
    does not have, `text` is a question of the candidate's own."""

    id: str
    pinned: bool = False
    text: str | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """The questions to keep, in the order wanted."""

    questions: tuple[Wanted, ...]


NO_JOB = ("There is no such job, or not any more.", "그런 작업이 없거나 이미 지워졌습니다.")


def plans_router(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["plans"])

    @router.post("/preparations", status_code=202)
    async def prepare(body: Preparation, request: Request) -> dict[str, Any]:
        """A job; its result holds `plan_id`."""
        wanted = checked(body.request)
        return job_json(request, desk.prepare(tuple(dict.fromkeys(body.document_ids)), wanted, quick=body.quick))

    @router.get("/jobs/{job_id}")
    async def job(job_id: str, request: Request) -> dict[str, Any]:
        return job_json(request, _job(desk, job_id))

    @router.delete("/jobs/{job_id}")
    async def cancel(job_id: str, request: Request) -> dict[str, Any]:
        _job(desk, job_id)
        return job_json(request, desk.jobs.cancel(job_id))

    @router.get("/plans/{plan_id}")
    async def plan(plan_id: str) -> dict[str, Any]:
        return _plan(desk.store.plan(plan_id))

    @router.put("/plans/{plan_id}/questions")
    async def arrange(plan_id: str, body: Order) -> dict[str, Any]:
        """Delete, reorder, pin, reword and add, all in one: what is not named is left out."""
        stored = desk.store.plan(plan_id)
        questions = [_question(stored.plan, wanted) for wanted in body.questions]
        desk.store.update_plan(plan_id, plan_edit.replaced(stored.plan, questions))
        return _plan(desk.store.plan(plan_id))

    return router


def _question(plan: InterviewPlan, wanted: Wanted) -> PlannedQuestion:
    """What is wanted of it, on what is known of it."""
    known = plan.question(wanted.id)
    if known is None:
        if wanted.text is None:
            asked = repr(wanted.id[:80])
            raise HTTPException(422, (f"The plan has no question {asked}.", f"계획에 {asked} 질문이 없습니다."))
        known = PlannedQuestion(wanted.id, Kind.BEHAVIOURAL, wanted.text, "bank", "", "", star=False)
    return replace(
        known,
        pinned=wanted.pinned,
        text=known.text if wanted.text is None else wanted.text,
        seconds=known.seconds if wanted.seconds is None else wanted.seconds,
    )


def job_json(request: Request, job: Job) -> dict[str, Any]:
    """Its `error` in the language that the client prefers."""
    plain = dataclasses.asdict(job)
    korean = plain.pop("error_ko")
    return plain | ({"error": korean} if prefers_korean(request.headers) else {})


def _job(desk: Desk, job_id: str) -> Job:
    try:
        return desk.jobs[job_id]
    except KeyError:
        raise HTTPException(404, NO_JOB) from None


def _plan(stored: StoredPlan) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(stored)
    return plain
