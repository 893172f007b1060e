"""The room: one interview on one voice session. Stands where the server expects a session, with the interview inside.

It tells the interviewer what was heard, commits every turn to the store, and speaks up when nobody else does (silence,
time, the end). It holds no rule of the interview (talk/flow.py) and none of the conversation (voice/).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from interview.interviewer import Interviewer
from interview.shapes import Step
from interview.storage.database import StoreError
from interview.talk.controls import CONTROLS, not_now
from interview.talk.flow import silence_due_s
from interview.talk.moves import total_s
from interview.talk.recorder import Recorder, TurnStore
from interview.talk.replies import Replies
from interview.talk.seat import Seat
from interview.talk.state import Asked, Begin, Silence
from models.ports import MIC_RATE_HZ, LanguageModel, Pcm
from voice.events import (
    AddMessage,
    CancelResponse,
    Command,
    CommitInput,
    CreateResponse,
    Extension,
    ExtensionCommand,
    ItemDeleted,
    ItemTruncated,
    Notice,
    PlayoutReport,
    RequestFailed,
    ResponseDone,
    ResponseStarted,
    SessionConfig,
    SessionEvent,
    StateChanged,
    TurnState,
)
from voice.responder import Item, Responder
from voice.turns import RESPONDING

log = logging.getLogger("moui.interview")

Emit = Callable[[SessionEvent], None]


class LiveSession(Protocol):
    """What the room needs of voice.session.Session."""

    @property
    def items(self) -> tuple[Item, ...]: ...
    @property
    def now(self) -> int: ...
    def feed(self, audio: Pcm) -> None: ...
    def send(self, command: Command) -> None: ...
    def configure(self, config: SessionConfig) -> None: ...
    def close(self) -> None: ...
    async def run(self) -> None: ...


class RoomStore(TurnStore, Protocol):
    """What the room needs of store.Store."""

    def finish_session(self, session_id: str, status: Any) -> None: ...


class Room:
    """Use like a voice.session.Session. `make(responder, config, emit)` makes the session inside."""

    def __init__(
        self,
        seat: Seat,
        store: RoomStore,
        llm: LanguageModel | None,
        *,
        make: Callable[[Responder, SessionConfig, Emit], LiveSession],
        config: SessionConfig,
        emit: Emit,
        on_gone: Callable[[], None] = lambda: None,
    ) -> None:
        self.seat = seat
        self._on_gone = on_gone
        self._store = store
        self._emit_out = emit
        self._begun = self._paused = self._over = self._answered = self._parting = False
        self._quiet_from: int | None = None
        self._push_to_talk = config.turn_detection is None
        self._state = TurnState.LISTENING
        self._asked_myself: Command | None = None
        known = {f"turn {turn.number}": turn for turn in seat.owed}  # no client's item has a space in its id
        owed = tuple(Item(item_id, "user", turn.text) for item_id, turn in known.items())
        self.interviewer = Interviewer(seat.plan, llm, elapsed_s=self.elapsed_s, state=seat.standing, owed=owed)
        self._recorder = Recorder(
            store,
            seat.session_id,
            seat.plan.request.language,
            number=seat.next_number,
            start_sample=seat.end_sample,
            on_trouble=self._not_saved,
            known=known,
        )
        self._replies = Replies(self.interviewer, self._recorder)
        self._session = make(self.interviewer, self._own(config), self._on_event)

    def elapsed_s(self) -> float:
        """Seconds of interview: the sittings before and this one."""
        return (self.seat.end_sample + self._session.now) / MIC_RATE_HZ

    # --- what the server sees as a session --------------------------------------------------------------------------

    @property
    def items(self) -> tuple[Item, ...]:
        return self._session.items

    def configure(self, config: SessionConfig) -> None:
        self._push_to_talk = config.turn_detection is None
        self._session.configure(self._own(config))

    def feed(self, audio: Pcm) -> None:
        """While the interview is paused its clock stands still: nothing is heard and nothing kept."""
        if self._paused:
            return
        self._recorder.hear(audio)
        self._session.feed(audio * 0 if self._parting else audio)
        self._watch_the_clock()

    def send(self, command: Command) -> None:
        match command:
            case ExtensionCommand(name="interview.control"):
                self._control(command)
            case CreateResponse():
                self._asked_to_speak(command)
            case AddMessage(role="assistant" | "system"):
                self._refuse(command, "only the candidate can be typed for")
            case AddMessage() if not command.text.strip():
                self._refuse(command, "an answer has words")
            case AddMessage() | CommitInput():
                self._answered = True
                self._session.send(command)
            case PlayoutReport():
                self._replies.played(command, self._session.now)
                self._session.send(command)
            case _:
                self._session.send(command)

    async def run(self) -> None:
        """Live until the interview is over. Cancelled (the client hung up), it can be gone on with later."""
        try:
            async with asyncio.TaskGroup() as group:
                writing = group.create_task(self._recorder.run())
                await self._session.run()
                writing.cancel()
        finally:
            try:
                self._rise()
                await asyncio.shield(self._recorder.drain())
            finally:
                self._on_gone()

    def leave(self, why: Notice) -> None:
        """Give the place up; the client is told why."""
        self._emit_out(why)
        self._session.close()

    def _rise(self) -> None:
        """The sitting is over: keep what was heard of the reply, of the answer, and whether that was the end."""
        self._settle()
        self._recorder.broken_off(self.interviewer.place, self.interviewer.state)
        if self.interviewer.state.over and not self._over:
            self._end(self.interviewer.state.over)

    def _own(self, config: SessionConfig) -> SessionConfig:
        """The interview is held in the plan's language, and by its interviewer."""
        return replace(config, language=self.seat.plan.request.language, instructions="")

    # --- what the client asks ---------------------------------------------------------------------------------------

    def _asked_to_speak(self, command: CreateResponse) -> None:
        if self._begun and not self._answered:
            self._refuse(command, "the interviewer decides when to speak")
            return
        self._begun, self._answered = True, False
        self._session.send(replace(command, instructions=None, conversation=True, messages=()))

    def _refuse(self, command: Command, why: str) -> None:
        self._emit_out(RequestFailed("interview_leads", f"This is an interview: {why}.", "type", command))

    def _control(self, command: ExtensionCommand) -> None:
        action = str(command.fields.get("action", ""))
        if action in ("pause", "resume"):
            self._pause(action == "pause")
        elif action == "start" and not self._begun:
            self._asked_to_speak(CreateResponse())
        elif action in CONTROLS and self._begun:
            self.interviewer.expect(Asked(CONTROLS[action]))
            self._parting |= action == "end"  # who pressed that interrupts no farewell: it would be taken back
            if self._state in (TurnState.HEARING, TurnState.ENDING):
                self._send_own(CommitInput())  # what was said counts; a button does not wait for silence
            self._speak_up()
        else:
            self._emit_out(RequestFailed("invalid_value", not_now(action), "action", command))

    def _pause(self, paused: bool) -> None:
        if paused == self._paused or not self._begun:
            return
        self._paused = paused
        if paused:
            self._interrupt()
        else:
            self.interviewer.expect(Begin())
            self._speak_up()
        self._tell()

    def _speak_up(self) -> None:
        """Let the interviewer say what it was told to expect, whatever is being said now."""
        self._quiet_from = None
        self._interrupt()
        self._session.send(CreateResponse())

    def _interrupt(self) -> None:
        if self._state in RESPONDING:
            self._send_own(CancelResponse())

    def _send_own(self, command: Command) -> None:
        self._asked_myself = command
        self._session.send(command)

    # --- time -------------------------------------------------------------------------------------------------------

    def _watch_the_clock(self) -> None:
        due = silence_due_s(self.seat.plan, self.interviewer.state, push_to_talk=self._push_to_talk)
        if self._quiet_from is None or due is None or self._state is not TurnState.LISTENING:
            return
        if self._session.now - self._quiet_from >= due * MIC_RATE_HZ:
            self.interviewer.expect(Silence())
            self._speak_up()

    # --- what the session says --------------------------------------------------------------------------------------

    def _on_event(self, event: SessionEvent) -> None:
        self._recorder.take(event, self.interviewer.place, self.interviewer.state, self._session.now)
        match event:
            case RequestFailed() if event.command is not None and event.command is self._asked_myself:
                return  # reply or answer were over before that; the client did not ask for it
            case ResponseStarted():
                self._begun = True
                self._settle()
                self._replies.begins(event, self._session.now)
            case ResponseDone():
                self._replies.written(event)
            case ItemTruncated():
                self._replies.cut(event.item_id, event.text)
            case ItemDeleted():
                self._replies.withdrawn(event.item_id)
        self._emit_out(event)
        if isinstance(event, StateChanged):
            self._turned(event)

    def _settle(self) -> None:
        """The reply is over: what history holds of it is what was heard."""
        if self._replies.settle(self._session.items):
            self._tell()

    def _turned(self, event: StateChanged) -> None:
        self._state = event.state
        if event.state is not TurnState.LISTENING:
            self._quiet_from = None
            return
        self._settle()
        self._quiet_from = event.now if self._begun and not self._paused else None
        if self.interviewer.state.over and not self._over:
            self._finish(self.interviewer.state.over)

    # --- telling ----------------------------------------------------------------------------------------------------

    def _finish(self, how: str) -> None:
        self._end(how)
        self._tell()
        self._emit_out(Extension("interview.finished", {"session_id": self.seat.session_id, "how": how}))
        self._session.close()

    def _end(self, how: str) -> None:
        self._over = True
        fates = dict(self.interviewer.wording.fates)
        log.info("interview over", extra={"interview": self.seat.session_id, "how": how, "probes": fates})
        try:
            self._store.finish_session(self.seat.session_id, how)
        except StoreError as error:  # the state stored with the last turn says so, too
            self._not_saved(str(error))

    def _not_saved(self, sentence: str) -> None:
        self._emit_out(Notice("not_saved", sentence))

    def _tell(self) -> None:
        """Where the interview stands, for whoever shows it."""
        state, plan = self.interviewer.state, self.seat.plan
        question = self.interviewer.question
        preparing = state.step is Step.PREPARATION and question is not None
        fields = {
            "session_id": self.seat.session_id,
            "step": state.step.value,
            "question_id": question.id if question else None,
            "question_number": len(state.visited),
            "question_count": len(plan.questions),
            "interviewer": question.interviewer if question else 0,
            "elapsed_s": round(self.elapsed_s(), 1),
            "total_s": total_s(plan),
            "waiting": state.waiting,
            "paused": self._paused,
            "preparation_s": question.preparation_s if question is not None and preparing else 0,
            "over": state.over,
        }
        self._emit_out(Extension("interview.state", fields))
