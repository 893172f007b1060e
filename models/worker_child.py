"""The process of one heavy engine: `python -m models.worker_child`. Plain and synchronous: no asyncio here.

Two threads. The *main* thread owns the engine (llama.cpp must not be entered by two) and is the only one to write
frames. The *reader* thread takes frames from stdin, so that a cancel is seen while the engine computes, and ends the
process at the end of stdin: no worker outlives its server, on Linux or Windows, however the server died.

Frames in:  ("load", engine name, EngineOptions)  ("open", id, method, request)  ("step", id, budget_s)  ("pause", id)
            ("cancel", id)  ("ping", n)  ("stop",)
Frames out: ("loaded",)  ("item", id, value)  ("stepped", id, done)  ("failed", id, error class name, sentence)
            ("cancelled", id)  ("pong", n).    The id of ("load", ...) and of its failure is 0.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import IO, Any

from models.frames import HEADER, MAX_FRAME_BYTES, Frame, FrameError, encode

PR_SET_PDEATHSIG = 1
LOG_MARK = "\x1e"
"""Starts a line of stderr that is a log record: mark, level number, mark, text. Other lines are a library's chatter."""

log = logging.getLogger("child")


class Control:
    """What the reader tells the main thread in mid-step. Single attributes: assignments are atomic."""

    def __init__(self) -> None:
        self.cancelled_id = 0
        self.pause = False
        self.stopping = False
        self.interrupt: Callable[[], None] | None = None

    def is_cancelled(self, call_id: int) -> bool:
        return self.stopping or self.cancelled_id >= call_id


class Reader(threading.Thread):
    """stdin -> inbox, and the urgent part of it -> control at once. The parent sends a few frames a call: 1024 is
    never reached, and if it were, the reader would wait."""

    def __init__(self, stdin: IO[bytes], control: Control) -> None:
        super().__init__(name="reader", daemon=True)
        self._stdin = stdin
        self._control = control
        self.inbox: queue.Queue[Frame] = queue.Queue(maxsize=1024)

    def run(self) -> None:
        try:
            while True:
                self._take(self._read_frame())
        except (EOFError, OSError, FrameError):
            os._exit(0)  # the server is gone (or mad); whatever the main thread computes is for nobody

    def _take(self, frame: Frame) -> None:
        control = self._control
        match frame:
            case ("step", _, _):
                control.pause = False
            case ("pause", _):
                control.pause = True
                return
            case ("cancel", call_id):
                control.cancelled_id = max(control.cancelled_id, call_id)
                self._interrupt()
            case ("stop",):
                control.stopping = True
                self._interrupt()
        self.inbox.put(frame)

    def _interrupt(self) -> None:
        if self._control.interrupt is not None:
            try:
                self._control.interrupt()
            except Exception:
                log.exception("interrupt() failed")

    def _read_frame(self) -> Frame:
        (length,) = HEADER.unpack(self._read_exactly(HEADER.size))
        if length > MAX_FRAME_BYTES:
            raise FrameError("bad length")
        frame: Frame = pickle.loads(self._read_exactly(length))
        return frame

    def _read_exactly(self, count: int) -> bytes:
        data = self._stdin.read(count)
        if len(data) < count:
            raise EOFError
        return data


class Child:
    """The main thread: loads the engine, then serves one call at a time."""

    def __init__(self, stdout: IO[bytes], inbox: queue.Queue[Frame], control: Control) -> None:
        self._stdout = stdout
        self._inbox = inbox
        self._control = control
        self._engine: Any = None
        self._name = ""
        self._call_id = 0
        self._open: tuple[str, Any] | None = None
        self._items: Iterator[Any] | None = None

    def serve(self) -> None:
        """Returns on ("stop",)."""
        while True:
            match self._inbox.get():
                case ("load", name, options):
                    self._load(name, options)
                case ("open", call_id, method, request):
                    self._call_id, self._open, self._items = call_id, (method, request), None
                case ("step", call_id, budget_s) if call_id == self._call_id:
                    self._step(budget_s)
                case ("cancel", call_id) if call_id == self._call_id:
                    self._end_cancelled()
                case ("ping", number):
                    self._send(("pong", number))
                case ("stop",):
                    self._close_items()
                    self._close_engine()
                    return
                # else: a step or cancel that crossed the end of its call on the way; both sides know it ended

    def _load(self, name: str, options: Any) -> None:
        from models.registry import engine_spec

        self._name = name
        try:
            self._engine = engine_spec(name).load(options)
        except Exception as error:  # noqa: BLE001 - whatever a library raises becomes one sentence and a log entry
            self._fail(error, f"The engine '{name}' could not be loaded; the log says why.")
            return
        self._control.interrupt = getattr(self._engine, "interrupt", None)
        self._send(("loaded",))

    def _step(self, budget_s: float) -> None:
        until = time.perf_counter() + budget_s
        try:
            while not self._control.is_cancelled(self._call_id):
                try:
                    item = next(self._iterator())
                except StopIteration:
                    self._finish(("stepped", self._call_id, True))
                    return
                self._send(("item", self._call_id, item))
                due = self._control.pause or time.perf_counter() >= until
                if due and not self._control.is_cancelled(self._call_id):
                    self._send(("stepped", self._call_id, False))
                    return
            self._end_cancelled()
        except Exception as error:  # noqa: BLE001 - see _fail
            if self._control.is_cancelled(self._call_id):
                self._end_cancelled()  # interrupt() makes some engines raise: that is their acknowledgement
            else:
                self._fail(error, f"The engine '{self._name}' failed on this request; the log says why.")

    def _iterator(self) -> Iterator[Any]:
        """The engine's iterator; the method is called in the first step, because it may compute before it yields."""
        if self._items is None:
            assert self._open is not None
            method, request = self._open
            function = getattr(self._engine, method)
            result = function() if request is None else function(request)
            if hasattr(result, "__next__"):
                self._items = result
            else:
                self._items = iter(() if result is None else (result,))
        return self._items

    def _end_cancelled(self) -> None:
        self._close_items()
        self._finish(("cancelled", self._call_id))

    def _close_items(self) -> None:
        close = getattr(self._items, "close", None)
        if close is not None:
            try:
                close()
            except Exception:
                log.exception("closing the call of engine %s failed", self._name)
        self._items = None

    def _close_engine(self) -> None:
        if self._engine is not None:
            try:
                self._engine.close()
            except Exception:
                log.exception("closing engine %s failed", self._name)

    def _fail(self, error: Exception, otherwise: str) -> None:
        """EngineErrors carry a sentence for the user; anything else is told to the log, with its traceback."""
        from models.ports import EngineError, EngineUnavailable

        self._items = None
        if isinstance(error, EngineError):
            kind = "EngineUnavailable" if isinstance(error, EngineUnavailable) else "EngineError"
            sentence = str(error)
        else:
            log.error("engine %s", self._name, exc_info=error)
            kind, sentence = "EngineError", otherwise
        self._finish(("failed", self._call_id, kind, sentence))

    def _finish(self, frame: Frame) -> None:
        self._call_id, self._open, self._items = 0, None, None
        self._send(frame)

    def _send(self, frame: Frame) -> None:
        data = encode(frame)  # before any byte is written: an item that cannot travel fails alone
        try:
            self._stdout.write(data)
            self._stdout.flush()
        except OSError:
            os._exit(0)


class LogFormatter(logging.Formatter):
    """One record a line (the parent splits at newlines), marked with its level."""

    def format(self, record: logging.LogRecord) -> str:
        lines = super().format(record).splitlines()
        return "\n".join(f"{LOG_MARK}{record.levelno}{LOG_MARK}{line}" for line in lines)


def take_channel() -> tuple[IO[bytes], IO[bytes]]:
    """Keep stdin and stdout for frames alone: fd 1 becomes stderr and fd 0 the null device, so that neither a
    library's print nor a grandchild can touch the channel."""
    stdin = os.fdopen(os.dup(0), "rb", buffering=1 << 16)
    stdout = os.fdopen(os.dup(1), "wb", buffering=1 << 16)
    os.dup2(2, 1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    sys.stdout = sys.stderr
    return stdin, stdout


def stay_attached() -> None:
    """Ctrl-C is the server's to handle. On Linux the kernel also ends us with the server (stdin's end does so
    everywhere, unless a fork of the server still holds the pipe)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def main() -> None:
    stay_attached()
    stdin, stdout = take_channel()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LogFormatter("%(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    control = Control()
    reader = Reader(stdin, control)
    reader.start()
    Child(stdout, reader.inbox, control).serve()
    sys.stderr.flush()
    os._exit(0)  # skip native destructors: the process ending frees everything, and they are known to crash


if __name__ == "__main__":
    main()
