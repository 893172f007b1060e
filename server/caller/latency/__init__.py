"""The measurements of `moui latency`: scenarios over the real socket, what came of them, and how it compares."""

from server.caller.latency.scenarios import LONG_REPLIES

__all__ = ["LONG_REPLIES"]
