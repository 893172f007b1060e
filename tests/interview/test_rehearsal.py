"""What may be said next: guessed from the state alone, word for word as it is said later."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from interview.shapes import InterviewPlan, Kind, Language, Step
from interview.talk.flow import decide
from interview.talk.intents import Intent
from interview.talk.rehearsal import likely, part_as_reply, replies
from interview.talk.state import Asked, Begin, Decision, FlowState, Happening, Said, Silence
from tests.interview.plans import GOOD, NO_RESULT, plan
from voice.fragments import Fragment, Fragmenter, rehearsal

BOTH = pytest.mark.parametrize("language", ["ko", "en"])

OTHER_ANSWERS: dict[Language, tuple[str, ...]] = {
    "en": ("I am not sure, I don't know.", "I like cooking soup at the weekend with my family.", "One moment please."),
    "ko": ("잘 모르겠습니다.", "주말에는 가족과 함께 국을 끓이는 것을 좋아합니다.", "잠시만 기다려 주세요."),
}


@dataclass
class Rehearsing:
    """An interview in which all is heard; before each answer it is guessed what will be said to it."""

    plan: InterviewPlan
    chance: random.Random
    state: FlowState = field(default_factory=FlowState)
    now_s: float = 0.0
    asked: int = 0
    asked_as_guessed: int = 0
    first: int = 0
    first_as_guessed: int = 0

    def goes_on(self, happening: Happening) -> None:
        language = self.plan.request.language
        guessed = set(rehearsal(replies(self.plan, self.state, self.now_s), language))
        self.now_s += self.chance.uniform(3.0, 100.0)
        decision = decide(self.plan, self.state, happening, self.now_s)
        self.state = decision.state
        said = fragments(self.plan, decision)
        if not said:
            return
        self.first += 1
        self.first_as_guessed += said[0] in guessed
        if decision.utterance.step in (Step.QUESTION, Step.PREPARATION, Step.CLOSING):
            self.asked += 1
            self.asked_as_guessed += set(said) <= guessed

    def happens(self) -> Happening:
        language = self.plan.request.language
        full, lacking = Said(GOOD[language]), Said(NO_RESULT[language])
        other = Said(self.chance.choice(OTHER_ANSWERS[language]))
        happenings: list[Happening] = [full, full, lacking, lacking, other, Asked(Intent.REPEAT), Silence()]
        return self.chance.choice(happenings)


def fragments(plan: InterviewPlan, decision: Decision) -> list[Fragment]:
    fragmenter = Fragmenter(plan.request.language)
    parts = [part_as_reply(plan, part, decision.state) for part in decision.utterance.parts]
    return [*(fragment for part in parts for fragment in fragmenter.feed(part)), *fragmenter.flush()]


@BOTH
def test_most_planned_questions_were_rehearsed_to_the_letter(language: Language) -> None:
    asked = asked_as_guessed = first = first_as_guessed = 0
    for seed in range(25):
        made = plan(language, 20, interviewers=1 + seed % 3, questions=3 + seed % 6)
        interview = Rehearsing(made, random.Random(seed))
        interview.goes_on(Begin())
        while not interview.state.over:
            interview.goes_on(interview.happens())
        asked += interview.asked
        asked_as_guessed += interview.asked_as_guessed
        first += interview.first
        first_as_guessed += interview.first_as_guessed
    print(f"{language}: questions {asked_as_guessed}/{asked}, first fragments {first_as_guessed}/{first}")
    assert asked > 100
    assert asked_as_guessed >= 0.8 * asked
    assert first_as_guessed >= 0.8 * first


@BOTH
def test_the_acknowledgement_and_the_next_question_come_first(language: Language) -> None:
    made = plan(language)
    state = decide(made, FlowState(), Begin(), 0.0).state
    best = likely(made, state, 5.0)[0]
    assert [part.bridge for part in best.utterance.parts] == [True, False]
    assert best.utterance.parts[1].text == made.questions[0].text


@BOTH
def test_the_beginning_and_a_presentation_are_foreseen(language: Language) -> None:
    made = plan(language, preparation_s=60)
    begin = decide(made, FlowState(), Begin(), 0.0)
    assert likely(made, FlowState(), 0.0)[0].utterance == begin.utterance
    preparing = decide(made, begin.state, Said(GOOD[language]), 20.0)
    assert preparing.state.step is Step.PREPARATION
    ready = decide(made, preparing.state, Asked(Intent.READY), 60.0)
    assert likely(made, preparing.state, 30.0)[0].utterance.parts == ready.utterance.parts


@BOTH
def test_follow_ups_that_are_written_down_are_foreseen(language: Language) -> None:
    made = plan(language, kind=Kind.PRESSURE, follow_ups=("Why?", "Really?"))
    state = decide(made, FlowState(), Begin(), 0.0).state
    state = decide(made, state, Said(GOOD[language]), 20.0).state
    texts = [part.text for decision in likely(made, state, 30.0) for part in decision.utterance.parts]
    assert "Why?" in texts


def test_nothing_is_foreseen_after_the_end() -> None:
    assert likely(plan("en"), FlowState(over="finished"), 10.0) == ()


@BOTH
def test_what_only_leads_on_is_an_acknowledgement_and_a_question_is_none(language: Language) -> None:
    made = plan(language, interviewers=2)
    state = FlowState()
    answers: list[Happening] = [Said(GOOD[language])] * 3
    for happening in [Begin(), *answers, Asked(Intent.REPEAT), Asked(Intent.SKIP)]:
        decision = decide(made, state, happening, 30.0)
        state = decision.state
        assert decision.utterance.probe is not None or not decision.utterance.parts[-1].bridge
        questions = {question.text for question in made.questions}
        assert not any(part.bridge for part in decision.utterance.parts if part.text in questions)
