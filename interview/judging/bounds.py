"""What a level can be, by the rubric's own words and what was counted: where model and rules meet. Pure.

"A concrete example with a name or a number" cannot describe an answer without either, nor "no real experience is told"
one whose action and result the same report quotes, whatever a model says; small ones say both. A level above what the
counts allow is lowered to that. One below is never raised: the opinion is dropped, and if nothing else is left the
report says that model and counts disagree. Where the counts are silent (is it true? is it to the point?), all five
levels are open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from interview.judging.deterministic import ENOUGH_EVIDENCE
from interview.judging.scores import Measures

FEW = 3
"""With fewer names and figures than this an answer is not "concrete throughout"; with as many deeds of one's own, the
own part is not "blurred"."""

TOUCHES = 0.1
"""Share of the question's words taken up by an answer that is about it. Many good ones take up fewer."""

_TEAM_RATIO = 2
"""With so many times more "we" than "I" the report says that the own part hides behind the team."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest and the highest level (1-5) whose anchor the counts do not deny."""

    low: int = 1
    high: int = 5


def bounds(criterion: str, counted: Measures) -> Bounds:
    found = _BY_CRITERION.get(criterion)
    return Bounds() if found is None else found(counted)


def behind_team(counted: Measures) -> bool:
    return counted.team > _TEAM_RATIO * counted.own


def _star(counted: Measures) -> Bounds:
    """By the elements that are "left out" in the same report."""
    said = frozenset(counted.said)
    if "action" not in said:
        return Bounds(high=2)
    low = 3 if counted.own else 1
    if not {"situation", "result"} <= said:
        return Bounds(low, 3)
    return Bounds(low, 5 if "task" in said and counted.own else 4)


def _technical(counted: Measures) -> Bounds:
    if not counted.missing:
        return Bounds()
    return Bounds(high=4 if len(counted.said) > len(counted.missing) else 3)


def _relevance(counted: Measures) -> Bounds:
    """Whether it is to the point is the model's to say; that figures and own deeds are "general terms" is not."""
    concrete = _concrete(counted) >= FEW and counted.own > 0
    return Bounds(low=3 if concrete and (counted.overlap or 0.0) >= TOUCHES else 1)


def _specificity(counted: Measures) -> Bounds:
    concrete = _concrete(counted)
    if concrete >= FEW:
        return Bounds(low=3)
    return Bounds(2, 4) if concrete else Bounds(high=3 if counted.own else 2)


def _ownership(counted: Measures) -> Bounds:
    if behind_team(counted):
        return Bounds(high=3 if counted.own else 2)
    if counted.own >= FEW and counted.own > _TEAM_RATIO * counted.team:
        return Bounds(low=4)
    return Bounds(low=3 if counted.own > counted.team else 1)


def _consistency(counted: Measures) -> Bounds:
    """That somebody contradicts the résumé is said only with the two figures beside each other."""
    if counted.mismatches:
        return Bounds(high=4)
    return Bounds(low=4 if (counted.resume_overlap or 0.0) >= ENOUGH_EVIDENCE else 2)


def _concrete(counted: Measures) -> int:
    return len(counted.names) + len(counted.numbers)


_BY_CRITERION: dict[str, Callable[[Measures], Bounds]] = {
    "relevance": _relevance,
    "star": _star,
    "technical": _technical,
    "specificity": _specificity,
    "ownership": _ownership,
    "consistency": _consistency,
}
"""How well an answer fits the posting's requirement is not counted."""
