"""The audio of single turns as Ogg Opus files: about 15-30 kbit/s, and exactly as many samples back as went in.

One file a turn, `<folder>/<session>/<turn>.ogg`, written beside its place and moved there when it is whole.
"""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import numpy as np

from models.ports import MIC_RATE_HZ, Pcm

BLOCK = 10 * MIC_RATE_HZ
"""Samples handed to the encoder at once: libsndfile keeps a block on the stack."""

PART = ".part"
STALE_PART_S = 3600.0


def encode(pcm: Pcm) -> bytes:
    """Mono float32 at 16 kHz, one sample or more, to Ogg Opus. Raises OSError."""
    import soundfile

    audio = np.clip(np.nan_to_num(pcm), -1.0, 1.0)
    out = io.BytesIO()
    try:
        with soundfile.SoundFile(out, "w", MIC_RATE_HZ, 1, format="OGG", subtype="OPUS") as file:
            for start in range(0, len(audio), BLOCK):
                file.write(audio[start : start + BLOCK])
    except soundfile.LibsndfileError as error:
        raise OSError(f"the audio could not be compressed ({error})") from error
    return out.getvalue()


def decode(data: bytes) -> Pcm:
    """Ogg Opus to mono float32 at 16 kHz, sample for sample as long as what was encoded. Raises OSError."""
    import soundfile

    try:
        audio, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise OSError(f"the recording could not be read ({error})") from error
    if rate != MIC_RATE_HZ:
        raise OSError(f"the recording has {rate} samples a second instead of {MIC_RATE_HZ}")
    return cast(Pcm, np.ascontiguousarray(audio[:, 0]))


def wav(data: bytes) -> bytes:
    """Ogg Opus to a 16-bit WAV, for players and tools that know nothing else. Raises OSError."""
    import soundfile

    out = io.BytesIO()
    soundfile.write(out, decode(data), MIC_RATE_HZ, format="WAV", subtype="PCM_16")
    return out.getvalue()


class Recordings:
    """The folder. Session ids are ones that the store made: no name from outside becomes a path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, session_id: str, number: int) -> Path:
        return self.folder / session_id / f"{number:04d}.ogg"

    @contextmanager
    def incoming(self, session_id: str, number: int, data: bytes) -> Iterator[Path]:
        """The file beside its place; whoever gets it moves it there, else it is gone afterwards. Raises OSError."""
        place = self.path(session_id, number)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = place.with_suffix(f".{time.monotonic_ns()}{PART}")
        try:
            part.write_bytes(data)
            yield part
        finally:
            part.unlink(missing_ok=True)

    def read(self, session_id: str, number: int) -> bytes | None:
        try:
            return self.path(session_id, number).read_bytes()
        except FileNotFoundError:
            return None

    def delete(self, session_id: str) -> None:
        """All of a session. Raises OSError where a file is held open (Windows) or may not be removed."""
        if (self.folder / session_id).exists():
            shutil.rmtree(self.folder / session_id)

    def sessions(self) -> list[str]:
        """Whose audio is here."""
        if not self.folder.is_dir():
            return []
        return sorted(entry.name for entry in self.folder.iterdir() if entry.is_dir())

    def sweep(self) -> None:
        """Removes half-written files that a killed process left long ago."""
        for part in self.folder.glob(f"*/*{PART}"):
            if time.time() - part.stat().st_mtime > STALE_PART_S:
                part.unlink(missing_ok=True)
