"""The report as Markdown: the same parts as the page, without colours and charts. What was said cannot add markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from interview.pages.html import clock, date_text, segments
from interview.pages.shapes import QuestionReport, Quote, Report, ReportTurn, SummaryPoint
from interview.pages.words import Words, figure, words

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_LINE_START = re.compile(r"^(\d*)([-+=.)])(?=\s|$)")


def render(report: Report) -> str:
    found = words(report.language)
    parts = (_head, _drills, _questions, _matrix, _flags, _measures, _trends, _limits)
    return "\n".join(line for part in parts for line in part(report, found)) + "\n"


def plain(text: str) -> str:
    """Text with nothing in it that Markdown or HTML would read as markup, on one line."""
    one_line = " ".join(text.split())
    return _LINE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", one_line))


def _quote(quote: Quote) -> str:
    at = f" ({clock(quote.start_sample)})" if quote.start_sample is not None else ""
    return f"“{plain(quote.text)}”{at}"


def _score(value: float | None, word: Words) -> str:
    return word("page", "no_data") if value is None else f"{value:.0f} / 100"


def _head(report: Report, word: Words) -> Iterator[str]:
    yield f"# {word('page', 'title')}: {plain(report.position or report.kind)}"
    yield ""
    date = date_text(report.started_at)
    yield word("page", "subtitle", kind=report.kind, minutes=report.minutes, date=plain(date))
    if not report.finished:
        yield from ("", word("page", "unfinished"))
    answered = sum(1 for question in report.questions if question.answered)
    yield ""
    yield f"- {word('page', 'overall')}: {_score(report.total, word)}"
    yield f"- {word('page', 'rule_overall')}: {_score(report.rule_total, word)}"
    yield f"- {word('page', 'answered')}: {answered} / {len(report.questions)}"
    yield from ("", f"{plain(report.content_note)} {word('page', 'rule_note')}")
    yield from ("", f"## {word('page', 'strengths')}", "")
    yield from _points(report.strengths, word("page", "no_strengths"), word)
    yield from ("", f"## {word('page', 'fixes')}", "")
    yield from _points(report.fixes, word("page", "no_fixes"), word)


def _points(points: Iterable[SummaryPoint], empty: str, word: Words) -> Iterator[str]:
    place = 0
    for place, point in enumerate(points, 1):
        where = f" ({word('page', 'question', place=point.place)})" if point.place else ""
        yield f"{place}. **{plain(point.title)}**{where}: {plain(point.text)}"
        if point.quote is not None:
            yield f"   - {_quote(point.quote)}"
        elif point.moment is not None:
            yield f"   - {clock(point.moment.start_sample)} {plain(point.moment.text)}"
    if not place:
        yield empty


def _drills(report: Report, word: Words) -> Iterator[str]:
    if report.drills:
        yield from ("", f"## {word('page', 'drills')}", "")
    for place, drill in enumerate(report.drills, 1):
        yield f"{place}. **{plain(drill.title)}**: {plain(drill.question)} {plain(drill.why)}"


def _questions(report: Report, word: Words) -> Iterator[str]:
    yield from ("", f"## {word('page', 'questions')}")
    for question in report.questions:
        yield from ("", f"### {question.place}. {plain(question.text)}", "")
        for turn in question.turns:
            if turn.text != question.text:
                yield from (_turn(turn, word), "")
        if not question.answered:
            yield word("page", "not_answered")
            continue
        yield from _answer(question, report.judged, word)


def _turn(turn: ReportTurn, word: Words) -> str:
    """STAR elements stand in brackets before their words."""
    pieces = (
        f"[{word('element', element)}] {plain(text)}" if element else plain(text) for text, element in segments(turn)
    )
    return f"> **{plain(turn.name)}**: {' '.join(piece for piece in pieces if piece)}"


def _answer(question: QuestionReport, judged: bool, word: Words) -> Iterator[str]:
    if question.missing:
        yield f"- {word('page', 'missing')}: {', '.join(map(plain, question.missing))}"
    if question.vague:
        yield f"- {word('page', 'vague')}: {', '.join(map(_quote, question.vague))}"
    for line in question.scores if judged else ():
        level = f"{figure(line.level)} / 5" if line.level is not None else line.status_text
        quote = f" {_quote(line.quote)}" if line.quote is not None and line.level is not None else ""
        yield f"- {line.title}: {level}. {plain(line.reason or line.anchor)}{quote}".rstrip(". ")
    if question.better is not None:
        yield from ("", f"**{word('page', 'better')}**", "")
        for item in question.better.items:
            own = " ".join(plain(sentence.text) for sentence in item.sentences)
            yield f"- {plain(item.title)}: {own or '(' + plain(item.add) + ')'}"


def _matrix(report: Report, word: Words) -> Iterator[str]:
    yield from ("", f"## {word('page', 'matrix')}", "")
    if not report.matrix:
        yield word("page", "no_matrix")
        return
    names = (word("page", name) for name in ("matrix_requirement", "matrix_evidence", "matrix_said"))
    yield from (f"| {' | '.join(names)} |", "|---|---|---|")
    for row in report.matrix:
        said = " ".join(map(_quote, row.said)) or word("page", "matrix_nothing_said")
        evidence = " ".join(plain(text) for text in (row.strength_text + ":", row.evidence, row.gap) if text)
        yield f"| {plain(row.requirement)} | {evidence} | {said} |"


def _flags(report: Report, word: Words) -> Iterator[str]:
    yield from ("", f"## {word('page', 'flags')}", "")
    if not report.flags:
        yield word("page", "no_flags")
    for flag in report.flags:
        said, written = word("page", "flag_said"), word("page", "flag_written")
        yield f"- {said}: {_quote(flag.said)} / {written}: {plain(flag.written)} ({plain(flag.document)})"


def _measures(report: Report, word: Words) -> Iterator[str]:
    yield from ("", f"## {word('page', 'delivery')}", "", word("page", "delivery_note"), "")
    names = (word("page", name) for name in ("measure", "value", "reference", "source", "listen"))
    yield from (f"| {' | '.join(names)} |", "|---|---|---|---|---|")
    for line in report.measures:
        estimate = f" ({word('page', 'estimate')})" if line.estimate else ""
        moments = ", ".join(f"{clock(it.start_sample)} {plain(it.text)}" for it in line.moments)
        shown = line.shown if line.verdict in ("no_data", "no_reference") else f"{line.shown}, {line.verdict_text}"
        yield f"| {line.title}{estimate} | {shown} | {line.reference} | {plain(line.source)} | {moments} |"


def _trends(report: Report, word: Words) -> Iterator[str]:
    yield from ("", f"## {word('page', 'trends')}", "")
    if not report.trends:
        yield word("page", "no_trends")
    for trend in report.trends:
        yield f"- {trend.title}: {' → '.join(figure(point.value) for point in trend.points)}{trend.unit}"


def _limits(report: Report, word: Words) -> Iterator[str]:
    yield from ("", f"## {word('page', 'limits')}", "")
    yield from (f"- {plain(limit)}" for limit in report.limits)
    if report.set_aside:
        yield from ("", f"**{word('page', 'set_aside')}**", "", word("page", "set_aside_note"), "")
        yield from (f"- {plain(text)}" for text in report.set_aside)
    if report.models:
        yield from ("", f"**{word('page', 'models')}**", "")
        yield from (f"- {plain(model.title or model.id)} ({plain(model.licence)})" for model in report.models)
