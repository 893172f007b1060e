"""A short verbatim noun phrase of an answer that is worth referring to: "재고 관리 엑셀", "capstone project". Pure.

No tagger: Korean marks its nouns by particles and English by articles and prepositions, and a phrase that is quoted
back must be right rather than found: where nothing is certain there is none. Lists: `speech/cues.<language>.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from interview.cues import cues, load
from interview.shapes import Language

LONGEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Topic:
    """`text` is verbatim; `reference` is how an interviewer refers to it ("the capstone project", "your manager")."""

    text: str
    reference: str


NO_TOPIC = Topic("", "")


@dataclass(frozen=True, slots=True)
class _Found:
    words: tuple[str, ...]
    weight: float
    reference: str

    @property
    def text(self) -> str:
        return " ".join(self.words)


@cache
def _lists(language: Language) -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in load("cues", language)["topic"].items()}


@cache
def _no_noun() -> re.Pattern[str]:
    return re.compile("(?:" + "|".join(load("cues", "ko")["topic"]["no_noun"].split()) + ")$")


@cache
def _particles() -> tuple[str, ...]:
    return tuple(sorted(_lists("ko")["particles"], key=len, reverse=True))


def topic(answer: str, question: str, language: Language) -> Topic:
    """The best phrase of the answer's last line that has one (what was said last), not one of the question's own."""
    find = _korean if language == "ko" else _english
    for line in reversed([line for line in answer.splitlines() if line.strip()] or [""]):
        asked = question.lower()
        found = [one for one in find(line) if one.text.lower() not in asked]
        if found:
            best = max(found, key=lambda one: one.weight + _again(one.text, line))
            return Topic(best.text, best.reference)
    return NO_TOPIC


def _again(text: str, line: str) -> float:
    """What is said more than once matters."""
    return 0.5 * min(2, line.lower().count(text.lower()) - 1)


_KO_WORD = re.compile(r"[가-힣A-Za-z0-9+#.\-]*[가-힣A-Za-z0-9+#]")
_KO_NOUN = re.compile(r"(?=.*[가-힣A-Za-z])[가-힣A-Za-z0-9+#.\-]{2,}$")

_KO_HEADS = frozenset(["시간", "문제", "과정", "목표", "방법", "성과", "결과", "경험", "업무"])
"""Too general alone, right at the end of a compound: 고객 응대 시간."""


def _korean(line: str) -> Iterator[_Found]:
    for clause in re.split(r"[.,?!\n]", line):
        words = _KO_WORD.findall(clause)
        for place, word in enumerate(words):
            stem, mark = _stem(word)
            if not mark or not _KO_NOUN.match(stem):
                continue
            phrase = [stem]
            for earlier in reversed(words[max(0, place - LONGEST_WORDS + 1) : place]):
                if not _is_bare(earlier):
                    break
                phrase.insert(0, earlier)
            if not (_is_noun(stem) or (len(phrase) > 1 and stem in _KO_HEADS)):
                continue
            weight = len(phrase) * 1.0 + (1.5 if mark in _lists("ko")["object"] else 0.0) + min(len(stem), 5) * 0.1
            if re.search(r"[A-Za-z]", stem):
                weight += 0.5
            if len(phrase) > 1 or len(stem) > 2:
                yield _Found(tuple(phrase), weight, " ".join(phrase))


def _stem(word: str) -> tuple[str, str]:
    for mark in _particles():
        if word.endswith(mark) and len(word) - len(mark) >= 2:
            return word[: -len(mark)], mark
    return word, ""


def _is_noun(stem: str) -> bool:
    general = cues("ko").hollow
    if stem in general or stem.removesuffix("들") in general or _no_noun().search(stem):
        return False
    return bool(_KO_NOUN.match(stem)) and stem not in _lists("ko")["stop"]


def _is_bare(word: str) -> bool:
    """A noun without a particle, that may be part of a compound: 결제 (시스템을), SQL (튜닝을)."""
    if word in cues("ko").hollow or not _KO_NOUN.match(word) or word[0].isdigit():
        return False
    if word in _lists("ko")["stop"]:
        return False
    verbal = _lists("ko")["verbal"]
    return not any(word.endswith(ending) for ending in verbal) and not _no_noun().search(word)


_EN_WORD = re.compile(r"[A-Za-z][\w'+#.\-]*[\w+#]|[A-Za-z]")
_EN_NO_NOUN = re.compile(r"(ly|'s|n't)$")
_EN_BE = frozenset(["am", "i'm", "is", "was", "are", "were", "it's", "be"])
_YOURS = {"my": "your", "our": "your"}


def _english(line: str) -> Iterator[_Found]:
    lists = _lists("en")
    for clause in re.split(r"[.,;:?!\n]\s", line + " "):
        words = _EN_WORD.findall(clause)
        lower = [word.lower() for word in words]
        for place in range(1, len(words)):
            lead = lower[place - 1]
            if lead not in lists["articles"] and lead not in lists["before"]:
                continue
            if place > 1 and lower[place - 2] in _EN_BE:  # "I'm a responsible person" is no thing to come back to
                continue
            phrase = _until_an_end(words[place : place + LONGEST_WORDS + 1])
            if not 1 <= len(phrase) <= LONGEST_WORDS:
                continue
            article = lead in lists["articles"]
            weight = len(phrase) * 1.0 + (0.5 if article else 0.0)
            if article and place > 1 and lower[place - 2] in lists["before"]:
                weight += 1.5
            if len(phrase) == 1 and not article:
                weight -= 0.5
            text = " ".join(phrase)
            reference = f"{_YOURS.get(lead, 'the')} {text}" if article else text
            yield _Found(tuple(phrase), weight, reference)


def _until_an_end(words: list[str]) -> list[str]:
    phrase: list[str] = []
    for word in words:
        if word.lower() in _lists("en")["ends"] or _EN_NO_NOUN.search(word.lower()):
            break
        phrase.append(word)
    if not phrase or phrase[-1].lower() in cues("en").hollow or re.search(r"(?:ed|ing)$", phrase[-1].lower()):
        return []
    return phrase
