"""Endpointer: VAD probabilities in, tentative / confirmed / stopped speech and endpoints out. Pure; time is samples.

Tentative versus confirmed speech follows ricky0123/vad (misfires are reported, not swallowed); the hysteresis of 0.15
between the opening and the closing threshold is Silero's own `VADIterator`. How long a silence
must last is decided by voice/patience.py, from what the voice (`judge`), the words (`read`), the question (`expect`)
and the speaker's habits say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.ports import MIC_RATE_HZ, VAD_WINDOW
from voice.completeness import Verdict
from voice.events import TurnDetection
from voice.patience import COMPLETE, Evidence, Patience
from voice.responder import Expected
from voice.speech_events import (
    EndpointReached,
    SpeechConfirmed,
    SpeechEvent,
    SpeechPaused,
    SpeechRejected,
    SpeechStarted,
    SpeechStopped,
)

HYSTERESIS = 0.15
START_SAMPLES = 2 * VAD_WINDOW
"""Voiced samples before speech is announced as tentative: 64 ms, so that one odd window is nothing."""

OVER_A_REPLY_SAMPLES = VAD_WINDOW
"""The same over a reply, where every 32 ms are talked over: 95 % of onsets are announced within 84 ms instead of 134,
with no more coughs, noise or typing, and 6 notes of music a minute instead of 5 (bench_barge_in, "onset")."""

CONFIRM_SAMPLES = 4 * VAD_WINDOW
"""Speech of 128 ms opens a turn when nobody else is speaking: a short "네" or "yes" has about 150 ms of voice."""

HANGOVER_SAMPLES = 6 * VAD_WINDOW
"""Quiet of 192 ms ends a run of speech: longer than the closures inside words (Korean tense stops reach 150 ms)."""

PAUSE_SAMPLES = 2 * VAD_WINDOW
"""Quiet of 64 ms may be the beginning of the end: time to look at what was said, not yet to say so. Silero hears an end
some 70 ms late, so that 130 ms of silence have passed, and it smooths: of 15 gaps in 54 s of speech, three were shorter
than 128 ms (with 10 dB of noise, one of 11)."""

RESUMED_SAMPLES = round(1.0 * MIC_RATE_HZ)
"""Speech that comes so soon after an endpoint belongs to the turn before: the endpoint was a mistake to learn from."""


def samples(milliseconds: float) -> int:
    return round(milliseconds * MIC_RATE_HZ / 1000)


def milliseconds(samples: int) -> float:
    return samples * 1000 / MIC_RATE_HZ


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
        self.waits = True
        """Whether a turn that is nothing but "one moment" makes moui wait. False: it is answered, so it ends soon."""
        self.held = False
        """A reply is being made and cannot be heard yet: nobody waits for the endpoint, so the longest silence may pass
        before it. Cleared when speech resumes."""
        self._patience = Patience()
        self._evidence = Evidence()
        self._expected = Expected.NORMAL
        self._run: _Run | None = None
        self._talking = False
        self._paused = False
        self._open = False
        self._last_voiced = 0
        self._ended: int | None = None

    @property
    def tentative(self) -> bool:
        """Speech has been announced, but neither confirmed nor rejected."""
        return self._run is not None and self._run.announced

    @property
    def tentative_from(self) -> int:
        """First voiced sample of the speech that is tentative, or of the newest that was confirmed."""
        return self._run.start if self._run is not None else self._last_voiced

    @property
    def last_voiced(self) -> int:
        """End of the last voiced window of confirmed speech."""
        return self._last_voiced

    def awaiting_endpoint(self) -> bool:
        return self._open and not self._talking and not self.tentative

    @property
    def wants_opinion(self) -> bool:
        """Whether the end-of-turn detector's word could still change how long this silence must last."""
        if self.detection.silence_ms >= self.detection.max_silence_ms:
            return False
        heard, text = self._evidence.audio, self._evidence.text
        return heard is None or (heard < COMPLETE and text not in (Verdict.UNFINISHED, Verdict.SUSPENDED))

    def judge(self, completeness: float) -> None:
        """The end-of-turn detector's opinion of the silence that is going on; forgotten when speech resumes.

        A second one counts as much as the first: the longer a silence, the surer smart-turn is, whatever was said.
        """
        before = self._evidence.audio
        self._evidence = replace(self._evidence, audio=completeness if before is None else (before + completeness) / 2)

    def read(self, verdict: Verdict, words: int) -> None:
        """What the turn's words so far say, and how many there are; forgotten when speech resumes."""
        self._evidence = replace(self._evidence, text=verdict, words=words)

    def model_says(self, ends: float) -> None:
        """How likely an end is after the turn's last words, to the language model; forgotten when speech resumes."""
        self._evidence = replace(self._evidence, ends=ends)

    def release(self, end: int) -> tuple[SpeechEvent, ...]:
        """The reply can be heard now, at microphone sample `end`: the turn is over if the silence has been enough."""
        self.held = False
        return self._endpoint(end)

    def expect(self, expected: Expected) -> None:
        """What kind of answer was asked for; holds until it is said anew."""
        self._expected = expected

    def reopen(self) -> None:
        """The endpoint came too early: wait the longest for this silence."""
        self._open, self._ended = True, None
        self._evidence = replace(self._evidence, audio=0.0, text=Verdict.UNFINISHED)

    def confirm(self) -> tuple[SpeechEvent, ...]:
        """The speech that is tentative now is meant, however short it is. Nothing, where there is none."""
        run = self._run
        if run is None or not run.announced:
            return ()
        self._resumed(run.start)
        self._run = None
        self._talking = self._open = True
        self._last_voiced, self.held = run.last, False
        return (SpeechConfirmed(run.start),)

    def accept(self, start: int, last: int, end: int) -> tuple[SpeechEvent, ...]:
        """A tentative run from `start` to `last` that was rejected was meant after all; now is `end`.

        The turn is open and quiet since `last`. While the speaker is talking again, it is open already: nothing is new.
        """
        if self._talking or not start < last <= end:
            return ()
        self._open, self._ended, self._last_voiced = True, None, last
        self._evidence = Evidence()
        return (SpeechConfirmed(start), SpeechStopped(last))

    def reset(self) -> None:
        self._run = self._ended = None
        self._talking = self._paused = self._open = self.held = False
        self._evidence = Evidence()

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
            self._last_voiced, self._paused, self.held = end, False, False
            self._evidence = Evidence()
            return ()
        if end - self._last_voiced >= HANGOVER_SAMPLES:
            self._talking = self._paused = False
            return (SpeechStopped(self._last_voiced),)
        if not self._paused and end - self._last_voiced >= PAUSE_SAMPLES:
            self._paused = True
            return (SpeechPaused(self._last_voiced),)
        return ()

    def _push_voiced(self, end: int, confirm_samples: int) -> tuple[SpeechEvent, ...]:
        events: list[SpeechEvent] = []
        run = self._run = self._run or _Run(start=end - VAD_WINDOW, last=end)
        run.last = end
        least = OVER_A_REPLY_SAMPLES if confirm_samples > CONFIRM_SAMPLES else START_SAMPLES
        if not run.announced and end - run.start >= least:
            run.announced = True
            events.append(SpeechStarted(run.start))
        if run.announced and end - run.start >= confirm_samples:
            events += self.confirm()
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

    def _resumed(self, start: int) -> None:
        """Speech goes on, or a new turn begins: learn from the silence before it, and forget the opinions about it."""
        if self._open or (self._ended is not None and start - self._ended <= RESUMED_SAMPLES):
            self._patience.went_on(milliseconds(start - self._last_voiced), self._weighed())
        elif self._ended is not None:
            self._patience.ended()
        self._evidence, self._ended = Evidence(), None

    def _endpoint(self, end: int) -> tuple[SpeechEvent, ...]:
        if not self.awaiting_endpoint():
            return ()
        waited = end - self._last_voiced
        patience_ms = self.patience_ms()
        if waited < samples(max(patience_ms, self.detection.max_silence_ms) if self.held else patience_ms):
            return ()
        self._open, self._ended = False, end
        return (EndpointReached(self._last_voiced, waited),)

    def patience_ms(self) -> float:
        """Silence after which the turn ends, given the opinions so far."""
        return self._patience.silence_ms(self.detection, self._weighed())

    def _weighed(self) -> Evidence:
        return replace(self._evidence, expected=self._expected, waits=self.waits)
