"""Habits: what came back in interview after interview, found by counting over their reports. Pure.

Nothing is judged here. A habit is something that reports named in at least two interviews, each with a place to look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from interview.pages.shapes import QuestionReport, Quote, Report
from interview.shapes import STAR

LOOKS_BACK = 8
"""Reports that count: what was given up long ago is no habit any more."""
_SEEN = 2
_SHARE = 0.5
_MOST_HABITS, _MOST_SIGHTINGS = 6, 4

HabitKind = Literal["missing", "measure", "vague", "unanswered"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where it was seen in one interview. `turn` and `start_sample` say what to listen to, where there is sound."""

    session_id: str
    started_at: str
    place: int | None
    text: str
    turn: int | None = None
    start_sample: int | None = None


@dataclass(frozen=True, slots=True)
class Habit:
    """`name`: a STAR element left out, "rate.above" for a measure outside its reference, a vague phrase as it was said,
    or "" for questions without an answer. Seen in `seen` of the `of` interviews in which it could have been."""

    kind: HabitKind
    name: str
    seen: int
    of: int
    sightings: tuple[Sighting, ...]


def habits(reports: Sequence[Report]) -> tuple[Habit, ...]:
    """What came back, the most regular first. `reports`: the newest first; only LOOKS_BACK of them are looked at."""
    recent = reports[:LOOKS_BACK]
    sightings: dict[tuple[HabitKind, str], list[Sighting]] = {}
    possible: dict[tuple[HabitKind, str], int] = {}
    for report in recent:
        for key in _possible(report):
            possible[key] = possible.get(key, 0) + 1
        for key, sighting in dict(_seen(report)).items():
            sightings.setdefault(key, []).append(sighting)
    found = []
    for (kind, name), places in sightings.items():
        of = possible.get((kind, name), len(recent))
        regular = kind == "vague" or len(places) >= _SHARE * of
        if len(places) >= _SEEN and regular:
            found.append(Habit(kind, name, len(places), of, tuple(places[:_MOST_SIGHTINGS])))
    found.sort(key=lambda habit: (-habit.seen / habit.of, -habit.seen))
    return tuple(found[:_MOST_HABITS])


def _possible(report: Report) -> Iterator[tuple[HabitKind, str]]:
    """What this report could have named: an element only where one was asked for, a measure only where it has data."""
    if any(question.star and question.answered for question in report.questions):
        for element in STAR:
            yield "missing", element
    for line in report.measures:
        if line.value is not None:
            yield "measure", f"{line.name}.below"
            yield "measure", f"{line.name}.above"


def _seen(report: Report) -> Iterator[tuple[tuple[HabitKind, str], Sighting]]:
    """What this report names; where a key comes twice, either will do."""
    for question in report.questions:
        yield from _in_question(report, question)
    for line in report.measures:
        if line.verdict in {"below", "above"}:
            moment = line.moments[0] if line.moments else None
            of = report.question_of(moment.turn) if moment else None
            where = (moment.turn, moment.start_sample) if moment else (None, None)
            place = of.place if of is not None else None
            yield (
                ("measure", f"{line.name}.{line.verdict}"),
                Sighting(report.session_id, report.started_at, place, line.shown, *where),
            )


def _in_question(report: Report, question: QuestionReport) -> Iterator[tuple[tuple[HabitKind, str], Sighting]]:
    def at(quote: Quote | None = None) -> Sighting:
        text = quote.text if quote is not None else question.text
        turn, sample = (quote.turn, quote.start_sample) if quote is not None else (None, None)
        return Sighting(report.session_id, report.started_at, question.place, text, turn, sample)

    if not question.answered:
        yield ("unanswered", ""), at()
    if question.star and question.better is not None:
        for item in question.better.items:
            if item.name in STAR and item.title in question.missing:
                yield ("missing", item.name), at()
    for quote in question.vague:
        yield ("vague", quote.text.casefold()), at(quote)
