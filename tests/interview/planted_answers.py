"""The planted answers as records of interviews: ten questions a language, each answered well, middlingly or badly."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from interview.shapes import (
    Document,
    InterviewPlan,
    InterviewRecord,
    JobFamily,
    Kind,
    Language,
    Matrix,
    MatrixRow,
    ModelUse,
    PlannedQuestion,
    PlanRequest,
    Point,
    Requirement,
    Step,
    Turn,
)

FOLDER = Path(__file__).parent / "planted"
SAMPLES = Path(__file__).resolve().parents[2] / "interview" / "samples"
QUALITIES = ("good", "middling", "bad")


@dataclass(frozen=True, slots=True)
class Planted:
    question: PlannedQuestion
    requirement: str
    answers: dict[str, str]


@cache
def planted(language: Language) -> tuple[Planted, ...]:
    rows = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))["question"]
    return tuple(
        Planted(
            PlannedQuestion(
                id=row["id"],
                kind=Kind(row["kind"]),
                text=row["text"],
                source="bank",
                competency=row["competency"],
                shows=row["shows"],
                star=row["star"],
                points=tuple(Point(point["name"], tuple(point["cues"])) for point in row.get("points", ())),
                requirement_id=f"r-{row['id']}",
            ),
            row["requirement"],
            {quality: row[quality].strip() for quality in QUALITIES},
        )
        for row in rows
    )


def resume(language: Language) -> Document:
    text = (SAMPLES / language / "resume.md").read_text("utf-8")
    return Document("resume", "resume", "resume.md", text, language)


def record(
    language: Language,
    quality: str,
    chosen: Sequence[Planted] | None = None,
    *,
    documents: tuple[Document, ...] | None = None,
    change: Callable[[str], str] = str,
    model: str = "",
) -> InterviewRecord:
    """An interview in which each question got its answer of that quality, `change`d where a test wants to."""
    items = planted(language) if chosen is None else chosen
    turns: list[Turn] = []
    for item in items:
        said = change(item.answers[quality])
        for speaker, text in (("interviewer", item.question.text), ("candidate", said)):
            turns.append(
                Turn(
                    len(turns),
                    "candidate" if speaker == "candidate" else "interviewer",
                    Step.QUESTION,
                    item.question.id,
                    text,
                    text,
                    0,
                    0,
                    language,
                    intent="answer" if speaker == "candidate" else "",
                )
            )
    rows = tuple(MatrixRow(Requirement(f"r-{item.question.id}", item.requirement), (), "none") for item in items)
    questions = tuple(item.question for item in items)
    return InterviewRecord(
        session_id="planted",
        started_at="2026-01-01T00:00:00+00:00",
        plan=InterviewPlan(PlanRequest(language=language), "", JobFamily.ANY, (), questions),
        documents=(resume(language),) if documents is None else documents,
        matrix=Matrix(rows),
        turns=tuple(turns),
        models=(ModelUse("llm", model, model, "Apache-2.0"),) if model else (),
    )
