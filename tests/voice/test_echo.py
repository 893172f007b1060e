"""Own voice in the microphone is told from somebody else's."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
import soxr

from models.ports import MIC_RATE_HZ, VAD_WINDOW, Pcm
from voice.echo import EchoGuard, Whose
from voice.events import OUTPUT_RATE_HZ

REPORT_EVERY = 2400


def babble(seconds: float, seed: int, rate_hz: int) -> Pcm:
    """Something like speech: noise through two changing resonances, in syllables. RMS 0.1."""
    random = np.random.default_rng(seed)
    pieces = []
    for _ in range(round(seconds / 0.1)):
        size = rate_hz // 10
        spectrum = np.fft.rfft(random.standard_normal(size))
        frequency = np.fft.rfftfreq(size, 1 / rate_hz)
        formants = (random.uniform(250, 900), random.uniform(900, 2800))
        spectrum *= sum(1 / (1 + ((frequency - formant) / 120) ** 2) for formant in formants)
        pieces.append(np.fft.irfft(spectrum, size) * np.hanning(size) ** 0.5 * random.uniform(0.7, 1))
    audio = np.concatenate(pieces)
    return np.asarray(audio / np.sqrt(np.mean(audio**2)) * 0.1, dtype=np.float32)


def is_echo(guard: EchoGuard, window: Pcm, end: int) -> bool:
    return guard.whose(window, end) is Whose.OWN


def decibels(level: float) -> float:
    return float(10 ** (level / 20))


@dataclass
class Room:
    """A reply that plays from microphone sample `begin` on, and what the microphone hears meanwhile."""

    reply: Pcm = field(default_factory=lambda: babble(3, 1, OUTPUT_RATE_HZ))
    begin: int = 8_000
    delay_ms: float = 120
    echo_db: float | None = -20
    guard: EchoGuard = field(default_factory=EchoGuard)
    late_ms: float = 30
    report_until: int = 10**9

    def microphone(self, seed: int = 9) -> Pcm:
        random = np.random.default_rng(seed)
        echo = soxr.resample(self.reply, OUTPUT_RATE_HZ, MIC_RATE_HZ)
        heard = random.standard_normal(self.begin + len(echo) + MIC_RATE_HZ).astype(np.float32) * decibels(-65)
        if self.echo_db is not None:
            tail = random.standard_normal(4_000) * 10 ** (-3 * np.arange(4_000) / 4_800)
            tail *= 0.7 / np.linalg.norm(tail)
            tail[0] = 1
            echo = np.convolve(echo, tail)[: len(echo)] * decibels(self.echo_db)
            at = self.begin + round(self.delay_ms * MIC_RATE_HZ / 1000)
            heard[at : at + len(echo)] += echo
        return np.asarray(heard, dtype=np.float32)

    def verdicts(self, microphone: Pcm) -> list[tuple[int, bool]]:
        """(end of the window, called an echo) for each window, with the reports in between."""
        told: list[tuple[int, bool]] = []
        sent = False
        for end in range(VAD_WINDOW, len(microphone) + 1, VAD_WINDOW):
            if not sent and end >= self.begin - 1_600:
                sent = True
                for first in range(0, len(self.reply), 4_800):
                    self.guard.played.sent(self.reply[first : first + 4_800], first, end)
            known = end - round(self.late_ms * MIC_RATE_HZ / 1000)
            played = (known - self.begin) * 3 // 2 // REPORT_EVERY * REPORT_EVERY
            if 0 < played <= len(self.reply) and end < self.report_until:
                at = self.begin + played * 2 // 3 + round(self.late_ms * MIC_RATE_HZ / 1000)
                self.guard.played.reported(played, at)
            told.append((end, is_echo(self.guard, microphone[end - VAD_WINDOW : end], end)))
        return told


def share(told: list[tuple[int, bool]], first: int, last: int) -> float:
    return float(np.mean([echo for end, echo in told if first < end <= last]))


@pytest.mark.parametrize("delay_ms", [20, 120, 300, 450])
@pytest.mark.parametrize("echo_db", [-10, -20, -30])
def test_own_voice_is_known(delay_ms: float, echo_db: float) -> None:
    room = Room(delay_ms=delay_ms, echo_db=echo_db)
    told = room.verdicts(room.microphone())
    begin = room.begin + round(delay_ms * 16)
    assert share(told, begin + 1_024, begin + 40_000) > 0.95


def test_a_user_over_a_silent_echo_path_is_no_echo() -> None:
    room = Room(echo_db=None)
    microphone = room.microphone()
    user = babble(2, 77, MIC_RATE_HZ) * decibels(-6)
    microphone[16_000 : 16_000 + len(user)] += user
    assert share(room.verdicts(microphone), 0, len(microphone)) < 0.02


@pytest.mark.parametrize("seed", range(8))
def test_an_interruption_over_an_echo_is_not_held_up(seed: int) -> None:
    room = Room(reply=babble(3, seed, OUTPUT_RATE_HZ))
    microphone = room.microphone(seed)
    onset = 28_160 + 100 * seed
    user = babble(1, 100 + seed, MIC_RATE_HZ) * decibels(-6)
    microphone[onset : onset + len(user)] += user
    told = room.verdicts(microphone)
    first = [echo for end, echo in told if onset + VAD_WINDOW // 2 <= end][:3]
    assert first[1:] == [False, False]
    assert share(told, room.begin + 3_000, onset) > 0.9


def test_nothing_is_played_and_nothing_is_an_echo() -> None:
    guard = EchoGuard()
    voice = babble(1, 5, MIC_RATE_HZ)
    assert not any(
        is_echo(guard, voice[end - VAD_WINDOW : end], end) for end in range(VAD_WINDOW, len(voice) + 1, VAD_WINDOW)
    )


def test_a_held_player_makes_no_echo() -> None:
    room = Room(report_until=24_000)
    told = room.verdicts(room.microphone())
    assert not any(echo for end, echo in told if end > 24_000 + MIC_RATE_HZ + VAD_WINDOW)


def test_the_room_is_remembered_and_the_reply_is_not() -> None:
    room = Room()
    room.verdicts(room.microphone())
    room.guard.played.reset()
    user = babble(1, 5, MIC_RATE_HZ)
    assert not any(
        is_echo(room.guard, user[end - VAD_WINDOW : end], 70_000 + end)
        for end in range(VAD_WINDOW, len(user) + 1, VAD_WINDOW)
    )
    second = Room(reply=babble(3, 2, OUTPUT_RATE_HZ), guard=room.guard)
    told = second.verdicts(second.microphone())
    begin = second.begin + 120 * 16
    assert share(told, begin + VAD_WINDOW, begin + 40_000) > 0.97


def test_what_was_played_is_not_kept() -> None:
    guard = EchoGuard()
    window = np.full(VAD_WINDOW, 0.01, np.float32)
    for number in range(600):
        guard.played.sent(np.zeros(VAD_WINDOW * 3 // 2, np.float32), number * VAD_WINDOW * 3 // 2, number * VAD_WINDOW)
        guard.played.reported(number * VAD_WINDOW * 3 // 2, number * VAD_WINDOW)
        guard.whose(window, (number + 1) * VAD_WINDOW)
    assert guard.played.held_samples < 4 * 8_000


def test_an_echo_that_is_not_there_any_more_is_forgotten() -> None:
    """A headset is put on: what is said then at the level of the echo before is somebody's."""
    loud = Room(echo_db=-6)
    loud.verdicts(loud.microphone())
    assert loud.guard.knows_echo
    silent = Room(reply=babble(3, 2, OUTPUT_RATE_HZ), echo_db=None, guard=loud.guard)
    microphone = silent.microphone()
    user = babble(1, 77, MIC_RATE_HZ) * decibels(-6)
    microphone[36_000 : 36_000 + len(user)] += user
    told = silent.verdicts(microphone)
    assert not silent.guard.knows_echo
    assert share(told, 36_000, 36_000 + len(user)) < 0.1


def test_a_hold_does_not_lose_the_echo() -> None:
    """The player is held for a second, and told to go on: its echo is known again from the first window on."""
    room = Room()
    reply, begin, until = room.reply, room.begin, room.begin + 24_000
    room.verdicts(room.microphone()[:until])
    played = (until - begin) * 3 // 2
    room.guard.played.held(until)
    room.guard.played.reported(played, until + 1_600)
    later = Room(reply=reply[played:], begin=until + 16_000)
    microphone = later.microphone()
    for end in range(until + VAD_WINDOW, later.begin, VAD_WINDOW):
        room.guard.whose(microphone[end - VAD_WINDOW : end], end)
    room.guard.played.resumed(later.begin)
    first = end + VAD_WINDOW
    told = [
        (end, is_echo(room.guard, microphone[end - VAD_WINDOW : end], end))
        for end in range(first, later.begin + 8_000, VAD_WINDOW)
    ]
    onset = later.begin + 120 * 16
    assert share(told, onset + VAD_WINDOW // 2, onset + 6_000) == 1.0
