"""What the interviewer says besides questions: `<language>.toml`, each key a list of variants."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import get_args

from interview.shapes import Language

FOLDER = Path(__file__).parent


class LinesError(LookupError):
    """There is no such line, or it could not be filled. The message says which and why."""


@cache
def load_lines(language: Language) -> Mapping[str, tuple[str, ...]]:
    """Key to variants, as the file has them. Raises LinesError."""
    if language not in get_args(Language):
        raise LinesError(f"There are no lines for {language!r}; there are: {', '.join(get_args(Language))}.")
    path = FOLDER / f"{language}.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LinesError(f"{path.name}: {error}") from error
    for key, variants in content.items():
        if not isinstance(variants, list) or not variants or not all(isinstance(text, str) for text in variants):
            raise LinesError(f"{path.name}: {key} has to be a list of texts.")
    return {key: tuple(variants) for key, variants in content.items()}


def pick(language: Language, key: str, n: int, /, **fields: object) -> str:
    """Variant `n` (counted round) with its {fields} filled; fields it does not use are ignored. Raises LinesError."""
    lines = load_lines(language)
    if key not in lines:
        raise LinesError(f"There is no line called {key!r}; there are: {', '.join(lines)}.")
    variants = lines[key]
    try:
        return variants[n % len(variants)].format_map(fields)
    except KeyError as error:
        raise LinesError(f"The line {key!r} needs the field {error}.") from error
