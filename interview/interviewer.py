"""The interviewer: the Responder of an interview. The flow decides what is said; it counts once it was heard.

The flow's state moves on only when the candidate has heard what was said (history is cut there, so is the interview):
a reply withdrawn because the candidate went on talking leaves no trace, and the whole answer is judged again. A reply
may be made before it is known whether it will be said at all: it counts from `started` on.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, replace

from interview import lines
from interview.shapes import InterviewPlan, PlannedQuestion
from interview.talk.flow import decide
from interview.talk.intents import Intent
from interview.talk.rehearsal import part_as_reply, replies
from interview.talk.state import (
    Asked,
    Begin,
    Decision,
    FlowState,
    Happening,
    Part,
    Place,
    Said,
    Silence,
    Utterance,
    heard_enough,
)
from interview.talk.wording import Wording
from models.ports import LanguageModel
from voice.responder import Item, Reply, TurnContext


@dataclass(slots=True)
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
        self._draft: Spoken | None = None
        self._item_id = ""

    # --- what the room tells ----------------------------------------------------------------------------------------

    def expect(self, happening: Happening) -> None:
        """The next reply is to this, not to something said."""
        self._next = happening

    def started(self, item_id: str) -> None:
        """The reply that is this item of the conversation begins to be said, made or not."""
        self._last, self.speaking = self.speaking, None
        self._item_id = item_id
        draft, self._draft = self._draft, None
        if draft is not None and draft.item_id == item_id:
            self._begin(draft)

    def heard(self, item_id: str, text: str) -> bool:
        """The candidate heard `text` of the item. True: the interview has moved on by it."""
        spoken = self.speaking
        return spoken is not None and spoken.item_id == item_id and self._moved_on(spoken, text)

    def _moved_on(self, spoken: Spoken, heard: str) -> bool:
        if not heard_enough(heard, spoken.written):
            return False
        self.state = spoken.decision.state
        self._consumed.update(spoken.items)
        self._next = self._asked_since(spoken)
        return True

    def _asked_since(self, spoken: Spoken) -> Happening | None:
        """A button that was pressed while the utterance was being said still waits for its reply."""
        return self._next if isinstance(self._next, Asked) and self._next is not spoken.happening else None

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
        begun = turn.reply_item == self._item_id
        decision, items, happening = self._decide(turn, self._last if begun else self.speaking)
        spoken = Spoken(decision, items, happening, turn.reply_item)
        if begun:
            self._begin(spoken)
        else:
            self._draft = spoken
        if decision.silent:
            return
        utterance, state = decision.utterance, decision.state
        for part in utterance.parts:
            yield self._say(spoken, part, state)
        if utterance.probe is not None:
            text = await self.wording.word(utterance.probe, turn.context)
            spoken.decision = replace(decision, state=replace(state, asked=text))
            yield self._say(spoken, Part(text, utterance.interviewer), state)

    async def prepare(self, turn: TurnContext, said: str = "") -> None:
        """Planned questions need no model; a probe's prompt is evaluated as far as the answer is known."""
        await self.wording.warm(turn.context, self._answer(turn, said))

    async def ends(self, turn: TurnContext) -> float | None:
        return await self.wording.ends(turn.context, self._answer(turn))

    def rehearse(self, turn: TurnContext) -> tuple[Reply, ...]:
        state = self.speaking.decision.state if self.speaking is not None else self.state
        return replies(self.plan, state, self._elapsed_s())

    def apology(self, language: str) -> str:
        return lines.pick(self.plan.request.language, "apology", self.state.said)

    def _say(self, spoken: Spoken, part: Part, state: FlowState) -> Reply:
        reply = part_as_reply(self.plan, part, state)
        spoken.written += reply.text
        return reply

    def _begin(self, spoken: Spoken) -> None:
        """It is being said. Where there is nothing to hear, what was decided holds at once; a mere "um" stays part of
        the answer to come."""
        self.speaking = spoken
        if spoken.decision.silent:
            self.state = spoken.decision.state
            self._next = self._asked_since(spoken)
            if spoken.decision.intent is not Intent.NOTHING:
                self._consumed.update(spoken.items)

    # --- deciding ---------------------------------------------------------------------------------------------------

    def _decide(self, turn: TurnContext, last: Spoken | None) -> tuple[Decision, tuple[str, ...], Happening]:
        """`last` is the utterance before this one."""
        self._settle(turn.items, last)
        fresh = self._fresh(turn.items)
        ids = tuple(item.id for item in fresh)
        happening = self._next
        if fresh and not isinstance(happening, Asked):
            happening = Said(" ".join(item.text for item in fresh))
        elif happening is None:
            happening = self._unheard(last) or Silence()
        decision = decide(self.plan, self.state, happening, self._elapsed_s())
        if fresh and all(item in self._owed for item in fresh) and decision.silent:
            resumed = decide(self.plan, decision.state, Begin(), self._elapsed_s())
            decision = replace(resumed, intent=decision.intent)
        return decision, ids, happening

    def _fresh(self, items: tuple[Item, ...]) -> list[Item]:
        """What the candidate said that the interview has not moved on by."""
        said = (*self._owed, *(item for item in items if item.role == "user" and item.text))
        return [item for item in said if item.id not in self._consumed]

    def _answer(self, turn: TurnContext, said: str = "") -> str:
        """All that was said since the interviewer was last heard, and goes on with `said`."""
        replied = self.speaking.items if self.speaking is not None else ()
        parts = [item.text for item in self._fresh(turn.items) if item.id not in replied]
        return " ".join([*parts, said] if said else parts)

    def _settle(self, items: tuple[Item, ...], last: Spoken | None) -> None:
        """The last utterance may have been cut without anybody saying so: history holds what was heard of it."""
        if last is not None and self.state != last.decision.state:
            self._moved_on(last, next((item.text for item in items if item.id == last.item_id), ""))

    def _unheard(self, last: Spoken | None) -> Happening | None:
        """Nothing new was said and the last utterance was not heard: it is due again."""
        return last.happening if last is not None and self.state != last.decision.state else None
