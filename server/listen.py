"""How uvicorn runs the application: frame limits, pings, no compression, and a close frame that arrives."""

from __future__ import annotations

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from server.config import ServerConfig

LINGER_S = 5.0
LINGER_QUIET_S = 0.5


class LingeringWebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, but an oversized or broken frame gets its close code delivered.

    Closing a socket with unread data in it resets the connection, and the peer, still sending its 5 MB, loses the
    close frame (1009) that says why. So what still comes is read and thrown away until the peer hangs up or has been
    quiet for LINGER_QUIET_S, for at most LINGER_S.
    """

    _linger_until = 0.0

    def handle_parser_exception(self) -> None:
        """Called once for the refused frame and again for everything that follows it."""
        if self.close_timer is None:
            self._say_why()
        else:
            self.close_timer.cancel()
        wait = min(LINGER_QUIET_S, self._linger_until - self.loop.time())
        self.close_timer = self.loop.call_later(max(0.0, wait), self.transport.close)

    def _say_why(self) -> None:
        sent = self.conn.close_sent
        code, reason = (sent.code, sent.reason) if sent is not None else (1006, "")
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.close_sent = True
        self.stop_keepalive()
        self._linger_until = self.loop.time() + LINGER_S
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.transport.write(b"".join(self.conn.data_to_send()))


def uvicorn_config(app: ASGIApp, config: ServerConfig) -> uvicorn.Config:
    """Logging is left to server.logs; `log_config=None` keeps uvicorn from replacing it."""
    limits = config.limits
    return uvicorn.Config(
        app,
        host=config.host,
        port=config.port,
        ws=LingeringWebSocketProtocol,
        ws_max_size=limits.max_frame_bytes,
        ws_ping_interval=limits.ping_interval_s,
        ws_ping_timeout=limits.ping_timeout_s,
        ws_per_message_deflate=False,
        http="h11",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=5,
        proxy_headers=False,
    )
