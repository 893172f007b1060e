"""EchoGuard: is a microphone window moui's own voice, come back through the room? Pure; numpy only.

Browsers cancel echo, and not all of it, and not every client is a browser. moui knows what is being played, so it can
look for it: the newest 128 ms of the microphone are compared with all of the played sound they could be an echo of, up
to `MOST_DELAY_MS` old. A high correlation at one delay is an echo (a direct path through a speaker and a room keeps
the waveform). Once delay and strength of the echo are known, lower correlations at that delay count too, and so does
sound that is no louder than the echo must be (the room's tail, a stretch the speaker distorts); but what is louder
than that is somebody else, however it correlates. All of it happens at 8 kHz, with the treble raised so that the
spectrum is flat: else any two vowels are alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.ports import Pcm

_RATE_HZ = 8_000
_FROM_OUTPUT = 3
"""24 kHz to 8 kHz."""
_FROM_MIC = 2
"""16 kHz to 8 kHz."""

MOST_DELAY_MS = 500
"""From a sample's report to its echo in the microphone: player, room, microphone, two transports."""
EARLY_MS = 100
"""Reports come late and unevenly: an echo may seem to come before its sound."""

_COMPARED = 1024
"""128 ms: long enough that other speech hardly ever correlates, short enough to say so within 64 ms of its start."""
_LATE = _RATE_HZ * MOST_DELAY_MS // 1000
_EARLY = _RATE_HZ * EARLY_MS // 1000
_SPAN = _LATE + _EARLY
_PAST = 2 * _RATE_HZ
"""Reference kept behind what is compared: a player that was held is found to be that far back when reports come."""
_FFT = 6000
assert _FFT >= _SPAN + _COMPARED

_CHECKED = 512
"""64 ms: enough at a delay that is known, and soon free of an echo when somebody else begins."""
SURE = 0.55
"""Correlation that is an echo at any delay."""
LIKELY = 0.35
"""Correlation that is an echo at the delay where echoes were before."""
_NEAR = 32
"""4 ms: how far an echo's delay may wander."""
_ALIKE = 3
"""Sure echoes at one delay that make it known."""
_BANDS = 4
"""0-500, -1000, -2000, -4000 Hz: a dark vowel under a bright echo is heard in the lowest."""
_MOST_GAIN = 4.0
_TAIL = np.asarray([0.65**number for number in range(_COMPARED // 256)], dtype=np.float32)
"""Amplitude of the room's tail after each window of 32 ms: 4 dB, a room of 0.5 s."""
_LOUDER = 2.0
"""6 dB over the expected echo: somebody else, unless it correlates."""
_MUCH_LOUDER = 3.0
"""10 dB over it: somebody else."""
_FLOOR_WINDOWS = 64
"""2 s: the quietest tenth of them is the noise of the room."""
_QUIET = 3e-4
"""-70 dBFS: nothing to judge."""
_LATE_REPORT = _RATE_HZ * 60 // 1000
"""Reports are late by so much and more now and then; every report, after the player was held."""
_SILENT_AFTER = _RATE_HZ // 2
"""Without a report for so long, nothing is being played."""

_Floats = npt.NDArray[np.float32]


@dataclass(slots=True)
class _Path:
    """What is known of the way from the player to the microphone."""

    delay: int
    gain: _Floats
    """Amplitude of each band."""
    seen: int = 1

    def near(self, delay: int) -> bool:
        return abs(delay - self.delay) <= _NEAR

    def see(self, delay: int, gain: _Floats) -> None:
        self.delay = delay
        self.gain = self.gain + np.float32(0.2) * (gain - self.gain)
        self.seen += 1


class EchoGuard:
    """One per session. Output positions count the samples of one reply at 24 kHz, microphone positions those of the
    session at 16 kHz. Holds what was sent and not yet played (16 kB a second), and some 3 s of the past."""

    def __init__(self) -> None:
        self._mic = np.zeros(_COMPARED, np.float32)
        self._mic_filter = _Decimator(_FROM_MIC)
        self._levels = np.zeros((_FLOOR_WINDOWS, _BANDS), np.float32)
        self._counted = 0
        self._path: _Path | None = None
        self._rival: _Path | None = None
        self._output_filter = _Decimator(_FROM_OUTPUT)
        self._reference: npt.NDArray[np.int16] = np.zeros(0, np.int16)
        self._reference_start = 0
        self._ahead: int | None = None
        self._ahead_before: int | None = None
        self._assumed = False
        self._reported_at = 0

    @property
    def held_samples(self) -> int:
        """Samples of the reply that are kept, at 8 kHz and two bytes each."""
        return len(self._reference)

    def reset(self) -> None:
        """The reply is over or flushed: nothing is being played. What was learned of the room stays."""
        self._output_filter = _Decimator(_FROM_OUTPUT)
        self._reference = np.zeros(0, np.int16)
        self._reference_start = 0
        self._ahead = self._ahead_before = None

    def sent(self, pcm: Pcm, first_output_sample: int) -> None:
        """More of the reply, in order. Position 0 begins another reply."""
        if first_output_sample == 0:
            self.reset()
        fresh = self._output_filter.process(pcm)
        self._reference = np.concatenate((self._reference, np.rint(fresh * 16384).astype(np.int16)))

    def reported(self, played_output_samples: int, now_mic_sample: int) -> None:
        """The player has played so much of the reply, as was known at microphone sample `now_mic_sample`."""
        ahead = played_output_samples // _FROM_OUTPUT - now_mic_sample // _FROM_MIC
        self._reported_at = now_mic_sample // _FROM_MIC
        known, before = self._ahead, self._ahead_before
        self._ahead_before = ahead
        if known is None or self._assumed:
            self._ahead, self._assumed = ahead, False
        elif ahead > known or (known - ahead > _LATE_REPORT and before is not None and known - before > _LATE_REPORT):
            self._ahead = ahead  # the least delayed report is nearest to the truth; two far behind: it was held

    def is_echo(self, window: Pcm, end_mic_sample: int) -> bool:
        """Whether this window (512 samples, in order, all of them) is nothing but moui's own voice."""
        fresh = self._mic_filter.process(window)
        self._mic = np.concatenate((self._mic, fresh))[-_COMPARED:]
        level = _bands(fresh)
        self._levels[self._counted % _FLOOR_WINDOWS] = level
        self._counted += 1
        now = end_mic_sample // _FROM_MIC
        if not len(self._reference):
            return False
        if self._ahead is None:  # sent a moment ago: it cannot have been played earlier than now
            self._ahead, self._assumed, self._reported_at = -now, True, now
        if now - self._reported_at > _SILENT_AFTER:
            return False
        return bool(level.max() >= _QUIET) and self._judge(level, self._played(now + self._ahead), len(fresh))

    def _judge(self, level: _Floats, played: _Floats, size: int) -> bool:
        path = self._path
        if path is None:
            return self._search(played)
        expected = np.hypot(path.gain * _loudest(played, path.delay, size), self._floor())
        louder = float(np.max(level / expected))
        if louder <= _LOUDER:
            return True
        correlates = louder <= _MUCH_LOUDER and _checked(self._mic, played, path.delay) >= LIKELY
        return correlates or self._search(played)

    def _search(self, played: _Floats) -> bool:
        correlation = _correlation(self._mic, played)
        best = int(np.argmax(correlation))
        if correlation[best] < SURE:
            return False
        self._learn(best, played)
        return True

    def _floor(self) -> _Floats:
        kept = min(self._counted, _FLOOR_WINDOWS)
        floor: _Floats = np.sort(self._levels[:kept], axis=0)[kept // 10]
        return np.maximum(floor, np.float32(1e-6))

    def _learn(self, delay: int, played: _Floats) -> None:
        """A sure echo: it confirms the path that is known, or one that may come to be."""
        source = _bands(played[delay : delay + _COMPARED])
        gain = np.minimum(_bands(self._mic) / np.maximum(source, 1e-6), np.float32(_MOST_GAIN))
        if self._path is not None and self._path.near(delay):
            self._path.see(delay, gain)
            self._rival = None
        elif self._rival is None or not self._rival.near(delay):
            self._rival = _Path(delay, gain)
        else:
            self._rival.see(delay, gain)
            if self._rival.seen >= _ALIKE:
                self._path, self._rival = self._rival, None

    def _played(self, position: int) -> _Floats:
        """The reference that the newest microphone samples may echo: `_SPAN + _COMPARED` samples, zeros where none."""
        end = position + _EARLY
        start = end - _SPAN - _COMPARED
        drop = min(start - _PAST - self._reference_start, len(self._reference))
        if drop > 0:
            self._reference = self._reference[drop:]
            self._reference_start += drop
        played = np.zeros(_SPAN + _COMPARED, np.float32)
        first, last = max(start, self._reference_start), min(end, self._reference_start + len(self._reference))
        if first < last:
            piece = self._reference[first - self._reference_start : last - self._reference_start]
            played[first - start : last - start] = piece.astype(np.float32) / 16384
        return played


def _correlation(mic: _Floats, played: _Floats) -> _Floats:
    """Normalised correlation of `mic` with each stretch of `played`; index i: the stretch that begins at i."""
    spectrum = np.fft.rfft(played, _FFT) * np.conj(np.fft.rfft(mic, _FFT))
    raw = np.fft.irfft(spectrum, _FFT)[: _SPAN + 1]
    energy = np.concatenate((np.zeros(1), np.cumsum(np.square(played, dtype=np.float64))))
    norms = np.sqrt(energy[_COMPARED:] - energy[:-_COMPARED]) * np.linalg.norm(mic)
    return np.asarray(np.abs(raw) / np.maximum(norms, 1e-3), dtype=np.float32)


def _checked(mic: _Floats, played: _Floats, delay: int) -> float:
    """The highest correlation of the newest `_CHECKED` samples near a delay."""
    newest = mic[-_CHECKED:]
    first = max(0, delay - _NEAR) + _COMPARED - _CHECKED
    source = played[first : first + 2 * _NEAR + _CHECKED]
    raw = np.correlate(source, newest, "valid")
    energy = np.convolve(np.square(source), np.ones(_CHECKED, np.float32), "valid")
    return float(np.max(np.abs(raw) / np.maximum(np.sqrt(energy) * np.linalg.norm(newest), 1e-3)))


def _loudest(played: _Floats, delay: int, size: int) -> _Floats:
    """The reference's bands behind the newest window, or the tails of those before it, where they are louder."""
    newest = played[delay : delay + _COMPARED].reshape(-1, size)[::-1]
    return np.asarray((_bands(newest) * _TAIL[: len(newest), None]).max(axis=0), dtype=np.float32)


def _bands(samples: _Floats) -> _Floats:
    """RMS in each of `_BANDS` octaves (the lowest from 0), over the last axis."""
    size = samples.shape[-1]
    power = np.square(np.abs(np.fft.rfft(samples)))
    edges = [0, *(size >> shift for shift in range(_BANDS, 1, -1))]
    return np.asarray(np.sqrt(2 * np.add.reduceat(power, edges, axis=-1)) / size, dtype=np.float32)


class _Decimator:
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

    def process(self, audio: Pcm) -> _Floats:
        pending = np.concatenate((self._rest, audio))
        whole = (len(pending) - len(self._kernel) + 1) // self._factor * self._factor
        if whole <= 0:
            self._rest = pending
            return np.zeros(0, np.float32)
        self._rest = pending[whole:]
        filtered = np.convolve(pending[: whole + len(self._kernel) - 1], self._kernel, "valid")
        return np.asarray(filtered[:: self._factor], dtype=np.float32)
