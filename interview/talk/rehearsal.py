"""What the interviewer will perhaps say next without a model, so that its sound can be made ahead of time. Pure.

The flow itself is asked what it would say to answers that nobody gave yet. What it says is worked out from the state
alone, so the same words come again when the real answer leads there: only which way it leads is guessed.
"""

from __future__ import annotations

from dataclasses import replace

from interview.shapes import InterviewPlan, Language, Step
from interview.talk.flow import decide
from interview.talk.intents import Intent
from interview.talk.moves import total_s
from interview.talk.state import Asked, Begin, Decision, FlowState, Happening, Part, Said
from voice.responder import Reply, SpeechStyle

ANSWERS_S = (20.0, 60.0, 120.0)
"""How long the answer may take: towards the end of the interview it decides whether there is another question."""

_ANSWER: dict[Language, str] = {
    "ko": "당시 저희 팀은 그 일을 여러 단계로 나누어 차례대로 진행했습니다.",
    "en": "At the time our team divided that work into several stages and took them one after the other.",
}
"""Any statement that is no request."""


def likely(plan: InterviewPlan, state: FlowState, elapsed_s: float) -> tuple[Decision, ...]:
    """The decisions that may come next, likeliest first, each worth saying and none twice. `state` holds once what is
    being said now was heard. A probe that a model has to word is there with its acknowledgement only."""
    if state.over:
        return ()
    found: list[Decision] = []
    for guess, happening, after_s in _guesses(plan, state):
        now_s = min(elapsed_s + after_s, max(elapsed_s, total_s(plan)))
        decision = decide(plan, guess, happening, now_s)
        if decision.utterance.parts and all(decision.utterance.parts != other.utterance.parts for other in found):
            found.append(decision)
    return tuple(found)


def _guesses(plan: InterviewPlan, state: FlowState) -> list[tuple[FlowState, Happening, float]]:
    """As the state would be, what happens, after how long."""
    if state.step is Step.GREETING:
        return [(state, Begin(), 0.0)]
    answer = Said(_ANSWER[plan.request.language])
    # An answer after which nothing is left to be asked about this question: no more probes, and it kept to the matter.
    probes = plan.questions[state.index].max_probes if state.index >= 0 else 0
    enough = replace(state, probes=probes, aims=(*state.aims, "off_topic"))
    on_topic = replace(state, aims=enough.aims)
    first, *later = ANSWERS_S
    ready = [(state, Asked(Intent.READY), first)] if state.step is Step.PREPARATION else []
    return [
        *ready,
        (enough, answer, first),
        (on_topic, answer, first),
        *((enough, answer, after_s) for after_s in later),
        (state, Asked(Intent.REPEAT), first),
        (state, Asked(Intent.WAIT), first),
    ]


def part_as_reply(plan: InterviewPlan, part: Part, state: FlowState) -> Reply:
    """One part of an utterance as the voice loop gets it. `state` is the one decided with it."""
    style = SpeechStyle(plan.interviewers[part.interviewer].voice, state.speed, state.gain_db)
    return Reply(part.text + " ", style, bridge=part.bridge)


def replies(plan: InterviewPlan, state: FlowState, elapsed_s: float) -> tuple[Reply, ...]:
    """`likely`, as Responder.rehearse gives it."""
    return tuple(
        part_as_reply(plan, part, decision.state)
        for decision in likely(plan, state, elapsed_s)
        for part in decision.utterance.parts
    )
