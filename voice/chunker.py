"""A token stream as fragments that a voice can speak: a fast first one, then whole sentences.

The first fragment ends with the first clause that is long enough to hide the synthesis of the next one; what follows
is cut at sentence ends, because a voice needs the whole sentence for its melody. Fragments joined by a space are
`speakable(text)`: every speakable word once, in order, however the stream was cut into tokens.
"""

from __future__ import annotations

import enum
import unicodedata

from voice import chunker_rules as rules
from voice.cleaner import Cleaner, SpokenWord


class Boundary(enum.IntEnum):
    """What ends with a word."""

    NONE = 0
    CLAUSE = 1
    SENTENCE = 2


class Chunker:
    """For one reply after another: `flush` makes it new. `pace` None takes the language's own."""

    def __init__(self, language: str = "en", *, pace: rules.Pace | None = None) -> None:
        self._pace = pace or rules.pace_for(language)
        self._begin()

    def _begin(self) -> None:
        self._cleaner = Cleaner()
        self._words: list[str] = []
        self._first = True
        self._clause_end = 0
        self._sentence_start = True

    def feed(self, text: str) -> list[str]:
        """New text in; the fragments that became complete out."""
        return [
            fragment for character in text for word in self._cleaner.feed(character) for fragment in self._add(word)
        ]

    def flush(self, *, goes_on: bool = False) -> list[str]:
        """The reply is complete: what is left of it. `goes_on`: only a part of it is, and what follows need not hurry,
        because something is being said already."""
        fragments = [fragment for word in self._cleaner.flush() for fragment in self._add(word)]
        fragments += self._cut(len(self._words))
        hurry = self._first or not goes_on
        self._begin()
        self._first = hurry
        return fragments

    def _add(self, word: SpokenWord) -> list[str]:
        self._words.append(word.text)
        boundary = boundary_after(word, self._sentence_start)
        self._sentence_start = boundary is Boundary.SENTENCE
        if self._ends_fragment(word, boundary):
            return self._cut(len(self._words))
        if boundary is not Boundary.NONE:
            self._clause_end = len(self._words)
        if sum(map(_width, self._words)) + len(self._words) <= self._pace.longest:
            return []
        early = self._weight(self._clause_end) >= self._pace.shortest
        return self._cut(self._clause_end if early else len(self._words))

    def _ends_fragment(self, word: SpokenWord, boundary: Boundary) -> bool:
        weight = self._weight(len(self._words))
        if not self._first:
            return boundary is Boundary.SENTENCE and weight >= self._pace.shortest
        if boundary is not Boundary.NONE:
            return weight >= self._pace.first
        light = word.text.casefold() in rules.LIGHT_WORDS
        return weight >= self._pace.forced + (self._pace.light if light else 0)

    def _weight(self, count: int) -> int:
        return sum(map(weigh, self._words[:count]))

    def _cut(self, count: int) -> list[str]:
        fragment, self._words = " ".join(self._words[:count]), self._words[count:]
        self._clause_end = 0
        self._first = self._first and not fragment
        return [fragment] if fragment else []


def speakable(text: str, language: str = "en") -> str:
    """The whole text as it is spoken and shown in captions."""
    chunker = Chunker(language)
    return " ".join([*chunker.feed(text), *chunker.flush()])


def boundary_after(word: SpokenWord, starts_sentence: bool) -> Boundary:
    """What ends with this word, seen from its own letters and the first one that follows."""
    core = word.text.rstrip(rules.CLOSING)
    following = word.next_character
    if rules.LIST_NUMBER.match(word.text) and starts_sentence:
        return Boundary.NONE  # "1." numbers what follows
    if word.hard_break:
        return Boundary.SENTENCE
    if core.endswith(("…", "..")):
        return Boundary.SENTENCE if following.isupper() else Boundary.CLAUSE
    if core.endswith(rules.STOPS):
        return Boundary.SENTENCE if _stop_ends(core, following) else Boundary.NONE
    if core.endswith((*rules.CLAUSE_ENDS, " -", "--")) or rules.KOREAN_ENDING.search(core):
        return Boundary.CLAUSE
    return Boundary.NONE


def _stop_ends(core: str, following: str) -> bool:
    if core[-1] in "。？！":
        return True
    if core[-1] in "?!":
        return not following.islower()
    stem = core[:-1].lstrip(rules.OPENING).casefold()
    if stem in rules.TITLES or rules.INITIALS.fullmatch(stem):
        return False
    if stem.isdigit() and "가" <= following <= "힣":
        return len(stem) > 2  # "5. 3. 배포": a Korean date, and Korean sentences end in a predicate
    if stem in rules.BEFORE_NUMBERS or stem.isdigit():
        return not following.isdigit()
    return not following.islower()


def weigh(word: str) -> int:
    """How much speech a word is: its syllables in Hangul (and other wide letters), otherwise 4."""
    wide = sum(1 for character in word if _width(character) == 2 and character.isalnum())
    return wide or (4 if any(character.isalnum() for character in word) else 0)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
