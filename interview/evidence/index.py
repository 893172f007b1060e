"""The index of chunks: words in FTS5, meanings in sqlite-vec, both beside the documents they come from.

All of it is derived: it can be dropped and made again. What is deleted leaves no word behind: FTS5 deletes by adding a
mark with the word unless it is told otherwise, and vec0 keeps the vector of a deleted row, so that it is overwritten
first.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager

import numpy as np

from interview.evidence.chunks import indexed_text
from interview.evidence.morphemes import words
from interview.shapes import Chunk
from models.embedding_ports import TextEmbedding
from models.ports import Pcm
from models.similarity import DEFAULT_WEIGHTS, HybridWeights, hybrid_score

HEADING_WEIGHT, TEXT_WEIGHT = 0.4, 1.0
"""Of a word in BM25: every bullet of a job shares the job's heading."""

RESCORED = 50
"""Nearest by dense vectors that a model with three representations looks at again with all three."""

_TABLES = """
CREATE TABLE IF NOT EXISTS chunks (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document_id TEXT NOT NULL, document_kind TEXT NOT NULL,
    heading TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS chunks_by_document ON chunks (document_id);
CREATE VIRTUAL TABLE IF NOT EXISTS chunk_words USING fts5 (
    heading, text, tokenize = "porter unicode61 remove_diacritics 0 tokenchars '+#'");
INSERT INTO chunk_words (chunk_words, rank) VALUES ('secure-delete', 1);
CREATE TABLE IF NOT EXISTS chunk_model (name TEXT NOT NULL, dimension INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS chunk_representations (number INTEGER PRIMARY KEY, sparse TEXT, multi BLOB);
"""


class ChunkIndex:
    """Over a connection with sqlite-vec loaded (`database.connect`). Not for two threads at once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.executescript(_TABLES)

    # --- writing ----------------------------------------------------------------------------------------------------

    def add(
        self,
        chunks: Sequence[Chunk],
        embeddings: Sequence[TextEmbedding] | None = None,
        *,
        model: str = "",
    ) -> None:
        """Add or replace chunks, with what `model` made of `indexed_text` of each. Vectors of another model go."""
        if embeddings is not None and len(embeddings) != len(chunks):
            raise ValueError(f"{len(chunks)} chunks and {len(embeddings)} embeddings")
        with self._transaction():
            self._remove(self._numbers("id", [chunk.id for chunk in chunks]))
            if embeddings:
                self._use_model(model, len(embeddings[0].dense))
            for place, chunk in enumerate(chunks):
                number = self._insert(chunk)
                if embeddings is not None:
                    self._insert_embedding(number, embeddings[place])

    def delete_documents(self, ids: Collection[str]) -> None:
        with self._transaction():
            self._remove(self._numbers("document_id", ids))

    def keep_documents(self, ids: Collection[str]) -> None:
        """Delete the chunks of all other documents."""
        there = {row[0] for row in self._connection.execute("SELECT DISTINCT document_id FROM chunks")}
        self.delete_documents(there - set(ids))

    def clear(self) -> None:
        with self._transaction():
            self._remove([row[0] for row in self._connection.execute("SELECT number FROM chunks")])

    def _insert(self, chunk: Chunk) -> int:
        row = (chunk.id, chunk.document_id, chunk.document_kind, chunk.heading, chunk.text)
        cursor = self._connection.execute(
            "INSERT INTO chunks (id, document_id, document_kind, heading, text) VALUES (?, ?, ?, ?, ?)", row
        )
        number = int(cursor.lastrowid or 0)
        self._connection.execute(
            "INSERT INTO chunk_words (rowid, heading, text) VALUES (?, ?, ?)",
            (number, " ".join(words(chunk.heading)), " ".join(words(chunk.text))),
        )
        return number

    def _insert_embedding(self, number: int, embedding: TextEmbedding) -> None:
        self._connection.execute(
            "INSERT INTO chunk_vectors (rowid, embedding) VALUES (?, ?)", (number, _bytes(embedding.dense))
        )
        if embedding.sparse is not None or embedding.multi is not None:
            sparse = None if embedding.sparse is None else json.dumps({str(k): v for k, v in embedding.sparse.items()})
            multi = None if embedding.multi is None else embedding.multi.astype(np.float16).tobytes()
            self._connection.execute("INSERT INTO chunk_representations VALUES (?, ?, ?)", (number, sparse, multi))

    def _use_model(self, name: str, dimension: int) -> None:
        if self._model() == (name, dimension):
            return
        self._forget_vectors([row[0] for row in self._connection.execute("SELECT number FROM chunks")])
        for statement in (
            "DROP TABLE IF EXISTS chunk_vectors",
            f"CREATE VIRTUAL TABLE chunk_vectors USING vec0 (embedding float[{int(dimension)}] distance_metric=cosine)",
            "DELETE FROM chunk_model",
        ):
            self._connection.execute(statement)
        self._connection.execute("INSERT INTO chunk_model VALUES (?, ?)", (name, dimension))

    def _model(self) -> tuple[str, int] | None:
        row = self._connection.execute("SELECT name, dimension FROM chunk_model").fetchone()
        return None if row is None else (str(row[0]), int(row[1]))

    def _remove(self, numbers: Sequence[int]) -> None:
        self._forget_vectors(numbers)
        for number in numbers:
            self._connection.execute("DELETE FROM chunk_words WHERE rowid = ?", (number,))
            self._connection.execute("DELETE FROM chunks WHERE number = ?", (number,))

    def _forget_vectors(self, numbers: Sequence[int]) -> None:
        model = self._model()
        if model is None:
            return
        zeros = bytes(4 * model[1])
        for number in numbers:
            self._connection.execute("UPDATE chunk_vectors SET embedding = ? WHERE rowid = ?", (zeros, number))
            self._connection.execute("DELETE FROM chunk_vectors WHERE rowid = ?", (number,))
            self._connection.execute("DELETE FROM chunk_representations WHERE number = ?", (number,))

    def _transaction(self) -> AbstractContextManager[object]:
        return self._connection

    # --- reading ----------------------------------------------------------------------------------------------------

    def chunks(self, documents: Collection[str] | None = None) -> list[Chunk]:
        """Of these documents, or all, in the order they were added."""
        rows = self._connection.execute(
            "SELECT id, document_id, document_kind, heading, text FROM chunks "
            f"WHERE {_among('document_id', documents)} ORDER BY number",
            _values(documents),
        )
        return [Chunk(*row) for row in rows]

    def lexical(
        self, asked: Sequence[str], limit: int, documents: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Chunk ids with BM25 scores (higher is better) for words of `morphemes`, best first."""
        if not asked:
            return []
        rows = self._connection.execute(
            f"SELECT chunks.id, -bm25(chunk_words, {HEADING_WEIGHT}, {TEXT_WEIGHT}) AS score "
            "FROM chunk_words JOIN chunks ON chunks.number = chunk_words.rowid "
            f"WHERE chunk_words MATCH ? AND {_among('document_id', documents)} ORDER BY score DESC, number LIMIT ?",
            (" OR ".join(map(_quoted, asked)), *_values(documents), limit),
        )
        return [(str(row[0]), float(row[1])) for row in rows]

    def coverage(self, asked: Sequence[str], documents: Collection[str] | None = None) -> dict[str, float]:
        """How much of what is asked each chunk says, in [0, 1]: the share of its words by their rarity (BM25's IDF).
        Chunks that say nothing of it are left out."""
        weighed = self.weighed(asked, documents)
        total = sum(weight for weight, _ in weighed.values())
        found: dict[str, float] = {}
        for weight, having in weighed.values():
            for identifier in having:
                found[identifier] = found.get(identifier, 0.0) + weight / total
        return found

    def weighed(
        self, asked: Sequence[str], documents: Collection[str] | None = None
    ) -> dict[str, tuple[float, frozenset[str]]]:
        """For each word its rarity (BM25's IDF; a word nobody has weighs like one that one chunk has) and the ids
        of the chunks whose text, headings aside, has it."""
        (total,) = self._connection.execute(
            f"SELECT count(*) FROM chunks WHERE {_among('document_id', documents)}", _values(documents)
        ).fetchone()
        found: dict[str, tuple[float, frozenset[str]]] = {}
        for word in dict.fromkeys(asked):
            rows = self._connection.execute(
                "SELECT chunks.id FROM chunk_words JOIN chunks ON chunks.number = chunk_words.rowid "
                f"WHERE chunk_words MATCH ? AND {_among('document_id', documents)}",
                (f"text : {_quoted(word)}", *_values(documents)),
            ).fetchall()
            having = frozenset(str(row[0]) for row in rows)
            count = max(len(having), 1)
            found[word] = (math.log(1.0 + (total - count + 0.5) / (count + 0.5)), having)
        return found

    def semantic(
        self,
        query: TextEmbedding,
        limit: int,
        documents: Collection[str] | None = None,
        weights: HybridWeights = DEFAULT_WEIGHTS,
    ) -> list[tuple[str, float]]:
        """Chunk ids with similarities, best first: cosines, or hybrid scores where the model has more than one
        representation. Empty where nothing was embedded."""
        if self._model() is None:
            return []
        several = query.sparse is not None or query.multi is not None
        rows = self._connection.execute(
            "SELECT chunks.id, chunks.number, distance FROM chunk_vectors "
            "JOIN chunks ON chunks.number = chunk_vectors.rowid WHERE embedding MATCH ? AND k = ? "
            f"AND chunk_vectors.rowid IN (SELECT number FROM chunks WHERE {_among('document_id', documents)}) "
            "ORDER BY distance",
            (_bytes(query.dense), max(limit, RESCORED) if several else limit, *_values(documents)),
        ).fetchall()
        if not several:
            return [(str(row[0]), 1.0 - float(row[2])) for row in rows]
        scored = [(str(row[0]), hybrid_score(query, self._embedding(int(row[1])), weights)) for row in rows]
        return sorted(scored, key=lambda entry: -entry[1])[:limit]

    def _embedding(self, number: int) -> TextEmbedding:
        dense, sparse, multi = self._connection.execute(
            "SELECT embedding, sparse, multi FROM chunk_vectors LEFT JOIN chunk_representations "
            "ON chunk_representations.number = chunk_vectors.rowid WHERE chunk_vectors.rowid = ?",
            (number,),
        ).fetchone()
        vector = np.frombuffer(dense, np.float32)
        return TextEmbedding(
            vector,
            None if sparse is None else {int(token): weight for token, weight in json.loads(sparse).items()},
            None if multi is None else np.frombuffer(multi, np.float16).astype(np.float32).reshape(-1, len(vector)),
        )

    def _numbers(self, column: str, values: Iterable[str]) -> list[int]:
        rows = self._connection.execute(f"SELECT number FROM chunks WHERE {_among(column, list(values))}", list(values))
        return [int(row[0]) for row in rows]


def embedded_texts(chunks: Iterable[Chunk]) -> list[str]:
    """What an embedder is given for these chunks."""
    return [indexed_text(chunk) for chunk in chunks]


def _bytes(vector: Pcm) -> bytes:
    return vector.astype(np.float32).tobytes()


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _among(column: str, values: Collection[str] | None) -> str:
    """A condition with a placeholder for each value; `column` is never anything from outside."""
    if values is None:
        return "1"
    return f"{column} IN ({', '.join('?' * len(values))})"


def _values(values: Collection[str] | None) -> tuple[str, ...]:
    return () if values is None else tuple(values)
