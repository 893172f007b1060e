"""One incarnation of a worker's process, as the server sees it: frames out, frames in, its log lines, its death."""

from __future__ import annotations

import asyncio
import collections
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any, cast

from models.frames import Frame, FrameDecoder, FrameError, encode
from models.ports import EngineUnavailable
from models.registry import EngineOptions
from models.worker_child import LOG_MARK

MAX_LINE = 500
"""Characters kept of a line of the child's stderr, and of what has no newline yet."""
DRAIN_S = 0.2
"""How long the pipes of a dead process are still read."""
LAST_WORDS = 12
"""Lines of stderr kept for the report of a crash."""


class ChildProcess(asyncio.SubprocessProtocol):
    """Made by `launch`. `on_frame` gets the frames of calls: (name, call id, ...). `exited` is done once the process
    is confirmed dead and its last frames are read."""

    def __init__(self, name: str, on_frame: Callable[[Frame], None]) -> None:
        self.exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.pid = 0
        self._on_frame = on_frame
        self._decoder = FrameDecoder()
        self._log = logging.getLogger(f"moui.worker.{name}")
        self._partial = ""
        self._last_words: collections.deque[str] = collections.deque(maxlen=LAST_WORDS)
        self._transport: asyncio.SubprocessTransport | None = None
        self._stdin: asyncio.WriteTransport | None = None
        self._open_pipes = {1, 2}
        self._returncode: int | None = None
        self._drain: asyncio.TimerHandle | None = None
        self._loaded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pong: asyncio.Future[None] | None = None

    @classmethod
    async def launch(cls, name: str, options: EngineOptions, on_frame: Callable[[Frame], None]) -> ChildProcess:
        """Start the process; raises OSError when the system refuses."""
        _, protocol = await asyncio.get_running_loop().subprocess_exec(
            lambda: cls(name, on_frame),
            *(sys.executable, "-P", "-m", "models.worker_child"),
            env=child_environment(options),
            **_own_group(),
        )
        return protocol

    @property
    def last_words(self) -> str:
        """The end of the child's stderr, one line a line."""
        return "\n".join(self._last_words)

    async def load(self, engine: str, options: EngineOptions) -> bool:
        """Returns whether it lives, loaded. Raises EngineUnavailable with the engine's own sentence."""
        self.send(("load", engine, options))
        await asyncio.wait((self._loaded, self.exited), return_when=asyncio.FIRST_COMPLETED)
        if self._loaded.done():
            self._loaded.result()
        return self._loaded.done() and not self.exited.done()

    async def ping(self, timeout_s: float) -> bool:
        """Does its main thread answer in time?"""
        if self._pong is None or self._pong.done():
            self._pong = asyncio.get_running_loop().create_future()
        pong = self._pong
        self.send(("ping", 0))
        await asyncio.wait((pong, self.exited), timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        return pong.done()

    def send(self, frame: Frame) -> None:
        """Queue a frame; dropped if the process is dying (its death is told by `exited`)."""
        if self._stdin is not None and not self._stdin.is_closing():
            self._stdin.write(encode(frame))

    def kill(self) -> None:
        if self._transport is None or self._returncode is not None:
            return
        try:
            if sys.platform == "win32":
                self._transport.kill()
            else:
                # Not transport.kill(): Popen polls first, which steals the exit status from asyncio's child watcher.
                os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            self._log.debug("pid %d is already gone", self.pid)

    async def stop(self, grace_s: float) -> None:
        """Ask it to end, and kill it after `grace_s`. Returns when it is dead."""
        self.send(("stop",))
        await asyncio.wait((self.exited,), timeout=grace_s)
        if not self.exited.done():
            self._log.warning("pid %d did not stop in %.1f s and is killed", self.pid, grace_s)
        self.kill()
        await asyncio.wait((self.exited,))

    # --- asyncio.SubprocessProtocol ---------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.SubprocessTransport, transport)
        self._stdin = cast(asyncio.WriteTransport, self._transport.get_pipe_transport(0))
        self.pid = self._transport.get_pid() or 0

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 2:
            self._on_stderr(data.decode("utf-8", "replace"))
            return
        try:
            for frame in self._decoder.feed(data):
                self._take(frame)
        except FrameError as error:
            self._log.error("pid %d: %s", self.pid, error)
            self.kill()

    def _take(self, frame: Frame) -> None:
        match frame:
            case ("loaded",):
                self._loaded.set_result(None)
            case ("failed", 0, _, sentence):
                self._loaded.set_exception(EngineUnavailable(sentence))
            case ("pong", _):
                if self._pong is not None and not self._pong.done():
                    self._pong.set_result(None)
            case _:
                self._on_frame(frame)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        self._open_pipes.discard(fd)
        if fd == 1 and self._returncode is None:
            # It is ending, or at least no use any more. A moment's patience keeps its own exit code for the log.
            asyncio.get_running_loop().call_later(DRAIN_S, self.kill)
        if self._returncode is not None and not self._open_pipes:
            self._finish()

    def process_exited(self) -> None:
        """Its last frames and last words may still be in the pipes; a grandchild may hold them open for ever."""
        assert self._transport is not None
        self._returncode = self._transport.get_returncode() or 0
        if self._open_pipes:
            self._drain = asyncio.get_running_loop().call_later(DRAIN_S, self._finish)
        else:
            self._finish()

    def _finish(self) -> None:
        if self._drain is not None:
            self._drain.cancel()
        if self._transport is not None:
            self._transport.close()
        if self._partial:
            self._on_stderr("\n")
        if not self.exited.done():
            self.exited.set_result(self._returncode or 0)

    # --- its log ----------------------------------------------------------------------------------------------------

    def _on_stderr(self, text: str) -> None:
        *lines, self._partial = (self._partial + text).replace("\r", "\n").split("\n")
        self._partial = self._partial[-MAX_LINE:]
        for line in lines:
            if line.strip():
                self._on_line(line[:MAX_LINE])

    def _on_line(self, line: str) -> None:
        """A record of the child's log keeps its level; a library's chatter is worth DEBUG, and a look after a crash."""
        level = logging.DEBUG
        if line.startswith(LOG_MARK):
            _, number, line = line.split(LOG_MARK, 2)
            level = int(number)
        self._last_words.append(line)
        self._log.log(level, "%s", line)


def child_environment(options: EngineOptions, parent: Mapping[str, str] | None = None) -> dict[str, str]:
    """Set before the interpreter starts, because OpenMP, BLAS and the hub libraries read theirs when first imported.

    `settings["env"]` of the engine adds to it or overrides it.
    """
    threads = str(max(1, options.threads))
    environment = dict(os.environ if parent is None else parent)
    environment |= {
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": "1",  # its barriers cost more than its threads gain: mel under load 34 ms, alone 2.4
        "MKL_NUM_THREADS": threads,
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "PYTHONFAULTHANDLER": "1",
        "PYTHONIOENCODING": "utf-8",
        # The child imports what we import, wherever it was started from.
        "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path),
    }
    if options.device == "cpu":
        # A CUDA build of llama.cpp uses the GPU for long prompts even with no layer offloaded.
        environment["CUDA_VISIBLE_DEVICES"] = ""
    extra: Mapping[str, Any] = options.settings.get("env", {})
    return environment | {str(key): str(value) for key, value in extra.items()}


def _own_group() -> dict[str, Any]:
    """Ctrl-C in the terminal reaches the server only."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}
