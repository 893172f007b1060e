"""How uvicorn runs the application: frame limits, pings, no compression, and a close frame that arrives."""

from __future__ import annotations

from asyncio import Transport

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from server.config import ServerConfig

LINGER_S = 5.0


class LingeringWebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol, but an oversized or broken frame gets its close code delivered.

    Closing a socket with unread data in it resets the connection, and the peer, still sending its 5 MB, loses the
    close frame (1009) that says why. So the write side is shut, and what still comes is read and thrown away until
    the peer hangs up, for at most LINGER_S.
    """

    def handle_parser_exception(self) -> None:
        if self.close_timer is not None:  # more of the refused frame; the parser discards it
            return
        sent = self.conn.close_sent
        self.queue.put_nowait(
            {"type": "websocket.disconnect", "code": sent.code if sent else 1006, "reason": sent.reason if sent else ""}
        )
        self.close_sent = True
        self.stop_keepalive()
        self.close_timer = self.loop.call_later(LINGER_S, self.transport.close)
        self._resume_reading()
        transport: Transport = self.transport
        transport.write(b"".join(self.conn.data_to_send()))
        if transport.can_write_eof() and not transport.is_closing():
            transport.write_eof()

    def _resume_reading(self) -> None:
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()


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
