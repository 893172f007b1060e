"""/v1/realtime: the only WebSocket code. Who may connect, then one reader, one writer, one voice session, one group."""

from __future__ import annotations

import asyncio
import logging
import time

from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from interview.storage.database import NotInStore, StoreError
from server.admission import Busy, Place
from server.closing import INTERNAL, NORMAL, POLICY, TRY_LATER, CloseConnection
from server.desk import InterviewOver
from server.guard import json_error, refusal
from server.link import Link
from server.sentences import BROKE, said, sentence_of
from server.service import Service, SessionLike, Stage
from server.wire import SUBPROTOCOL_BINARY, SUBPROTOCOL_REALTIME, WireError
from server.wire_fields import clip
from server.wire_out import FrameWriter, JsonOut
from server.wire_server import error_event
from server.wire_session import WireSession
from voice.events import Notice, SessionConfig, SessionEvent, TurnTimings

log = logging.getLogger("moui.server")

CLOSE_TIMEOUT_S = 2.0
"""How long a client that does not read can hold up its own farewell."""


async def realtime(ws: WebSocket, service: Service) -> None:
    """One connection, from the handshake to the last frame."""
    refused = _refusal(ws, service)
    if refused is not None:
        service.metrics.refused.labels("handshake").inc()
        await ws.send_denial_response(refused)
        return
    subprotocol = _subprotocol(ws.scope["subprotocols"])
    await ws.accept(subprotocol)
    binary, session_id = subprotocol == SUBPROTOCOL_BINARY, service.new_session_id()
    interview_id = ws.query_params.get("interview")
    try:
        with service.admission.place(
            session_id,
            key=interview_id or session_id,
            returning=interview_id is not None and _begun(service, interview_id),
        ) as place:
            if not (binary or ws.query_params.get("queue") == "true"):
                await place.admitted_soon()
            service.metrics.sessions_total.inc()
            await Connection(ws, service, place, binary=binary).serve()
    except Busy as busy:
        service.metrics.refused.labels("busy").inc()
        error = WireError(said(ws.headers, sentence_of(busy)), code="busy")
        await _farewell(ws, FrameWriter(False), CloseConnection(TRY_LATER, busy.reason, error))


def _refusal(ws: WebSocket, service: Service) -> Response | None:
    query = ws.query_params
    refused = refusal(service, ws.headers, ws.scope["subprotocols"], query.get("token"))
    if refused is not None:
        return refused
    interview_id = query.get("interview")
    if interview_id is not None:
        refused = _no_such_interview(ws, service, interview_id)
        if refused is not None:
            return refused
    for name in ("call_id", "intent"):
        if name in query:
            message = f"?{name}= is not supported: only ordinary realtime sessions are."
            return json_error(400, message, "unsupported_parameter")
    return None


def _no_such_interview(ws: WebSocket, service: Service, interview_id: str) -> Response | None:
    try:
        finished = service.desk.store.session(interview_id).status == "finished"
    except NotInStore as error:
        return json_error(404, said(ws.headers, sentence_of(error)), "not_found")
    except StoreError as error:
        return json_error(503, said(ws.headers, sentence_of(error)), "store_failed")
    return json_error(409, said(ws.headers, sentence_of(InterviewOver())), "interview_over") if finished else None


def _begun(service: Service, interview_id: str) -> bool:
    try:
        return service.desk.begun(interview_id)
    except StoreError:  # deleted since the handshake: said when it is opened
        return False


def _subprotocol(offered: list[str]) -> str | None:
    """A browser fails the connection when it offered some and none is chosen; the key is never echoed."""
    for name in (SUBPROTOCOL_BINARY, SUBPROTOCOL_REALTIME):
        if name in offered:
            return name
    return None


async def _farewell(ws: WebSocket, frames: FrameWriter, closing: CloseConnection) -> None:
    """The last error event, then the close frame, unless the client is gone or does not read."""
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            if closing.error is not None:
                kind = "server_error" if closing.code in (INTERNAL, TRY_LATER) else "invalid_request_error"
                text = frames.write(JsonOut(error_event(closing.error, kind)))
                await ws.send_text(str(text))
            await ws.close(closing.code, closing.reason)
    except (TimeoutError, WebSocketDisconnect, RuntimeError) as error:
        log.debug("the client did not wait for the close frame", extra={"error": type(error).__name__})


class _HungUp(Exception):
    """The client is gone."""


class Connection:
    """An accepted connection. `serve` returns when nothing of it is left."""

    def __init__(self, ws: WebSocket, service: Service, place: Place, *, binary: bool) -> None:
        self._ws = ws
        self._service = service
        self._place = place
        self._frames = FrameWriter(binary)
        self._ending: asyncio.Future[CloseConnection | None] = asyncio.get_running_loop().create_future()
        self._id = place.session_id
        self._interview_id: str | None = ws.query_params.get("interview")
        config = service.config
        wire = WireSession(
            id=f"sess_{self._id}",
            model=clip(ws.query_params.get("model") or config.profile),
            config=SessionConfig(language=config.language, instructions=config.instructions),
            playout_reports=binary,
        )
        self._link = Link(
            wire,
            binary=binary,
            limits=config.limits,
            metrics=service.metrics,
            voices=lambda: service.runtime.tts.voices() if service.stage is Stage.READY else (),
            on_close=self._end,
            log_text=config.log_text,
        )

    def _end(self, closing: CloseConnection | None) -> None:
        """None: the client hung up. The first reason stands."""
        if not self._ending.done():
            self._ending.set_result(closing)

    async def serve(self) -> None:
        opened = time.monotonic()
        log.info("session opened", extra={"session": self._id})
        closing: CloseConnection | None = None
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(work)
                    for work in (self._read(), self._write(), self._live(), self._link.run_player())
                ]
                closing = await self._ending
                for task in tasks:
                    task.cancel()
        except* Exception as failures:
            log.error("session failed", exc_info=failures, extra={"session": self._id})
            error = WireError(said(self._ws.headers, BROKE), code="internal_error")
            closing = CloseConnection(INTERNAL, "internal error", error)
        if closing is not None:
            self._service.metrics.closed.labels(str(closing.code)).inc()
            if closing.code == NORMAL:
                await self._last_words()
            await _farewell(self._ws, self._frames, closing)
        why = {"code": closing.code, "reason": closing.reason} if closing else {"reason": "the client hung up"}
        log.info("session closed", extra={"session": self._id, **why, "seconds": time.monotonic() - opened})

    async def _read(self) -> None:
        try:
            while True:
                await self._read_one()
        except CloseConnection as closing:
            self._end(closing)
        except _HungUp:
            self._end(None)

    async def _read_one(self) -> None:
        message = await self._ws.receive()
        if message["type"] == "websocket.disconnect":
            raise _HungUp
        text = message.get("text")
        if text is not None:
            self._link.receive_text(text)
        else:
            self._link.receive_binary(message.get("bytes") or b"")

    async def _write(self) -> None:
        """The single egress to the client."""
        while True:
            try:
                await self._write_one()
            except (WebSocketDisconnect, RuntimeError):
                self._end(None)  # the reader hears of it too; whoever is first ends the session
                return

    async def _write_one(self) -> None:
        message = self._frames.write(await self._link.outbox.get())
        if isinstance(message, str):
            await self._ws.send_text(message)
        else:
            await self._ws.send_bytes(message)

    async def _last_words(self) -> None:
        """What the session said before it was over (that an interview is finished) still waits to be sent."""
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                while len(self._link.outbox):
                    await self._write_one()
        except (TimeoutError, WebSocketDisconnect, RuntimeError) as error:
            log.debug("the client did not wait for the last words", extra={"error": type(error).__name__})

    async def _live(self) -> None:
        """The voice session, as soon as there are models for it."""
        self._link.greet()
        if self._service.stage is Stage.LOADING:
            self._link.notice(Notice("models_loading", "The models are loading; the conversation starts by itself."))
        if not await self._service.settled():
            error = WireError(said(self._ws.headers, self._service.stage_sentence), code="models_failed")
            self._end(CloseConnection(INTERNAL, "the models could not be started", error))
            return
        await self._place.admitted(self._link.in_line)
        self._place.on_crowded = self._link.crowded
        try:
            session = await self._open()
        except (StoreError, InterviewOver) as error:
            unavailable = WireError(said(self._ws.headers, sentence_of(error)), code="interview_unavailable")
            self._end(CloseConnection(POLICY, "no such interview", unavailable))
            return
        self._link.attach(session)
        forget = self._service.runtime.add_listener(lambda code, text: self._link.notice(Notice(code, text)))
        try:
            await session.run()
        finally:
            forget()
        self._end(CloseConnection(NORMAL, "the session is over"))

    async def _open(self) -> SessionLike:
        config, emit = self._link.wire.config, self._emit
        if self._interview_id is None:
            return self._service.open_session(config, emit, self._id)
        return await self._service.open_interview(self._interview_id, config, emit, self._id)

    def _emit(self, event: SessionEvent) -> None:
        if isinstance(event, TurnTimings):
            self._place.answered()
        self._link.emit(event)
