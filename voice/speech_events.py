"""What the endpointer says of the microphone: speech begins, pauses, ends. Frozen values; positions are samples."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Tentative: a first run of voiced windows. `at_sample` is the first voiced sample, pre-roll not included."""

    at_sample: int


@dataclass(frozen=True, slots=True)
class SpeechConfirmed:
    """The speech lasted long enough to be meant."""

    at_sample: int


@dataclass(frozen=True, slots=True)
class SpeechRejected:
    """The tentative speech ended too soon: a cough, a click, a backchannel."""

    at_sample: int


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """Confirmed speech has been quiet for a moment, less than the hangover: worth transcribing, not worth saying."""

    at_sample: int


@dataclass(frozen=True, slots=True)
class SpeechStopped:
    """Confirmed speech has been followed by the hangover's silence. `at_sample` is the last voiced sample."""

    at_sample: int


@dataclass(frozen=True, slots=True)
class EndpointReached:
    """The speaker is taken to be done. `waited_samples` is the silence since `at_sample`, the last voiced sample."""

    at_sample: int
    waited_samples: int


SpeechEvent = SpeechStarted | SpeechConfirmed | SpeechRejected | SpeechPaused | SpeechStopped | EndpointReached
