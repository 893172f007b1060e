"""From documents to a plan: what is asked for, what the candidate has done, which questions follow from it.

The order is the memory's: first the embedder (alone on the machine), then, when it is gone, the language model.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, closing, nullcontext
from dataclasses import replace
from pathlib import Path

from interview.contacts import redact_document
from interview.evidence import morphemes
from interview.matrix import build_matrix
from interview.plan import spoken_language, write_plan
from interview.questions import load_bank
from interview.shapes import Document, InterviewPlan, Matrix, PlanRequest
from interview.storage.database import connect
from models.embedding_ports import Embedder
from models.ports import EngineError, LanguageModel

log = logging.getLogger("moui.interview")

OnProgress = Callable[[int, int, str], None]
OpenEmbedder = Callable[[], AbstractAsyncContextManager[Embedder]]

WORDS = {
    "ko": ("서류를 비교하고 있습니다.", "질문을 준비하고 있습니다.", "단어로만 비교했습니다: {}"),
    "en": ("Comparing the documents.", "Preparing the questions.", "Compared by words only: {}"),
}


async def prepare(
    documents: Sequence[Document],
    request: PlanRequest,
    *,
    embedder: OpenEmbedder | None,
    llm: Callable[[], LanguageModel | None],
    database: Path | None = None,
    on_progress: OnProgress,
) -> tuple[InterviewPlan, Matrix]:
    """Raises plan.PlanRefused. `llm` is asked for after the embedder has gone. Without an embedder, or where it fails,
    the documents are compared by their words, and a note of the plan says so. The chunks are indexed in `database`."""
    comparing, asking, fallback = WORDS[request.language]
    redacted = await asyncio.to_thread(_redacted, documents)
    notes: tuple[str, ...] = ()
    connection = connect(database) if database is not None else None
    on_progress(0, 2, comparing)
    with closing(connection) if connection is not None else nullcontext():
        try:
            async with embedder() if embedder is not None and _comparable(redacted) else nullcontext() as vectors:
                matrix = await build_matrix(redacted, vectors, connection)
        except EngineError as error:
            log.warning("documents are compared by words only: %s", error)
            notes = (fallback.format(error),)
            matrix = await build_matrix(redacted, None, connection)
    on_progress(1, 2, asking)
    bank = load_bank(spoken_language(request))
    await asyncio.to_thread(morphemes.forget)
    plan = await write_plan(
        request,
        redacted,
        matrix,
        bank,
        llm(),
        on_progress=lambda done, total, text: on_progress(1 + done, 1 + total, text),
    )
    return _noted(plan, notes), matrix


def _redacted(documents: Sequence[Document]) -> list[Document]:
    return [redact_document(document) for document in documents]


def _comparable(documents: Sequence[Document]) -> bool:
    """Is there something asked for and something to show?"""
    kinds = {document.kind for document in documents}
    return "posting" in kinds and bool(kinds & {"resume", "cover_letter"})


def _noted(plan: InterviewPlan, notes: tuple[str, ...]) -> InterviewPlan:
    return replace(plan, notes=(*plan.notes, *notes)) if notes else plan
