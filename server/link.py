"""Between one connection and one voice session: no WebSocket here, only messages in and messages out.

The link exists before its session does: while the models load, what the client sends waits here, within bounds.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable

import numpy as np

from models.ports import Pcm, Voice
from server.admission import Line
from server.closing import POLICY, TRY_LATER, CloseConnection
from server.config import Limits
from server.intake import Intake, WaitingRoom
from server.metrics import Metrics
from server.outbox import Outbox, OutboxOverflow
from server.player import EstimatedPlayer
from server.service import SessionLike
from server.wire import WireError
from server.wire_client import AppendAudio, ClientEvent, RetrieveItem, SendCommand, UpdateSession, decode_event
from server.wire_items import text_item
from server.wire_server import JsonOut, Out, ServerEncoder, error_event
from server.wire_session import WireSession, apply_update
from server.wire_voices import check_voice
from voice import events as ev
from voice.session import InputOverflow

log = logging.getLogger("moui.server")


class Link:
    """`on_close` is called when the session's own words overflow the outbox: the session must not be stopped by it."""

    def __init__(
        self,
        wire: WireSession,
        *,
        binary: bool,
        limits: Limits,
        metrics: Metrics,
        voices: Callable[[], tuple[Voice, ...]],
        on_close: Callable[[CloseConnection], None],
        log_text: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.wire = wire
        self.outbox = Outbox(limits.outbox_bytes, limits.outbox_messages)
        self._encoder = ServerEncoder()
        self._metrics = metrics
        self._voices = voices
        self._on_close = on_close
        self._log_text = log_text
        self._clock = clock
        self._session: SessionLike | None = None
        self._waiting = WaitingRoom()
        self._intake = Intake(limits, wire.input_rate_hz, binary=binary, clock=clock)
        self._asked: deque[tuple[ev.Command, str]] = deque(maxlen=256)
        self._player = EstimatedPlayer()
        self._player_wake = asyncio.Event()

    # --- from the client ------------------------------------------------------------------------------------------

    def receive_text(self, text: str) -> None:
        """One JSON event. What is wrong with it is answered with an error event. Raises CloseConnection."""
        self._intake.count_event()
        try:
            event = decode_event(text)
        except WireError as error:
            self.error(error)
            return
        try:
            self._carry_out(event)
        except WireError as error:
            self.error(error.about(event.event_id))

    def receive_binary(self, data: bytes) -> None:
        """One microphone frame. Raises CloseConnection."""
        self._intake.count_event()
        self._feed(self._intake.frame(data))

    def _carry_out(self, event: ClientEvent) -> None:
        match event:
            case UpdateSession():
                self._update(event)
            case AppendAudio():
                self._feed(self._intake.pcm16(event.pcm16))
            case RetrieveItem():
                self._retrieve(event)
            case SendCommand():
                self._send(event)

    def _update(self, event: UpdateSession) -> None:
        wire, substituted = check_voice(apply_update(self.wire, event.session), self._voices())
        if wire.input_rate_hz != self.wire.input_rate_hz:
            self._feed(self._intake.change_rate(wire.input_rate_hz))
        self.wire = wire
        if self._session is not None:
            self._session.configure(wire.config)
        self.put(self._encoder.session("session.updated", wire))
        if substituted is not None:
            self.notice(ev.Notice("voice_substituted", substituted))

    def _feed(self, audio: Pcm) -> None:
        if not len(audio):
            return
        if self._session is None:
            self._waiting.audio(audio)
            return
        try:
            self._session.feed(audio)
        except InputOverflow as overflow:
            error = WireError(f"Audio was not heard: {overflow}.", code="input_audio_buffer_overflow", param="audio")
            raise CloseConnection(POLICY, "audio too fast", error) from None

    def _send(self, event: SendCommand) -> None:
        if isinstance(event.command, ev.PlayoutReport) and not self.wire.playout_reports:
            message = "Switch playout reports on first: session.update with session.moui.playout_reports true."
            raise WireError(message, code="invalid_event", param="type")
        if self._session is not None:
            self._session.send(event.command)
        else:
            self._waiting.command(event.command)
        if event.event_id is not None:
            self._asked.append((event.command, event.event_id))

    def _retrieve(self, event: RetrieveItem) -> None:
        for item in self._session.items if self._session is not None else ():
            if item.id == event.item_id:
                shown = text_item(item.id, item.role, item.text)
                self.put(JsonOut({"type": "conversation.item.retrieved", "item": shown}))
                return
        message = f"There is no item {event.item_id} in the conversation."
        raise WireError(message, code="item_not_found", param="item_id")

    # --- to the client --------------------------------------------------------------------------------------------

    def put(self, out: Out) -> None:
        """Overflow ends the connection: a client that does not read cannot be spoken to."""
        try:
            self.outbox.put(out)
        except OutboxOverflow:
            self._on_close(CloseConnection(TRY_LATER, "the client reads too slowly"))

    def greet(self) -> None:
        self.put(self._encoder.session("session.created", self.wire))

    def notice(self, notice: ev.Notice) -> None:
        for out in self._encoder.encode(notice):
            self.put(out)

    def in_line(self, line: Line) -> None:
        """The place in line changed. In words too, for whoever shows nothing but notices."""
        fields = {"place": line.place, "waiting": line.waiting, "capacity": line.capacity}
        for out in self._encoder.encode(ev.Extension("queue", fields)):
            self.put(out)
        self.notice(ev.Notice("in_line" if line.place else "admitted", line.sentence))

    def crowded(self) -> None:
        sentence = "More people are talking than this machine can answer in time: answers come later than usual."
        self.notice(ev.Notice("crowded", sentence))

    def error(self, error: WireError) -> None:
        self._metrics.errors.labels(error.code).inc()
        self.put(JsonOut(error_event(error)))

    def emit(self, event: ev.SessionEvent) -> None:
        """What the session says. Synchronous, never blocks, never raises."""
        self._metrics.observe(event)
        if isinstance(event, ev.PlaybackFlushed):
            self.outbox.discard_audio(event.response_id)
        if not self.wire.playout_reports:
            self._estimate(event)
        if self._log_text and isinstance(event, ev.TranscriptFinal | ev.ResponseDone):
            log.info("text", extra={"item": event.item_id, "text": event.text})
        if isinstance(event, ev.RequestFailed):
            self.error(WireError(event.message, code=event.code, param=event.param, event_id=self._asked_by(event)))
            return
        for out in self._encoder.encode(event):
            self.put(out)

    def _asked_by(self, failure: ev.RequestFailed) -> str | None:
        return next((event_id for command, event_id in self._asked if command is failure.command), None)

    # --- the session and its estimated player -----------------------------------------------------------------------

    def attach(self, session: SessionLike) -> None:
        """The models are there: hand over what has been waiting."""
        self._session = session
        session.configure(self.wire.config)
        for entry in self._waiting.leave():
            if isinstance(entry, np.ndarray):
                self._feed(entry)
            else:
                session.send(entry)

    def _estimate(self, event: ev.SessionEvent) -> None:
        report = self._player.sent(event, self._clock())
        if report is not None and self._session is not None:
            self._session.send(report)
        if isinstance(event, ev.ResponseAudio | ev.ResponseDone):
            self._player_wake.set()

    async def run_player(self) -> None:
        """Report, for a client that does not, what it must have played by now."""
        while True:
            now = self._clock()
            due = self._player.next_report_s(now)
            if due is None:
                self._player_wake.clear()
                await self._player_wake.wait()
                continue
            await asyncio.sleep(due - now)
            for report in self._player.reports(self._clock()):
                if self._session is not None and not self.wire.playout_reports:
                    self._session.send(report)
