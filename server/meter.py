"""How fast a client may send. Pure: seconds are passed in."""

from __future__ import annotations


class Meter:
    """A token bucket: `burst` units at once, `rate` units a second from then on."""

    def __init__(self, burst: float, rate: float, now: float) -> None:
        self._burst = burst
        self._rate = rate
        self._left = burst
        self._at = now

    def take(self, units: float, now: float) -> bool:
        """False when this is more than is allowed; nothing is taken then."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if units > self._left:
            return False
        self._left -= units
        return True
