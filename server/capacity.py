"""How many conversations one machine answers in time, from what its devices were seen to do. Pure.

A conversation asks for the device once a turn (`Demand`). Two that ask at once wait for one another, because phases
never overlap; with n conversations a turn waits, on average, as in a queue with one server and services of equal length
(M/D/1, Pollaczek-Khinchine), in which the other n - 1 arrive. The capacity is the largest n whose wait is bearable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.ports import Lease, Priority

MEMORY_TURNS = 20
"""Turns an average looks back on: a machine that became slower is noticed within a few minutes."""

PAUSE_S = 60.0
"""Turns further apart than this were no conversation: what lay between says nothing."""

FORGET_S = 900.0
"""After this long without a turn among that many, what was measured there holds no more: it is tried again."""


@dataclass(frozen=True, slots=True)
class Demand:
    """`turn_s`: seconds of the busiest device for one turn and its answer; `every_s`: seconds from turn to turn."""

    turn_s: float
    every_s: float
    turns: int = 0
    """How many turns this rests on."""
    at_s: float = 0.0
    """When the last of them was."""

    def with_turn(self, turn_s: float, every_s: float, now: float) -> Demand:
        turns = min(self.turns + 1, MEMORY_TURNS)
        return Demand(
            self.turn_s + (turn_s - self.turn_s) / turns,
            self.every_s + (every_s - self.every_s) / turns,
            turns,
            now,
        )


ASSUMED = Demand(turn_s=2.5, every_s=15.0, turns=3)
"""Until turns are measured: two cores with the 0.5B model. It weighs as much as three turns."""


def expected_wait_s(sessions: int, demand: Demand) -> float:
    """Seconds a turn waits for the answers to others, on average; infinite where the device cannot keep up."""
    load = (sessions - 1) * demand.turn_s / demand.every_s
    return float("inf") if load >= 1.0 else load * demand.turn_s / (2.0 * (1.0 - load))


class Costs:
    """What turns cost, by how many conversations there were: two may cost each other the prompt cache, so that what one
    alone asks for says too little about two."""

    def __init__(self) -> None:
        self._seen: dict[int, Demand] = {}

    def turn(self, sessions: int, turn_s: float, every_s: float, now: float) -> None:
        """One turn while `sessions` conversations were held."""
        if every_s > PAUSE_S:
            return
        before = self._seen.get(sessions) or replace(self.demand(sessions), turns=ASSUMED.turns)
        self._seen[sessions] = before.with_turn(turn_s, every_s, now)

    def demand(self, sessions: int) -> Demand:
        """As measured with this many, or else with the next fewer."""
        fewer = [number for number in self._seen if number <= sessions]
        return self._seen[max(fewer)] if fewer else ASSUMED

    def capacity(self, most: int, wait_s: float, now: float) -> int:
        """The largest number of conversations, at least 1 and at most `most`, that wait no longer than `wait_s`."""
        self._seen = {n: demand for n, demand in self._seen.items() if n == 1 or now - demand.at_s < FORGET_S}
        for sessions in range(2, most + 1):
            if expected_wait_s(sessions, self.demand(sessions)) > wait_s:
                return sessions - 1
        return max(1, most)


def device_seconds(leases: Sequence[Lease], session_id: str, since_s: float) -> float:
    """Seconds of the device that worked most for this session since then. `leases` are ordered by their start.

    What gives way to everybody (Priority.BACKGROUND) takes nothing from anybody and does not count."""
    seconds: dict[str, float] = {}
    for lease in reversed(leases):
        if lease.start_s < since_s:
            break
        if lease.context.session_id == session_id and lease.priority is not Priority.BACKGROUND:
            seconds[lease.device] = seconds.get(lease.device, 0.0) + lease.end_s - lease.start_s
    return max(seconds.values(), default=0.0)
