"""Which elements of a story an answer tells by its order, where no cue word says so. Pure.

Spoken stories rarely announce their parts: "In March our accountant fell ill. I took two evenings with the handbook.
The review found no errors." What was before somebody did something is the situation, what was so after it the result.
All of it needs a deed of the speaker's in the past: views, habits and what "we" did make no story.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from interview.shapes import Language, StarElement
from interview.speech.cues import cues, load, matcher

Span = tuple[int, int]

LEAST_WORDS = 4
"""A shorter sentence ("Yes, we did.") tells no result."""

LAST: dict[Language, int] = {"ko": 1, "en": 2}
"""Sentences at the end in which a result may stand unannounced. Korean drops "I": more of them would be deeds."""

_BOUNDARY = re.compile(r"(?<=[.?!。])(?<!\.\.)\s+|\n+|(?<=니다)\s+|(?<=[어아에예]요)\s+")
_NAMES = ("deed", "past", "opinion", "own", "setting", "need", "since")


@dataclass(frozen=True, slots=True)
class _Signs:
    """`deed`: the speaker did something. `past`: something was so. `opinion`: it is a view or a habit. `own`: the
    speaker is who it is about. `setting`: a time or place. `need`: something was wrong, wanted or due. `since`: after
    it."""

    deed: re.Pattern[str]
    past: re.Pattern[str]
    opinion: re.Pattern[str]
    own: re.Pattern[str]
    setting: re.Pattern[str]
    need: re.Pattern[str]
    since: re.Pattern[str]


@cache
def _signs(language: Language) -> _Signs:
    data = load("story", language)
    any_of = matcher(data, ("deeds", "states"))
    return _Signs(**{name: any_of(data[name]) for name in _NAMES})


def spans(text: str) -> tuple[Span, ...]:
    """The sentences' places: split at stops, line ends, and Korean endings that recognition left without a stop."""
    found: list[Span] = []
    start = 0
    for boundary in (*_BOUNDARY.finditer(text), None):
        end = boundary.start() if boundary else len(text)
        if text[start:end].strip():
            found.append((start, end))
        start = boundary.end() if boundary else end
    return tuple(found)


def told(text: str, language: Language) -> dict[StarElement, Span]:
    """The elements that the order tells, each with its sentence's place. Empty where the speaker did nothing."""
    signs, places = _signs(language), spans(text)
    said = [text[start:end] for start, end in places]
    events = [bool(signs.past.search(each)) and not signs.opinion.search(each) for each in said]
    deeds = [event and _deed(each, signs, language) for event, each in zip(events, said, strict=True)]
    if True not in deeds:
        return {}
    first = deeds.index(True)
    setting = [at for at in range(min(first + 1, 2)) if signs.setting.search(said[at])]
    before = [*setting, *(at for at in range(first) if events[at])]
    needs = [at for at in range(first + 1) if signs.need.search(said[at]) and not signs.opinion.search(said[at])]
    after = [
        at
        for at in range(first, len(said))
        if at >= len(said) - LAST[language] and _follows(said[at], signs, events[at], later=at > first)
    ]
    found: dict[StarElement, list[int]] = {
        "situation": before[:1],
        "task": needs[-1:],
        "action": [first],
        "result": after[-1:],
    }
    return {element: places[at[0]] for element, at in found.items() if at}


def _deed(sentence: str, signs: _Signs, language: Language) -> bool:
    words = cues(language)
    others = words.plural.search(sentence) and not words.first.search(sentence)
    return bool(signs.deed.search(sentence) or (words.star["action"].search(sentence) and not others))


def _follows(sentence: str, signs: _Signs, event: bool, *, later: bool) -> bool:
    """Is it what came of the deed? In the deed's own sentence only where it says that something followed."""
    if len(sentence.split()) < LEAST_WORDS or signs.opinion.search(sentence):
        return False
    return bool(signs.since.search(sentence)) or (later and event and not signs.own.search(sentence))
