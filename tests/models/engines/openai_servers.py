"""Servers for the tests of openai_api: a real one (llama-cpp-python's, on a real model) and one that misbehaves."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

START_S = 90.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def real_server(model: Path, log: Path) -> Iterator[str]:
    """`python -m llama_cpp.server`; its base address. Its output goes to `log`."""
    port = free_port()
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(model), "--model_alias", "tiny"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--n_ctx", "1024", "--n_threads", "1"]
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            url = f"http://127.0.0.1:{port}/v1"
            deadline = time.monotonic() + START_S
            while not _answers(f"{url}/models"):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            yield url
        finally:
            process.terminate()
            process.wait(10)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


class Misbehaviour(ThreadingHTTPServer):
    """Answers every request with `status` and `body`, then does what `ending` says.

    `requests` are the JSON bodies and `headers` the headers it got; `left` is set once the client hung up.
    """

    daemon_threads = True

    def __init__(self, *, status: int = 200, body: bytes = b"", ending: str = "close") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.body, self.ending = status, body, ending
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.left = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Misbehaviour
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(json.loads(data))
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        self.server.headers.append(dict(self.headers))
        if self.server.ending == "silence":  # not even a status line
            self._wait_for_hang_up()
            return
        self.send_response(self.server.status)
        self.send_header("Content-Type", "text/event-stream")
        if self.server.ending == "break":
            self.send_header("Content-Length", str(len(self.server.body) + 100))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(self.server.body)
        self.wfile.flush()
        if self.server.ending == "stall":
            self._wait_for_hang_up()
        self.close_connection = True

    def _wait_for_hang_up(self) -> None:
        self.connection.settimeout(30)
        with contextlib.suppress(OSError):
            if self.connection.recv(1) == b"":
                self.server.left.set()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextlib.contextmanager
def misbehaving(**how: Any) -> Iterator[Misbehaviour]:
    server = Misbehaviour(**how)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
