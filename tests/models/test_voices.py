"""Voices: chosen by language, never a cloud voice unasked, stood in for when they fail; engines in real processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from models.arbiter import Arbiter
from models.handles import TextToSpeechHandle, VoiceBox
from models.ports import EngineError, Priority, SpeechChunk, SynthesizeRequest
from models.registry import EngineOptions
from tests.models.engines_for_tests import Mouth
from tests.models.workers import make


@dataclass
class Stage:
    tts: TextToSpeechHandle
    arbiter: Arbiter
    boxes: list[VoiceBox]
    notices: list[tuple[str, str]] = field(default_factory=list)
    now: float = 100.0

    async def say(self, voice: str, language: str = "ko") -> set[float]:
        """Lengths of the names of the voices that spoke: what Mouth puts into its samples."""
        request = SynthesizeRequest("안녕하세요", voice, language)
        return {float(chunk.audio[0]) async for chunk in self.tts.synthesize(request)}

    async def ahead(self, voice: str, text: str = "안녕하세요") -> list[SpeechChunk]:
        request = SynthesizeRequest(text, voice, "ko")
        return [chunk async for chunk in self.tts.synthesize(request, Priority.BACKGROUND)]


@asynccontextmanager
async def stage(*settings: dict[str, Any], first_audio_s: float = 5.0) -> AsyncIterator[Stage]:
    arbiter = Arbiter("cpu")
    boxes = []
    for options in settings:
        local = options.get("local", True)
        engine = options.get("engine", "MOUTH" if local else "CLOUD_MOUTH")
        worker = make(str(engine), options, name=str(options["voice"]))
        voices = Mouth(EngineOptions(settings=options)).voices()
        boxes.append(VoiceBox(worker, arbiter if local else None, voices))
    notices: list[tuple[str, str]] = []
    tts = TextToSpeechHandle(
        boxes, on_notice=lambda *notice: notices.append(notice), clock=lambda: it.now, first_audio_s=first_audio_s
    )
    it = Stage(tts, arbiter, boxes, notices)
    try:
        await asyncio.gather(*(box.worker.start() for box in boxes))
        yield it
    finally:
        await asyncio.gather(*(box.worker.stop() for box in boxes))


CLOUD = {"voice": "cloud", "language": "ko-KR", "local": False}
GOOD = {"voice": "good_ko", "language": "ko"}
LAST = {"voice": "last", "language": "ko", "last_resort": True}
ENGLISH = {"voice": "joe", "language": "en_US"}


async def test_a_voice_is_chosen_by_language_and_never_a_cloud_voice_unasked() -> None:
    async with stage(CLOUD, LAST, GOOD, ENGLISH) as it:
        assert [voice.id for voice in it.tts.voices()] == ["cloud", "good_ko", "joe", "last"]
        chosen = {
            (language, wanted): voice.id if (voice := it.tts.voice_for(language, wanted)) else None
            for language, wanted in [
                ("ko", None),
                ("ko-KR", "cloud"),
                ("en", "good_ko"),
                ("en-GB", None),
                ("fr", "joe"),
            ]
        }
        assert list(chosen.values()) == ["good_ko", "cloud", "joe", "joe", None]


async def test_speech_is_streamed_under_a_lease_for_each_piece() -> None:
    async with stage(GOOD | {"chunks": 3}) as it:
        request = SynthesizeRequest("안녕", "good_ko", "ko")
        async with aclosing(it.tts.synthesize(request)) as chunks:
            async for chunk in chunks:
                assert not it.arbiter.busy
                assert chunk.sample_rate_hz == 16_000
        assert {lease.phase for lease in it.arbiter.trace} == {"synthesize"}
        assert len(it.arbiter.trace) >= 3


async def test_a_failing_cloud_voice_is_replaced_within_the_call_and_rests() -> None:
    async with stage(CLOUD | {"broken": 0}, LAST, GOOD) as it:
        assert await it.say("cloud") == {len("good_ko")}
        assert await it.say("cloud") == {len("good_ko")}
        ((code, sentence),) = it.notices
        assert code == "voice_fallback"
        assert "Cloud" in sentence
        assert "Good_Ko speaks instead" in sentence
        used = it.boxes[0].worker
        assert not it.tts._rests(it.tts._choices[1])
        it.now += 61
        assert await it.say("cloud") == {len("good_ko")}  # tried again, failed again
        assert used.restarts == 0


async def test_a_cloud_voice_that_is_late_is_replaced_without_waiting_for_it() -> None:
    async with stage(CLOUD | {"step_s": 30.0}, GOOD, first_audio_s=0.05) as it:
        async with asyncio.timeout(10):
            assert await it.say("cloud") == {len("good_ko")}
        assert "did not answer" in it.notices[0][1]


async def test_a_late_cloud_voice_without_a_substitute_is_waited_for() -> None:
    async with stage(CLOUD | {"step_s": 0.1}, ENGLISH, first_audio_s=0.01) as it:
        assert await it.say("cloud") == {len("cloud")}
        assert it.notices == []


async def test_a_voice_that_fails_in_mid_sentence_raises() -> None:
    async with stage(GOOD | {"broken": 1}, LAST) as it:
        with pytest.raises(EngineError, match="cannot be reached"):
            await it.say("good_ko")


async def test_without_a_substitute_the_failure_is_the_callers() -> None:
    async with stage(GOOD | {"broken": 0}, ENGLISH, CLOUD) as it:
        with pytest.raises(EngineError, match="cannot be reached"):
            await it.say("good_ko")  # neither an English nor a cloud voice stands in
        with pytest.raises(EngineError, match="no voice called 'nobody'"):
            await it.say("nobody")


async def test_while_a_voice_is_started_again_another_speaks() -> None:
    async with stage(GOOD, LAST) as it:
        await it.boxes[0].worker.stop()
        assert await it.say("good_ko") == {len("last")}
        assert len(it.notices) == 1
        assert [voice.id for voice in it.tts.voices()] == ["last"]


async def test_what_is_made_ahead_of_time_is_made_by_the_very_voice_or_not_at_all() -> None:
    async with stage(GOOD | {"broken": 0}, LAST) as it:
        with pytest.raises(EngineError, match="cannot be reached"):
            await it.ahead("good_ko")
        assert it.notices == []
        assert len(await it.ahead("last")) == 2
        assert {lease.priority for lease in it.arbiter.trace} == {Priority.BACKGROUND}


@pytest.mark.parametrize("wanted", ["device", "voice"])
async def test_what_is_made_ahead_of_time_is_given_up_in_mid_sentence_for_anybody_else(wanted: str) -> None:
    async with stage(GOOD | {"engine": "LONG_BREATH", "step_s": 30.0}) as it:
        ahead = asyncio.create_task(it.ahead("good_ko", "long"))
        async with asyncio.timeout(10):
            while not it.arbiter.busy:  # noqa: ASYNC110 - looks at the arbiter from outside
                await asyncio.sleep(0.001)
            if wanted == "voice":
                assert await it.say("good_ko") == {len("good_ko")}
            else:
                async with it.arbiter.lease(engine="ears", phase="transcribe", priority=Priority.LIVE_STT):
                    await asyncio.sleep(0)
            with pytest.raises(EngineError, match="cancelled"):
                await ahead
        assert it.boxes[0].worker.restarts == 0
        assert await it.say("good_ko") == {len("good_ko")}
