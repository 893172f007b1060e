"""Simulated recognisers over a known sequence of words: what Whisper does to a window, without Whisper."""

from __future__ import annotations

import random
from dataclasses import dataclass

from models.ports import MIC_RATE_HZ, Transcription, Word
from voice.transcript import WindowPlan
from voice.words import normalise

_EN = "so we had to move the whole billing service to a new database and I was the one who planned it"
_KO = "저는 결제 서비스를 새 데이터베이스로 옮기는 일을 맡았고 그때 팀과 함께 계획을 아주 꼼꼼하게 세웠습니다"
ENGLISH = tuple(_EN.split())
KOREAN = tuple(_KO.split())


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word really said. Seconds since the stream began."""

    text: str
    start_s: float
    end_s: float


def speech(rng: random.Random, seconds: float, vocabulary: tuple[str, ...], first_s: float = 0.5) -> list[Spoken]:
    """Somebody talking: 0.15..0.5 s a word, repeated words, short gaps, now and then a pause or a sentence's end."""
    said: list[Spoken] = []
    at = first_s
    while at < seconds - 1:
        text = said[-1].text.rstrip(".,") if said and rng.random() < 0.05 else rng.choice(vocabulary)
        length = rng.uniform(0.15, 0.5)
        gap = rng.uniform(0.0, 0.12)
        if rng.random() < 0.07:
            text, gap = text + ".", rng.uniform(0.2, 1.5)
        elif rng.random() < 0.05:
            gap = rng.uniform(0.3, 2.0)
        said.append(Spoken(text, at, at + length))
        at += length + gap
    return said


class Recogniser:
    """Hears every word that lies in the window, and of a cut word garbage or nothing.

    `jitter_s` moves the inner edges of the words, `slips` is the share of words that one pass (never two running)
    mishears, though none that is said twice running (hearing one of two is no error that a later pass reveals);
    case and stops are changed at will. A pass marked `last` makes no slips: that is what is expected of it.
    """

    def __init__(self, said: list[Spoken], seed: int, *, jitter_s: float = 0.0, slips: float = 0.0) -> None:
        self.said = said
        self.rng = random.Random(seed)
        self.jitter_s = jitter_s
        self.slips = slips
        self.decoded_s = 0.0
        self.longest_s = 0.0
        self._slipped: set[int] = set()

    def decode(self, plan: WindowPlan, *, last: bool = False) -> Transcription:
        start, end = plan.start_sample / MIC_RATE_HZ, plan.end_sample / MIC_RATE_HZ
        self.decoded_s += end - start
        self.longest_s = max(self.longest_s, end - start)
        words: list[Word] = []
        slipped: set[int] = set()
        for index, word in enumerate(self.said):
            if word.end_s <= start or word.start_s >= end:
                continue
            text: str | None = self._text(word)
            overlap = min(word.end_s, end) - max(word.start_s, start)
            if overlap < 0.7 * (word.end_s - word.start_s):
                text = None if overlap < 0.08 else self.rng.choice([None, f"uh{self.rng.randrange(10**6)}"])
                if not self.slips and word.start_s < start:
                    text = None
            elif not last and self._may_slip(index) and self.rng.random() < self.slips:
                slipped.add(index)
                text = self.rng.choice([None, f"slip{self.rng.randrange(10**6)}"])
            if text is not None:
                words.append(Word(" " + text, self._near(word.start_s) - start, self._near(word.end_s) - start, 0.9))
        self._slipped = slipped
        return heard(words)

    def _may_slip(self, index: int) -> bool:
        near = [normalise(word.text) for word in self.said[max(0, index - 1) : index + 2]]
        return index not in self._slipped and len(set(near)) == len(near)

    def _text(self, word: Spoken) -> str:
        if not self.slips:
            return word.text
        plain = word.text.rstrip(".,")
        return self.rng.choice([word.text, plain, plain + ",", plain.capitalize(), word.text.upper()])

    def _near(self, at_s: float) -> float:
        return at_s + self.rng.uniform(-self.jitter_s, self.jitter_s)


def heard(words: list[Word], text: str | None = None, language: str = "en") -> Transcription:
    whole = "".join(word.text for word in words).strip() if text is None else text
    return Transcription(whole, tuple(words), language, 0.01, -0.2, 1.4)
