"""ONNX models whose running inference another thread can end: a sentence is one inference, of up to a second.

A reply that is interrupted, or speech that is made ahead of time and is in somebody's way, then leaves the processor
within some 20 ms (measured on Piper) instead of after the sentence.
"""

from __future__ import annotations

from typing import Any


class Stop:
    """One for all sessions of an engine. `begin` each call; `stop`, from another thread, makes the running inference
    and those still to come in this call raise onnxruntime's own error."""

    def __init__(self) -> None:
        self._stopped = False
        self._running: Any | None = None

    def begin(self) -> None:
        self._stopped = False

    def stop(self) -> None:
        self._stopped = True
        if (running := self._running) is not None:
            running.terminate = True

    def run(self, session: Any, outputs: Any, inputs: Any) -> Any:
        import onnxruntime

        # First where stop() finds it, then asked whether it came before: in no order of events is it missed.
        self._running = onnxruntime.RunOptions()
        self._running.terminate = self._stopped
        try:
            return session.run(outputs, inputs, self._running)
        finally:
            self._running = None


class StoppableSession:
    """Stands in for an onnxruntime.InferenceSession."""

    def __init__(self, session: Any, stop: Stop) -> None:
        self._session = session
        self._stop = stop

    def run(self, outputs: Any, inputs: Any, run_options: None = None) -> Any:
        return self._stop.run(self._session, outputs, inputs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)
