"""The things an interviewer can do: say something, be quiet, ask the next question there is time for, close. Pure."""

from __future__ import annotations

from dataclasses import replace

from interview import lines
from interview.shapes import InterviewPlan, PlannedQuestion, Step
from interview.talk.state import Decision, FlowState, Part, Utterance

CLOSING_SHARE, CLOSING_MOST_S = 0.15, 75.0
"""Kept free at the end for the candidate's own questions and the farewell."""

SHORTEST_QUESTION_S = 30.0
"""With less than this left before the closing no new question is begun."""

OVERTIME_S = 90.0
"""Past the end by this much even the closing question is left out."""

_TONES = {
    "neutral": "acknowledgement",
    "warm": "acknowledgement_warm",
    "pressure": "acknowledgement_pressure",
}


FRESH: dict[str, object] = {"silences": 0, "waiting": False, "offer": ""}


class Bridge(str):
    """A line that says nothing yet ("I see.", "Let us move on."): it leads to what is said next."""

    __slots__ = ()


def total_s(plan: InterviewPlan) -> float:
    return plan.request.minutes * 60.0


def closing_s(plan: InterviewPlan) -> float:
    """Seconds kept for the end."""
    return min(CLOSING_MOST_S, total_s(plan) * CLOSING_SHARE)


class Move:
    """The interview at one moment; the methods are the things the interviewer can do."""

    def __init__(self, plan: InterviewPlan, state: FlowState, now_s: float) -> None:
        self.plan = plan
        self.state = state
        self.now_s = now_s
        self.language = plan.request.language
        self.left_s = total_s(plan) - now_s

    # --- small helpers ----------------------------------------------------------------------------------------------

    @property
    def question(self) -> PlannedQuestion | None:
        in_range = 0 <= self.state.index < len(self.plan.questions)
        return self.plan.questions[self.state.index] if in_range else None

    @property
    def interviewer(self) -> int:
        return self.question.interviewer if self.question else 0

    def line(self, key: str, **fields: object) -> str:
        return lines.pick(self.language, key, self.state.said + self.plan.request.seed, **fields)

    def bridge(self, key: str, **fields: object) -> Bridge:
        return Bridge(self.line(key, **fields))

    def part(self, text: str) -> Part:
        return Part(str(text), self.interviewer, isinstance(text, Bridge))

    def say(self, step: Step, /, *texts: str, **changes: object) -> Decision:
        """An utterance of the present interviewer about the present question."""
        parts = tuple(self.part(text) for text in texts if text)
        question_id = self.question.id if self.question else None
        state = replace(self.state, said=self.state.said + 1, **changes)  # type: ignore[arg-type]
        return Decision(Utterance(step, question_id, self.interviewer, parts), state)

    def quiet(self, **changes: object) -> Decision:
        """Say nothing: the candidate is thinking."""
        state = replace(self.state, **changes)  # type: ignore[arg-type]
        question_id = self.question.id if self.question else None
        return Decision(Utterance(Step.ASIDE, question_id, self.interviewer), state)

    def acknowledge(self) -> Bridge:
        return self.bridge(_TONES[self.plan.interviewers[self.interviewer].tone])

    # --- going on ---------------------------------------------------------------------------------------------------

    def next(self, *before: str) -> Decision:
        """The next planned question there is time for, or the closing."""
        index = self._next_index()
        if index is not None:
            return self.ask(index, *before)
        late = self.left_s - closing_s(self.plan) < SHORTEST_QUESTION_S and len(self.state.visited) < len(
            self.plan.questions
        )
        if self.left_s < -OVERTIME_S:
            return self.farewell("finished", self.line("time_is_up"), self.line("farewell"))
        first = before[:1] if self.state.step is not Step.GREETING else before
        closing = self.line("closing")
        texts = (*first, self.line("time_is_up") if late else "", closing)
        ended = Move(self.plan, replace(self.state, index=-1), self.now_s)
        return ended.say(Step.CLOSING, *texts, step=Step.CLOSING, asked=closing, **FRESH)

    def _next_index(self) -> int | None:
        """Pinned questions come before others once there is not time for all."""
        visited = set(self.state.visited)
        ahead = [
            (index, question)
            for index, question in enumerate(self.plan.questions)
            if index > self.state.index and question.id not in visited
        ]
        room_s = self.left_s - closing_s(self.plan)
        if not ahead or room_s < SHORTEST_QUESTION_S:
            return None
        pinned = [(index, question) for index, question in ahead if question.pinned]
        if pinned and sum(question.seconds for _, question in pinned) >= room_s:
            return pinned[0][0]
        return ahead[0][0]

    def ask(self, index: int, *before: str, visited: tuple[str, ...] | None = None) -> Decision:
        question = self.plan.questions[index]
        seen = self.state.visited if visited is None else visited
        moved = replace(self.state, index=index, question_at_s=self.now_s, probes=0, aims=(), answer="")
        move = Move(self.plan, moved, self.now_s)
        handover = question.interviewer != self.interviewer and self.state.step is not Step.GREETING
        parts = [self.part(text) for text in (before[:1] if handover else before) if text]
        if handover:
            name = self.plan.interviewers[question.interviewer].name
            parts.append(self.part(self.bridge("panel_handover", name=name)))
        texts, step = [question.text], Step.QUESTION
        if question.preparation_s:
            texts.append(self.line("preparation", minutes=max(1, round(question.preparation_s / 60))))
            step = Step.PREPARATION
        visited_now = seen if question.id in seen else (*seen, question.id)
        decision = move.say(step, *texts, step=step, asked=question.text, visited=visited_now, **FRESH)
        return replace(decision, utterance=replace(decision.utterance, parts=(*parts, *decision.utterance.parts)))

    def farewell(self, how: str, *texts: str) -> Decision:
        return self.say(Step.FAREWELL, *texts, step=Step.FAREWELL, over=how)
