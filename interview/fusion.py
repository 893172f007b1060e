"""Reciprocal-rank fusion (Cormack, Clarke and Büttcher 2009): rankings whose scores do not compare, made one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interview.shapes import Language

RANK_CONSTANT = 10
"""k in 1 / (k + rank). 60 is for rankings of a thousand; a résumé has some thirty chunks, where it would make the
tenth place worth as much as the first."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ids, best first, and how much they count."""

    ids: Sequence[str]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """How much the two rankings count, and how much the second one where its model never learnt the language."""

    lexical: float = 1.0
    dense: float = 1.0
    dense_unknown_language: float = 0.2

    def of_dense(self, *, known: bool) -> float:
        return self.dense if known else self.dense_unknown_language


def fuse(rankings: Sequence[Ranking], *, k: int = RANK_CONSTANT) -> list[tuple[str, float]]:
    """Ids with their fused scores, best first; ties in the order of the first ranking that has them."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for place, identifier in enumerate(ranking.ids, 1):
            scores[identifier] = scores.get(identifier, 0.0) + ranking.weight / (k + place)
    return sorted(scores.items(), key=lambda entry: -entry[1])


def language_of(text: str) -> Language:
    """Korean where Hangul is a fifth of the letters: a Korean sentence keeps its English terms."""
    letters = [character for character in text if character.isalpha()]
    hangul = sum("가" <= character <= "힣" for character in letters)
    return "ko" if hangul * 5 > len(letters) else "en"
