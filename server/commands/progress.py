"""Showing downloads: bars where somebody watches, a line now and then where a log is written."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from models.fetch import Progress

STEP = 0.25
"""Plain lines: one for every quarter of a download that takes a while."""
LARGE = 50_000_000


@contextmanager
def shown(quiet: bool = False) -> Iterator[Callable[[Progress], None]]:
    """A receiver for `models.fetch.fetch`. Writes to stderr, so that stdout stays for results."""
    if quiet:
        yield lambda _progress: None
    elif sys.stderr.isatty():
        with _bars() as receive:
            yield receive
    else:
        yield _lines()


@contextmanager
def _bars() -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TaskID, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    tasks: dict[str, TaskID] = {}
    with Bars(*columns, console=Console(stderr=True)) as bars:

        def receive(progress: Progress) -> None:
            if progress.artifact not in tasks:
                tasks[progress.artifact] = bars.add_task(progress.artifact, total=None)
            bars.update(tasks[progress.artifact], completed=progress.done, total=progress.total or None)

        yield receive


def _lines() -> Callable[[Progress], None]:
    told: dict[str, float] = {}

    def receive(progress: Progress) -> None:
        share = progress.done / progress.total if progress.total else 0.0
        name, size = progress.artifact, f"{progress.total / 1e6:.0f} MB"
        if progress.finished:
            print(f"  {name}: done", file=sys.stderr, flush=True)
        elif name not in told:
            told[name] = share
            print(f"  {name}: downloading {size}", file=sys.stderr, flush=True)
        elif share >= told[name] + STEP and progress.total >= LARGE:
            told[name] = share
            print(f"  {name}: {share:.0%} of {size}", file=sys.stderr, flush=True)

    return receive
