"""How long to wait in a silence before the turn is over. Pure; one `Patience` a session, because it learns.

Four opinions are weighed: how finished the voice sounds (smart-turn), how finished the words are, what was asked, and
how long this speaker has paused before. The weights are measured by tests/bench/bench_endpoint.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from voice.completeness import Verdict
from voice.events import TurnDetection
from voice.responder import Expected

COMPLETE = 0.5
"""The end-of-turn detector's own decision threshold (smart-turn v3)."""

REQUEST_WORDS = 8
"""A turn of no more words that asks for time is nothing but that request."""

SHORT_WORDS = 3
"""An answer of no more words is a short one: "네.", "No, not really." """


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one silence. None: not (yet) known.

    `audio`: the end-of-turn detector's probability that the speaker is done. `text`: what the words say, `words`: how
    many there are. `waits`: a request for time gets no reply of its own, so it makes moui wait even if it is all that
    was said.
    """

    audio: float | None = None
    text: Verdict | None = None
    words: int = 0
    expected: Expected = Expected.NORMAL
    waits: bool = True


class Patience:
    """One per session: weighs the evidence of a silence, and remembers how long this speaker pauses."""

    # Shares of the way from the shortest to the longest silence.
    WHOLE = 0.0
    UNREAD = 0.2
    UNCLEAR = 0.5
    DOUBTED = 0.6
    UNFINISHED = 1.0

    def __init__(self) -> None:
        self._habit_ms = 0.0

    def silence_ms(self, detection: TurnDetection, evidence: Evidence) -> float:
        """How long this silence has to last, in milliseconds, for the turn to be over."""
        shortest, longest = detection.silence_ms, detection.max_silence_ms
        if shortest >= longest:
            return shortest  # a client that asked for a fixed silence gets it
        if evidence.text is Verdict.SUSPENDED:
            alone = evidence.words <= REQUEST_WORDS
            return shortest if alone and not evidence.waits else detection.suspend_ms
        doubt = self._doubt(evidence)
        return shortest + doubt * (longest - shortest)

    def _doubt(self, evidence: Evidence) -> float:
        done = evidence.audio is not None and evidence.audio >= COMPLETE
        short = evidence.text is Verdict.WHOLE and 0 < evidence.words <= SHORT_WORDS
        if short and evidence.expected is Expected.SHORT:
            return 0.0
        if evidence.text is Verdict.UNFINISHED:
            return self.UNFINISHED
        if evidence.text is None:
            return self.UNREAD if done else 1.0
        if evidence.text is Verdict.WHOLE:
            return self.WHOLE if done else self.DOUBTED
        return self.UNCLEAR if done else 1.0

    def went_on(self, paused_ms: float, evidence: Evidence) -> None:
        """The speaker paused that long inside a turn, and went on."""

    def ended(self) -> None:
        """A turn was over, and stayed so."""
