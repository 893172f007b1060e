"""Read a GGUF file's header: its metadata and the sizes of its tensors, without touching the weights.

Why not the `gguf` package: its reader turns every vocabulary entry into numpy objects. Measured on two cores, opening
took it 1.8 s for SmolLM2-135M (49 thousand tokens), 7.7 s for Llama-3's vocabulary and 19 s for Gemma's; this reader
steps over them in 0.01, 0.03 and 0.07 s. The format is in docs/gguf.md of the ggml project; versions 2 and 3.
"""

from __future__ import annotations

import math
import mmap
import re
import struct
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.shapes import LlmShape

MAGIC = b"GGUF"
LONGEST_ARRAY_KEPT = 1024
"""Longer arrays (the vocabulary) are skipped and stand in the metadata as a `Skipped`."""

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9

BLOCKS = {  # ggml type id: (values a block, bytes a block), from ggml.h's enum and ggml-common.h's structs
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2),
    34: (256, 54), 35: (256, 66), 39: (32, 17), 40: (64, 36),
    41: (128, 18), 42: (64, 18),
}  # fmt: skip

_BLOCK_NAME = re.compile(r"blk\.(\d+)\.")


class GgufError(ValueError):
    """The file is not a GGUF that can be read; the message is one sentence with the file's name."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """An array that was stepped over: only its length is known."""

    length: int


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """Name, shape (innermost first, as ggml stores it), ggml type id and bytes of one tensor."""

    name: str
    shape: tuple[int, ...]
    type_id: int
    size: int


@dataclass(frozen=True, slots=True)
class GgufHeader:
    version: int
    metadata: Mapping[str, Any]
    tensors: tuple[TensorInfo, ...]
    file_bytes: int
    data_offset: int = 0
    """Where the weights begin: the header's end, rounded up to the alignment."""

    @property
    def architecture(self) -> str:
        return str(self.metadata.get("general.architecture", ""))

    def value(self, key: str, default: Any = None) -> Any:
        """An entry of the architecture's own: `block_count` for `llama.block_count`."""
        return self.metadata.get(f"{self.architecture}.{key}", default)


class _Cursor:
    """Walks the header. Every read is checked against the file's end by struct or by hand."""

    def __init__(self, data: mmap.mmap, name: str) -> None:
        self.data, self.name, self.at = data, name, 0

    def number(self, code: str) -> Any:
        value = struct.unpack_from("<" + code, self.data, self.at)[0]
        self.at += struct.calcsize("<" + code)
        return value

    def text(self) -> str:
        length = self.number("Q")
        end = self.at + length
        if end > len(self.data):
            raise GgufError(f"{self.name} ends in the middle of its header: the download is incomplete.")
        raw = self.data[self.at : end]
        self.at = end
        return raw.decode("utf-8", errors="replace")

    def skip_texts(self, count: int) -> None:
        data, at, unpack = self.data, self.at, struct.Struct("<Q").unpack_from
        for _ in range(count):
            at += 8 + unpack(data, at)[0]
        self.at = at

    def value(self, kind: int) -> Any:
        if kind == _STRING:
            return self.text()
        if kind == _ARRAY:
            return self.array()
        if kind not in _SCALARS:
            raise GgufError(f"{self.name} holds a value of the unknown type {kind}.")
        return self.number(_SCALARS[kind])

    def array(self) -> Any:
        kind, count = self.number("I"), self.number("Q")
        if count > LONGEST_ARRAY_KEPT:
            if kind == _STRING:
                self.skip_texts(count)
            elif kind in _SCALARS:
                self.at += count * struct.calcsize("<" + _SCALARS[kind])
            else:
                raise GgufError(f"{self.name} holds {count} nested arrays, which no model does.")
            return Skipped(count)
        return tuple(self.value(kind) for _ in range(count))


def read_gguf(path: Path) -> GgufHeader:
    """Read the header of `path`. Raises GgufError with a sentence, also for a file that cannot be opened."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _read(_Cursor(data, path.name))
    except OSError as error:
        raise GgufError(f"{path.name} cannot be opened: {error.strerror or error}.") from error
    except ValueError as error:  # mmap of an empty file
        if isinstance(error, GgufError):
            raise
        raise GgufError(f"{path.name} is empty.") from error
    except (struct.error, IndexError, OverflowError) as error:
        raise GgufError(f"{path.name} ends in the middle of its header: the download is incomplete.") from error


def _read(cursor: _Cursor) -> GgufHeader:
    if cursor.data[:4] != MAGIC:
        raise GgufError(f"{cursor.name} is not a GGUF file.")
    cursor.at = 4
    version = cursor.number("I")
    if version not in (2, 3):
        raise GgufError(f"{cursor.name} is a GGUF of version {version}; versions 2 and 3 can be read.")
    tensor_count, entry_count = cursor.number("Q"), cursor.number("Q")
    metadata: dict[str, Any] = {}
    for _ in range(entry_count):
        key = cursor.text()
        metadata[key] = cursor.value(cursor.number("I"))
    tensors = tuple(_tensor(cursor) for _ in range(tensor_count))
    alignment = int(metadata.get("general.alignment", 32))
    offset = -(-cursor.at // alignment) * alignment
    return GgufHeader(version, metadata, tensors, len(cursor.data), offset)


def _tensor(cursor: _Cursor) -> TensorInfo:
    name = cursor.text()
    shape = tuple(int(cursor.number("Q")) for _ in range(cursor.number("I")))
    type_id = cursor.number("I")
    cursor.number("Q")  # where its data begins, counted from the end of the header: not needed for sizes
    if type_id not in BLOCKS:
        raise GgufError(f"{cursor.name}: the tensor {name} has the unknown type {type_id}.")
    values, size = BLOCKS[type_id]
    return TensorInfo(name, shape, type_id, math.prod(shape) // values * size)


def llm_shape(header: GgufHeader, name: str) -> LlmShape:
    """What placement needs of a language model. Raises GgufError where the metadata lacks it."""
    blocks = int(header.value("block_count", 0))
    embedding = int(header.value("embedding_length", 0))
    if not blocks or not embedding or not header.tensors:
        raise GgufError(f"{name} is not a language model: its GGUF header names no blocks.")
    by_block: defaultdict[int, int] = defaultdict(int)
    for tensor in header.tensors:
        if found := _BLOCK_NAME.match(tensor.name):
            by_block[int(found[1])] += tensor.size
    sizes = {tensor.name: tensor.size for tensor in header.tensors}
    token_embedding = sizes.get("token_embd.weight", 0)
    tied = "output.weight" not in sizes
    norms = sum(size for tensor, size in sizes.items() if tensor.startswith("output_norm"))
    output = norms + (token_embedding if tied else sizes["output.weight"])
    key, value = _head_lengths(header, embedding)
    return LlmShape(
        name=name,
        layer_bytes=tuple(by_block[index] for index in range(blocks)),
        kv_values=tuple(heads * (key + value) for heads in _per_block(header, "attention.head_count_kv", blocks)),
        input_bytes=token_embedding + (norms if tied else 0),
        output_bytes=output,
        embedding_length=embedding,
        feed_forward_length=max(_per_block(header, "feed_forward_length", blocks)),
        vocabulary=_vocabulary(header),
        trained_context=int(header.value("context_length", 0)),
        largest_tensor_bytes=max((t.size for t in header.tensors if _BLOCK_NAME.match(t.name)), default=0),
        tied_output=tied,
        q8_kv=key % 32 == 0 and value % 32 == 0,
    )


def _per_block(header: GgufHeader, key: str, blocks: int) -> tuple[int, ...]:
    """One number a block; a GGUF gives one for all, or an array. Without KV heads, every head has its own."""
    found = header.value(key)
    if found is None and key == "attention.head_count_kv":
        found = header.value("attention.head_count")
    if isinstance(found, tuple):
        return tuple(int(number) for number in found)[:blocks]
    return (int(found or 0),) * blocks


def _head_lengths(header: GgufHeader, embedding: int) -> tuple[int, int]:
    heads = max(_per_block(header, "attention.head_count", 1)) or 1
    usual = embedding // heads
    key, value = header.value("attention.key_length", usual), header.value("attention.value_length", usual)
    return int(key), int(value)


def _vocabulary(header: GgufHeader) -> int:
    """The embedding's own row count: the header's `vocab_size` can be the tokenizer's, without padding rows."""
    rows = next((tensor.shape[-1] for tensor in header.tensors if tensor.name == "token_embd.weight"), 0)
    return int(rows or header.value("vocab_size", 0))
