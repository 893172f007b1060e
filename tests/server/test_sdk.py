"""The official openai package holds a conversation with the real voice session, over a real socket, on fake engines."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from openai.types.realtime import RealtimeServerEvent

from models.ports import Pcm, VoiceActivityDetector
from server.service import RuntimeLike
from tests import fakes
from tests.server.running import PATIENCE_S, running
from tests.server.scripted import ScriptedRuntime
from voice.audio import to_pcm16
from voice.responder import Responder


class FakeRuntime(ScriptedRuntime):
    """The scripted runtime, with the fakes of the voice tests in it."""

    def __init__(self) -> None:
        super().__init__()
        self.stt = self.hearing = fakes.FakeSpeechToText()
        self.tts = self.speaking = fakes.FakeTextToSpeech()
        self.end_of_turn = fakes.FakeEndOfTurn()

    def new_vad(self) -> VoiceActivityDetector:
        return fakes.FakeVad()


def echo(_: RuntimeLike) -> Responder:
    return fakes.EchoResponder()


@asynccontextmanager
async def conversation(runtime: FakeRuntime | None = None) -> AsyncIterator[AsyncRealtimeConnection]:
    async with running(runtime=runtime or FakeRuntime(), responder=echo, real_sessions=True) as server:
        client = AsyncOpenAI(base_url=f"{server.http}/v1", api_key="anything")
        async with client, client.realtime.connect(model="gpt-realtime") as connection:
            yield connection


def encoded(audio: Pcm) -> str:
    """16 kHz test audio as the 24 kHz base64 that OpenAI's clients send."""
    return base64.b64encode(to_pcm16(np.repeat(audio, 3)[::2].astype(np.float32))).decode()


async def events_until(connection: AsyncRealtimeConnection, kind: str) -> list[RealtimeServerEvent]:
    events: list[RealtimeServerEvent] = []
    async with asyncio.timeout(PATIENCE_S):
        async for event in connection:
            events.append(event)
            assert event.type != "error", event
            if event.type == kind:
                return events
    raise AssertionError(f"the connection ended before {kind}")


def types(events: list[RealtimeServerEvent]) -> list[str]:
    """OpenAI's events in order, without moui's own and without repetitions."""
    kinds = [event.type for event in events if not event.type.startswith("moui.")]
    return [kind for number, kind in enumerate(kinds) if number == 0 or kinds[number - 1] != kind]


def only(events: list[RealtimeServerEvent], kind: str) -> Any:
    (event,) = [event for event in events if event.type == kind]
    return event


async def speak(connection: AsyncRealtimeConnection) -> None:
    for part in (fakes.quiet(0.3), fakes.speech(1.0), fakes.quiet(2.0)):
        await connection.input_audio_buffer.append(audio=encoded(part))


async def test_a_spoken_conversation_with_server_vad() -> None:
    async with conversation() as connection:
        await connection.session.update(
            session={
                "type": "realtime",
                "instructions": "Be brief.",
                "audio": {
                    "input": {
                        "transcription": {"model": "whisper-1", "language": "en"},
                        "turn_detection": {"type": "server_vad", "silence_duration_ms": 400},
                    }
                },
            }
        )
        assert only(await events_until(connection, "session.updated"), "session.updated").session.type == "realtime"
        await speak(connection)
        events = await events_until(connection, "response.done")
        order = types(events)
        landmarks = [
            *("input_audio_buffer.speech_started", "input_audio_buffer.speech_stopped", "input_audio_buffer.committed"),
            *("conversation.item.input_audio_transcription.completed", "response.created"),
            *("response.output_audio.delta", "response.output_audio.done", "response.done"),
        ]
        assert [kind for kind in order if kind in landmarks] == landmarks
        heard = only(events, "conversation.item.input_audio_transcription.completed").transcript
        response = only(events, "response.done").response
        assert heard
        assert response.status == "completed"
        assert response.output[0].content[0].transcript == f"You said {heard}."
        audio = b"".join(base64.b64decode(e.delta) for e in events if e.type == "response.output_audio.delta")
        assert len(audio) > 24_000


async def test_push_to_talk() -> None:
    async with conversation() as connection:
        await connection.session.update(session={"type": "realtime", "audio": {"input": {"turn_detection": None}}})
        await connection.input_audio_buffer.append(audio=encoded(fakes.speech(1.0)))
        await connection.input_audio_buffer.commit()
        await connection.response.create()
        events = await events_until(connection, "response.done")
        assert only(events, "input_audio_buffer.committed").item_id
        assert only(events, "response.done").response.status == "completed"


async def test_text_in_and_text_out() -> None:
    async with conversation() as connection:
        await connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        await connection.conversation.item.create(
            item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]}
        )
        await connection.response.create(response={"metadata": {"topic": "greeting"}})
        events = await events_until(connection, "response.done")
        assert only(events, "response.output_text.done").text == "You said hello."
        assert only(events, "response.done").response.metadata == {"topic": "greeting"}
        assert "response.output_audio.delta" not in types(events)
        item_id = only(events, "response.output_item.done").item.id
        await connection.conversation.item.retrieve(item_id=item_id)
        assert only(await events_until(connection, "conversation.item.retrieved"), "conversation.item.retrieved")


async def test_truncate_and_cancel() -> None:
    runtime = FakeRuntime()
    async with conversation(runtime) as connection:
        item: Any = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "a long story"}]}
        await connection.conversation.item.create(item=item)
        await connection.response.create()
        events = await events_until(connection, "response.done")
        item_id = only(events, "response.output_item.done").item.id
        await connection.conversation.item.truncate(item_id=item_id, content_index=0, audio_end_ms=300)
        events = await events_until(connection, "conversation.item.truncated")
        assert only(events, "conversation.item.truncated").item_id == item_id
        runtime.speaking.hold = asyncio.Event()
        await connection.response.create()
        await events_until(connection, "response.created")
        await connection.response.cancel()
        done = only(await events_until(connection, "response.done"), "response.done")
        assert done.response.status == "cancelled"
        assert done.response.status_details.reason == "client_cancelled"


@pytest.mark.parametrize("voice", ["alloy", "marin"])
async def test_the_voices_of_openais_examples_are_accepted(voice: Any) -> None:
    async with conversation() as connection:
        await connection.session.update(session={"type": "realtime", "audio": {"output": {"voice": voice}}})
        await events_until(connection, "session.updated")


async def test_errors_reach_the_sdk_with_the_clients_event_id() -> None:
    async with conversation() as connection:
        await connection.conversation.item.delete(item_id="nothing", event_id="mine")
        async with asyncio.timeout(PATIENCE_S):
            async for event in connection:
                if event.type == "error":
                    break
        assert event.type == "error"
        assert event.error.event_id == "mine"
        assert event.error.param == "item_id"
