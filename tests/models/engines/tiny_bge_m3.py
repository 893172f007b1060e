"""A BGE-M3 in miniature, made here: XLM-RoBERTa's architecture and tokenizer, random weights, the two heads' files."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing
from transformers import XLMRobertaConfig, XLMRobertaModel

HIDDEN = 16
PIECES = ("▁kubernetes", "▁payment", "▁결제", "▁시스템", "을", "▁kafka", "s", "▁", "ing", "▁the")
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def make(folder: Path, seed: int = 7) -> Path:
    """Write the files that the catalog lists for BGE-M3."""
    folder.mkdir(parents=True, exist_ok=True)
    _tokenizer(folder)
    torch.manual_seed(seed)
    config = XLMRobertaConfig(
        vocab_size=len(SPECIAL) + len(PIECES) + 1,
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=66,
        type_vocab_size=1,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        initializer_range=0.6,
    )
    torch.save(XLMRobertaModel(config).state_dict(), folder / "pytorch_model.bin")
    (folder / "config.json").write_text(
        json.dumps(config.to_dict() | {"architectures": ["XLMRobertaModel"], "model_type": "xlm-roberta"})
    )
    torch.save(torch.nn.Linear(HIDDEN, 1).state_dict(), folder / "sparse_linear.pt")
    torch.save(torch.nn.Linear(HIDDEN, HIDDEN).state_dict(), folder / "colbert_linear.pt")
    return folder


def _tokenizer(folder: Path) -> None:
    pieces = [(piece, 0.0) for piece in SPECIAL] + [(piece, -1.0 - len(piece) * 0.01) for piece in PIECES]
    tokenizer = Tokenizer(Unigram([*pieces, ("<mask>", 0.0)], unk_id=3))
    tokenizer.pre_tokenizer = Metaspace()
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens([*SPECIAL, "<mask>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {"bos": "<s>", "eos": "</s>", "sep": "</s>", "cls": "<s>", "unk": "<unk>", "pad": "<pad>", "mask": "<mask>"}
    described = {f"{name}_token": token for name, token in names.items()}
    (folder / "tokenizer_config.json").write_text(
        json.dumps(described | {"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 64})
    )
