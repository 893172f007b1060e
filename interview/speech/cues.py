"""What an answer's words give away, per language: patterns of STAR elements, vagueness, figures, I and we. Pure.

The patterns are data (`speech/cues.<language>.toml`): Korean ones are stems with optional spaces, English ones whole
words. A match is evidence, not proof: an element counts as said when any of its patterns matches.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from interview.shapes import STAR, Language, StarElement

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Cues:
    """`number` finds claims in figures; one counts as a result's where it is a `measure` (percent, twice) or stands
    beside a `change` verb, and `baseline` shows that it is compared with something. `first` and `plural` are I and we.
    `denial` says that there was no such experience.
    `hollow` are words too general to be referred to, or to count as overlap."""

    star: dict[StarElement, re.Pattern[str]]
    vague: re.Pattern[str]
    number: re.Pattern[str]
    measure: re.Pattern[str]
    change: re.Pattern[str]
    baseline: re.Pattern[str]
    first: re.Pattern[str]
    plural: re.Pattern[str]
    denial: re.Pattern[str]
    hollow: frozenset[str]


def load(name: str, language: Language) -> dict[str, Any]:
    """A data file of this folder. Raises OSError or tomllib.TOMLDecodeError: the installation is broken."""
    return tomllib.loads((FOLDER / f"{name}.{language}.toml").read_text(encoding="utf-8"))


def matcher(data: dict[str, Any], lists: Sequence[str]) -> Callable[[list[str]], re.Pattern[str]]:
    """Makes one pattern of many. "{deeds}" in them stands for any word of the list of that name in `data`, in which
    "_" stands for a space. Raises re.error: the data is broken."""
    words = {name: "|".join(word.replace("_", " ") for word in data.get(name, "").split()) for name in lists}

    def any_of(patterns: list[str]) -> re.Pattern[str]:
        text = "|".join(f"(?:{pattern})" for pattern in patterns)
        for name, listed in words.items():
            text = text.replace(f"{{{name}}}", listed)
        return re.compile(text, re.IGNORECASE)

    return any_of


@cache
def cues(language: Language) -> Cues:
    data = load("cues", language)
    any_of = matcher(data, _WORD_LISTS)
    return Cues(
        star={element: any_of(data["star"][element]) for element in STAR},
        hollow=frozenset(data["hollow"].split()),
        **{name: any_of(data[name]) for name in _PATTERN_LISTS},
    )


_WORD_LISTS = ("deeds", "numerals")
_PATTERN_LISTS = ("vague", "number", "measure", "change", "baseline", "first", "plural", "denial")
