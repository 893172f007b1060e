"""The GGUF header reader: real files, made files, damaged files."""

from __future__ import annotations

import contextlib
import ctypes
import re
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.gguf import GgufError, Skipped, llm_shape, read_gguf
from models.shapes import KvType


def text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def entry(key: str, value: Any) -> bytes:
    match value:
        case bool():
            return text(key) + struct.pack("<I?", 7, value)
        case int():
            return text(key) + struct.pack("<II", 4, value)
        case float():
            return text(key) + struct.pack("<If", 6, value)
        case str():
            return text(key) + struct.pack("<I", 8) + text(value)
        case [str(), *_]:
            return text(key) + struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(text, value))
        case list():
            return text(key) + struct.pack("<IIQ", 9, 4, len(value)) + struct.pack(f"<{len(value)}I", *value)
    raise AssertionError(value)


def tensor(name: str, *shape: int, kind: int = 12) -> bytes:
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, 0)


def gguf(metadata: dict[str, Any], tensors: list[bytes], version: int = 3) -> bytes:
    head = struct.pack("<4sIQQ", b"GGUF", version, len(tensors), len(metadata))
    return head + b"".join(entry(key, value) for key, value in metadata.items()) + b"".join(tensors)


METADATA: dict[str, Any] = {
    "general.architecture": "llama",
    "llama.block_count": 2,
    "llama.context_length": 8192,
    "llama.embedding_length": 512,
    "llama.feed_forward_length": 1024,
    "llama.attention.head_count": 8,
    "llama.attention.head_count_kv": 2,
    "llama.attention.scale": 0.5,
    "general.quantized": True,
    "tokenizer.ggml.tokens": [f"token {number}" for number in range(3000)],
    "tokenizer.ggml.token_type": list(range(3000)),
}
TENSORS = [
    tensor("token_embd.weight", 512, 3000, kind=12),
    tensor("blk.0.ffn_down.weight", 1024, 512, kind=14),
    tensor("blk.1.ffn_down.weight", 1024, 512, kind=12),
    tensor("output_norm.weight", 512, kind=0),
    tensor("output.weight", 512, 3000, kind=14),
]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "made.gguf"
    path.write_bytes(gguf(METADATA, TENSORS))
    return path


def test_metadata_and_sizes(made: Path) -> None:
    header = read_gguf(made)
    assert header.architecture == "llama"
    assert header.value("context_length") == 8192
    assert header.metadata["general.quantized"] is True
    assert header.metadata["tokenizer.ggml.tokens"] == Skipped(3000), "the vocabulary is stepped over"
    assert header.metadata["tokenizer.ggml.token_type"] == Skipped(3000)
    assert [item.size for item in header.tensors] == [864_000, 430_080, 294_912, 2048, 1_260_000]


def test_shape_of_a_language_model(made: Path) -> None:
    shape = llm_shape(read_gguf(made), "made")
    assert shape.layer_bytes == (430_080, 294_912)
    assert shape.kv_values == (256, 256), "2 KV heads of 512/8 = 64 values, K and V"
    assert (shape.input_bytes, shape.output_bytes) == (864_000, 1_262_048)
    assert (shape.vocabulary, shape.feed_forward_length, shape.trained_context) == (3000, 1024, 8192)
    assert shape.largest_tensor_bytes == 430_080
    assert not shape.tied_output
    assert shape.kv_bytes_per_token(KvType.F16) == 1024


def test_heads_by_block_explicit_lengths_and_a_tied_output(tmp_path: Path) -> None:
    metadata = METADATA | {
        "llama.attention.head_count_kv": [2, 0],
        "llama.feed_forward_length": [1024, 2048],
        "llama.attention.key_length": 48,
        "llama.attention.value_length": 32,
    }
    path = tmp_path / "odd.gguf"
    path.write_bytes(gguf(metadata, TENSORS[:-1]))
    shape = llm_shape(read_gguf(path), "odd")
    assert shape.kv_values == (160, 0), "a block without attention caches nothing"
    assert shape.feed_forward_length == 2048
    assert shape.tied_output
    assert shape.output_bytes == 864_000 + 2048
    assert not shape.q8_kv, "48 values are no whole block of 32"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"GGML" + bytes(100), "not a GGUF file"),
        (gguf(METADATA, TENSORS, version=1), "version 1"),
        (gguf(METADATA, TENSORS)[:-30], "incomplete"),
        (gguf(METADATA, TENSORS)[:200], "incomplete"),
        (gguf(METADATA, [tensor("x", 32, kind=99)]), "unknown type 99"),
        (struct.pack("<4sIQQ", b"GGUF", 3, 0, 1) + text("k") + struct.pack("<I", 77), "unknown type 77"),
    ],
)
def test_damage_is_told_in_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "damaged.gguf"
    path.write_bytes(content)
    with pytest.raises(GgufError, match=words) as caught:
        read_gguf(path)
    assert str(caught.value).startswith("damaged.gguf")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(GgufError, match="cannot be opened"):
        read_gguf(tmp_path / "none.gguf")


def test_a_gguf_that_is_no_language_model(tmp_path: Path) -> None:
    path = tmp_path / "other.gguf"
    path.write_bytes(gguf({"general.architecture": "clip"}, []))
    with pytest.raises(GgufError, match="not a language model"):
        llm_shape(read_gguf(path), "other")


@given(st.data())
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = gguf(METADATA, TENSORS)
    damaged = bytearray(whole[: data.draw(st.integers(4, len(whole)))])
    for position in data.draw(st.lists(st.integers(4, len(damaged)).map(lambda p: p - 1), max_size=5)):
        damaged[position] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "fuzzed.gguf"
    path.write_bytes(bytes(damaged))
    with contextlib.suppress(GgufError):
        llm_shape(read_gguf(path), "fuzzed")


@pytest.mark.real
@pytest.mark.parametrize("model", ["smollm2-135m-instruct", "qwen2.5-coder-0.5b-instruct"])
def test_real_header_accounts_for_every_byte(weights: Path, model: str) -> None:
    header = read_gguf(weights / model / "model.gguf")
    assert header.data_offset + sum(item.size for item in header.tensors) == header.file_bytes
    shape = llm_shape(header, model)
    assert shape.file_bytes == sum(item.size for item in header.tensors)


@pytest.mark.real
@pytest.mark.parametrize("kv", [KvType.F16, KvType.Q8_0])
def test_kv_and_compute_bytes_are_what_llama_cpp_allocates(weights: Path, kv: KvType) -> None:
    """llama.cpp's own log is the witness; it rounds to hundredths of a MiB."""
    import llama_cpp

    path = weights / "smollm2-135m-instruct" / "model.gguf"
    lines: list[str] = []

    @llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
    def keep(_level: int, line: bytes, _data: ctypes.c_void_p) -> None:
        lines.append(line.decode("utf-8", "replace"))

    silent = llama_cpp.llama_log_callback(lambda *_: None)
    kind = llama_cpp.GGML_TYPE_F16 if kv is KvType.F16 else llama_cpp.GGML_TYPE_Q8_0
    llama_cpp.Llama(str(path), n_ctx=256, n_batch=8, verbose=False).close()  # the first one resets the log callback
    llama_cpp.llama_log_set(keep, ctypes.c_void_p(0))
    try:
        llama_cpp.Llama(
            str(path), n_ctx=1000, n_batch=512, flash_attn=True, type_k=kind, type_v=kind, verbose=True
        ).close()
    finally:
        llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
        _KEPT_ALIVE.append(silent)
    shape = llm_shape(read_gguf(path), "smollm2")
    assert shape.host_kv(0, 1000, kv) / 2**20 == pytest.approx(_logged(lines, "KV buffer size"), abs=0.01)
    estimate = shape.compute_bytes(1000, 512) / 2**20
    allocated = _logged(lines, "compute buffer size")
    assert allocated <= estimate <= allocated * 1.25


_KEPT_ALIVE: list[Any] = []
"""llama.cpp keeps calling the last callback it was given; it must outlive the test."""


def _logged(lines: list[str], what: str) -> float:
    found = [float(match[1]) for line in lines if (match := re.search(rf"{what} *= *([\d.]+) MiB", line))]
    assert found, f"llama.cpp logged no {what}"
    return sum(found)
