"""A document's line, whatever its language: cleaned, a list or not, its names; and the phrase made of it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Form = Literal["noun", "person", "deed", "quote"]

LONGEST = {"ko": 48, "en": 90}
"""Letters of a phrase: what a listener keeps in mind until the question itself comes."""

_MARK = re.compile(r"^(?:[\s#*\-•·◆▶○●■□※]+|\d{1,2}[.)]\s+)")
_BRACKETS = re.compile(r"\s*[(\[（【][^)\]）】]*[)\]）】]")
_ARROW = re.compile(r"[-=]+>|⇒")
_MARKDOWN = re.compile(r"[*_`#>|]+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """`form`: a noun phrase, whom they look for, a deed ("you led ..."), or words that only fit between quotes."""

    text: str
    form: Form


def words(listed: str) -> frozenset[str]:
    """A word list, written as one reads it."""
    return frozenset(listed.split())


def clean(line: str) -> str:
    """The line without bullet, brackets and markdown, on one line, without its full stop."""
    text = _BRACKETS.sub("", _MARK.sub("", _ARROW.sub("→", line)))
    return re.sub(r"\s+", " ", _MARKDOWN.sub("", text)).strip(" .;,:·-–—")


def is_korean(text: str) -> bool:
    return re.search(r"[가-힣]", text) is not None


LIST = re.compile(r"^[^:：]{1,14}[:：]\s+(?=\S)")


def is_list(text: str) -> bool:
    """A labelled list of skills ("Data: MySQL, Redis"): it says what, not what was done."""
    return LIST.match(text) is not None and "→" not in text


def terms(text: str) -> tuple[str, ...]:
    """Names in Latin letters (Kubernetes, ISMS-P, A/B): what can be said in an interview in the other language."""
    found = re.findall(r"(?<![A-Za-z])[A-Z][A-Za-z0-9+#]*(?:[-/.][A-Z][A-Za-z0-9]*)*(?:\s[A-Z][A-Za-z0-9+#]+)*", text)
    return tuple(dict.fromkeys(term for term in found if len(term) > 1))
