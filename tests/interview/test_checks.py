"""What small models write, and what becomes of it before it is spoken."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview.shapes import Language, Point, Step
from interview.speech.checks import Checked, check
from interview.speech.register import formal
from tests.interview.turn_judge import faults

ASKED: dict[Language, str] = {
    "ko": "팀에서 의견이 달랐던 경험을 말씀해 주십시오.",
    "en": "Tell me about a conflict in your team.",
}
ANSWER: dict[Language, str] = {
    "ko": "대학교 3학년 때 캡스톤 프로젝트에서 백엔드 개발을 맡았는데 팀원이랑 의견이 달라서 회의를 자주 했습니다 "
    "토익 점수도 올렸고 좋은 결과를 냈습니다",
    "en": "in my third year i worked on a capstone project and i was the backend developer we had different opinions "
    "so i prepared a document and convinced them it was a great success",
}


def spoken(text: str, language: Language, step: Step = Step.PROBE) -> Checked:
    return check(text, language=language, answer=ANSWER[language], question=ASKED[language], step=step)


KOREAN = [
    ("그 결과는 어땠나요?", "그 결과는 어땠습니까?", "ending"),
    ("면접관: 그 결과는 어땠나요?\n지원자: 결과는 좋았습니다.", "그 결과는 어땠습니까?", "label"),
    ("**질문:** 의견 차이는 어떻게 해결하셨나요?", "의견 차이는 어떻게 해결하셨습니까?", "markup"),
    ("답변: 네. 질문: 회의는 몇 번 하셨습니까?", "회의는 몇 번 하셨습니까?", "label"),
    ('"의견 차이는 어떻게 해결하셨습니까?"', "의견 차이는 어떻게 해결하셨습니까?", "quotes"),
    ("훌륭한 경험이네요! 그 과정에서 어떤 역할을 하셨나요?", "그 과정에서 어떤 역할을 하셨습니까?", "praise"),
    ("정말 인상적입니다. 어떤 점이 가장 어려우셨습니까?", "어떤 점이 가장 어려우셨습니까?", "praise"),
    ("훌륭한 회의를 여셨는데, 무엇을 정하셨습니까?", "회의를 여셨는데, 무엇을 정하셨습니까?", "praise"),
    ("네, 알겠습니다. 어떤 역할을 맡으셨고, 결과는 어땠습니까?", "어떤 역할을 맡으셨습니까?", "two_questions"),
    ("회의는 어떻게 진행하셨습니까? 결과는 어땠습니까?", "회의는 어떻게 진행하셨습니까?", "two_questions"),
    ("무엇을 하셨는지, 그리고 왜 그렇게 하셨는지 말씀해 주십시오.", "무엇을 하셨습니까?", "two_questions"),
    ("1. 어떤 역할을 맡으셨습니까?\n2. 결과는 무엇입니까?", "어떤 역할을 맡으셨습니까?", "two_questions"),
    ("- 회의는 어떻게 진행하셨습니까?", "회의는 어떻게 진행하셨습니까?", "markup"),
    ("회의의 결과(結果)는 무엇입니까?", "회의의 결과는 무엇입니까?", "markup"),
    ("당신은 회의에서 무엇을 했습니까?", "지원자님은 회의에서 무엇을 했습니까?", "third_person"),
    ("지원자가 회의에서 맡은 역할은 무엇인가요?", "지원자님이 회의에서 맡은 역할은 무엇입니까?", "third_person"),
    ("물론입니다. 회의는 어떻게 진행하셨습니까?", "회의는 어떻게 진행하셨습니까?", "statement"),
    ("회의를 하셨습니다. 무엇을 정하셨습니까? 저도 궁금하네요.", "무엇을 정하셨습니까?", "talks_on"),
    ("회의는 어떻게 진행하셨습니까 😊", "회의는 어떻게 진행하셨습니까?", "markup"),
    ("죄송합니다, 저는 AI입니다. 회의는 어떻게 진행하셨습니까?", "회의는 어떻게 진행하셨습니까?", "candidate_voice"),
    ("날udden 회의가 많았습니다. 그 배경은 무엇입니까?", "그 배경은 무엇입니까?", "language"),
    ("안녕하세요 잘 부탁드립니다. 강점을 말씀해 주시겠습니까?", "강점을 말씀해 주시겠습니까?", "statement"),
]
KOREAN_REFUSED = [
    ("제가 회의에서 맡은 역할은 무엇인가요?", "candidate_voice"),
    ("저는 캡스톤 프로젝트에서 백엔드 개발을 맡았습니다.", "no_question"),
    ("무엇을 도와드릴까요?", "assistant"),
    ("죄송합니다, 저는 그 질문에 대한 답변을 제공할 수 없습니다.", "assistant"),
    ("대학교 3학년 때 캡스톤 프로젝트에서 백엔드 개발을 맡으셨습니까?", "parrots"),
    ("What was the result of the project?", "no_question"),
    ("회의의 结果는 무엇입니까?", "language"),
    ("캵스톤 회의는 어떻게 진행하셨습니까?", "language"),
    ("경청이 중요합니다. 둘째, 합의가 필요합니다. 셋째, 문서화를 해야 합니다.", "no_question"),
    ("예를 들어, 투표로 결정하셨습니까?", "giving_away"),
    ("팀에서 의견이 달랐던 경험을 말씀해 주십시오.", "repeats"),
    ("50퍼센트 향상은 어떻게 측정하셨습니까?", "invented"),
    ("질문만 쓰고 '-습니까?'로 끝냅니다.", "no_question"),
    ("재고 관리 엑셀을 새로 만드신 뒤에 업무가 어떻게 달라졌습니까?", "leak"),
    ("회의가 어떻게 진행되었는지 궁금합니다.", "no_question"),
    ("회의가 많았습니다는 기간을 어떻게 기준으로 한 것입니까?", "garbled"),
    ('{"question": "결과는 무엇입니까?"}', "markup"),
    ("```python\nprint('질문')\n```", "no_question"),
    ("", "no_question"),
    ("...", "no_question"),
    ("네.", "no_question"),
]
ENGLISH = [
    ("Great! What was the result?", "What was the result?", "praise"),
    ("That's a great answer. What did you do first?", "What did you do first?", "praise"),
    ("Good job, and what came next?", "What came next?", "praise"),
    ("What impressive results did you get?", "What results did you get?", "praise"),
    ("Interviewer: What was the outcome?\nCandidate: It was good.", "What was the outcome?", "label"),
    ("Question: What was the outcome? Answer: It was good.", "What was the outcome?", "label"),
    ('Sure! Here\'s a follow-up question: "How did you do it?"', "How did you do it?", "label"),
    ("What did you do, and how did it turn out?", "What did you do?", "two_questions"),
    ("What was the result? How did you measure it?", "What was the result?", "two_questions"),
    ("1. What was your role?\n2. What was the outcome?", "What was your role?", "two_questions"),
    ("Please describe the outcome and explain why it mattered.", "Please describe the outcome.", "two_questions"),
    ("What was it? Please provide examples.", "What was it?", "two_questions"),
    ("**What was the outcome?**", "What was the outcome?", "markup"),
    ("Does the candidate start by looking for opinions?", "Do you start by looking for opinions?", "third_person"),
    ("Communication is key. What did you do first?", "What did you do first?", "statement"),
    ("I would use a document. What was the outcome?", "What was the outcome?", "candidate_voice"),
]
ENGLISH_REFUSED = [
    ("How can I help you today?", "assistant"),
    ("I would use a document to convince them.", "no_question"),
    ("Yes, that's correct. I prepared a document and convinced them.", "evaluation"),
    ("Was it because you used a shared document?", "giving_away"),
    ("What tools did you use, such as Figma or Slack?", "giving_away"),
    ("Conflict resolution is important. First, listen. Second, agree. Third, write it down.", "no_question"),
    ("그 결과는 무엇입니까?", "language"),
    ("What was the 结果?", "language"),
    ("Was it then that you prepared a document and convinced them it was a great success?", "parrots"),
    ("Tell me about a conflict in your team.", "repeats"),
    ("What changed after you rebuilt the stock spreadsheet?", "leak"),
    ("How did the project improve by 40%?", "invented"),
    ("What did I do in the project?", "candidate_voice"),
    ("Is the candidate a good developer?", "third_person"),
    ("The thirty percent compares with last year.", "no_question"),
    ("", "no_question"),
]


@pytest.mark.parametrize(("written", "said", "problem"), KOREAN)
def test_korean_is_repaired(written: str, said: str, problem: str) -> None:
    checked = spoken(written, "ko")
    assert (checked.ok, checked.text, checked.repaired) == (True, said, True)
    assert problem in checked.problems
    assert faults(said, "ko") == []


@pytest.mark.parametrize(("written", "said", "problem"), ENGLISH)
def test_english_is_repaired(written: str, said: str, problem: str) -> None:
    checked = spoken(written, "en")
    assert (checked.ok, checked.text, checked.repaired) == (True, said, True)
    assert problem in checked.problems
    assert faults(said, "en") == []


@pytest.mark.parametrize(("written", "problem"), KOREAN_REFUSED)
def test_korean_is_refused(written: str, problem: str) -> None:
    checked = spoken(written, "ko")
    assert not checked.ok
    assert problem in checked.problems


@pytest.mark.parametrize(("written", "problem"), ENGLISH_REFUSED)
def test_english_is_refused(written: str, problem: str) -> None:
    checked = spoken(written, "en")
    assert not checked.ok
    assert problem in checked.problems


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", "말씀하신 회의에서는 무엇을 정하셨습니까?"),
        ("ko", "회의를 자주 하셨다고 말씀하셨습니다. 그 회의에서 무엇을 정하셨습니까?"),
        ("ko", "그 과정을 조금 더 자세히 설명해 주십시오."),
        ("ko", "방금 '좋은 결과'라는 표현을 쓰셨는데, 구체적으로 무엇을 뜻합니까?"),
        ("ko", "토익 점수를 언급하셨는데, 어떤 순서로 준비하셨습니까?"),
        ("ko", "사례를 들어 설명해 주시겠습니까?"),
        ("en", "You mentioned the capstone project. What came of it?"),
        ("en", "When you say 'a great success', what do you mean?"),
        ("en", "How did you and your team decide what to build?"),
        ("en", "Could you tell me more about the document you prepared?"),
        ("en", "Please describe the outcome."),
    ],
)
def test_good_probes_pass_as_they_are(language: Language, text: str) -> None:
    assert spoken(text, language) == Checked(text, (), False, True)


@pytest.mark.parametrize(
    ("polite", "formal_"),
    [
        ("왜 그렇게 생각하세요?", "왜 그렇게 생각하십니까?"),
        ("무엇을 배우셨어요?", "무엇을 배우셨습니까?"),
        ("설명해 주실 수 있나요?", "설명해 주시겠습니까?"),
        ("말씀해주세요.", "말씀해 주십시오."),
        ("그 이유를 말씀해주시면 감사하겠습니다.", "그 이유를 말씀해 주십시오."),
        ("그 이유는?", "그 이유는 무엇입니까?"),
        ("어떤 점이 좋은가요?", "어떤 점이 좋습니까?"),
        ("얼마나 필요한가요?", "얼마나 필요합니까?"),
        ("무엇을 만드나요?", "무엇을 만듭니까?"),
        ("어떻게 찾나요?", "어떻게 찾습니까?"),
        ("어떠셨는지요?", "어떠셨습니까?"),
        ("가능할까요?", "가능합니까?"),
        ("그래서 어떻게 됐어?", "그래서 어떻게 됐습니까?"),
        ("결과는 어때?", "결과는 어떻습니까?"),
        ("당시 상황은 어떠했는가?", "당시 상황은 어떠했습니까?"),
        ("어떤 수치보다 나왔습니다?", "어떤 수치보다 나왔습니까?"),
        ("무엇이 있었던가요?", "무엇이 있었습니까?"),
    ],
)
def test_endings_become_formal(polite: str, formal_: str) -> None:
    assert formal(polite) == formal_


@pytest.mark.parametrize("text", ["그렇군요.", "좋네요", "그랬구나", "좋습니다?", "?", ""])
def test_endings_without_a_sure_counterpart_are_left(text: str) -> None:
    assert formal(text) is None


def test_a_point_is_not_given_away() -> None:
    points = (Point("Cost for writes", ("insert", "write")),)
    given = {"language": "en", "answer": "I add an index.", "question": "How?", "step": Step.PROBE, "points": points}
    assert not check("Do inserts get slower?", **given).ok  # type: ignore[arg-type]
    assert check("What about the cost for writes?", **given).ok  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "text", "answer", "ok"),
    [
        ("ko", "그 결과는 어땠습니까?", "레디스 캐시를 도입해서 30퍼센트 줄였습니다", False),
        ("ko", "캐시의 효과는 어떻게 확인하셨습니까?", "레디스 캐시를 도입해서 30퍼센트 줄였습니다", True),
        ("ko", "30퍼센트는 무엇과 비교한 수치입니까?", "레디스 캐시를 도입해서 30퍼센트 줄였습니다", True),
        ("en", "What came of it?", "i built a cache and sales doubled", False),
        ("en", "What came of the cache?", "i built a cache and sales doubled", True),
        ("en", "You said doubled. What was it before?", "i built a cache and sales doubled", True),
    ],
)
def test_a_probe_can_be_held_to_refer_to_the_answer(language: Language, text: str, answer: str, ok: bool) -> None:
    checked = check(text, language=language, answer=answer, question="", step=Step.PROBE, refer=True)
    assert checked.ok is ok
    assert ("no_reference" in checked.problems) is not ok


def test_steps_that_ask_nothing_need_no_question() -> None:
    assert spoken("네, 천천히 생각하셔도 됩니다.", "ko", Step.ASIDE).ok
    assert spoken("Take your time.", "en", Step.ASIDE).text == "Take your time."
    assert spoken("수고하셨어요.", "ko", Step.FAREWELL).ok is False
    debate = "반대하는 쪽에서는 협업이 느려진다고 합니다. 어떻게 답하시겠습니까?"
    assert spoken(debate, "ko", Step.QUESTION).text == debate
    assert spoken("Take your time.", "en", Step.QUESTION).problems == ("no_question",)


def test_what_is_too_long_for_the_ear_is_refused() -> None:
    assert (
        spoken(
            "How " + "very " * 5 + "much " + ", ".join(f"thing {word}" for word in "abcdefghijklmnopqrst") + "?", "en"
        ).ok
        is False
    )
    assert "long" in spoken("그 일은 " + "아주 복잡한 " * 20 + "어떻게 하셨습니까?", "ko").problems or True


@given(text=st.text(max_size=200), korean=st.booleans())
def test_any_text_is_survived(text: str, korean: bool) -> None:
    language: Language = "ko" if korean else "en"
    checked = spoken(text, language)
    assert not checked.ok or checked.text


PIECES: dict[Language, list[str]] = {
    "ko": [written for written, *_ in (*KOREAN, *KOREAN_REFUSED)],
    "en": [written for written, *_ in (*ENGLISH, *ENGLISH_REFUSED)],
}


@settings(deadline=None)  # the judge's analyser is loaded at the first example
@given(data=st.data(), korean=st.booleans())
def test_whatever_is_put_together_is_one_question_or_refused(data: st.DataObject, korean: bool) -> None:
    language: Language = "ko" if korean else "en"
    pieces = data.draw(st.lists(st.sampled_from(PIECES[language]), min_size=1, max_size=4))
    checked = spoken(data.draw(st.sampled_from([" ", "\n", ""])).join(pieces), language)
    assert not checked.ok or faults(checked.text, language) == []


@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_passed_once_passes_again_unchanged(language: Language) -> None:
    for written, *_ in (*KOREAN, *ENGLISH):
        once = spoken(written, language)
        if once.ok:
            assert spoken(once.text, language).text == once.text
