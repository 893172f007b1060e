"""How long to wait in a silence before the turn is over. Pure; one `Patience` a session, because it learns.

Five opinions are weighed: how finished the voice sounds (smart-turn), how finished the words are, how probable the
language model finds an end after them, what was asked, and how long this speaker has paused before. The weights are
measured by tests/bench/bench_endpoint.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from voice.completeness import Verdict
from voice.events import TurnDetection
from voice.responder import Expected

COMPLETE = 0.5
"""The end-of-turn detector's own decision threshold (smart-turn v3)."""

SURE = 0.9
"""Whole answers get more than this (41 of 45 on the bench), but so does every second pause: it takes words as well."""

REQUEST_WORDS = 8
"""A turn of no more words that asks for time is nothing but that request."""

SHORT_WORDS = 3
"""An answer of no more words is a short one: "네.", "No, not really." """

HABIT_MARGIN = 1.15
"""The next pause may be a little longer than the longest so far."""

HABIT_FADES = 0.85
"""What is left of a habit after each turn without one."""

LONGEST_HABIT_MS = 1300.0

# Doubt where the voice sounds surely done, probably done, and not done. With 500 and 2300 ms, 0.08 is 644 ms; 0.2 is
# 860 ms, in which a reply is made on 2 CPU cores anyway; 0.38 is 1184 ms, which outlasts a pause of 1.2 s (Silero hears
# the end of a word 90 ms late); 0.72 is 1796 ms: an answer within two seconds.
_UNREAD = (0.22, 0.38, 1.0)
_BRIEF = (0.38, 0.6, 1.0)
"""A thing said alone ("Python.", "About three years.") to an ordinary question: no sentence, but an answer."""
_WHOLE = {
    Expected.SHORT: (0.05, 0.1, 0.38),
    Expected.NORMAL: (0.08, 0.2, 0.72),
    Expected.LONG: (0.2, 0.38, 0.72),
}
_FEW = (0.08, 0.2, 0.38)
"""A few whole words ("Yes, I have.") whatever was asked: no silence is as dead as the one behind them."""
_UNCLEAR = {
    Expected.SHORT: (0.1, 0.3, 0.6),
    Expected.NORMAL: (0.75, 0.85, 1.0),
    Expected.LONG: (0.75, 0.85, 1.0),
}
_BY_MODEL = (
    (0.5, (0.08, 0.2, 0.6)),
    (0.18, (0.2, 0.38, 0.72)),
    (0.08, (0.6, 0.72, 1.0)),
    (0.0, (0.85, 1.0, 1.0)),
)
"""The least probability of an end, and the doubt then. Answers of more than SHORT_WORDS, Qwen2.5-Coder 0.5B: a sentence
may end with 0.19-0.99 where it does (43 of 45) and with less than 0.13 where it does not (66 of 70); 1.5B is alike."""
_REPLY_AT_MOST = 0.38
"""Of "Yes, we can go on." the 0.5B thinks little where that was not asked ("What is your hobby?"): it waited 2.3 s."""
_IMPOSSIBLE = 0.002
""" "In my last", "조금만 생각을", "매일 아침": below it; "About three years", "파이썬": above."""
_POSSIBLE = 0.1
""" "Of course", "Not very often": above it."""
_LONG_AT_LEAST = 0.2
"""An account may always go on after a whole sentence."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one silence. None: not (yet) known.

    `audio`: the end-of-turn detector's probability that the speaker is done. `text`: what the words say, `words`: how
    many there are. `ends`: the language model's probability that a sentence ends there. `waits`: a request for time
    gets no reply of its own, so it makes moui wait even if it is all that was said.
    """

    audio: float | None = None
    text: Verdict | None = None
    words: int = 0
    expected: Expected = Expected.NORMAL
    waits: bool = True
    ends: float | None = None


class Patience:
    """One per session: weighs the evidence of a silence, and remembers how long this speaker pauses."""

    def __init__(self) -> None:
        self._habit_ms = 0.0

    def silence_ms(self, detection: TurnDetection, evidence: Evidence) -> float:
        """How long this silence has to last, in milliseconds, for the turn to be over."""
        shortest, longest = detection.silence_ms, detection.max_silence_ms
        if shortest >= longest:
            return shortest  # a client that asked for a fixed silence gets it
        if evidence.text is Verdict.SUSPENDED:
            alone = evidence.words <= REQUEST_WORDS
            return shortest if alone and not evidence.waits else max(longest, detection.suspend_ms)
        weighed = shortest + doubt(evidence) * (longest - shortest)
        if _short_answer(evidence):
            return weighed
        return min(longest, max(weighed, self._habit_ms))

    def went_on(self, paused_ms: float, evidence: Evidence) -> None:
        """The speaker paused that long, and went on. Where all had looked complete, the next such pause gets more time.

        Bounded: no habit makes moui wait longer than LONGEST_HABIT_MS after a complete answer.
        """
        if evidence.text in (Verdict.UNFINISHED, Verdict.SUSPENDED) or evidence.audio is None:
            return  # it was clear that more would come: nothing to learn
        self._habit_ms = min(LONGEST_HABIT_MS, max(self._habit_ms, paused_ms * HABIT_MARGIN))

    def ended(self) -> None:
        """A turn was over, and stayed so: what was learned fades."""
        self._habit_ms *= HABIT_FADES


def doubt(evidence: Evidence) -> float:
    """0: surely over; 1: surely not. The share of the way from the shortest silence to the longest."""
    if evidence.text is Verdict.REPLY:
        return min(_REPLY_AT_MOST, doubt(replace(evidence, text=Verdict.WHOLE)))
    if evidence.ends is not None and _model_tells(evidence):
        return _by_model(evidence, evidence.ends)
    match evidence.text:
        case None:
            return _by_audio(evidence, *_UNREAD)
        case Verdict.WHOLE:
            return 0.0 if _short_answer(evidence) else _by_audio(evidence, *_whole(evidence))
        case Verdict.UNCLEAR:
            return _by_audio(evidence, *_unclear(evidence))
        case _:
            return 1.0


def _model_tells(evidence: Evidence) -> bool:
    """It knows sentences; of a word or two ("Yes.", "Python.") the rules know more, unless nothing could end so."""
    impossible = evidence.text is Verdict.UNCLEAR and (evidence.ends or 0.0) < _IMPOSSIBLE
    return impossible or (evidence.text in (Verdict.WHOLE, Verdict.UNCLEAR) and evidence.words > SHORT_WORDS)


def _by_model(evidence: Evidence, ends: float) -> float:
    row = next(number for number, (least, _) in enumerate(_BY_MODEL) if ends >= least)
    if row and evidence.text is Verdict.UNCLEAR:
        row = min(row + 1, len(_BY_MODEL) - 1)  # the rules do not know such a sentence either
    weighed = _by_audio(evidence, *_BY_MODEL[row][1])
    return max(weighed, _LONG_AT_LEAST) if evidence.expected is Expected.LONG else weighed


def _by_audio(evidence: Evidence, sure: float, likely: float, unlikely: float) -> float:
    if evidence.audio is None:
        return unlikely
    return sure if evidence.audio >= SURE else likely if evidence.audio >= COMPLETE else unlikely


def _whole(evidence: Evidence) -> tuple[float, float, float]:
    few = 0 < evidence.words <= SHORT_WORDS and evidence.expected is not Expected.SHORT
    return _FEW if few else _WHOLE[evidence.expected]


def _unclear(evidence: Evidence) -> tuple[float, float, float]:
    if evidence.expected is Expected.SHORT and evidence.words > SHORT_WORDS:
        return _UNCLEAR[Expected.NORMAL]  # more than a word or two after all
    if evidence.words <= SHORT_WORDS and (evidence.ends or 0.0) >= _POSSIBLE:
        return _FEW
    if evidence.expected is Expected.NORMAL and 0 < evidence.words <= SHORT_WORDS:
        return _BRIEF
    return _UNCLEAR[evidence.expected]


def _short_answer(evidence: Evidence) -> bool:
    asked = evidence.expected is Expected.SHORT
    return asked and evidence.text in (Verdict.WHOLE, Verdict.REPLY) and 0 < evidence.words <= SHORT_WORDS
