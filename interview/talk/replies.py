"""The interviewer's replies on their way to the candidate's ear: when each was heard, how much of it, and the record.

A reply is recorded twice: when it is written, as if all of it will be heard (killed now, the interview goes on by
saying it again), and when it is over, as it was heard.
"""

from __future__ import annotations

from dataclasses import dataclass

from interview.interviewer import Interviewer
from interview.talk.intents import Intent
from interview.talk.recorder import Recorder
from interview.talk.state import FlowState, Place
from models.ports import MIC_RATE_HZ
from voice.events import OUTPUT_RATE_HZ, PlayoutReport, ResponseDone, ResponseStarted
from voice.responder import Item


@dataclass(slots=True)
class _Reply:
    """Positions are samples of the microphone stream."""

    response_id: str
    item_id: str
    place: Place
    started_at: int
    heard_to: int
    text: str = ""
    settled: bool = False


class Replies:
    """One at a time. Every method says what it needs from the session; none of them waits."""

    def __init__(self, interviewer: Interviewer, recorder: Recorder) -> None:
        self._interviewer = interviewer
        self._recorder = recorder
        self._reply: _Reply | None = None

    def begins(self, event: ResponseStarted, now: int) -> None:
        self._reply = _Reply(event.response_id, event.item_id, self._interviewer.place, now, now)
        self._interviewer.started(event.item_id)

    def played(self, report: PlayoutReport, now: int) -> None:
        """The player's word. Its first one tells when the first sample was heard."""
        reply = self._reply
        if reply is None or reply.response_id != report.response_id or reply.settled or not report.samples:
            return
        if reply.heard_to == reply.started_at:
            reply.started_at = max(reply.started_at, now - report.samples * MIC_RATE_HZ // OUTPUT_RATE_HZ)
        reply.heard_to = now

    def written(self, event: ResponseDone) -> None:
        """All of it is on its way; what the candidate's turns before it meant is known now."""
        reply, spoken = self._open(event.item_id), self._interviewer.speaking
        if reply is None or spoken is None or event.status not in ("completed", "incomplete"):
            return
        utterance = spoken.utterance
        aim = utterance.probe.aim.name if utterance.probe else ""
        reply.place = Place(utterance.step, utterance.question_id, aim)
        reply.text = event.text
        intent = spoken.decision.intent or Intent.ANSWER
        for item_id in spoken.items:
            self._recorder.meant(item_id, intent.value, self._interviewer.state)
        self._record(reply, event.text, spoken.decision.state)

    def cut(self, item_id: str, heard: str) -> None:
        """The candidate began to speak: this much of it was heard."""
        reply = self._open(item_id)
        if reply is not None:
            self._end(reply, heard)

    def withdrawn(self, item_id: str) -> None:
        """It will be said again: as if it had not been."""
        reply = self._open(item_id)
        if reply is not None:
            reply.settled = True

    def settle(self, items: tuple[Item, ...]) -> bool:
        """The reply is over; history holds what was heard of it. False: there was none open."""
        if self._reply is None or self._reply.settled:
            return False
        item_id = self._reply.item_id
        self._end(self._reply, next((item.text for item in items if item.id == item_id), ""))
        return True

    def _open(self, item_id: str) -> _Reply | None:
        reply = self._reply
        return reply if reply is not None and reply.item_id == item_id and not reply.settled else None

    def _end(self, reply: _Reply, heard: str) -> None:
        reply.settled = True
        self._interviewer.heard(reply.item_id, heard)
        self._record(reply, heard, self._interviewer.state)

    def _record(self, reply: _Reply, heard: str, state: FlowState) -> None:
        spoken = self._interviewer.speaking
        unfinished = spoken.written if spoken is not None and spoken.item_id == reply.item_id else ""
        self._recorder.interviewer(
            reply.item_id,
            written=reply.text or unfinished,
            heard=heard,
            place=reply.place,
            span=(reply.started_at, reply.heard_to),
            state=state,
        )
