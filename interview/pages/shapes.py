"""The report as values: everything the page, the Markdown and the JSON say, already in the reader's language.

Every quote is verbatim in the transcript (pages/quotes.py makes them and checks them). A missing value is None and is
shown as "no data". Sample positions are on the session's one clock (16 kHz), so that each can be played back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from interview.measures.shapes import TurnDelivery, Verdict
from interview.shapes import Language, ModelUse, StarElement, Strength

DRILL_S = 120


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of turn `turn`: `text` is that turn's text from `start` to `end`. Samples None where it was typed."""

    text: str
    turn: int
    start: int
    end: int
    start_sample: int | None = None
    end_sample: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a turn's text that tells one STAR element; offsets in characters."""

    element: StarElement
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ReportTurn:
    """`name` is the interviewer's name or the word for candidate. `spoken`: there is a recording time to it."""

    number: int
    speaker: Literal["interviewer", "candidate"]
    name: str
    step: str
    text: str
    start_sample: int
    end_sample: int
    spoken: bool
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """`level` 1-5 is a model's opinion; None unless `status` is "scored". `anchor` says what that level means."""

    criterion: str
    title: str
    status: str
    status_text: str
    level: float | None
    spread: float | None
    anchor: str
    reason: str
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """One part of the better answer: the candidate's own sentences, or `add`, what is missing there."""

    name: str
    title: str
    sentences: tuple[Quote, ...]
    add: str = ""


@dataclass(frozen=True, slots=True)
class BetterAnswer:
    """The answer's own sentences in a better order, and what is to be added to them."""

    items: tuple[OutlineItem, ...]


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """`total` (the judge's) and `rule_total` (counted) are 0-100. `answered` False: skipped or nothing said."""

    id: str
    place: int
    text: str
    kind: str
    competency: str
    shows: str
    star: bool
    answered: bool
    turns: tuple[ReportTurn, ...]
    scores: tuple[ScoreLine, ...]
    total: float | None
    rule_total: float | None
    said: tuple[str, ...]
    missing: tuple[str, ...]
    vague: tuple[Quote, ...]
    better: BetterAnswer | None


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """A requirement, what the documents show for it, and what was said about it."""

    requirement: str
    must: bool
    evidence: str
    strength: Strength
    strength_text: str
    gap: str
    said: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """A figure said that differs from one in the documents about the same thing: to be checked, not an accusation."""

    said: Quote
    written: str
    document: str


@dataclass(frozen=True, slots=True)
class MomentLine:
    turn: int
    start_sample: int
    end_sample: int
    text: str


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """`shown` is the value in words and figures, or "no data". `low`/`high` are the reference's ends where it has."""

    name: str
    title: str
    what: str
    value: float | None
    unit: str
    shown: str
    low: float | None
    high: float | None
    reference: str
    source: str
    verdict: Verdict
    verdict_text: str
    estimate: bool
    moments: tuple[MomentLine, ...]


@dataclass(frozen=True, slots=True)
class SummaryPoint:
    """A strength or something to fix. Backed by a quote, or by a measure with a moment where there is one."""

    title: str
    text: str
    place: int | None = None
    quote: Quote | None = None
    measure: str | None = None
    moment: MomentLine | None = None


@dataclass(frozen=True, slots=True)
class Drill:
    """Two minutes of practice: these questions again. The ids are the plan's."""

    title: str
    why: str
    question_ids: tuple[str, ...]
    question: str
    seconds: int = DRILL_S


@dataclass(frozen=True, slots=True)
class TrendPoint:
    started_at: str
    value: float


@dataclass(frozen=True, slots=True)
class Trend:
    """A total over sessions, oldest first, this one last. `name` as in Progress.totals ("delivery.rate")."""

    name: str
    title: str
    unit: str
    points: tuple[TrendPoint, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """`language` is what the report is written in, `spoken_language` what the interview was held in."""

    session_id: str
    language: Language
    spoken_language: Language
    started_at: str
    position: str
    kind: str
    minutes: int
    talked_s: float
    finished: bool
    judged: bool
    content_note: str
    total: float | None
    rule_total: float | None
    strengths: tuple[SummaryPoint, ...]
    fixes: tuple[SummaryPoint, ...]
    questions: tuple[QuestionReport, ...]
    other_turns: tuple[ReportTurn, ...]
    matrix: tuple[MatrixLine, ...]
    measures: tuple[MeasureLine, ...]
    timeline: tuple[TurnDelivery, ...]
    flags: tuple[Flag, ...]
    drills: tuple[Drill, ...]
    trends: tuple[Trend, ...]
    set_aside: tuple[str, ...]
    limits: tuple[str, ...]
    models: tuple[ModelUse, ...]
    version: int = 1

    def question_of(self, turn: int) -> QuestionReport | None:
        return next((question for question in self.questions if any(t.number == turn for t in question.turns)), None)
