"""What is measured of how something was said: values with their unit, reference, source, and moments to listen to.

No number stands in for a missing one: what could not be measured is None, and is shown as "no data".
All positions are samples of the session's microphone stream at 16 kHz.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from models.ports import MIC_RATE_HZ

Verdict = Literal["below", "within", "above", "no_reference", "no_data"]
"""Where a value lies against its reference: neutral words, since a reference describes speakers and not quality."""

MOST_MOMENTS = 5


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the microphone stream."""

    start_sample: int
    end_sample: int

    @property
    def seconds(self) -> float:
        return (self.end_sample - self.start_sample) / MIC_RATE_HZ

    def overlaps(self, other: Span, slack: int = 0) -> bool:
        return self.start_sample < other.end_sample + slack and other.start_sample < self.end_sample + slack


@dataclass(frozen=True, slots=True)
class Moment:
    """A place worth listening to. `kind` names why (templates/words.*.toml has it in words), `amount` how much."""

    turn: int
    start_sample: int
    end_sample: int
    kind: str
    amount: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """What other speakers were measured at. Both ends None: there is no norm that could honestly be named."""

    low: float | None
    high: float | None
    source: str


@dataclass(frozen=True, slots=True)
class Measure:
    """`value` is None where there is no data. `estimate`: the method is known to miss or add some."""

    name: str
    value: float | None
    unit: str
    reference: Reference
    verdict: Verdict
    moments: tuple[Moment, ...] = ()
    estimate: bool = False

    @property
    def source(self) -> str:
        return self.reference.source


@dataclass(frozen=True, slots=True)
class TurnDelivery:
    """One spoken answer for the timeline. `runs` are stretches of speech between pauses; `rate` as in the measure."""

    turn: int
    question_id: str | None
    span: Span
    question_span: Span | None
    onset_s: float | None
    rate: float | None
    runs: tuple[Span, ...]
    pauses: tuple[Span, ...]
    fillers: tuple[Span, ...]
    pitch_sd_st: float | None = None
    loudness_sd_db: float | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """All measures, always in the same order, and the spoken answers they come from. `language`: of the interview."""

    language: str
    measures: tuple[Measure, ...]
    turns: tuple[TurnDelivery, ...]
    typed_answers: int = 0

    def measure(self, name: str) -> Measure | None:
        return next((measure for measure in self.measures if measure.name == name), None)


def judged(
    name: str,
    value: float | None,
    unit: str,
    reference: Reference,
    moments: tuple[Moment, ...] = (),
    *,
    estimate: bool = False,
) -> Measure:
    """A measure with its verdict. Without a value there are no moments either."""
    if value is None:
        return Measure(name, None, unit, reference, "no_data", (), estimate)
    verdict: Verdict = "within"
    if reference.low is None and reference.high is None:
        verdict = "no_reference"
    elif reference.low is not None and value < reference.low:
        verdict = "below"
    elif reference.high is not None and value > reference.high:
        verdict = "above"
    return Measure(name, round(value, 3), unit, reference, verdict, moments[:MOST_MOMENTS], estimate)
