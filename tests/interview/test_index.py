"""The index: Korean found by its morphemes, vectors by nearness, and nothing left of what was deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from interview.evidence.index import ChunkIndex
from interview.evidence.morphemes import content_words, words
from interview.shapes import Chunk
from interview.storage.database import connect, scrub
from models.embedding_ports import TextEmbedding
from models.similarity import HybridWeights, hybrid_score


def chunk(number: int, text: str, *, document: str = "resume", heading: str = "") -> Chunk:
    return Chunk(f"{document}:{number}", document, "resume", heading, text)


def vector(*values: float) -> TextEmbedding:
    array = np.array(values, np.float32)
    return TextEmbedding(array / np.linalg.norm(array))


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(connect(":memory:")) as connection:
        yield connection


LINES = [
    chunk(0, "결제 시스템을 개발하여 실패율을 낮췄습니다"),
    chunk(1, "쿠버네티스로 서비스를 배포"),
    chunk(2, "Designed dashboards for store managers", heading="Junior Analyst"),
    chunk(3, "C++와 C#으로 계측 프로그램 작성"),
]


def found(index: ChunkIndex, text: str) -> list[str]:
    return [identifier for identifier, _ in index.lexical(content_words(text), 10)]


def test_korean_is_found_without_its_particles_and_by_words_of_two_syllables(connection: sqlite3.Connection) -> None:
    index = ChunkIndex(connection)
    index.add(LINES)
    assert found(index, "결제를 다룬 경험") == ["resume:0"]
    assert found(index, "시스템의 개발")[0] == "resume:0"
    assert found(index, "Kubernetes") == ["resume:1"]
    assert found(index, "k8s 운영") == ["resume:1"]
    assert found(index, "a dashboard design") == ["resume:2"]
    assert found(index, "C#") == found(index, "c++") == ["resume:3"]
    assert found(index, '"; DROP TABLE chunks; -- NEAR(* AND') == []
    assert index.lexical([], 5) == []
    assert index.chunks() == LINES


def test_words_have_one_spelling() -> None:
    assert words("파이썬과 스프링부트로 CI/CD") == ["python", "spring", "boot", "cicd"]
    assert words("자바스크립트를")[0] == "javascript"
    assert "#mentoring" in words("후배 사원을 지도")
    assert "#mentoring" in words("Mentored two interns")
    assert content_words("Ability to work with a team") == ["team"]
    assert words("가각".encode().decode()) == words("\u1100\u1161\u1100\u1161\u11a8"), "decomposed Hangul is the same"
    assert words("") == []


def test_coverage_is_the_share_of_what_was_asked_in_the_text_itself(connection: sqlite3.Connection) -> None:
    index = ChunkIndex(connection)
    index.add(LINES)
    assert index.coverage(["dashboards"]) == {"resume:2": pytest.approx(1.0)}
    assert index.coverage(["junior"]) == {}, "every bullet of a job shares its heading"
    half = index.coverage(["dashboards", "결제"])
    assert half == {"resume:2": pytest.approx(0.5), "resume:0": pytest.approx(0.5)}
    assert index.coverage(["nothing", "here"]) == {}


def test_the_nearest_come_first_and_only_of_the_documents_asked_for(connection: sqlite3.Connection) -> None:
    index = ChunkIndex(connection)
    assert index.semantic(vector(1, 0), 5) == []
    index.add([chunk(0, "a"), chunk(1, "b")], [vector(1, 0), vector(0, 1)], model="m")
    index.add([chunk(0, "c", document="other")], [vector(1, 0.1)], model="m")
    assert [name for name, _ in index.semantic(vector(1, 0), 5)] == ["resume:0", "other:0", "resume:1"]
    near = index.semantic(vector(1, 1), 1, ["resume"])
    assert near[0][1] == pytest.approx(2**-0.5, abs=1e-5)
    assert [name for name, _ in index.semantic(vector(1, 0), 5, ["other"])] == ["other:0"]
    assert index.lexical(["a"], 5, []) == []


def test_three_representations_are_kept_and_scored_together(connection: sqlite3.Connection) -> None:
    def three(dense: float, sparse: dict[int, float], token: float) -> TextEmbedding:
        multi = np.array([[token, (1 - token**2) ** 0.5], [0.0, 1.0]], np.float32)
        return TextEmbedding(vector(dense, 1).dense, sparse, multi)

    stored = [three(0.9, {7: 0.5}, 0.0), three(0.8, {7: 1.0, 8: 2.0}, 1.0)]
    query = three(0.9, {7: 1.0, 8: 0.5}, 1.0)
    index = ChunkIndex(connection)
    index.add([chunk(0, "a"), chunk(1, "b")], stored, model="bge-m3")
    scores = dict(index.semantic(query, 5))
    assert list(scores) == ["resume:1", "resume:0"], "the nearest dense vector is not the best match"
    for number, embedding in enumerate(stored):
        assert scores[f"resume:{number}"] == pytest.approx(hybrid_score(query, embedding), abs=2e-3)
    only_dense = HybridWeights(1.0, 0.0, 0.0)
    assert [name for name, _ in index.semantic(query, 1, weights=only_dense)] == ["resume:0"]


def test_chunks_are_replaced_and_another_model_starts_anew(connection: sqlite3.Connection) -> None:
    index = ChunkIndex(connection)
    index.add([chunk(0, "old words"), chunk(1, "stays")], [vector(1, 0), vector(0, 1)], model="m")
    index.add([chunk(0, "new words")], [vector(0, 1)], model="m")
    assert found(index, "old") == []
    assert [each.text for each in index.chunks()] == ["stays", "new words"]
    index.add([chunk(2, "third")], [vector(1, 0, 0)], model="other")
    assert [name for name, _ in index.semantic(vector(1, 0, 0), 5)] == ["resume:2"]
    assert ChunkIndex(connection).chunks() == index.chunks()
    with pytest.raises(ValueError, match="2 chunks and 1 embeddings"):
        index.add([chunk(3, "x"), chunk(4, "y")], [vector(1, 0, 0)], model="other")


@pytest.mark.parametrize("way", ["documents", "keep", "clear"])
def test_what_is_deleted_leaves_no_bytes(tmp_path: Path, way: str) -> None:
    secret = vector(0.123, 0.456, 0.789).dense
    three = TextEmbedding(secret, {4242424: 0.987654321}, np.stack([secret, secret]))
    with closing(connect(tmp_path / "moui.db")) as connection:
        index = ChunkIndex(connection)
        index.add([chunk(0, "Zebrafish 비밀프로젝트", heading="Quokka")], [three], model="m")
        index.add([chunk(0, "stays", document="other")], [vector(1, 2, 3)], model="m")
        connection.commit()
        if way == "documents":
            index.delete_documents(["resume"])
        elif way == "keep":
            index.keep_documents(["other"])
        else:
            index.clear()
        assert [each.text for each in index.chunks()] == ([] if way == "clear" else ["stays"])
        assert scrub(connection)
        left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    half = secret.astype(np.float16).tobytes()
    for trace in (
        b"Zebrafish",
        b"zebrafish",
        "비밀".encode(),
        b"uokka",
        secret.tobytes(),
        half,
        b"4242424",
        b"0.98765",
    ):
        assert trace not in left
