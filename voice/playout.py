"""Playout: which of the samples sent were heard, and which words that was. Pure; counts output samples."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"\S+\s*")


@dataclass(slots=True)
class _Fragment:
    text: str
    start: int
    end: int


class PlayoutLedger:
    """One per response. Fragments are opened in order and grow as their audio is sent."""

    def __init__(self) -> None:
        self._fragments: list[_Fragment] = []
        self.sent = 0
        self.played = 0
        self.closed = False

    def open_fragment(self, text: str) -> None:
        self._fragments.append(_Fragment(text, self.sent, self.sent))

    def extend(self, samples: int) -> int:
        """`samples` more of the newest fragment are being sent; returns the position of the first of them."""
        first = self.sent
        self.sent += samples
        self._fragments[-1].end = self.sent
        return first

    def close(self) -> None:
        """Nothing more will be sent."""
        self.closed = True

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

        Inside a fragment words are placed in proportion to their letters: the voices used give no word times, and
        over one fragment (a clause) the error is about a word.
        """
        played = self.played if played is None else played
        parts: list[str] = []
        for fragment in self._fragments:
            if fragment.end <= played and fragment.end > fragment.start:
                parts.append(fragment.text)
            else:
                parts.append(_heard_part(fragment, played))
                break
        return _join(part for part in parts if part)


def _heard_part(fragment: _Fragment, played: int) -> str:
    span = fragment.end - fragment.start
    if span <= 0 or played <= fragment.start:
        return ""
    letters_heard = (played - fragment.start) / span * len(fragment.text)
    heard = ""
    for match in _WORD.finditer(fragment.text):
        if (match.start() + match.end()) / 2 > letters_heard:
            break
        heard = fragment.text[: match.end()]
    return heard.rstrip()


def _join(parts: Iterable[str]) -> str:
    return " ".join(part.strip() for part in parts)
