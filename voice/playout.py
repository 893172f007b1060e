"""Playout: which of the samples sent were heard, and which words that was. Pure; counts output samples."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

import numpy as np

from models.ports import Pcm
from voice.spoken_length import DRAWN_OUT, weight

_WORD = re.compile(r"\S+")
_FRAME = 240
"""10 ms at 24 kHz."""
_QUIET = 0.03
"""Of a fragment's loudest frame (-30 dB): nothing is being said."""
_PAUSE_FRAMES = 10
"""Quiet of 100 ms between two words is a pause; the closure of a stop takes less."""
_MARKS = (",", ".", "?", "!", ";", ":", "…", "—", "–", "。", "、")
_MARK_NEAR = 0.2
"""Share of the fragment's speech by which a pause may miss the mark it belongs to."""

_Stretches = list[tuple[int, int]]


@dataclass(slots=True)
class _Fragment:
    text: str
    start: int
    end: int
    frames: list[float] = field(default_factory=list)
    """The loudest sample of each 10 ms; empty where the sound was not given."""
    rest: Pcm = field(default_factory=lambda: np.zeros(0, np.float32))
    whole: bool = False
    """Nothing more of it will be sent."""

    def take(self, audio: Pcm) -> None:
        pending = np.concatenate((self.rest, np.abs(audio)))
        whole = len(pending) // _FRAME * _FRAME
        self.frames.extend(pending[:whole].reshape(-1, _FRAME).max(axis=1).tolist())
        self.rest = pending[whole:]


class PlayoutLedger:
    """One per response. Fragments are opened in order and grow as their audio is sent."""

    def __init__(self) -> None:
        self._fragments: list[_Fragment] = []
        self.sent = 0
        self.played = 0
        self.closed = False

    def open_fragment(self, text: str) -> None:
        if self._fragments:
            self._fragments[-1].whole = True
        self._fragments.append(_Fragment(text, self.sent, self.sent))

    def extend(self, samples: int, audio: Pcm | None = None) -> int:
        """`samples` more of the newest fragment are being sent; returns the position of the first of them.

        `audio` are these samples: with them the pauses in the speech are known, and words are placed between them.
        """
        first = self.sent
        self.sent += samples
        fragment = self._fragments[-1]
        fragment.end = self.sent
        if audio is not None:
            fragment.take(audio)
        return first

    def close(self) -> None:
        """Nothing more will be sent."""
        self.closed = True
        if self._fragments:
            self._fragments[-1].whole = True

    def report(self, played: int) -> None:
        """The player says how much it has played in all. Late and impossible reports cannot move it back or beyond."""
        self.played = max(self.played, min(played, self.sent))

    @property
    def played_out(self) -> bool:
        return self.closed and self.played >= self.sent

    def text(self) -> str:
        """All that was sent."""
        return _join(fragment.text for fragment in self._fragments if fragment.end > fragment.start)

    def heard(self, played: int | None = None) -> str:
        """The text up to the last word of which at least half was played (`played`: as reported, or as given).

        The voices used give no word times: words are placed by how long they take to say (`spoken_length`), between
        the pauses of the sound.
        """
        played = self.played if played is None else played
        parts: list[str] = []
        for fragment in self._fragments:
            if fragment.end <= played and fragment.end > fragment.start and fragment.whole:
                parts.append(fragment.text)
                continue
            parts.append(_heard_part(fragment, played))
            if fragment.end > played:
                break
        return _join(part for part in parts if part)

    def saying(self, first: int, last: int) -> str:
        """The words that sound between two output samples, those at the edges included: what an echo may consist of."""
        words: list[str] = []
        for fragment in self._fragments:
            if fragment.start < last and fragment.end > first:
                speech = _speech(fragment)
                begin, end = _spoken(speech, first), _spoken(speech, last)
                words += [
                    word.group() for word, left, right in _placed(fragment, speech) if left < end and right > begin
                ]
        return " ".join(words)


def _heard_part(fragment: _Fragment, played: int) -> str:
    if fragment.end <= fragment.start or played <= fragment.start:
        return ""
    speech = _speech(fragment)
    spoken = _spoken(speech, played)
    heard = 0
    for word, left, right in _placed(fragment, speech):
        if (left + right) / 2 > spoken:
            break
        heard = word.end()
    return fragment.text[:heard].rstrip()


def _placed(fragment: _Fragment, speech: _Stretches) -> list[tuple[re.Match[str], float, float]]:
    """Its words, each with how much of the fragment's speech comes before it and up to its end, in samples."""
    words = list(_WORD.finditer(fragment.text))
    if not words:
        return []
    weights = [weight(word.group()) for word in words]
    weights[-1] += DRAWN_OUT
    edges = _edges(speech, [word.group() for word in words], weights)
    return [(word, left, right) for word, (left, right) in zip(words, pairwise(edges), strict=True)]


def _speech(fragment: _Fragment) -> _Stretches:
    """The stretches in which something is said, in samples of the response; at least one."""
    loudest = max(fragment.frames, default=0.0)
    if not loudest:
        return [(fragment.start, fragment.end)]
    stretches: list[tuple[int, int]] = []
    for number, level in enumerate(fragment.frames):
        if level < _QUIET * loudest:
            continue
        if stretches and number - stretches[-1][1] < _PAUSE_FRAMES:
            stretches[-1] = (stretches[-1][0], number + 1)
        else:
            stretches.append((number, number + 1))
    return [
        (fragment.start + begin * _FRAME, min(fragment.start + end * _FRAME, fragment.end)) for begin, end in stretches
    ]


def _spoken(speech: _Stretches, sample: int) -> int:
    """How much of the speech has sounded at a sample of the response; pauses count nothing."""
    return sum(min(max(sample - begin, 0), end - begin) for begin, end in speech)


def _edges(speech: _Stretches, words: list[str], weights: list[float]) -> list[float]:
    """The speech before each word, and behind the last.

    Words behind a stop or a comma begin a stretch of speech, if there is one about where they are expected; between
    these anchors a word takes its share by weight of what is spoken there.
    """
    ends = list(accumulate(end - begin for begin, end in speech))
    total = sum(weights)
    expected = [0.0, *(weight / total * ends[-1] for weight in accumulate(weights))]
    anchors = [(0, 0.0)]  # (words before, speech before)
    for index, word in enumerate(words[:-1], 1):
        if not word.rstrip("\"'”’)]").endswith(_MARKS):
            continue
        misses = [(abs(end - expected[index]), end) for end in ends[:-1] if end > anchors[-1][1]]
        if misses and min(misses)[0] <= _MARK_NEAR * ends[-1]:
            anchors.append((index, float(min(misses)[1])))
    anchors.append((len(words), float(ends[-1])))
    edges = [0.0]
    for (first, begin), (last, end) in pairwise(anchors):
        scale = (end - begin) / max(expected[last] - expected[first], 1e-9)
        edges += [begin + scale * (expected[index] - expected[first]) for index in range(first + 1, last + 1)]
    return edges


def _join(parts: Iterable[str]) -> str:
    return " ".join(part.strip() for part in parts)
