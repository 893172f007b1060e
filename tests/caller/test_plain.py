"""The caller as a plain client of OpenAI's protocol: measured is any server that speaks it."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
from websockets.asyncio.server import ServerConnection, serve

from server.caller.client import calling
from server.caller.sound import Clip
from server.caller.turns import take_turn
from voice.audio import to_pcm16
from voice.events import OUTPUT_RATE_HZ

SILENT_FRAMES = 10
REPLY_S = 1.5


class Replier:
    """Replies with a tone 200 ms after any sound ends; says that speech began when it hears a sound."""

    def __init__(self, *, delta: str = "response.output_audio.delta") -> None:
        self.delta = delta
        self.received: list[dict[str, object]] = []
        self._replies = 0

    async def __call__(self, socket: ServerConnection) -> None:
        await socket.send(json.dumps({"type": "session.created", "session": {"id": "sess_1"}}))
        voiced, silent = False, 0
        async for message in socket:
            event = json.loads(message)
            if event["type"] != "input_audio_buffer.append":
                self.received.append(event)
                continue
            loud = np.abs(np.frombuffer(base64.b64decode(event["audio"]), "<i2")).max() > 3000
            if loud and not voiced:
                await socket.send(json.dumps({"type": "input_audio_buffer.speech_started"}))
            voiced, silent = voiced or bool(loud), 0 if loud else silent + 1
            if voiced and silent == SILENT_FRAMES:
                voiced = False
                await self._reply(socket)

    async def _reply(self, socket: ServerConnection) -> None:
        self._replies += 1
        response = {"id": f"resp_{self._replies}", "status": "in_progress"}
        tone = np.full(round(REPLY_S * OUTPUT_RATE_HZ), 0.2, np.float32)
        delta = {
            "type": self.delta,
            "response_id": response["id"],
            "item_id": f"item_{self._replies}",
            "delta": base64.b64encode(to_pcm16(tone)).decode(),
        }
        done = {"type": "response.done", "response": {**response, "status": "completed", "output": []}}
        heard = {"type": "conversation.item.input_audio_transcription.completed", "transcript": "Hm."}
        events = ({"type": "input_audio_buffer.speech_stopped"}, heard)
        for event in (*events, {"type": "response.created", "response": response}, delta, done):
            await socket.send(json.dumps(event))


@asynccontextmanager
async def serving(replier: Replier) -> AsyncIterator[str]:
    async with serve(replier, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"http://127.0.0.1:{port}"


def hum(duration_s: float) -> Clip:
    audio = np.full(round(duration_s * 16_000), 0.3, np.float32)
    return Clip("hum", audio, 0, len(audio), "Hm.")


async def test_a_turn_is_measured_without_any_event_of_moui() -> None:
    replier = Replier(delta="response.audio.delta")  # its name before the general release
    async with serving(replier) as url, calling(url, plain=True) as caller:
        turn, playback = await take_turn(caller, hum(0.3))
        assert caller.session_id == "1"
        assert caller.state == "listening"
    assert playback is not None
    assert not playback.flushed
    assert turn.transcript == "Hm."
    assert turn.voice_to_voice_ms == turn.voice_to_content_ms
    assert turn.voice_to_voice_ms is not None
    assert turn.voice_to_voice_ms >= 20 * SILENT_FRAMES - 40
    assert replier.received[0]["type"] == "session.update"


async def test_speech_over_a_reply_silences_the_player_and_the_server_is_told() -> None:
    replier = Replier()
    async with serving(replier) as url, calling(url, plain=True) as caller:
        _turn, playback = await take_turn(caller, hum(0.2), play_out=False)
        assert playback is not None
        caller.say(hum(0.2).audio)
        assert await caller.wait_for(lambda: playback.flushed, 5)
        assert await caller.wait_for(lambda: len(replier.received) > 1, 5)
        assert playback.silenced_s is not None
    truncate = replier.received[1]
    assert truncate["type"] == "conversation.item.truncate"
    assert truncate["item_id"] == "item_1"
    assert truncate["audio_end_ms"] == int(playback.played) * 1000 // OUTPUT_RATE_HZ
