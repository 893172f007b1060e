"""The interview's HTTP API as a client sees it: documents in, a plan and a session made, the report out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx

from server.caller.client import CallError

POLL_S = 0.3
TIMEOUT_S = 60.0
"""For one answer: reading a document takes up to ten seconds, a zip of an hour's sound a few."""

JOB_TIMEOUT_S = 3600.0

Progress = Callable[[dict[str, Any]], None]
"""Told a job whenever it has moved on."""


class InterviewApi:
    """Use `opened(...)`. Every method raises CallError, with the server's own sentence where it has one."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def upload(self, kind: str, name: str, body: bytes) -> dict[str, Any]:
        """`{"document", "format", "pages", "warnings"}` of a file."""
        return await self._json("POST", "/api/documents", params={"kind": kind, "name": name}, content=body)

    async def prepare(self, document_ids: list[str], request: dict[str, Any], progress: Progress) -> str:
        """The id of the plan."""
        job = await self._json("POST", "/api/preparations", json={"document_ids": document_ids, "request": request})
        return str((await self._job(job, progress))["plan_id"])

    async def plan(self, plan_id: str) -> dict[str, Any]:
        """`{"id", "plan", "matrix", "document_ids", "created_at"}`."""
        return await self._json("GET", f"/api/plans/{plan_id}")

    async def start(self, plan_id: str, *, keep_audio: bool) -> str:
        """The id of a session, to be held over the socket."""
        made = await self._json("POST", "/api/sessions", json={"plan_id": plan_id, "keep_audio": keep_audio})
        return str(made["session_id"])

    async def record(self, session_id: str) -> dict[str, Any]:
        """An InterviewRecord as JSON."""
        return await self._json("GET", f"/api/sessions/{session_id}")

    async def make_report(self, session_id: str, samples: int, progress: Progress) -> None:
        job = await self._json("POST", f"/api/sessions/{session_id}/report", json={"samples": samples})
        await self._job(job, progress)

    async def report(self, session_id: str, form: str) -> str:
        """`form` is json, html or md."""
        answer = await self._ask("GET", f"/api/sessions/{session_id}/report", params={"format": form})
        return answer.content.decode("utf-8")

    async def export(self, session_id: str) -> bytes:
        """A zip of the session: transcript.md, session.json, the sound that was kept."""
        return (await self._ask("GET", f"/api/sessions/{session_id}/export")).content

    async def _job(self, job: dict[str, Any], progress: Progress) -> dict[str, Any]:
        """Its result, once it is done."""
        try:
            async with asyncio.timeout(JOB_TIMEOUT_S):
                while True:
                    progress(job)
                    if job["status"] != "running":
                        break
                    await asyncio.sleep(POLL_S)
                    job = await self._json("GET", f"/api/jobs/{job['id']}")
        except TimeoutError:
            raise CallError(f"The {job['kind']} was not done after {JOB_TIMEOUT_S / 60:.0f} minutes.") from None
        if job["status"] != "done":
            raise CallError(str(job["error"]) or f"The {job['kind']} was cancelled.")
        result: dict[str, Any] = job["result"]
        return result

    async def _json(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = (await self._ask(method, path, **options)).json()
        except ValueError as error:
            raise CallError(f"{path} did not answer with JSON: {error}") from error
        return answer

    async def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            answer = await self._client.request(method, path, **options)
        except httpx.HTTPError as error:
            said = str(error) or type(error).__name__
            raise CallError(f"{self._client.base_url} cannot be reached: {said}. Is moui running there?") from error
        if answer.is_success:
            return answer
        raise CallError(_sentence(answer))


def _sentence(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"{answer.request.url.path} answered {answer.status_code} {answer.reason_phrase}."


@asynccontextmanager
async def opened(url: str, token: str | None = None) -> AsyncIterator[InterviewApi]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=TIMEOUT_S) as client:
        yield InterviewApi(client)
