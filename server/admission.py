"""Who may talk now, who waits in line, and who is turned away: few are answered in time, or many too late.

A place belongs to a connection from the handshake to its end. It is inside, or in line behind those who came earlier;
whenever somebody leaves, or the machine proves faster than was thought, the line moves. Nobody is put out again when it
proves slower: those inside are told (`crowded`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from models.ports import Lease
from server.capacity import Costs, device_seconds
from server.config import Limits

LEAVING_S = 1.0
"""Given also to a client that does not wait: whoever hung up just now may not have left yet."""


class Busy(Exception):
    """All places are taken, and this client does not wait, or too many do already. The message says what to do."""

    def __init__(self, sentence: str, korean: str, reason: str) -> None:
        super().__init__(sentence)
        self.korean = korean
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Line:
    """`place` in line: 1 is next, 0 is inside. `capacity`: how many the machine answers in time."""

    place: int
    waiting: int
    capacity: int

    @property
    def sentence(self) -> str:
        if self.place == 0:
            return "It is your turn: the conversation begins."
        return (
            f"This machine answers {self.capacity} at a time and is busy. You are number {self.place} in line; the "
            "conversation begins by itself."
        )


class Place:
    """Somebody's place. `key` is the same for all connections that stand for one conversation."""

    def __init__(self, admission: Admission, session_id: str, key: str, returning: bool) -> None:
        self.session_id = session_id
        self.key = key
        self.returning = returning
        self.answered_s: float | None = None
        self.on_line: Callable[[Line], None] | None = None
        self.on_crowded: Callable[[], None] | None = None
        self.told: Line | None = None
        self._admission = admission
        self._admitted = asyncio.Event()

    @property
    def inside(self) -> bool:
        return self._admitted.is_set()

    def admit(self) -> None:
        self._admitted.set()

    async def admitted(self, on_line: Callable[[Line], None]) -> None:
        """Returns when one may talk. `on_line` hears of every change of the place, the last time with place 0; never
        of a place that was there at once."""
        if self.inside:
            return
        self.on_line = on_line
        self._admission.tell()
        await self._admitted.wait()

    async def admitted_soon(self) -> None:
        """For a client that does not wait. Raises Busy."""
        try:
            async with asyncio.timeout(LEAVING_S):
                await self._admitted.wait()
        except TimeoutError:
            raise self._admission.busy(self) from None

    def answered(self) -> None:
        """A turn of this conversation was answered just now."""
        self._admission.answered(self)


class Admission:
    """One a server. `leases()` is the devices' trace, ordered by start; `clock` is the one it was written with."""

    def __init__(
        self, limits: Limits, leases: Callable[[], Sequence[Lease]], clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._limits = limits
        self._leases = leases
        self._clock = clock
        self._costs = Costs()
        self._inside: list[Place] = []
        self._line: list[Place] = []
        self._crowded = False

    @property
    def sessions(self) -> int:
        """Conversations that are being held."""
        return len({place.key for place in self._inside})

    @property
    def connections(self) -> int:
        """More than conversations while one connection takes over from another."""
        return len(self._inside)

    @property
    def waiting(self) -> int:
        return len(self._line)

    @property
    def capacity(self) -> int:
        """How many conversations are answered in time, as far as is known now."""
        limits = self._limits
        return self._costs.capacity(limits.max_sessions, limits.answer_wait_s, self._clock())

    @property
    def turn_s(self) -> float:
        """Seconds of the device that a turn takes, as far as is known now."""
        return self._costs.demand(max(1, self.sessions)).turn_s

    @contextmanager
    def place(self, session_id: str, *, key: str, returning: bool = False) -> Iterator[Place]:
        """A place for the body, inside or in line. `returning`: it was in the middle of something, and goes before
        those who have not begun. Raises Busy."""
        place = Place(self, session_id, key, returning)
        if self._has_room_for(place):
            self._enter(place)
        elif len(self._line) < self._limits.max_waiting:
            ahead = sum(other.returning for other in self._line) if returning else len(self._line)
            self._line.insert(ahead, place)
        else:
            raise self.busy()
        try:
            yield place
        finally:
            (self._inside if place.inside else self._line).remove(place)
            self._advance()

    def answered(self, place: Place) -> None:
        now, before = self._clock(), place.answered_s
        place.answered_s = now
        if before is None:
            return  # how long the first took to come says nothing
        turn_s = device_seconds(self._leases(), place.session_id, before)
        self._costs.turn(self.sessions, turn_s, now - before, now)
        self._advance()
        self._warn()

    def tell(self) -> None:
        """Tell everybody in line their place, if it is news to them."""
        capacity = self.capacity
        for number, place in enumerate(self._line, 1):
            self._tell(place, Line(number, len(self._line), capacity))

    def _has_room_for(self, place: Place) -> bool:
        """Also where the same conversation is inside: this connection takes over from that one."""
        takes_over = any(other.key == place.key for other in self._inside)
        return takes_over or (not self._line and self.sessions < self.capacity)

    def _enter(self, place: Place) -> None:
        self._inside.append(place)
        place.admit()

    def _advance(self) -> None:
        while self._line and self.sessions < self.capacity:
            place = self._line.pop(0)
            self._enter(place)
            self._tell(place, Line(0, len(self._line), self.capacity))
        self.tell()

    def _tell(self, place: Place, line: Line) -> None:
        if place.on_line is not None and line != place.told:
            place.told = line
            place.on_line(line)

    def _warn(self) -> None:
        crowded, before = self.sessions > self.capacity, self._crowded
        self._crowded = crowded
        for place in tuple(self._inside) if crowded and not before else ():
            if place.on_crowded is not None:
                place.on_crowded()

    def busy(self, asking: Place | None = None) -> Busy:
        """Why nobody is let in now, in words for who asks."""
        others = sum(place is not asking for place in self._line)
        waiting = f", {others} waiting" if others else ""
        return Busy(
            f"This machine is holding {self.sessions} conversations{waiting}; more it could not answer in time. "
            "Try again in a few minutes.",
            f"지금 대화 {self.sessions}개를 맡고 있어 더는 제때 답할 수 없습니다. 몇 분 뒤에 다시 시도해 주십시오.",
            f"server busy: {self.sessions} of {self.capacity} sessions{waiting}",
        )
