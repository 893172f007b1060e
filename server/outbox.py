"""What waits for one client: bounded in bytes and in messages. Overflow is the client's fault and ends the session."""

from __future__ import annotations

import asyncio
from collections import deque

from server.wire_out import AudioOut, Out, size_of


class OutboxOverflow(Exception):
    """The client reads more slowly than it is spoken to, for longer than the outbox can bridge."""


class Outbox:
    """`put` is synchronous and never blocks: it is called from the middle of the session."""

    def __init__(self, max_bytes: int, max_messages: int) -> None:
        self._max_bytes = max_bytes
        self._max_messages = max_messages
        self._queue: deque[Out] = deque()
        self._bytes = 0
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, out: Out) -> None:
        """Raises OutboxOverflow."""
        size = size_of(out)
        if self._bytes + size > self._max_bytes or len(self._queue) >= self._max_messages:
            raise OutboxOverflow
        self._queue.append(out)
        self._bytes += size
        self._filled.set()

    async def get(self) -> Out:
        while not self._queue:
            self._filled.clear()
            await self._filled.wait()
        out = self._queue.popleft()
        self._bytes -= size_of(out)
        return out

    def discard_audio(self, response_id: str) -> None:
        """The reply was flushed: what is still here of its audio must not be heard."""
        kept = [out for out in self._queue if not (isinstance(out, AudioOut) and out.response_id == response_id)]
        self._queue = deque(kept)
        self._bytes = sum(size_of(out) for out in kept)
