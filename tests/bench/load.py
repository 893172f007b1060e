"""Many at once: one server process with engines that only take their time, and real-time callers over real sockets.

    python -m tests.bench.load                 100 sessions: event-loop lag, memory a session, time to answer
    python -m tests.bench.load --silero        ... with the real voice detector and recorded speech
    python -m tests.bench.load --json FILE

Two figures judge the server: event-loop lag p99 while all are there (under 20 ms) and resident memory a session (under
3 MB). The callers run in this process, the server in another; beside them, nothing else should compute.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx
import numpy as np
import psutil

from models.locations import REPOSITORY
from server.caller.sound import read_clip
from tests.bench.load_callers import call, frames
from tests.fakes import speech

LAG_P99_MS = 20.0
SESSION_MB = 3.0
SAMPLE_EVERY_S = 0.5


@dataclass(slots=True)
class Load:
    """Times in milliseconds, memory in megabytes. `lag_ms` covers the time when all sessions were there."""

    sessions: int
    lag_ms: dict[str, float] = field(default_factory=dict)
    own_lag_ms: dict[str, float] = field(default_factory=dict)
    rss_before_mb: float = 0.0
    rss_most_mb: float = 0.0
    rss_after_mb: float = 0.0
    session_mb: float = 0.0
    cpu_percent: float = 0.0
    utterances: int = 0
    answers: int = 0
    answered_ms: dict[str, float] = field(default_factory=dict)
    callers_late_ms: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        """Does the server carry this many, by the two figures, with nobody turned away?"""
        return self.lag_ms["p99"] < LAG_P99_MS and self.session_mb < SESSION_MB and not self.failures


@dataclass(slots=True)
class Watch:
    """The server process seen from outside, while the callers talk."""

    url: str
    process: psutil.Process
    rss_mb: list[float] = field(default_factory=list)

    def memory(self) -> float:
        return float(self.process.memory_info().rss) / 1e6

    def run(self, until: threading.Event) -> None:
        while not until.wait(SAMPLE_EVERY_S):
            self.rss_mb.append(self.memory())

    def report(self) -> dict[str, dict[str, float]]:
        """The lag since the last report."""
        return dict(httpx.get(f"{self.url}/bench", timeout=10.0).json())


@contextmanager
def serving(sessions: int, *, silero: bool, profile: Path | None = None) -> Iterator[Watch]:
    command = [sys.executable, "-m", "tests.bench.load_server", "--sessions", str(sessions)]
    command += ["--silero"] * silero + (["--profile", str(profile)] if profile else [])
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Watch(json.loads(process.stdout.readline())["url"], psutil.Process(process.pid))
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def measure(sessions: int, *, arrive_s: float, stay_s: float, silero: bool, profile: Path | None = None) -> Load:
    """One server, `sessions` callers. The first, alone, pays for what the process loads once."""
    audio = read_clip(REPOSITORY / "tests" / "audio" / "jfk.wav").audio if silero else speech(1.0)
    words, load = frames(audio), Load(sessions)
    with serving(sessions, silero=silero, profile=profile) as watch:
        asyncio.run(call(watch.url, words, sessions=1, arrive_within_s=0.1, stay_s=15.0, seed=1_000))
        load.rss_before_mb = watch.memory()
        done = threading.Event()
        steady = threading.Timer(0.5 + arrive_s, watch.report)  # what comes after is measured when all are there
        watching = threading.Thread(target=watch.run, args=(done,))
        steady.start()
        watching.start()
        watch.process.cpu_percent()
        tally = asyncio.run(call(watch.url, words, sessions=sessions, arrive_within_s=arrive_s, stay_s=stay_s, seed=1))
        load.cpu_percent = watch.process.cpu_percent()
        report = watch.report()
        load.lag_ms, load.own_lag_ms = report["lag_ms"], report["own_lag_ms"]
        done.set()
        watching.join()
        steady.join()
        time.sleep(1.0)
        load.rss_after_mb = watch.memory()
        load.rss_most_mb = max(watch.rss_mb)
    load.session_mb = (load.rss_most_mb - load.rss_before_mb) / sessions
    load.utterances, load.answers = tally.utterances, len(tally.answered_s)
    load.answered_ms = _percentiles(tally.answered_s)
    load.callers_late_ms = _percentiles(tally.late_s)
    load.failures = tally.failures
    return load


def _percentiles(seconds: list[float]) -> dict[str, float]:
    return {f"p{q}": round(float(np.percentile(seconds or [0.0], q)) * 1000, 2) for q in (50, 95, 99)}


def show(load: Load) -> None:
    print(f"{load.sessions} real-time sessions in one process")
    for name, lag in (("event-loop lag (ms)", load.lag_ms), ("  less waiting for a core", load.own_lag_ms)):
        figures = ", ".join(f"{figure} {value:.1f}" for figure, value in lag.items() if figure != "n")
        print(f"{name}: {figures}   [p99 under {LAG_P99_MS:g}]")
    print(
        f"memory: {load.rss_before_mb:.0f} MB before, {load.rss_most_mb:.0f} MB at most, {load.rss_after_mb:.0f} MB "
        f"afterwards: {load.session_mb:.2f} MB a session   [under {SESSION_MB:g}]"
    )
    print(f"the server's process used {load.cpu_percent:.0f} % of a core")
    print(f"{load.answers} of {load.utterances} utterances answered; to the first sound (ms): {load.answered_ms}")
    print(f"frames left the callers late by (ms): {load.callers_late_ms}")
    for failure in sorted(set(load.failures)):
        print(f"failed: {failure} ({load.failures.count(failure)} times)")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=100)
    parser.add_argument("--arrive", type=float, default=15.0, help="seconds within which all arrive")
    parser.add_argument("--stay", type=float, default=45.0, help="seconds for which all are there")
    parser.add_argument("--silero", action="store_true", help="the real voice detector and recorded speech")
    parser.add_argument("--profile", type=Path, help="write the server's cProfile here (and measure nothing else)")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    load = measure(args.sessions, arrive_s=args.arrive, stay_s=args.stay, silero=args.silero, profile=args.profile)
    show(load)
    if args.json is not None:
        args.json.write_text(json.dumps(asdict(load), indent=2) + "\n", encoding="utf-8")
    return 0 if load.kept else 1


if __name__ == "__main__":
    sys.exit(main())
