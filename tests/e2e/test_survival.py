"""What a conversation survives, on real models: a killed model, a hang-up, and the official OpenAI client."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from openai import AsyncOpenAI

from models.ports import MIC_RATE_HZ
from server.caller.client import Caller, calling
from server.caller.latency import LONG_REPLIES
from server.caller.local import Server
from server.caller.sound import Clip, read_clip
from server.caller.turns import spoken_text, take_turn
from voice.audio import StreamResampler, to_pcm16

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

RECOVERY_S = 60.0


def worker_pid(moui: Server, name: str) -> int:
    [pid] = [worker["pid"] for worker in moui.get("/api/status")["workers"] if worker["name"] == name]
    return int(pid)


async def first_sound(caller: Caller) -> str:
    assert await caller.wait_for(lambda: caller.player.sounding, RECOVERY_S)
    assert caller.player.current is not None
    return caller.player.current.response_id


def response(caller: Caller, response_id: str) -> dict[str, Any] | None:
    done = [s.event["response"] for s in caller.events("response.done") if s.event["response"]["id"] == response_id]
    return done[0] if done else None


async def broken_reply(moui: Server, clip: Clip) -> tuple[str, str, str] | None:
    """Kill the language model as its first words are spoken; what was said before, the apology, what came after.

    None: the model had already written all it had to say (small ones sometimes tell a short story).
    """
    async with calling(moui.url, instructions=LONG_REPLIES) as caller:
        caller.say(clip.audio)
        assert await caller.wait_for(lambda: bool(caller.events("response.output_audio_transcript.delta")), RECOVERY_S)
        psutil.Process(worker_pid(moui, "llama")).kill()
        response_id = str(caller.events("response.created")[0].event["response"]["id"])
        assert await caller.wait_for(lambda: response(caller, response_id) is not None, RECOVERY_S)
        done = response(caller, response_id)
        assert done is not None
        assert done["status"] in ("completed", "incomplete"), "incomplete: a long story may reach the token limit"
        before, apology, after = spoken_text(done).partition("Sorry, I lost my thread for a moment.")
        await caller.send({"type": "response.cancel"})
        assert await caller.wait_for(lambda: caller.state == "listening", RECOVERY_S)
    return (before, apology, after) if apology else None


async def test_kill_9_of_the_language_model_in_mid_reply(moui: Server, speech: Path) -> None:
    clip = read_clip(speech / "LJ001-0006.wav")
    for _ in range(4):
        broken = await broken_reply(moui, clip)
        if broken is not None:
            break
    else:
        pytest.fail("every story was over before the model could be killed")
    before, _, after = broken
    assert before
    assert len(after.split()) >= 3, "the reply was not given again"
    async with calling(moui.url) as caller:
        turn, _ = await take_turn(caller, clip)
        assert turn.transcript
        assert turn.reply
        assert turn.voice_to_voice_ms is not None


@pytest.mark.parametrize("name", ["whisper", "piper"])
async def test_kill_9_of_hearing_or_speaking_costs_no_turn(moui: Server, speech: Path, name: str) -> None:
    clip = read_clip(speech / "LJ001-0006.wav")
    async with calling(moui.url) as caller:
        spoken = caller.say(clip.audio)
        await caller.wait_for(lambda: spoken.sent > 2 * MIC_RATE_HZ)
        psutil.Process(worker_pid(moui, name)).kill()
        await first_sound(caller)
        finals = caller.events("conversation.item.input_audio_transcription.completed")
        assert "worth" in finals[0].event["transcript"]


async def test_a_hang_up_in_mid_sentence_leaves_nothing_behind(moui: Server, speech: Path) -> None:
    clip = read_clip(speech / "jfk.wav")
    async with calling(moui.url) as caller:
        spoken = caller.say(clip.audio)
        await caller.wait_for(lambda: spoken.sent > 3 * MIC_RATE_HZ)
    async with asyncio.timeout(20):
        while moui.get("/api/status")["sessions"]:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.1)
    async with calling(moui.url) as caller:
        turn, _ = await take_turn(caller, clip)
        assert "country" in turn.transcript


async def test_the_official_openai_client_holds_a_spoken_conversation(moui: Server, speech: Path) -> None:
    clip = read_clip(speech / "jfk.wav")
    resampler = StreamResampler(MIC_RATE_HZ, 24_000)
    audio = np.concatenate((resampler.process(clip.audio), resampler.flush(), np.zeros(24_000 * 3, np.float32)))
    client = AsyncOpenAI(base_url=f"{moui.url}/v1", api_key="local")
    transcript, shown, reply = "", "", b""
    async with client, client.realtime.connect(model="moui") as connection:
        await connection.session.update(
            session={
                "type": "realtime",
                "output_modalities": ["audio"],
                "audio": {
                    "input": {"transcription": {"model": "whisper-1", "language": "en"}},
                    "output": {"voice": "marin"},
                },
            }
        )
        for start in range(0, len(audio), 4_800):
            data = to_pcm16(audio[start : start + 4_800])
            await connection.input_audio_buffer.append(audio=base64.b64encode(data).decode())
        async with asyncio.timeout(RECOVERY_S):
            async for event in connection:
                assert event.type != "error", event
                if event.type == "conversation.item.input_audio_transcription.completed":
                    transcript = event.transcript
                elif event.type == "response.output_audio_transcript.delta":
                    shown += event.delta
                elif event.type == "response.output_audio.delta":
                    reply += base64.b64decode(event.delta)
                elif event.type == "response.done":
                    assert event.response.status == "completed"
                    break
    assert "what your country can do for you" in transcript.lower()
    assert shown
    samples = np.frombuffer(reply, "<i2").astype(np.float32) / 32768
    assert float(np.sqrt(np.mean(samples**2))) > 0.01, "the reply is not audible"
