"""The application: put together here, and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import FastAPI, Request, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from server.api import add_api
from server.api_machine import machine_router
from server.auth import check_bind
from server.config import ServerConfig
from server.guard import Guard, json_error
from server.http import build_router
from server.realtime import realtime
from server.sentences import BROKE, Sentence, said
from server.service import ResponderFactory, RuntimeLike, Service, SessionFactory, voice_session
from server.site import Site


def create_app(
    config: ServerConfig,
    runtime: RuntimeLike,
    responder_factory: ResponderFactory,
    session_factory: SessionFactory = voice_session,
) -> FastAPI:
    """An application that answers at once and loads the models behind its back.

    `responder_factory(runtime)` makes what a session says; it is called once a session, when the models are ready.
    Raises ConfigError for a host that needs a token and has none.
    """
    check_bind(config.host, config.token)
    service = Service(config, runtime, responder_factory, session_factory)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            service.desk.jobs.attach(group)
            loading = group.create_task(service.load())
            try:
                yield
            finally:
                loading.cancel()
                service.desk.jobs.stop()
        await service.unload()

    app = FastAPI(title="moui", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.service = service
    app.include_router(build_router(service, Site(config.web_dir)))
    add_api(app, service.desk)
    app.include_router(machine_router(service))
    app.add_middleware(Guard, service=service)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(Exception, _http_error)

    @app.websocket("/v1/realtime")
    async def realtime_endpoint(ws: WebSocket) -> None:
        await realtime(ws, service)

    return app


_SENTENCES: dict[int, Sentence] = {
    500: BROKE,
    404: ("There is no such page.", "그런 페이지가 없습니다."),
    405: ("This address does not take that method.", "이 주소는 그런 요청을 받지 않습니다."),
}
_FAILED = ("The request failed.", "요청을 처리하지 못했습니다.")
_CODES = {413: "too_large", 500: "internal_error", 404: "not_found", 405: "method_not_allowed"}
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
"""What Starlette says when nobody said anything."""


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    """`detail` is one sentence, or the two of a Sentence."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail: object = error.detail if isinstance(error, HTTPException) else None
    if isinstance(detail, tuple):
        message = said(request.headers, detail)
    elif isinstance(detail, str) and detail != _PHRASES.get(status):
        message = detail
    else:
        message = said(request.headers, _SENTENCES.get(status, _FAILED))
    return json_error(status, message, _CODES.get(status, "invalid_value" if status == 422 else "http_error"))


async def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    fields = [str(entry["loc"][-1]) for entry in error.errors()] if isinstance(error, RequestValidationError) else []
    named = ", ".join(fields)
    return json_error(
        422,
        said(request.headers, (f"Not a valid value: {named}.", f"올바르지 않은 값입니다: {named}")),
        "invalid_value",
    )
