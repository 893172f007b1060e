"""Handles: leases by step, giving way, cancelling; engines run in real processes."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import numpy as np
import pytest

from models.arbiter import Arbiter, overlap_seconds
from models.handles import LanguageModelHandle, SpeechToTextHandle
from models.ports import (
    CallContext,
    ChatMessage,
    EngineCrashed,
    EngineError,
    GenerateRequest,
    PrimeRequest,
    Priority,
    TranscribeRequest,
)
from models.worker import Worker
from tests.models.workers import make, until


@asynccontextmanager
async def running(*workers: Worker) -> AsyncIterator[None]:
    try:
        await asyncio.gather(*(worker.start() for worker in workers))
        yield
    finally:
        await asyncio.gather(*(worker.stop() for worker in workers))


def chat(text: str, **options: Any) -> GenerateRequest:
    return GenerateRequest((ChatMessage("user", text),), **options)


def window(samples: int = 16_000, **options: Any) -> TranscribeRequest:
    return TranscribeRequest(np.ones(samples, np.float32), **options)


async def collect(said: list[str], llm: LanguageModelHandle, request: GenerateRequest) -> None:
    async for chunk in llm.generate(request):
        said.append(chunk.text)


async def text_of(llm: LanguageModelHandle, request: GenerateRequest) -> str:
    return "".join([chunk.text async for chunk in llm.generate(request)])


async def test_a_window_is_transcribed_under_one_lease() -> None:
    worker, arbiter = make("EARS", name="ears"), Arbiter("cpu")
    stt = SpeechToTextHandle(worker, arbiter)
    async with running(worker):
        heard = await stt.transcribe(window(480_000, language="ko", context=CallContext("s", 7)))
    assert (heard.text, heard.language) == ("480000 480000", "ko")
    (lease,) = arbiter.trace
    assert (lease.engine, lease.phase, lease.priority) == ("ears", "transcribe", Priority.LIVE_STT)
    assert lease.context == CallContext("s", 7)


async def test_a_reply_is_streamed_and_nothing_is_leased_between_its_steps() -> None:
    worker, arbiter = make("TEXT", {"step_s": 0.001}), Arbiter("cpu")
    llm = LanguageModelHandle(worker, arbiter, step_s=0.0)
    async with running(worker):
        chunks = []
        async for chunk in llm.generate(chat("a b c", max_tokens=3)):
            assert not arbiter.busy
            chunks.append(chunk)
    assert "".join(chunk.text for chunk in chunks) == "a b c "
    assert chunks[-1].finish_reason == "length"
    assert len(arbiter.trace) >= 4  # prefill, and each token


async def test_an_engine_that_computes_elsewhere_takes_no_lease() -> None:
    worker = make("REMOTE_TEXT")
    async with running(worker):
        assert await text_of(LanguageModelHandle(worker, None), chat("hi", max_tokens=2)) == "hi hi "


async def test_closing_a_reply_frees_worker_and_device() -> None:
    worker, arbiter = make("TEXT", {"step_s": 0.002}), Arbiter("cpu")
    llm = LanguageModelHandle(worker, arbiter, step_s=0.0)
    async with running(worker):
        pid = worker.pid
        for _ in range(5):
            async with aclosing(llm.generate(chat("a", max_tokens=10_000))) as chunks:
                await anext(chunks)
            assert not arbiter.busy
        assert await text_of(llm, chat("b", max_tokens=1)) == "b "
        assert (worker.pid, worker.restarts) == (pid, 0)


async def test_a_cancel_inside_a_step_keeps_the_lease_until_the_acknowledgement() -> None:
    worker, ears, arbiter = make("TEXT", {"step_s": 0.05}), make("EARS"), Arbiter("cpu")
    llm, stt = LanguageModelHandle(worker, arbiter, step_s=60.0), SpeechToTextHandle(ears, arbiter)
    async with running(worker, ears):
        reply = asyncio.create_task(text_of(llm, chat("a", max_tokens=10_000)))
        await until(lambda: arbiter.busy)
        hearing = asyncio.create_task(stt.transcribe(window()))
        await asyncio.sleep(0)
        reply.cancel()
        await asyncio.sleep(0)
        assert arbiter.busy
        await hearing
        assert reply.cancelled()
    assert [lease.phase for lease in arbiter.trace][-2:] == ["generate", "transcribe"]
    assert overlap_seconds(arbiter.trace) == 0.0


async def test_speech_recognition_gets_the_device_in_mid_reply() -> None:
    worker, ears, arbiter = make("TEXT", {"step_s": 0.002}), make("EARS"), Arbiter("cpu")
    llm, stt = LanguageModelHandle(worker, arbiter, step_s=60.0), SpeechToTextHandle(ears, arbiter)
    async with running(worker, ears):
        reply = asyncio.create_task(text_of(llm, chat("a", max_tokens=100_000)))
        await until(lambda: arbiter.busy)
        for _ in range(3):
            await stt.transcribe(window())  # ends the 60 s step early, or this test would not end
        assert not reply.done()
        reply.cancel()
        await asyncio.wait((reply,))
    assert overlap_seconds(arbiter.trace) == 0.0


async def test_what_a_token_makes_speakable_is_spoken_before_the_next_token() -> None:
    arbiter = Arbiter("cpu")
    writer, speaker = make("TEXT", {"step_s": 0.01}), make("EARS", name="speaker")
    llm, voice = LanguageModelHandle(writer, arbiter, step_s=0.0), SpeechToTextHandle(speaker, arbiter)
    fragments: asyncio.Queue[str | None] = asyncio.Queue(2)

    async def speak() -> None:
        while await fragments.get() is not None:
            await voice.transcribe(window(), Priority.TTS)

    async with running(writer, speaker), asyncio.TaskGroup() as group:
        group.create_task(speak())
        number = 0
        async for chunk in llm.generate(chat("a b c d e f", max_tokens=6)):
            number += bool(chunk.text)
            if number == 3:
                said = len(arbiter.trace)
                await fragments.put(chunk.text)
        await fragments.put(None)
    assert arbiter.trace[said].engine == "speaker"


async def test_priming_gives_way_to_a_reply_that_waits_for_the_worker() -> None:
    worker, arbiter = make("TEXT", {"step_s": 0.002}), Arbiter("cpu")
    llm = LanguageModelHandle(worker, arbiter, step_s=60.0)
    async with running(worker):
        whole = await llm.prime(PrimeRequest((ChatMessage("system", "5"),)))
        assert whole.cached == 5
        prime = asyncio.create_task(llm.prime(PrimeRequest((ChatMessage("system", "100000"),))))
        await until(lambda: arbiter.busy)
        assert await text_of(llm, chat("now", max_tokens=1)) == "now "
        assert 0 < (await prime).cached < 100_000
        assert worker.restarts == 0


async def test_a_live_window_does_not_wait_behind_a_background_one_that_waits_for_everybody() -> None:
    worker, ears, arbiter = make("TEXT", {"step_s": 0.002}), make("EARS"), Arbiter("cpu")
    llm, stt = LanguageModelHandle(worker, arbiter), SpeechToTextHandle(ears, arbiter)
    async with running(worker, ears):
        reply = asyncio.create_task(text_of(llm, chat("a", max_tokens=100_000)))
        await until(lambda: arbiter.busy)
        background = asyncio.create_task(stt.transcribe(window(), Priority.BACKGROUND))
        await asyncio.sleep(0.02)
        assert not background.done()
        await stt.transcribe(window(), Priority.LIVE_STT)
        assert background.done()
        reply.cancel()
        await asyncio.wait((reply,))


async def test_failures_reach_the_caller_after_what_was_said() -> None:
    worker, arbiter = make("TEXT"), Arbiter("cpu")
    llm = LanguageModelHandle(worker, arbiter)
    async with running(worker):
        for word, kind in [("FAIL", EngineError), ("CRASH", EngineCrashed)]:
            said: list[str] = []
            with pytest.raises(kind):
                await collect(said, llm, chat(f"one two {word}", max_tokens=9))
            assert said == ["one ", "two "]
            assert not arbiter.busy
        assert await text_of(llm, chat("again", max_tokens=1)) == "again "
        assert worker.restarts == 1


async def test_a_deadline_ends_a_reply() -> None:
    worker, arbiter = make("TEXT", {"step_s": 0.01}), Arbiter("cpu")
    llm = LanguageModelHandle(worker, arbiter)
    async with running(worker):
        with pytest.raises(EngineError, match="longer than it was given"):
            await text_of(llm, chat("a", max_tokens=10_000, context=CallContext(deadline_s=0.1)))
        assert await text_of(llm, chat("b", max_tokens=1)) == "b "


async def test_leases_never_overlap_under_random_cancels_of_everything() -> None:
    rng = random.Random(3)
    worker, ears, arbiter = make("TEXT", {"step_s": 0.001}), make("EARS", {"step_s": 0.001}), Arbiter("cpu")
    llm, stt = LanguageModelHandle(worker, arbiter, step_s=0.005), SpeechToTextHandle(ears, arbiter)

    async def one(number: int) -> None:
        try:
            async with asyncio.timeout(rng.random() * 0.2):
                match number % 4:
                    case 0:
                        await stt.transcribe(window(), rng.choice(list(Priority)))
                    case 1:
                        await llm.prime(PrimeRequest((ChatMessage("system", "30"),)))
                    case 2:
                        await text_of(llm, chat("a b CRASH" if number % 40 == 2 else "a b", max_tokens=40))
                    case _:
                        async with aclosing(llm.generate(chat("a", max_tokens=1000))) as chunks:
                            for _ in range(rng.randrange(9)):
                                await anext(chunks)
        except (TimeoutError, EngineError):
            return

    async with running(worker, ears):
        await asyncio.wait_for(asyncio.gather(*(one(number) for number in range(160))), 30)
        assert not arbiter.busy
        assert await text_of(llm, chat("alive", max_tokens=1)) == "alive "
    assert len(arbiter.trace) > 10
    assert overlap_seconds(arbiter.trace) == 0.0
