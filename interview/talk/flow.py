"""The flow of an interview: what is said next, decided from what was just said. Pure: no model, no clock, no chance.

    greeting + ice-breaker -> question -> up to two probes -> ... -> closing question -> farewell

Every path ends: planned questions are finite, probes are counted, silence moves on, and the time box closes the list.
How a probe is worded is not decided here (talk/wording.py); whether there is one, and about what, is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from interview.shapes import InterviewPlan, Kind, PlannedQuestion, Step
from interview.speech.answers import analyse
from interview.speech.probes import Aim, choose
from interview.talk.intents import Intent, understand
from interview.talk.moves import Move, closing_s
from interview.talk.state import (
    Asked,
    Begin,
    Decision,
    FlowState,
    Happening,
    Offer,
    ProbeWish,
    Said,
    Silence,
)

SHORTEST_PROBE_S = 20.0
NO_ICE_BREAKER_MINUTES = 5

SILENCES_S = (8.0, 12.0, 20.0)
"""Silence before a first word of help, an offer, and moving on. Half of all answers to open questions begin within 3 s,
nearly all within 8 s; a candidate who asked for time gets the longer ones below."""

WAITING_S = (30.0, 30.0, 30.0)
CLOSING_SILENCE_S = 10.0
MOST_UNANSWERED = 3
"""Questions in a row met with silence after which nobody seems to be there."""

SLOWEST, FASTEST, LOUDEST_DB = 0.6, 1.4, 9.0


_AGAINST = {
    "ko": re.compile(r"반대|동의하지|찬성하지|그렇지\s*않다고|아니라고\s*생각|않아야\s*(한다|합니다)"),
    "en": re.compile(
        r"\b(disagree|oppose|against|(don't|do not|not)\s+(\w+\s+)?(agree|support|think so))\b", re.IGNORECASE
    ),
}
"""What tells that a candidate rejects a debate's thesis."""


def decide(plan: InterviewPlan, state: FlowState, happening: Happening, now_s: float) -> Decision:
    """What the interviewer does. `now_s`: seconds since the interview began. Total: everything has an answer."""
    return _Moves(plan, state, now_s).decide(happening)


def silence_due_s(plan: InterviewPlan, state: FlowState, *, push_to_talk: bool = False) -> float | None:
    """How long the interviewer waits for a word before it says one. None: for ever, because the interview is over, or
    because whether somebody is speaking is only known when they let go of the button."""
    if state.over:
        return None
    if state.step is Step.PREPARATION:
        return float(plan.questions[state.index].preparation_s)
    if push_to_talk:
        return None
    if state.step is Step.CLOSING:
        return CLOSING_SILENCE_S
    steps = WAITING_S if state.waiting else SILENCES_S
    return steps[min(state.silences, len(steps) - 1)]


class _Moves(Move):
    """One decision. The methods return the Decision for one kind of happening."""

    def decide(self, happening: Happening) -> Decision:
        match happening:
            case Begin():
                return self._begin()
            case Silence():
                return self._silence()
            case Asked(intent):
                return self._request(intent, "")
            case Said(text):
                return self._request(understand(text, self.language), text)

    # --- beginning --------------------------------------------------------------------------------------------------

    def _begin(self) -> Decision:
        if self.state.step is not Step.GREETING:
            return self._again(self.bridge("resume"))
        persona = self.plan.interviewers[0]
        greeting = self.line("greeting", name=persona.name, title=persona.title, minutes=self.plan.request.minutes)
        if self.plan.request.minutes <= NO_ICE_BREAKER_MINUTES and self.plan.questions:
            return self.next(greeting)
        question = self.line("ice_breaker")
        return self.say(Step.ICE_BREAKER, greeting, question, step=Step.ICE_BREAKER, asked=question)

    # --- what the candidate wants -----------------------------------------------------------------------------------

    def _request(self, intent: Intent, text: str) -> Decision:
        handlers: dict[Intent, Callable[[], Decision]] = {
            Intent.REPEAT: lambda: self._again(self.bridge("repeat_intro")),
            Intent.REPHRASE: self._rephrase,
            Intent.WAIT: self._wait,
            Intent.SKIP: lambda: self.next(self.bridge("skip")),
            Intent.BACK: self._back,
            Intent.SLOWER: lambda: self._again(self.line("slower"), speed=max(SLOWEST, self.state.speed * 0.85)),
            Intent.FASTER: lambda: self._again(self.acknowledge(), speed=min(FASTEST, self.state.speed * 1.15)),
            Intent.LOUDER: lambda: self._again(self.line("louder"), gain_db=min(LOUDEST_DB, self.state.gain_db + 4.0)),
            Intent.END: lambda: self.farewell("ended_early", self.line("ended_early")),
            Intent.RECORDING: lambda: self._again(self.line("recording")),
            Intent.EVALUATION: lambda: self._again(self.line("cannot_say")),
            Intent.COMPANY: lambda: self._again(self.line("asks_about_company")),
            Intent.INJECTION: lambda: self._again(self.line("injection")),
            Intent.HOSTILE: lambda: self._again(self.line("hostile")),
            Intent.NOTHING: self.quiet,
            Intent.READY: lambda: self._ready(text),
            Intent.YES: lambda: self._yes_or_no(True, text),
            Intent.NO: lambda: self._yes_or_no(False, text),
            Intent.DONT_KNOW: lambda: self._dont_know(text),
            Intent.PLEASANTRY: lambda: self._polite(text),
        }
        handler = handlers.get(intent)
        if self.state.step is Step.GREETING:
            return self._begin()
        if handler is None:
            return replace(self._answer(text), intent=Intent.ANSWER)
        if self.state.step is Step.CLOSING and intent not in (Intent.REPEAT, Intent.WAIT, Intent.NOTHING, Intent.END):
            return self._closed(Intent.ANSWER if intent is Intent.PLEASANTRY else intent, text)
        decision = handler()
        return decision if decision.intent is not None else replace(decision, intent=intent)

    def _again(self, first: str, **changes: object) -> Decision:
        """Say something, then the question again."""
        return self.say(Step.ASIDE, first, self.state.asked, silences=0, offer="", **changes)

    def _rephrase(self) -> Decision:
        if self.question is None or self.state.step is not Step.QUESTION:
            return self._again(self.bridge("repeat_intro"))
        competency = self.question.competency
        if self.language == "ko":
            wish = "직접 겪으신 일을" if self.question.star else "지원자님의 생각을"
            hint = f"{competency}에 관해 {wish} 듣고 싶다는 뜻입니다."
        else:
            wish = "an example of your own" if self.question.star else "your own thinking"
            hint = f"I am asking about {competency.lower()}, with {wish}."
        return self.say(Step.ASIDE, self.bridge("rephrase_intro"), hint, self.state.asked, silences=0, offer="")

    def _wait(self) -> Decision:
        if self.state.waiting:
            return self.quiet(silences=0)
        return self.say(Step.ASIDE, self.line("take_your_time"), waiting=True, silences=0, offer="")

    def _ready(self, text: str) -> Decision:
        if self.state.step is Step.PREPARATION:
            return self._prepared("preparation_ready")
        return self._answer(text) if self.state.step is Step.ICE_BREAKER else self.quiet(waiting=True)

    def _yes_or_no(self, yes: bool, text: str) -> Decision:
        match (self.state.offer, yes):
            case ("repeat", True):
                return self._again(self.bridge("repeat_intro"))
            case ("skip", True):
                return self.next(self.bridge("skip"))
            case ("time", True) | ("skip", False) | ("repeat", False):
                return replace(self._wait(), intent=Intent.WAIT)
            case ("time", False):
                return self.quiet(offer="")
        if self.state.step is Step.PREPARATION:
            return self._prepared("preparation_ready") if yes else self.quiet()
        return replace(self._answer(text), intent=Intent.ANSWER)

    def _dont_know(self, text: str) -> Decision:
        if self.question is None:
            return replace(self._answer(text), intent=Intent.ANSWER)
        return self.next(self.acknowledge(), self.bridge("next_topic"))

    def _polite(self, text: str) -> Decision:
        """No answer to a question: it is asked again, and left open if there is nothing else to say to it."""
        if self.question is None:
            return replace(self._answer(text), intent=Intent.ANSWER)
        if self.state.waiting or self.state.step is Step.PREPARATION:
            return self.quiet()
        if "pleasantry" in self.state.aims:
            return self.next(self.acknowledge(), self.bridge("next_topic"))
        return self._again(self.line("greeted"), aims=(*self.state.aims, "pleasantry"))

    def _back(self) -> Decision:
        visited = self.state.visited
        if len(visited) < 2:
            return self._again(self.bridge("repeat_intro"))
        index = next(i for i, question in enumerate(self.plan.questions) if question.id == visited[-2])
        return self.ask(index, self.bridge("go_back"), visited=visited[:-1])

    # --- answers ----------------------------------------------------------------------------------------------------

    def _answer(self, text: str) -> Decision:
        if self.state.step is Step.CLOSING:
            return self._closed(Intent.ANSWER, text)
        question = self.question
        if question is None:
            return self.next(self.acknowledge())
        answered = replace(
            self.state,
            answer=f"{self.state.answer}\n{text}".strip(),
            step=Step.QUESTION if self.state.step is Step.PREPARATION else self.state.step,
            unanswered=0,
            waiting=False,
            offer="",
        )
        return _Moves(self.plan, answered, self.now_s)._after_answer(question)

    def _after_answer(self, question: PlannedQuestion) -> Decision:
        analysis = analyse(question, self.state.answer, self.language)
        strayed = analysis.off_topic and question.kind is not Kind.SELF_INTRODUCTION  # whatever one says of oneself
        if strayed and "off_topic" not in self.state.aims and self._time_for_a_probe(question):
            return self._again(self.line("off_topic"), aims=(*self.state.aims, "off_topic"))
        if not self._time_for_a_probe(question) or self.state.probes >= question.max_probes:
            return self.next(self.acknowledge(), self.bridge("next_topic"))
        if question.kind in (Kind.DEBATE, Kind.PRESSURE) and self.state.probes < len(question.follow_ups):
            follow_ups = self._other_side_first(question)
            return self._probe(question, Aim("follow_up", "", ""), follow_ups[self.state.probes])
        aim = choose(analysis, question, frozenset(self.state.aims), self.state.probes)
        if aim is None:
            return self.next(self.acknowledge(), self.bridge("next_topic"))
        return self._probe(question, aim)

    def _other_side_first(self, question: PlannedQuestion) -> tuple[str, ...]:
        """A debate's first follow-up argues against the thesis: for those who hold it (see questions/*/debate.toml)."""
        against = question.kind is Kind.DEBATE and _AGAINST[self.language].search(self.state.answer) is not None
        return tuple(reversed(question.follow_ups)) if against else question.follow_ups

    def _probe(self, question: PlannedQuestion, aim: Aim, text: str = "") -> Decision:
        """A probe; without `text` it is still to be worded, and whoever words it sets `asked`."""
        wish = None if text else ProbeWish(aim, question, self.state.answer, self.state.said)
        decision = self.say(
            Step.PROBE,
            self.acknowledge(),
            text,
            step=Step.PROBE,
            aims=(*self.state.aims, aim.name),
            probes=self.state.probes + 1,
            asked=text or self.state.asked,
            silences=0,
        )
        return replace(decision, utterance=replace(decision.utterance, probe=wish))

    def _time_for_a_probe(self, question: PlannedQuestion) -> bool:
        box = question.seconds - (self.now_s - self.state.question_at_s)
        return box > 0 and self.left_s - closing_s(self.plan) > SHORTEST_PROBE_S

    def _prepared(self, key: str = "preparation_over") -> Decision:
        return self.say(Step.QUESTION, self.line(key), step=Step.QUESTION, question_at_s=self.now_s)

    def _closed(self, intent: Intent, text: str) -> Decision:
        """The candidate's last words or questions, then the farewell."""
        answers = {
            Intent.COMPANY: "asks_about_company",
            Intent.RECORDING: "recording",
            Intent.EVALUATION: "cannot_say",
            Intent.INJECTION: "injection",
        }
        asks = "?" in text or text.rstrip(" .").endswith(("까", "나요", "가요", "궁금합니다"))
        key = answers.get(intent, "asks_about_company" if asks else "closing_reply")
        first = self.line(key) if key != "injection" else self.acknowledge()
        return replace(self.farewell("finished", first, self.line("farewell")), intent=intent)

    # --- silence ----------------------------------------------------------------------------------------------------

    def _silence(self) -> Decision:
        state = self.state
        if state.step is Step.PREPARATION:
            return self._prepared()
        if state.step is Step.CLOSING:
            return self.farewell("finished", self.line("farewell"))
        if state.silences == 0:
            key = "waiting" if state.waiting else "silence_prompt_1"
            return self.say(Step.ASIDE, self.line(key), silences=1)
        if state.silences == 1:
            text = self.line("silence_prompt_2")
            return self.say(Step.ASIDE, text, silences=2, offer=_offer(text))
        if state.unanswered + 1 >= MOST_UNANSWERED:
            return self.farewell("ended_early", self.line("farewell"))
        moved = Move(self.plan, replace(state, unanswered=state.unanswered + 1), self.now_s)
        return moved.next(self.bridge("silence_move_on"))


def _offer(text: str) -> Offer:
    """What a yes to this line would mean."""
    if any(word in text for word in ("넘어", "move on", "next question", "skip")):
        return "skip"
    if any(word in text for word in ("시간", "time", "moment")):
        return "time"
    return "repeat"
