"""Delivery in the reader's words: values with their references, and the moments to listen to."""

from __future__ import annotations

from interview.measures.shapes import Delivery, Measure, Moment
from interview.pages.shapes import MeasureLine, MomentLine
from interview.pages.words import Words, figure
from interview.storage.rows import ScoreRow


def measure_lines(delivery: Delivery, words: Words) -> tuple[MeasureLine, ...]:
    return tuple(_line(measure, delivery.language, words) for measure in delivery.measures)


def _line(measure: Measure, spoken: str, words: Words) -> MeasureLine:
    title, what = words.measure(measure.name)
    unit = words("unit", measure.unit)
    by_language = f"{measure.name}_{spoken}"
    low, high = measure.reference.low, measure.reference.high
    return MeasureLine(
        name=measure.name,
        title=title,
        what=what,
        value=measure.value,
        unit=unit,
        shown=words("page", "no_data") if measure.value is None else figure(measure.value) + unit,
        low=low,
        high=high,
        reference=reference_text(low, high, unit, words),
        source=words("source", by_language if words.has("source", by_language) else measure.name),
        verdict=measure.verdict,
        verdict_text=words("verdict", measure.verdict),
        estimate=measure.estimate,
        moments=tuple(moment_line(moment, unit, words) for moment in measure.moments),
    )


def reference_text(low: float | None, high: float | None, unit: str, words: Words) -> str:
    if low is None and high is None:
        return words("page", "no_reference")
    if low is None or high is None:
        return f"{'≤' if low is None else '≥'} {figure(low if low is not None else high or 0.0)}{unit}"
    return f"{figure(low)}-{figure(high)}{unit}"


def moment_line(moment: Moment, unit: str, words: Words) -> MomentLine:
    amount = "" if moment.amount is None else figure(moment.amount)
    kind = "filler_word" if moment.kind == "filler" and moment.text else moment.kind
    text = words("moment", kind, amount=amount, unit=unit, text=moment.text)
    return MomentLine(moment.turn, moment.start_sample, moment.end_sample, text)


def delivery_rows(delivery: Delivery) -> tuple[ScoreRow, ...]:
    """The measures as the store's rows ("delivery.rate"), for trends over sessions."""
    return tuple(ScoreRow("delivery", found.name, found.value, status=found.verdict) for found in delivery.measures)
