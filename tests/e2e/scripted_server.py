"""A server for the browser tests: it serves the real page, speaks when the test says so, and remembers what it heard.

It does the least that lets a page begin (session.created, session.updated); every other event is sent by the test.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import FileResponse, JSONResponse, Response

from server.site import Site

CLIENT = Path(__file__).resolve().parents[2] / "client_web"
SUBPROTOCOL = "moui.binary.v1"
HEADER = struct.Struct("<BBHIQ")
OUTPUT_RATE_HZ = 24_000
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"

Event = dict[str, Any]


def sine(seconds: float, hz: float = 330.0) -> bytes:
    """PCM16 at the output rate, swelling like syllables so that the page's level moves."""
    count = round(seconds * OUTPUT_RATE_HZ)
    swell = (0.2 + 0.3 * math.sin(math.pi * i / 4000) ** 2 for i in range(count))
    wave = (round(32767 * s * math.sin(2 * math.pi * hz * i / OUTPUT_RATE_HZ)) for i, s in enumerate(swell))
    return struct.pack(f"<{count}h", *wave)


@dataclass
class ScriptedServer:
    """Thread-safe for one test at a time: the server runs in its own thread, the test in the main one."""

    status: Event = field(default_factory=lambda: {"ready": True, "voices": []})
    events: list[Event] = field(default_factory=list)
    mic_frames: list[tuple[int, int, int, int]] = field(default_factory=list)
    """(type, sequence, position, samples) of every binary frame."""
    mic_peak: int = 0
    connections: int = 0
    subprotocols: list[str] = field(default_factory=list)
    close_next_with: int | None = None
    down: bool = False
    """Nobody gets in: as if the server were not there."""
    refusing: bool = False
    """Only the handshakes fail."""
    lost_voice: str = ""
    """A name that is refused as a voice that is not there."""
    api: dict[str, Event] = field(default_factory=dict)
    """What is answered to "GET sessions/i1" and the like, below /api."""
    requests: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    """Of every WebSocket."""
    heard: list[tuple[float, int]] = field(default_factory=list)
    """When a microphone frame came (seconds of time.monotonic), and its peak."""
    port: int = 0
    _loop: asyncio.AbstractEventLoop | None = None
    _outbox: asyncio.Queue[Event | bytes | int] | None = None
    _sequence: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def talk(self) -> str:
        """The page of free talk."""
        return f"{self.url}#/talk"

    # --- what the test does ---

    def send(self, *messages: Event | bytes) -> None:
        for message in messages:
            self._put(message)

    def hang_up(self, code: int) -> None:
        self._put(code)

    def say(self, response_id: str, stream: int, text: str, pcm16: bytes, pace: float = 0.0) -> None:
        """A whole reply, as the real server sends it: events in order, audio in chunks of 40 ms, faster than heard, or
        with each chunk `pace` times its length behind the one before."""
        item = f"item_{response_id}"
        place = {"response_id": response_id, "item_id": item}
        self.send({"type": "response.created", "response": {"id": response_id, "moui": {"stream": stream}}})
        self.send({"type": "moui.state", "state": "speaking", "now": 0})
        for word in text.split(" "):
            self.send({"type": "response.output_audio_transcript.delta", **place, "delta": f"{word} "})
        step, begun = 2 * 960, time.monotonic()
        for start in range(0, len(pcm16), step):
            self.send(HEADER.pack(2, 0, stream, self._sequence, start // 2) + pcm16[start : start + step])
            self._sequence += 1
            time.sleep(max(0.0, begun + pace * (start // 2 + 960) / OUTPUT_RATE_HZ - time.monotonic()))
        self.send({"type": "response.output_audio.done", **place})
        self.send({"type": "response.output_audio_transcript.done", **place, "transcript": text})
        self.send({"type": "response.done", "response": {"id": response_id, "status": "completed", "output": []}})

    def of_type(self, kind: str) -> list[Event]:
        return [event for event in list(self.events) if event.get("type") == kind]

    def wait(self, what: Callable[[], Any], limit_s: float = 15.0) -> Any:
        """Poll until `what` gives something true, and return it."""
        deadline = time.monotonic() + limit_s
        while time.monotonic() < deadline:
            if found := what():
                return found
            time.sleep(0.02)
        raise AssertionError(f"not within {limit_s} s; received: {self.events[-8:]}")

    # --- the server's side ---

    def _put(self, message: Event | bytes | int) -> None:
        assert self._loop is not None
        assert self._outbox is not None
        self._loop.call_soon_threadsafe(self._outbox.put_nowait, message)

    def app(self) -> FastAPI:
        app = FastAPI()
        site = Site(CLIENT)

        @app.get("/")
        async def page() -> FileResponse:
            return FileResponse(CLIENT / "index.html", headers={"Content-Security-Policy": POLICY})

        @app.get("/api/status")
        async def status() -> Response:
            return JSONResponse(self.status)

        @app.get("/healthz")
        async def healthz() -> Response:
            return JSONResponse({"status": "ok"})

        @app.api_route("/api/{path:path}", methods=["GET", "POST", "PUT", "DELETE"])
        async def api(path: str, request: Request) -> Response:
            asked = f"{request.method} {path}"
            self.requests.append(asked)
            if self.down:
                return JSONResponse({"error": {"message": "down"}}, status_code=503)
            found = self.api.get(asked)
            return JSONResponse(found or {"error": {"message": "There is none."}}, status_code=200 if found else 404)

        @app.websocket("/v1/realtime")
        async def realtime(socket: WebSocket) -> None:
            await self._serve(socket)

        @app.get("/static/{path:path}")
        async def static(path: str) -> Response:
            return await site.answer(path)

        return app

    async def _serve(self, socket: WebSocket) -> None:
        if self.down or self.refusing:
            await socket.close()
            return
        self.connections += 1
        self.queries.append(socket.url.query)
        self.subprotocols = list(socket.scope["subprotocols"])
        await socket.accept(subprotocol=SUBPROTOCOL)
        if self.close_next_with is not None:
            code, self.close_next_with = self.close_next_with, None
            await socket.send_json({"type": "error", "error": {"code": "busy", "message": "server busy"}})
            await socket.close(code)
            return
        self._loop, self._outbox = asyncio.get_running_loop(), asyncio.Queue()
        await socket.send_json({"type": "session.created", "session": {"type": "realtime"}})
        sender = asyncio.create_task(self._write(socket, self._outbox))
        try:
            with contextlib.suppress(WebSocketDisconnect):
                await self._read(socket)
        finally:
            sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sender

    async def _write(self, socket: WebSocket, outbox: asyncio.Queue[Event | bytes | int]) -> None:
        while True:
            message = await outbox.get()
            if isinstance(message, bytes):
                await socket.send_bytes(message)
            elif isinstance(message, int):
                await socket.close(message)
                return
            else:
                await socket.send_json(message)

    async def _read(self, socket: WebSocket) -> None:
        while True:
            message = await socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("bytes") is not None:
                self._hear(message["bytes"])
                continue
            event = _json(message["text"])
            self.events.append(event)
            if event["type"] != "session.update":
                continue
            if self.lost_voice and event["session"]["audio"].get("output", {}).get("voice") == self.lost_voice:
                refusal = {"code": "invalid_value", "param": "session.audio.output.voice", "message": "No such voice."}
                await socket.send_json({"type": "error", "error": refusal})
            else:
                await socket.send_json({"type": "session.updated", "session": event["session"]})

    def _hear(self, frame: bytes) -> None:
        kind, _, _, sequence, position = HEADER.unpack_from(frame)
        samples = memoryview(frame)[HEADER.size :].cast("h")
        self.mic_frames.append((kind, sequence, position, len(samples)))
        peak = max((abs(sample) for sample in samples), default=0)
        self.mic_peak = max(self.mic_peak, peak)
        self.heard.append((time.monotonic(), peak))


def _json(text: str) -> Event:
    event = json.loads(text)
    assert isinstance(event, dict)
    return event


@contextlib.contextmanager
def running() -> Iterator[ScriptedServer]:
    """Serve on a free loopback port until the block ends."""
    scripted = ScriptedServer()
    config = uvicorn.Config(
        scripted.app(), host="127.0.0.1", port=0, log_level="warning", ws="websockets-sansio", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        scripted.wait(lambda: server.started)
        scripted.port = server.servers[0].sockets[0].getsockname()[1]
        yield scripted
    finally:
        server.should_exit = True
        thread.join(10)
