"""Speech made ahead of time: there at once, of the very words, bounded, and nothing left of what was given up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import numpy as np
import pytest

from models.ports import EngineError, Priority, SpeechChunk, SynthesizeRequest, Voice
from tests.fakes import FakeTextToSpeech
from voice.rehearsal import Rehearsed

HELLO = SynthesizeRequest("Tell me about yourself.", "fake", "en")


class Watched(FakeTextToSpeech):
    """Remembers who asked with which priority."""

    def __init__(self) -> None:
        super().__init__()
        self.priorities: list[Priority] = []
        self.local = True

    def voices(self) -> tuple[Voice, ...]:
        return (Voice("fake", "en", "fake", "Fake", local=self.local),)

    async def synthesize(
        self, request: SynthesizeRequest, priority: Priority = Priority.TTS
    ) -> AsyncGenerator[SpeechChunk, None]:
        self.priorities.append(priority)
        async for chunk in super().synthesize(request, priority):
            yield chunk


async def said(tts: Rehearsed, request: SynthesizeRequest) -> np.ndarray:
    return np.concatenate([chunk.audio async for chunk in tts.synthesize(request)])


async def test_what_was_rehearsed_is_said_from_memory() -> None:
    voice = Watched()
    tts = Rehearsed(voice)
    await tts.rehearse(HELLO)
    await tts.rehearse(HELLO)
    assert voice.priorities == [Priority.BACKGROUND]
    heard = await said(tts, HELLO)
    assert voice.priorities == [Priority.BACKGROUND]
    assert np.array_equal(heard, await said(Rehearsed(Watched()), HELLO))
    assert tts.holds(HELLO)


@pytest.mark.parametrize(
    "other", [{"text": "Tell me about yourself"}, {"voice": "other"}, {"language": "ko"}, {"speed": 0.85}], ids=str
)
async def test_anything_else_is_made_now(other: dict[str, object]) -> None:
    voice = Watched()
    tts = Rehearsed(voice)
    await tts.rehearse(HELLO)
    await said(tts, replace(HELLO, **other))  # type: ignore[arg-type]
    assert voice.priorities == [Priority.BACKGROUND, Priority.TTS]


async def test_memory_is_bounded_and_the_least_recently_wanted_gives_way() -> None:
    tts = Rehearsed(Watched(), most_s=10.0)
    requests = [replace(HELLO, text=letter * 50) for letter in "abc"]  # 3 s each
    for request in requests:
        await tts.rehearse(request)
    await said(tts, requests[0])
    await tts.rehearse(replace(HELLO, text="d" * 50))
    assert [tts.holds(request) for request in requests] == [True, False, True]
    assert tts.kept_s == pytest.approx(9.0)
    await tts.rehearse(replace(HELLO, text="e" * 500))
    assert tts.kept_s == pytest.approx(9.0)


async def test_a_rehearsal_given_up_leaves_nothing() -> None:
    voice = Watched()
    voice.hold = asyncio.Event()
    tts = Rehearsed(voice)
    task = asyncio.create_task(tts.rehearse(HELLO))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    voice.hold.set()
    voice.failures = [EngineError("No.")]
    with pytest.raises(EngineError):
        await tts.rehearse(HELLO)
    assert not tts.holds(HELLO)
    await tts.rehearse(HELLO)
    assert tts.holds(HELLO)


async def test_a_cloud_voice_is_not_told_what_may_never_be_said() -> None:
    voice = Watched()
    voice.local = False
    await Rehearsed(voice).rehearse(HELLO)
    assert voice.requests == []


async def test_it_offers_the_voices_of_the_one_inside() -> None:
    tts = Rehearsed(Watched())
    assert [voice.id for voice in tts.voices()] == ["fake"]
    assert tts.voice_for("ko") is None
