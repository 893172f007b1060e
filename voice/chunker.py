"""A token stream as fragments that a voice can speak: a fast first one, then whole sentences where there is time.

The first fragment ends with the first phrase that can stand alone (of 50 replies as small models gave them, the median
one after 7 tokens in English and 12 in Korean, where waiting for a clause took 9 and 19). What follows is cut at
sentence ends, because a voice needs the whole sentence for its melody; only a sentence so long that sound would run out
before it is written (see Pace.growth) is cut again. Fragments joined by a space are `speakable(text)`: every speakable
word once, in order, however the stream was cut into tokens.
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
        self._said = 0
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
        in_time = goes_on and self._said > 0
        self._begin()
        self._said = self._pace.longest if in_time else 0
        return fragments

    def _add(self, word: SpokenWord) -> list[str]:
        before = self._before(word)
        self._words.append(word.text)
        boundary = boundary_after(word, self._sentence_start)
        self._sentence_start = boundary is Boundary.SENTENCE
        if self._ends_fragment(word, boundary):
            return before + self._cut(len(self._words))
        if boundary is not Boundary.NONE:
            self._clause_end = len(self._words)
        if sum(map(_width, self._words)) + len(self._words) <= self._pace.longest:
            return before
        early = self._weight(self._clause_end) >= self._pace.shortest
        return before + self._cut(self._clause_end if early else len(self._words))

    def _before(self, word: SpokenWord) -> list[str]:
        """A phrase begins with this word: that may be the place to cut."""
        if word.text.casefold() not in rules.PHRASE_STARTERS or not self._words or _is_light(self._words[-1]):
            return []
        return self._cut(len(self._words)) if self._long_enough_for_a_phrase() else []

    def _ends_fragment(self, word: SpokenWord, boundary: Boundary) -> bool:
        pace, weight, begun = self._pace, self._weight(len(self._words)), self._said > 0
        if boundary is Boundary.SENTENCE:
            return weight >= (pace.shortest if begun else pace.first)
        if boundary is Boundary.CLAUSE:
            return weight >= (max(pace.shortest, self._said) if begun else pace.clause)
        if rules.PHRASE_ENDS.search(word.text):
            return self._long_enough_for_a_phrase()
        return not begun and weight >= pace.forced + (pace.light if _is_light(word.text) else 0)

    def _long_enough_for_a_phrase(self) -> bool:
        return self._weight(len(self._words)) >= max(self._pace.phrase, self._pace.growth * self._said)

    def _weight(self, count: int) -> int:
        return sum(map(weigh, self._words[:count]))

    def _cut(self, count: int) -> list[str]:
        self._said += self._weight(count)
        fragment, self._words = " ".join(self._words[:count]), self._words[count:]
        self._clause_end = 0
        return [fragment] if fragment else []


def _is_light(word: str) -> bool:
    """A voice that stops here sounds cut off."""
    return word.casefold() in rules.LIGHT_WORDS or rules.BOUND_IN_KOREAN.search(word) is not None


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
