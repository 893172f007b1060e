"""Speech made ahead of time: what will perhaps be said next is synthesised while nobody needs the device.

A fragment that was rehearsed is there at once when it is really said; any other is made as always. What is kept was
made from the very same text, voice, language and speed, so it cannot be stale.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import aclosing

from models.ports import Priority, SpeechChunk, SynthesizeRequest, TextToSpeech, Voice

MOST_S = 40.0
"""Seconds of speech kept: 3.5 MB at 22 kHz. A planned question with its acknowledgement is 10 s."""

_Key = tuple[str, str, str, float]


class Rehearsed:
    """A TextToSpeech around another; may be shared by all sessions of a process."""

    def __init__(self, voice: TextToSpeech, *, most_s: float = MOST_S) -> None:
        self._voice = voice
        self._most_s = most_s
        self._kept: OrderedDict[_Key, tuple[SpeechChunk, ...]] = OrderedDict()
        """Least recently wanted first."""
        self._kept_s = 0.0

    @property
    def kept_s(self) -> float:
        """Seconds of speech in memory."""
        return self._kept_s

    def voices(self) -> tuple[Voice, ...]:
        return self._voice.voices()

    def voice_for(self, language: str, wanted: str | None = None) -> Voice | None:
        return self._voice.voice_for(language, wanted)

    def holds(self, request: SynthesizeRequest) -> bool:
        """It could be said at once."""
        return _key(request) in self._kept

    async def rehearse(self, request: SynthesizeRequest) -> None:
        """Make this fragment while nobody needs the device; nothing where it is there already.

        Cancelled, or when somebody more urgent asked for the device, it leaves nothing behind: then it may be tried
        again later. A cloud voice is not rehearsed: what may never be said is not sent to anybody.
        Raises EngineError, from which only speed is lost.
        """
        key = _key(request)
        if key in self._kept:
            self._kept.move_to_end(key)
            return
        if not self._is_local(request.voice):
            return
        chunks = []
        async with aclosing(self._voice.synthesize(request, Priority.BACKGROUND)) as stream:
            async for chunk in stream:
                chunks.append(chunk)
        self._keep(key, tuple(chunks))

    async def synthesize(
        self, request: SynthesizeRequest, priority: Priority = Priority.TTS
    ) -> AsyncGenerator[SpeechChunk, None]:
        """From memory where it was rehearsed, else made now. Raises EngineError."""
        kept = self._kept.get(key := _key(request))
        if kept is not None:
            self._kept.move_to_end(key)
            for chunk in kept:
                yield chunk
            return
        async with aclosing(self._voice.synthesize(request, priority)) as stream:
            async for chunk in stream:
                yield chunk

    def _is_local(self, voice_id: str) -> bool:
        return any(voice.id == voice_id and voice.local for voice in self._voice.voices())

    def _keep(self, key: _Key, chunks: tuple[SpeechChunk, ...]) -> None:
        """The least recently wanted give way. Silence, and what alone is too long, is not kept."""
        length_s = _seconds(chunks)
        if key in self._kept or not 0 < length_s <= self._most_s:
            return
        self._kept[key] = chunks
        self._kept_s += length_s
        while self._kept_s > self._most_s:
            _, oldest = self._kept.popitem(last=False)
            self._kept_s -= _seconds(oldest)


def _key(request: SynthesizeRequest) -> _Key:
    return (request.text, request.voice, request.language, request.speed)


def _seconds(chunks: tuple[SpeechChunk, ...]) -> float:
    return sum(len(chunk.audio) / chunk.sample_rate_hz for chunk in chunks)
