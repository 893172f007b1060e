"""What a level cannot be, by the rubric's own words and what was counted. Pure.

"A concrete example with a name or a number" cannot describe an answer without either, whatever a model says: small ones
say it often. Ceilings only ever lower a level, and only where the count is plain; they never raise one.
"""

from __future__ import annotations

from interview.scores import Measures

CEILINGS = {"specificity": 3, "star": 2, "ownership": 2, "technical": 3}
"""The highest anchor that still fits when the count behind it is nought."""

NOTHING_CONCRETE = 2
"""Specificity where there is no own deed either: "mostly general statements, no example"."""


def ceiling(criterion: str, counted: Measures) -> int:
    """1-5: the highest level that the counts allow."""
    lacking = {
        "specificity": not counted.numbers and not counted.names,
        "star": not counted.own and "action" not in counted.said,
        "ownership": not counted.own and counted.team > 0,
        "technical": not counted.said and bool(counted.missing),
    }
    if not lacking.get(criterion, False):
        return 5
    if criterion == "specificity" and not counted.own:
        return NOTHING_CONCRETE
    return CEILINGS[criterion]
