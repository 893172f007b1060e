"""What the engines on PyTorch share: few threads, no network, no progress bars. Imported in a worker only."""

from __future__ import annotations

import logging
import os
from typing import Any

from models.ports import EngineUnavailable

OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


def prepare_torch(threads: int, title: str) -> Any:
    """Import torch for inference on `threads` threads and forbid its libraries the network.

    Raises EngineUnavailable when torch is not installed.
    """
    os.environ.update(OFFLINE)
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        import torch
    except ImportError as error:
        raise EngineUnavailable(f"{title} needs PyTorch, which is not installed: {error}.") from error
    for name in ("transformers", "sentence_transformers"):
        logging.getLogger(name).setLevel(logging.ERROR)
    torch.set_num_threads(max(1, threads))
    return torch


def batches(texts: tuple[str, ...], size: int) -> list[tuple[str, ...]]:
    """Consecutive groups of at most `size`."""
    return [texts[start : start + size] for start in range(0, len(texts), size)]
