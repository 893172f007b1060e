"""BGE-M3 with all three of its representations (Chen et al. 2024, arXiv 2402.03216), as its authors compute them:

* dense: the last hidden state of the first token, normalised;
* sparse: relu of one linear unit on every token's last hidden state, for each token id its largest weight, without
  special tokens;
* multi-vector: a linear map of every token but the first (the closing token stays), normalised.

The two linear maps are the model's own files `sparse_linear.pt` and `colbert_linear.pt`. PyTorch is imported inside
`load` only, which runs in a worker process of its own. Settings: max_tokens, batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from models.embedding_ports import EmbedRequest, TextEmbedding
from models.engines.model_files import model_directory
from models.engines.torch_session import batches, prepare_torch
from models.ports import EngineError, EngineUnavailable, Role
from models.registry import EngineOptions, EngineSpec

TITLE = "The embedding model BGE-M3"
BATCH = 4
"""Texts a step: a CPU needs some 0.1 s for each, and the device can change hands between two steps."""

MAX_TOKENS = 512
"""Of the 8192 it can read: a chunk of a résumé is one experience, and memory grows with the square."""


class BgeM3:
    """An EmbeddingEngine."""

    def __init__(self, parts: Parts, batch: int = BATCH, max_tokens: int = MAX_TOKENS) -> None:
        self._parts: Parts | None = parts
        self._batch = batch
        self._max_tokens = max_tokens

    def dimension(self) -> int:
        return int(self._loaded().encoder.config.hidden_size)

    def embed(self, request: EmbedRequest) -> Iterator[TextEmbedding]:
        parts = self._loaded()
        for texts in batches(request.texts, self._batch):
            yield from parts.embed(texts, self._max_tokens)

    def warm_up(self) -> None:
        for _ in self.embed(EmbedRequest(("Ready.",))):
            pass

    def close(self) -> None:
        self._parts = None

    def _loaded(self) -> Parts:
        if self._parts is None:
            raise EngineError(f"{TITLE} is closed.")
        return self._parts


class Parts:
    """Tokenizer, encoder and the two heads, on one device."""

    def __init__(self, torch: Any, tokenizer: Any, encoder: Any, sparse_linear: Any, colbert_linear: Any) -> None:
        self.torch, self.tokenizer, self.encoder = torch, tokenizer, encoder
        self.sparse_linear, self.colbert_linear = sparse_linear, colbert_linear
        special = (tokenizer.cls_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id, tokenizer.unk_token_id)
        self.unused = frozenset(token for token in special if token is not None)

    def embed(self, texts: tuple[str, ...], max_tokens: int) -> list[TextEmbedding]:
        normalize = self.torch.nn.functional.normalize
        with self.torch.inference_mode():
            inputs = self.tokenizer(
                list(texts), padding=True, truncation=True, max_length=max_tokens, return_tensors="pt"
            ).to(self.encoder.device)
            hidden = self.encoder(
                input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]
            ).last_hidden_state.float()
            dense = normalize(hidden[:, 0], dim=-1).cpu().numpy()
            weights = self.torch.relu(self.sparse_linear(hidden)).squeeze(-1).cpu().numpy()
            multi = normalize(self.colbert_linear(hidden[:, 1:]), dim=-1).cpu().numpy()
        ids = inputs["input_ids"].cpu().numpy()
        lengths = inputs["attention_mask"].sum(dim=1).tolist()
        return [
            TextEmbedding(
                np.ascontiguousarray(dense[row], dtype=np.float32),
                self._token_weights(ids[row, :length].tolist(), weights[row, :length].tolist()),
                np.ascontiguousarray(multi[row, : length - 1], dtype=np.float32),
            )
            for row, length in enumerate(lengths)
        ]

    def _token_weights(self, ids: list[int], weights: list[float]) -> dict[int, float]:
        found: dict[int, float] = {}
        for token, weight in zip(ids, weights, strict=True):
            if token not in self.unused and weight > found.get(token, 0.0):
                found[token] = weight
        return found


def load(options: EngineOptions) -> BgeM3:
    """Raises EngineUnavailable."""
    directory = model_directory(
        options, TITLE, "config.json", "pytorch_model.bin", "tokenizer.json", "sparse_linear.pt", "colbert_linear.pt"
    )
    torch = prepare_torch(options.threads, TITLE)
    try:
        from transformers import AutoModel, AutoTokenizer
    except ImportError as error:
        raise EngineUnavailable(f"transformers is not installed: {error}.") from error
    try:
        tokenizer = AutoTokenizer.from_pretrained(str(directory), local_files_only=True)
        encoder = AutoModel.from_pretrained(str(directory), local_files_only=True, dtype=torch.float32)
        encoder = encoder.to(options.device).eval()
        size = int(encoder.config.hidden_size)
        heads = [_head(torch, directory / name, size, options.device) for name in ("sparse_linear", "colbert_linear")]
    except Exception as error:  # a damaged file makes torch and tokenizers raise whatever their parsers stumble over
        raise EngineUnavailable(
            f"{TITLE} in {directory} cannot be read; 'moui models verify' tells whether a file is damaged."
        ) from error
    settings = options.settings
    return BgeM3(
        Parts(torch, tokenizer, encoder, *heads),
        int(settings.get("batch", BATCH)),
        int(settings.get("max_tokens", MAX_TOKENS)),
    )


def _head(torch: Any, path: Path, size: int, device: str) -> Any:
    """A linear map out of a file that holds its `weight` (out, size) and `bias` (out,). Nothing in it is executed."""
    state = torch.load(path.with_suffix(".pt"), map_location="cpu", weights_only=True)
    outputs = int(state["weight"].shape[0])
    head = torch.nn.Linear(size, outputs)
    head.load_state_dict(state)
    return head.float().to(device).eval()


SPEC = EngineSpec(name="bge_m3", role=Role.EMBEDDING, load=load)
