"""The answers of a candidate who is not there: sound files and lines of text, in the order of their names."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from server.caller.client import CallError
from server.caller.sound import Clip, read_clip

SOUND = (".wav", ".flac", ".ogg")
LINES = "answers.txt"
"""Every line of this file is an answer; any other .txt is one answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Spoken where there is a clip, else typed."""

    name: str
    text: str = ""
    clip: Clip | None = None


def read_answers(folder: Path) -> tuple[Answer, ...]:
    """Numbers in names count as numbers: answer-2 comes before answer-10. Raises CallError, SoundError."""
    if not folder.is_dir():
        raise CallError(f"{folder} is no folder; --answers names one with .wav or .txt files.")
    files = [path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in (*SOUND, ".txt")]
    answers = tuple(answer for path in sorted(files, key=_order) for answer in _read(path))
    if not answers:
        raise CallError(f"{folder} holds no answers; put one .wav or .txt file there for each, or one {LINES}.")
    return answers


def _order(path: Path) -> tuple[tuple[int, int, str], ...]:
    parts = re.findall(r"\d+|\D+", path.name.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def _read(path: Path) -> list[Answer]:
    if path.suffix.lower() in SOUND:
        return [Answer(path.name, clip=read_clip(path))]
    try:
        text = unicodedata.normalize("NFC", path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise CallError(f"{path} cannot be read as UTF-8 text: {error}") from error
    texts = text.splitlines() if path.name.casefold() == LINES else [text]
    spoken = [" ".join(text.split()) for text in texts]
    return [Answer(path.name, text) for text in spoken if text]
