"""Retrieval: rankings fused, and on the benchmark fused better than words or meaning alone."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from interview.evidence.fusion import FusionWeights, Ranking, fuse, language_of
from interview.evidence.index import ChunkIndex
from interview.retrieval import RetrievalSettings, fill, questions, search
from interview.storage.database import connect
from tests.bench.bench_retrieval import measure, ndcg, recall
from tests.interview.test_index import chunk
from tests.interview.test_matrix import FakeEmbedder


def test_fusion_adds_the_reciprocal_ranks() -> None:
    fused = fuse([Ranking(["a", "b"]), Ranking(["b", "c"], 0.5)], k=10)
    assert [name for name, _ in fused] == ["b", "a", "c"]
    assert dict(fused) == pytest.approx({"a": 1 / 11, "b": 1 / 12 + 0.5 / 11, "c": 0.5 / 12})
    assert fuse([]) == []


def test_words_count_by_what_they_cover_and_alone_where_the_language_is_unknown() -> None:
    weights = FusionWeights(lexical=0.4, dense=1.0, lexical_unknown_language=1.0, dense_unknown_language=0.2)
    assert weights.pair(known=True, coverage=0.5) == (0.2, 1.0)
    assert weights.pair(known=False, coverage=0.5) == (1.0, 0.2)


@pytest.mark.parametrize(
    ("text", "language"),
    [("Spring Boot와 JPA를 활용", "ko"), ("Experience with Kafka", "en"), ("", "en"), ("한국어 resume", "ko")],
)
def test_language_of(text: str, language: str) -> None:
    assert language_of(text) == language


async def test_a_search_by_words_alone_and_by_both() -> None:
    chunks = [chunk(0, "taught chess to pupils"), chunk(1, "sold used cars"), chunk(2, "baked bread")]
    with closing(connect(":memory:")) as connection:
        index = ChunkIndex(connection)
        await fill(index, chunks, None)
        (asked,) = await questions(["a seller of cars"], None)
        assert [hit.chunk_id for hit in search(index, asked)] == ["resume:1"]
        assert search(index, asked)[0].similarity is None
        embedder = FakeEmbedder(chess=1, driver=1, cars=2)
        await fill(index, chunks, embedder)
        (asked,) = await questions(["a driver of cars"], embedder)
        both = search(index, asked)
        assert [hit.chunk_id for hit in both[:2]] == ["resume:0", "resume:1"]
        assert both[0].similarity == pytest.approx(1.0)
        assert both[1].coverage > 0
        words_first = RetrievalSettings(FusionWeights(lexical=5.0))
        assert search(index, asked, 1, settings=words_first)[0].chunk_id == "resume:1"
        assert search(index, asked, documents=["nobody"]) == []
        (korean,) = await questions(["자동차를 판 경험"], embedder)
        assert not korean.known


def test_the_measures_themselves() -> None:
    assert ndcg(["x", "a"], ["a"]) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg(["a", "b"], ["a", "b"]) == pytest.approx(1.0)
    assert ndcg(["x"] * 10 + ["a"], ["a"]) == 0.0
    assert recall(["x", "a", "y", "z", "w", "b"], ["a", "b"]) == 0.5


@pytest.mark.real
async def test_fused_beats_words_and_meaning_alone(weights: Path) -> None:
    """On the whole, and in each language. MiniLM learnt English only: in Korean it hardly helps, and must not harm."""
    results = await measure(weights)
    for language, ways in results.items():
        for alone in ("lexical", "dense"):
            assert ways["fused"].ndcg_at_10 > ways[alone].ndcg_at_10, (language, alone)
            assert ways["fused"].recall_at_5 >= ways[alone].recall_at_5, (language, alone)
    assert results["all"]["fused"].queries >= 60
    assert results["all"]["fused"].ndcg_at_10 > 0.8
    assert results["ko"]["dense"].ndcg_at_10 < 0.4, "MiniLM reads Korean now? Then give it more weight there."
