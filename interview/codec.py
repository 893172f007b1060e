"""Shapes to JSON and back, checked: pydantic reads the dataclasses' own annotations."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(shape: type[Any]) -> TypeAdapter[Any]:
    if shape not in _adapters:
        _adapters[shape] = TypeAdapter(shape)
    return _adapters[shape]


def to_json(value: Any) -> str:
    """Compact JSON of a shape, Korean as it is."""
    return _adapter(type(value)).dump_json(value).decode("utf-8")


def to_plain(value: Any) -> Any:
    """Lists, dicts, strings and numbers: what a JSON response is made of."""
    return _adapter(type(value)).dump_python(value, mode="json")


def from_json(shape: type[T], text: str | bytes) -> T:
    """Raises pydantic.ValidationError (a ValueError) where the text is not such a shape."""
    value: T = _adapter(shape).validate_json(text)
    return value


def from_plain(shape: type[T], value: Any) -> T:
    """Raises pydantic.ValidationError (a ValueError) where the value is not such a shape."""
    made: T = _adapter(shape).validate_python(value)
    return made
