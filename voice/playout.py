"""Playout: which of the samples sent were heard, and which words that was. Pure; counts output samples."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

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


@dataclass(slots=True)
class _Fragment:
    text: str
    start: int
    end: int
    frames: list[float] = field(default_factory=list)
    """The loudest sample of each 10 ms; empty where the sound was not given."""
    whole: bool = False
    """Nothing more of it will be sent."""


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
        if audio is not None and len(audio):
            peaks = np.maximum.reduceat(np.abs(audio), np.arange(0, len(audio), _FRAME))
            fragment.frames.extend(peaks.tolist())
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
            parts.append(self._heard_part(fragment, played))
            if fragment.end > played:
                break
        return _join(part for part in parts if part)

    def saying(self, first: int, last: int) -> str:
        """The words that sound between two output samples, those at the edges included: what an echo may consist of."""
        words: list[str] = []
        for fragment in self._fragments:
            if fragment.start < last and fragment.end > first:
                for word, begin, end in self._placed(fragment):
                    if begin < last and end > first:
                        words.append(word.group())
        return " ".join(words)

    def _heard_part(self, fragment: _Fragment, played: int) -> str:
        if fragment.end <= fragment.start or played <= fragment.start:
            return ""
        heard = 0
        for word, begin, end in self._placed(fragment):
            if (begin + end) / 2 > played:
                break
            heard = word.end()
        return fragment.text[:heard].rstrip()

    def _placed(self, fragment: _Fragment) -> list[tuple[re.Match[str], float, float]]:
        """Its words, each with the output samples where it begins and ends."""
        words = list(_WORD.finditer(fragment.text))
        if not words:
            return []
        pieces = _speech(fragment)
        weights = [weight(word.group()) for word in words]
        weights[-1] += DRAWN_OUT
        edges = _edges(pieces, [word.group() for word in words], weights)
        return [(word, begin, end) for word, (begin, end) in zip(words, edges, strict=True)]


def _speech(fragment: _Fragment) -> list[tuple[int, int]]:
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


def _edges(pieces: list[tuple[int, int]], words: list[str], weights: list[float]) -> list[tuple[float, float]]:
    """Where each word begins and ends.

    Words behind a stop or a comma begin a stretch of speech, if there is one about where they are expected; between
    these anchors a word takes its share by weight of what is spoken there, pauses left out.
    """
    spoken = [0.0]
    for begin, end in pieces:
        spoken.append(spoken[-1] + end - begin)
    total = sum(weights)
    at = [0.0]
    for share in weights:
        at.append(at[-1] + share / total * spoken[-1])
    anchors = [(0, 0.0)]  # (words before, speech before)
    for index, word in enumerate(words[:-1], 1):
        if not word.rstrip("\"'”’)]").endswith(_MARKS):
            continue
        near = [s for s in spoken[1:-1] if s > anchors[-1][1] and abs(s - at[index]) <= _MARK_NEAR * spoken[-1]]
        if near:
            anchors.append((index, min(near, key=lambda s: abs(s - at[index]))))
    anchors.append((len(words), spoken[-1]))
    edges: list[tuple[float, float]] = []
    for (first, from_), (last, to) in pairwise(anchors):
        scale = (to - from_) / max(at[last] - at[first], 1e-9)
        for index in range(first, last):
            left, right = (from_ + scale * (at[i] - at[first]) for i in (index, index + 1))
            edges.append((_sample(left, pieces, spoken, after=True), _sample(right, pieces, spoken, after=False)))
    return edges


def _sample(spoken_before: float, pieces: list[tuple[int, int]], spoken: list[float], *, after: bool) -> float:
    """The sample before which so much was spoken; at a pause, the one `after` it or before it."""
    for (begin, _), before, behind in zip(pieces, spoken, spoken[1:], strict=False):
        if spoken_before < behind - 1e-6 or (not after and spoken_before <= behind + 1e-6):
            return begin + spoken_before - before
    return float(pieces[-1][1])


def _join(parts: Iterable[str]) -> str:
    return " ".join(part.strip() for part in parts)
