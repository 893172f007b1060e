"""Silero VAD v6 on onnxruntime: is this 32 ms window speech? (https://github.com/snakers4/silero-vad, MIT)"""

from __future__ import annotations

from typing import Any

import numpy as np

from models.engines.model_files import model_directory, open_onnx
from models.ports import MIC_RATE_HZ, VAD_WINDOW, Pcm, Role
from models.registry import EngineOptions, EngineSpec

CONTEXT = 64
"""Samples of the previous window that v5 and v6 expect in front of each window at 16 kHz."""

_RATE = np.array(MIC_RATE_HZ, dtype=np.int64)


class SileroDetector:
    """A VoiceActivityDetector: one stream's memory over a shared model. Not to be used from two threads at once."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._input = np.zeros((1, CONTEXT + VAD_WINDOW), dtype=np.float32)
        self._state = np.zeros((2, 1, 128), dtype=np.float32)

    def probability(self, window: Pcm) -> float:
        """Speech probability in [0, 1] of the next VAD_WINDOW samples at 16 kHz. ValueError for any other length."""
        if window.shape != (VAD_WINDOW,):
            raise ValueError(f"a VAD window has {VAD_WINDOW} samples, not {window.shape}")
        self._input[0, :CONTEXT] = self._input[0, -CONTEXT:]
        self._input[0, CONTEXT:] = window
        output, self._state = self._model.run(None, {"input": self._input, "state": self._state, "sr": _RATE})
        return float(output[0, 0])

    def reset(self) -> None:
        """Forget the stream so far."""
        self._input.fill(0.0)
        self._state = np.zeros((2, 1, 128), dtype=np.float32)


class SileroEngine:
    """The shared model; `new()` gives each session its own detector. onnxruntime sessions are safe to share."""

    def __init__(self, model: Any) -> None:
        self._model: Any | None = model

    def new(self) -> SileroDetector:
        if self._model is None:
            raise RuntimeError("the Silero engine is closed")
        return SileroDetector(self._model)

    def warm_up(self) -> None:
        self.new().probability(np.zeros(VAD_WINDOW, dtype=np.float32))

    def close(self) -> None:
        self._model = None


def load(options: EngineOptions) -> SileroEngine:
    """Raises EngineUnavailable."""
    directory = model_directory(options, "Silero VAD", "silero_vad.onnx")
    # One thread always: a window is 0.1 ms of work, less than waking a second thread costs.
    return SileroEngine(open_onnx(directory / "silero_vad.onnx", "Silero VAD", threads=1))


SPEC = EngineSpec(name="silero", role=Role.VAD, load=load, heavy=False, device_bound=False)
