"""A server to call: the one that is running, or one started for the occasion and ended with it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from server.caller.client import CallError

START_TIMEOUT_S = 180.0


@dataclass(frozen=True, slots=True)
class Server:
    """`pid` is None for a server that somebody else runs; `token` is what it wants to be shown."""

    url: str
    pid: int | None = None
    token: str | None = None

    def get(self, path: str) -> Any:
        """JSON of a GET. Raises CallError."""
        try:
            headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
            answer = httpx.get(self.url + path, headers=headers, timeout=10.0)
            answer.raise_for_status()
            return answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise CallError(f"{self.url}{path} did not answer: {error}") from error


@contextmanager
def local_server(
    *, profile: str | None = None, models_dir: Path | None = None, data_dir: Path | None = None
) -> Iterator[Server]:
    """Start `moui serve` on a free port, wait until it can talk, end it afterwards. Raises CallError."""
    command = [sys.executable, "-m", "server.cli", "serve", "--port", "0", "--no-browser", "--json"]
    for flag, value in (("--profile", profile), ("--models-dir", models_dir), ("--data-dir", data_dir)):
        if value is not None:
            command += [flag, str(value)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Server(_wait_until_ready(process), process.pid)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _wait_until_ready(process: subprocess.Popen[str]) -> str:
    """`moui serve --json` prints one JSON object a line; the one with "ready" has the URL."""
    assert process.stdout is not None
    for line in process.stdout:
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if said.get("event") == "ready":
            return str(said["url"])
        if said.get("event") == "failed":
            raise CallError(str(said["message"]))
    raise CallError("The server ended before it was ready; run `moui serve` to see why.")
