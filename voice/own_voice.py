"""OwnVoice: a voice activity detector that takes moui's own voice, come back through the room, for nobody's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from models.ports import VAD_WINDOW, Pcm, VoiceActivityDetector
from voice.echo import EchoGuard, Whose

STILL_OWN_WINDOWS = 8
"""Where an echo was just now, what may be either's is still the echo: 256 ms. A user is louder, and need not wait."""

AT_FIRST_WINDOWS = 2
"""The same while it is not known yet how loud an echo is: a user could not be told by that."""

_SILENCE = np.zeros(VAD_WINDOW, np.float32)


class OwnVoice:
    """The detector hears silence in place of an echo: having heard speech, it would take a cough for more of it."""

    def __init__(self, vad: VoiceActivityDetector, guard: EchoGuard, now: Callable[[], int]) -> None:
        self._vad = vad
        self._guard = guard
        self._now = now
        self._still_own = 0

    def probability(self, window: Pcm) -> float:
        whose = self._guard.whose(window, self._now())
        if whose is Whose.OWN:
            self._still_own = STILL_OWN_WINDOWS if self._guard.knows_echo else AT_FIRST_WINDOWS
        elif whose is Whose.OTHER:
            self._still_own = 0
        elif self._still_own:
            self._still_own -= 1
        if self._still_own:
            self._vad.probability(_SILENCE)
            return 0.0
        return self._vad.probability(window)

    def reset(self) -> None:
        self._vad.reset()
