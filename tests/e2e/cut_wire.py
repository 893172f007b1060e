"""A wire between browser and server that a test can cut: connections stay open, and nothing arrives any more.

It may also be uneven: what is sent arrives in order, each piece after a delay of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator

PIECES = 4096
"""On their way at once; then the wire takes no more."""


class Wire:
    """Use `wired`. Thread-safe: it lives in a thread of its own."""

    def __init__(self, port: int, delay_s: Callable[[], float]) -> None:
        self.port = 0
        self._to = port
        self._delay_s = delay_s
        self._whole = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._over: asyncio.Event | None = None

    def cut(self) -> None:
        self._call(self._whole.clear)

    def mend(self) -> None:
        self._call(self._whole.set)

    def _call(self, work: object) -> None:
        assert self._loop is not None
        assert callable(work)
        self._loop.call_soon_threadsafe(work)

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        self._whole.set()
        server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        async with server:
            await self._over.wait()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, ExceptionGroup, asyncio.CancelledError):
            await self._whole.wait()
            onward = await asyncio.open_connection("127.0.0.1", self._to)
            await asyncio.gather(self._pass(reader, onward[1]), self._pass(onward[0], writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(PIECES)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._deliver(under_way, writer))
                data = b"-"
                while data:
                    data = await reader.read(65536)
                    await under_way.put((time.monotonic() + self._delay_s(), data))
        finally:
            writer.close()

    async def _deliver(self, under_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
        while True:
            due, data = await under_way.get()
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if not data:
                return
            await self._whole.wait()
            writer.write(data)
            await writer.drain()


@contextlib.contextmanager
def wired(port: int, delay_s: Callable[[], float] = lambda: 0.0) -> Iterator[Wire]:
    wire = Wire(port, delay_s)
    thread = threading.Thread(target=lambda: asyncio.run(wire._serve()), daemon=True)
    thread.start()
    assert wire._ready.wait(10)
    try:
        yield wire
    finally:
        assert wire._over is not None
        wire._call(wire._over.set)
        thread.join(10)
