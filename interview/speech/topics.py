"""A short verbatim noun phrase of an answer that is worth referring to: "재고 관리 엑셀", "capstone project". Pure.

No tagger: Korean marks its nouns by particles and English by articles and prepositions, and a phrase that is quoted
back must be right rather than found: where nothing is certain there is none. Lists: `speech/cues.<language>.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from interview.shapes import Language
from interview.speech.cues import cues, load

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
def _endings(name: str) -> re.Pattern[str]:
    """A Korean word that ends in one of the list's patterns."""
    return re.compile("(?:" + "|".join(load("cues", "ko")["topic"][name].split()) + ")$")


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
            if not mark or not _KO_NOUN.match(stem) or word in _lists("ko")["stop"]:
                continue
            phrase = [stem]
            for earlier in reversed(words[max(0, place - LONGEST_WORDS + 1) : place]):
                if not _names(earlier):
                    break
                phrase.insert(0, earlier)
            if not (_names(stem) or (len(phrase) > 1 and stem in _KO_HEADS)) or _is_person(stem):
                continue
            weight = len(phrase) * 1.0 + (1.5 if mark in _lists("ko")["object"] else 0.0) + min(len(stem), 5) * 0.1
            if re.search(r"[A-Za-z]", stem):
                weight += 0.5
            if len(phrase) > 1 or len(stem) > 2:
                yield _Found(tuple(phrase), weight, " ".join(phrase))


def _stem(word: str) -> tuple[str, str]:
    """The word and its particle; 회의 and 속도 have none, though they look so."""
    for mark in _particles():
        if (
            word.endswith(mark)
            and len(word) - len(mark) >= 2
            and not (len(mark) == 1 and _endings("nouns").search(word))
        ):
            return word[: -len(mark)], mark
    return word, ""


def _names(word: str) -> bool:
    """A noun that may stand in a phrase: 결제 (시스템을), SQL (튜닝을); no verb, adverb, number or time."""
    if not _KO_NOUN.match(word) or word[0].isdigit():
        return False
    stopped = cues("ko").hollow | _lists("ko")["stop"]
    if word in stopped or word.removesuffix("들") in stopped:
        return False
    if _endings("nouns").search(word):
        return True
    return not (_endings("no_noun").search(word) or _endings("verbal").search(word))


def _is_person(stem: str) -> bool:
    return stem.removesuffix("들") in _lists("ko")["persons"]


_EN_WORD = re.compile(r"[A-Za-z0-9$€£][\w'’+#./%\-]*[\w+#%]|[A-Za-z0-9]")
_EN_NO_NOUN = re.compile(r"(?:ly|['’]s|n['’]t|['’](?:ve|re|ll|d|m)|ful|ous|less)$")
_EN_BENT = re.compile(r"(?:ed|ing)$")
_EN_BE = frozenset(["am", "i'm", "is", "was", "are", "were", "it's", "be"])
_EN_HEDGES = frozenset(["kind", "sort", "bit"])
_YOURS = {"my": "your", "our": "your"}


def _english(line: str) -> Iterator[_Found]:
    lists = _lists("en")
    leads = lists["articles"] | lists["prepositions"] | lists["before"]
    for clause in re.split(r"[.,;:?!\n]\s", line + " "):
        words = [word.rstrip("./-%") for word in _EN_WORD.findall(clause)]
        lower = [word.lower() for word in words]
        for place in range(1, len(words)):
            lead, before = lower[place - 1], lower[place - 2] if place > 1 else ""
            # "I'm a responsible person" and "kind of slow" are nothing to come back to
            if lead not in leads or before in _EN_HEDGES or (before in _EN_BE and lead in ("a", "an")):
                continue
            phrase = _until_an_end(words[place : place + LONGEST_WORDS + 1])
            if not 1 <= len(phrase) <= LONGEST_WORDS or " ".join(phrase) not in clause:
                continue
            article = lead in lists["articles"]
            if not article and not _stands_alone(phrase, lead):
                continue
            weight = len(phrase) * 1.0 + (0.5 if article else 0.0)
            if article and before in lists["before"] | lists["prepositions"]:
                weight += 1.5
            if len(phrase) == 1 and phrase[0].lower() in lists["bare"]:
                weight -= 1.0
            if len(phrase) == 1 and not article:
                weight -= 0.5
            text = " ".join(phrase)
            reference = f"{_YOURS.get(lead, 'the')} {text}" if article else text
            yield _Found(tuple(phrase), weight, reference)


def _stands_alone(phrase: list[str], lead: str) -> bool:
    """Without an article: "slow queries", "Python", "(used) airflow", but not "(on) call" or "(with) building ..."."""
    first, last = phrase[0], phrase[-1]
    if _EN_BENT.search(first.lower()) or (len(phrase) == 1 and last.lower() in _lists("en")["bare"]):
        return False
    named = any(letter.isupper() for letter in last) or last.lower().endswith("s") or len(phrase) > 1
    return named or lead in _lists("en")["before"]


def _is_number(word: str) -> bool:
    return not word[0].isalpha() or all(part in _numerals() for part in re.split("-", word.lower()))


@cache
def _numerals() -> frozenset[str]:
    return frozenset(load("cues", "en")["numerals"].split()) | _lists("en")["numerals"]


def _until_an_end(words: list[str]) -> list[str]:
    """The words up to a verb, an adverb or a number; none where what is left is no thing."""
    phrase: list[str] = []
    for word in words:
        low = word.lower()
        if (
            low in _lists("en")["ends"]
            or (_EN_NO_NOUN.search(low) and low not in _lists("en")["ly"])
            or _is_number(word)
        ):
            break
        if phrase and low.endswith("ed"):  # the vendor (changed the format)
            break
        phrase.append(word)
    if not phrase:
        return []
    last = phrase[-1].lower()
    nothing = cues("en").hollow | _lists("en")["general"] | _lists("en")["persons"]
    return [] if last in nothing or _EN_BENT.search(last) or len(last) < 2 else phrase
