"""Who asks: one to three interviewers, and whose turn each question is. Pure; voices are chosen later."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from interview.shapes import JobFamily, Kind, Language, Persona, PlannedQuestion

_NAMES: dict[Language, tuple[str, ...]] = {
    "ko": ("김정훈", "박서연", "이도현", "최윤아", "정민석", "한지원"),
    "en": ("Daniel Reed", "Grace Miller", "Helen Carter", "Marcus Hill", "Laura Bennett", "Owen Price"),
}
_LEAD: dict[Language, dict[JobFamily, str]] = {
    "ko": {
        JobFamily.SOFTWARE: "개발팀장",
        JobFamily.DATA: "데이터팀장",
        JobFamily.PRODUCT: "기획팀장",
        JobFamily.DESIGN: "디자인팀장",
        JobFamily.MARKETING: "마케팅팀장",
        JobFamily.SALES: "영업팀장",
        JobFamily.FINANCE: "재무팀장",
        JobFamily.PEOPLE: "인사팀장",
        JobFamily.ENGINEERING: "기술팀장",
        JobFamily.MANUFACTURING: "생산팀장",
        JobFamily.HEALTHCARE: "부서 책임자",
        JobFamily.EDUCATION: "교육팀장",
        JobFamily.PUBLIC: "부서 책임자",
        JobFamily.SERVICE: "현장 책임자",
    },
    "en": {
        JobFamily.SOFTWARE: "engineering manager",
        JobFamily.DATA: "head of data",
        JobFamily.PRODUCT: "head of product",
        JobFamily.DESIGN: "head of design",
        JobFamily.MARKETING: "head of marketing",
        JobFamily.SALES: "head of sales",
        JobFamily.FINANCE: "finance manager",
        JobFamily.ENGINEERING: "head of engineering",
        JobFamily.MANUFACTURING: "production manager",
        JobFamily.SERVICE: "site manager",
    },
}
_ANY_LEAD: dict[Language, str] = {"ko": "실무팀장", "en": "hiring manager"}
_PEOPLE: dict[Language, str] = {"ko": "인사 담당자", "en": "HR manager"}
_EXECUTIVE: dict[Language, str] = {"ko": "본부장", "en": "director"}

_TEAM, _HR, _BOSS = 0, 1, 2
_SPECIALIST = {
    Kind.SELF_INTRODUCTION: _HR,
    Kind.BEHAVIOURAL: _HR,
    Kind.TECHNICAL: _TEAM,
    Kind.PROJECT: _TEAM,
    Kind.PRESENTATION: _TEAM,
    Kind.PRESSURE: _BOSS,
    Kind.DEBATE: _BOSS,
    Kind.ENGLISH: _HR,
}
CONSISTENCY_COMPETENCIES = frozenset({"일관성", "Consistency"})


def panel(
    number: int, language: Language, family: JobFamily, *, pressure: bool, rng: random.Random
) -> tuple[Persona, ...]:
    """The team's lead, then HR, then an executive, who is the one to press where that was asked for."""
    names = rng.sample(_NAMES[language], number)
    lead = _LEAD[language].get(family, _ANY_LEAD[language])
    titles = (lead, _PEOPLE[language], _EXECUTIVE[language])
    made = [Persona(name, title) for name, title in zip(names, titles, strict=False)]
    if number > 1:
        made[_HR] = replace(made[_HR], tone="warm")
    if pressure:
        presses = _BOSS if number > _BOSS else _TEAM
        made[presses] = replace(made[presses], tone="pressure")
    return tuple(made)


def assigned(questions: Sequence[PlannedQuestion], personas: Sequence[Persona]) -> tuple[PlannedQuestion, ...]:
    """Each question with its interviewer: by what they know; where that leaves one without a word, in turns."""
    number = len(personas)
    presses = next((n for n, persona in enumerate(personas) if persona.tone == "pressure"), 0)
    mine = [_whose(question, number, presses) for question in questions]
    if len(set(mine)) < min(number, len(questions)):
        mine = [n * number // len(questions) if _one_talk(questions) else n % number for n in range(len(questions))]
    return tuple(replace(question, interviewer=n) for question, n in zip(questions, mine, strict=True))


def _whose(question: PlannedQuestion, number: int, presses: int) -> int:
    if question.kind is Kind.PRESSURE:
        return presses
    specialist = _BOSS if question.competency in CONSISTENCY_COMPETENCIES else _SPECIALIST[question.kind]
    return specialist if specialist < number else _TEAM


def _one_talk(questions: Sequence[PlannedQuestion]) -> bool:
    """All about one presentation: nobody is interrupted after every question."""
    return all(question.kind is Kind.PRESENTATION for question in questions)
