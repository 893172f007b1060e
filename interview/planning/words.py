"""What is said about a plan: why one was refused, and what one could not do. Korean and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from interview.shapes import Language

Refusal = Literal["pressure", "minutes", "interviewers", "difficulty", "empty"]
Note = Literal["no_documents", "bank_only", "too_few", "no_presentation"]
Mistake = Literal[
    "unknown",
    "place",
    "last",
    "nothing",
    "too_many",
    "twice",
    "empty_text",
    "long_text",
    "seconds",
    "interviewer",
    "probes",
    "kind",
]

_REFUSALS: dict[Language, dict[Refusal, str]] = {
    "ko": {
        "pressure": "압박 면접은 직접 동의하신 경우에만 진행합니다. 압박 면접에 동의함을 선택한 뒤 다시 시작해 주세요.",
        "minutes": "면접 시간은 {minutes}분 가운데 하나를 골라 주세요.",
        "interviewers": "면접관은 1명에서 {most}명까지 정할 수 있습니다.",
        "difficulty": "난이도는 쉬움, 보통, 어려움 가운데 하나를 골라 주세요.",
        "empty": "이 면접에 쓸 수 있는 질문이 없습니다. 서류를 추가하거나 다른 종류의 면접을 골라 주세요.",
    },
    "en": {
        "pressure": "A pressure interview is held only if you agree to it: switch pressure on and start again.",
        "minutes": "Please choose one of these lengths in minutes: {minutes}.",
        "interviewers": "There can be from 1 to {most} interviewers.",
        "difficulty": "Please choose easy, normal or hard.",
        "empty": "There are no questions for this interview: add a document, or choose another kind.",
    },
}
_NOTES: dict[Language, dict[Note, str]] = {
    "ko": {
        "no_documents": "서류가 없어 질문은행의 질문으로 구성했습니다.",
        "bank_only": "서류에서 질문으로 만들 내용을 찾지 못해 질문은행의 질문으로 구성했습니다.",
        "too_few": "질문이 부족하여 정한 시간보다 일찍 끝날 수 있습니다.",
        "no_presentation": "발표 과제가 없어 일반 질문으로 구성했습니다.",
    },
    "en": {
        "no_documents": "There are no documents, so the questions come from the question bank.",
        "bank_only": "Nothing in the documents made a question, so the questions come from the question bank.",
        "too_few": "There are few questions, so the interview may end before its time.",
        "no_presentation": "There is no subject to present on, so the questions are general ones.",
    },
}
_MISTAKES: dict[Language, dict[Mistake, str]] = {
    "ko": {
        "unknown": "그런 질문이 계획에 없습니다. 화면을 새로 고친 뒤 다시 시도해 주세요.",
        "place": "그 순서로는 옮길 수 없습니다.",
        "last": "질문이 하나는 남아 있어야 합니다.",
        "nothing": "질문이 하나 이상 필요합니다.",
        "too_many": "질문은 {most}개까지 넣을 수 있습니다.",
        "twice": "같은 질문이 두 번 들어 있습니다.",
        "empty_text": "내용이 없는 질문이 있습니다.",
        "long_text": "질문은 {most}자를 넘을 수 없습니다.",
        "seconds": "질문 시간은 {least}초에서 {most}초 사이여야 합니다.",
        "interviewer": "계획에 없는 면접관이 지정되어 있습니다.",
        "probes": "꼬리질문은 {most}개까지 정할 수 있습니다.",
        "kind": "질문의 종류가 올바르지 않습니다.",
    },
    "en": {
        "unknown": "There is no such question in the plan: reload the page and try again.",
        "place": "It cannot be moved to that place.",
        "last": "At least one question has to stay.",
        "nothing": "At least one question is needed.",
        "too_many": "There can be at most {most} questions.",
        "twice": "The same question is in the list twice.",
        "empty_text": "One of the questions has no text.",
        "long_text": "A question can have at most {most} letters.",
        "seconds": "A question takes from {least} to {most} seconds.",
        "interviewer": "A question names an interviewer who is not in the plan.",
        "probes": "A question can have at most {most} follow-ups.",
        "kind": "A question is of a kind that cannot be asked.",
    },
}


class Refused(ValueError):
    """The message is one sentence in the interview's language; `english` and `korean` are for a page in the other."""

    def __init__(self, sentences: Mapping[Language, str], language: Language) -> None:
        super().__init__(sentences[language])
        self.english = sentences["en"]
        self.korean = sentences["ko"]


def refusal(which: Refusal, **fields: str) -> dict[Language, str]:
    """Why a plan cannot be made, and what to do."""
    return {language: table[which].format(**fields) for language, table in _REFUSALS.items()}


def note(which: Note, language: Language) -> str:
    """What the plan could not do."""
    return _NOTES[language][which]


def mistake(which: Mistake, **fields: str) -> dict[Language, str]:
    """Why an edited plan is not taken."""
    return {language: table[which].format(**fields) for language, table in _MISTAKES.items()}
