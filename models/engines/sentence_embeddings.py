"""Dense sentence embeddings by sentence-transformers, for models such as all-MiniLM-L6-v2.

PyTorch is imported inside `load` only, which runs in a worker process of its own.
Settings: max_tokens (the model's own limit by default), batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from models.embedding_ports import EmbedRequest, TextEmbedding
from models.engines.model_files import model_directory
from models.engines.torch_session import batches, prepare_torch
from models.ports import EngineError, EngineUnavailable, Role
from models.registry import EngineOptions, EngineSpec

TITLE = "The embedding model"
BATCH = 8
"""Texts a step: small, so that the device can change hands between two (MiniLM: some 50 ms on two cores)."""


class SentenceEmbeddings:
    """An EmbeddingEngine. Vectors have length 1, so that a dot product is the cosine."""

    def __init__(self, model: Any, batch: int = BATCH) -> None:
        self._model: Any | None = model
        self._batch = batch

    def dimension(self) -> int:
        return int(self._loaded().get_embedding_dimension())

    def embed(self, request: EmbedRequest) -> Iterator[TextEmbedding]:
        model = self._loaded()
        for texts in batches(request.texts, self._batch):
            vectors = model.encode(
                list(texts), batch_size=len(texts), normalize_embeddings=True, show_progress_bar=False
            )
            for vector in np.asarray(vectors, dtype=np.float32):
                yield TextEmbedding(np.ascontiguousarray(vector))

    def warm_up(self) -> None:
        for _ in self.embed(EmbedRequest(("Ready.",))):
            pass

    def close(self) -> None:
        self._model = None

    def _loaded(self) -> Any:
        if self._model is None:
            raise EngineError(f"{TITLE} is closed.")
        return self._model


def load(options: EngineOptions) -> SentenceEmbeddings:
    """Raises EngineUnavailable."""
    directory = model_directory(options, TITLE, "config.json", "modules.json", "model.safetensors", "tokenizer.json")
    prepare_torch(options.threads, TITLE)
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EngineUnavailable(f"sentence-transformers is not installed: {error}.") from error
    try:
        model = SentenceTransformer(str(directory), device=options.device, local_files_only=True)
    except Exception as error:  # a damaged file makes torch and tokenizers raise whatever their parsers stumble over
        raise EngineUnavailable(
            f"{TITLE} in {directory} cannot be read; 'moui models verify' tells whether a file is damaged."
        ) from error
    if "max_tokens" in options.settings:
        model.max_seq_length = int(options.settings["max_tokens"])
    return SentenceEmbeddings(model, int(options.settings.get("batch", BATCH)))


SPEC = EngineSpec(name="minilm", role=Role.EMBEDDING, load=load)
