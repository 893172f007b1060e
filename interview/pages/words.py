"""The report's words, Korean and English: templates/words.<language>.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from interview.shapes import Language

TEMPLATES = Path(__file__).parent / "templates"


class Words:
    """Looks words up by section and key. A missing one raises KeyError: the tests compare both languages' keys."""

    def __init__(self, table: Mapping[str, Any], language: Language) -> None:
        self.language: Language = language
        self._table = table

    def __call__(self, section: str, key: str, /, **fields: object) -> str:
        text: str = self._table[section][key]
        return text.format(**fields) if fields else text

    def has(self, section: str, key: str) -> bool:
        return key in self._table[section]

    def measure(self, name: str) -> tuple[str, str]:
        """Title, and what it measures."""
        row = self._table["measure"][name]
        return row["title"], row["what"]

    def page(self) -> Mapping[str, str]:
        section: Mapping[str, str] = self._table["page"]
        return section


@cache
def words(language: Language) -> Words:
    with (TEMPLATES / f"words.{language}.toml").open("rb") as file:
        return Words(tomllib.load(file), language)


def figure(value: float) -> str:
    """A number as a reader wants it: 253, 4.6, 0.42."""
    size = abs(value)
    if size >= 100 or value == round(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if size >= 1 else f"{value:.2f}"
