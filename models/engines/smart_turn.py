"""smart-turn v3.2 on onnxruntime: has the speaker finished, or only paused?
(https://github.com/pipecat-ai/smart-turn, BSD-2)

The model is a Whisper-tiny encoder with a classifier on top; it hears the last 8 s of the turn and knows 23 languages.
Its features are those of transformers' WhisperFeatureExtractor(chunk_length=8, do_normalize=True).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from models.engines.model_files import model_directory, open_onnx
from models.ports import MIC_RATE_HZ, Pcm, Role
from models.registry import EngineOptions, EngineSpec

WINDOW_S = 8
WINDOW = WINDOW_S * MIC_RATE_HZ
FILE = "smart-turn-v3.2-cpu.onnx"


def last_window(audio: Pcm) -> Pcm:
    """The last 8 s, silence in front where there are fewer: the end of the turn is always the end of the window.

    Zero mean and unit variance, over the padded window, as in training.
    """
    window = np.zeros(WINDOW, dtype=np.float32)
    tail = audio[-WINDOW:]
    if len(tail):
        window[-len(tail) :] = tail
    window -= window.mean()
    window /= np.sqrt(window.var() + 1e-7)
    return window


class SmartTurnDetector:
    """An EndOfTurnDetector. Stateless; safe to share between sessions and threads."""

    def __init__(self, model: Any, features: Any) -> None:
        self._model: Any | None = model
        self._features = features

    def probability(self, audio: Pcm) -> float:
        """Probability in [0, 1] that the speaker is done, from 16 kHz audio that ends where the silence began to count.

        No audio is no turn: 0.
        """
        if self._model is None:
            raise RuntimeError("the smart-turn engine is closed")
        if not len(audio):
            return 0.0
        spectrum = self._features(last_window(audio), padding=0)
        (output,) = self._model.run(None, {"input_features": spectrum[np.newaxis]})
        # The output is named "logits", but the exported graph ends in a sigmoid.
        return float(output[0, 0])

    def warm_up(self) -> None:
        self.probability(np.zeros(WINDOW, dtype=np.float32))

    def close(self) -> None:
        self._model = None


def load(options: EngineOptions) -> SmartTurnDetector:
    """Raises EngineUnavailable."""
    directory = model_directory(options, "smart-turn", FILE)
    # The package imports CTranslate2 along with it: 0.2 s and 36 MB, once, for a log-mel that is not ours to maintain.
    from faster_whisper.feature_extractor import FeatureExtractor

    model = open_onnx(directory / FILE, "smart-turn", threads=options.threads)
    return SmartTurnDetector(model, FeatureExtractor(chunk_length=WINDOW_S))


SPEC = EngineSpec(name="smart_turn", role=Role.END_OF_TURN, load=load, heavy=False, device_bound=False)
