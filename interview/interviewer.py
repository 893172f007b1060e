"""The interviewer: the Responder of an interview. The flow decides what is said; it counts once it was heard.

The flow's state moves on only when the candidate has heard what was said (history is cut there, so is the interview):
a reply withdrawn because the candidate went on talking leaves no trace, and the whole answer is judged again.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace

from interview import lines
from interview.shapes import InterviewPlan, PlannedQuestion
from interview.talk.flow import decide
from interview.talk.intents import Intent
from interview.talk.state import (
    Asked,
    Begin,
    Decision,
    FlowState,
    Happening,
    Place,
    Said,
    Silence,
    Utterance,
    heard_enough,
)
from interview.talk.wording import Wording
from models.ports import LanguageModel
from voice.responder import Item, Reply, SpeechStyle, TurnContext


@dataclass(frozen=True, slots=True)
class Spoken:
    """An utterance on its way to the candidate. `items` are the candidate's items it answers; `written` grows."""

    decision: Decision
    items: tuple[str, ...]
    happening: Happening
    item_id: str = ""
    written: str = ""

    @property
    def utterance(self) -> Utterance:
        return self.decision.utterance


class Interviewer:
    """One an interview. `elapsed_s` tells the seconds since it began (by the sample clock, restarts included).

    `owed` is what the candidate said in an earlier sitting and got no reply to.
    """

    acknowledges_waiting = True

    def __init__(
        self,
        plan: InterviewPlan,
        llm: LanguageModel | None,
        *,
        elapsed_s: Callable[[], float],
        state: FlowState | None = None,
        owed: tuple[Item, ...] = (),
        wording: Wording | None = None,
    ) -> None:
        self.plan = plan
        self.state = state or FlowState()
        self.speaking: Spoken | None = None
        self.wording = wording or Wording(llm, plan.request.language)
        self._elapsed_s = elapsed_s
        self._next: Happening | None = Begin()
        self._owed = owed
        self._consumed: set[str] = set()
        self._last: Spoken | None = None
        self._item_id = ""

    # --- what the room tells ----------------------------------------------------------------------------------------

    def expect(self, happening: Happening) -> None:
        """The next reply is to this, not to something said."""
        self._next = happening

    def started(self, item_id: str) -> None:
        """The reply that is about to be made is this item of the conversation."""
        self._last, self.speaking = self.speaking, None
        self._item_id = item_id

    def heard(self, item_id: str, text: str) -> bool:
        """The candidate heard `text` of the item. True: the interview has moved on by it."""
        spoken = self.speaking
        if spoken is None or spoken.item_id != item_id:
            return False
        if not heard_enough(text, spoken.written):
            return False
        self.state = spoken.decision.state
        self._consumed.update(spoken.items)
        self._next = None
        return True

    @property
    def question(self) -> PlannedQuestion | None:
        """The planned question that is being talked about."""
        inside = 0 <= self.state.index < len(self.plan.questions)
        return self.plan.questions[self.state.index] if inside else None

    @property
    def place(self) -> Place:
        """Where in the interview what the candidate says now belongs."""
        return Place(self.state.step, self.question.id if self.question else None)

    # --- Responder --------------------------------------------------------------------------------------------------

    async def respond(self, turn: TurnContext) -> AsyncGenerator[Reply, None]:
        decision, items, happening = self._decide(turn)
        utterance, state = decision.utterance, decision.state
        self.speaking = Spoken(decision, items, happening, self._item_id)
        if decision.silent:
            self._stay_silent(decision, items)
            return
        for part in utterance.parts:
            yield self._say(part.text + " ", part.interviewer, state)
        if utterance.probe is not None:
            text = await self.wording.word(utterance.probe, turn.context)
            self.speaking = replace(self.speaking, decision=replace(decision, state=replace(state, asked=text)))
            yield self._say(text, utterance.interviewer, state)

    async def prepare(self, turn: TurnContext, said: str = "") -> None:
        """Planned questions need no model; a probe's prompt is evaluated up to the answer that is not there yet."""
        await self.wording.warm(turn.context)

    def rehearse(self, turn: TurnContext) -> tuple[Reply, ...]:
        return ()

    def apology(self, language: str) -> str:
        return lines.pick(self.plan.request.language, "apology", self.state.said)

    def _say(self, text: str, interviewer: int, state: FlowState) -> Reply:
        assert self.speaking is not None
        self.speaking = replace(self.speaking, written=self.speaking.written + text)
        return Reply(text, SpeechStyle(self.plan.interviewers[interviewer].voice, state.speed, state.gain_db))

    def _stay_silent(self, decision: Decision, items: tuple[str, ...]) -> None:
        """There is nothing to hear, so what was decided holds at once. A mere "um" stays part of the answer to come."""
        self.state = decision.state
        self._next = None
        if decision.intent is not Intent.NOTHING:
            self._consumed.update(items)

    # --- deciding ---------------------------------------------------------------------------------------------------

    def _decide(self, turn: TurnContext) -> tuple[Decision, tuple[str, ...], Happening]:
        self._settle(turn.items)
        said = (*self._owed, *(item for item in turn.items if item.role == "user" and item.text))
        fresh = [item for item in said if item.id not in self._consumed]
        ids = tuple(item.id for item in fresh)
        happening = self._next
        if fresh and not isinstance(happening, Asked):
            happening = Said(" ".join(item.text for item in fresh))
        elif happening is None:
            happening = self._unheard() or Silence()
        decision = decide(self.plan, self.state, happening, self._elapsed_s())
        if fresh and all(item in self._owed for item in fresh) and decision.silent:
            resumed = decide(self.plan, decision.state, Begin(), self._elapsed_s())
            decision = replace(resumed, intent=decision.intent)
        return decision, ids, happening

    def _settle(self, items: tuple[Item, ...]) -> None:
        """The last utterance may have been cut without anybody saying so: history holds what was heard of it."""
        last = self._last
        if last is None or self.state == last.decision.state:
            return
        self.speaking = last
        said = next((item.text for item in items if item.id == last.item_id), "")
        self.heard(last.item_id, said)
        self.speaking = None

    def _unheard(self) -> Happening | None:
        """Nothing new was said and the last utterance was not heard: it is due again."""
        last = self._last
        return last.happening if last is not None and self.state != last.decision.state else None
