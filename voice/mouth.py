"""Mouth: the responses of one session. Makes them, pauses and cancels them, and keeps what was heard of each.

There is at most one active response. It stays active until its last sample is played, because until then it can be
interrupted; what arrives from any other response is stale and goes nowhere.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from models.ports import CallContext, EngineError, TextToSpeech, Voice
from voice.events import (
    OUTPUT_RATE_HZ,
    CreateResponse,
    ItemDeleted,
    ItemTruncated,
    Notice,
    PlaybackFlushed,
    PlaybackPaused,
    PlaybackResumed,
    PlayoutReport,
    ResponseDone,
    ResponseStarted,
    SessionEvent,
    TurnTimings,
)
from voice.responder import Item, Responder, TurnContext
from voice.response import ResponseRun
from voice.turns import Signal

if TYPE_CHECKING:
    from voice.session import Session

log = logging.getLogger("moui.mouth")

KEPT_RUNS = 8
"""Responses whose playout may still be reported or truncated."""

NOISE_RESTARTS = 2
"""How often a reply that noise interrupted is given again before silence is the better answer."""

HEARD_ENOUGH = 0.9
"""Share of a reply after which it is not given again."""


class Mouth:
    def __init__(
        self,
        session: Session,
        responder: Responder,
        tts: TextToSpeech,
        emit: Callable[[SessionEvent], None],
        clock: Callable[[], float],
    ) -> None:
        self._session = session
        self._responder = responder
        self._tts = tts
        self._emit = emit
        self._clock = clock
        self._group: asyncio.TaskGroup | None = None
        self._active: ResponseRun | None = None
        self._task: asyncio.Task[None] | None = None
        self._preparing: asyncio.Task[None] | None = None
        self._runs: dict[str, ResponseRun] = {}
        self._requests: dict[str, CreateResponse] = {}
        self._number = 0
        self._interrupted: ResponseRun | None = None
        self._noise_restarts = 0
        self._noticed: set[str] = set()
        self._turn_clock: tuple[float, float | None, float] | None = None

    def attach(self, group: asyncio.TaskGroup) -> None:
        self._group = group

    def stop(self) -> None:
        """The session ends, perhaps in mid-reply: history holds what was heard of it."""
        for task in (self._task, self._preparing):
            if task is not None:
                task.cancel()
        if self._active is not None:
            self._keep_what_was_heard(self._active)

    @property
    def active_id(self) -> str | None:
        return self._active.response_id if self._active else None

    @property
    def generating(self) -> bool:
        """The active response is still being made (False: it is only still being played)."""
        return self._active is not None and self._task is not None and not self._task.done()

    # --- making -------------------------------------------------------------------------------------------------

    def turn_ended(self, last_voiced_at: float, endpoint_at: float | None, final_at: float) -> None:
        """The user's turn has its final text: what the next response's timings are measured from."""
        self._turn_clock = (last_voiced_at, endpoint_at, final_at)
        self._interrupted = None
        self._noise_restarts = 0

    def respond(self, request: CreateResponse) -> None:
        assert self._group is not None, "the session is not running"
        session, config = self._session, self._session.config
        if self._preparing is not None:
            self._preparing.cancel()
        self._number += 1
        response_id, item_id = session.new_id("resp"), session.new_id("item")
        turn = self._context(request)
        wants_audio = config.audio if request.audio is None else request.audio
        voice = self._voice(turn.language) if wants_audio else None
        previous = None
        if request.conversation:
            previous = session.conversation.add(Item(item_id, "assistant", ""))
        run = ResponseRun(
            response_id=response_id,
            item_id=item_id,
            responder=self._responder,
            tts=self._tts,
            turn=turn,
            voice_for=lambda wanted: self._voice(turn.language, wanted),
            speed=config.speed,
            audio=voice is not None,
            emit=lambda event: self._emit_response(run, event),
            clock=self._clock,
            on_audio_started=lambda: self._audio_started(run),
        )
        self._active = run
        self._remember(run, request)
        self._emit(ResponseStarted(response_id, item_id, run.audio, request.metadata, request.conversation, previous))
        self._task = self._group.create_task(self._make(run))

    def _context(self, request: CreateResponse) -> TurnContext:
        session = self._session
        own = tuple(Item(message.item_id or "", message.role, message.text) for message in request.messages)
        return TurnContext(
            items=own if own or not request.conversation else session.items,
            language=session.language,
            instructions=session.config.instructions if request.instructions is None else request.instructions,
            max_tokens=request.max_tokens or session.config.max_tokens,
            context=CallContext(session.id, self._number),
        )

    def _voice(self, language: str, wanted: str | None = None) -> Voice | None:
        voice = self._tts.voice_for(language, wanted or self._session.config.voice)
        if voice is None:
            self._notice("no_voice", f"No installed voice speaks “{language}”: replies are shown as text.")
        elif voice.last_resort:
            self._notice("last_resort_voice", f"{voice.name} is a last-resort voice; better ones can be installed.")
        elif not voice.local:
            self._notice("voice_not_local", f"{voice.name} is a cloud voice: what moui says is sent to its provider.")
        return voice

    def _notice(self, code: str, message: str) -> None:
        if code not in self._noticed:
            self._noticed.add(code)
            self._emit(Notice(code, message))

    def _remember(self, run: ResponseRun, request: CreateResponse) -> None:
        self._runs[run.response_id] = run
        self._requests[run.response_id] = request
        while len(self._runs) > KEPT_RUNS:
            oldest = next(iter(self._runs))
            del self._runs[oldest], self._requests[oldest]

    async def _make(self, run: ResponseRun) -> None:
        outcome = await run.run()
        if run is not self._active:
            return
        self._set_text(run, run.said())
        self._emit(self._done(run, outcome.status, outcome.reason))
        self._session.signal(Signal.RESPONSE_ENDED)
        if run.ledger.sent == 0:
            self._active = None
        elif run.ledger.played_out:
            self._played_out()
        self.prepare()

    def _done(self, run: ResponseRun, status: str, reason: str) -> ResponseDone:
        outcome = run.outcome
        return ResponseDone(
            response_id=run.response_id,
            item_id=run.item_id,
            status=status,  # type: ignore[arg-type]
            reason=reason,
            text=run.said(),
            audio=run.audio,
            prompt_tokens=outcome.prompt_tokens,
            cached_tokens=outcome.cached_tokens,
            output_tokens=outcome.output_tokens,
            error=outcome.error,
            metadata=self._requests[run.response_id].metadata,
        )

    def prepare(self) -> None:
        """Nobody waits for anything: let the responder warm what the next reply will need."""
        if self._group is None or (self._preparing is not None and not self._preparing.done()):
            return
        self._preparing = self._group.create_task(self._prepare(self._context(CreateResponse())))

    async def _prepare(self, turn: TurnContext) -> None:
        try:
            await self._responder.prepare(turn)
        except EngineError as error:  # only speed is lost
            log.info("the next reply could not be prepared: %s", error)

    # --- egress -------------------------------------------------------------------------------------------------

    def _emit_response(self, run: ResponseRun, event: SessionEvent) -> None:
        if run is self._active:
            self._emit(event)

    def _audio_started(self, run: ResponseRun) -> None:
        if run is not self._active:
            return
        self._session.signal(Signal.AUDIO_STARTED)
        self._emit(self._timings(run))
        if self._session.tentative_speech:  # the user began while the first words were being made
            self._session.signal(Signal.SPEECH_STARTED)

    def _timings(self, run: ResponseRun) -> TurnTimings:
        marks = run.marks
        voiced_at, endpoint_at, final_at = self._turn_clock or (None, None, None)
        self._turn_clock = None
        return TurnTimings(
            response_id=run.response_id,
            endpoint_ms=_ms(voiced_at, endpoint_at),
            stt_ms=_ms(endpoint_at, final_at),
            llm_first_token_ms=_ms(marks.started, marks.first_token),
            first_fragment_ms=_ms(marks.first_token, marks.first_fragment),
            tts_first_chunk_ms=_ms(marks.first_fragment, marks.first_audio),
            total_ms=_ms(voiced_at if endpoint_at is not None else marks.started, marks.first_audio),
        )

    # --- being interrupted --------------------------------------------------------------------------------------

    def pause(self) -> None:
        if self._active is not None:
            self._emit(PlaybackPaused(self._active.response_id))

    def resume(self) -> None:
        if self._active is not None:
            self._emit(PlaybackResumed(self._active.response_id))

    def cancel(self, reason: str) -> None:
        """The one mechanism: from here on the response is stale, and history holds what was heard of it."""
        run, self._active = self._active, None
        if run is None:
            return
        if self._task is not None and not self._task.done():
            self._task.cancel()
            self._emit(self._done(run, "cancelled", reason))
        self._keep_what_was_heard(run)
        self._emit(PlaybackFlushed(run.response_id))
        self._interrupted = run if reason == "turn_detected" else None

    def lost_to_noise(self) -> bool:
        """A turn opened over a response and held no words. True: the response is to be given again."""
        run, self._interrupted = self._interrupted, None
        if run is None or self._noise_restarts >= NOISE_RESTARTS:
            return False
        if run.ledger.closed and run.ledger.played >= HEARD_ENOUGH * run.ledger.sent:
            return False
        self._noise_restarts += 1
        if run.item_id in self._session.conversation:
            self._session.conversation.remove(run.item_id)
            self._emit(ItemDeleted(run.item_id))
        return True

    # --- what was heard -----------------------------------------------------------------------------------------

    def report(self, report: PlayoutReport) -> bool:
        """Take the player's word. False: no such response."""
        run = self._runs.get(report.response_id)
        if run is None:
            return False
        run.ledger.report(report.samples)
        run.playout_moved.set()
        if report.flushed and run is not self._active:
            self._cut(run, run.ledger.played)
        if run is self._active and run.ledger.played_out:
            self._played_out()
        return True

    def truncate(self, item_id: str, audio_end_ms: int) -> bool:
        """A client that keeps its own player says how much of an item was heard. False: not one of the last replies."""
        for run in self._runs.values():
            if run.item_id == item_id:
                self._cut(run, audio_end_ms * OUTPUT_RATE_HZ // 1000)
                return True
        return False

    def _cut(self, run: ResponseRun, played: int) -> None:
        heard = run.ledger.heard(played)
        if run.item_id in self._session.conversation:
            self._set_text(run, heard)
            self._emit(ItemTruncated(run.item_id, played * 1000 // OUTPUT_RATE_HZ, heard))

    def _keep_what_was_heard(self, run: ResponseRun) -> None:
        self._set_text(run, run.ledger.heard() if run.audio else run.said())

    def _set_text(self, run: ResponseRun, text: str) -> None:
        if run.item_id in self._session.conversation:
            self._session.conversation.set_text(run.item_id, text)

    def _played_out(self) -> None:
        self._active = None
        self._session.signal(Signal.PLAYED_OUT)


def _ms(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else round((end - start) * 1000, 1)
