"""Handles: the asynchronous side of `ports.py` (the voices are in `voices.py`). A handle joins a worker (where it runs)
with an arbiter (who computes).

A language model is leased step by step, so that speech recognition and the voice get the device between two tokens;
a more urgent asker ends the running step early. Speech recognition and each piece of speech take one lease.
Engines that compute elsewhere (`device_bound=False`) have no arbiter here and take no lease.

What a failed call means for the conversation (try again, apologise) is the session's to decide, not a handle's.
"""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator

from models.arbiter import Arbiter
from models.leased_call import LeasedCall
from models.ports import (
    EngineError,
    GenerateRequest,
    GenerationChunk,
    PrefillProgress,
    Primed,
    PrimeRequest,
    Priority,
    TranscribeRequest,
    Transcription,
)
from models.voices import TextToSpeechHandle, VoiceBox
from models.worker import Worker

__all__ = ["LanguageModelHandle", "SpeechToTextHandle", "TextToSpeechHandle", "VoiceBox"]

STEP_S = 0.05
"""A language model's step: one token at 20 tokens/s or less, a few on a GPU. The round trip costs well under 1 ms."""


class SpeechToTextHandle:
    """ports.SpeechToText. One window is one step: Whisper's encoder cannot be divided."""

    def __init__(self, worker: Worker, arbiter: Arbiter | None) -> None:
        self.worker = worker
        self._arbiter = arbiter

    async def transcribe(self, request: TranscribeRequest, priority: Priority = Priority.LIVE_STT) -> Transcription:
        """Raises EngineCrashed, EngineUnavailable or EngineError. When cancelled, returns once nothing computes."""
        done = False
        async with LeasedCall(
            self.worker, self._arbiter, "transcribe", request, priority=priority, context=request.context
        ) as call:
            while not done:
                items, done = await call.step(math.inf)
                for item in items:
                    if isinstance(item, Transcription):
                        return item
        raise EngineError(f"{self.worker.title} gave no transcript.")


class LanguageModelHandle:
    """ports.LanguageModel."""

    def __init__(self, worker: Worker, arbiter: Arbiter | None, *, step_s: float = STEP_S) -> None:
        self.worker = worker
        self._arbiter = arbiter
        self._step_s = step_s

    async def generate(
        self, request: GenerateRequest, priority: Priority = Priority.LLM
    ) -> AsyncGenerator[GenerationChunk, None]:
        """Stream chunks. Nothing is leased while the consumer has a chunk in hand; closing cancels."""
        done = False
        async with LeasedCall(
            self.worker, self._arbiter, "generate", request, priority=priority, context=request.context
        ) as call:
            while not done:
                items, done = await call.step(self._step_s)
                for item in items:
                    if isinstance(item, GenerationChunk):
                        yield item

    async def prime(self, request: PrimeRequest, priority: Priority = Priority.BACKGROUND) -> Primed:
        """Gives way at the next step to anybody more urgent: less is then cached, and the rest is evaluated when it is
        needed."""
        primed = Primed(0)
        done = False
        async with LeasedCall(
            self.worker, self._arbiter, "prime", request, priority=priority, context=request.context
        ) as call:
            while not done and not call.wanted:
                items, done = await call.step(self._step_s, give_way=True)
                for item in items:
                    if isinstance(item, PrefillProgress):
                        primed = Primed(item.cached + item.evaluated, item.ends)
        return primed
