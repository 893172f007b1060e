"""One file from one URL: streamed, hashed on the way, resumable. It knows nothing of artifacts (see `models.fetch`)."""

from __future__ import annotations

import errno
import hashlib
import re
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

CHUNK = 1 << 20
ATTEMPTS = 4
"""How often in a row a download may break without having brought a byte; each try goes on where the last stopped."""

_SHA256 = re.compile(r'"?([0-9a-f]{64})"?')


class FetchError(Exception):
    """Fetching failed. The message is one sentence for the user; nothing half-made stands under a final name."""


class SourceUnreachable(FetchError):
    """This place could not deliver; another source may."""


class Interrupted(FetchError):
    """Somebody asked to stop."""


@dataclass(frozen=True, slots=True)
class Blob:
    """What to download. size and sha256 are None where unknown; then the sum the server announces is used, if any."""

    label: str
    url: str
    size: int | None = None
    sha256: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Transfer:
    """What all downloads of one fetch share: the connections, the wish to stop, and who counts the bytes."""

    client: httpx.Client
    stop: threading.Event
    count: Callable[[int], None] = lambda _bytes: None


def new_client() -> httpx.Client:
    """Honours SSL_CERT_FILE / SSL_CERT_DIR and HTTP(S)_PROXY; a dead network shows after seconds, not minutes."""
    timeout = httpx.Timeout(30.0, connect=8.0)
    return httpx.Client(verify=ssl.create_default_context(), follow_redirects=True, timeout=timeout)


class _TryAgain(httpx.TransportError):
    """The server asks for patience (HTTP 429, 5xx)."""


def download(blob: Blob, part: Path, transfer: Transfer) -> str:
    """Bring `blob` to the path `part` and return its sha256. What is already there is continued where the server can.

    Raises SourceUnreachable (what arrived stays in `part` for the next try, unless its sum is wrong), FetchError when
    the disk is full or refuses (`part` is removed: a full disk needs the room), Interrupted.
    """
    attempt = 0
    while True:
        before = _size(part)
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            return _verified(blob, part, *_continue(blob, part, transfer))
        except (httpx.RequestError, httpx.InvalidURL) as error:
            attempt = 0 if _size(part) > before else attempt + 1
            hopeless = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.InvalidURL)
            if hopeless or attempt >= ATTEMPTS or transfer.stop.wait(0.2 * 2**attempt):
                raise SourceUnreachable(unreachable(blob.url, error)) from error
        except OSError as error:
            part.unlink(missing_ok=True)
            raise FetchError(disk_trouble(blob.label, part, error)) from error


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _continue(blob: Blob, part: Path, transfer: Transfer) -> tuple[str, str | None]:
    """Stream what is missing. Returns the sha256 of the whole and the one the server announces, if it does."""
    have = _size(part)
    digest = hashlib.sha256()
    if have and blob.size is not None and have >= blob.size:
        return sha256_of(part), None
    # Compressed transfer would make offsets meaningless.
    headers = dict(blob.headers) | {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with transfer.client.stream("GET", blob.url, headers=headers) as response:
        _check_status(blob, response.status_code)
        resumed = have > 0 and response.status_code == httpx.codes.PARTIAL_CONTENT and _starts_at(response) == have
        if have and not resumed:  # no ranges here, or a file that is shorter by now: begin anew
            transfer.count(-have)
            part.unlink()
            if response.status_code != httpx.codes.OK:
                raise _TryAgain("the server could not continue the download")
        if resumed:
            with part.open("rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
        with part.open("ab") as file:
            for chunk in response.iter_raw():  # as they come: larger chunks would be lost when a connection breaks
                if transfer.stop.is_set():
                    raise Interrupted("The download was stopped; it goes on from here next time.")
                file.write(chunk)
                digest.update(chunk)
                transfer.count(len(chunk))
        return digest.hexdigest(), _announced(response)


def _check_status(blob: Blob, status: int) -> None:
    if status == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
        return
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise _TryAgain(f"HTTP {status}")
    if status >= httpx.codes.BAD_REQUEST:
        raise SourceUnreachable(refused(blob, status))


def _starts_at(response: httpx.Response) -> int | None:
    found = re.match(r"bytes (\d+)-", response.headers.get("content-range", ""))
    return int(found[1]) if found else None


def _announced(response: httpx.Response) -> str | None:
    """The sum the Hugging Face hub states for large files, on its redirect to the storage."""
    for step in (*response.history, response):
        if found := _SHA256.fullmatch(step.headers.get("x-linked-etag", "")):
            return found[1]
    return None


def _verified(blob: Blob, part: Path, digest: str, announced: str | None) -> str:
    expected = blob.sha256 or announced
    size = _size(part)
    if blob.size is not None and size != blob.size:
        part.unlink()
        raise SourceUnreachable(f"{blob.label} came with {size} bytes instead of {blob.size}, so it was thrown away.")
    if expected is not None and digest != expected:
        part.unlink()
        raise SourceUnreachable(wrong_sum(blob.label, digest, expected))
    return digest


def sha256_of(path: Path) -> str:
    """Of a whole file, about 1 GB/s. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unreachable(url: str, error: Exception) -> str:
    """One sentence for a transport error."""
    reason = " ".join(str(error).split()) or type(error).__name__
    return f"{urlsplit(url).hostname} could not be reached, or broke off ({reason}); is this machine online?"


def wrong_sum(label: str, digest: str, expected: str) -> str:
    return (
        f"{label} did not have the expected sha256 ({digest[:12]}… instead of {expected[:12]}…), so it was thrown away."
    )


def refused(blob: Blob, status: int) -> str:
    host = urlsplit(blob.url).hostname
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return f"{host} does not give out {blob.label} without a login (HTTP {status}); HF_TOKEN opens gated models."
    if status == httpx.codes.NOT_FOUND:
        return f"{host} does not have {blob.label} (HTTP 404)."
    return f"{host} refused {blob.label} (HTTP {status})."


def disk_trouble(label: str, path: Path, error: OSError) -> str:
    """One sentence for a failing write."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full: {label} did not fit at {path.parent}; free some space and start again."
    return f"{label} could not be written to {path.parent}: {error.strerror or error}."
