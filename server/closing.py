"""Why the server ends a connection. The codes are documented in docs/protocol.md."""

from __future__ import annotations

from server.wire import WireError

NORMAL = 1000
UNSUPPORTED_DATA = 1003
MALFORMED = 1007
POLICY = 1008
TOO_BIG = 1009
INTERNAL = 1011
TRY_LATER = 1013


class CloseConnection(Exception):
    """The connection must end. `error`, where there is one, is sent as an error event first."""

    def __init__(self, code: int, reason: str, error: WireError | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.error = error
