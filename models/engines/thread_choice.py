"""Thread choice: how many threads write a reply fastest on this machine, by measurement. Pure but for the given clock.

Prompts are evaluated by all physical cores: that is arithmetic. A reply is written a token at a time, which reads all
weights for each: there memory is the limit, and on many machines fewer threads than cores reach it and leave each other
in peace; on a virtual machine, a core may be half of one. Measured, tokens/s of Qwen2.5 0.5B on 2 cores: one thread 13,
two threads 22.
"""

from __future__ import annotations

from collections.abc import Callable

ROUNDS = 2
TOKENS = 3
LIMIT_S = 2.0
"""No further round is begun after so long: on 2 cores both take 0.8 s (0.5B) to 1.4 s (1.5B)."""

CLEARLY = 0.9
"""Another count than the usual one has to take less than this share of its time: a close call is noise."""


def candidates(cores: int) -> tuple[int, ...]:
    """Counts worth trying, the usual one (all physical cores) first."""
    return tuple(dict.fromkeys(max(1, count) for count in (cores, cores - 1, cores * 3 // 4, cores // 2)))


def fastest(counts: tuple[int, ...], step: Callable[[int], object], clock: Callable[[], float]) -> dict[int, float]:
    """Seconds a token for each count, the best of several: others compute in bursts while a program starts.

    `step(count)` writes one token with so many threads. The counts take turns, so that a burst meets them all.
    """
    seconds = dict.fromkeys(counts, float("inf"))
    begun = clock()
    for _ in range(ROUNDS):
        for count in counts:
            step(count)  # the threads of a new count are started here
            for _ in range(TOKENS):
                started = clock()
                step(count)
                seconds[count] = min(seconds[count], clock() - started)
        if clock() - begun > LIMIT_S:
            break
    return seconds


def choose(seconds: dict[int, float]) -> int:
    """The count to use. The first one stays unless another is clearly faster."""
    usual = next(iter(seconds))
    best = min(seconds, key=lambda count: seconds[count])
    return best if seconds[best] < CLEARLY * seconds[usual] else usual
