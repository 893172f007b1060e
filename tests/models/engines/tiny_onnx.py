"""ONNX files of a few nodes, written by hand: the protobuf fields of onnx.proto that a graph needs, and no more.

Stands in for weights that cannot be fetched where the tests run; the library under test loads them like its own.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

FLOAT, INT64 = 1, 7


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*data, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _data(field: int, value: bytes | str) -> bytes:
    value = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def node(operation: str, inputs: Sequence[str], output: str, **integers: int) -> bytes:
    """A NodeProto with one output and integer attributes."""
    attributes = b"".join(
        _data(5, _data(1, name) + _number(3, value) + _number(20, 2)) for name, value in integers.items()
    )
    return b"".join(_data(1, name) for name in inputs) + _data(2, output) + _data(4, operation) + attributes


def floats(name: str, *values: float) -> bytes:
    """A one-dimensional initializer."""
    raw = struct.pack(f"<{len(values)}f", *values)
    return _number(1, len(values)) + _number(2, FLOAT) + _data(8, name) + _data(9, raw)


def integers(name: str, *values: int) -> bytes:
    raw = struct.pack(f"<{len(values)}q", *values)
    return _number(1, len(values)) + _number(2, INT64) + _data(8, name) + _data(9, raw)


def _value(name: str, kind: int, rank: int) -> bytes:
    shape = b"".join(_data(1, _data(2, f"{name}_{axis}")) for axis in range(rank))
    return _data(1, name) + _data(2, _data(1, _number(1, kind) + _data(2, shape)))


def write(
    path: Path,
    nodes: Sequence[bytes],
    *,
    inputs: dict[str, tuple[int, int]],
    output: tuple[str, int],
    initializers: Sequence[bytes] = (),
) -> None:
    """A model with the named inputs (element type, rank) and one float output (name, rank)."""
    graph = b"".join(_data(1, item) for item in nodes) + _data(2, "tiny")
    graph += b"".join(_data(5, item) for item in initializers)
    graph += b"".join(_data(11, _value(name, kind, rank)) for name, (kind, rank) in inputs.items())
    graph += _data(12, _value(output[0], FLOAT, output[1]))
    opset = _data(1, "") + _number(2, 13)
    path.write_bytes(_number(1, 8) + _data(7, graph) + _data(8, opset))
