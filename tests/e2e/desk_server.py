"""The real application without models, on a port of its own: documents, plans from the bank, stored interviews."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from interview.free_talk import FreeTalk
from server.app import create_app
from server.config import ServerConfig
from server.listen import uvicorn_config
from server.service import RuntimeLike
from tests.server.scripted import ScriptedRuntime, silent
from voice.responder import Responder

PATIENCE_S = 20.0


@contextlib.contextmanager
def desk(
    data_dir: Path, port: int = 0, models_dir: Path | None = None, runtime: ScriptedRuntime | None = None
) -> Iterator[str]:
    """The page's address, until the block ends. Interviews are kept in `data_dir`/interviews; no model is there but
    what `runtime` has scripted."""
    config = ServerConfig(data_dir=data_dir, models_dir=models_dir or data_dir / "models", port=port)
    app = create_app(config, runtime or ScriptedRuntime(), _talk)
    server = uvicorn.Server(uvicorn_config(app, config))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < deadline, "the server takes too long to start"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)


def _talk(runtime: RuntimeLike) -> Responder:
    return silent(runtime) if runtime.llm is None else FreeTalk(runtime.llm)
