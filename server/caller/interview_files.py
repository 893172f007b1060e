"""What a headless interview leaves behind: the report in three forms, the transcript, and a check of every quote."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from models.ports import MIC_RATE_HZ
from server.caller.client import CallError
from server.caller.interview_api import InterviewApi

FORMS = ("json", "html", "md")


@dataclass(frozen=True, slots=True)
class Summary:
    """`talked_s` is what the candidate said aloud, `interview_s` the whole on the interview's clock; both 0 if all was
    typed. `missing` are quotes of the report that the transcript does not hold at the place they name."""

    questions: int
    probes: int
    answers: int
    talked_s: float
    interview_s: float
    quotes: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """`archive` is the session's export, a zip; `record` an InterviewRecord as JSON."""

    forms: Mapping[str, str]
    archive: bytes
    record: Mapping[str, Any]


async def fetched(api: InterviewApi, session_id: str) -> Results:
    """Of a session whose report is made. Raises CallError."""
    forms = {form: await api.report(session_id, form) for form in FORMS}
    return Results(forms, await api.export(session_id), await api.record(session_id))


def write_files(results: Results, out: Path, *, recordings: bool) -> None:
    """Raises CallError."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for form, text in results.forms.items():
            (out / f"report.{form}").write_text(text, encoding="utf-8")
        _unpack(results.archive, out, recordings=recordings)
    except (OSError, zipfile.BadZipFile) as error:
        raise CallError(f"{out} cannot be written: {error}") from error


def _unpack(archive: bytes, out: Path, *, recordings: bool) -> None:
    """Only what is known by name is taken, and only its last name is used."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for entry in opened.namelist():
            path = PurePosixPath(entry)
            if path.name == "transcript.md":
                (out / "transcript.md").write_bytes(opened.read(entry))
            elif recordings and path.suffix == ".ogg":
                (out / "recordings").mkdir(exist_ok=True)
                (out / "recordings" / path.name).write_bytes(opened.read(entry))


def summary(results: Results) -> Summary:
    turns = results.record["turns"]
    texts = {turn["number"]: turn["text"] for turn in turns}
    quotes = list(quotes_in(json.loads(results.forms["json"])))
    said = [turn for turn in turns if turn["speaker"] == "candidate"]
    asked = [turn for turn in turns if turn["speaker"] == "interviewer"]
    return Summary(
        questions=len({turn["question_id"] for turn in asked if turn["question_id"] is not None}),
        probes=sum(turn["step"] == "probe" for turn in asked),
        answers=sum(turn["intent"] in ("", "answer") for turn in said),
        talked_s=_seconds(sum(turn["end_sample"] - turn["start_sample"] for turn in said)),
        interview_s=_seconds(max((turn["end_sample"] for turn in turns), default=0)),
        quotes=len(quotes),
        missing=tuple(quote["text"] for quote in quotes if not _stands(quote, texts)),
    )


def quotes_in(report: Any) -> Iterator[Mapping[str, Any]]:
    """Every quote of a report as JSON: words with the turn that holds them and the place in its text."""
    if isinstance(report, dict):
        if {"text", "turn", "start", "end"} <= report.keys():
            yield report
        for value in report.values():
            yield from quotes_in(value)
    elif isinstance(report, list):
        for value in report:
            yield from quotes_in(value)


def _stands(quote: Mapping[str, Any], texts: Mapping[int, str]) -> bool:
    held = texts.get(quote["turn"], "")[quote["start"] : quote["end"]]
    return bool(held) and held == quote["text"]


def _seconds(samples: int) -> float:
    return round(samples / MIC_RATE_HZ, 1)
