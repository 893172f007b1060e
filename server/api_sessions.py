"""/api/sessions: begin an interview, look back at one, take it along, delete it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Response

from interview.codec import to_plain
from interview.drills import drill_plan
from interview.storage.exports import export_all, export_session
from server.desk import Desk

DELETE_EVERYTHING = "delete everything"

NO_SOUND = ("No sound was kept of this turn.", "이 대목은 소리가 남아 있지 않습니다.")
NOT_CONFIRMED = (
    f'To delete everything, send {{"confirm": "{DELETE_EVERYTHING}"}}.',
    f'모두 삭제하려면 {{"confirm": "{DELETE_EVERYTHING}"}}을 보내 주십시오.',
)


@dataclass(frozen=True, slots=True)
class NewSession:
    """`keep_audio`: the candidate's answers are kept as sound, too."""

    plan_id: str
    keep_audio: bool = True


@dataclass(frozen=True, slots=True)
class Drill:
    question_ids: tuple[str, ...]
    keep_audio: bool = True


@dataclass(frozen=True, slots=True)
class Confirmation:
    confirm: str


def sessions_router(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["sessions"])
    _add_sessions(router, desk)
    _add_taking_along(router, desk)
    return router


def _add_sessions(router: APIRouter, desk: Desk) -> None:
    @router.post("/sessions", status_code=201)
    async def begin(body: NewSession) -> dict[str, str]:
        """Then connect to /v1/realtime?interview=<session_id>."""
        return {"session_id": desk.begin(body.plan_id, body.keep_audio)}

    @router.get("/sessions")
    async def sessions() -> dict[str, Any]:
        """Newest first. `unfinished` names those that can be gone on with."""
        unfinished = [summary.id for summary in desk.store.unfinished()]
        return {"sessions": [to_plain(summary) for summary in desk.store.sessions()], "unfinished": unfinished}

    @router.get("/sessions/{session_id}")
    async def session(session_id: str) -> dict[str, Any]:
        """Everything that was said, with the plan and the documents it was about."""
        plain: dict[str, Any] = to_plain(desk.store.record(session_id))
        return plain | {"summary": to_plain(desk.store.session(session_id))}

    @router.post("/sessions/{session_id}/abandon")
    async def abandon(session_id: str) -> dict[str, Any]:
        """The candidate does not want to go on with it."""
        await desk.give_up(session_id)
        plain: dict[str, Any] = to_plain(desk.store.session(session_id))
        return plain

    @router.delete("/sessions/{session_id}", status_code=204)
    async def delete(session_id: str) -> Response:
        await desk.delete(session_id)
        return Response(status_code=204)

    @router.post("/sessions/{session_id}/drills", status_code=201)
    async def drill(session_id: str, body: Drill) -> dict[str, str]:
        """Two minutes a question, begun at once."""
        store = desk.store
        stored = store.plan(store.session(session_id).plan_id)
        plan_id = store.save_plan(drill_plan(stored.plan, body.question_ids), stored.document_ids, stored.matrix)
        return {"plan_id": plan_id, "session_id": desk.begin(plan_id, body.keep_audio)}


def _add_taking_along(router: APIRouter, desk: Desk) -> None:
    @router.get("/sessions/{session_id}/turns/{number}/audio", response_class=Response)
    def audio(session_id: str, number: int, format: Literal["ogg", "wav"] = "ogg") -> Response:
        """The candidate's own voice in this turn; its first sample is the turn's start_sample."""
        data = desk.store.audio(session_id, number, wav=format == "wav")
        if data is None:
            raise HTTPException(404, NO_SOUND)
        return Response(data, media_type=f"audio/{format}")

    @router.get("/sessions/{session_id}/export", response_class=Response)
    def export(session_id: str) -> Response:
        return _zip(export_session(desk.store, session_id), f"moui-{session_id[:8]}")

    @router.get("/export", response_class=Response)
    def everything() -> Response:
        return _zip(export_all(desk.store), "moui")

    @router.delete("/everything", status_code=204)
    async def delete_everything(body: Confirmation) -> Response:
        """Documents, plans, interviews, recordings, reports: all of it, to the last byte."""
        if body.confirm != DELETE_EVERYTHING:
            raise HTTPException(422, NOT_CONFIRMED)
        await desk.delete_everything()
        return Response(status_code=204)


def _zip(data: bytes | None, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return Response(data or b"", media_type="application/zip", headers=headers)
