"""EchoGuard: is a microphone window moui's own voice, come back through the room? Pure; numpy only.

Browsers cancel echo, and not all of it, and not every client is a browser. moui knows what is being played
(voice/played.py), so it can look for it, in two ways:

* The newest 128 ms of the microphone are compared with everything they could be an echo of. A high correlation at one
  delay is an echo (a direct path through a speaker and a room keeps the waveform), and shows where it lies, and how
  loud echoes are here.
* Once that is known, sound that is no louder than the echo must be is taken for it (the room's tail, a stretch that the
  speaker distorts), and what is much louder is somebody else, however it correlates. Where the echo lies is forgotten
  when the player was held; how loud echoes are is not: until it is found again, the loudest that may be heard counts.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

import numpy as np

from models.ports import Pcm
from voice.played import COMPARED, FROM_MIC, SPAN, Decimator, Floats, Played, Sounding

_FFT = 6000
assert _FFT >= SPAN + COMPARED

_CHECKED = 512
"""64 ms: enough at a place that is known, and soon free of an echo when somebody else begins."""
SURE = 0.55
"""Correlation that is an echo at any delay."""
LIKELY = 0.35
"""Correlation that is an echo where the echo was before."""
_NEAR = 32
"""4 ms: how far an echo may wander."""
_ALIKE = 3
"""Sure echoes at one delay that make a room known."""
_ALIKE_AGAIN = 2
"""The same in a room that is known."""
_LEARN_EVERY = 8
"""Windows: a room changes slowly, and a search costs 0.1 ms."""
_UNPLACED_WINDOWS = 8
"""Clear sound that is not found in what is played is no echo after 256 ms, however loud echoes are."""
_BANDS = 4
"""0-500, -1000, -2000, -4000 Hz: a dark vowel under a bright echo is heard in the lowest."""
_MOST_GAIN = 4.0
_TAIL = np.asarray([0.65**number for number in range(COMPARED // 256)], dtype=np.float32)
"""Amplitude of the room's tail after each window of 32 ms: 4 dB, a room of 0.5 s."""
_LOUDER = 2.0
"""6 dB over the expected echo: somebody else, unless it correlates."""
_MUCH_LOUDER = 3.0
"""10 dB over it: somebody else."""
_FAINTER = 0.35
"""9 dB under the expected echo, for `_GONE_WINDOWS` on end: there is none any more (a headset), or never was."""
_GONE_WINDOWS = 24
_FLOOR_WINDOWS = 64
"""2 s: the quietest tenth of them is the noise of the room."""
_QUIET = 3e-4
"""-70 dBFS: nothing to judge."""


class Whose(enum.Enum):
    """Whose sound a window of the microphone is."""

    OWN = "own"
    """Nothing but moui's voice."""
    UNSURE = "unsure"
    """It may be either's: too quiet to say, or just louder than the echo should be."""
    OTHER = "other"
    """Louder than any echo here, or nothing is being played."""


class EchoGuard:
    """One per session. `played` is to be told of everything that happens to the player."""

    def __init__(self) -> None:
        self.played = Played()
        self._mic = np.zeros(COMPARED, np.float32)
        self._mic_filter = Decimator(FROM_MIC)
        self._levels = np.zeros((_FLOOR_WINDOWS, _BANDS), np.float32)
        self._counted = 0
        self._gain: Floats | None = None
        """Amplitude of the echo in each band, once it is known."""
        self._place: int | None = None
        """Where in this stretch the echo lies: position in the reply less the microphone's."""
        self._rival: _Candidate | None = None
        self._stretch = 0
        self._fainter = self._unplaced = 0

    @property
    def knows_echo(self) -> bool:
        """There are echoes in this session, and how loud they are is known."""
        return self._gain is not None

    def whose(self, window: Pcm, end_mic_sample: int) -> Whose:
        """Whose voice this window (512 samples, in order, all of them) is, if it is a voice."""
        fresh = self._mic_filter.process(window)
        self._mic = np.concatenate((self._mic, fresh))[-COMPARED:]
        level = _bands(fresh)
        self._levels[self._counted % _FLOOR_WINDOWS] = level
        self._counted += 1
        if self._stretch != self.played.stretch:
            self._stretch, self._place, self._rival, self._unplaced = self.played.stretch, None, None, 0
        sounding = self.played.sounding(end_mic_sample, self._place)
        if sounding is None:
            return Whose.OTHER
        return self._judge(level, sounding, end_mic_sample // FROM_MIC - COMPARED)

    def _judge(self, level: Floats, sounding: Sounding, mic_start: int) -> Whose:
        delay, floor = self._delay(sounding, mic_start), self._floor()
        louder = self._louder(level, sounding, delay, floor)
        own = louder <= _LOUDER or (
            delay is not None and louder <= _MUCH_LOUDER and _checked(self._mic, sounding.audio, delay) >= LIKELY
        )
        if own and delay is not None and self._counted % _LEARN_EVERY:
            return Whose.OWN
        if level.max() >= _QUIET:
            correlation = _correlation(self._mic, sounding.audio)
            best = int(np.argmax(correlation))
            elsewhere = delay is None or abs(best - delay) > _NEAR  # else the newest of it is too loud for that echo
            if correlation[best] >= SURE and (elsewhere or louder <= _MUCH_LOUDER):
                self._learn(best, sounding, mic_start, floor)
                return Whose.OWN
            self._unplaced += bool(np.any(level > 4 * floor))
        if own and (delay is not None or self._unplaced <= _UNPLACED_WINDOWS):
            return Whose.OWN
        return Whose.OTHER if own or _MUCH_LOUDER < louder < np.inf else Whose.UNSURE

    def _louder(self, level: Floats, sounding: Sounding, delay: int | None, floor: Floats) -> float:
        """How much louder than an echo is here (1: as loud), in the band where it is most; inf: that is not known."""
        if self._gain is None:
            return np.inf
        echo = self._gain * (_loudest(sounding.audio) if delay is None else _behind(sounding.audio, delay))
        self._count_fainter(level, echo, floor)
        return float(np.max(level / np.hypot(echo, floor)))

    def _delay(self, sounding: Sounding, mic_start: int) -> int | None:
        """Where in `sounding` the echo lies; None: that is not known."""
        if self._gain is None or self._place is None:
            return None
        delay = self._place + mic_start - sounding.start
        return delay if 0 <= delay <= SPAN else None

    def _floor(self) -> Floats:
        kept = min(self._counted, _FLOOR_WINDOWS)
        floor: Floats = np.sort(self._levels[:kept], axis=0)[kept // 10]
        return np.maximum(floor, np.float32(1e-6))

    def _count_fainter(self, level: Floats, echo: Floats, floor: Floats) -> None:
        expected = float(np.linalg.norm(echo))
        if expected > 4 * float(np.linalg.norm(floor)):
            self._fainter = self._fainter + 1 if float(np.linalg.norm(level)) < _FAINTER * expected else 0
            if self._fainter >= _GONE_WINDOWS:
                self._gain = self._place = self._rival = None
                self._fainter = 0

    def _learn(self, delay: int, sounding: Sounding, mic_start: int, floor: Floats) -> None:
        """A sure echo: it confirms the place that is known, or one that may come to be."""
        place = delay + sounding.start - mic_start
        gain = self._measured(sounding.audio[delay : delay + COMPARED], floor)
        if self._place is not None and abs(place - self._place) <= _NEAR:
            self._place, self._rival, self._gain = place, None, gain
            return
        if self._rival is None or abs(place - self._rival.place) > _NEAR:
            self._rival = _Candidate(place)
        self._rival.seen += 1
        if self._rival.seen >= (_ALIKE_AGAIN if self._gain is not None and self._place is None else _ALIKE):
            self._place, self._rival, self._gain, self._unplaced = place, None, gain, 0

    def _measured(self, source: Floats, floor: Floats) -> Floats:
        """The gain in each band, as far as this echo tells: moved towards it, once it is known."""
        level = _bands(self._mic)
        clear = level > 2 * floor
        gain = np.sqrt(np.maximum(level**2 - floor**2, 0)) / np.maximum(_bands(source), 1e-6)
        gain = np.minimum(gain, np.float32(_MOST_GAIN))
        if self._gain is None:
            gain = np.where(clear, gain, gain[clear].max(initial=0.0))
        else:
            gain = np.where(clear, self._gain + np.float32(0.2) * (gain - self._gain), self._gain)
        return np.asarray(gain, dtype=np.float32)


@dataclass(slots=True)
class _Candidate:
    place: int
    seen: int = 0


def _correlation(mic: Floats, played: Floats) -> Floats:
    """Normalised correlation of `mic` with each stretch of `played`; index i: the stretch that begins at i."""
    spectrum = np.fft.rfft(played, _FFT) * np.conj(np.fft.rfft(mic, _FFT))
    raw = np.fft.irfft(spectrum, _FFT)[: SPAN + 1]
    energy = np.concatenate((np.zeros(1), np.cumsum(np.square(played, dtype=np.float64))))
    norms = np.sqrt(energy[COMPARED:] - energy[:-COMPARED]) * np.linalg.norm(mic)
    return np.asarray(np.abs(raw) / np.maximum(norms, 1e-3), dtype=np.float32)


def _checked(mic: Floats, played: Floats, delay: int) -> float:
    """The highest correlation of the newest `_CHECKED` samples near a delay."""
    newest = mic[-_CHECKED:]
    first = max(0, delay - _NEAR) + COMPARED - _CHECKED
    source = played[first : first + 2 * _NEAR + _CHECKED]
    raw = np.correlate(source, newest, "valid")
    energy = np.convolve(np.square(source), np.ones(_CHECKED, np.float32), "valid")
    return float(np.max(np.abs(raw) / np.maximum(np.sqrt(energy) * np.linalg.norm(newest), 1e-3)))


def _behind(played: Floats, delay: int) -> Floats:
    """The bands of what the newest window echoes, or the tails of those before it, where they are louder."""
    newest = played[delay : delay + COMPARED].reshape(-1, COMPARED // len(_TAIL))[::-1]
    return np.asarray((_bands(newest) * _TAIL[: len(newest), None]).max(axis=0), dtype=np.float32)


def _loudest(played: Floats) -> Floats:
    """The bands of the loudest that may be heard, wherever the echo lies."""
    size = COMPARED // len(_TAIL)
    return np.asarray(_bands(played[: len(played) // size * size].reshape(-1, size)).max(axis=0), dtype=np.float32)


def _bands(samples: Floats) -> Floats:
    """RMS in each of `_BANDS` octaves (the lowest from 0), over the last axis."""
    size = samples.shape[-1]
    power = np.square(np.abs(np.fft.rfft(samples)))
    edges = [0, *(size >> shift for shift in range(_BANDS, 1, -1))]
    return np.asarray(np.sqrt(2 * np.add.reduceat(power, edges, axis=-1)) / size, dtype=np.float32)
