"""Ears: keeps the open turn's transcript abreast of the microphone, one Whisper window after another.

While the user speaks, a pass runs whenever enough new audio has come; at the first silence one runs at once, so that
the text is there long before the endpoint is decided and the final pass is only a look at what is there. Besides, any
stretch of the microphone can be looked at by itself: what somebody says over a reply is no turn yet.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from models.ports import (
    MIC_RATE_HZ,
    VAD_WINDOW,
    CallContext,
    EngineCrashed,
    EngineError,
    SpeechToText,
    TranscribeRequest,
    Transcription,
)
from voice.audio import AudioRing
from voice.hallucination import is_hallucination
from voice.transcript import TranscriptBuffer, WindowPlan

log = logging.getLogger("moui.ears")

PASS_EVERY_S = 1.5
"""New speech between two interim passes."""

PAUSE_SAMPLES = VAD_WINDOW
"""Quiet after which the speaker may be about to stop: one window without voice. A pass takes some 0.1 s; begun while
there is voice, it is over when the pause is long enough to want the tail."""

HEARD_SAMPLES = 2 * VAD_WINDOW
"""Quiet that a window holds behind the last voiced sample, or it has not heard the end: Whisper drops a word that ends
with its window."""


@dataclass(slots=True)
class HeardTurn:
    """One turn of the user: where its audio lies, what has been made of it."""

    item_id: str
    start: int
    transcript: TranscriptBuffer
    voiced: int = 0
    """Voiced samples: what a silence hallucination is measured against."""
    speech_end: int = 0
    passed_to: int = 0
    hurry: bool = False
    hurried_for: int = -1
    """The end of speech that the last hurried pass was asked for."""
    final_to: int | None = None
    """Set when the turn is over: the sample up to which the transcript must reach."""
    second_look: bool = False
    """The last pass stopped before the speech did: what is left is decoded in a window of its own, once."""
    language: str = ""
    last: Transcription | None = None
    last_plan: WindowPlan | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    start: int
    end: int
    on_heard: Callable[[Transcription | None], None]


@dataclass(frozen=True, slots=True)
class FinalText:
    """How a turn came out. Exactly one of text, dropped and failed is not empty."""

    turn: HeardTurn
    text: str = ""
    dropped: str = ""
    failed: str = ""


class Ears:
    """One per session; `run` is its only task. The shell opens, hurries, finishes and closes turns synchronously."""

    def __init__(
        self,
        stt: SpeechToText,
        ring: AudioRing,
        *,
        context: CallContext,
        on_interim: Callable[[HeardTurn], None],
        on_tail: Callable[[HeardTurn], None],
        on_final: Callable[[FinalText], None],
        too_early: Callable[[HeardTurn], bool],
    ) -> None:
        self._stt = stt
        self._ring = ring
        self._context = context
        self._on_interim = on_interim
        self._on_tail = on_tail
        self._on_final = on_final
        self._too_early = too_early
        self._wake = asyncio.Event()
        self._look: _Look | None = None
        self._interim: asyncio.Task[Transcription] | None = None
        self.turn: HeardTurn | None = None
        self.language: str | None = None
        self.prompt = ""

    def open(self, item_id: str, start: int) -> HeardTurn:
        self.turn = HeardTurn(item_id, start, TranscriptBuffer(start, self.language), passed_to=start)
        return self.turn

    def close(self) -> None:
        """The turn is committed or discarded; a pass that is running is ignored when it returns."""
        self.turn = None

    def audio_arrived(self) -> None:
        if self.turn is not None and self._due(self.turn):
            self._wake.set()

    def hurry(self) -> None:
        """The speaker has paused: transcribe what there is, now, and say so (`on_tail`). Once a pause."""
        turn = self.turn
        if turn is not None and turn.hurried_for != turn.speech_end:
            turn.hurry, turn.second_look, turn.hurried_for = True, False, turn.speech_end
            if self._interim is not None:
                self._interim.cancel()
            self._wake.set()

    def abreast(self) -> bool:
        """The open turn's words are known up to its last voiced sample."""
        turn = self.turn
        return turn is not None and not turn.hurry and self._already_heard(turn, turn.speech_end)

    def look(self, start: int, end: int, on_heard: Callable[[Transcription | None], None]) -> None:
        """Transcribe these samples by themselves; None: it could not be done. A newer look replaces one that waits."""
        self._look = _Look(start, end, on_heard)
        self._wake.set()

    def speaking(self, turn: HeardTurn) -> bool:
        """Not one window without voice yet: nobody is about to pause."""
        return self._ring.end - turn.speech_end < PAUSE_SAMPLES

    def finish(self, end: int) -> None:
        """The turn is over and its audio ends at `end`; `on_final` will be called."""
        assert self.turn is not None, "no turn is open"
        self.turn.final_to = min(end, self._ring.end)
        self._wake.set()

    def reopen(self) -> None:
        """The speaker went on: the final text is not wanted yet."""
        if self.turn is not None:
            self.turn.final_to = None

    async def run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while True:
                if (look := self._look) is not None:
                    self._look = None
                    look.on_heard(await self._look_at(look))
                elif (turn := self.turn) is not None and self._due(turn):
                    await self._pass(turn)
                else:
                    break

    async def _look_at(self, look: _Look) -> Transcription | None:
        start = max(look.start, self._ring.start)
        request = TranscribeRequest(
            self._ring.slice(start, max(look.end, start)), self.language, words=False, context=self._context
        )
        try:
            return await self._stt.transcribe(request)
        except EngineError as error:
            log.warning("speech over a reply could not be transcribed: %s", error)
            return None

    def _due(self, turn: HeardTurn) -> bool:
        if turn.final_to is not None or turn.hurry:
            return True
        # Speech, not silence, is worth a pass; and in a pause one would be in the way of the pass that `hurry` wants.
        return self.speaking(turn) and turn.speech_end - turn.passed_to >= PASS_EVERY_S * MIC_RATE_HZ

    async def _pass(self, turn: HeardTurn) -> None:
        final_to, urgent, turn.hurry = turn.final_to, turn.hurry or turn.final_to is not None, False
        if final_to is not None and self._already_heard(turn, final_to):
            self._finalise(turn)
            return
        end = self._ring.end if final_to is None else final_to
        plan = turn.transcript.rest(end) if urgent and turn.second_look else turn.transcript.window(end)
        try:
            heard = await (self._transcribe(plan) if urgent else self._unless_hurried(plan))
        except EngineError as error:
            log.warning("transcription failed: %s", error)
            if self.turn is turn:
                turn.passed_to = plan.end_sample
                if turn.final_to is not None:
                    self._on_final(FinalText(turn, failed=str(error)))
            return
        if self.turn is turn and heard is not None:
            self._take_in(turn, plan, heard, end=end, urgent=urgent)

    async def _unless_hurried(self, plan: WindowPlan) -> Transcription | None:
        """A pass while somebody speaks. None: given up for that of the pause, whose window holds this one; a pass runs
        for a fourth of the time, and every fourth answer would end in one and wait for it."""
        interim = self._interim = asyncio.create_task(self._transcribe(plan))
        try:
            return await interim
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if not interim.cancelled() or current is None or current.cancelling():
                raise
            return None
        finally:
            self._interim = None

    def _take_in(self, turn: HeardTurn, plan: WindowPlan, heard: Transcription, *, end: int, urgent: bool) -> None:
        turn.passed_to = plan.end_sample
        turn.last, turn.last_plan = heard, plan
        turn.language = heard.language or turn.language
        gated = self._gate(turn, heard) is not None
        if gated and plan.end_sample < end:  # a full window of nothing: step over it
            heard = replace(heard, text="", words=())
        if not gated or plan.end_sample < end:
            turn.transcript.update(plan, heard, voiced_until=turn.speech_end)
            self._ring.forget_before(min(turn.transcript.window_start, self._ring.end))
            self._on_interim(turn)
        if urgent and not gated and self._stopped_early(turn, plan, heard):
            return
        if turn.final_to is not None and self._already_heard(turn, turn.final_to):
            self._finalise(turn)
        elif urgent and not gated and self.abreast():
            self._on_tail(turn)

    def _stopped_early(self, turn: HeardTurn, plan: WindowPlan, heard: Transcription) -> bool:
        """Whisper left the end out, as it sometimes does: ask for a pass over what is behind the stable words."""
        if turn.second_look or not turn.transcript.stopped_early(plan, heard, turn.speech_end):
            return False
        turn.second_look, turn.hurry, turn.last_plan = True, True, None
        return True

    def _already_heard(self, turn: HeardTurn, final_to: int) -> bool:
        """The last pass reached the end of speech: only quiet has come since, so there is nothing more to decode."""
        plan = turn.last_plan
        return plan is not None and (plan.end_sample >= final_to or plan.end_sample >= turn.speech_end + HEARD_SAMPLES)

    def _finalise(self, turn: HeardTurn) -> None:
        assert turn.last is not None
        assert turn.last_plan is not None
        reason = self._gate(turn, turn.last)
        if reason is None and self._too_early(turn):
            return
        if reason is None:
            turn.transcript.finish(turn.last_plan, turn.last, voiced_until=turn.speech_end)
        text = turn.transcript.text.strip()  # gated: what earlier passes heard still stands
        if text:
            self._on_final(FinalText(turn, text=text))
        else:
            self._on_final(FinalText(turn, dropped=reason or "no words were heard"))

    def _gate(self, turn: HeardTurn, heard: Transcription) -> str | None:
        return is_hallucination(heard, turn.voiced / MIC_RATE_HZ, self.language or heard.language)

    async def _transcribe(self, plan: WindowPlan) -> Transcription:
        prompt = plan.prompt or self.prompt
        audio = self._ring.slice(plan.start_sample, plan.end_sample)
        request = TranscribeRequest(audio, self.language, prompt, context=self._context)
        try:
            return await self._stt.transcribe(request)
        except EngineCrashed:  # the audio is still here: a crash costs time, not words
            log.warning("the speech recogniser broke; the same window is tried again")
            return await self._stt.transcribe(request)
