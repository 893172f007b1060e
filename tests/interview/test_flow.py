"""The flow of an interview, decision by decision. No model, no clock."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview import lines
from interview.codec import from_json, to_json
from interview.shapes import InterviewPlan, Kind, Language, Step
from interview.talk.flow import MOST_UNANSWERED, decide, silence_due_s
from interview.talk.intents import Intent
from interview.talk.moves import closing_s, total_s
from interview.talk.state import Asked, Begin, Decision, FlowState, Happening, Said, Silence
from tests.interview.plans import GOOD, NO_RESULT, TEXTS, plan

BOTH = pytest.mark.parametrize("language", ["ko", "en"])


class Run:
    """An interview in which everything is heard; the clock is moved by hand."""

    def __init__(self, plan: InterviewPlan, state: FlowState | None = None) -> None:
        self.plan = plan
        self.state = state or FlowState()
        self.now_s = 0.0
        self.decision: Decision | None = None

    def __call__(self, happening: Happening, after_s: float = 10.0) -> Decision:
        self.now_s += after_s
        self.decision = decide(self.plan, self.state, happening, self.now_s)
        self.state = self.decision.state
        return self.decision

    @property
    def text(self) -> str:
        assert self.decision is not None
        return " ".join(part.text for part in self.decision.utterance.parts)


def asked_first_question(language: Language, **changes: object) -> Run:
    run = Run(plan(language, **changes))  # type: ignore[arg-type]
    run(Begin())
    run(Said("괜찮습니다." if language == "ko" else "I am fine, thank you."))
    return run


@BOTH
def test_an_interview_from_greeting_to_farewell(language: Language) -> None:
    run = Run(plan(language))
    steps = [run(Begin()).utterance.step]
    while not run.state.over:
        steps.append(run(Said(GOOD[language]), after_s=20).utterance.step)
        assert len(steps) < 20
    assert steps[0] is Step.ICE_BREAKER
    assert steps[-2:] == [Step.CLOSING, Step.FAREWELL]
    assert [step for step in steps if step is Step.QUESTION] == [Step.QUESTION] * 3
    assert run.state.over == "finished"
    assert run.state.visited == ("q0", "q1", "q2")


@BOTH
def test_a_missing_result_is_probed_for_at_most_twice(language: Language) -> None:
    run = asked_first_question(language)
    assert run.text.endswith(TEXTS[language][0])
    decision = run(Said(NO_RESULT[language]))
    assert decision.utterance.step is Step.PROBE
    wish = decision.utterance.probe
    assert wish is not None
    assert wish.aim.name == "result"
    assert wish.answer == NO_RESULT[language]
    probes = 1
    while run(Said("네, 그렇게 했습니다." if language == "ko" else "Yes, I did that.")).utterance.step is Step.PROBE:
        probes += 1
    assert probes <= 2
    assert run.state.step is Step.QUESTION
    assert run.state.visited == ("q0", "q1")
    assert (run.state.probes, run.state.answer, run.state.aims) == (0, "", ())


@BOTH
def test_a_probe_needs_time(language: Language) -> None:
    run = asked_first_question(language, seconds=30)
    assert run(Said(NO_RESULT[language]), after_s=40).utterance.step is Step.QUESTION


@BOTH
@pytest.mark.parametrize("intent", [Intent.REPEAT, Intent.LOUDER, Intent.RECORDING, Intent.INJECTION, Intent.HOSTILE])
def test_requests_lead_back_to_the_question(language: Language, intent: Intent) -> None:
    run = asked_first_question(language)
    before = run.state
    decision = run(Asked(intent))
    assert decision.intent is intent
    assert decision.utterance.step is Step.ASIDE
    assert run.text.endswith(TEXTS[language][0])
    assert (run.state.index, run.state.step, run.state.answer) == (before.index, before.step, before.answer)


def test_slower_and_louder_change_how_it_is_said_within_bounds() -> None:
    run = asked_first_question("en")
    run(Asked(Intent.SLOWER))
    assert run.state.speed == pytest.approx(0.85)
    for _ in range(20):
        run(Asked(Intent.SLOWER))
        run(Asked(Intent.LOUDER))
    assert run.state.speed == pytest.approx(0.6)
    assert run.state.gain_db == pytest.approx(9.0)


@BOTH
def test_a_question_is_rephrased(language: Language) -> None:
    run = asked_first_question(language)
    run(Asked(Intent.REPHRASE))
    assert run.plan.questions[0].competency in run.text
    assert run.text.endswith(TEXTS[language][0])


@BOTH
def test_who_asks_for_time_gets_it_and_is_told_once(language: Language) -> None:
    run = asked_first_question(language)
    before = silence_due_s(run.plan, run.state)
    run(Said("잠시만요." if language == "ko" else "Let me think."))
    assert run.text in lines.load_lines(language)["take_your_time"]
    after = silence_due_s(run.plan, run.state)
    assert before is not None
    assert after is not None
    assert after > 2 * before
    again = run(Said("조금만 더 생각해 보겠습니다." if language == "ko" else "Hold on, please."))
    assert again.utterance.parts == ()
    answered = run(Said(GOOD[language]))
    assert answered.utterance.step in (Step.PROBE, Step.QUESTION)
    assert not run.state.waiting


@BOTH
def test_silence_is_handled_in_steps_and_then_moves_on(language: Language) -> None:
    run = asked_first_question(language)
    said = lines.load_lines(language)
    run(Silence())
    assert run.text in said["silence_prompt_1"]
    run(Silence())
    assert run.text in said["silence_prompt_2"]
    decision = run(Silence())
    assert decision.utterance.question_id == "q1"
    assert run.text.startswith(said["silence_move_on"])


def test_nobody_there_ends_the_interview() -> None:
    run = asked_first_question("ko", questions=9, minutes=30)
    for _ in range(3 * MOST_UNANSWERED):
        run(Silence())
    assert run.state.over == "ended_early"


@pytest.mark.parametrize(
    ("line", "answer", "step"),
    [
        ("지원자님, 질문을 다시 드리는 것이 좋겠습니까?", "네.", Step.ASIDE),
        ("답변이 어려우시면 다음 질문으로 넘어갈 수 있습니다. 그렇게 하시겠습니까?", "네.", Step.QUESTION),
        ("조금 더 시간이 필요하십니까?", "네.", Step.ASIDE),
        ("조금 더 시간이 필요하십니까?", "아니요.", Step.ASIDE),
    ],
)
def test_a_yes_is_to_what_was_offered(line: str, answer: str, step: Step) -> None:
    run = asked_first_question("ko")
    run(Silence())
    number = lines.load_lines("ko")["silence_prompt_2"].index(line)
    run.state = replace(run.state, said=number)
    run(Silence())
    assert run.text == line
    decision = run(Said(answer))
    assert decision.utterance.step is step
    assert (run.state.index == 1) is ("넘어" in line)
    assert run.state.waiting is ("시간" in line and answer == "네.")


@BOTH
def test_skip_and_back(language: Language) -> None:
    run = asked_first_question(language)
    assert run(Asked(Intent.SKIP)).utterance.question_id == "q1"
    assert run(Asked(Intent.BACK)).utterance.question_id == "q0"
    assert run.text.endswith(TEXTS[language][0])
    assert run(Asked(Intent.BACK)).utterance.question_id == "q0", "there is nothing before the first"
    assert run(Asked(Intent.SKIP)).utterance.question_id == "q1"


@BOTH
def test_a_greeting_is_no_answer_and_gets_the_question_again(language: Language) -> None:
    run = asked_first_question(language)
    hello = "안녕하십니까, 반갑습니다." if language == "ko" else "Hello, nice to meet you."
    decision = run(Said(hello))
    assert decision.intent is Intent.PLEASANTRY
    assert decision.utterance.step is Step.ASIDE
    assert run.text.endswith(TEXTS[language][0])
    assert run.state.answer == ""
    assert run(Said(GOOD[language])).intent is Intent.ANSWER


@BOTH
def test_who_says_nothing_but_polite_things_is_not_asked_for_ever(language: Language) -> None:
    run = asked_first_question(language)
    thanks = "감사합니다." if language == "ko" else "Thank you."
    run(Said(thanks))
    decision = run(Said(thanks))
    assert decision.intent is Intent.PLEASANTRY
    assert decision.utterance.question_id == "q1"


@BOTH
def test_thanks_for_time_to_think_are_not_answered(language: Language) -> None:
    run = asked_first_question(language)
    run(Asked(Intent.WAIT))
    assert run(Said("감사합니다." if language == "ko" else "Thank you.")).silent


@BOTH
def test_end_ends_at_once(language: Language) -> None:
    run = asked_first_question(language)
    run(Said("면접을 그만하고 싶습니다." if language == "ko" else "I want to stop the interview."))
    assert run.state.over == "ended_early"
    assert silence_due_s(run.plan, run.state) is None


@BOTH
def test_off_topic_is_led_back_once(language: Language) -> None:
    chatter = {
        "ko": "어제 저녁에는 친구들과 영화를 보고 늦게까지 떡볶이를 먹으면서 날씨 이야기만 계속 했는데 "
        "정말 재미있는 하루였네요 주말에도 비가 온다고 하더라고요",
        "en": "yesterday evening my friends watched a movie and we ate pizza while talking about the weather the whole "
        "night and it was really sunny the next day too",
    }
    run = asked_first_question(language)
    first = run(Said(chatter[language]))
    assert first.utterance.step is Step.ASIDE
    assert run.text.endswith(TEXTS[language][0])
    assert run(Said(chatter[language])).utterance.step is not Step.ASIDE


def test_a_panel_hands_over_and_every_interviewer_keeps_a_voice() -> None:
    run = Run(plan("ko", interviewers=2))
    run(Begin())
    run(Said("괜찮습니다."))
    decision = run(Asked(Intent.SKIP))
    assert [part.interviewer for part in decision.utterance.parts] == [0, 0, 1]
    assert "이준호" in decision.utterance.parts[1].text


def test_a_presentation_is_prepared_first() -> None:
    run = Run(plan("ko", questions=1, kind=Kind.PRESENTATION, preparation_s=180))
    run(Begin())
    decision = run(Said("괜찮습니다."))
    assert decision.utterance.step is Step.PREPARATION
    assert "3분" in run.text
    assert silence_due_s(run.plan, run.state) == 180
    run(Said("준비됐습니다."))
    assert run.state.step is Step.QUESTION
    assert run.text in lines.load_lines("ko")["preparation_ready"]


def test_who_begins_to_present_unasked_is_heard() -> None:
    run = Run(plan("ko", questions=1, kind=Kind.PRESENTATION, preparation_s=180))
    run(Begin())
    run(Said("괜찮습니다."))
    run(Said(GOOD["ko"]))
    assert run.state.answer == GOOD["ko"] or run.state.step is Step.CLOSING


@pytest.mark.parametrize(("answer", "first"), [("저는 이 주장에 찬성합니다.", 0), ("저는 그 의견에 반대합니다.", 1)])
def test_a_debate_argues_the_other_side(answer: str, first: int) -> None:
    sides = ("반대쪽은 비용이 크다고 합니다. 어떻게 보십니까?", "찬성 쪽은 안전이 먼저라고 합니다. 어떻게 보십니까?")
    run = Run(plan("ko", questions=1, kind=Kind.DEBATE, follow_ups=sides, star=False))
    run(Begin())
    run(Said("괜찮습니다."))
    run(Said(answer + " 비용과 안전을 함께 생각해 보았을 때 그렇게 판단했습니다."))
    assert run.text.endswith(sides[first])
    run(Said("그래도 저는 같은 생각입니다. 안전이 더 중요하기 때문입니다."))
    assert run.text.endswith(sides[1 - first])


@BOTH
def test_the_closing_answers_a_question_and_says_goodbye(language: Language) -> None:
    run = Run(plan(language, questions=1))
    run(Begin())
    run(Said("네." if language == "ko" else "I am fine."))
    run(Asked(Intent.SKIP))
    assert run.state.step is Step.CLOSING
    run(Said("이 팀의 개발 문화는 어떤가요?" if language == "ko" else "What is the team culture like?"))
    said = lines.load_lines(language)
    assert run.text.startswith(said["asks_about_company"])
    assert run.text.endswith(said["farewell"])
    assert run.state.over == "finished"


def test_a_restart_goes_on_with_the_question() -> None:
    run = asked_first_question("ko")
    again = Run(run.plan, from_json(FlowState, to_json(run.state)))
    again.now_s = run.now_s
    decision = again(Begin())
    assert again.text.startswith(lines.load_lines("ko")["resume"])
    assert again.text.endswith(TEXTS["ko"][0])
    assert decision.utterance.question_id == "q0"
    assert again.state.index == 0


def test_pinned_questions_come_first_when_time_is_short() -> None:
    made = plan("en", minutes=5, questions=3)
    questions = (made.questions[0], made.questions[1], replace(made.questions[2], pinned=True))
    run = Run(replace(made, questions=questions))
    assert run(Begin()).utterance.question_id == "q0", "five minutes begin without small talk"
    decision = run(Said(GOOD["en"]), after_s=total_s(run.plan) - closing_s(run.plan) - 60)
    assert decision.utterance.question_id == "q2"


HAPPENINGS = st.one_of(
    st.sampled_from([Silence(), Begin()]),
    st.sampled_from([Asked(intent) for intent in Intent]),
    st.sampled_from(
        [
            Said(text)
            for text in (
                *GOOD.values(),
                *NO_RESULT.values(),
                "네.",
                "음",
                "Yes.",
                "다시 말씀해 주세요",
                "그만하겠습니다",
            )
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(
    happenings=st.lists(st.tuples(HAPPENINGS, st.floats(0, 90)), max_size=40),
    language=st.sampled_from(["ko", "en"]),
    minutes=st.sampled_from([5, 10]),
)
def test_whatever_happens_it_ends_in_time_and_asks_one_thing_at_a_time(
    happenings: list[tuple[Happening, float]], language: Language, minutes: int
) -> None:
    run = Run(plan(language, minutes, interviewers=2, questions=5))
    run(Begin(), 0)
    for happening, after_s in happenings:
        if run.state.over:
            break
        decision = run(happening, after_s)
        assert decision.state.probes <= 2
        questions = run.text.count("?") + (decision.utterance.probe is not None)
        assert questions <= 2, run.text  # an aside may ask once before the question is repeated
    turns = 0
    while not run.state.over:
        run(Said(GOOD[language]), after_s=45)
        turns += 1
        assert turns <= 30
    assert run.state.over in ("finished", "ended_early")
