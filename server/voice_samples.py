"""What a voice sounds like: one sentence, synthesised when nobody needs the device, and remembered."""

from __future__ import annotations

import io
import wave
from contextlib import aclosing

import numpy as np

from models.ports import Pcm, Priority, SynthesizeRequest, Voice
from server.service import RuntimeLike
from voice.audio import to_pcm16

SENTENCES = {
    "ko": "안녕하세요. 오늘 면접을 진행할 면접관입니다. 먼저 자기소개를 부탁드립니다.",
    "en": "Hello, I will be your interviewer today. To begin with, please tell me about yourself.",
}
MOST_KEPT = 16
"""About 250 kB each."""


class VoiceSamples:
    def __init__(self, runtime: RuntimeLike) -> None:
        self._runtime = runtime
        self._kept: dict[str, bytes] = {}

    async def wav(self, voice: Voice) -> bytes:
        """PCM16 mono at the voice's own rate. Raises EngineError."""
        if voice.id not in self._kept:
            while len(self._kept) >= MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[voice.id] = await self._made(voice)
        return self._kept[voice.id]

    async def _made(self, voice: Voice) -> bytes:
        language = voice.language[:2].lower()
        request = SynthesizeRequest(SENTENCES.get(language, SENTENCES["en"]), voice.id, voice.language)
        pieces, rate = [], 24_000
        async with aclosing(self._runtime.tts.synthesize(request, Priority.BACKGROUND)) as stream:
            async for chunk in stream:
                pieces.append(chunk.audio)
                rate = chunk.sample_rate_hz
        audio = np.concatenate(pieces) if pieces else np.zeros(0, np.float32)
        return _wav(audio, rate)


def _wav(audio: Pcm, rate_hz: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(rate_hz)
        written.writeframes(to_pcm16(audio))
    return file.getvalue()
