"""Voices: ports.TextToSpeech over several engines. A voice is chosen by language; one that fails is stood in for.

No text leaves the machine unless the user named a cloud voice: `voice_for` never chooses one, and a fallback is
always local. Whoever falls back says so, through `on_notice`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, replace

from models.arbiter import Arbiter
from models.leased_call import LeasedCall
from models.ports import EngineError, Priority, SpeechChunk, SynthesizeRequest, Voice
from models.worker import Worker
from models.worker_status import WorkerState

FIRST_AUDIO_S = 1.5
"""A cloud voice that has said nothing for so long is replaced: longer, and the pause is heard as an answer."""

REST_S = 60.0
"""So long the local voice stays before the cloud voice is tried again: voices must not alternate within a reply."""

OnNotice = Callable[[str, str], None]
"""Called with a code and a sentence for the user."""


@dataclass(frozen=True, slots=True)
class VoiceBox:
    """One loaded engine and the voices it has. `arbiter` is None where it computes elsewhere."""

    worker: Worker
    arbiter: Arbiter | None
    voices: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    box: VoiceBox
    voice: Voice

    @property
    def ready(self) -> bool:
        return self.box.worker.state is WorkerState.READY


class TextToSpeechHandle:
    """`boxes`: best first. Voices marked `last_resort` come after all others."""

    def __init__(
        self,
        boxes: Sequence[VoiceBox],
        *,
        on_notice: OnNotice,
        clock: Callable[[], float] = time.monotonic,
        first_audio_s: float = FIRST_AUDIO_S,
    ) -> None:
        choices = [_Choice(box, voice) for box in boxes for voice in box.voices]
        self._choices = sorted(choices, key=lambda choice: choice.voice.last_resort)  # stable
        self._on_notice = on_notice
        self._clock = clock
        self._first_audio_s = first_audio_s
        self._resting_until: dict[str, float] = {}
        self._reported: set[str] = set()

    def voices(self) -> tuple[Voice, ...]:
        """All voices that can speak now, best first (one whose engine is being started again can, in a moment)."""
        away = {WorkerState.FAILED, WorkerState.STOPPED}
        return tuple(choice.voice for choice in self._choices if choice.box.worker.state not in away)

    def voice_for(self, language: str, wanted: str | None = None) -> Voice | None:
        """The wanted voice if it speaks the language, else the best local one that does, else None."""
        speaking = [voice for voice in self.voices() if _speaks(voice, language)]
        for voice in speaking:
            if voice.id == wanted:
                return voice
        return next((voice for voice in speaking if voice.local), None)

    async def synthesize(
        self, request: SynthesizeRequest, priority: Priority = Priority.TTS
    ) -> AsyncGenerator[SpeechChunk, None]:
        """Stream audio; closing cancels. One lease for each chunk, none while the consumer has one in hand.

        A voice that fails before its first chunk is stood in for by the next local one of the language, within this
        call; one that fails later raises, because the listener has already heard part of the sentence.
        What is made ahead of time (BACKGROUND) is made by the very voice asked for, and given up in mid-sentence when
        somebody more urgent wants the device; nobody is told.
        Raises EngineError with a sentence when no voice can speak the text.
        """
        if priority is Priority.BACKGROUND:
            async with aclosing(self._speak(self._asked(request), request, priority, hurry=False)) as chunks:
                async for chunk in chunks:
                    yield chunk
            return
        choices = self._in_order_of_trial(request)
        for number, choice in enumerate(choices):
            substitute = choices[number + 1] if number + 1 < len(choices) else None
            spoken = False
            try:
                async with aclosing(self._speak(choice, request, priority, hurry=substitute is not None)) as chunks:
                    async for chunk in chunks:
                        spoken = True
                        yield chunk
            except EngineError as error:
                self._note_failure(choice, substitute, error)
                if spoken or substitute is None:
                    raise
            else:
                self._reported.discard(choice.box.worker.spec.name)
                return

    def _asked(self, request: SynthesizeRequest) -> _Choice:
        for choice in self._choices:
            if choice.voice.id == request.voice:
                return choice
        raise EngineError(f"There is no voice called '{request.voice}'.")

    def _in_order_of_trial(self, request: SynthesizeRequest) -> list[_Choice]:
        asked = self._asked(request)
        others = [
            choice
            for choice in self._choices
            if choice.box is not asked.box and choice.voice.local and _speaks(choice.voice, request.language)
        ]
        ready = [choice for choice in others if choice.ready]
        if ready and (not asked.ready or self._rests(asked)):
            if not self._rests(asked):
                self._note_failure(asked, ready[0], EngineError(asked.box.worker.detail))
            return ready
        return [asked, *(ready or others)]

    async def _speak(
        self, choice: _Choice, request: SynthesizeRequest, priority: Priority, *, hurry: bool
    ) -> AsyncGenerator[SpeechChunk, None]:
        if choice.voice.id != request.voice:
            request = replace(request, voice=choice.voice.id)
        box = choice.box
        # Only what waits for a network may be late; a local voice waits its turn for the device, and that is in order.
        limit_s = self._first_audio_s if hurry and not choice.voice.local else None
        done = False
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(limit_s):
                    call = await stack.enter_async_context(
                        LeasedCall(
                            box.worker,
                            box.arbiter,
                            "synthesize",
                            request,
                            priority=priority,
                            context=request.context,
                            expendable=priority is Priority.BACKGROUND,
                        )
                    )
                    items, done = await call.step(0.0)
            except TimeoutError:
                raise EngineError(f"The voice {choice.voice.name} did not answer in {limit_s} s.") from None
            while True:
                for item in items:
                    yield item
                if done:
                    return
                items, done = await call.step(0.0)

    def _rests(self, choice: _Choice) -> bool:
        return self._clock() < self._resting_until.get(choice.box.worker.spec.name, 0.0)

    def _note_failure(self, choice: _Choice, substitute: _Choice | None, error: EngineError) -> None:
        """Rest a cloud voice; tell the user once until it works again."""
        name = choice.box.worker.spec.name
        if not choice.voice.local:
            self._resting_until[name] = self._clock() + REST_S
        if substitute is not None and name not in self._reported:
            self._reported.add(name)
            self._on_notice(
                "voice_fallback",
                f"The voice {choice.voice.name} cannot speak now; {substitute.voice.name} speaks instead. ({error})",
            )


def _speaks(voice: Voice, language: str) -> bool:
    return _primary(voice.language) in {"*", _primary(language)}


def _primary(language: str) -> str:
    """ "ko-KR" and "ko_KR" -> "ko" """
    return language.replace("_", "-").partition("-")[0].lower()
