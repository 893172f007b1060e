"""The rubric: what an answer is judged by. Seven criteria, six for any one question, each with five anchored levels.

Anchors say what is *in the answer*, never how it was delivered, and are written short: a 1.5B model reads five of them
for every call. After behaviourally anchored rating scales (Smith & Kendall 1963) and structured-interview practice
(Campion, Palmer & Campion 1997): a question's own anchored scale, one dimension at a time. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass

from interview.judging.anchors import ANCHORS, ASKS, TITLES
from interview.shapes import Language, PlannedQuestion

LEVELS = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Criterion:
    """`asks` says what is looked for, `anchors` what levels 1 to 5 look like, both in Korean and English. `weight` is
    its share in an exchange's total. `reads` is what the judge is shown besides question and answer."""

    id: str
    weight: float
    titles: dict[Language, str]
    asks: dict[Language, str]
    anchors: dict[Language, tuple[str, str, str, str, str]]
    reads: str = ""

    def title(self, language: Language) -> str:
        return self.titles[language]

    def anchor(self, level: float, language: Language) -> str:
        """The anchor of the nearest level (1-5)."""
        return self.anchors[language][min(5, max(1, round(level))) - 1]


def _criterion(name: str, weight: float, reads: str = "") -> Criterion:
    return Criterion(name, weight, TITLES[name], ASKS[name], ANCHORS[name], reads)


CRITERIA: tuple[Criterion, ...] = (
    _criterion("relevance", 1.0),
    _criterion("star", 1.0),
    _criterion("technical", 1.0, reads="points"),
    _criterion("specificity", 1.0),
    _criterion("ownership", 1.0),
    _criterion("fit", 0.5, reads="requirement"),
    _criterion("consistency", 0.5, reads="resume"),
)
"""Fit and consistency weigh half: they rest on few lines of other documents, and have data for some questions only."""

_BY_ID = {criterion.id: criterion for criterion in CRITERIA}


def criterion(name: str) -> Criterion:
    """Raises KeyError for a name that is none of CRITERIA's."""
    return _BY_ID[name]


def criteria_for(question: PlannedQuestion) -> tuple[Criterion, ...]:
    """The six that apply: a question that asks for an experience is judged by STAR, any other by its points."""
    leave_out = "technical" if question.star else "star"
    return tuple(found for found in CRITERIA if found.id != leave_out)
