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
_SAME_SOUND = round(0.2 * MIC_RATE_HZ)
_NO_TIME_S = 0.015
_NO_TIME_RUN = 4
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


def agreed_prefix(fresh: Sequence[TimedWord], earlier: Sequence[Sequence[TimedWord]]) -> int:
    """How many first words of `fresh` are confirmed by earlier hypotheses (newest first).

    A word is confirmed when the newest earlier hypothesis has it, in about the same place: of a word said twice, each
    pass may miss another. Where that one has a different word in its place, an older hypothesis may confirm instead,
    because Whisper can waver between two readings ("mention", "mentioning") for as long as it is asked.
    """
    newest, older = (earlier[0], earlier[1:]) if earlier else ((), ())
    count = 0
    for mine, yours in zip(fresh, newest, strict=False):
        if not _same_place(mine, yours):
            break
        if not _same_text(mine, yours):
            another_reading = abs(mine.middle - yours.middle) <= _SAME_SOUND and not _has(newest, mine)
            if not another_reading or not any(_has(each, mine) and not _has(each, yours) for each in older):
                break  # one of the two passes has missed a word; an older one that has both says so too
        count += 1
    return count


def _has(hypothesis: Sequence[TimedWord], wanted: TimedWord) -> bool:
    return any(_same_place(wanted, word) and _same_text(wanted, word) for word in hypothesis)


def _same_place(one: TimedWord, other: TimedWord) -> bool:
    shift = min(abs(one.start_sample - other.start_sample), abs(one.end_sample - other.end_sample))
    return shift <= _SAME_PLACE


def _same_text(one: TimedWord, other: TimedWord) -> bool:
    return normalise(one.text) == normalise(other.text)


def timed_words(heard: Transcription, start_sample: int, end_sample: int, language: str | None) -> list[TimedWord]:
    """The transcription's words as units, placed in the stream and never outside the window."""
    units: list[TimedWord] = []
    invented = _invented(heard)
    for index, (word, fresh) in enumerate(zip(heard.words, _starts_unit(heard, language), strict=True)):
        if index in invented:
            continue
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


def _invented(heard: Transcription) -> set[int]:
    """Tokens in a run of `_NO_TIME_RUN` or more without any duration: no sound belongs to them. The decoder went on
    talking ("ask not what your country can do for you. Ask not what your country ...")."""
    invented: set[int] = set()
    run: list[int] = []
    for index, word in enumerate(heard.words):
        run = [*run, index] if word.end_s - word.start_s < _NO_TIME_S else []
        if len(run) >= _NO_TIME_RUN:
            invented.update(run)
    return invented


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
