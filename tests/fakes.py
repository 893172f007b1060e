"""Fakes that satisfy the real ports, for tests that need speed or determinism. Real engines are tested elsewhere.

A fake microphone speaks in amplitudes: `speech(seconds)` is loud, `quiet(seconds)` is silent, and FakeVad tells them
apart. FakeSpeechToText answers with the words of a script in proportion to the loud samples it was given.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import numpy as np

from models.ports import (
    MIC_RATE_HZ,
    EngineCrashed,
    EngineError,
    GenerateRequest,
    GenerationChunk,
    Pcm,
    Primed,
    PrimeRequest,
    Priority,
    SpeechChunk,
    SynthesizeRequest,
    TranscribeRequest,
    Transcription,
    Voice,
    Word,
)
from voice.responder import Reply, TurnContext

SPEECH_LEVEL = 0.5
WORDS_PER_SECOND = 2.0


def speech(seconds: float) -> Pcm:
    return np.full(round(seconds * MIC_RATE_HZ), SPEECH_LEVEL, np.float32)


def quiet(seconds: float) -> Pcm:
    return np.zeros(round(seconds * MIC_RATE_HZ), np.float32)


class FakeVad:
    """Loud is speech."""

    def probability(self, window: Pcm) -> float:
        return 0.95 if float(np.abs(window).mean()) > SPEECH_LEVEL / 2 else 0.02

    def reset(self) -> None:
        """Keeps no state."""


class FakeEndOfTurn:
    """Has one opinion at a time."""

    def __init__(self, completeness: float = 0.9) -> None:
        self.completeness = completeness
        self.asked = 0

    def probability(self, audio: Pcm) -> float:
        self.asked += 1
        return self.completeness


class FakeSpeechToText:
    """Hears two words a second of loud audio: w1 w2 w3 ... counted from the window's start."""

    def __init__(self) -> None:
        self.text: str | None = None
        """Set: every window with speech in it reads this."""
        self.detected = "en"
        self.attention_s: float | None = None
        """Set: no more than this of a window's speech is heard, as Whisper sometimes does."""
        self.failures: list[EngineError] = []
        self.requests: list[TranscribeRequest] = []

    async def transcribe(self, request: TranscribeRequest, priority: Priority = Priority.LIVE_STT) -> Transcription:
        self.requests.append(request)
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.pop(0)
        loud = float((np.abs(request.audio) > SPEECH_LEVEL / 2).sum()) / MIC_RATE_HZ
        loud = loud if self.attention_s is None else min(loud, self.attention_s)
        count = max(1, round(loud * WORDS_PER_SECOND)) if loud > 0.05 else 0
        texts = [f" w{number + 1}" for number in range(count)]
        if self.text is not None and count:
            texts = [f" {word}" for word in self.text.split()]
        offset = float(np.argmax(np.abs(request.audio) > SPEECH_LEVEL / 2)) / MIC_RATE_HZ if count else 0.0
        step = loud / max(1, len(texts))
        words = tuple(Word(text, offset + i * step, offset + (i + 1) * step, 0.9) for i, text in enumerate(texts))
        return Transcription("".join(texts).strip(), words, request.language or self.detected, 0.05, -0.2, 1.2)


class FakeLanguageModel:
    """Says the next reply of its script, a word at a time."""

    def __init__(self, *replies: str) -> None:
        self.replies = list(replies) or ["Thank you. What did you learn from it?"]
        self.requests: list[GenerateRequest] = []
        self.primed: list[PrimeRequest] = []
        self.ends: float | None = None
        """What it says of open beginnings: how likely they end there."""
        self.crash_after: int | None = None
        self.closed = 0

    async def generate(
        self, request: GenerateRequest, priority: Priority = Priority.LLM
    ) -> AsyncGenerator[GenerationChunk, None]:
        self.requests.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        try:
            words = reply.split(" ")
            for number, word in enumerate(words):
                await asyncio.sleep(0)
                if self.crash_after == number:
                    self.crash_after = None
                    raise EngineCrashed("The language model's process ended; it is being restarted.")
                yield GenerationChunk(word if number == 0 else " " + word)
            yield GenerationChunk("", tokens=0, finish_reason="stop", prompt_tokens=50, cached_tokens=40)
        finally:
            self.closed += 1

    async def prime(self, request: PrimeRequest, priority: Priority = Priority.BACKGROUND) -> Primed:
        self.primed.append(request)
        await asyncio.sleep(0)
        return Primed(0, self.ends if request.ends else None)


class FakeTextToSpeech:
    """Hums 0.06 s a letter at 24 kHz. English only, so that a language without a voice can be tested."""

    SECONDS_PER_LETTER = 0.06

    def __init__(self) -> None:
        self.requests: list[SynthesizeRequest] = []
        self.failures: list[EngineError] = []
        self.hold: asyncio.Event | None = None
        self.wanted: list[str | None] = []

    def voices(self) -> tuple[Voice, ...]:
        return (Voice("fake", "en", "fake", "Fake"),)

    def voice_for(self, language: str, wanted: str | None = None) -> Voice | None:
        self.wanted.append(wanted)
        return self.voices()[0] if language == "en" else None

    async def synthesize(
        self, request: SynthesizeRequest, priority: Priority = Priority.TTS
    ) -> AsyncGenerator[SpeechChunk, None]:
        self.requests.append(request)
        await asyncio.sleep(0)
        if self.hold is not None:
            await self.hold.wait()
        if self.failures:
            raise self.failures.pop(0)
        samples = round(len(request.text) * self.SECONDS_PER_LETTER * 24_000)
        hum = 0.1 * np.sin(2 * np.pi * 300 / 24_000 * np.arange(samples))
        yield SpeechChunk(hum.astype(np.float32), 24_000)


class EchoResponder:
    """Repeats the last user's text: a Responder without a model."""

    acknowledges_waiting = False

    async def respond(self, turn: TurnContext) -> AsyncGenerator[Reply, None]:
        await asyncio.sleep(0)
        yield Reply(f"You said {turn.items[-1].text}.")

    async def prepare(self, turn: TurnContext, said: str = "") -> None:
        """Nothing to warm."""

    async def ends(self, turn: TurnContext) -> float | None:
        return None

    def rehearse(self, turn: TurnContext) -> tuple[Reply, ...]:
        return ()

    def apology(self, language: str) -> str:
        return "Sorry."
