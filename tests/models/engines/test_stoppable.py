"""An inference that another thread ends: while it runs, between two, and never the next call's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.engines.model_files import open_onnx
from models.engines.stoppable import Stop, StoppableSession
from tests.models.engines import tiny_onnx
from tests.models.engines.tiny_onnx import FLOAT

AUDIO = {"audio": np.ones((2,), np.float32)}


@pytest.fixture
def session(tmp_path: Path) -> Any:
    path = tmp_path / "model.onnx"
    tiny_onnx.write(path, [tiny_onnx.node("Neg", ["audio"], "out")], inputs={"audio": (FLOAT, 1)}, output=("out", 1))
    return open_onnx(path, "The test model")


def test_it_runs_like_the_session_inside(session: Any) -> None:
    stoppable = StoppableSession(session, Stop())
    (out,) = stoppable.run(None, AUDIO)
    assert out.tolist() == [-1.0, -1.0]
    assert [given.name for given in stoppable.get_inputs()] == ["audio"]


def test_what_is_stopped_stays_stopped_until_the_next_call(session: Any) -> None:
    stop = Stop()
    stoppable = StoppableSession(session, stop)
    stop.begin()
    stop.stop()
    for _ in range(2):
        with pytest.raises(Exception, match="terminate"):
            stoppable.run(None, AUDIO)
    stop.begin()
    assert len(stoppable.run(None, AUDIO)) == 1


def test_a_running_inference_is_told() -> None:
    class Slow:
        def run(self, outputs: Any, inputs: Any, options: Any) -> Any:
            assert not options.terminate
            stop.stop()
            return [options.terminate]

    stop = Stop()
    assert StoppableSession(Slow(), stop).run(None, AUDIO) == [True]
