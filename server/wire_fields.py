"""Reading fields out of JSON that anybody may have written: every failure is a WireError naming the field."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

from server.wire import WireError

MAX_TEXT = 65_536
MAX_ID = 64


def parse_object(text: str) -> dict[str, Any]:
    """The JSON object in `text`. NaN and Infinity are not JSON, and nesting has an end."""
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise WireError("The event is nested too deeply.", code="invalid_json") from None
    except ValueError:
        raise WireError("The event is not valid JSON.", code="invalid_json") from None
    if not isinstance(value, dict):
        raise WireError("An event is a JSON object with a `type`.", code="invalid_json")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


class Fields:
    """One JSON object and its path, so that an error can name `session.audio.input.format.rate`."""

    def __init__(self, value: Any, path: str = "") -> None:
        if not isinstance(value, Mapping):
            raise invalid(path, f"`{path}` must be an object.")
        self._value: Mapping[str, Any] = value
        self.path = path

    def name(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        return key in self._value

    def raw(self, key: str) -> Any:
        return self._value.get(key)

    def only(self, known: Iterable[str]) -> None:
        """Refuse any field not in `known`: an ignored field is a surprise later."""
        for key in self._value:
            if key not in known:
                name = self.name(clip(str(key)))
                raise WireError(f"Unknown parameter: `{name}`.", code="unknown_parameter", param=name)

    def refuse(self, reasons: Mapping[str, str], empty: Sequence[Any] = (None, [], {})) -> None:
        """Refuse fields that OpenAI has and moui has not, unless they are empty."""
        for key, reason in reasons.items():
            if self._value.get(key) not in empty:
                raise WireError(reason, code="unsupported_parameter", param=self.name(key))

    def fields(self, key: str) -> Fields | None:
        value = self._value.get(key)
        return None if value is None else Fields(value, self.name(key))

    def required(self, key: str) -> Any:
        if self._value.get(key) is None:
            name = self.name(key)
            raise WireError(f"Missing required parameter: `{name}`.", code="missing_required_parameter", param=name)
        return self._value[key]

    def text(self, key: str, limit: int = MAX_TEXT) -> str:
        """A string that must be there."""
        return check_text(self.required(key), self.name(key), limit)

    def optional_text(self, key: str, limit: int = MAX_TEXT) -> str | None:
        value = self._value.get(key)
        return None if value is None else check_text(value, self.name(key), limit)

    def identifier(self, key: str) -> str:
        return check_identifier(self.required(key), self.name(key))

    def optional_identifier(self, key: str) -> str | None:
        value = self._value.get(key)
        return None if value is None else check_identifier(value, self.name(key))

    def integer(self, key: str, low: int, high: int) -> int:
        value = self.required(key)
        name = self.name(key)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise invalid(name, f"`{name}` must be a whole number from {low} to {high}.")
        return value

    def number(self, key: str, low: float, high: float) -> float:
        value = self.required(key)
        name = self.name(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise invalid(name, f"`{name}` must be a number from {low:g} to {high:g}.")
        if not low <= value <= high or not math.isfinite(value):
            raise invalid(name, f"`{name}` must be a number from {low:g} to {high:g}.")
        return float(value)

    def boolean(self, key: str, default: bool) -> bool:
        value = self._value.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise invalid(self.name(key), f"`{self.name(key)}` must be true or false.")
        return value

    def choice(self, key: str, choices: Sequence[str]) -> str:
        value = self.required(key)
        name = self.name(key)
        if not isinstance(value, str) or value not in choices:
            raise invalid(name, f"`{name}` must be one of {', '.join(choices)}.")
        return value

    def items(self, key: str, limit: int) -> list[Any]:
        value = self.required(key)
        name = self.name(key)
        if not isinstance(value, list) or len(value) > limit:
            raise invalid(name, f"`{name}` must be a list of at most {limit} entries.")
        return value


def invalid(param: str, message: str) -> WireError:
    return WireError(message, code="invalid_value", param=param or None)


def clip(text: str, limit: int = 80) -> str:
    """`text` as it may appear in an error: short, and encodable whatever it was."""
    return text[:limit].encode("utf-8", "replace").decode("utf-8")


def check_text(value: Any, name: str, limit: int = MAX_TEXT) -> str:
    if not isinstance(value, str):
        raise invalid(name, f"`{name}` must be a string.")
    if len(value) > limit:
        raise invalid(name, f"`{name}` is longer than {limit} characters.")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate escape is valid JSON, and breaks every tokenizer
        raise invalid(name, f"`{name}` is not valid Unicode text.") from None
    return value


def check_identifier(value: Any, name: str) -> str:
    text = check_text(value, name, MAX_ID)
    if not text or not text.isprintable() or " " in text:
        raise invalid(name, f"`{name}` must be 1 to {MAX_ID} printable characters without spaces.")
    return text
