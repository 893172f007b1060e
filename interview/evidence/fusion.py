"""Reciprocal-rank fusion (Cormack, Clarke and Büttcher 2009): rankings whose scores do not compare, made one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interview.shapes import Language

RANK_CONSTANT = 5
"""k in 1 / (k + rank). 60 is for rankings of a thousand; a résumé has some thirty chunks, where it would make the
tenth place worth almost as much as the first."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ids, best first, and how much they count."""

    ids: Sequence[str]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """How much the two rankings count. Measured with tests/bench/bench_retrieval.py (MiniLM; k of 5, 10, 20 and 60,
    lexical weights from 0.2 to 1, with and without coverage).

    Where the model knows the language, words count for as much of the question as the best chunk has of them: a single
    shared word is chance. Where it does not, words decide and meaning only breaks ties.
    """

    lexical: float = 0.4
    dense: float = 1.0
    lexical_unknown_language: float = 1.0
    dense_unknown_language: float = 0.2

    def pair(self, *, known: bool, coverage: float) -> tuple[float, float]:
        """(lexical, dense) for one question; `coverage` in [0, 1] is that of the best chunk."""
        if known:
            return self.lexical * coverage, self.dense
        return self.lexical_unknown_language, self.dense_unknown_language


DEFAULT_FUSION = FusionWeights()


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
