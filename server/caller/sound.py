"""Sound files for the caller: reading, writing, and where the audible part of a clip lies. Pure but for the files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from models.ports import MIC_RATE_HZ, Pcm
from voice.audio import HIGHEST_RATE_HZ, LOWEST_RATE_HZ, StreamResampler

FRAME_S = 0.01
AUDIBLE_SHARE = 0.05
"""A frame is audible when its RMS reaches 5 % (-26 dB) of the clip's loudest frame: above room noise and breath,
below the weakest final consonants of the clips used here."""


class SoundError(Exception):
    """A sound file cannot be used. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class Clip:
    """`audio` at 16 kHz; the audible part is samples [first, last).

    `text`: the words in it, where they are known. `pauses`: silences inside, as (first, last) sample, at which the
    speaker is not done. `complete`: whether it ends where a sentence may end.
    """

    name: str
    audio: Pcm
    first: int
    last: int
    text: str = ""
    pauses: tuple[tuple[int, int], ...] = ()
    complete: bool = True
    language: str = "en"

    @property
    def seconds(self) -> float:
        return len(self.audio) / MIC_RATE_HZ


def audible_span(audio: Pcm, rate_hz: int) -> tuple[int, int]:
    """First and last+1 audible sample; (0, 0) for silence."""
    frame = round(FRAME_S * rate_hz)
    count = len(audio) // frame
    if count == 0:
        return 0, 0
    levels = np.sqrt(np.mean(np.square(audio[: count * frame].reshape(count, frame), dtype=np.float64), axis=1))
    if levels.max() < 1e-4:
        return 0, 0
    loud = np.flatnonzero(levels >= AUDIBLE_SHARE * levels.max())
    return int(loud[0]) * frame, int(loud[-1] + 1) * frame


def read_clip(path: Path) -> Clip:
    """Any file libsndfile reads, mixed to mono, at 16 kHz. Raises SoundError."""
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as error:
        raise SoundError(f"{path} cannot be read as sound: {error}") from error
    if not LOWEST_RATE_HZ <= rate <= HIGHEST_RATE_HZ:
        raise SoundError(f"{path} has {rate} Hz; moui takes {LOWEST_RATE_HZ} to {HIGHEST_RATE_HZ} Hz.")
    if not len(samples):
        raise SoundError(f"{path} holds no sound.")
    mono = np.ascontiguousarray(samples.mean(axis=1), dtype=np.float32)
    resampler = StreamResampler(rate, MIC_RATE_HZ)
    audio = np.concatenate((resampler.process(mono), resampler.flush()))
    return Clip(path.name, audio, *audible_span(audio, MIC_RATE_HZ))


def write_wav(path: Path, audio: Pcm, rate_hz: int) -> None:
    """16-bit mono WAV. Raises SoundError."""
    try:
        soundfile.write(path, audio, rate_hz, subtype="PCM_16", format="WAV")
    except (OSError, soundfile.LibsndfileError) as error:
        raise SoundError(f"{path} cannot be written: {error}") from error
