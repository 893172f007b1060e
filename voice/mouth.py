"""Mouth: the responses of one session. Makes them, pauses and cancels them, and keeps what was heard of each.

There is at most one active response. It stays active until its last sample is played, because until then it can be
interrupted; what arrives from any other response is stale and goes nowhere. There may be one draft (drafts.py) while
there is no active response.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING

from models.ports import CallContext
from voice.casting import Casting
from voice.drafts import Draft, Drafts
from voice.events import (
    OUTPUT_RATE_HZ,
    CreateResponse,
    ItemDeleted,
    PlaybackFlushed,
    PlaybackPaused,
    PlaybackResumed,
    PlayoutReport,
    ResponseAudio,
    ResponseStarted,
    SessionEvent,
)
from voice.idle import Idle
from voice.rehearsal import Rehearsed
from voice.responder import Item, Responder, TurnContext
from voice.response import ResponseRun
from voice.timings import TurnClock, turn_timings
from voice.told import Told
from voice.turns import Signal

if TYPE_CHECKING:
    from voice.session import Session

NOISE_RESTARTS = 2
"""How often a reply that noise interrupted is given again before silence is the better answer."""

HEARD_ENOUGH = 0.9
"""Share of a reply after which it is not given again."""


class Mouth:
    def __init__(
        self,
        session: Session,
        responder: Responder,
        tts: Rehearsed,
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
        self._drafts = Drafts()
        self._casting = Casting(tts, lambda: session.config.voice, emit)
        self._idle = Idle(responder, tts, self._casting.voice)
        self._told = Told(session.conversation, emit)
        self._number = 0
        self._interrupted: ResponseRun | None = None
        self._noise_restarts = 0
        self._turn_clock: TurnClock | None = None

    def attach(self, group: asyncio.TaskGroup) -> None:
        self._group = group

    def stop(self) -> None:
        """The session ends, perhaps in mid-reply: history holds what was heard of it."""
        self._idle.stop()
        self.withdraw()
        if self._task is not None:
            self._task.cancel()
        if self._active is not None:
            self._told.write_heard(self._active)

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
        self._turn_clock = TurnClock(last_voiced_at, endpoint_at, final_at)
        self._interrupted = None
        self._noise_restarts = 0

    def draft(self, item: Item) -> None:
        """The user has paused behind these words: begin to answer them, for nobody's ears yet."""
        request, config = CreateResponse(), self._session.config
        turn = self._context(request)
        turn = replace(turn, items=(*turn.items, item))
        draft = self._drafts.current
        if draft is None or not draft.is_the_reply_to(turn, config):
            ready = self._session.hearing.reply_ready
            self._drafts.begin(self._run(request, turn), config, lambda run: self._start(self._draft(run)), ready)

    @property
    def drafting(self) -> bool:
        """A reply is being made that could not be heard yet."""
        draft = self._drafts.current
        return draft is not None and not draft.ready

    def withdraw(self) -> None:
        """The speaker goes on: what was drafted has never existed."""
        self._drafts.withdraw()

    def respond(self, request: CreateResponse) -> None:
        turn = self._context(request)
        if request != CreateResponse():
            self._drafts.withdraw()  # asked for something of its own
        draft = self._drafts.adopt(turn, self._session.config)
        run = draft.run if draft is not None else self._run(request, turn)
        previous = None
        if request.conversation:
            previous = self._session.conversation.add(Item(run.item_id, "assistant", ""))
        self._active = run
        self._session.hearing.echo.played.reset()
        self._told.remember(run, request)
        run.emit = lambda event: self._emit_response(run, event)
        run.on_audio_started = lambda: self._audio_started(run)
        started = ResponseStarted(
            run.response_id, run.item_id, run.audio, request.metadata, request.conversation, previous
        )
        self._emit(started)
        if draft is not None:
            self._release(draft)
        else:
            self._task = self._start(self._make(run))

    def _start(self, making: Coroutine[None, None, None]) -> asyncio.Task[None]:
        assert self._group is not None, "the session is not running"
        return self._group.create_task(making)

    async def _draft(self, run: ResponseRun) -> None:
        """The model that will answer is asked first whether there is more to come; its prompt has to be read anyway."""
        ends = await self._drafts.opinion(self._responder, run)
        if ends is not None:
            self._session.hearing.listener.endpointer.model_says(ends)
        await self._make(run)
        if self._drafts.makes(run):
            self._session.hearing.reply_ready()

    def _release(self, draft: Draft) -> None:
        """What was kept back goes out; from here on it is a response like any other."""
        run, self._task = draft.run, draft.task
        for event in draft.said:
            if isinstance(event, ResponseAudio) and event.first_sample == 0:
                self._audio_started(run)
            self._emit_response(run, event)
        if run.ledger.closed:
            self._finished(run)

    def _run(self, request: CreateResponse, turn: TurnContext) -> ResponseRun:
        session, config = self._session, self._session.config
        self._idle.stop()
        self._number += 1
        response_id, item_id = session.new_id("resp"), session.new_id("item")
        turn = replace(turn, context=CallContext(session.id, self._number), reply_item=item_id)
        wants_audio = config.audio if request.audio is None else request.audio
        voice = self._casting.voice(turn.language) if wants_audio else None
        return ResponseRun(
            response_id=response_id,
            item_id=item_id,
            responder=self._responder,
            tts=self._tts,
            turn=turn,
            voice_for=lambda wanted: self._casting.voice(turn.language, wanted),
            speed=config.speed,
            audio=voice is not None,
            emit=lambda event: None,
            clock=self._clock,
            on_audio_started=lambda: None,
        )

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

    async def _make(self, run: ResponseRun) -> None:
        await run.run()
        if run is self._active:
            self._finished(run)

    def _finished(self, run: ResponseRun) -> None:
        """All of it is written and spoken; some of it may still be played."""
        self._told.write(run, run.said())
        self._emit(self._told.done(run))
        self._session.expect(run.expects())
        self._session.signal(Signal.RESPONSE_ENDED)
        if run.ledger.sent == 0:
            self._active = None
        elif run.ledger.played_out:
            self._played_out()
        self.prepare()

    def prepare(self, said: str = "") -> None:
        """Nobody waits for anything: let the responder warm what the next reply will need. `said`: see Responder."""
        if self._group is not None and self._drafts.current is None:
            self._idle.prepare(self._group, self._context(CreateResponse()), said, self._session.config)

    def being_said(self) -> str:
        """The words of the active response that have just sounded, or are about to."""
        return self._active.being_said() if self._active is not None else ""

    @property
    def nearly_over(self) -> bool:
        """All of the active response is written, and what is left of its sound is less than a word of an answer."""
        return self._active is not None and self._active.nearly_over

    # --- egress -------------------------------------------------------------------------------------------------

    def _emit_response(self, run: ResponseRun, event: SessionEvent) -> None:
        if run is not self._active:
            return
        self._emit(event)
        if isinstance(event, ResponseAudio):
            self._session.hearing.own_voice(event)

    def _audio_started(self, run: ResponseRun) -> None:
        if run is not self._active:
            return
        self._session.signal(Signal.AUDIO_STARTED)
        self._emit_timings(run)
        self._session.hearing.reply_sounds()

    def _emit_timings(self, run: ResponseRun) -> None:
        clock, self._turn_clock = self._turn_clock, None
        discarded, call = self._drafts.take_discarded(), run.turn.context.response_id
        self._emit(turn_timings(run.response_id, call, run.marks, clock, discarded=discarded, now=self._clock()))

    # --- being interrupted --------------------------------------------------------------------------------------

    def pause(self) -> None:
        if self._active is not None:
            self._session.hearing.echo.played.held(self._session.now)
            self._emit(PlaybackPaused(self._active.response_id))

    def resume(self) -> None:
        if self._active is not None:
            self._session.hearing.echo.played.resumed(self._session.now)
            self._emit(PlaybackResumed(self._active.response_id))

    def cancel(self, reason: str) -> None:
        """The one mechanism: from here on the response is stale, and history holds what was heard of it."""
        run, self._active = self._active, None
        if run is None:
            return
        if self._task is not None and not self._task.done():
            self._task.cancel()
            self._emit(self._told.done(run, cancelled=reason))
        self._told.write_heard(run)
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
        run = self._told.get(report.response_id)
        if run is None:
            return False
        run.ledger.report(report.samples)
        if run is self._active:
            self._session.hearing.echo.played.reported(report.samples, self._session.now)
        run.playout_moved.set()
        if report.flushed and run is not self._active:
            self._told.cut(run, run.ledger.played)
        if run is self._active and run.ledger.played_out:
            self._played_out()
        return True

    def truncate(self, item_id: str, audio_end_ms: int) -> bool:
        """A client that keeps its own player says how much of an item was heard. False: not one of the last replies."""
        run = self._told.of_item(item_id)
        if run is None:
            return False
        self._told.cut(run, audio_end_ms * OUTPUT_RATE_HZ // 1000)
        return True

    def _played_out(self) -> None:
        self._active = None
        self._session.signal(Signal.PLAYED_OUT)
