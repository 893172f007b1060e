"""What a level cannot be, by the rubric's own words and what was counted. Pure.

"A concrete example with a name or a number" cannot describe an answer without either, whatever a model says: small ones
say it often. Ceilings only ever lower a level, and only where the count is plain; they never raise one.
"""

from __future__ import annotations

from interview.judging.scores import Measures

FEW = 3
"""With fewer names and figures than this an answer is not "concrete throughout"."""


def ceiling(criterion: str, counted: Measures) -> int:
    """1-5: the highest level whose anchor the counts allow."""
    match criterion:
        case "specificity":
            concrete = len(counted.names) + len(counted.numbers)
            return 5 if concrete >= FEW else 4 if concrete else 3 if counted.own else 2
        case "star":
            return 5 if counted.own else 3 if "action" in counted.said else 2
        case "ownership":
            return 2 if counted.team and not counted.own else 5
        case "technical":
            return 3 if counted.missing and not counted.said else 5
    return 5
