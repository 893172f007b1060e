"""The report's charts as inline SVG by matplotlib. They carry figures only: words stand in the page around them, so
that no font of this computer needs to have Korean, and so that a chart can be read in either language."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from typing import Any

from interview.measures.shapes import Span
from interview.pages.shapes import MeasureLine, Report, Trend
from models.ports import MIC_RATE_HZ

SPEECH, PAUSE, FILLER, ONSET = "#3f7d78", "#dfe5e3", "#d0893b", "#b9c3c1"
_INK, _GRID, _BAND = "#5b6664", "#e6eae8", "#eceeec"
_WIDTH_IN = 7.4
_ROW_IN = 0.3
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 9,
    "axes.edgecolor": _GRID,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
}
_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>|<style.*?</style>", re.DOTALL)
_ID = re.compile(r'(\bid="|url\(#|href="#)')
_SIZE = re.compile(r'(<svg[^>]*?) width="[^"]*"| height="[^"]*pt"')


def timeline(report: Report) -> str:
    """Each spoken answer on a line: the wait before it, speech, pauses, fillers. Empty where nothing was spoken."""
    answers, labels = report.timeline, _labels(report)
    if not answers:
        return ""

    def draw(axes: Any) -> None:
        for row, one in enumerate(answers):
            zero = one.span.start_sample - round((one.onset_s or 0.0) * MIC_RATE_HZ)
            if one.onset_s:
                axes.plot([0, one.onset_s], [row, row], color=ONSET, linewidth=1.2, linestyle=(0, (2, 2)))
            axes.broken_barh(_bars((one.span,), zero), (row - 0.28, 0.56), color=PAUSE)
            axes.broken_barh(_bars(one.runs, zero), (row - 0.28, 0.56), color=SPEECH)
            axes.broken_barh(_bars(one.fillers, zero), (row - 0.28, 0.56), color=FILLER)
        axes.set_yticks(range(len(answers)), labels)
        axes.set_ylim(len(answers) - 0.4, -0.6)
        axes.set_xlim(left=0)
        axes.tick_params(length=0)
        axes.grid(axis="x", color=_GRID)
        axes.set_axisbelow(True)

    return _svg("timeline", draw, 0.5 + _ROW_IN * len(answers))


def rates(report: Report) -> str:
    """The speaking rate of each answer over the reference's band. Empty where fewer than two have one."""
    measure = next((found for found in report.measures if found.name == "rate"), None)
    values = [(label, one.rate) for label, one in zip(_labels(report), report.timeline, strict=True) if one.rate]
    if measure is None or len(values) < 2:
        return ""
    return _svg("rates", lambda axes: _draw_rates(axes, values, measure), 1.9)


def _draw_rates(axes: Any, values: Sequence[tuple[str, float]], measure: MeasureLine) -> None:
    if measure.low is not None and measure.high is not None:
        axes.axhspan(measure.low, measure.high, color=_BAND, linewidth=0)
    places = range(len(values))
    heights = [value for _, value in values]
    axes.plot(places, heights, "o", color=SPEECH, markersize=6)
    for place, height in zip(places, heights, strict=True):
        axes.annotate(f"{height:.0f}", (place, height), (0, 7), textcoords="offset points", ha="center", color=_INK)
    axes.set_xticks(places, [label for label, _ in values])
    axes.margins(x=0.06, y=0.25)
    axes.tick_params(length=0)


def trend(found: Trend) -> str:
    """A small line of one total over sessions, with first and last value."""
    values = [point.value for point in found.points]

    def draw(axes: Any) -> None:
        axes.plot(values, color=SPEECH, linewidth=1.4, marker="o", markersize=3.5)
        axes.plot(len(values) - 1, values[-1], "o", color=FILLER, markersize=6)
        axes.margins(x=0.08, y=0.35)
        axes.set_axis_off()

    name = re.sub(r"\W", "-", found.name)
    return _svg(f"trend-{name}", draw, 0.6, 1.9)


def _labels(report: Report) -> list[str]:
    """Q1, then Q1-2 for its second answer; what belongs to no question has no label."""
    seen: dict[int, int] = {}
    found = []
    for one in report.timeline:
        question = report.question_of(one.turn)
        if question is None:
            found.append("")
            continue
        count = seen[question.place] = seen.get(question.place, 0) + 1
        found.append(f"Q{question.place}" if count == 1 else f"Q{question.place}-{count}")
    return found


def _bars(spans: Sequence[Span], zero: int) -> list[tuple[float, float]]:
    return [((span.start_sample - zero) / MIC_RATE_HZ, span.seconds) for span in spans]


def _svg(name: str, draw: Callable[[Any], None], height_in: float, width_in: float = _WIDTH_IN) -> str:
    """The chart as an <svg> to be put into HTML: ids of its own, no metadata, as wide as there is room."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=(width_in, height_in), layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure.add_subplot())
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = _METADATA.sub("", _PROLOGUE.sub("", out.getvalue(), count=1))
    text = _SIZE.sub(lambda found: found[1] or "", text, count=2)
    return _ID.sub(lambda found: f"{found[1]}{name}-", text).strip()
