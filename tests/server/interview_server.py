"""A stand-in for the server of an interview: its HTTP API and its socket, as scripted, without models or a store."""

from __future__ import annotations

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import uvicorn
from fastapi import FastAPI, Request, Response, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse

from server.wire import FRAME_REPLY, SUBPROTOCOL_BINARY, BinaryFrame, decode_binary, encode_binary

PATIENCE_S = 10.0
QUIET_FRAMES = 5
REPLY_SAMPLES = 2400


@dataclass
class Line:
    """What the interviewer says, where the interview stands then, and whether it is over with it."""

    text: str
    step: str = "question"
    over: str = ""


@dataclass
class InterviewServer:
    """`lines` are said one after the other: the first when the interview begins, the next after each answer."""

    lines: list[Line]
    report: dict[str, Any] = field(default_factory=dict)
    deaf_to: set[int] = field(default_factory=set)
    """Numbers of clips that are not heard; the interviewer asks whether anybody is there instead."""
    silent_at: set[int] = field(default_factory=set)
    """Of these not even that."""
    hangs_up_at: int | None = None
    job_error: str = ""
    reply_s: float = 0.0
    port: int = 0
    uploads: list[tuple[str, str, bytes]] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    sessions: list[dict[str, Any]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    mic_samples: int = 0
    early: list[str] = field(default_factory=list)
    """Answers that came before the interviewer's voice was played out."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def record(self) -> dict[str, Any]:
        """Interviewer and candidate in turn."""
        turns: list[dict[str, Any]] = []
        for number, line in enumerate(self.lines):
            said = [("interviewer", line.text, line.step)]
            if number < len(self.answers):
                said.append(("candidate", self.answers[number], line.step))
            for speaker, text, step in said:
                clock = {"start_sample": len(turns) * 16000, "end_sample": (len(turns) + 1) * 16000}
                place = {"number": len(turns), "speaker": speaker, "step": step, "question_id": "q1", "intent": ""}
                turns.append({**place, "text": text, **clock})
        return {"turns": turns}

    def app(self) -> FastAPI:
        app = FastAPI()
        self._documents(app)
        self._sessions(app)

        @app.websocket("/v1/realtime")
        async def realtime(socket: WebSocket) -> None:
            await socket.accept(subprotocol=SUBPROTOCOL_BINARY)
            with suppress(WebSocketDisconnect):
                await _Call(self, socket).serve()

        return app

    def _documents(self, app: FastAPI) -> None:
        @app.post("/api/documents")
        async def upload(request: Request, kind: str, name: str) -> Response:
            self.uploads.append((kind, name, await request.body()))
            if not self.uploads[-1][2]:
                error = {"message": f"{name} is empty.", "type": "invalid_request_error", "code": "x", "param": None}
                return JSONResponse({"error": error}, 422)
            return JSONResponse({"document": {"id": f"d{len(self.uploads)}"}, "warnings": ["It is short."]}, 201)

        @app.post("/api/preparations")
        async def prepare(request: Request) -> Response:
            self.requests.append(await request.json())
            return JSONResponse(self._job("preparation", "running"), 202)

        @app.get("/api/jobs/{job_id}")
        async def job(job_id: str) -> dict[str, Any]:
            return self._job(job_id, "failed" if self.job_error else "done")

        @app.get("/api/plans/{plan_id}")
        async def plan(plan_id: str) -> dict[str, Any]:
            return {"id": plan_id, "plan": {"request": self.requests[-1]["request"]}}

    def _job(self, kind: str, status: str) -> dict[str, Any]:
        job = {"id": kind, "kind": kind, "subject": "", "status": status, "done": 1, "total": 2, "text": "Reading"}
        return {**job, "error": self.job_error, "result": {"plan_id": "p1"} if status == "done" else {}}

    def _sessions(self, app: FastAPI) -> None:
        @app.post("/api/sessions")
        async def begin(request: Request) -> Response:
            self.sessions.append(await request.json())
            return JSONResponse({"session_id": "s1"}, 201)

        @app.get("/api/sessions/s1")
        async def session() -> dict[str, Any]:
            return self.record()

        @app.post("/api/sessions/s1/report")
        async def write(request: Request) -> Response:
            self.reports.append(await request.json())
            return JSONResponse(self._job("report", "running"), 202)

        @app.get("/api/sessions/s1/report")
        async def report(format: str) -> Response:
            return JSONResponse(self.report) if format == "json" else Response(f"the report as {format}")

        @app.get("/api/sessions/s1/export")
        async def export() -> Response:
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w") as archive:
                archive.writestr("2026/transcript.md", "# Who said what\n")
                archive.writestr("2026/../../0001-candidate.ogg", b"sound")
                archive.writestr("2026/../../evil.sh", b"no")
            return Response(out.getvalue(), media_type="application/zip")


class _Call:
    def __init__(self, server: InterviewServer, socket: WebSocket) -> None:
        self._server = server
        self._socket = socket
        self._line = -1
        self._clips = 0
        self._loud = False
        self._quiet = 0
        self._typed = ""
        self._text_only = False
        self._played = 0
        self._unheard = 0
        self._sequence = 0

    async def serve(self) -> None:
        await self._put(type="session.created", session={})
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("bytes") is not None:
                await self._hear(message["bytes"])
            elif not await self._take(json.loads(message["text"])):
                return

    async def _take(self, event: dict[str, Any]) -> bool:
        self._server.events.append(event)
        match event["type"]:
            case "session.update":
                self._text_only = event["session"].get("output_modalities") == ["text"]
            case "conversation.item.create":
                self._typed = event["item"]["content"][0]["text"]
            case "moui.playout":
                self._played = event["samples"]
            case "moui.interview.control" | "response.create":
                if self._typed:
                    self._answered(self._typed)
                    self._typed = ""
                return await self._next()
        return True

    def _answered(self, text: str) -> None:
        if self._played < self._unheard:
            self._server.early.append(text)
        self._server.answers.append(text)

    async def _hear(self, data: bytes) -> None:
        frame = decode_binary(data)
        self._server.mic_samples += len(frame.pcm16) // 2
        loud = bool(np.abs(np.frombuffer(frame.pcm16, np.int16)).max(initial=0) > 100)
        if loud and not self._loud:
            self._loud, self._quiet = True, 0
            if self._clips not in self._server.silent_at:
                await self._put(type="moui.state", state="hearing", now=0)
        self._quiet = 0 if loud else self._quiet + 1
        if self._loud and self._quiet >= QUIET_FRAMES:
            self._loud = False
            self._clips += 1
            await self._clip_ended(self._clips - 1)

    async def _clip_ended(self, clip: int) -> None:
        if clip in self._server.silent_at:
            return
        if clip in self._server.deaf_to:
            await self._put(type="moui.transcript.dropped", item_id=f"item_{clip}", reason="nothing was said")
            await self._speak(Line("Can you hear me?"), step=self._server.lines[self._line].step)
            return
        kind = "conversation.item.input_audio_transcription.completed"
        await self._put(type=kind, item_id=f"item_{clip}", transcript=f"clip {clip}")
        self._answered(f"clip {clip}")
        await self._next()

    async def _next(self) -> bool:
        """False: the call is over."""
        self._line += 1
        if self._server.hangs_up_at == self._line:
            await self._socket.close(1011, "something broke")
            return False
        line = self._server.lines[self._line]
        await self._speak(line, step=line.step)
        if line.over:
            await self._put(type="moui.interview.finished", session_id="s1", how=line.over)
            await self._socket.close(1000, "the session is over")
        return not line.over

    async def _speak(self, line: Line, *, step: str) -> None:
        response_id = f"resp_{self._sequence}"
        await asyncio.sleep(self._server.reply_s)
        await self._put(type="moui.state", state="thinking", now=0)
        stream = self._sequence + 1
        await self._put(type="response.created", response={"id": response_id, "moui": {"stream": stream}})
        if not self._text_only:
            sound = BinaryFrame(FRAME_REPLY, stream, self._sequence, 0, bytes(2 * REPLY_SAMPLES))
            await self._socket.send_bytes(encode_binary(sound))
        self._sequence += 1
        self._played, self._unheard = 0, 0 if self._text_only else REPLY_SAMPLES
        output = [{"content": [{"text": line.text}]}]
        await self._put(type="response.done", response={"id": response_id, "output": output})
        await self._put(type="moui.state", state="listening", now=0)
        await self._put(type="moui.interview.state", step=step, over=line.over)

    async def _put(self, **event: Any) -> None:
        await self._socket.send_json(event)


@asynccontextmanager
async def serving(server: InterviewServer) -> AsyncIterator[InterviewServer]:
    config = uvicorn.Config(
        server.app(), host="127.0.0.1", port=0, log_level="warning", ws="websockets-sansio", lifespan="off"
    )
    running = uvicorn.Server(config)
    running.capture_signals = nullcontext  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(running.serve())
    try:
        while not running.started and not task.done():  # noqa: ASYNC110  (uvicorn has no event for it)
            await asyncio.sleep(0.01)
        server.port = running.servers[0].sockets[0].getsockname()[1]
        yield server
    finally:
        running.should_exit = True
        await asyncio.wait_for(task, PATIENCE_S)
