"""Ports of the embedding models, engine side and asynchronous side: see `models/ports.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from models.ports import CallContext, Priority

NO_CONTEXT = CallContext()


@dataclass(frozen=True, slots=True)
class TextEmbedding:
    """What one text means. `dense` is float32 (dimension,) of length 1.

    `sparse`, weights by token id, and `multi`, float32 (tokens, dimension) with rows of length 1, are there where the
    model has them (BGE-M3); how two of each compare is in `models/similarity.py`.
    """

    dense: npt.NDArray[np.float32]
    sparse: Mapping[int, float] | None = None
    multi: npt.NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class EmbedRequest:
    texts: tuple[str, ...]
    context: CallContext = NO_CONTEXT


@runtime_checkable
class EmbeddingEngine(Protocol):
    def dimension(self) -> int:
        """Length of a dense vector."""
        ...

    def embed(self, request: EmbedRequest) -> Iterator[TextEmbedding]:
        """One for every text, in their order."""
        ...


class Embedder(Protocol):
    """`languages` are those that it was trained for; "*" stands for every language that moui offers."""

    @property
    def name(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def languages(self) -> tuple[str, ...]: ...

    async def embed(
        self, texts: Sequence[str], *, context: CallContext = NO_CONTEXT, priority: Priority = Priority.BACKGROUND
    ) -> list[TextEmbedding]:
        """One for every text, in their order. Raises EngineCrashed, EngineUnavailable or EngineError."""
        ...
