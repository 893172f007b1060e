"""Taking everything along: JSONL ready for fine-tuning, Markdown to read, the record and the audio, as one zip file.

Every fine-tuning row is one exchange (a question with its answers and probes) as a chat, the interviewer being the
assistant, with the model that wrote for the interviewer and its licence: whoever trains on it has to know what the
licence allows. Names inside the zip are made of numbers, dates and moui's own words, never of what a user typed.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from interview.codec import to_plain
from interview.shapes import InterviewRecord, ModelUse, Turn
from interview.storage.database import explained
from interview.storage.markdown import document_markdown, transcript_markdown
from interview.storage.rows import ALL_CONTENT, SessionSummary
from interview.store import Store

NO_MODEL = ModelUse("llm", "moui-question-bank", "moui's question bank and templates", "Apache-2.0")
"""Who wrote for the interviewer where no language model took part."""

INSTRUCTIONS = {
    "ko": "당신은 한국어 모의 면접의 면접관입니다. 한 번에 하나씩 짧게 질문하고, 답변에서 빠진 내용을 확인합니다.",
    "en": "You are the interviewer of a mock interview. Ask one short question at a time, about what is missing.",
}
FORMAT = 1


def export_session(store: Store, session_id: str, target: Path | None = None) -> bytes | None:
    """One session as a zip, at `target` (which replaces what is there once it is whole) or as bytes without one.

    Raises NotInStore, StoreError."""
    return _export(store, [store.session(session_id)], target)


def export_all(store: Store, target: Path | None = None) -> bytes | None:
    """Everything: all sessions, and all documents, also those no interview was held on."""
    return _export(store, store.sessions(), target, everything=True)


def _export(
    store: Store, heads: list[SessionSummary], target: Path | None, *, everything: bool = False
) -> bytes | None:
    if target is None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            _fill(archive, store, heads, everything)
        return out.getvalue()
    part = target.with_name(f"{target.name}.part")
    with explained(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
                _fill(archive, store, heads, everything)
            os.replace(part, target)
        finally:
            part.unlink(missing_ok=True)
    return None


def _fill(archive: zipfile.ZipFile, store: Store, heads: list[SessionSummary], everything: bool) -> None:
    rows: list[str] = []
    for head in heads:
        record = store.record(head.id)
        folder = folder_name(head)
        rows += [json.dumps(row, ensure_ascii=False) for row in finetuning_rows(store, record)]
        archive.writestr(f"{folder}/transcript.md", transcript_markdown(head, record))
        archive.writestr(f"{folder}/session.json", _pretty(_session(store, head, record)))
        for position, document in enumerate(record.documents, start=1):
            archive.writestr(f"{folder}/{document.kind}-{position}.md", document_markdown(document))
        report = store.report(head.id)
        if report is not None:
            archive.writestr(f"{folder}/report.json", report)
        for turn in record.turns:
            data = store.audio(head.id, turn.number)
            if data is not None:
                name = f"{folder}/audio/{turn.number:04d}-{turn.speaker}.ogg"
                archive.writestr(name, data, compress_type=zipfile.ZIP_STORED)
    if everything:
        for position, document in enumerate(store.documents(), start=1):
            archive.writestr(f"documents/{position:03d}-{document.kind}.md", document_markdown(document))
    archive.writestr("finetuning.jsonl", "".join(f"{row}\n" for row in rows))


def folder_name(head: SessionSummary) -> str:
    """The day, the kind, the language and the beginning of the id: sorts by time, and is safe on every system."""
    return f"{head.started_at[:10]}-{head.kind.value}-{head.language}-{head.id[:8]}"


def _session(store: Store, head: SessionSummary, record: InterviewRecord) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "summary": to_plain(head),
        "record": to_plain(record),
        "scores": [to_plain(row) for row in store.scores(head.id)],
    }


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def finetuning_rows(store: Store, record: InterviewRecord) -> Iterator[dict[str, Any]]:
    """One chat an exchange that both sides spoke in; the system message first, then user and assistant in turns."""
    language = record.plan.request.language
    writer = next((use for use in record.models if use.role == "llm"), NO_MODEL)
    rows = [row for row in store.scores(record.session_id) if (row.section, row.name) == ("total", ALL_CONTENT)]
    totals = {row.question_id: row.value for row in rows}
    for question_id, said in by_question(record.turns):
        messages = chat(said)
        if {message["role"] for message in messages} != {"user", "assistant"}:
            continue
        question = record.plan.question(question_id)
        yield {
            "messages": [{"role": "system", "content": INSTRUCTIONS[language]}, *messages],
            "model": writer.id,
            "licence": writer.licence,
            "models": [to_plain(use) for use in record.models],
            "session": record.session_id,
            "language": language,
            "kind": record.plan.request.kind.value,
            "question": question_id,
            "competency": question.competency if question else None,
            "source": question.source if question else None,
            "turns": [turn.number for turn in said],
            "total": totals.get(question_id) if question_id else None,
        }


def by_question(turns: Iterable[Turn]) -> Iterator[tuple[str | None, list[Turn]]]:
    """Turns in order, a group for each run of the same question; small talk and closing (None) are runs too."""
    group: list[Turn] = []
    for turn in turns:
        if group and turn.question_id != group[-1].question_id:
            yield group[-1].question_id, group
            group = []
        group.append(turn)
    if group:
        yield group[-1].question_id, group


def chat(turns: Iterable[Turn]) -> list[dict[str, str]]:
    """As chat templates want it: roles alternate, so what one side said in several turns is one message. The
    interviewer's words are those written, which an interruption may have cut short; the candidate's as heard."""
    messages: list[dict[str, str]] = []
    for turn in turns:
        role = "assistant" if turn.speaker == "interviewer" else "user"
        text = (turn.written or turn.text if role == "assistant" else turn.text).strip()
        if not text:
            continue
        if messages and messages[-1]["role"] == role:
            messages[-1]["content"] += f"\n{text}"
        else:
            messages.append({"role": role, "content": text})
    return messages
