"""What a level can be, by the rubric's own words and what was counted: where model and rules meet. Pure.

"A concrete example with a name or a number" cannot describe an answer without either, nor "no real experience is told"
one whose action and result the same report quotes, whatever a model says; small ones say both. A level above what the
counts allow is lowered to that. One below is never raised: the opinion is dropped, and if nothing else is left the
report says that model and counts disagree. Where the counts are silent (is it true? is it to the point?), all five
levels are open.
"""

from __future__ import annotations

from dataclasses import dataclass

from interview.judging.scores import Measures

FEW = 3
"""With fewer names and figures than this an answer is not "concrete throughout"."""

_TEAM_RATIO = 2
"""With so many times more "we" than "I" the report says that the own part hides behind the team."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest and the highest level (1-5) whose anchor the counts do not deny."""

    low: int = 1
    high: int = 5


def bounds(criterion: str, counted: Measures) -> Bounds:
    match criterion:
        case "star":
            return _star(counted)
        case "technical":
            return Bounds(high=_technical(counted))
        case "specificity":
            concrete = len(counted.names) + len(counted.numbers)
            low = 3 if concrete >= FEW else 2 if concrete else 1
            return Bounds(low, 5 if concrete >= FEW else 4 if concrete else 3 if counted.own else 2)
        case "ownership":
            low = 3 if counted.own > counted.team else 1
            return Bounds(low, 5 if not behind_team(counted) else 3 if counted.own else 2)
        case "consistency":  # that somebody contradicts himself is said only with the two figures beside each other
            return Bounds(1, 4) if counted.mismatches else Bounds(low=2)
    return Bounds()


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


def _technical(counted: Measures) -> int:
    if not counted.missing:
        return 5
    return 4 if len(counted.said) > len(counted.missing) else 3
