"""Sounds of the scenarios made from speech: one level, pauses inside, noise beneath, coughs. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.ports import MIC_RATE_HZ, Pcm
from server.caller.sound import Clip, audible_span

LEVEL_DBFS = -24.0
"""RMS of the audible part of everything synthesised: a voice at a headset."""

EDGE_S = 0.1
"""Silence around an utterance."""

PART_TAIL_S = 0.02
"""What is left after the last audible frame of a part: nothing voiced is cut."""

ROOM_PERCENTILE = 10
"""A recording's own room tone: the level of its quietest frames."""


def seconds(duration_s: float) -> int:
    return round(duration_s * MIC_RATE_HZ)


def rms(audio: Pcm) -> float:
    return float(np.sqrt(np.mean(np.square(audio, dtype=np.float64)))) if audio.size else 0.0


def at_level(audio: Pcm, level_dbfs: float) -> Pcm:
    """The same sound with this RMS over its audible part; clipped where that overshoots."""
    first, last = audible_span(audio, MIC_RATE_HZ)
    level = rms(audio[first:last])
    gain = 10 ** (level_dbfs / 20) / level if level else 1.0
    return np.asarray(np.clip(audio * np.float32(gain), -1.0, 1.0), np.float32)


def trimmed(audio: Pcm) -> Pcm:
    """The audible part, and a moment after it."""
    first, last = audible_span(audio, MIC_RATE_HZ)
    return audio[first : last + seconds(PART_TAIL_S)]


def spoken(name: str, parts: Sequence[Pcm], gaps_s: Sequence[float] = (), **known: object) -> Clip:
    """Parts said one after the other with a gap after each but the last, as one clip whose gaps are its `pauses`.

    `known`: fields of Clip that are known beforehand (text, complete, language)."""
    edge = np.zeros(seconds(EDGE_S), np.float32)
    pieces, pauses, position = [edge], [], len(edge)
    for number, part in enumerate(parts):
        sound = trimmed(at_level(part, LEVEL_DBFS))
        pieces.append(sound)
        position += len(sound)
        if number < len(gaps_s):
            gap = np.zeros(seconds(gaps_s[number]), np.float32)
            pauses.append((position, position + len(gap)))
            pieces.append(gap)
            position += len(gap)
    audio = np.concatenate([*pieces, edge])
    return Clip(name, audio, *audible_span(audio, MIC_RATE_HZ), pauses=tuple(pauses), **known)  # type: ignore[arg-type]


def with_pauses(clip: Clip, cuts_s: Sequence[float], gaps_s: Sequence[float], name: str) -> Clip:
    """A recording with silences put in at `cuts_s`, filled with its own room's noise."""
    frames = clip.audio[: len(clip.audio) // 160 * 160].reshape(-1, 160)
    levels = np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1))
    room = float(np.percentile(levels, ROOM_PERCENTILE))
    noise = np.random.default_rng(len(clip.audio))
    pieces, pauses, position, before = [], [], 0, 0
    for cut_s, gap_s in zip(cuts_s, gaps_s, strict=True):
        piece = clip.audio[before : seconds(cut_s)]
        gap = np.float32(room) * noise.standard_normal(seconds(gap_s), np.float32)
        position += len(piece)
        pauses.append((position, position + len(gap)))
        position += len(gap)
        pieces += [piece, gap]
        before = seconds(cut_s)
    audio = np.concatenate([*pieces, clip.audio[before:]])
    shift = len(audio) - len(clip.audio)
    return Clip(name, audio, clip.first, clip.last + shift, clip.text, tuple(pauses), clip.complete, clip.language)


def noise_at(noise: Pcm, snr_db: float) -> Pcm:
    """Noise this far below the level of everything said."""
    return noise * np.float32(10 ** ((LEVEL_DBFS - snr_db) / 20) / rms(noise))


def cough(seed: int) -> Clip:
    """Two or three bursts of noise, shaped as a cough is: a hard beginning, most of its energy at 0.3-3 kHz, gone in
    0.2 s. Synthetic: there are no recordings of coughs that could be shipped."""
    random = np.random.default_rng(seed)
    pieces: list[Pcm] = []
    for _ in range(int(random.integers(2, 4))):
        length = seconds(float(random.uniform(0.14, 0.24)))
        spectrum = np.fft.rfft(random.standard_normal(length))
        hertz = np.fft.rfftfreq(length, 1 / MIC_RATE_HZ)
        formants = sum(np.exp(-(((hertz - centre) / width) ** 2)) for centre, width in ((500, 250), (1500, 500)))
        burst = np.fft.irfft(spectrum * (formants + 0.15 * (hertz > 300) * (hertz < 5000)), length)
        attack = np.minimum(np.arange(length) / seconds(0.008), 1.0)
        burst *= attack * np.exp(-np.arange(length) / seconds(0.07))
        pieces += [burst.astype(np.float32), np.zeros(seconds(float(random.uniform(0.05, 0.15))), np.float32)]
    audio = at_level(np.concatenate(pieces), LEVEL_DBFS)
    return Clip(f"cough {seed}", audio, *audible_span(audio, MIC_RATE_HZ))
