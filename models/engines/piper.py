"""Piper: the fast local voice (https://github.com/OHF-Voice/piper1-gpl).

Piper is GPL-3: it is imported inside `load` only, which runs in a worker process of its own.
Settings: voice (the id to offer it under), speaker (of a model with several).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from models.engines.model_files import model_directory, open_onnx
from models.engines.stoppable import Stop, StoppableSession
from models.ports import EngineError, EngineUnavailable, Role, SpeechChunk, SynthesizeRequest, Voice
from models.registry import EngineOptions, EngineSpec

VOLUME = 0.9
"""Piper scales every sentence to full range; resampling then overshoots by a few percent, which would clip."""

SLOWEST, FASTEST = 0.5, 2.0

MOST_CHARACTERS = 200
"""A sentence is one chunk. Longer ones are cut at a clause so that the first sound need not wait for all of it."""

WARM_UP = ("1.", "What would you do", "Could you walk me through how you decided between the two of them?")
"""A first fragment and a sentence."""

_CLAUSE = re.compile(r"(?<=[,;:–—])\s+")


class PiperEngine:
    """A TextToSpeechEngine of one voice."""

    def __init__(
        self, voice: Any, configuration_type: Any, offered: Voice, speaker: int | None, stop: Stop | None = None
    ) -> None:
        self._voice: Any | None = voice
        self._stop = stop or Stop()
        self._configuration_type = configuration_type
        self._offered = offered
        self._speaker = speaker

    def voices(self) -> tuple[Voice, ...]:
        return (self._offered,)

    def synthesize(self, request: SynthesizeRequest) -> Iterator[SpeechChunk]:
        """One chunk per sentence (or clause of a very long one). Text with nothing to say yields nothing."""
        if self._voice is None:
            raise EngineError("The Piper voice is closed.")
        self._stop.begin()
        speed = min(FASTEST, max(SLOWEST, request.speed))
        configuration = self._configuration_type(
            speaker_id=self._speaker, length_scale=self._voice.config.length_scale / speed, volume=VOLUME
        )
        for part in clauses(request.text):
            # "[[" opens raw phonemes for Piper: a model that writes it must not be able to steer the voice.
            for chunk in self._voice.synthesize(part.replace("[[", "[ ["), configuration):
                samples = np.ascontiguousarray(chunk.audio_float_array, dtype=np.float32)
                if len(samples):
                    yield SpeechChunk(samples, int(chunk.sample_rate))

    def interrupt(self) -> None:
        """From another thread: stop the running call."""
        self._stop.stop()

    def warm_up(self) -> None:
        """With the lengths that will come: onnxruntime's memory grows with the first sentence of each."""
        for text in WARM_UP:
            for _ in self.synthesize(SynthesizeRequest(text, self._offered.id, self._offered.language)):
                pass

    def close(self) -> None:
        self._voice = None


def clauses(text: str, most: int = MOST_CHARACTERS) -> list[str]:
    """The text in parts of at most `most` characters where clause marks allow it; a short text is one part."""
    parts: list[str] = []
    for clause in _CLAUSE.split(text.strip()) if len(text) > most else [text.strip()]:
        if parts and len(parts[-1]) + 1 + len(clause) <= most:
            parts[-1] += " " + clause
        else:
            parts.append(clause)
    return [part for part in parts if part]


def load(options: EngineOptions) -> PiperEngine:
    """Raises EngineUnavailable."""
    directory = model_directory(options, "The Piper voice", "model.onnx", "model.onnx.json")
    try:
        from piper import PiperVoice, SynthesisConfig
        from piper.config import PiperConfig
    except ImportError as error:
        raise EngineUnavailable(f"Piper is not installed: {error}.") from error

    description = _description(directory / "model.onnx.json")
    try:
        configuration = PiperConfig.from_dict(description)
    except (KeyError, TypeError, ValueError) as error:
        raise EngineUnavailable(f"The Piper voice's model.onnx.json lacks what Piper needs: {error}.") from error
    # Not PiperVoice.load(): it takes no session options and would use every core, spinning.
    session = open_onnx(directory / "model.onnx", "The Piper voice", threads=options.threads)
    stop = Stop()
    voice = PiperVoice(session=StoppableSession(session, stop), config=configuration)
    speaker = options.settings.get("speaker")
    return PiperEngine(
        voice, SynthesisConfig, _offered(description, options), None if speaker is None else int(speaker), stop
    )


def _description(path: Path) -> dict[str, Any]:
    try:
        description: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise EngineUnavailable(f"The Piper voice's {path.name} is damaged: {error}.") from error
    return description


def _offered(description: dict[str, Any], options: EngineOptions) -> Voice:
    """What the model says of itself. Old models name only their eSpeak voice ("en-us")."""
    language = description.get("language", {})
    code = language.get("family") or description.get("espeak", {}).get("voice", "en").partition("-")[0]
    name = description.get("dataset") or "piper"
    return Voice(
        id=str(options.settings.get("voice", f"piper-{code}-{name}")), language=code, engine="piper", name=name
    )


SPEC = EngineSpec(name="piper", role=Role.TTS, load=load)
