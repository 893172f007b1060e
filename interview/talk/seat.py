"""What an interview is begun from, or goes on from after a restart."""

from __future__ import annotations

from dataclasses import dataclass, replace

from interview.shapes import InterviewPlan, Step, Turn
from interview.talk.state import FlowState, heard_enough


@dataclass(frozen=True, slots=True)
class Seat:
    """What an interview is begun, or gone on with, from: `turns` and `state` are those already stored."""

    session_id: str
    plan: InterviewPlan
    turns: tuple[Turn, ...] = ()
    state: FlowState | None = None

    @property
    def end_sample(self) -> int:
        """Where the recording of an earlier sitting ended: this one's samples count on from there."""
        return max((turn.end_sample for turn in self.turns), default=0)

    @property
    def next_number(self) -> int:
        """Behind every stored turn: one that could not be stored leaves a gap, and no number is given twice."""
        return max((turn.number for turn in self.turns), default=-1) + 1

    @property
    def owed(self) -> tuple[Turn, ...]:
        """What the candidate said last without being replied to; nothing after an answer that broke off. A reply of
        which too little was heard was none."""
        turns = self._since_the_last_reply
        return () if turns and turns[-1].interrupted else turns

    @property
    def standing(self) -> FlowState | None:
        """The state to go on in: what there is of an answer that broke off is kept for when its rest is said."""
        state, turns = self.state, self._since_the_last_reply
        if state is None or not turns or not turns[-1].interrupted:
            return state
        return replace(state, answer="\n".join(filter(None, (state.answer, *(turn.text for turn in turns)))))

    @property
    def _since_the_last_reply(self) -> tuple[Turn, ...]:
        found: list[Turn] = []
        for turn in reversed(self.turns):
            if turn.speaker == "candidate":
                found.insert(0, turn)
            elif heard_enough(turn.text, turn.written):
                break
        return tuple(found)


def reopened(state: FlowState) -> FlowState:
    """An interview that was ended early goes on with the question that was being talked about."""
    if not state.over:
        return state
    if state.index < 0:
        step = Step.CLOSING if state.visited else Step.ICE_BREAKER
    else:
        step = Step.PROBE if state.probes else Step.QUESTION
    return replace(state, over="", step=step, silences=0, unanswered=0, waiting=False, offer="")
