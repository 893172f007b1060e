"""What of the microphone the detector is given, and what is made of its word."""

from __future__ import annotations

import numpy as np

from models.ports import VAD_WINDOW, Pcm
from voice.echo import EchoGuard, Whose
from voice.own_voice import AT_FIRST_WINDOWS, STILL_OWN_WINDOWS, OwnVoice

WINDOW = np.full(VAD_WINDOW, 0.1, np.float32)


class Vad:
    """Takes everything that is not silence for speech."""

    def __init__(self) -> None:
        self.heard: list[float] = []

    def probability(self, window: Pcm) -> float:
        self.heard.append(float(window.max()))
        return 0.9 if self.heard[-1] else 0.0

    def reset(self) -> None:
        self.heard.clear()


class Guard(EchoGuard):
    """Says what it is told to."""

    def __init__(self, *says: Whose, knows: bool) -> None:
        super().__init__()
        self._says, self._knows = list(says), knows

    @property
    def knows_echo(self) -> bool:
        return self._knows

    def whose(self, window: Pcm, end_mic_sample: int) -> Whose:
        return self._says.pop(0)


def heard(*says: Whose, knows: bool = True) -> list[bool]:
    vad = Vad()
    own = OwnVoice(vad, Guard(*says, knows=knows), lambda: 0)
    voiced = [own.probability(WINDOW) > 0 for _ in says]
    assert voiced == [level > 0 for level in vad.heard], "an echo is silence to the detector too"
    return voiced


def test_an_echo_is_nobodys_voice() -> None:
    assert heard(Whose.OWN, Whose.OWN, Whose.OTHER) == [False, False, True]


def test_what_may_be_either_is_an_echo_where_one_was() -> None:
    unsure = [Whose.UNSURE] * (STILL_OWN_WINDOWS + 2)
    assert heard(Whose.OWN, *unsure) == [False] * STILL_OWN_WINDOWS + [True] * 3
    assert heard(*unsure) == [True] * len(unsure)
    assert heard(Whose.OWN, *unsure, knows=False) == [False] * AT_FIRST_WINDOWS + [True] * (len(unsure) - 1)


def test_a_louder_voice_does_not_wait() -> None:
    assert heard(Whose.OWN, Whose.OTHER, Whose.UNSURE, Whose.OTHER) == [False, True, True, True]
