"""How two texts' embeddings compare, as published with BGE-M3 (Chen et al. 2024, arXiv 2402.03216, section 3). Pure.

A model without sparse weights or token vectors is compared by its dense vectors alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from models.embedding_ports import TextEmbedding
from models.ports import Pcm


@dataclass(frozen=True, slots=True)
class HybridWeights:
    """Shares of the three scores in the hybrid one; their sum need not be 1."""

    dense: float = 1.0
    sparse: float = 0.3
    multi: float = 1.0


def dense_score(query: Pcm, passage: Pcm) -> float:
    """Cosine of two vectors of length 1, in [-1, 1]."""
    return float(query @ passage)


def sparse_score(query: Mapping[int, float], passage: Mapping[int, float]) -> float:
    """Sum, over the tokens both have, of the products of their weights; 0 or more."""
    return float(sum(weight * passage[token] for token, weight in query.items() if token in passage))


def multi_score(query: Pcm, passage: Pcm) -> float:
    """Mean, over the query's tokens, of their best cosine with a token of the passage. Both (tokens, dimension)."""
    if not len(query) or not len(passage):
        return 0.0
    return float((query @ passage.T).max(axis=1).mean())


DEFAULT_WEIGHTS = HybridWeights()


def hybrid_score(query: TextEmbedding, passage: TextEmbedding, weights: HybridWeights = DEFAULT_WEIGHTS) -> float:
    """The weighted mean of the scores that both embeddings allow."""
    total = weights.dense * dense_score(query.dense, passage.dense)
    share = weights.dense
    if query.sparse is not None and passage.sparse is not None:
        total += weights.sparse * sparse_score(query.sparse, passage.sparse)
        share += weights.sparse
    if query.multi is not None and passage.multi is not None:
        total += weights.multi * multi_score(query.multi, passage.multi)
        share += weights.multi
    return total / share if share else 0.0


def hybrid_scores(query: TextEmbedding, passages: list[TextEmbedding], weights: HybridWeights = DEFAULT_WEIGHTS) -> Pcm:
    """`hybrid_score` of the query with each passage, float32 (passages,)."""
    return np.array([hybrid_score(query, passage, weights) for passage in passages], np.float32)
