"""The gate every request passes: Host, Origin and token; and the headers every answer carries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.auth import presented_tokens, token_accepted
from server.sentences import said
from server.service import Service

OPEN_PATHS = frozenset({"/healthz", "/readyz"})
"""Probes carry no token, and learn nothing but the state."""
MOST_BODY_BYTES = 16 * 2**20
"""More than the largest document, which is refused in words of its own."""
GUARDED_PREFIXES = ("/api/", "/v1/", "/metrics")

NOT_THIS_HOST = (
    "This server is not known by that Host name.",
    "이 서버는 그 호스트 이름으로 열 수 없습니다.",
)
NOT_THIS_ORIGIN = (
    "Pages of other origins may not use this server.",
    "다른 곳에서 온 페이지는 이 서버를 쓸 수 없습니다.",
)
NO_TOKEN = (
    "A valid token is needed: Authorization: Bearer TOKEN, or ?token=TOKEN on the page's address.",
    "올바른 토큰이 필요합니다. 시작할 때 표시된 주소를 ?token=까지 그대로 열어 주세요.",
)
MUCH = (
    f"That is too much at once: at most {MOST_BODY_BYTES // 2**20} MB.",
    f"한 번에 보내기에는 너무 큽니다. {MOST_BODY_BYTES // 2**20} MB까지 보낼 수 있습니다.",
)


def json_error(status: int, message: str, code: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Every refusal over HTTP: one sentence in OpenAI's shape."""
    kind = "server_error" if status >= 500 else "invalid_request_error"
    error = {"message": message, "type": kind, "code": code, "param": None}
    return JSONResponse({"error": error}, status_code=status, headers=headers)


def check_names(service: Service, headers: Headers) -> Response | None:
    """Host and Origin, before anything else is looked at."""
    host = headers.get("host")
    if not service.hosts.allows(host):
        return json_error(403, said(headers, NOT_THIS_HOST), "host_not_allowed")
    if not service.hosts.allows_origin(headers.get("origin"), host):
        return json_error(403, said(headers, NOT_THIS_ORIGIN), "origin_not_allowed")
    return None


def refusal(
    service: Service, headers: Headers, subprotocols: Sequence[str], query_token: str | None
) -> Response | None:
    """Why this request is refused, or None. Names first (403), then the token (401)."""
    refused = check_names(service, headers)
    if refused is not None:
        return refused
    tokens = presented_tokens(headers.get("authorization"), subprotocols, query_token)
    if token_accepted(service.config.token, tokens):
        return None
    return json_error(401, said(headers, NO_TOKEN), "invalid_token", {"WWW-Authenticate": "Bearer"})


class Guard:
    """ASGI middleware for HTTP. WebSockets pass: their endpoint refuses in its own handshake."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        if request.url.path.startswith(GUARDED_PREFIXES):
            refused = refusal(self._service, request.headers, (), request.query_params.get("token"))
        elif request.url.path in OPEN_PATHS:
            refused = None
        else:
            refused = check_names(self._service, request.headers)
        app = refused if refused is not None else self._app

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message), request.headers.get("host") if refused is None else None)
            await send(message)

        await app(scope, _limited(receive), send_with_headers)


def _limited(receive: Receive) -> Receive:
    """Nobody fills the memory with a request that no address takes."""
    taken = 0

    async def receive_some() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > MOST_BODY_BYTES:
            raise HTTPException(413, MUCH)
        return message

    return receive_some


def _add_headers(headers: MutableHeaders, host: str | None) -> None:
    """`host` was checked, so it can be named: Safari does not count ws: as 'self'."""
    sockets = f" ws://{host} wss://{host}" if host and host.isascii() and host.isprintable() else ""
    headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; connect-src 'self'{sockets}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "microphone=(self), camera=(self), geolocation=()")
