"""Every way a connection is refused or ended, over real sockets, and that the next one works."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from models.ports import EngineUnavailable
from server.config import Limits
from server.wire import BinaryFrame, encode_binary
from tests.server.running import append, closed, receive, running, send, until
from tests.server.scripted import ScriptedRuntime
from voice import events as ev

BINARY = Subprotocol("moui.binary.v1")
REALTIME = Subprotocol("realtime")


async def test_binary_frames_without_the_subprotocol_close_1003() -> None:
    async with running() as server, server.connect() as ws:
        await ws.send(encode_binary(BinaryFrame(1, 0, 0, 0, b"\0\0")))
        assert (await receive(ws, "error"))["error"]["code"] == "invalid_frame"
        assert (await closed(ws))[0] == 1003


async def test_a_malformed_binary_frame_closes_1007_and_the_next_session_works() -> None:
    async with running() as server:
        async with server.connect(subprotocols=[BINARY]) as ws:
            await ws.send(b"rubbish")
            assert (await receive(ws, "error"))["error"]["code"] == "invalid_frame"
            assert (await closed(ws))[0] == 1007
        async with server.connect() as ws:
            assert (await receive(ws))["type"] == "session.created"


async def test_text_that_is_not_utf8_closes_1007() -> None:
    async with running() as server, server.connect() as ws:
        await receive(ws)
        await ws.send(b"\xff\xfe", text=True)
        assert (await closed(ws))[0] == 1007


@pytest.mark.parametrize("size", [1_048_577, 5_000_000])
async def test_a_frame_over_the_limit_closes_1009_and_the_client_learns_it(size: int) -> None:
    async with running() as server:
        async with server.connect() as ws:
            await receive(ws)
            await ws.send("x" * size)
            assert (await closed(ws))[0] == 1009
        await until(lambda: server.sessions[0].ended)
        async with server.connect() as ws:
            assert (await receive(ws))["type"] == "session.created"


async def test_audio_faster_than_allowed_closes_1008() -> None:
    async with running() as server, server.connect() as ws:
        for _ in range(7):
            await send(ws, **append(5))
        assert (await receive(ws, "error"))["error"]["code"] == "rate_limit_exceeded"
        assert (await closed(ws))[0] == 1008
        await until(lambda: server.sessions[0].ended)


async def test_20_connections_beyond_the_cap_are_told_so() -> None:
    async with running(limits=Limits(max_sessions=1)) as server:
        async with server.connect() as first:
            await receive(first)

            async def one_too_many() -> tuple[int, str]:
                async with server.connect() as ws:
                    error = (await receive(ws, "error"))["error"]
                    assert error["code"] == "busy"
                    assert "Try again in a few minutes." in error["message"]
                    return await closed(ws)

            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(one_too_many()) for _ in range(20)]
            codes, reasons = zip(*(task.result() for task in tasks), strict=True)
            assert set(codes) == {1013}
            assert all(reason.startswith("server busy: 1 of 1 sessions") for reason in reasons)
            await send(first, type="session.update", session={})
            await receive(first, "session.updated")
        await until(lambda: server.service is not None and server.service.sessions == 0)
        async with server.connect() as ws:
            assert (await receive(ws))["type"] == "session.created"


async def test_a_hang_up_in_mid_sentence_ends_the_session_at_once() -> None:
    async with running() as server:
        ws = await server.connect()
        session = await server.session()
        session.emit(ev.ResponseStarted("r", "i", audio=True))
        await receive(ws, "response.created")
        ws.transport.abort()
        await until(lambda: session.ended)
        await until(lambda: server.service is not None and server.service.sessions == 0)


async def test_a_client_that_does_not_read_is_let_go() -> None:
    limits = Limits(outbox_bytes=2_000_000)
    async with running(limits=limits) as server, server.connect(max_queue=1) as ws:
        session = await server.session()
        ws.transport.pause_reading()
        session.emit(ev.ResponseStarted("r", "i", audio=True))
        for n in range(200):
            if session.ended:
                break
            session.emit(ev.ResponseAudio("r", "i", bytes(400_000), n * 200_000))
            await asyncio.sleep(0)
        await until(lambda: session.ended)
        await until(lambda: server.service is not None and server.service.sessions == 0)
        ws.transport.abort()


async def test_models_that_failed_close_1011_with_the_sentence() -> None:
    runtime = ScriptedRuntime(failure=EngineUnavailable("The model is missing."))
    async with running(runtime=runtime) as server, server.connect() as ws:
        error = (await receive(ws, "error"))["error"]
        assert (error["type"], error["message"]) == ("server_error", "The model is missing.")
        assert (await closed(ws))[0] == 1011


async def test_a_session_that_breaks_closes_1011_and_only_itself() -> None:
    async with running() as server, server.connect() as other:
        await server.session()
        server.failures.append(RuntimeError("broken on purpose"))
        async with server.connect() as ws:
            assert (await receive(ws, "error"))["error"]["code"] == "internal_error"
            assert (await closed(ws))[0] == 1011
        await send(other, type="session.update", session={})
        await receive(other, "session.updated")


async def refused(server: Any, path: str = "/v1/realtime", **options: Any) -> int:
    with pytest.raises(InvalidStatus) as caught:
        async with server.connect(path, **options):
            pass
    return int(caught.value.response.status_code)


async def test_foreign_pages_and_rebound_names_are_refused_in_the_handshake() -> None:
    async with running() as server:
        assert await refused(server, origin="http://evil.example") == 403
        assert await refused(server, origin="null") == 403
        assert await refused(server, path="/v1/realtime?call_id=1") == 400
        async with server.connect(origin=f"http://127.0.0.1:{server.port}") as ws:
            await receive(ws)
        assert len(server.sessions) == 1


async def test_tokens_in_the_handshake() -> None:
    async with running(token="secret") as server:
        assert await refused(server) == 401
        assert await refused(server, path="/v1/realtime?token=wrong") == 401
        key = Subprotocol("openai-insecure-api-key.secret")
        async with server.connect(subprotocols=[REALTIME, key]) as ws:
            assert ws.subprotocol == "realtime"
        async with server.connect(additional_headers={"Authorization": "Bearer secret"}) as ws:
            await receive(ws)
        async with server.connect("/v1/realtime?token=secret") as ws:
            await receive(ws)


async def test_a_silent_connection_is_kept_alive_by_pings() -> None:
    limits = Limits(ping_interval_s=0.05, ping_timeout_s=5.0)
    async with running(limits=limits) as server, server.connect(ping_interval=None) as ws:
        session = await server.session()
        await receive(ws)
        pings = 0
        protocol = ws.protocol
        original = protocol.recv_frame

        def counting(frame: Any) -> None:
            nonlocal pings
            pings += frame.opcode.name == "PING"
            original(frame)

        protocol.recv_frame = counting  # type: ignore[method-assign]
        await until(lambda: pings >= 5)
        assert ws.close_code is None
        assert not session.ended
        assert not session.commands
