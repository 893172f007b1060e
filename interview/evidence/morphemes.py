"""Words as they are indexed and searched: Korean as content morphemes, English as it is, names in one spelling.

SQLite's unicode61 keeps particles on the word ("시스템을") and trigram misses words of two syllables ("결제"), so a
Korean text goes through kiwipiepy first. Its dictionaries of common nouns and of typing errors stay out: they cost
190 MB of memory and change nothing in how résumés are cut.
"""

from __future__ import annotations

import functools
import re
import threading
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))

_HANGUL = re.compile(r"[가-힣]")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9+#]*(?:[./&'’-][A-Za-z0-9+#]+)*\+*")
_CONTENT = ("NNG", "NNP", "NR", "XR", "VV", "VA", "MAG", "SH")
_EMPTY_VERBS = frozenset(WORDS["common"]["empty_verbs"].split())

CONCEPT = "#"
"""Begins the name of a concept among the words of a text, see words.toml."""

COMMON = frozenset((WORDS["common"]["ko"] + WORDS["common"]["en"]).split())
"""Words that stand in every posting, and say nothing about what it asks for."""


def words(text: str) -> list[str]:
    """All that is indexed, in the text's order of scripts: Latin words first, then Korean morphemes. Lower case."""
    text = _one_spelling(unicodedata.normalize("NFC", text).lower())
    found = [word for match in _LATIN.finditer(text) for word in _latin(match[0].strip(".'’-/&"))]
    if _HANGUL.search(text):
        found += _morphemes(text)
    return found + [f"{CONCEPT}{concept}" for word in found for concept in _concepts(word)]


def content_words(text: str) -> list[str]:
    """What a question or requirement is about: its words but the common ones, each once."""
    return [word for word in dict.fromkeys(words(text)) if word not in COMMON]


def warm_up() -> None:
    """Load the analyser now (1-3 s, in a thread of its own choosing) rather than at the first Korean text."""
    _kiwi()


def forget() -> None:
    """Give the analyser's memory back (146 of its 316 MB, measured): only preparing an interview needs it."""
    with _LOCK:
        _kiwi.cache_clear()


def _latin(word: str) -> list[str]:
    _, canonical = _aliases()
    if word in canonical:
        return [canonical[word]]
    parts = [part for part in re.split(r"[/&'’-]|\.(?=js$|net$)", word) if part]
    if len(parts) > 1:
        return [canonical.get(part, part) for part in parts if len(part) > 1]
    return [word]


def _morphemes(text: str) -> list[str]:
    with _LOCK:
        tokens = _kiwi().tokenize(text)
    return [
        token.form
        for token in tokens
        if str(token.tag).startswith(_CONTENT) and not (token.tag[0] == "V" and token.form in _EMPTY_VERBS)
    ]


def _one_spelling(text: str) -> str:
    korean, canonical = _aliases()
    return korean.sub(lambda match: f" {canonical[match[0]]}", text)


@functools.lru_cache(maxsize=4096)
def _concepts(word: str) -> tuple[str, ...]:
    """ "Mentored" and "코칭" are both about mentoring. Public vocabulary only is remembered here: words, not texts."""
    return tuple(
        concept
        for concept, stems in WORDS["concepts"].items()
        if any(word == stem or (word.startswith(stem) and stem.isascii()) for stem in stems.split())
    )


_LOCK = threading.Lock()
"""One text at a time: what one Kiwi does with two threads at once is not documented."""


@functools.cache
def _kiwi() -> Any:
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=1, load_multi_dict=False, load_typo_dict=False)


@functools.cache
def _aliases() -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern of the spellings that are replaced in running text (Korean ones, and those with a blank), longest
    first, and for every spelling its canonical word."""
    canonical = {spelling: name for name, spellings in WORDS["aliases"].items() for spelling in spellings}
    running = sorted((s for s in canonical if _HANGUL.search(s) or " " in s), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, running))), canonical
