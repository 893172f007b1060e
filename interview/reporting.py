"""From a stored interview to its stored report: measured, judged where a model can, put together, kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from interview import delivery
from interview.codec import from_json, to_json
from interview.contacts import redact_document
from interview.judging.judge import judge
from interview.judging.scores import ContentScores
from interview.judging.trials import Trials
from interview.measures.shapes import Delivery
from interview.pages import html as report_html
from interview.pages import markdown as report_markdown
from interview.report import Report, build
from interview.shapes import InterviewRecord
from interview.storage.rows import ScoreRow, content_rows
from interview.store import Store
from models.ports import LanguageModel

OnProgress = Callable[[int, int, str], None]

WORDS = {
    "ko": ("말하기를 재고 있습니다.", "답변을 평가하고 있습니다.", "결과를 정리하고 있습니다."),
    "en": ("Measuring how you spoke.", "Judging the answers.", "Putting the report together."),
}

NOT_ASKED = {
    "ko": "언어 모델에게 평가를 맡기지 않았으므로 내용 점수가 없습니다. 규칙으로 센 값만 있습니다.",
    "en": "No language model was asked to judge, so there is no score for content: there is only what rules can count.",
}
"""The report's note where a judge was not wanted, as against not there."""


async def make_report(
    store: Store,
    session_id: str,
    llm: LanguageModel | None,
    *,
    samples: int,
    on_progress: OnProgress,
    trials: Trials | None = None,
) -> Report:
    """Write the report and its scores into the store. Without `llm`, or with 0 `samples`, nobody judges and the report
    says so. `trials`: where it is kept whether `llm` can judge.

    Raises NotInStore, StoreError; whatever the judge's model does wrong costs scores, not the report.
    """
    record = await asyncio.to_thread(store.record, session_id)
    measuring, judging, writing = WORDS[record.plan.request.language]
    on_progress(0, 1, measuring)
    measured = await asyncio.to_thread(delivery.analyse, record, lambda number: store.pcm(session_id, number))
    private = await asyncio.to_thread(_private, record)
    content = await judge(
        private,
        llm if samples else None,
        samples=max(1, samples),
        on_progress=lambda done, total: on_progress(done, total, judging),
        trials=trials,
    )
    if llm is not None and not samples:
        content = replace(content, note=NOT_ASKED[content.language])
    on_progress(1, 1, writing)
    return await asyncio.to_thread(_keep, store, record, content, measured)


def _private(record: InterviewRecord) -> InterviewRecord:
    """What a model may see of it."""
    return replace(record, documents=tuple(redact_document(document) for document in record.documents))


def _keep(store: Store, record: InterviewRecord, content: ContentScores, measured: Delivery) -> Report:
    report = build(record, content, measured, store.progress(before=record.session_id))
    rows = [ScoreRow("delivery", measure.name, measure.value) for measure in measured.measures]
    store.save_scores(record.session_id, [*content_rows(content), *rows])
    store.save_report(record.session_id, to_json(report))  # last: where there is a report, all of it is there
    return report


def render(stored: str, form: Literal["html", "md"]) -> str:
    """A stored report as one HTML file or as Markdown."""
    report = from_json(Report, stored)
    return report_html.render(report) if form == "html" else report_markdown.render(report)
