"""Embedding engines: BGE-M3's three representations against values computed here by hand, and MiniLM as it is."""

from __future__ import annotations

import asyncio
import math
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from models.embedding_ports import EmbeddingEngine, EmbedRequest, TextEmbedding
from models.engines import bge_m3, sentence_embeddings
from models.ports import EngineError, EngineUnavailable
from models.registry import EngineOptions
from models.similarity import (
    HybridWeights,
    dense_score,
    hybrid_score,
    hybrid_scores,
    multi_score,
    sparse_score,
)
from models.worker import Worker, WorkerSpec
from tests.models.engines.tiny_bge_m3 import HIDDEN, make

TEXTS = ("the payments kafka", "결제 시스템을 kafka kafka 없는말", "kubernetes", "")

Array = npt.NDArray[np.float32]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("bge-m3"))


@pytest.fixture(scope="module")
def engine(folder: Path) -> bge_m3.BgeM3:
    engine = bge_m3.load(EngineOptions(folder, settings={"batch": 3}))
    engine.warm_up()
    return engine


def by_hand(folder: Path, text: str) -> tuple[list[int], Array, Array, Array]:
    """Token ids, dense (d,), weight of each token, and vectors of all tokens but the first: numpy on the last hidden
    state of one unpadded text."""
    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    ids = tokenizer(text)["input_ids"]
    with torch.inference_mode():
        hidden = AutoModel.from_pretrained(str(folder)).eval()(input_ids=torch.tensor([ids])).last_hidden_state[0]
    states = hidden.numpy().astype(np.float64)
    sparse, colbert = torch.load(folder / "sparse_linear.pt"), torch.load(folder / "colbert_linear.pt")
    weights = np.maximum(states @ sparse["weight"].numpy()[0] + sparse["bias"].numpy()[0], 0.0)
    multi = states[1:] @ colbert["weight"].numpy().T + colbert["bias"].numpy()
    return (
        ids,
        (states[0] / np.linalg.norm(states[0])).astype(np.float32),
        weights.astype(np.float32),
        (multi / np.linalg.norm(multi, axis=1, keepdims=True)).astype(np.float32),
    )


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_the_three_representations_are_those_computed_by_hand(folder: Path, engine: bge_m3.BgeM3, number: int) -> None:
    """The texts are embedded together, padded: neither the padding nor the neighbours change anything."""
    found = list(engine.embed(EmbedRequest(TEXTS)))[number]
    ids, dense, weights, multi = by_hand(folder, TEXTS[number])
    assert (ids[0], ids[-1]) == (0, 2)
    assert ids.count(9) == TEXTS[number].count("kafka"), "the word is one token"
    np.testing.assert_allclose(found.dense, dense, atol=1e-5)
    assert found.multi is not None
    assert found.multi.shape == (len(ids) - 1, HIDDEN), "all tokens but the first: the closing one stays"
    np.testing.assert_allclose(found.multi, multi, atol=1e-5)
    expected: dict[int, float] = {}
    for token, weight in zip(ids, weights.tolist(), strict=True):
        if token not in {0, 1, 2, 3} and weight > 0:
            expected[token] = max(weight, expected.get(token, 0.0))
    assert found.sparse == pytest.approx(expected, abs=1e-5)


def test_the_sparse_weights_leave_out_special_and_unknown_tokens(engine: bge_m3.BgeM3) -> None:
    found = list(engine.embed(EmbedRequest(TEXTS)))
    assert all(item.sparse is not None and not set(item.sparse) & {0, 1, 2, 3} for item in found)
    assert any(item.sparse for item in found)
    assert found[3].sparse == {}


def test_scores_are_those_published() -> None:
    query = TextEmbedding(
        np.array([1, 0], np.float32), {5: 0.5, 6: 2.0, 9: 1.0}, np.array([[1, 0], [0, 1]], np.float32)
    )
    passage = TextEmbedding(
        np.array([0.6, 0.8], np.float32),
        {5: 0.4, 6: 0.1, 7: 3.0},
        np.array([[0.6, 0.8], [-1, 0], [0.8, 0.6]], np.float32),
    )
    assert query.multi is not None
    assert passage.multi is not None
    assert dense_score(query.dense, passage.dense) == pytest.approx(0.6)
    assert sparse_score(query.sparse or {}, passage.sparse or {}) == pytest.approx(0.5 * 0.4 + 2.0 * 0.1)
    assert multi_score(query.multi, passage.multi) == pytest.approx((0.8 + 0.8) / 2)
    assert hybrid_score(query, passage) == pytest.approx((0.6 + 0.3 * 0.4 + 0.8) / 2.3)
    assert hybrid_score(query, passage, HybridWeights(0.0, 1.0, 0.0)) == pytest.approx(0.4)
    only_dense = TextEmbedding(passage.dense)
    assert hybrid_scores(query, [passage, only_dense]).tolist() == pytest.approx([1.52 / 2.3, 0.6])


async def test_it_runs_in_a_worker_process_and_the_server_never_sees_torch(folder: Path) -> None:
    worker = Worker(WorkerSpec("bge", "bge_m3", EngineOptions(folder)))
    await worker.start()
    try:
        async with await worker.open("embed", EmbedRequest(TEXTS)) as call:
            items, _ = await call.step(math.inf)
    finally:
        await worker.stop()
    assert [item.dense.shape for item in items] == [(HIDDEN,)] * len(TEXTS)
    code = (
        "import sys, models.runtime, models.embedding, models.engines.bge_m3, models.engines.sentence_embeddings;"
        "sys.exit(bool({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    assert await process.wait() == 0


def test_long_texts_are_cut_and_no_texts_are_none(folder: Path) -> None:
    engine = bge_m3.load(EngineOptions(folder, settings={"max_tokens": 6}))
    (found,) = engine.embed(EmbedRequest(("kafka " * 50,)))
    assert found.multi is not None
    assert len(found.multi) == 5
    assert list(engine.embed(EmbedRequest(()))) == []
    assert isinstance(engine, EmbeddingEngine)
    engine.close()
    with pytest.raises(EngineError, match="is closed"):
        engine.dimension()


@pytest.mark.parametrize("name", ["sparse_linear.pt", "pytorch_model.bin"])
def test_what_is_missing_or_damaged_is_a_sentence(tmp_path: Path, name: str) -> None:
    folder = make(tmp_path / "model")
    (folder / name).write_bytes(b"")
    with pytest.raises(EngineUnavailable, match="cannot be read; 'moui models verify' tells"):
        bge_m3.load(EngineOptions(folder))
    (folder / name).unlink()
    with pytest.raises(EngineUnavailable, match=f"BGE-M3 cannot start: {name} is missing"):
        bge_m3.load(EngineOptions(folder))
    with pytest.raises(EngineUnavailable, match=r"config\.json, modules\.json"):
        sentence_embeddings.load(EngineOptions(tmp_path))


@pytest.mark.real
def test_minilm_as_sentence_transformers_has_it(weights: Path) -> None:
    engine = sentence_embeddings.load(EngineOptions(weights / "minilm-l6-v2", threads=2, settings={"batch": 2}))
    engine.warm_up()
    assert isinstance(engine, EmbeddingEngine)
    assert engine.dimension() == 384
    texts = ("I tuned slow SQL queries.", "Optimized database performance.", "Sang in a choir.")
    found = [item.dense for item in engine.embed(EmbedRequest(texts))]
    assert all(float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-5) for vector in found)
    assert found[0] @ found[1] > found[0] @ found[2] + 0.3
    (alone,) = engine.embed(EmbedRequest(texts[2:]))
    np.testing.assert_allclose(alone.dense, found[2], atol=1e-5)
    engine.close()
    with pytest.raises(EngineError, match="is closed"):
        list(engine.embed(EmbedRequest(texts)))
