"""One response: the responder's text is cut into fragments, each is spoken as soon as it is whole.

Two coroutines and one bounded queue: writing runs ahead of speaking by at most `QUEUED_FRAGMENTS`, and speaking runs
ahead of the player by at most `lead_s`. Who computes when is not decided here but by the arbiter's priorities.
Whether anybody hears it is not decided here either: a response may be made while the user has only paused
(voice/drafts.py), and `emit` then keeps what it says.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from models.ports import EngineCrashed, EngineError, SynthesizeRequest, TextToSpeech, Voice
from voice.audio import StreamResampler, to_pcm16
from voice.events import OUTPUT_RATE_HZ, ContentStarted, Notice, ResponseAudio, ResponseDone, ResponseText, SessionEvent
from voice.expectation import expected_answer
from voice.fragments import Fragment, Fragmenter
from voice.lead_in import LeadIn
from voice.playout import PlayoutLedger
from voice.responder import Expected, Reply, Responder, SpeechStyle, TurnContext

log = logging.getLogger("moui.response")

QUEUED_FRAGMENTS = 2
"""Fragments written but not yet spoken; more would be thrown away at a barge-in."""

SOUNDED, SOUNDING = 4 * OUTPUT_RATE_HZ, OUTPUT_RATE_HZ
"""Output samples before and behind the player's last report whose words an echo may hold."""

LAST_SYLLABLES = round(0.5 * OUTPUT_RATE_HZ)

LEAD_S = 15.0
"""Speech sent ahead of what has been played: survives a stalled network, wastes little when interrupted."""

CHUNK_S = 0.2
"""Longest piece of audio in one event: small enough to start at once, large enough to cost nothing."""


@dataclass(slots=True)
class Marks:
    """Clock readings of one response, seconds of the session's clock; None: did not happen."""

    started: float
    first_token: float | None = None
    first_fragment: float | None = None
    first_audio: float | None = None


@dataclass(slots=True)
class Outcome:
    """What a response came to."""

    status: Literal["completed", "failed", "incomplete"] = "completed"
    reason: str = ""
    error: str = ""
    text: list[str] = field(default_factory=list)
    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0


@dataclass(slots=True)
class ResponseRun:
    """One response while it is being made. `emit` is the session's egress, which drops what is stale, or a draft."""

    response_id: str
    item_id: str
    responder: Responder
    tts: TextToSpeech
    turn: TurnContext
    voice_for: Callable[[str | None], Voice | None]
    """The voice for the one a style names; None where the language has none: then the reply is text."""
    speed: float
    audio: bool
    emit: Callable[[SessionEvent], None]
    clock: Callable[[], float]
    on_audio_started: Callable[[], None]
    ledger: PlayoutLedger = field(default_factory=PlayoutLedger)
    outcome: Outcome = field(default_factory=Outcome)
    marks: Marks = field(init=False)
    playout_moved: asyncio.Event = field(default_factory=asyncio.Event)
    lead_s: float = LEAD_S
    _expects: Expected | None = None
    _has_content: bool = False
    _lead_in: LeadIn = field(default_factory=LeadIn)

    def __post_init__(self) -> None:
        self.marks = Marks(self.clock())

    async def run(self) -> Outcome:
        """Make the response. Cancelling the task cancels all work behind it."""
        fragments: asyncio.Queue[Fragment | None] = asyncio.Queue(QUEUED_FRAGMENTS)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._write(fragments))
            group.create_task(self._speak(fragments))
        self.ledger.close()
        return self.outcome

    def said(self) -> str:
        """The text sent so far."""
        return "".join(self.outcome.text)

    def being_said(self) -> str:
        """The words that have just sounded, or are about to."""
        return self.ledger.saying(self.ledger.played - SOUNDED, self.ledger.played + SOUNDING)

    @property
    def nearly_over(self) -> bool:
        """All is written, and what is left of its sound is less than a word of an answer."""
        return self.ledger.closed and self.ledger.sent - self.ledger.played < LAST_SYLLABLES

    def expects(self) -> Expected:
        """What kind of answer is awaited now: as the responder says, else as the words do."""
        return self._expects or expected_answer(self.said(), self.turn.language)

    def done(
        self,
        status: Literal["completed", "cancelled", "failed", "incomplete"],
        reason: str,
        metadata: tuple[tuple[str, str], ...],
    ) -> ResponseDone:
        """How it came out, to be told to the outside."""
        outcome = self.outcome
        return ResponseDone(
            response_id=self.response_id,
            item_id=self.item_id,
            status=status,
            reason=reason,
            text=self.said(),
            audio=self.audio,
            prompt_tokens=outcome.prompt_tokens,
            cached_tokens=outcome.cached_tokens,
            output_tokens=outcome.output_tokens,
            error=outcome.error,
            metadata=metadata,
        )

    # --- writing ------------------------------------------------------------------------------------------------

    async def _write(self, fragments: asyncio.Queue[Fragment | None]) -> None:
        try:
            try:
                await self._write_once(fragments)
            except EngineCrashed as error:
                log.warning("the reply broke off and is tried again: %s", error)
                self.emit(Notice("reply_interrupted", str(error)))
                await fragments.put(Fragment(self.responder.apology(self.turn.language), SpeechStyle()))
                await self._write_once(fragments)
        except EngineError as error:
            log.error("the reply failed: %s", error)
            self.outcome.status, self.outcome.reason, self.outcome.error = "failed", "engine_error", str(error)
        await fragments.put(None)

    async def _write_once(self, fragments: asyncio.Queue[Fragment | None]) -> None:
        fragmenter = Fragmenter(self.turn.language)
        replies: AsyncGenerator[Reply, None] = self.responder.respond(self.turn)
        async with aclosing(replies):
            async for reply in replies:
                if self.marks.first_token is None and reply.text:
                    self.marks.first_token = self.clock()
                self._account(reply)
                if not self.audio:
                    self._send_text(reply.text)
                    continue
                await self._put(fragments, fragmenter.feed(reply))
        await self._put(fragments, fragmenter.flush())

    async def _put(self, fragments: asyncio.Queue[Fragment | None], made: list[Fragment]) -> None:
        if made and self.marks.first_fragment is None:
            self.marks.first_fragment = self.clock()
        for fragment in made:
            await fragments.put(fragment)

    def _account(self, reply: Reply) -> None:
        outcome = self.outcome
        self._expects = reply.expects or self._expects
        outcome.prompt_tokens = max(outcome.prompt_tokens, reply.prompt_tokens)
        outcome.cached_tokens = max(outcome.cached_tokens, reply.cached_tokens)
        outcome.output_tokens += reply.output_tokens
        if reply.truncated:
            outcome.status, outcome.reason = "incomplete", "max_output_tokens"

    # --- speaking -----------------------------------------------------------------------------------------------

    async def _speak(self, fragments: asyncio.Queue[Fragment | None]) -> None:
        while (fragment := await fragments.get()) is not None:
            self._send_text(fragment.text if not self.outcome.text else " " + fragment.text)
            voice = self.voice_for(fragment.style.voice) if self.audio else None
            if voice is None:
                continue  # the session has said so when the response began
            await self._lead_is_short()
            if not fragment.bridge and not self._has_content:
                self._has_content = True
                self.emit(ContentStarted(self.response_id, self.ledger.sent))
            try:
                await self._speak_fragment(fragment, voice)
            except EngineError as error:
                log.error("a fragment could not be spoken: %s", error)
                self.emit(Notice("speech_failed", str(error)))

    async def _speak_fragment(self, fragment: Fragment, voice: Voice) -> None:
        speed = self.speed * fragment.style.speed
        request = SynthesizeRequest(fragment.text, voice.id, self.turn.language, speed, self.turn.context)
        gain = np.float32(10 ** (fragment.style.gain_db / 20))
        before = self.ledger.sent
        self.ledger.open_fragment(fragment.text)
        try:
            await self._synthesize(request, gain)
        except EngineCrashed:
            if self.ledger.sent != before:
                raise  # part of it is out: saying it again would be heard twice
            await self._synthesize(request, gain)

    async def _synthesize(self, request: SynthesizeRequest, gain: np.float32) -> None:
        resampler: StreamResampler | None = None
        chunks = self.tts.synthesize(request)
        async with aclosing(chunks):
            async for chunk in chunks:
                resampler = resampler or StreamResampler(chunk.sample_rate_hz, OUTPUT_RATE_HZ)
                self._send_audio(self._lead_in.process(resampler.process(chunk.audio), OUTPUT_RATE_HZ) * gain)
        if resampler is not None:
            self._send_audio(self._lead_in.process(resampler.flush(), OUTPUT_RATE_HZ) * gain)
            self._send_audio(self._lead_in.flush() * gain)

    async def _lead_is_short(self) -> None:
        while self.ledger.sent - self.ledger.played > self.lead_s * OUTPUT_RATE_HZ:
            self.playout_moved.clear()
            await self.playout_moved.wait()

    def _send_text(self, text: str) -> None:
        if text:
            self.outcome.text.append(text)
            self.emit(ResponseText(self.response_id, self.item_id, text))

    def _send_audio(self, audio: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
        size = round(CHUNK_S * OUTPUT_RATE_HZ)
        for start in range(0, len(audio), size):
            piece = audio[start : start + size]
            first = self.ledger.extend(len(piece), piece)
            if self.marks.first_audio is None:
                self.marks.first_audio = self.clock()
                self.on_audio_started()
            self.emit(ResponseAudio(self.response_id, self.item_id, to_pcm16(piece), first))
