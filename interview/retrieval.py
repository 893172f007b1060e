"""Retrieval: which of the candidate's lines answer a question, by words and by meaning, fused.

An embedder is borrowed for the documents and the questions together, because the language model waits meanwhile;
without one (model missing, memory short) words alone decide.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from interview.evidence.fusion import DEFAULT_FUSION, FusionWeights, Ranking, fuse, language_of
from interview.evidence.index import ChunkIndex, embedded_texts
from interview.evidence.morphemes import content_words, warm_up
from interview.shapes import Chunk
from models.artifacts import ANY_LANGUAGE
from models.embedding_ports import Embedder, TextEmbedding
from models.similarity import DEFAULT_WEIGHTS, HybridWeights

DEPTH = 20
"""Places of each ranking that are fused."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something to look for. `words` are its content words; `embedding` None where words alone decide.

    `known`: the embedder was trained for the question's language.
    """

    text: str
    words: tuple[str, ...]
    embedding: TextEmbedding | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """`score` only orders hits of one search. `coverage` in [0, 1] is the share of the question's words that the chunk
    has, `similarity` the model's own score, where there is one."""

    chunk_id: str
    score: float
    coverage: float
    similarity: float | None


@dataclass(frozen=True, slots=True)
class RetrievalSettings:
    fusion: FusionWeights = DEFAULT_FUSION
    hybrid: HybridWeights = DEFAULT_WEIGHTS


DEFAULT = RetrievalSettings()


async def fill(index: ChunkIndex, chunks: Sequence[Chunk], embedder: Embedder | None) -> None:
    """Index the chunks. Raises what the embedder raises; then nothing was changed."""
    embeddings = None if embedder is None else await embedder.embed(embedded_texts(chunks))
    await asyncio.to_thread(warm_up)
    index.add(chunks, embeddings, model="" if embedder is None else embedder.name)


async def questions(texts: Sequence[str], embedder: Embedder | None) -> list[Question]:
    """Texts made ready for `search`, embedded together."""
    await asyncio.to_thread(warm_up)
    words = [tuple(content_words(text)) for text in texts]
    if embedder is None:
        return [Question(text, own) for text, own in zip(texts, words, strict=True)]
    embeddings = await embedder.embed(texts)
    return [
        Question(text, own, embedding, knows(embedder, text))
        for text, own, embedding in zip(texts, words, embeddings, strict=True)
    ]


def knows(embedder: Embedder, text: str) -> bool:
    return ANY_LANGUAGE in embedder.languages or language_of(text) in embedder.languages


def search(
    index: ChunkIndex,
    question: Question,
    limit: int = 10,
    *,
    documents: Collection[str] | None = None,
    settings: RetrievalSettings = DEFAULT,
) -> list[Hit]:
    """The best chunks of these documents (of all, by default), best first."""
    coverage = index.coverage(question.words, documents)
    by_words = [found for found, _ in index.lexical(question.words, DEPTH, documents)]
    if question.embedding is None:
        similarities: dict[str, float] = {}
        rankings = [Ranking(by_words)]
    else:
        similarities = dict(index.semantic(question.embedding, DEPTH, documents, settings.hybrid))
        best = max(coverage.values(), default=0.0)
        lexical, dense = settings.fusion.pair(known=question.known, coverage=best)
        rankings = [Ranking(list(similarities), dense), Ranking(by_words, lexical)]
    return [
        Hit(found, score, coverage.get(found, 0.0), similarities.get(found)) for found, score in fuse(rankings)[:limit]
    ]
