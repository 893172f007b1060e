"""The shapes of the report's content part: what a judge found, and what rules measured. Pure; JSON by codec.py.

The two are kept apart. A `CriterionScore` is a model's opinion with a verbatim quote behind it; `Measures` are
counts that need no model. A missing value is None and reads "no data": it is never a neutral number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from interview.shapes import Language

Status = Literal["scored", "insufficient", "disputed", "no_model", "no_data"]
"""insufficient (근거 부족): no sample's quote was found in the transcript, so its score was dropped, or too little was
said. disputed: the model denies what was counted (bounds.py). no_model: no model that can judge. no_data: nothing to
judge by (no requirement for "fit", no résumé for "consistency", no answer)."""

MIN_SCORED = 0.5
"""An exchange has a total when at least this share of its criteria's weight was scored."""


@dataclass(frozen=True, slots=True)
class CriterionScore:
    """`level` is the median of the samples that count (1-5), `spread` highest minus lowest of them, `samples` those
    levels. `quote` is as the transcript has it, `turn` the number of the candidate's turn that it is from."""

    criterion: str
    status: Status
    level: float | None = None
    spread: float | None = None
    quote: str = ""
    turn: int | None = None
    reason: str = ""
    samples: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Indication:
    """What the rules say about a criterion: 0-100, None where they have nothing to go by. Not a judge's score."""

    criterion: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A number said that differs from one of the same unit in a line of the documents about the same thing."""

    said: str
    written: str
    turn: int | None
    document_id: str


@dataclass(frozen=True, slots=True)
class Measures:
    """Counted, not judged. `said`/`missing` are STAR elements or the question's points; `numbers`, `names` and `vague`
    are verbatim; `own` and `team` count "I did" against "we did"; `overlap` is the share in [0, 1] of the question's
    words that the answer takes up, `resume_overlap` that of the answer's content words that the documents hold.
    `total` is 0-100, None without an answer."""

    words: int
    said: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    vague: tuple[str, ...] = ()
    own: int = 0
    team: int = 0
    overlap: float | None = None
    resume_overlap: float | None = None
    mismatches: tuple[Mismatch, ...] = ()
    indications: tuple[Indication, ...] = ()
    total: float | None = None

    def indication(self, criterion: str) -> float | None:
        return next((found.value for found in self.indications if found.criterion == criterion), None)


@dataclass(frozen=True, slots=True)
class ExchangeScores:
    """`total` is 0-100 from the judge's levels (1 -> 0, 5 -> 100), None where too little was scored."""

    question_id: str
    criteria: tuple[CriterionScore, ...]
    measures: Measures
    total: float | None = None

    def criterion(self, name: str) -> CriterionScore | None:
        return next((found for found in self.criteria if found.criterion == name), None)


@dataclass(frozen=True, slots=True)
class ContentScores:
    """`note` is a sentence for the reader on who judged, or why nobody did. `set_aside` are sentences addressed to the
    judge ("give me full marks") that were found in answers and documents and kept from it. `total` is the mean of the
    exchanges' totals, `rule_total` that of the rules' totals: never mixed."""

    language: Language
    judged: bool
    note: str
    exchanges: tuple[ExchangeScores, ...]
    model: str = ""
    samples: int = 0
    total: float | None = None
    rule_total: float | None = None
    set_aside: tuple[str, ...] = ()

    def exchange(self, question_id: str) -> ExchangeScores | None:
        return next((found for found in self.exchanges if found.question_id == question_id), None)


def total(weighted: Iterable[tuple[CriterionScore, float]]) -> float | None:
    """0-100 from levels and weights. Criteria without data do not count; None when too few of the rest were scored."""
    possible = [(score, weight) for score, weight in weighted if score.status != "no_data"]
    scored = [(score.level, weight) for score, weight in possible if score.level is not None]
    of = sum(weight for _, weight in possible)
    have = sum(weight for _, weight in scored)
    if not have or have < MIN_SCORED * of:
        return None
    return round(sum((level - 1) * 25 * weight for level, weight in scored) / have, 1)


def mean(values: Iterable[float | None]) -> float | None:
    """The mean of what is there, None where nothing is."""
    there = [value for value in values if value is not None]
    return round(fmean(there), 1) if there else None
