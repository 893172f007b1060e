"""The floor: what a turn's stages cost on this machine in this very run, with nobody waiting for anybody. Pure.

It is computed from the leases: nothing can be answered before the last words are transcribed, what of the prompt could
not be evaluated earlier is evaluated, the first fragment's tokens are written, and its first sound is made. Silence
that has to be waited for, transport and queueing are no part of it: the ratio to the floor is what they add.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Row = Mapping[str, Any]
"""A lease as `/api/leases` shows it: seconds of the server's clock, `phase`, `context` with session and response."""


@dataclass(frozen=True, slots=True)
class StageCost:
    """What one turn's stages computed, in milliseconds; 0 where nothing had to be done (a sentence made beforehand)."""

    stt_ms: float
    llm_ms: float
    tts_ms: float

    @property
    def total_ms(self) -> float:
        return self.stt_ms + self.llm_ms + self.tts_ms


@dataclass(frozen=True, slots=True)
class AnsweredTurn:
    """A turn that was answered aloud: the leases' names for it, and when its last voiced sample was spoken and its
    reply became audible, in seconds of the server's clock."""

    session_id: str
    call: int
    ended_s: float
    heard_s: float


@dataclass(frozen=True, slots=True)
class Floor:
    turns: int
    stt_ms: float
    llm_ms: float
    tts_ms: float
    floor_ms: float

    def as_json(self) -> dict[str, float | int]:
        return {key: round(value, 1) for key, value in asdict(self).items()}


def stage_cost(rows: Iterable[Row], turn: AnsweredTurn) -> StageCost | None:
    """None where the trace no longer holds this turn."""
    mine = [row for row in rows if row["context"]["session_id"] == turn.session_id]
    replied = [row for row in mine if turn.call and row["context"]["response_id"] == turn.call]
    spoken = sorted((row for row in replied if row["phase"] == "synthesize"), key=_start)
    # The fragment was there when its synthesis was asked for: tokens written after that are not waited for.
    speakable_s = float(spoken[0]["requested_s"]) if spoken else turn.heard_s
    written = sorted((row for row in replied if _writes(row) and _start(row) < speakable_s), key=_start)
    if not spoken and not written and not replied:
        return None
    needed_s = _start(written[0]) if written else speakable_s
    passes = [
        row
        for row in mine
        if row["phase"] == "transcribe" and turn.ended_s < float(row["end_s"]) and _start(row) < needed_s
    ]
    tail = max(passes, key=_start, default=None)
    return StageCost(
        stt_ms=_busy_ms(tail) if tail is not None else 0.0,
        llm_ms=sum(_busy_ms(row, until=speakable_s) for row in written),
        tts_ms=_busy_ms(spoken[0]) if spoken else 0.0,
    )


def _writes(row: Row) -> bool:
    """The language model works on a reply: reading the end of its prompt (that is how it tells whether the turn is
    over), or writing."""
    return bool(row["phase"] == "generate" or (row["phase"] == "prime" and row["priority"] != "background"))


def floor_of(costs: Sequence[StageCost]) -> Floor | None:
    """The sum of the medians of the stages. None without a turn."""
    if not costs:
        return None
    stt = statistics.median(cost.stt_ms for cost in costs)
    llm = statistics.median(cost.llm_ms for cost in costs)
    tts = statistics.median(cost.tts_ms for cost in costs)
    return Floor(len(costs), stt, llm, tts, stt + llm + tts)


@dataclass(frozen=True, slots=True)
class Speculation:
    """Seconds of leases behind replies that were heard, and behind replies begun in a pause and thrown away.

    `delayed_ms`: how long the work of a live turn stood waiting while a thrown-away reply held its device."""

    used_s: float
    wasted_s: float
    delayed_ms: float
    longest_delay_ms: float

    def as_json(self) -> dict[str, float | None]:
        ratio = round(self.wasted_s / self.used_s, 3) if self.used_s else None
        return {**{key: round(value, 3) for key, value in asdict(self).items()}, "wasted_to_used": ratio}


def speculation(rows: Sequence[Row], heard: set[tuple[str, int]]) -> Speculation:
    """`heard`: (session, call) of every reply that became audible; other calls' work was thrown away."""
    work = [row for row in rows if _writes(row) or row["phase"] == "synthesize"]
    work = [row for row in work if row["context"]["response_id"] and row["priority"] != "background"]
    used = [row for row in work if _call(row) in heard]
    wasted = [row for row in work if _call(row) not in heard]
    live = [row for row in rows if row["phase"] == "transcribe" and row["priority"] == "live_stt"]
    delays = [sum(_waited_ms(row, other) for other in wasted) for row in (*live, *used)]
    return Speculation(
        used_s=sum(_busy_ms(row) for row in used) / 1000,
        wasted_s=sum(_busy_ms(row) for row in wasted) / 1000,
        delayed_ms=sum(delays),
        longest_delay_ms=max(delays, default=0.0),
    )


def _call(row: Row) -> tuple[str, int]:
    return row["context"]["session_id"], row["context"]["response_id"]


def _start(row: Row) -> float:
    return float(row["start_s"])


def _busy_ms(row: Row, until: float = float("inf")) -> float:
    return max(0.0, min(float(row["end_s"]), until) - _start(row)) * 1000


def _waited_ms(waiting: Row, holder: Row) -> float:
    if waiting["device"] != holder["device"]:
        return 0.0
    begin, end = max(float(waiting["requested_s"]), _start(holder)), min(_start(waiting), float(holder["end_s"]))
    return max(0.0, end - begin) * 1000
