"""How well lines of a résumé are found: nDCG@10 and recall@5 by words, by meaning, and fused, in Korean and English.

python -m tests.bench.bench_retrieval [--models-dir models/weights] [--model minilm-l6-v2] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from interview.evidence.fusion import FusionWeights
from interview.evidence.index import ChunkIndex
from interview.retrieval import Question, RetrievalSettings, fill, questions, search
from interview.shapes import Chunk, Language
from interview.storage.database import connect
from models.catalog import load_catalog
from models.embedding import EmbedderHandle
from models.locations import default_models_dir
from models.registry import EngineOptions
from models.worker import Worker, WorkerSpec

FOLDER = Path(__file__).with_name("retrieval")
LANGUAGES: tuple[Language, ...] = ("ko", "en")
WAYS = {
    "lexical": RetrievalSettings(FusionWeights(1.0, 0.0, 1.0, 0.0)),
    "dense": RetrievalSettings(FusionWeights(0.0, 1.0, 0.0, 1.0)),
    "fused": RetrievalSettings(),
}


@dataclass(frozen=True, slots=True)
class Quality:
    """Means over the queries."""

    ndcg_at_10: float
    recall_at_5: float
    queries: int


@dataclass(frozen=True, slots=True)
class Case:
    question: Question
    answers: tuple[str, ...]


def ndcg(found: Sequence[str], answers: Sequence[str], depth: int = 10) -> float:
    """Normalised discounted cumulative gain with binary relevance (Järvelin and Kekäläinen 2002)."""
    gained = sum(1.0 / math.log2(place + 1) for place, each in enumerate(found[:depth], 1) if each in answers)
    ideal = sum(1.0 / math.log2(place + 1) for place in range(1, min(len(answers), depth) + 1))
    return gained / ideal


def recall(found: Sequence[str], answers: Sequence[str], depth: int = 5) -> float:
    return len(set(found[:depth]) & set(answers)) / len(answers)


def quality(index: ChunkIndex, cases: Sequence[Case], settings: RetrievalSettings) -> Quality:
    found = [ranked(index, case, settings) for case in cases]
    return Quality(
        sum(ndcg(ids, case.answers) for ids, case in zip(found, cases, strict=True)) / len(cases),
        sum(recall(ids, case.answers) for ids, case in zip(found, cases, strict=True)) / len(cases),
        len(cases),
    )


def ranked(index: ChunkIndex, case: Case, settings: RetrievalSettings) -> list[str]:
    return [hit.chunk_id for hit in search(index, case.question, settings=settings) if hit.score > 0]


async def prepared(language: Language, embedder: EmbedderHandle) -> tuple[ChunkIndex, list[Case]]:
    data = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    index = ChunkIndex(connect(":memory:"))
    await fill(index, [Chunk(name, language, "resume", "", text) for name, text in data["chunks"].items()], embedder)
    asked = await questions(list(data["queries"]), embedder)
    cases = [Case(each, tuple(answers)) for each, answers in zip(asked, data["queries"].values(), strict=True)]
    return index, cases


async def measure(models_dir: Path, model: str = "minilm-l6-v2") -> dict[str, dict[str, Quality]]:
    """By language ("all" for both together), by way of searching."""
    artifact = load_catalog()[model]
    worker = Worker(WorkerSpec(model, artifact.engine, EngineOptions(models_dir / model, threads=2)))
    await worker.start()
    try:
        handle = EmbedderHandle(worker, None, name=model, dimension=0, languages=artifact.languages)
        sets = {language: await prepared(language, handle) for language in LANGUAGES}
    finally:
        await worker.stop()
    results = {
        language: {way: quality(index, cases, settings) for way, settings in WAYS.items()}
        for language, (index, cases) in sets.items()
    }
    return results | {"all": {way: _mean([results[language][way] for language in LANGUAGES]) for way in WAYS}}


def _mean(parts: Sequence[Quality]) -> Quality:
    total = sum(part.queries for part in parts)
    return Quality(
        sum(part.ndcg_at_10 * part.queries for part in parts) / total,
        sum(part.recall_at_5 * part.queries for part in parts) / total,
        total,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure retrieval.")
    parser.add_argument("--models-dir", type=Path, default=default_models_dir())
    parser.add_argument("--model", default="minilm-l6-v2")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    results = asyncio.run(measure(given.models_dir, given.model))
    rows = [
        {"language": language, "way": way, "ndcg@10": round(q.ndcg_at_10, 3), "recall@5": round(q.recall_at_5, 3)}
        for language, ways in results.items()
        for way, q in ways.items()
    ]
    if given.json:
        print(json.dumps(rows, indent=2))
        return
    print(f"{'':6}{'':10}{'nDCG@10':>9}{'recall@5':>10}")
    for row in rows:
        print(f"{row['language']:6}{row['way']:10}{row['ndcg@10']:>9.3f}{row['recall@5']:>10.3f}")


if __name__ == "__main__":
    main()
