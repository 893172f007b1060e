"""The WebSocket endpoint over real sockets, with a scripted session behind it."""

from __future__ import annotations

import base64

import numpy as np
from websockets.typing import Subprotocol

from server.wire import BinaryFrame, decode_binary, encode_binary
from tests.server.running import append, receive, running, send, until
from tests.server.scripted import ScriptedRuntime
from voice import events as ev
from voice.responder import Item

BINARY = Subprotocol("moui.binary.v1")
REALTIME = Subprotocol("realtime")


async def test_a_session_is_created_and_updated() -> None:
    async with running() as server, server.connect("/v1/realtime?model=anything") as ws:
        created = await receive(ws)
        assert created["type"] == "session.created"
        assert created["session"]["model"] == "anything"
        await send(ws, type="session.update", session={"type": "realtime", "instructions": "Ask."})
        updated = await receive(ws)
        assert updated["type"] == "session.updated"
        assert updated["session"]["instructions"] == "Ask."
        assert (await server.session()).config.instructions == "Ask."


async def test_commands_audio_and_errors_in_one_session() -> None:
    async with running() as server, server.connect() as ws:
        session = await server.session()
        await send(ws, type="nonsense", event_id="mine")
        error = (await receive(ws, "error"))["error"]
        assert (error["type"], error["code"], error["param"], error["event_id"]) == (
            *("invalid_request_error", "unknown_event", "type", "mine"),
        )
        await ws.send("{broken")
        assert (await receive(ws, "error"))["error"]["code"] == "invalid_json"
        await send(ws, type="session.update", event_id="u", session={"audio": {"output": {"voice": "nobody"}}})
        error = (await receive(ws, "error"))["error"]
        assert (error["param"], error["event_id"]) == ("session.audio.output.voice", "u")
        await send(ws, **append(0.5))
        await send(ws, type="input_audio_buffer.commit")
        await until(lambda: session.commands == [ev.CommitInput()])
        assert abs(session.samples - 8_000) < 400


async def test_a_15_second_file_may_be_sent_in_one_go() -> None:
    async with running() as server, server.connect() as ws:
        await send(ws, **append(15))
        session = await server.session()
        await until(lambda: session.samples > 14.9 * 16_000)
        assert ws.close_code is None


async def test_a_failed_command_is_answered_with_the_clients_own_event_id() -> None:
    async with running() as server, server.connect() as ws:
        session = await server.session()
        await send(ws, type="conversation.item.delete", item_id="x", event_id="first")
        await send(ws, type="conversation.item.delete", item_id="x", event_id="second")
        await until(lambda: len(session.commands) == 2)
        session.emit(ev.RequestFailed("item_not_found", "There is no x.", "item_id", session.commands[1]))
        assert (await receive(ws, "error"))["error"]["event_id"] == "second"
        session.emit(ev.RequestFailed("odd", "Nobody asked.", None))
        assert (await receive(ws, "error"))["error"]["event_id"] is None


async def test_items_can_be_retrieved() -> None:
    async with running() as server, server.connect() as ws:
        session = await server.session()
        session.items = (Item("i1", "assistant", "Hello"),)
        await send(ws, type="conversation.item.retrieve", item_id="i1")
        item = (await receive(ws, "conversation.item.retrieved"))["item"]
        assert item["content"] == [{"type": "output_text", "text": "Hello"}]
        await send(ws, type="conversation.item.retrieve", item_id="i2", event_id="e")
        assert (await receive(ws, "error"))["error"]["code"] == "item_not_found"


async def test_openais_voices_stand_for_the_best_local_one() -> None:
    async with running() as server, server.connect() as ws:
        await server.session()
        await send(ws, type="session.update", session={"audio": {"output": {"voice": "marin"}}})
        assert (await receive(ws, "session.updated"))["session"]["audio"]["output"]["voice"] is None
        assert (await receive(ws, "moui.notice"))["code"] == "voice_substituted"


async def test_a_json_reply_and_its_estimated_playout() -> None:
    async with running() as server, server.connect() as ws:
        session = await server.session()
        session.reply(samples=240)
        delta = await receive(ws, "response.output_audio.delta")
        assert base64.b64decode(delta["delta"]) == b"\1\0" * 240
        await receive(ws, "response.done")
        await until(lambda: session.commands and session.commands[-1] == ev.PlayoutReport("resp_1", 240))
        session.emit(ev.PlaybackFlushed("resp_2"))
        await until(lambda: session.commands[-1] == ev.PlayoutReport("resp_2", 0, flushed=True))
        await send(ws, type="moui.playout", response_id="resp_1", samples=1)
        assert "playout_reports" in (await receive(ws, "error"))["error"]["message"]


async def test_a_client_that_reports_playout_is_not_estimated() -> None:
    async with running() as server, server.connect() as ws:
        await send(ws, type="session.update", session={"moui": {"playout_reports": True}})
        await receive(ws, "session.updated")
        session = await server.session()
        session.reply(samples=240)
        await receive(ws, "response.done")
        await send(ws, type="moui.playout", response_id="resp_1", samples=100)
        await until(lambda: session.commands == [ev.PlayoutReport("resp_1", 100)])


async def test_the_binary_subprotocol_both_ways() -> None:
    async with running() as server, server.connect(subprotocols=[REALTIME, BINARY]) as ws:
        assert ws.subprotocol == BINARY
        created = await receive(ws, "session.created")
        assert created["session"]["moui"]["playout_reports"] is True
        await send(
            ws, type="session.update", session={"audio": {"input": {"format": {"type": "audio/pcm", "rate": 16000}}}}
        )
        await receive(ws, "session.updated")
        await ws.send(encode_binary(BinaryFrame(1, 0, 0, 0, b"\0\x40" * 320)))
        session = await server.session()
        await until(lambda: session.samples == 320)
        assert np.allclose(session.heard[0], 0.5)
        session.reply(samples=240)
        stream = (await receive(ws, "response.created"))["response"]["moui"]["stream"]
        frame = b""
        while not isinstance(frame, bytes) or not frame:
            frame = await ws.recv()  # type: ignore[assignment]
        reply = decode_binary(frame)
        assert (reply.stream, reply.sequence, reply.position, len(reply.pcm16)) == (stream, 0, 0, 480)


async def test_a_flushed_reply_does_not_reach_the_client() -> None:
    async with running() as server, server.connect() as ws:
        session = await server.session()
        await receive(ws, "session.created")
        session.emit(ev.ResponseStarted("r", "i", audio=True))
        session.emit(ev.ResponseAudio("r", "i", b"\0\0", 0))
        session.emit(ev.PlaybackFlushed("r"))
        while (event := await receive(ws))["type"] != "moui.playback.flush":
            assert event["type"] != "response.output_audio.delta"


async def test_a_session_opened_before_the_models_waits_for_them() -> None:
    runtime = ScriptedRuntime(loaded=False)
    async with running(runtime=runtime) as server, server.connect() as ws:
        assert (await receive(ws))["type"] == "session.created"
        notice = await receive(ws)
        assert (notice["type"], notice["code"]) == ("moui.notice", "models_loading")
        await send(ws, type="session.update", session={"instructions": "Wait."})
        await receive(ws, "session.updated")
        await send(ws, **append(1))
        await send(ws, type="response.create")
        await send(ws, type="conversation.item.retrieve", item_id="i")
        await receive(ws, "error")
        runtime.loaded.set()
        session = await server.session()
        await until(lambda: session.commands == [ev.CreateResponse()])
        assert session.config.instructions == "Wait."
        assert session.samples > 15_000


async def test_notices_of_the_engines_reach_every_session_until_it_ends() -> None:
    async with running() as server:
        async with server.connect() as ws:
            await server.session()
            await until(lambda: server.runtime.listeners)
            server.runtime.listeners[0]("voice_fallback", "Another voice speaks.")
            assert (await receive(ws, "moui.notice"))["message"] == "Another voice speaks."
        await until(lambda: not server.runtime.listeners)
