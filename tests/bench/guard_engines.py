"""Engines for the guard that take known times under real leases, and wrappers that put a sleep where it can be felt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any

import numpy as np

from models.arbiter import Arbiter
from models.ports import (
    MIC_RATE_HZ,
    GenerateRequest,
    GenerationChunk,
    Lease,
    Primed,
    PrimeRequest,
    Priority,
    SpeechChunk,
    SynthesizeRequest,
    TextToSpeech,
    TranscribeRequest,
    Transcription,
    Voice,
    VoiceActivityDetector,
    Word,
)
from tests.fakes import FakeEndOfTurn, FakeTextToSpeech, FakeVad
from tests.server.scripted import ScriptedRuntime

STT_S = 0.12
PREFILL_S = 0.1
TOKEN_S = 0.04
TTS_S = 0.06

HEARD = "I led the team that built the payment service."
REPLY = "That sounds like a large piece of work. What did you decide first, and why did you decide it that way?"


class PacedRuntime(ScriptedRuntime):
    """One device, shared as a real one is; each step takes as long as on two cores with the 0.5B model."""

    def __init__(self) -> None:
        super().__init__()
        self.arbiter = Arbiter("cpu")
        self.stt = PacedSpeechToText(self.arbiter)
        self.llm = PacedLanguageModel(self.arbiter)
        self.tts = PacedTextToSpeech(self.arbiter)
        self.end_of_turn = FakeEndOfTurn()

    def new_vad(self) -> VoiceActivityDetector:
        return FakeVad()

    def leases(self) -> Sequence[Lease]:
        return sorted(self.arbiter.trace, key=lambda lease: lease.start_s)


class PacedSpeechToText:
    def __init__(self, arbiter: Arbiter) -> None:
        self._arbiter = arbiter

    async def transcribe(self, request: TranscribeRequest, priority: Priority = Priority.LIVE_STT) -> Transcription:
        async with self._arbiter.lease(
            engine="whisper", phase="transcribe", priority=priority, context=request.context
        ):
            await asyncio.sleep(STT_S)
        texts = HEARD.split(" ")
        step = len(request.audio) / MIC_RATE_HZ / len(texts)
        words = tuple(Word(f" {text}", n * step, (n + 1) * step, 0.9) for n, text in enumerate(texts))
        return Transcription(HEARD, words, "en", 0.05, -0.2, 1.2)


class PacedLanguageModel:
    def __init__(self, arbiter: Arbiter) -> None:
        self._arbiter = arbiter

    async def generate(
        self, request: GenerateRequest, priority: Priority = Priority.LLM
    ) -> AsyncGenerator[GenerationChunk, None]:
        for number, word in enumerate(REPLY.split(" ")):
            async with self._arbiter.lease(
                engine="llama", phase="generate", priority=priority, context=request.context
            ):
                await asyncio.sleep(TOKEN_S if number else PREFILL_S + TOKEN_S)
            yield GenerationChunk(f" {word}" if number else word)
        yield GenerationChunk("", tokens=0, finish_reason="stop")

    async def prime(self, request: PrimeRequest, priority: Priority = Priority.BACKGROUND) -> Primed:
        async with self._arbiter.lease(engine="llama", phase="prime", priority=priority, context=request.context):
            await asyncio.sleep(TOKEN_S)
        return Primed(0)


class PacedTextToSpeech(FakeTextToSpeech):
    def __init__(self, arbiter: Arbiter) -> None:
        super().__init__()
        self._arbiter = arbiter

    async def synthesize(
        self, request: SynthesizeRequest, priority: Priority = Priority.TTS
    ) -> AsyncGenerator[SpeechChunk, None]:
        async with self._arbiter.lease(engine="piper", phase="synthesize", priority=priority, context=request.context):
            await asyncio.sleep(TTS_S)
        samples = round(len(request.text) * self.SECONDS_PER_LETTER * 24_000)
        yield SpeechChunk(np.full(samples, 0.1, np.float32), 24_000)


class Slowed:
    """A runtime whose voice oversleeps before each fragment: the mistake that the guard is there to notice."""

    def __init__(self, runtime: Any, sleep_s: float) -> None:
        self._runtime = runtime
        self._sleep_s = sleep_s

    def __getattr__(self, name: str) -> Any:
        return getattr(self._runtime, name)

    @property
    def tts(self) -> TextToSpeech:
        return _SlowVoice(self._runtime.tts, self._sleep_s)


class _SlowVoice:
    def __init__(self, voice: TextToSpeech, sleep_s: float) -> None:
        self._voice = voice
        self._sleep_s = sleep_s

    def voices(self) -> tuple[Voice, ...]:
        return self._voice.voices()

    def voice_for(self, language: str, wanted: str | None = None) -> Voice | None:
        return self._voice.voice_for(language, wanted)

    async def synthesize(
        self, request: SynthesizeRequest, priority: Priority = Priority.TTS
    ) -> AsyncGenerator[SpeechChunk, None]:
        await asyncio.sleep(self._sleep_s)
        chunks = self._voice.synthesize(request, priority)
        async with aclosing(chunks):
            async for chunk in chunks:
                yield chunk
