"""The asynchronous side of ports.Embedder: a handle that joins the embedding model's worker with its device's lease."""

from __future__ import annotations

from collections.abc import Sequence

from models.arbiter import Arbiter
from models.artifacts import ANY_LANGUAGE
from models.embedding_ports import NO_CONTEXT, EmbedRequest, TextEmbedding
from models.leased_call import LeasedCall
from models.ports import CallContext, EngineError, Priority
from models.worker import Worker

STEP_S = 0.1
"""Longer than a batch of short texts takes and short enough that a live conversation does not notice the wait."""


class EmbedderHandle:
    """ports.Embedder. Made by `Runtime.embedder()`; it must not be used after that block has ended."""

    def __init__(
        self, worker: Worker, arbiter: Arbiter | None, *, name: str, dimension: int, languages: tuple[str, ...]
    ) -> None:
        self.worker = worker
        self._arbiter = arbiter
        self._name, self._dimension, self._languages = name, dimension, languages

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimension(self) -> int:
        return self._dimension

    @property
    def languages(self) -> tuple[str, ...]:
        return self._languages

    async def embed(
        self,
        texts: Sequence[str],
        *,
        context: CallContext = NO_CONTEXT,
        priority: Priority = Priority.BACKGROUND,
    ) -> list[TextEmbedding]:
        """One for every text, in their order. When cancelled, returns once nothing computes."""
        if not texts:
            return []
        found: list[TextEmbedding] = []
        done = False
        request = EmbedRequest(tuple(texts), context)
        async with LeasedCall(self.worker, self._arbiter, "embed", request, priority=priority, context=context) as call:
            while not done:
                items, done = await call.step(STEP_S)
                found += [item for item in items if isinstance(item, TextEmbedding)]
        if len(found) != len(texts):
            raise EngineError(f"{self.worker.title} read {len(found)} of {len(texts)} texts.")
        return found


def knows(languages: Sequence[str], language: str) -> bool:
    """Was a model of these languages trained for this one?"""
    return ANY_LANGUAGE in languages or language.partition("-")[0].lower() in languages
