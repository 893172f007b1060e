"""A reply's pieces as fragments to be spoken: cut by the chunker, and wherever the way of saying it changes.

What is rehearsed and what is said later go through here alike, so that the same words become the same fragments.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voice.chunker import Chunker
from voice.responder import Reply, SpeechStyle


@dataclass(frozen=True, slots=True)
class Fragment:
    """What a voice says at once. `bridge`: all of it is acknowledgement (see Reply)."""

    text: str
    style: SpeechStyle
    bridge: bool = False


class Fragmenter:
    """For one reply. An acknowledgement is whole sentences, said without waiting for what it bridges; what follows it
    need not hurry, and is cut at sentence ends only."""

    def __init__(self, language: str) -> None:
        self._chunker = Chunker(language)
        self._style = SpeechStyle()
        self._bridge = False

    def feed(self, reply: Reply) -> list[Fragment]:
        """New text in; the fragments that became complete out."""
        style = reply.style or self._style
        made = self.flush() if style != self._style or reply.bridge != self._bridge else []
        self._style, self._bridge = style, reply.bridge
        made += self._made(self._chunker.feed(reply.text))
        return made + self.flush() if reply.bridge else made

    def flush(self) -> list[Fragment]:
        """The reply, or a part of it, is complete: what is left."""
        return self._made(self._chunker.flush(goes_on=self._bridge))

    def _made(self, texts: list[str]) -> list[Fragment]:
        return [Fragment(text, self._style, self._bridge) for text in texts]


def rehearsal(replies: Iterable[Reply], language: str) -> list[Fragment]:
    """What Responder.rehearse offers, as the fragments it will be cut into if it is said."""
    fragmenter = Fragmenter(language)
    return [fragment for reply in replies for fragment in (*fragmenter.feed(reply), *fragmenter.flush())]
