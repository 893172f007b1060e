"""One growing turn, decoded again and again: what is certain, what is still a guess, and where to decode next.

LocalAgreement-2 (Macháček, Dabre, Bojar 2023, "Turning Whisper into Real-Time Transcription System"): what two
consecutive hypotheses of the same audio agree on is *stable* and is never retracted; the rest is the *tail*.
The window moves on behind stable words, at a sentence end or a pause, so that a pass never costs more than its last
dozen seconds; `MAX_WINDOW_S` is never exceeded. What the window still shares with the stable text is aligned by words
and times, so that nothing is lost or said twice where the window was cut.

    plan = buffer.window(ring.end)          # what to decode now
    buffer.update(plan, transcription)      # repeatedly while the turn grows
    while (plan := buffer.window(end)).end_sample < end:   # a backlog longer than a window
        buffer.update(plan, transcription)
    buffer.finish(plan, transcription)      # the turn is over: everything becomes stable

If the last window cannot be decoded, `text` is the best that is known; if it held a hallucination, `stable` is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.ports import MIC_RATE_HZ, Transcription
from voice.alignment import already_committed
from voice.words import SPACELESS, TimedWord, agreed_prefix, join, normalise, timed_words

MAX_WINDOW_S = 28.0
"""Whisper sees 30 s; the rest is head room for the frames that arrive meanwhile."""

EDGE_S = 0.4
"""Words this close to the end of the window lack what comes after them, and two passes may agree on the same mistake
("question? please", "ask" for "asked"): they become stable one pass later."""

SETTLED_S = 6.0
"""In a shorter window nothing becomes stable: with little to go by, two passes agree on the same mistake ("sensed in"
for "since then"). It is `likely` all the same. Word errors over the same five minutes, half of them at 10 dB of noise:
one full-length pass over each 2.6 %; a session with 0 s here (and windows cut at 5 s) 3.7 %, 4 s 3.5 %, 5 s (cut at
7 s) 3.3 %, 6 s (cut at 7.5 s) 3.1 %."""

TRIM_AFTER_S = 7.5
"""From here on the window is cut at the last stable sentence end or pause: a pass stays cheap, context stays useful.
What is left to decode when the speaker stops is then 4 to 7 s, whether they spoke for 5 s or for 180."""

TRIM_ANYWHERE_S = 10.0
"""From here on it is cut at the widest gap between stable words: an answer need not have sentences."""

PAUSE_S = 0.5
CLEAR_GAP_S = 0.3
STOPPED_S = 2.0
"""A hypothesis that ends this long before its window heard silence, or gave up."""
STOPPED_AFTER_S = 9.0
"""In shorter windows the next pass simply has the chance to hear more."""

LEFT_OUT_S = 1.2
"""The same at the end of a turn, where a second look costs one short pass and a mistake costs words. Whisper's word
times are off by up to half a second."""
PROMPT_CHARACTERS = 150
HYPOTHESES = 4
"""Hypotheses that take part in the agreement, the newest included."""

LOOP_RATIO = 2.4
"""Whisper's own gate (Radford et al. 2022, 4.5): text that compresses better than this is a decoding loop."""

_AFTER_VOICE = round(0.5 * MIC_RATE_HZ)


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """What to decode next: samples [start, end), and the text that came before it."""

    start_sample: int
    end_sample: int
    prompt: str

    @property
    def seconds(self) -> float:
        return (self.end_sample - self.start_sample) / MIC_RATE_HZ


class TranscriptBuffer:
    """The transcript of one turn that starts at `start_sample`. `language` None: the one that the first pass hears."""

    def __init__(self, start_sample: int = 0, language: str | None = None, *, settled_s: float = SETTLED_S) -> None:
        self.language = language
        self._settled_s = settled_s
        self._window_start = start_sample
        self._committed: list[TimedWord] = []
        self._guess: list[TimedWord] = []
        self._older: list[list[TimedWord]] = []
        self._stable = ""
        self._likely = 0

    @property
    def stable(self) -> str:
        """Agreed text. Only ever appended to."""
        return self._stable

    @property
    def likely(self) -> str:
        """The stable text and the words behind it that two passes agree on: most often the turn's text will begin so,
        but it may be taken back. Good enough to prepare with."""
        agreed = self._guess[: self._likely]
        return self._stable + self._gap(agreed) + join(agreed, self.language)

    @property
    def tail(self) -> str:
        """The newest hypothesis after the stable text. May change with every update."""
        return join(self._guess, self.language)

    @property
    def text(self) -> str:
        """Stable text and tail as one."""
        return self._stable + self._gap(self._guess) + self.tail

    @property
    def words(self) -> tuple[TimedWord, ...]:
        """The stable words with their places in the microphone stream."""
        return tuple(self._committed)

    @property
    def window_start(self) -> int:
        """No audio before this sample is needed any more."""
        return self._window_start

    def window(self, end_sample: int) -> WindowPlan:
        """What to decode to know the turn up to `end_sample`. At most MAX_WINDOW_S: it may end earlier than asked."""
        start = self._window_start
        end = min(max(end_sample, start), start + round(MAX_WINDOW_S * MIC_RATE_HZ))
        return WindowPlan(start, end, self._prompt())

    def rest(self, end_sample: int) -> WindowPlan:
        """What lies behind the words that are agreed on, as a window of its own: for a pass that stopped early (below).
        They become stable with that, however short the window was."""
        self._commit(self._guess[: self._likely])
        self._guess, self._likely = self._guess[self._likely :], 0
        if self._committed:
            self._window_start = max(self._window_start, self._committed[-1].end_sample)
        return self.window(end_sample)

    def update(self, plan: WindowPlan, heard: Transcription, *, voiced_until: int | None = None) -> None:
        """Take in one pass over the growing turn.

        `voiced_until` is the last sample the VAD heard speech in: words that begin clearly later are Whisper filling
        a silence, and two passes over the same silence would agree on them.
        """
        full = plan.seconds >= MAX_WINDOW_S - 0.1
        if heard.compression_ratio > LOOP_RATIO and not full:
            return  # a loop is no evidence; the next, longer window will tell
        fresh = self._unheard(plan, heard, voiced_until)
        agreed = agreed_prefix(fresh, [self._guess, *self._older])
        edge = plan.end_sample - round(EDGE_S * MIC_RATE_HZ)
        while agreed and fresh[agreed - 1].end_sample > edge:
            agreed -= 1
        if agreed == len(fresh) and agreed and _stop_is_new(self._guess[agreed - 1], fresh[-1]):
            agreed -= 1  # "the." at the end of the window is most often "the" and an answer that goes on
        settled = agreed if plan.seconds >= self._settled_s else 0
        self._commit(fresh[:settled])
        self._older = [self._guess, *self._older][: HYPOTHESES - 2]
        self._guess, self._likely = fresh[settled:], agreed - settled
        self._trim(plan, full)

    def stopped_early(self, plan: WindowPlan, heard: Transcription, speech_end: int) -> bool:
        """Whether the pass ended well before the speech did (`speech_end`: the last voiced sample). If so, `update`
        with it instead of finishing, and decode another window: if `window_start` has moved (it does when all that was
        heard is stable and the window was longer than STOPPED_AFTER_S), it begins behind what is stable."""
        last = plan.start_sample + round(heard.words[-1].end_s * MIC_RATE_HZ) if heard.words else plan.start_sample
        return min(speech_end, plan.end_sample) - last >= LEFT_OUT_S * MIC_RATE_HZ

    def finish(self, plan: WindowPlan, heard: Transcription, *, voiced_until: int | None = None) -> None:
        """Take in the pass over the turn's last window: the newest hypothesis is the final word."""
        fresh = self._unheard(plan, heard, voiced_until)
        self._commit(fresh or self._trusted_guess(plan, heard))
        self._guess, self._likely = [], 0
        self._window_start = max(self._window_start, plan.end_sample)

    def _unheard(self, plan: WindowPlan, heard: Transcription, voiced_until: int | None) -> list[TimedWord]:
        """The hypothesis without the words that are stable already."""
        if self.language is None and heard.words:
            self.language = heard.language or None
        words = timed_words(heard, plan.start_sample, plan.end_sample, self.language)
        if voiced_until is not None:
            words = [word for word in words if word.start_sample <= voiced_until + _AFTER_VOICE]
        return words[already_committed(self._committed, words, plan.start_sample) :]

    def _trusted_guess(self, plan: WindowPlan, heard: Transcription) -> list[TimedWord]:
        """A last pass that hears nothing at all, where the one before heard clear words, has failed."""
        if heard.words or not self._guess:
            return []
        mean = sum(word.probability for word in self._guess) / len(self._guess)
        return self._guess if mean >= 0.6 and plan.end_sample >= self._guess[-1].end_sample else []

    def _commit(self, words: Sequence[TimedWord]) -> None:
        if words:
            self._stable += self._gap(words) + join(words, self.language)
            self._committed.extend(words)

    def _gap(self, words: Sequence[TimedWord]) -> str:
        return " " if self._stable and words and self.language not in SPACELESS else ""

    def _prompt(self) -> str:
        """The end of what lies before the window, from a word's beginning on."""
        chosen: list[TimedWord] = []
        length = 0
        for word in reversed(self._committed):
            if word.end_sample > self._window_start:
                continue
            length += len(word.text) + 1
            if length > PROMPT_CHARACTERS:
                break
            chosen.append(word)
        return join(chosen[::-1], self.language)

    # --- moving the window on --------------------------------------------------------------------------------------

    def _trim(self, plan: WindowPlan, full: bool) -> None:
        if plan.seconds <= TRIM_AFTER_S:
            return
        # Only between two stable words: a gap beside a guess may be a word that this pass has missed.
        inside = [word for word in self._committed if word.end_sample > self._window_start]
        pairs = [pair for pair in pairwise(inside) if not _alike(*pair)]
        cut = self._behind_stable(plan) or _last_boundary(pairs)
        if cut is None and plan.seconds > TRIM_ANYWHERE_S:
            cut = _widest_gap(pairs)
        if full and inside and (cut is None or cut <= self._window_start):
            cut = inside[-1].start_sample  # the best gap lies before the first word: go on with the last stable one
        if cut is not None and cut > self._window_start:
            self._window_start = cut
        elif full:
            self._trim_unagreed(plan)

    def _behind_stable(self, plan: WindowPlan) -> int | None:
        """Nothing was heard for a while behind the last stable word: go on right there. Whisper may have stopped early
        (with speech still to come it sometimes does), and what it missed it hears in a window of its own."""
        if not self._committed or self._guess or plan.seconds <= STOPPED_AFTER_S:
            return None
        end = self._committed[-1].end_sample
        return end if plan.end_sample - end >= STOPPED_S * MIC_RATE_HZ else None

    def _trim_unagreed(self, plan: WindowPlan) -> None:
        """The window is full and nothing was agreed: believe the hypothesis up to its best pause, and go on there."""
        half = plan.start_sample + (plan.end_sample - plan.start_sample) // 2
        edge = plan.end_sample - MIC_RATE_HZ  # a word at the very end may be cut in two
        pairs = list(pairwise(self._guess))
        cut = _widest_gap([pair for pair in pairs if pair[0].end_sample >= half and pair[1].start_sample <= edge])
        if cut is None:  # silence, or one endless "word": keep the last seconds, in which speech may begin
            cut = plan.end_sample - 4 * MIC_RATE_HZ
        heard = [word for word in self._guess if word.middle < cut]
        self._commit(heard)
        self._guess, self._likely = self._guess[len(heard) :], 0
        self._window_start = max(self._window_start, cut)


def _stop_is_new(before: TimedWord, now: TimedWord) -> bool:
    return now.ends_sentence and not before.ends_sentence


def _alike(word: TimedWord, following: TimedWord) -> bool:
    """ "we we we": heard again behind a cut, nobody could say which of them it is."""
    return normalise(word.text) == normalise(following.text)


def _last_boundary(pairs: Sequence[tuple[TimedWord, TimedWord]]) -> int | None:
    """Where the last sentence ended or the last pause was."""
    for word, following in reversed(pairs):
        if word.ends_sentence or following.start_sample - word.end_sample >= PAUSE_S * MIC_RATE_HZ:
            return _between(word, following)
    return None


def _widest_gap(pairs: Sequence[tuple[TimedWord, TimedWord]]) -> int | None:
    """The best place to cut where there is no boundary; the later one of equals."""
    if not pairs:
        return None
    widest = max(reversed(pairs), key=lambda pair: pair[1].start_sample - pair[0].end_sample)
    return _between(*widest)


def _between(word: TimedWord, following: TimedWord) -> int:
    """In the middle of a gap that is clearly one. Else before the stable word: it is heard again whole, as an anchor
    for the alignment, and the word after it keeps its first sound although Whisper's times are a tenth off."""
    if following.start_sample - word.end_sample >= CLEAR_GAP_S * MIC_RATE_HZ:
        return (word.end_sample + following.start_sample) // 2
    return word.start_sample
