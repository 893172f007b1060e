"""A model's connected wording of the better answer, kept only when every fact in it is the candidate's own.

Small models embellish: a wording is dropped as soon as it has a figure, a name or a content word that neither the
candidate's answer nor the documents hold. The outline of the candidate's own sentences stands in any case.
"""

from __future__ import annotations

import re
from dataclasses import replace

from interview.judging.quotes import letters
from interview.pages.shapes import BetterAnswer, QuestionReport, Report
from interview.shapes import InterviewRecord, Language
from models.ports import (
    CallContext,
    ChatMessage,
    EngineError,
    GenerateRequest,
    LanguageModel,
    Priority,
)

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|[가-힣]+")
_STEM = 2
_LATIN_STEM = 5
_LEAST_OWN = 0.5
"""Sentences: a question needs at least so many parts said for a wording to be worth it, as a share of the outline."""

_FUNCTION_WORDS: dict[Language, frozenset[str]] = {
    "en": frozenset(
        (
            *(
                "a",
                "an",
                "the",
                "and",
                "but",
                "or",
                "so",
                "then",
                "first",
                "next",
                "also",
                "after",
                "before",
                "that",
                "this",
            ),
            *(
                "i",
                "my",
                "me",
                "we",
                "our",
                "it",
                "its",
                "in",
                "on",
                "at",
                "of",
                "to",
                "for",
                "with",
                "by",
                "from",
                "as",
            ),
            *("was", "were", "is", "are", "had", "have", "has", "did", "do", "be", "been", "which", "when", "there"),
            *("result", "during", "while", "because", "therefore", "finally", "into", "those", "these", "than"),
        )
    ),
    "ko": frozenset(
        (
            *(
                "저는",
                "제가",
                "저의",
                "그리고",
                "그래서",
                "또한",
                "먼저",
                "이후",
                "당시",
                "결과",
                "그때",
                "이때",
                "이를",
                "그후",
            ),
            *(
                "다음",
                "그런",
                "이런",
                "위해",
                "통해",
                "대해",
                "따라",
                "하여",
                "했습",
                "하였",
                "합니",
                "있었",
                "였습",
                "입니",
            ),
            *("그", "이", "및", "후", "중", "때", "것", "수", "더", "제", "저", "등"),
        )
    ),
}
_ORDERS: dict[Language, str] = {
    "ko": (
        "아래는 지원자가 실제로 한 말입니다. 순서를 지켜 하나의 자연스러운 답변으로 이어 쓰십시오. "
        "새로운 사실, 숫자, 이름, 평가를 더하지 마십시오. 빠진 내용은 비워 두십시오. 답변만 쓰십시오."
    ),
    "en": (
        "Below are sentences that the candidate really said. Join them, in this order, into one natural answer in the "
        "first person. Add no fact, number, name or judgement. Leave out what is missing. Write the answer only."
    ),
}


async def reword(report: Report, record: InterviewRecord, llm: LanguageModel, model: str) -> Report:
    """The report with a wording wherever one was made that holds only the candidate's facts. `model`: its title.

    One call a question, in the background; a call that fails leaves that question without.
    """
    documents = "\n".join(document.text for document in record.documents if document.kind != "posting")
    questions = [await _with_wording(question, report, documents, llm, model) for question in report.questions]
    return replace(report, questions=tuple(questions))


async def _with_wording(
    question: QuestionReport, report: Report, documents: str, llm: LanguageModel, model: str
) -> QuestionReport:
    better = question.better
    if better is None or sum(1 for item in better.items if item.sentences) < _LEAST_OWN * len(better.items):
        return question
    said = "\n".join(sentence.text for item in better.items for sentence in item.sentences)
    answers = "\n".join(turn.text for turn in question.turns if turn.speaker == "candidate")
    try:
        text = await _ask(said, report, llm)
    except EngineError:
        return question
    if letters(text)[0] in (letters(said)[0], letters(answers)[0]):  # nothing was joined
        return question
    if not grounded(text, f"{answers}\n{documents}", report.spoken_language):
        return question
    return replace(question, better=BetterAnswer(better.items, text, model))


async def _ask(said: str, report: Report, llm: LanguageModel) -> str:
    """Empty where the model did not come to an end."""
    messages = (
        ChatMessage("system", _ORDERS[report.spoken_language]),
        ChatMessage("user", f"<said>\n{said}\n</said>"),
    )
    request = GenerateRequest(
        messages, max_tokens=300, temperature=0.2, seed=0, context=CallContext(session_id=report.session_id)
    )
    chunks = [chunk async for chunk in llm.generate(request, Priority.BACKGROUND)]
    if chunks and chunks[-1].finish_reason == "length":
        return ""
    return "".join(chunk.text for chunk in chunks).strip()


def grounded(text: str, facts: str, language: Language) -> bool:
    """Whether every figure, name and content word of `text` occurs in `facts`. Endings and particles may differ."""
    if not text or not {_bare(number) for number in _NUMBER.findall(text)} <= {
        _bare(n) for n in _NUMBER.findall(facts)
    }:
        return False
    known = {_stem(word) for word in _WORD.findall(facts)}
    function = {_stem(word) for word in _FUNCTION_WORDS[language]}
    return all(_stem(word) in known or _stem(word) in function for word in _WORD.findall(text))


def _bare(number: str) -> str:
    return number.replace(",", "").rstrip(".")


def _stem(word: str) -> str:
    return word[:_STEM] if "가" <= word[0] <= "힣" else word.casefold()[:_LATIN_STEM]
