"""Hesitation sounds and words: an estimate, since Whisper leaves most of them out of its transcripts. Pure.

Two ways to find them: voiced, level-pitched stretches where no word was written (what "음" and "um" are), and words of
a lexicon. "um" is always one; "그", "약간" and "like" are ordinary words too, and count only between two pauses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interview.measures.pauses import PAUSE
from interview.measures.pitch import PitchTrack
from interview.measures.shapes import Span
from interview.shapes import HeardWord
from models.ports import MIC_RATE_HZ

ALWAYS = {
    "ko": frozenset({"음", "음음", "으음", "어", "어어", "으", "엄", "흠"}),
    "en": frozenset({"um", "umm", "uhm", "uh", "uhh", "er", "erm", "hmm", "mm", "mhm", "ah"}),
}
ISOLATED = {
    "ko": frozenset({"그", "저", "뭐", "이제", "약간", "아", "막", "좀", "그니까", "그러니까"}),
    "en": frozenset({"like", "well", "so", "okay", "right", "actually", "basically"}),
}
_SHORTEST_S = 0.2
_LONGEST_S = 2.5
_LEVEL_ST = 1.5  # SD: filled pauses have a flat or slowly falling pitch (Shriberg 1994; O'Shaughnessy 1992)
_WORD_S, _SYLLABLE_S, _LETTER_S = 0.25, 0.25, 0.09
"""No word takes longer than so much, plus so much for each of its syllables or letters."""
_SLACK = round(0.06 * MIC_RATE_HZ)  # word times are that loose
_PUNCTUATION = " ,.?!…~-\"'“”"


@dataclass(frozen=True, slots=True)
class Filler:
    """`text` is the word where one was written, else empty."""

    span: Span
    text: str = ""


def find_fillers(
    words: Sequence[HeardWord], pauses: Sequence[Span], pitch: PitchTrack | None, offset: int, language: str
) -> tuple[Filler, ...]:
    """All of one answer in order. `pitch`, if any, begins at sample `offset` of the stream."""
    found = _of_lexicon(words, pauses, language)
    if pitch is not None and words:
        found += [Filler(span) for span in _wordless(words, pitch, offset)]
    return tuple(sorted(found, key=lambda filler: filler.span.start_sample))


def _of_lexicon(words: Sequence[HeardWord], pauses: Sequence[Span], language: str) -> list[Filler]:
    always, isolated = ALWAYS.get(language, ALWAYS["en"]), ISOLATED.get(language, ISOLATED["en"])
    found = []
    for index, word in enumerate(words):
        bare = word.text.strip(_PUNCTUATION).casefold()
        if bare in always or (bare in isolated and _stands_alone(words, index, pauses)):
            found.append(Filler(Span(word.start_sample, word.end_sample), word.text.strip()))
    return found


def _stands_alone(words: Sequence[HeardWord], index: int, pauses: Sequence[Span]) -> bool:
    """A pause, or the answer's edge, on both sides."""
    word = words[index]
    before = words[index - 1].end_sample if index else None
    after = words[index + 1].start_sample if index + 1 < len(words) else None
    left = before is None or word.start_sample - before > PAUSE or _near(word.start_sample, pauses)
    right = after is None or after - word.end_sample > PAUSE or _near(word.end_sample, pauses)
    return left and right


def _near(sample: int, pauses: Sequence[Span]) -> bool:
    return any(pause.start_sample - 2 * _SLACK <= sample <= pause.end_sample + 2 * _SLACK for pause in pauses)


def _wordless(words: Sequence[HeardWord], pitch: PitchTrack, offset: int) -> list[Span]:
    last = max(word.end_sample for word in words)
    spans = [_sounding(word) for word in words]
    found = []
    for stretch, spread in pitch.stretches(offset, _SHORTEST_S):
        if stretch.seconds > _LONGEST_S or spread > _LEVEL_ST or stretch.start_sample > last:
            continue
        if not any(stretch.overlaps(span, _SLACK) for span in spans):
            found.append(stretch)
    return found


def _sounding(word: HeardWord) -> Span:
    """Where the word can really be. Whisper lets a word begin where the one before ended, over pause and "음" alike."""
    letters = sum(1 for letter in word.text if letter.isalnum())
    each = _SYLLABLE_S if any("가" <= letter <= "힣" for letter in word.text) else _LETTER_S
    longest = round((_WORD_S + each * letters) * MIC_RATE_HZ)
    return Span(max(word.start_sample, word.end_sample - longest), word.end_sample)
