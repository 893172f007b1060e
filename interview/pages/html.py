"""The report as one HTML file: no script, no remote resource, all text escaped, printable to PDF by the browser.

Links of moments carry `data-turn`, `data-start` and `data-end` (samples), so that an application that shows it can
play them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from interview.pages import charts
from interview.pages.shapes import Report, ReportTurn
from interview.pages.words import TEMPLATES, figure, words
from models.ports import MIC_RATE_HZ

if TYPE_CHECKING:
    from jinja2 import Template


def render(report: Report) -> str:
    from markupsafe import Markup

    found = words(report.language)
    return _template().render(
        report=report,
        page=found.page(),
        words=found,
        css=Markup((TEMPLATES / "report.css").read_text("utf-8")),
        timeline=Markup(charts.timeline(report)),
        rates=Markup(charts.rates(report)),
        trends=[(trend, Markup(charts.trend(trend))) for trend in report.trends],
        date=date_text(report.started_at),
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(clock=clock, minutes=minutes, figure=figure)
    environment.globals.update(segments=lambda turn: list(segments(turn)))
    return environment.get_template("report.html.j2")


def clock(sample: int) -> str:
    """Minutes and seconds since the session began: 3:07."""
    seconds = sample // MIC_RATE_HZ
    return f"{seconds // 60}:{seconds % 60:02d}"


def minutes(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def date_text(started_at: str) -> str:
    """The day and time as the session's own zone has it; what is no date is shown as it is."""
    try:
        return datetime.fromisoformat(started_at).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return started_at


def segments(turn: ReportTurn) -> Iterator[tuple[str, str]]:
    """The turn's text in pieces, each with its STAR element or ""; joined they are the text."""
    cursor = 0
    for mark in turn.marks:
        if mark.start > cursor:
            yield turn.text[cursor : mark.start], ""
        yield turn.text[mark.start : mark.end], mark.element
        cursor = mark.end
    if cursor < len(turn.text):
        yield turn.text[cursor:], ""
