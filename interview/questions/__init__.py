"""The question bank: `<language>/<kind>.toml`, each a list of [[question]]. The file's name is the questions' kind."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from interview.codec import from_plain
from interview.shapes import BankQuestion, Kind, Language

FOLDER = Path(__file__).parent

KEYS = frozenset(
    {"id", "families", "difficulty", "competency", "text", "shows", "star", "points", "follow_ups"},
)
"""Of one [[question]]. `points` may be left out where `star` is true."""


class BankError(ValueError):
    """A bank's file cannot be used. The message names the file, the question and what is wrong with it."""


@cache
def load_bank(language: Language) -> tuple[BankQuestion, ...]:
    """All questions written in a language, by kind and then in the order of the file. Raises BankError."""
    if language not in get_args(Language):
        raise BankError(f"There is no question bank for {language!r}; there are: {', '.join(get_args(Language))}.")
    return read_bank(FOLDER / language, language)


def read_bank(folder: Path, language: Language) -> tuple[BankQuestion, ...]:
    """The questions of a folder's TOML files. Raises BankError, also where two questions share an id."""
    found: dict[str, BankQuestion] = {}
    for path in sorted(folder.glob("*.toml")):
        for question in _read_file(path, language):
            if question.id in found:
                raise BankError(f"{_name(path)}: the id {question.id!r} is used twice.")
            found[question.id] = question
    if not found:
        raise BankError(f"There are no questions in {folder.name}/.")
    return tuple(found.values())


def _read_file(path: Path, language: Language) -> list[BankQuestion]:
    if path.stem not in set(Kind) - {Kind.MIXED}:
        raise BankError(f"{_name(path)}: {path.stem!r} is no kind of question.")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BankError(f"{_name(path)}: {error}") from error
    entries = content.get("question", [])
    if set(content) - {"question"} or not isinstance(entries, list):
        raise BankError(f"{_name(path)}: it may hold nothing but [[question]].")
    return [_question(entry, path, number, language) for number, entry in enumerate(entries, start=1)]


def _question(entry: Mapping[str, Any], path: Path, number: int, language: Language) -> BankQuestion:
    where = f"{_name(path)}, {entry.get('id') or f'question {number}'}"
    if unknown := set(entry) - KEYS:
        raise BankError(f"{where}: unknown key {', '.join(sorted(unknown))}.")
    try:
        question = from_plain(BankQuestion, {"points": (), **entry, "kind": Kind(path.stem), "language": language})
    except ValidationError as error:
        first = error.errors()[0]
        at = ".".join(str(part) for part in first["loc"])
        raise BankError(f"{where}: {at}: {first['msg']}.") from error
    if not question.star and not question.points:
        raise BankError(f"{where}: without STAR it needs points.")
    return question


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
