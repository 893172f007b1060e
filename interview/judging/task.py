"""A judge's task: one answered question, what is to be asked about it, and what its opinions come to. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from interview.judging import prompt as judge_prompt
from interview.judging import quotes
from interview.judging.addressed import set_aside
from interview.judging.bounds import bounds
from interview.judging.deterministic import measure
from interview.judging.evidence import resume_lines
from interview.judging.scores import CriterionScore, Measures, Status
from interview.rubric import Criterion, criteria_for
from interview.shapes import Exchange, InterviewRecord, Language, PlannedQuestion, Step, Turn, exchanges
from interview.speech.pleasantries import pleasantry
from models.ports import ChatMessage

LEAST_WORDS: dict[Language, int] = {"ko": 4, "en": 6}
"""Fewer in all the answers to a question ("Yes, I did that.") hold nothing that a level could rest on."""

_FOREIGN: dict[Language, re.Pattern[str]] = {
    "ko": re.compile(r"^[^가-힣]*$|[가-힣][A-Za-zÀ-ÿ]|[\u3040-\u30ff\u4e00-\u9fff]"),
    "en": re.compile(r"[가-힣\u3040-\u30ff\u4e00-\u9fff]"),
}
"""No Hangul at all, or a word of two scripts ("리sumé"); signs of another language."""

_ELEMENTS = re.compile(r"\b(?:situation|task|action|result|outcome)s?\b|상황|과제|행동|결과", re.IGNORECASE)

LEAK_LETTERS = 24
"""A reason with this many letters of the instruction in a row repeats the instruction: it is not shown."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """One sample as the model wrote it: its shape is checked, its quote not yet."""

    quote: str
    reason: str
    level: int


@dataclass(frozen=True, slots=True)
class Task:
    """`asks` are the criteria with data, each with the lines of other documents it reads; `without` have no data.
    `set_aside` are sentences that were kept from the judge."""

    exchange: Exchange
    language: Language
    measures: Measures
    start: str
    schema: dict[str, Any]
    asks: tuple[tuple[Criterion, str], ...]
    without: tuple[Criterion, ...]
    set_aside: tuple[str, ...]

    @property
    def thin(self) -> bool:
        """Too little was said to ask anybody about it."""
        return self.measures.words < LEAST_WORDS[self.language]

    def messages(self, rule: Criterion, extra: str) -> tuple[ChatMessage, ...]:
        return judge_prompt.messages(self.start, rule, self.language, extra)

    def settle(self, rule: Criterion, opinions: Sequence[Opinion]) -> CriterionScore:
        """Median and spread of the opinions whose quote is in the candidate's answers; none of them: insufficient.

        Held to what was counted (bounds.py): what is above it is lowered, and its reason, which claims what is not
        there, dropped; a median below it is no score.
        """
        found = [(quotes.find(opinion.quote, self.exchange.answers), opinion) for opinion in opinions]
        backed = [(place, opinion) for place, opinion in found if place is not None and not set_aside(place.text)[1]]
        if not backed:
            return CriterionScore(rule.id, "insufficient")
        allowed = bounds(rule.id, self.measures)
        levels = tuple(min(opinion.level, allowed.high) for _, opinion in backed)
        middle = float(median(levels))
        if middle < allowed.low:
            return CriterionScore(rule.id, "disputed", samples=levels)
        place, opinion = min(backed, key=lambda item: abs(item[1].level - middle))
        return CriterionScore(
            criterion=rule.id,
            status="scored",
            level=middle,
            spread=float(max(levels) - min(levels)),
            quote=place.text,
            turn=place.turn,
            reason=presentable(opinion.reason, self.language) if opinion.level <= allowed.high else "",
            samples=levels,
        )

    def unscored(self, status: Status) -> tuple[CriterionScore, ...]:
        """What all criteria that could have been scored read when nobody scored them."""
        return tuple(CriterionScore(rule.id, status) for rule, _ in self.asks)

    def in_order(self, scores: Sequence[CriterionScore]) -> tuple[CriterionScore, ...]:
        """The scores and the criteria without data, in the rubric's order; a reason given for two is kept for one."""
        by_id = {score.criterion: score for score in scores}
        by_id |= {rule.id: CriterionScore(rule.id, "no_data") for rule in self.without}
        given: set[str] = set()
        ordered = []
        for rule in criteria_for(self.exchange.question):
            score = by_id.get(rule.id)
            if score is not None:
                ordered.append(replace(score, reason="") if score.reason in given else score)
                given.add(score.reason)
        return tuple(ordered)


def tasks_of(record: InterviewRecord, criteria: frozenset[str] | None = None) -> tuple[Task, ...]:
    """One task a question asked. `criteria` limits what is judged; the rules measure everything in any case."""
    requirements = {row.requirement.id: row.requirement.text for row in record.matrix.rows}
    return tuple(
        _task(exchange, record, requirements.get(exchange.question.requirement_id or "", ""), criteria)
        for exchange in exchanges(record)
    )


def _task(exchange: Exchange, record: InterviewRecord, requirement: str, criteria: frozenset[str] | None) -> Task:
    language, question = record.plan.request.language, exchange.question
    own = tuple(document for document in record.documents if document.kind in ("resume", "cover_letter"))
    measures = measure(exchange, own, language, requirement)
    answer, kept_out = judge_prompt.shown(exchange, language)
    reads = {
        "requirement": set_aside(requirement)[0],
        "resume": "\n".join(resume_lines(answer, set_aside(question.evidence)[0], own, language)),
        "points": ", ".join(point.name for point in question.points),
    }
    rules = [rule for rule in criteria_for(question) if criteria is None or rule.id in criteria]
    asks = [
        (rule, reads.get(rule.reads, ""))
        for rule in rules
        if answer.strip() and (rule.reads in ("", "points") or reads[rule.reads])
    ]
    asked = {rule.id for rule, _ in asks}
    return Task(
        exchange=exchange,
        language=language,
        measures=measures,
        start=judge_prompt.beginning(question, answer, measures, language),
        schema=judge_prompt.schema(_quotable(exchange)),
        asks=tuple(asks),
        without=tuple(rule for rule in rules if rule.id not in asked),
        set_aside=kept_out,
    )


def text_task(question: PlannedQuestion, answer: str, language: Language) -> Task:
    """A task of a text that is no interview's: what a model is tried out on."""
    turn = Turn(0, "candidate", Step.QUESTION, question.id, answer, answer, 0, 0, language)
    counted = judge_prompt.counted(question, answer, language)
    start = judge_prompt.beginning(question, answer, counted, language)
    exchange = Exchange(question, (turn,))
    return Task(exchange, language, counted, start, judge_prompt.schema(_quotable(exchange)), (), (), ())


def _quotable(exchange: Exchange) -> list[str]:
    """Turn by turn, so that no passage spans two; wishes about the grade and pleasantries are no evidence."""
    found = [
        passage
        for turn in exchange.answers
        for passage in judge_prompt.passages(set_aside(turn.text)[0])
        if not pleasantry(passage, turn.language)
    ]
    return list(dict.fromkeys(found))[: judge_prompt.MOST_PASSAGES]


def opinion(text: str) -> Opinion | None:
    """A model's JSON, or None where it was cut off or is not of the shape (an engine without grammar)."""
    try:
        return opinion_of(json.loads(text))
    except ValueError:
        return None


def opinion_of(found: object) -> Opinion | None:
    match found:
        case {"quote": str(quote), "reason": str(reason), "level": int(level)} if 1 <= level <= 5:
            return Opinion(quote, reason.strip(), level)
    return None


def presentable(reason: str, language: Language) -> str:
    """A reason, or nothing where it repeats the judge's instruction or one of its examples, which are about other
    answers, names elements that the report counts itself, asks instead of telling, is in no language of the reader's,
    or speaks to a machine."""
    if set_aside(reason)[1] or "?" in reason or _FOREIGN[language].search(reason) or _ELEMENTS.search(reason):
        return ""
    said = quotes.letters(reason)[0]
    if said in {quotes.letters(example["reason"])[0] for example in judge_prompt.load(language)["example"]}:
        return ""
    words = judge_prompt.WORDS[judge_prompt.FRAME[language]]
    for instruction in (words["system"], words["task"]):
        plain = quotes.letters(instruction)[0]
        if any(said[at : at + LEAK_LETTERS] in plain for at in range(max(0, len(said) - LEAK_LETTERS + 1))):
            return ""
    return reason
