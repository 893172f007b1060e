"""What the scenarios say: the texts, and their sound, made by a process of its own (see speak.py)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from models.locations import REPOSITORY
from models.ports import Pcm
from server.caller.sound import SoundError

AUDIO = REPOSITORY / "tests" / "audio"
"""Recordings of people. They come with the repository, not with an installed package."""

SPEAKING_TIMEOUT_S = 600.0


@cache
def texts() -> dict[str, list[Any]]:
    return tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8"))


def language_of(kind: str) -> str:
    """Kinds of texts in another language than English end in its code."""
    return "ko" if kind.endswith("_ko") else "en"


def as_spoken(text: str, *, unfinished: bool) -> str:
    """Voices let their pitch fall at a full stop. A part at which the speaker only pauses has to sound unfinished."""
    return text.rstrip(",") + "," if unfinished else text


class Voices:
    """`sound(text)` of everything that was asked for when it was made. Raises SoundError."""

    def __init__(self, kinds: Iterable[str], models_dir: Path) -> None:
        wanted: dict[tuple[str, str], None] = {}
        for kind in kinds:
            for entry in texts()[kind]:
                parts = entry if isinstance(entry, list) else [entry]
                for number, part in enumerate(parts):
                    wanted[as_spoken(part, unfinished=number + 1 < len(parts)), language_of(kind)] = None
        self._sounds = dict(zip((text for text, _ in wanted), _spoken(list(wanted), models_dir), strict=True))

    def sound(self, text: str, *, unfinished: bool = False) -> Pcm:
        return self._sounds[as_spoken(text, unfinished=unfinished)]


def _spoken(wanted: list[tuple[str, str]], models_dir: Path) -> list[Pcm]:
    if not wanted:
        return []
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "speech.npz"
        command = [sys.executable, "-m", "server.caller.latency.speak", str(models_dir), str(out)]
        done = subprocess.run(
            command, input=json.dumps(wanted), capture_output=True, text=True, timeout=SPEAKING_TIMEOUT_S, check=False
        )
        if done.returncode != 0:
            why = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "its process ended"
            raise SoundError(f"The scenarios' speech could not be made: {why}")
        with np.load(out) as sounds:
            return [sounds[str(number)].astype(np.float32) / np.float32(32768) for number in range(len(wanted))]
