"""What an answer's words give away, per language: patterns of STAR elements, vagueness, figures, I and we. Pure.

The patterns are data (`speech/cues.<language>.toml`): Korean ones are stems with optional spaces, English ones whole
words. A match is evidence, not proof: an element counts as said when any of its patterns matches.
"""

from __future__ import annotations

import re
import tomllib
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


@cache
def cues(language: Language) -> Cues:
    data = load("cues", language)
    lists = {name: "|".join(word.replace("_", " ") for word in data.get(name, "").split()) for name in _WORD_LISTS}

    def any_of(patterns: list[str]) -> re.Pattern[str]:
        for name, words in lists.items():
            patterns = [pattern.replace(f"{{{name}}}", words) for pattern in patterns]
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)

    return Cues(
        star={element: any_of(data["star"][element]) for element in STAR},
        hollow=frozenset(data["hollow"].split()),
        **{name: any_of(data[name]) for name in _PATTERN_LISTS},
    )


_WORD_LISTS = ("deeds", "numerals")
_PATTERN_LISTS = ("vague", "number", "measure", "change", "baseline", "first", "plural", "denial")
