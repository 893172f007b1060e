"""What a worker says about itself: its state, and one line for the status page."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

import psutil


class WorkerState(enum.StrEnum):
    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"

    def sentence(self) -> str:
        """The state as the end of a sentence: "The voice is not available: ..."."""
        return _SENTENCES[self]


_SENTENCES = {
    WorkerState.STOPPED: "it is stopped.",
    WorkerState.STARTING: "its model is being loaded.",
    WorkerState.READY: "it is ready.",
    WorkerState.RESTARTING: "it is being started again.",
    WorkerState.FAILED: "it could not be started.",
}


@dataclass(frozen=True, slots=True)
class Residence:
    """A process from its launch to its death: how long an engine held memory. Times are seconds of
    `time.perf_counter` in the server process; `end_s` is infinite while it lives."""

    engine: str
    pid: int
    start_s: float
    end_s: float = math.inf


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """What the status page shows. `rss_bytes` is the resident memory of the process; 0 where there is none."""

    name: str
    engine: str
    state: str
    pid: int | None
    rss_bytes: int
    restarts: int
    detail: str


def resident_bytes(pid: int | None) -> int:
    """Resident memory of a process; 0 when there is none (any more)."""
    if pid is None:
        return 0
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0
