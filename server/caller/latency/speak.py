"""A process of its own that turns the scenarios' texts into speech before anything is measured, and is gone then.

Usage: python -m server.caller.latency.speak MODELS_DIR OUT.npz < texts.json ([[text, language], ...])
Writes one array of int16 samples at 16 kHz a text, named by its number. Both voices' programs are GPL-3: like the
server, this command runs them in a process apart.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt

from models.ports import MIC_RATE_HZ, EngineError, SynthesizeRequest, TextToSpeechEngine
from models.registry import EngineOptions, engine_spec
from voice.audio import StreamResampler

ENGINES = {"en": ("piper", "piper-en-us-joe-medium"), "ko": ("espeak", None)}
"""By language: the engine, and its model's folder. Of eSpeak's Korean Whisper understands "네." and not much more."""


def main() -> int:
    models_dir, out = Path(sys.argv[1]), Path(sys.argv[2])
    texts: list[tuple[str, str]] = [(text, language) for text, language in json.load(sys.stdin)]
    engines: dict[str, TextToSpeechEngine] = {}
    sounds: dict[str, npt.NDArray[np.int16]] = {}
    try:
        for number, (text, language) in enumerate(texts):
            if language not in engines:
                engines[language] = _engine(language, models_dir)
            sounds[str(number)] = _spoken(engines[language], text, language)
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    with out.open("wb") as file:
        np.savez(file, **sounds)  # type: ignore[arg-type]
    return 0


def _engine(language: str, models_dir: Path) -> TextToSpeechEngine:
    name, folder = ENGINES[language]
    directory = models_dir / folder if folder else None
    return cast(TextToSpeechEngine, engine_spec(name).load(EngineOptions(directory, threads=2)))


def _spoken(engine: TextToSpeechEngine, text: str, language: str) -> npt.NDArray[np.int16]:
    voice = next(voice for voice in engine.voices() if voice.language == language)
    pieces = []
    resampler: StreamResampler | None = None
    for chunk in engine.synthesize(SynthesizeRequest(text, voice.id, language)):
        resampler = resampler or StreamResampler(chunk.sample_rate_hz, MIC_RATE_HZ)
        pieces.append(resampler.process(chunk.audio))
    if resampler is not None:
        pieces.append(resampler.flush())
    return (np.clip(np.concatenate(pieces), -1, 1) * 32767).astype(np.int16)


if __name__ == "__main__":
    sys.exit(main())
