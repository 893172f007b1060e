"""What is polite and answers nothing: "Hello, nice to meet you", "안녕하십니까", "I am fine, thanks". Pure.

Said to a question it is no answer: nothing in it can be asked about, quoted or scored. Only an utterance that is made
of such phrases and nothing else counts (`pleasantries.<language>.toml`); a name, a word about work make it an answer.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from interview.shapes import Language
from interview.speech.cues import load


@dataclass(frozen=True, slots=True)
class _Phrases:
    """`soft` are words that may stand between the phrases, `agrees` those that begin a yes or no."""

    greeting: re.Pattern[str]
    polite: re.Pattern[str]
    soft: frozenset[str]
    agrees: frozenset[str]


@cache
def _phrases(language: Language) -> _Phrases:
    data = load("pleasantries", language)

    def any_of(patterns: list[str]) -> re.Pattern[str]:
        return re.compile(rf"(?<!\S)(?:{'|'.join(patterns)})(?!\S)")

    return _Phrases(
        any_of(data["greeting"]),
        any_of(data["polite"]),
        frozenset(data["soft"].split()),
        frozenset(data["agrees"].split()),
    )


def greeting(text: str, language: Language) -> bool:
    """A greeting, or how one is, and nothing else."""
    said, phrases = _plain(text), _phrases(language)
    without, greetings = phrases.greeting.subn(" ", said)
    return bool(greetings) and _nothing_else(phrases.polite.sub(" ", without), phrases)


def pleasantry(text: str, language: Language) -> bool:
    """A greeting, or thanks; "yes, thank you" is a yes."""
    said, phrases = _plain(text), _phrases(language)
    without, thanks = phrases.polite.subn(" ", said)
    agrees = said.partition(" ")[0] in phrases.agrees
    return greeting(text, language) or (bool(thanks) and not agrees and _nothing_else(without, phrases))


def _nothing_else(rest: str, phrases: _Phrases) -> bool:
    return all(word in phrases.soft for word in rest.split())


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).replace("’", "'")
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s']", " ", folded)).strip().lower()
