"""A small HTTP server for download tests: ranges or none, connections that break, and a package index with wheels."""

from __future__ import annotations

import hashlib
import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

INDEX_TYPE = "application/vnd.pypi.simple.v1+json"


@dataclass(slots=True)
class FileServer:
    """What is served, and how badly. `breaks`: by path, after how many body bytes each of the next answers breaks."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    statuses: dict[str, list[int]] = field(default_factory=dict)
    breaks: dict[str, list[int]] = field(default_factory=dict)
    ranges: bool = True
    asked: list[tuple[str, str]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    meeting: threading.Barrier | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add_wheel(self, package: str, version: str, members: dict[str, bytes], *, sha256: str | None = None) -> str:
        """Serve a wheel and list it in the index; returns its path."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        name = f"{package.replace('-', '_')}-{version}-py3-none-any.whl"
        body = packed.getvalue()
        self.files[f"/wheels/{name}"] = body
        digest = sha256 or hashlib.sha256(body).hexdigest()
        listing = {"files": [{"filename": name, "url": f"{self.url}/wheels/{name}", "hashes": {"sha256": digest}}]}
        self.files[f"/simple/{package}/"] = json.dumps(listing).encode()
        self.types[f"/simple/{package}/"] = INDEX_TYPE
        return f"/wheels/{name}"

    def arrived(self, path: str, wanted: str) -> tuple[int, int | None]:
        """Note a request. Returns the status to answer with, and after how many bytes to break off."""
        with self.lock:
            self.asked.append((path, wanted))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            statuses, breaks = self.statuses.get(path), self.breaks.get(path)
            return (statuses.pop(0) if statuses else 200), (breaks.pop(0) if breaks else None)

    def left(self) -> None:
        with self.lock:
            self.at_once -= 1

    def ranges_asked(self, path: str) -> list[str]:
        return [wanted for asked, wanted in self.asked if asked == path]


class _Handler(BaseHTTPRequestHandler):
    served: FileServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "")
        status, limit = self.served.arrived(self.path, wanted)
        try:
            self._answer(wanted, status, limit)
        finally:
            self.served.left()

    def _answer(self, wanted: str, status: int, limit: int | None) -> None:
        body = self.served.files.get(self.path)
        if body is None or status != 200:
            self._head(404 if body is None else status, 0)
            return
        start = 0
        found = re.fullmatch(r"bytes=(\d+)-", wanted)
        if found and self.served.ranges:
            start = int(found[1])
            if start >= len(body):
                self._head(416, 0)
                return
            status = 206
        body = body[start:]
        extra = {"Content-Range": f"bytes {start}-{start + len(body) - 1}/{start + len(body)}"} if start else {}
        self._head(status, len(body), extra)
        if self.served.meeting is not None and "/simple/" not in self.path:
            self.served.meeting.wait(10)
        self.wfile.write(body if limit is None else body[:limit])
        if limit is not None:
            self.wfile.flush()
            self.close_connection = True

    def _head(self, status: int, length: int, extra: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.send_header("Content-Type", self.served.types.get(self.path, "application/octet-stream"))
        for name, value in {**self.served.headers.get(self.path, {}), **(extra or {})}.items():
            self.send_header(name, value)
        self.end_headers()


@contextmanager
def serving() -> Iterator[FileServer]:
    server = FileServer()
    http = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"served": server}))
    server.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
