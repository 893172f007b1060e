"""What an interview begins from, or goes on from after a restart."""

from __future__ import annotations

from dataclasses import dataclass

from interview.flow_state import FlowState
from interview.shapes import InterviewPlan, Turn


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
    def unanswered(self) -> str:
        """What the candidate said last without the interviewer having answered it."""
        texts: list[str] = []
        for turn in reversed(self.turns):
            if turn.speaker == "interviewer":
                break
            texts.insert(0, turn.text)
        return " ".join(texts)
