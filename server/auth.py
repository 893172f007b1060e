"""Who may connect: the token, and the Host and Origin that a browser sends. Pure.

Host is checked against names this server is known by, because a web page anywhere can make its own name point to
127.0.0.1 (DNS rebinding) and would then be same-origin with us. Origin must match Host, because browsers let any page
open a WebSocket to any address. A client that sends no Origin is not a browser page.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from server.config import ConfigError
from server.wire import SUBPROTOCOL_KEY_PREFIX

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def check_bind(host: str, token: str | None) -> None:
    """Raises ConfigError for a server that others on the network could use without a token."""
    if not token and not is_loopback(host):
        raise ConfigError(
            f"--host {host} would let others on the network in: set a token (--token or MOUI_TOKEN), "
            "or leave --host at 127.0.0.1."
        )


def is_loopback(host: str) -> bool:
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    address = _address(name)
    return address is not None and address.is_loopback


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """Which Host headers are ours. Bound to all addresses, any address literal is: only names can be rebound."""

    names: frozenset[str]
    any_address: bool

    @classmethod
    def of(cls, host: str, allowed: Iterable[str] = ()) -> HostPolicy:
        bound = host.strip("[]").lower()
        address = _address(bound)
        names = _LOOPBACK_NAMES | {bound} | {name.strip("[]").lower() for name in allowed}
        return cls(names, any_address=address is not None and address.is_unspecified)

    def allows(self, host_header: str | None) -> bool:
        name = host_name(host_header)
        if name is None:
            return False
        return name in self.names or (self.any_address and _address(name) is not None)

    def allows_origin(self, origin: str | None, host_header: str | None) -> bool:
        """No Origin is fine; otherwise it must be the page that this very server served."""
        if origin is None:
            return True
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        if parts.scheme not in ("http", "https") or not parts.netloc or host_header is None:
            return False
        return parts.netloc.lower() == host_header.lower()


def host_name(host_header: str | None) -> str | None:
    """The name in `name:port` or `[v6]:port`, lower case; None when it is not a host."""
    if not host_header or any(character in host_header for character in " /@\\?#,"):
        return None
    try:
        parts = urlsplit(f"//{host_header}")
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname


def presented_tokens(authorization: str | None, subprotocols: Sequence[str], query_token: str | None) -> list[str]:
    """Every token a request carries: as Bearer, as OpenAI's browser subprotocol, or as ?token= of the page."""
    tokens = [name[len(SUBPROTOCOL_KEY_PREFIX) :] for name in subprotocols if name.startswith(SUBPROTOCOL_KEY_PREFIX)]
    scheme, _, value = (authorization or "").partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        tokens.append(value.strip())
    if query_token:
        tokens.append(query_token)
    return tokens


def token_accepted(expected: str | None, presented: Iterable[str]) -> bool:
    """Compared in constant time. Without a configured token everything passes: clients always send some key."""
    if not expected:
        return True
    secret = expected.encode()
    return any([hmac.compare_digest(token.encode("utf-8", "surrogateescape"), secret) for token in presented])
