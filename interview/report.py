"""The report of one interview: put together from the transcript, the content's scores and the delivery.

Content None, a missing judge, or typed answers leave parts without data: they say so, and no value is made up. Shapes
are in pages/shapes.py; pages/html.py and pages/markdown.py show them, codec.py turns them into JSON.
"""

from __future__ import annotations

from collections.abc import Sequence

from interview.judging.scores import ContentScores
from interview.measures.shapes import Delivery
from interview.pages.answer import question_report, report_turn
from interview.pages.measures import delivery_rows, measure_lines
from interview.pages.parts import drills, flags, limits, matrix_lines, trends
from interview.pages.points import Findings, fixes, strengths
from interview.pages.quotes import QuoteError, verify
from interview.pages.shapes import Report
from interview.pages.words import words as words_of
from interview.shapes import InterviewRecord, Language, exchanges
from interview.storage.rows import Progress
from models.ports import MIC_RATE_HZ

__all__ = ["QuoteError", "Report", "build", "delivery_rows"]


def build(
    record: InterviewRecord,
    content: ContentScores | None,
    delivery: Delivery,
    earlier: Sequence[Progress] = (),
    *,
    language: Language | None = None,
) -> Report:
    """`language` is what the report is written in (default: what the interview was held in).

    Raises QuoteError if a quote were not in the transcript, letter for letter.
    """
    words = words_of(language or record.plan.request.language)
    asked = exchanges(record)
    questions = tuple(
        question_report(
            exchange, place, content.exchange(exchange.question.id) if content else None, record.plan, words
        )
        for place, exchange in enumerate(asked, 1)
    )
    lines, matrix, found_flags = (
        measure_lines(delivery, words),
        matrix_lines(record, asked, words),
        flags(content, record),
    )
    found = Findings(questions, content, lines, matrix, found_flags, delivery)
    of_questions = {turn.number for exchange in asked for turn in exchange.turns}
    report = Report(
        session_id=record.session_id,
        language=words.language,
        spoken_language=record.plan.request.language,
        started_at=record.started_at,
        position=record.plan.position,
        kind=words("kind", record.plan.request.kind.value),
        minutes=record.plan.request.minutes,
        talked_s=_talked_s(delivery),
        finished=record.finished,
        judged=content is not None and content.judged,
        content_note=content.note if content is not None else words("limit", "no_content"),
        total=content.total if content is not None else None,
        rule_total=content.rule_total if content is not None else None,
        strengths=strengths(found, words),
        fixes=fixes(found, words),
        questions=questions,
        other_turns=tuple(
            report_turn(turn, record.plan, words) for turn in record.turns if turn.number not in of_questions
        ),
        matrix=matrix,
        measures=lines,
        timeline=delivery.turns,
        flags=found_flags,
        drills=drills(questions, words),
        trends=trends(record, content, delivery, earlier, words),
        set_aside=content.set_aside if content is not None else (),
        limits=limits(record, content, delivery, words),
        models=record.models,
    )
    verify(report, record)
    return report


def _talked_s(delivery: Delivery) -> float:
    """Seconds that the candidate spoke; 0 where all was typed."""
    return sum(one.span.end_sample - one.span.start_sample for one in delivery.turns) / MIC_RATE_HZ
