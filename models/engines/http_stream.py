"""HTTP stream: the lines of a streamed HTTP answer, read by a plain iterator that can always be left at once.

A blocking read cannot be cancelled: a remote model that loads for half a minute would hold the worker for as long, and
a cancelled reply would go on being computed over there. So the request runs on a private event loop that turns only
while the caller waits for a line. Leaving the `with` block closes the socket, which is how OpenAI-compatible servers
learn that nobody listens any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

MAX_ERROR_BYTES = 4096
_WAITING_LINES = 256


class HttpStatusError(Exception):
    """The server answered, but not with 200. `body` is the beginning of what it said."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.body = body


class EndOfStream(Exception):
    """The answer is complete as far as HTTP is concerned."""


class LineStream:
    """One POST and the lines of its answer. Use as a context manager, from one thread at a time."""

    def __init__(
        self, url: str, body: Mapping[str, Any], headers: Mapping[str, str], *, connect_s: float, silence_s: float
    ) -> None:
        self._loop = asyncio.new_event_loop()
        # Bounded: when the caller is slower than the network, the reader waits and TCP slows the server down.
        self._lines: asyncio.Queue[str | None] = asyncio.Queue(_WAITING_LINES)
        limits = httpx.Timeout(silence_s, connect=connect_s)
        self._reader = self._loop.create_task(self._read(url, dict(body), dict(headers), limits))

    def next(self, wait_s: float) -> str | None:
        """The next line, or None when none came within `wait_s` seconds.

        Raises EndOfStream at the end, HttpStatusError, or httpx.HTTPError as it happened.
        """
        return self._loop.run_until_complete(self._next(wait_s))

    async def _next(self, wait_s: float) -> str | None:
        try:
            line = await asyncio.wait_for(self._lines.get(), wait_s)
        except TimeoutError:
            return None
        if line is None:
            await self._reader  # raises what ended the stream, if anything did
            raise EndOfStream
        return line

    async def _read(self, url: str, body: dict[str, Any], headers: dict[str, str], limits: httpx.Timeout) -> None:
        try:
            async with (
                httpx.AsyncClient(timeout=limits) as client,
                client.stream("POST", url, json=body, headers=headers) as response,
            ):
                if response.status_code != httpx.codes.OK:
                    raise HttpStatusError(response.status_code, await _beginning(response.aiter_bytes()))
                async for line in response.aiter_lines():
                    await self._lines.put(line)
        except asyncio.CancelledError:
            raise  # the caller left: nobody waits for a line
        except (httpx.HTTPError, httpx.InvalidURL, HttpStatusError):
            await self._lines.put(None)
            raise
        else:
            await self._lines.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._loop.run_until_complete(self._leave())
        finally:
            self._loop.close()

    async def _leave(self) -> None:
        self._reader.cancel()
        await asyncio.wait({self._reader})
        if not self._reader.cancelled():
            self._reader.exception()  # seen: it was raised by next(), or nobody listens any more
        await self._loop.shutdown_asyncgens()


async def _beginning(chunks: AsyncIterator[bytes]) -> str:
    data = b""
    async for chunk in chunks:
        data += chunk
        if len(data) >= MAX_ERROR_BYTES:
            break
    return data[:MAX_ERROR_BYTES].decode("utf-8", "replace")
