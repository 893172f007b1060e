"""Endpointer: VAD probabilities in, tentative / confirmed / stopped speech and endpoints out. Pure; time is samples.

Tentative versus confirmed speech follows ricky0123/vad (misfires are reported, not swallowed); the hysteresis of 0.15
between the opening and the closing threshold is Silero's own `VADIterator`. The endpoint rule joins two opinions: how
long it has been quiet, and how complete the end-of-turn detector finds what was said (`judge`).
"""

from __future__ import annotations

from dataclasses import dataclass

from models.ports import MIC_RATE_HZ, VAD_WINDOW
from voice.events import TurnDetection
from voice.speech_events import (
    EndpointReached,
    SpeechConfirmed,
    SpeechEvent,
    SpeechRejected,
    SpeechStarted,
    SpeechStopped,
)

HYSTERESIS = 0.15
START_SAMPLES = 2 * VAD_WINDOW
"""Voiced samples before speech is announced as tentative: 64 ms, so that one odd window is nothing."""

CONFIRM_SAMPLES = 4 * VAD_WINDOW
"""Speech of 128 ms opens a turn when nobody else is speaking: a short "네" or "yes" has about 150 ms of voice."""

HANGOVER_SAMPLES = 6 * VAD_WINDOW
"""Quiet of 192 ms ends a run of speech: longer than the closures inside words (Korean tense stops reach 150 ms)."""

COMPLETE = 0.5
"""The end-of-turn detector's own decision threshold (smart-turn v3)."""


def samples(milliseconds: float) -> int:
    return round(milliseconds * MIC_RATE_HZ / 1000)


@dataclass(slots=True)
class _Run:
    """Voiced windows that are not (yet) confirmed speech."""

    start: int
    last: int
    announced: bool = False


class Endpointer:
    """One per session. `push` every window in order; positions are the window's end."""

    def __init__(self, detection: TurnDetection) -> None:
        self.detection = detection
        self._run: _Run | None = None
        self._talking = False
        self._open = False
        self._last_voiced = 0
        self._completeness: float | None = None

    @property
    def tentative(self) -> bool:
        """Speech has been announced, but neither confirmed nor rejected."""
        return self._run is not None and self._run.announced

    @property
    def last_voiced(self) -> int:
        """End of the last voiced window of confirmed speech."""
        return self._last_voiced

    def awaiting_endpoint(self) -> bool:
        return self._open and not self._talking and not self.tentative

    def judge(self, completeness: float) -> None:
        """The end-of-turn detector's opinion of the silence that is going on; forgotten when speech resumes."""
        self._completeness = completeness

    def reopen(self) -> None:
        """The endpoint came too early: wait the longest for this silence."""
        self._open = True
        self._completeness = 0.0

    def reset(self) -> None:
        self._run = None
        self._talking = self._open = False
        self._completeness = None

    def push(self, probability: float, end: int, confirm_samples: int = CONFIRM_SAMPLES) -> tuple[SpeechEvent, ...]:
        """Take one window. `confirm_samples`: how long speech must last to be meant; longer while moui is speaking."""
        active = self._talking or self._run is not None
        voiced = probability >= self.detection.threshold - (HYSTERESIS if active else 0.0)
        if self._talking:
            return self._push_talking(voiced, end)
        events = self._push_voiced(end, confirm_samples) if voiced else self._push_quiet(end)
        return events + self._endpoint(end)

    def _push_talking(self, voiced: bool, end: int) -> tuple[SpeechEvent, ...]:
        if voiced:
            self._last_voiced = end
        elif end - self._last_voiced >= HANGOVER_SAMPLES:
            self._talking = False
            self._completeness = None
            return (SpeechStopped(self._last_voiced),)
        return ()

    def _push_voiced(self, end: int, confirm_samples: int) -> tuple[SpeechEvent, ...]:
        events: list[SpeechEvent] = []
        run = self._run = self._run or _Run(start=end - VAD_WINDOW, last=end)
        run.last = end
        if not run.announced and end - run.start >= START_SAMPLES:
            run.announced = True
            events.append(SpeechStarted(run.start))
        if run.announced and end - run.start >= confirm_samples:
            self._run = None
            self._talking = self._open = True
            self._last_voiced = end
            events.append(SpeechConfirmed(run.start))
        return tuple(events)

    def _push_quiet(self, end: int) -> tuple[SpeechEvent, ...]:
        run = self._run
        if run is None:
            return ()
        if not run.announced:  # one window alone: a click
            self._run = None
        elif end - run.last >= HANGOVER_SAMPLES:
            self._run = None
            return (SpeechRejected(run.last),)
        return ()

    def _endpoint(self, end: int) -> tuple[SpeechEvent, ...]:
        if not self.awaiting_endpoint():
            return ()
        waited = end - self._last_voiced
        if waited < samples(self.patience_ms()):
            return ()
        self._open = False
        return (EndpointReached(self._last_voiced, waited),)

    def patience_ms(self) -> float:
        """Silence after which the turn ends, given the opinion so far. Without an opinion: the longest."""
        if self._completeness is not None and self._completeness >= COMPLETE:
            return self.detection.silence_ms
        return self.detection.max_silence_ms
