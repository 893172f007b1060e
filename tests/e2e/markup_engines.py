"""Engines whose every word is markup: what a recogniser hears, a voice is called, and a language model writes."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from dataclasses import replace

import numpy as np

from models.ports import GenerateRequest, GenerationChunk, Pcm, Priority, TranscribeRequest, Transcription, Voice
from models.worker_status import WorkerStatus
from tests.e2e.planted_markup import markup, planted
from tests.fakes import FakeEndOfTurn, FakeLanguageModel, FakeSpeechToText, FakeTextToSpeech
from tests.server.scripted import ScriptedRuntime

LOUD = 0.01


class LoudIsSpeech:
    def probability(self, window: Pcm) -> float:
        return 0.95 if float(np.abs(window).mean()) > LOUD else 0.02

    def reset(self) -> None:
        """Keeps no state."""


class HearsMarkup(FakeSpeechToText):
    def __init__(self) -> None:
        super().__init__()
        self.text = f"I led the team of 12 {markup('heard')} and it worked"

    async def transcribe(self, request: TranscribeRequest, priority: Priority = Priority.LIVE_STT) -> Transcription:
        return await super().transcribe(replace(request, audio=np.clip(request.audio / LOUD, -1, 1)), priority)


class SaysMarkup(FakeTextToSpeech):
    SECONDS_PER_LETTER = 0.004

    def voices(self) -> tuple[Voice, ...]:
        """Of a cloud: who chose one is told on every page where it says what leaves the computer."""
        return tuple(
            Voice(f"fake-{language}", language, "fake", f"Fake {markup('Voice.name')}", local=False)
            for language in ("en", "ko")
        )

    def voice_for(self, language: str, wanted: str | None = None) -> Voice | None:
        return next((voice for voice in self.voices() if voice.language == language), None)


class WritesMarkup(FakeLanguageModel):
    """As a judge it quotes the answer, and can tell good answers (with figures) from bad ones."""

    def __init__(self) -> None:
        super().__init__(f"And how did you measure {markup('written')} that?")

    async def generate(
        self, request: GenerateRequest, priority: Priority = Priority.LLM
    ) -> AsyncGenerator[GenerationChunk, None]:
        if request.json_schema is None:
            async for chunk in super().generate(request, priority):
                yield chunk
            return
        answer = request.messages[-1].content.partition("<answer>\n")[2].partition("\n</answer>")[0]
        figures = any(sign.isdigit() for sign in answer)
        opinion = {
            "quote": " ".join(answer.split()[:6]),
            "reason": f"Because {markup('judged')}",
            "level": 5 if figures else 1,
        }
        yield GenerationChunk(json.dumps(opinion))


class MarkupRuntime(ScriptedRuntime):
    def __init__(self) -> None:
        super().__init__()
        self.stt, self.tts, self.llm = HearsMarkup(), SaysMarkup(), WritesMarkup()
        self.end_of_turn = FakeEndOfTurn()

    def new_vad(self) -> LoudIsSpeech:
        return LoudIsSpeech()

    def status(self) -> list[WorkerStatus]:
        return [planted(WorkerStatus("llm", "llama", "ready", 7, 1000, 2, "loaded"))]
