"""Supertonic 3: the best Korean voice that runs on a CPU (https://github.com/supertone-inc/supertonic).

The weights are OpenRAIL-M: free, with restrictions on use. Nothing is downloaded here: they are in the model folder.
Settings: languages (those offered, ["ko", "en"]), steps (of diffusion, 8: fewer are faster and rougher), style ("F1":
the voice offered first), model ("supertonic-3").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from models.engines.model_files import model_directory
from models.engines.stoppable import Stop, StoppableSession
from models.ports import EngineError, EngineUnavailable, Role, SpeechChunk, SynthesizeRequest, Voice
from models.registry import EngineOptions, EngineSpec

FILES = (
    "onnx/tts.json",
    "onnx/unicode_indexer.json",
    "onnx/duration_predictor.onnx",
    "onnx/text_encoder.onnx",
    "onnx/vector_estimator.onnx",
    "onnx/vocoder.onnx",
)
SLOWEST, FASTEST = 0.7, 2.0
NATURAL_SPEED = 1.05
"""The library's own default: its 1.0 sounds drawn out."""

SESSIONS = ("dp_ort", "text_enc_ort", "vector_est_ort", "vocoder_ort")
"""The library's own names for its four models."""

LONGEST = {"ko": 120}
LONGEST_OTHERWISE = 300
"""Characters the model says well at once, as the library has them."""

PAUSE_S = 0.2


class SupertonicEngine:
    """A TextToSpeechEngine of several styles, each in every offered language. Voices are named "supertonic-F1-ko"."""

    def __init__(self, library: Any, split: Callable[[str, int], list[str]], options: EngineOptions) -> None:
        self._library: Any | None = library
        self._split = split
        self._steps = int(options.settings.get("steps", 8))
        first = str(options.settings.get("style", "F1"))
        names = sorted(library.voice_style_names, key=lambda name: (name != first, name))
        languages = tuple(options.settings.get("languages", ("ko", "en")))
        self._offered = {
            f"supertonic-{name}-{language}": (
                Voice(f"supertonic-{name}-{language}", language, "supertonic", name),
                name,
            )
            for language in languages
            for name in names
        }
        self._styles: dict[str, Any] = {}
        self._stop = Stop()
        for name in SESSIONS:
            setattr(library.model, name, StoppableSession(getattr(library.model, name), self._stop))

    def voices(self) -> tuple[Voice, ...]:
        return tuple(voice for voice, _ in self._offered.values())

    def synthesize(self, request: SynthesizeRequest) -> Iterator[SpeechChunk]:
        """One chunk per part the model says at once, with a short pause between. Raises EngineError."""
        if self._library is None:
            raise EngineError("The Supertonic voice is closed.")
        if request.voice not in self._offered:
            raise EngineError(f"Supertonic offers no voice '{request.voice}'.")
        self._stop.begin()
        voice, style = self._offered[request.voice]
        rate = int(self._library.sample_rate)
        text = self._speakable(request.text)
        parts = self._split(text, LONGEST.get(voice.language, LONGEST_OTHERWISE)) if text else []
        for number, part in enumerate(parts):
            if number:
                yield SpeechChunk(np.zeros(round(PAUSE_S * rate), dtype=np.float32), rate)
            yield SpeechChunk(self._spoken(part, style, voice.language, request.speed), rate)

    def interrupt(self) -> None:
        """From another thread: stop the running call."""
        self._stop.stop()

    def warm_up(self) -> None:
        """With the lengths that will come, a first fragment and a sentence: onnxruntime's memory grows with them."""
        voice = next(iter(self.voices()), None)
        if voice is not None:
            for text in ("1 2 3", "1 2 3 4 5 6 7 8 9 10"):
                for _ in self.synthesize(SynthesizeRequest(text, voice.id, voice.language)):
                    pass

    def close(self) -> None:
        self._library = None
        self._styles.clear()

    def _spoken(self, text: str, style: str, language: str, speed: float) -> Any:
        library = self._library
        assert library is not None
        if style not in self._styles:
            self._styles[style] = library.get_voice_style(style)
        try:
            samples, _ = library.synthesize(
                text,
                self._styles[style],
                total_steps=self._steps,
                speed=min(FASTEST, max(SLOWEST, speed * NATURAL_SPEED)),
                max_chunk_length=max(len(text) + 1, LONGEST_OTHERWISE),  # cut already
                lang=language,
            )
        except (ValueError, RuntimeError) as error:
            raise EngineError(f"Supertonic could not speak this text: {error}") from error
        return np.clip(np.ascontiguousarray(samples[0], dtype=np.float32), -1.0, 1.0)

    def _speakable(self, text: str) -> str:
        """Without the characters the model has no sound for: the library refuses the whole text for one of them."""
        assert self._library is not None
        fine, unknown = self._library.model.text_processor.validate_text(text)
        if not fine:
            text = text.translate({ord(character): " " for entry in unknown for character in entry})
        return " ".join(text.split())


def load(options: EngineOptions) -> SupertonicEngine:
    """Raises EngineUnavailable."""
    directory = model_directory(options, "The Supertonic voice", *FILES)
    if not any((directory / "voice_styles").glob("*.json")):
        raise EngineUnavailable(f"The Supertonic voice has no voice styles in {directory / 'voice_styles'}.")
    try:
        from supertonic import TTS
        from supertonic.utils import chunk_text
    except ImportError as error:
        raise EngineUnavailable(f"Supertonic is not installed: {error}.") from error
    try:
        library = TTS(
            model=str(options.settings.get("model", "supertonic-3")),
            model_dir=directory,
            auto_download=False,
            intra_op_num_threads=max(1, options.threads),
            inter_op_num_threads=1,
        )
    except Exception as error:  # onnxruntime's own exceptions share no base class of theirs
        raise EngineUnavailable(
            f"The Supertonic voice cannot be loaded ({type(error).__name__}); "
            "'moui models verify' tells whether a file is damaged."
        ) from error
    return SupertonicEngine(library, chunk_text, options)


SPEC = EngineSpec(name="supertonic", role=Role.TTS, load=load)
