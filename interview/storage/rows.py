"""What the store gives and takes besides the interview's own shapes, and how these become rows. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from interview.judging.scores import ContentScores
from interview.shapes import (
    Difficulty,
    Document,
    HeardWord,
    InterviewPlan,
    Kind,
    Language,
    Matrix,
    Step,
    Turn,
)

Row = Mapping[Any, Any]
"""Of the database: column names to values."""

Status = Literal["active", "finished", "ended_early", "abandoned"]
"""active: begun and not ended, also when the program died meanwhile. abandoned: the candidate chose not to go on."""

Ending = Literal["finished", "ended_early", "abandoned"]
Section = Literal["total", "content", "rules", "delivery"]

ALL_CONTENT = "content"
ALL_RULES = "rules"
"""Names of the rows in section "total"."""


@dataclass(frozen=True, slots=True)
class StoredPlan:
    id: str
    plan: InterviewPlan
    document_ids: tuple[str, ...]
    matrix: Matrix
    created_at: str


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One number of a session's result; `value` is None where there is no data. `question_id` is None for what is of
    the whole session: those are the trends (`Progress`). `spread` as in CriterionScore."""

    section: Section
    name: str
    value: float | None
    question_id: str | None = None
    spread: float | None = None
    status: str = "scored"
    turn: int | None = None
    quote: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A line of the history. `seconds` is how long was talked, from the first sample to the last; `total` is 0-100
    from the judge, None without one."""

    id: str
    plan_id: str
    status: Status
    started_at: str
    updated_at: str
    ended_at: str | None
    kind: Kind
    language: Language
    minutes: int
    difficulty: Difficulty
    position: str
    questions: int
    turns: int
    seconds: float
    has_audio: bool
    has_report: bool
    total: float | None


@dataclass(frozen=True, slots=True)
class Progress:
    """A session's totals, for trends. Keys are "section.name" ("total.content", "delivery.rate")."""

    session_id: str
    started_at: str
    kind: Kind
    language: Language
    totals: Mapping[str, float]


def content_rows(scores: ContentScores) -> tuple[ScoreRow, ...]:
    """Everything that a judge and the rules found, as rows: levels 1-5, totals and indications 0-100."""
    return tuple(_content_rows(scores))


def _content_rows(scores: ContentScores) -> Iterator[ScoreRow]:
    judged = "scored" if scores.judged else "no_model"
    yield ScoreRow("total", ALL_CONTENT, scores.total, status=judged)
    yield ScoreRow("total", ALL_RULES, scores.rule_total)
    for exchange in scores.exchanges:
        question = exchange.question_id
        yield ScoreRow("total", ALL_CONTENT, exchange.total, question, status=judged)
        yield ScoreRow("total", ALL_RULES, exchange.measures.total, question)
        for found in exchange.criteria:
            yield ScoreRow(
                "content",
                found.criterion,
                found.level,
                question,
                found.spread,
                found.status,
                found.turn,
                found.quote,
                found.reason,
            )
        for indication in exchange.measures.indications:
            yield ScoreRow("rules", indication.criterion, indication.value, question)


def turn_row(turn: Turn) -> dict[str, Any]:
    words = [[word.text, word.start_sample, word.end_sample, round(word.probability, 4)] for word in turn.words]
    return {
        "number": turn.number,
        "speaker": turn.speaker,
        "step": turn.step.value,
        "question_id": turn.question_id,
        "text": turn.text,
        "written": turn.written,
        "start_sample": int(turn.start_sample),
        "end_sample": int(turn.end_sample),
        "language": turn.language,
        "words": json.dumps(words, ensure_ascii=False, separators=(",", ":")),
        "interrupted": turn.interrupted,
        "intent": turn.intent,
        "aim": turn.aim,
    }


def turn_of(row: Row) -> Turn:
    words = tuple(HeardWord(text, start, end, chance) for text, start, end, chance in json.loads(row["words"]))
    return Turn(
        number=row["number"],
        speaker=row["speaker"],
        step=Step(row["step"]),
        question_id=row["question_id"],
        text=row["text"],
        written=row["written"],
        start_sample=row["start_sample"],
        end_sample=row["end_sample"],
        language=row["language"],
        words=words,
        interrupted=bool(row["interrupted"]),
        intent=row["intent"],
        aim=row["aim"],
    )


def score_row(row: ScoreRow) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in fields(ScoreRow)}


def score_of(row: Row) -> ScoreRow:
    return ScoreRow(**{field.name: row[field.name] for field in fields(ScoreRow)})


def document_of(row: Row) -> Document:
    return Document(row["id"], row["kind"], row["name"], row["text"], row["language"])


def progress_of(head: SessionSummary, rows: Iterable[Row]) -> Progress:
    totals = {f"{row['section']}.{row['name']}": float(row["value"]) for row in rows}
    return Progress(head.id, head.started_at, head.kind, head.language, totals)
