"""Names in a requirement: tools, standards, languages; what a document either mentions or does not. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from interview.evidence.fusion import language_of
from interview.evidence.morphemes import CONCEPT, WORDS, words

_GENERIC = frozenset(WORDS["common"]["generic_names"].split())
_ALIASED = frozenset(WORDS["aliases"]) - _GENERIC
_TOKEN = re.compile(r"[A-Za-z][\w+#]*(?:[./&-][A-Za-z0-9+#]+)*\+*")
_ALTERNATIVES = re.compile(
    r"\bor\b|such as|\be\.g\.|for example|또는|혹은|등(?:의|을|과|\s|$)|이나|중\s*하나", re.IGNORECASE
)


def names(requirement: str) -> Mapping[str, str]:
    """Names as they are indexed, with the spelling they have here. In Korean a word in Latin letters is one; in English
    a word with a capital inside the sentence; in both what `words.toml` knows."""
    korean = language_of(requirement) == "ko"
    found: dict[str, str] = {}
    for token in _TOKEN.finditer(requirement):
        indexed = [word for word in words(token[0]) if not word.startswith(CONCEPT)]
        inside = token.start() > 0 and not re.search(r"[.!?:•-]\s*$", requirement[: token.start()])
        named = korean or (inside and token[0][0].isupper()) or any(letter.isupper() for letter in token[0][1:])
        for word in indexed:
            if word not in _GENERIC and (named or word in _ALIASED):
                found.setdefault(word, token[0])
    for word in words(requirement):
        if word in _ALIASED:
            found.setdefault(word, _spelt(word, requirement))
    return found


def _spelt(word: str, text: str) -> str:
    """How the text writes a word that is indexed in one spelling: "쿠버네티스" for kubernetes."""
    lowered = text.lower()
    spellings = (word, *WORDS["aliases"][word])
    return next((text[at : at + len(each)] for each in spellings if (at := lowered.find(each)) >= 0), word)


def one_is_enough(requirement: str) -> bool:
    """Does it name alternatives or examples ("such as Snowflake or BigQuery", "MySQL 등")?"""
    return _ALTERNATIVES.search(requirement) is not None
