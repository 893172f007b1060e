"""The application behind a real uvicorn on a real port, in the test's own event loop."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import uvicorn
from websockets.asyncio.client import ClientConnection, connect

from server.app import create_app
from server.config import ServerConfig
from server.listen import uvicorn_config
from server.service import Emit, ResponderFactory, Service, voice_session
from tests.server.scripted import ScriptedRuntime, ScriptedSession, silent
from voice.events import SessionConfig

PATIENCE_S = 10.0


@dataclass
class Running:
    """A started server and the sessions it has opened."""

    port: int
    runtime: ScriptedRuntime
    sessions: list[ScriptedSession] = field(default_factory=list)
    service: Service | None = None
    failures: list[Exception] = field(default_factory=list)
    """The next sessions break with these."""

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self, path: str = "/v1/realtime?model=moui", **options: Any) -> connect:
        return connect(f"ws://127.0.0.1:{self.port}{path}", **{"compression": None, "max_size": None, **options})

    async def session(self, number: int = 0) -> ScriptedSession:
        await until(lambda: len(self.sessions) > number)
        return self.sessions[number]


@asynccontextmanager
async def running(
    config: ServerConfig | None = None,
    runtime: ScriptedRuntime | None = None,
    *,
    responder: ResponderFactory = silent,
    real_sessions: bool = False,
    **changes: Any,
) -> AsyncIterator[Running]:
    """The system chooses the port. Sessions are scripted unless they are asked to be real."""
    runtime = runtime or ScriptedRuntime()
    config = replace(config or ServerConfig(), port=0, **changes)
    state = Running(0, runtime)

    def open_session(_: Any, __: Any, session_config: SessionConfig, emit: Emit, session_id: str) -> ScriptedSession:
        session = ScriptedSession(session_config, emit, session_id)
        session.failure = state.failures.pop(0) if state.failures else None
        state.sessions.append(session)
        return session

    app = create_app(config, runtime, responder, voice_session if real_sessions else open_session)
    state.service = app.state.service
    server = uvicorn.Server(uvicorn_config(app, config))
    server.capture_signals = _no_signals  # type: ignore[method-assign]
    task = asyncio.create_task(server.serve())
    try:
        await until(lambda: server.started or task.done())
        if task.done():
            task.result()
        state.port = server.servers[0].sockets[0].getsockname()[1]
        yield state
    finally:
        server.should_exit = True
        await asyncio.wait_for(task, PATIENCE_S)


class _NoSignals:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


def _no_signals() -> Any:
    return _NoSignals()


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that other tasks will bring about."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110  (a condition of another task's making has no event)
            await asyncio.sleep(0.005)


async def receive(ws: ClientConnection, kind: str | None = None) -> dict[str, Any]:
    """The next JSON event, or the next of that type."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            message = await ws.recv()
            if isinstance(message, bytes):
                continue
            event: dict[str, Any] = json.loads(message)
            if kind is None or event["type"] == kind:
                return event


async def send(ws: ClientConnection, **event: Any) -> None:
    await ws.send(json.dumps(event))


async def closed(ws: ClientConnection) -> tuple[int, str]:
    """Read to the end; the close code and reason."""
    async with asyncio.timeout(PATIENCE_S):
        await ws.wait_closed()
    assert ws.close_code is not None
    return ws.close_code, ws.close_reason or ""


def append(seconds: float, rate: int = 24_000) -> dict[str, Any]:
    """Silence, as OpenAI's clients send audio."""
    return {"type": "input_audio_buffer.append", "audio": base64.b64encode(bytes(2 * round(seconds * rate))).decode()}
