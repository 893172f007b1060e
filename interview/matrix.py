"""The matrix: each requirement of the posting with the candidate's best evidence, how strong it is, what is missing."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing

from interview.evidence.chunks import chunk, requirements
from interview.evidence.gaps import sentence
from interview.evidence.index import ChunkIndex, embedded_texts
from interview.evidence.morphemes import content_words
from interview.evidence.support import Judge
from interview.evidence.tenure import years_worked
from interview.retrieval import DEFAULT, Question, RetrievalSettings, knows
from interview.shapes import Document, Matrix, MatrixRow, Requirement
from interview.storage.database import connect
from models.embedding_ports import Embedder, TextEmbedding

CANDIDATES_OWN = ("resume", "cover_letter")


async def build_matrix(
    documents: Sequence[Document],
    embedder: Embedder | None = None,
    connection: sqlite3.Connection | None = None,
    *,
    today: tuple[int, int] | None = None,
    settings: RetrievalSettings = DEFAULT,
) -> Matrix:
    """Requirements of the posting in its order; empty without a posting or anything of the candidate's own.

    The chunks of these documents are indexed anew in `connection` (database.connect; used from a worker thread), or in
    memory. `embedder` None: words alone decide. `today` (year, month) ends a job that goes on. Raises what the embedder
    raises, and then has changed nothing.
    """
    asked = [found for document in documents if document.kind == "posting" for found in requirements(document)]
    own = [document for document in documents if document.kind in CANDIDATES_OWN]
    chunks = [each for document in own for each in chunk(document)]
    if not asked or not chunks:
        return Matrix()
    texts = [requirement.text for requirement in asked]
    embeddings = None if embedder is None else await embedder.embed([*embedded_texts(chunks), *texts])
    known = [embedder is not None and knows(embedder, text) for text in texts]
    name = "" if embedder is None else embedder.name

    def build(index: ChunkIndex) -> Matrix:
        index.delete_documents([document.id for document in own])
        index.add(chunks, None if embeddings is None else embeddings[: len(chunks)], model=name)
        own_embeddings: Sequence[TextEmbedding | None] = [None] * len(texts)
        if embeddings is not None:
            own_embeddings = embeddings[len(chunks) :]
        prepared = [
            Question(text, tuple(content_words(text)), vector, knows_it)
            for text, vector, knows_it in zip(texts, own_embeddings, known, strict=True)
        ]
        judge = Judge(index, chunks, _years(own, today), settings)
        return Matrix(
            tuple(_row(judge, each, question, own[0]) for each, question in zip(asked, prepared, strict=True))
        )

    def work() -> Matrix:
        if connection is not None:
            return build(ChunkIndex(connection))
        with closing(connect(":memory:")) as temporary:
            return build(ChunkIndex(temporary))

    return await asyncio.to_thread(work)


def _row(judge: Judge, requirement: Requirement, question: Question, own: Document) -> MatrixRow:
    support = judge.support(requirement, question)
    return MatrixRow(requirement, support.evidence, support.gap.strength, sentence(support.gap, own.language))


def _years(own: Sequence[Document], today: tuple[int, int] | None) -> float | None:
    worked = (years_worked(document, today=today) for document in own if document.kind == "resume")
    return max((years for years in worked if years is not None), default=None)
