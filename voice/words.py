"""Words of a hypothesis with their place in the microphone stream, and how two hypotheses are compared.

Whisper gives word *tokens*: pieces that carry a leading space where a new word starts, and none where a word goes on
("면접", "관입니다." or " state", "-of", "-the", "-art"). A unit of agreement is what stands between two spaces
(in Korean the eojeol), because only that is what a reader would call the same word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.ports import MIC_RATE_HZ, Transcription, Word

SPACELESS = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
"""Languages written without spaces: each of Whisper's tokens is a unit, and units are joined with nothing between."""

SENTENCE_END = (".", "?", "!", "。", "？", "！")
_SAME_PLACE = round(0.35 * MIC_RATE_HZ)
_CLOSING = "\"'”’»)]}』」》〉"


@dataclass(frozen=True, slots=True)
class TimedWord:
    """One word as heard. Positions are absolute samples of the microphone stream (16 kHz)."""

    text: str
    start_sample: int
    end_sample: int
    probability: float

    @property
    def middle(self) -> int:
        return (self.start_sample + self.end_sample) // 2

    @property
    def ends_sentence(self) -> bool:
        return self.text.rstrip(_CLOSING).endswith(SENTENCE_END)


def normalise(text: str) -> str:
    """What stays the same when Whisper changes its mind about case and punctuation only."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def join(words: Sequence[TimedWord], language: str | None) -> str:
    return ("" if language in SPACELESS else " ").join(word.text for word in words)


def common_prefix(one: Sequence[TimedWord], other: Sequence[TimedWord]) -> int:
    """How many words both begin with, in about the same places: of a word said twice, each pass may miss another."""
    count = 0
    for mine, yours in zip(one, other, strict=False):
        shift = min(abs(mine.start_sample - yours.start_sample), abs(mine.end_sample - yours.end_sample))
        if normalise(mine.text) != normalise(yours.text) or shift > _SAME_PLACE:
            break
        count += 1
    return count


def timed_words(heard: Transcription, start_sample: int, end_sample: int, language: str | None) -> list[TimedWord]:
    """The transcription's words as units, placed in the stream and never outside the window."""
    units: list[TimedWord] = []
    for word, fresh in zip(heard.words, _starts_unit(heard, language), strict=True):
        start = min(max(start_sample + round(word.start_s * MIC_RATE_HZ), start_sample), end_sample)
        end = min(max(start_sample + round(word.end_s * MIC_RATE_HZ), start), end_sample)
        text = word.text.strip()
        if units and not (fresh and normalise(text)):  # the word goes on, or a lone dash or stop follows it
            gap = " " if fresh and text and language not in SPACELESS else ""
            units[-1] = replace(
                units[-1],
                text=units[-1].text + gap + text,
                end_sample=max(units[-1].end_sample, end if normalise(text) else units[-1].end_sample),
                probability=min(units[-1].probability, word.probability),
            )
        elif normalise(text):
            units.append(TimedWord(text, start, end, word.probability))
    return units


def _starts_unit(heard: Transcription, language: str | None) -> list[bool]:
    """For each token, whether a new word starts there. The text decides: engines differ in where they keep spaces."""
    if language in SPACELESS:
        return [True] * len(heard.words)
    starts: list[bool] = []
    cursor = 0
    for word in heard.words:
        text = word.text.strip()
        found = heard.text.find(text, cursor) if text else -1
        skipped = heard.text[cursor:found] if found >= 0 else None
        if skipped is not None and not skipped.strip():
            starts.append(_spaced(word) or bool(skipped) or cursor == 0)
            cursor = found + len(text)
        else:  # words and text do not tell the same: the token's own space decides
            starts.append(_spaced(word))
    return starts


def _spaced(word: Word) -> bool:
    return word.text[:1].isspace()
