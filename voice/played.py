"""Played: which part of a reply is sounding, as far as that is known here. Pure; numpy only.

What is known comes late: the player reports every 100 ms or so, and the report takes its time. What is done to the
player is ours, and known at once: sound that is sent, a hold, going on. A *stretch* is sound that is played without a
break; within one, what the microphone hears of the player stays equally far behind it. Everything is counted at 8 kHz,
with the treble raised so that the spectrum is flat: else any two vowels are alike.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from models.ports import Pcm

RATE_HZ = 8_000
FROM_OUTPUT = 3
"""24 kHz to 8 kHz."""
FROM_MIC = 2
"""16 kHz to 8 kHz."""

MOST_DELAY_MS = 500
"""From a sample's report to its echo in the microphone: player, room, microphone, two transports."""
EARLY_MS = 100
"""Reports come late and unevenly: an echo may seem to come before its sound."""

COMPARED = 1024
"""128 ms of the microphone are compared: long enough that other speech hardly ever correlates."""
EARLY = RATE_HZ * EARLY_MS // 1000
SPAN = RATE_HZ * (MOST_DELAY_MS + EARLY_MS) // 1000
_PAST = 2 * RATE_HZ
"""Kept behind what is compared: a player that stood still by itself turns out to be that far back."""
_LATE_REPORT = RATE_HZ * 60 // 1000
"""Reports are late by so much and more now and then; every report, after the player stood still by itself."""
_SILENT_AFTER = RATE_HZ
"""Without a report for so long, nothing is being played. A client that stands still is silent for half of it."""
_SCALE = 16_384

Floats = npt.NDArray[np.float32]


class Sounding(NamedTuple):
    """All of the reply that the newest microphone samples may echo: `SPAN + COMPARED` samples, zeros where none."""

    audio: Floats
    start: int
    """Position in the reply of the first."""


class Played:
    """One per session. Output positions count the samples of one reply at 24 kHz, microphone positions those of the
    session at 16 kHz. Holds what was sent and not yet played (16 kB a second), and some 3 s of the past."""

    def __init__(self) -> None:
        self.stretch = 0
        """Counts the stretches of the session."""
        self.reset()

    def reset(self) -> None:
        """The reply is over or flushed: nothing is being played."""
        self._filter = Decimator(FROM_OUTPUT)
        self._sent: npt.NDArray[np.int16] = np.zeros(0, np.int16)
        self._sent_start = 0
        self._ahead: int | None = None
        """The player's position less the microphone's."""
        self._ahead_before: int | None = None
        self._assumed = False
        self._reported = self._reported_at = 0
        self._from, self._to = 0, -1
        self.stretch += 1

    @property
    def held_samples(self) -> int:
        """Samples of the reply that are kept, two bytes each."""
        return len(self._sent)

    def sent(self, pcm: Pcm, first_output_sample: int, now_mic_sample: int) -> None:
        """More of the reply, in order. Position 0 begins another reply."""
        if first_output_sample == 0:
            self.reset()
        now, end = now_mic_sample // FROM_MIC, self._sent_start + len(self._sent)
        if self._ahead is None or (self._to < 0 and self._position(now) >= end):
            self._go_on(end, now)  # the player had nothing: this cannot be played earlier than now
        fresh = np.rint(self._filter.process(pcm) * _SCALE).astype(np.int16)
        self._sent = np.concatenate((self._sent, fresh))

    def reported(self, played_output_samples: int, now_mic_sample: int) -> None:
        """The player has played so much of the reply, as was known at microphone sample `now_mic_sample`."""
        played, now = played_output_samples // FROM_OUTPUT, now_mic_sample // FROM_MIC
        moved, self._reported = played > self._reported, max(played, self._reported)
        if self._to >= 0 or not moved:
            return
        ahead, known, before = played - now, self._ahead, self._ahead_before
        self._ahead_before, self._reported_at = ahead, now
        if known is None or self._assumed:
            self._ahead, self._assumed = ahead, False
        elif ahead > known:  # the least delayed report is nearest to the truth, unless it overtook the microphone
            overtook = ahead - known > _LATE_REPORT
            self._ahead = max(known, min(ahead, before if before is not None else known)) if overtook else ahead
        elif known - ahead > _LATE_REPORT and before is not None and known - before > _LATE_REPORT:
            self._ahead = ahead  # two far behind: it stood still
            self.stretch += 1

    def held(self, now_mic_sample: int) -> None:
        """The player is told to hold: it will, within `EARLY_MS`."""
        now = now_mic_sample // FROM_MIC
        if self._ahead is not None and self._to < 0:
            self._to, self._reported_at = self._position(now) + EARLY, now

    def resumed(self, now_mic_sample: int) -> None:
        """The player is told to go on from where it held."""
        if self._to >= 0:
            self._go_on(min(self._reported or self._to, self._to), now_mic_sample // FROM_MIC)

    def sounding(self, now_mic_sample: int, place: int | None = None) -> Sounding | None:
        """None: nothing is being played. `place`: where the echo was found, in the reply less the microphone; whatever
        the reports say, that is within what sounds."""
        now = now_mic_sample // FROM_MIC
        if self._ahead is None or not len(self._sent) or now - self._reported_at > _SILENT_AFTER:
            return None
        end = self._position(now) + EARLY
        if place is not None:
            end = min(max(end, place + now), place + now + SPAN)
        start = end - SPAN - COMPARED
        self._drop(start - _PAST)
        audio = np.zeros(SPAN + COMPARED, np.float32)
        last = self._sent_start + len(self._sent)
        first, last = max(start, self._sent_start, self._from), min(end, last, self._to if self._to >= 0 else last)
        if first < last:
            piece = self._sent[first - self._sent_start : last - self._sent_start]
            audio[first - start : last - start] = piece.astype(np.float32) / _SCALE
        return Sounding(audio, start)

    def _position(self, now: int) -> int:
        assert self._ahead is not None
        return self._ahead + min(now, self._reported_at + _SILENT_AFTER)

    def _go_on(self, position: int, now: int) -> None:
        self._from, self._to = position, -1
        self._ahead, self._ahead_before, self._assumed = position - now, None, True
        self._reported_at = now
        self.stretch += 1

    def _drop(self, before: int) -> None:
        count = min(before - self._sent_start, len(self._sent))
        if count > 0:
            self._sent = self._sent[count:]
            self._sent_start += count


class Decimator:
    """Every `factor`-th sample after a low-pass and a pre-emphasis, with no seam between the pieces."""

    def __init__(self, factor: int) -> None:
        taps = np.arange(-8 * factor, 8 * factor + 1)
        low_pass = np.sinc(taps * 0.9 / factor) * np.hamming(len(taps))
        low_pass /= low_pass.sum()
        emphasis = np.zeros(factor + 1)
        emphasis[0], emphasis[-1] = 1.0, -0.9
        self._kernel = np.convolve(low_pass, emphasis).astype(np.float32)
        self._factor = factor
        self._rest = np.zeros(len(self._kernel) - 1, np.float32)

    def process(self, audio: Pcm) -> Floats:
        pending = np.concatenate((self._rest, audio))
        whole = (len(pending) - len(self._kernel) + 1) // self._factor * self._factor
        if whole <= 0:
            self._rest = pending
            return np.zeros(0, np.float32)
        self._rest = pending[whole:]
        filtered = np.convolve(pending[: whole + len(self._kernel) - 1], self._kernel, "valid")
        return np.asarray(filtered[:: self._factor], dtype=np.float32)
