"""What engines that load files share: finding them, and opening an ONNX model that leaves the CPU to its neighbours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.ports import EngineUnavailable
from models.registry import EngineOptions


def model_directory(options: EngineOptions, title: str, *names: str) -> Path:
    """The artifact's folder, once every named file is known to be in it.

    Raises EngineUnavailable with one sentence that says what is missing and what brings it.
    """
    if options.directory is None:
        raise EngineUnavailable(f"{title} was given no model folder.")
    missing = [name for name in names if not (options.directory / name).is_file()]
    if missing:
        raise EngineUnavailable(
            f"{title} cannot start: {', '.join(missing)} is missing in {options.directory}; "
            "'moui models fetch' downloads what is missing."
        )
    return options.directory


def open_onnx(path: Path, title: str, threads: int = 1) -> Any:
    """An onnxruntime InferenceSession on the CPU with `threads` threads.

    Spinning is off: onnxruntime's workers busy-wait between calls by default, and a busy neighbour thread takes
    three quarters of llama.cpp's speed on two cores.
    Raises EngineUnavailable when the file is not a model onnxruntime can run.
    """
    import onnxruntime

    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = max(1, threads)
    settings.inter_op_num_threads = 1
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    settings.add_session_config_entry("session.inter_op.allow_spinning", "0")
    settings.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), sess_options=settings, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no base class of theirs
        raise EngineUnavailable(
            f"{title} cannot read {path.name}; 'moui models verify' tells whether the file is damaged."
        ) from error
