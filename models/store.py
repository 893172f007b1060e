"""The models folder: what is there, whether it is what it should be, and the cache that fresh clones share.

`<models>/<artifact id>/<file>`, and beside the files `.verified.json`: their size, time and sha256 when they were last
hashed. A start compares size and time only (milliseconds); `moui models verify` hashes everything.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from models.catalog import Artifact, ArtifactFile
from models.download import sha256_of

STAMP = ".verified.json"
PARTIAL = ".partial"
"""Folder inside the models folder where downloads grow; nothing in it is ever loaded."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found. "unknown": intact as downloaded, but no sum to compare it with was known in advance."""

    artifact: str
    file: str
    state: Literal["ok", "unknown", "missing", "changed"]
    sha256: str = ""


def path_of(artifact: Artifact, file: ArtifactFile, models_dir: Path) -> Path:
    return models_dir / artifact.id / file.name


def missing_files(artifact: Artifact, models_dir: Path) -> tuple[ArtifactFile, ...]:
    """Files that are not there, or not with the right bytes. A file without a stamp is hashed once and stamped."""
    stamps = _read_stamps(artifact, models_dir)
    missing = []
    for file in artifact.files:
        path = path_of(artifact, file, models_dir)
        if not path.is_file() or (file.size is not None and path.stat().st_size != file.size):
            missing.append(file)
        elif not _stamp_holds(stamps.get(file.name), path, file):
            digest = sha256_of(path)
            if file.sha256 not in (None, digest):
                missing.append(file)
            else:
                stamp(artifact, file, models_dir, digest)
    return tuple(missing)


def is_present(artifact: Artifact, models_dir: Path) -> bool:
    """Whether the artifact can be loaded. Always true of artifacts without files."""
    return not missing_files(artifact, models_dir)


def size_on_disk(artifact: Artifact, models_dir: Path) -> int:
    """Bytes of its files that are there, whole or not."""
    paths = (path_of(artifact, file, models_dir) for file in artifact.files)
    return sum(path.stat().st_size for path in paths if path.is_file())


def fingerprint(artifact: Artifact, models_dir: Path) -> str:
    """Another one as soon as a file of it is another one, by size and time; "" where nothing of it lies here."""
    there = [path_of(artifact, file, models_dir) for file in artifact.files]
    stats = [f"{path.name}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in there if path.is_file()]
    return "/".join([artifact.id, *stats]) if stats else ""


def remove(artifact: Artifact, models_dir: Path) -> None:
    """Its files and their stamps. Raises OSError: a file that is open, on Windows."""
    for file in artifact.files:
        path_of(artifact, file, models_dir).unlink(missing_ok=True)
    (models_dir / artifact.id / STAMP).unlink(missing_ok=True)
    drop_empty(models_dir / artifact.id)


def verify(artifacts: Iterable[Artifact], models_dir: Path) -> list[Verdict]:
    """Hash every file again. Touches no file; only the stamps of intact files are renewed."""
    verdicts = []
    for artifact in artifacts:
        for file in artifact.files:
            path = path_of(artifact, file, models_dir)
            if not path.is_file():
                verdicts.append(Verdict(artifact.id, file.name, "missing"))
                continue
            digest = sha256_of(path)
            first_seen = _read_stamps(artifact, models_dir).get(file.name, {}).get("sha256")
            if digest != (file.sha256 or first_seen or digest):
                verdicts.append(Verdict(artifact.id, file.name, "changed", digest))
                continue
            stamp(artifact, file, models_dir, digest)
            verdicts.append(Verdict(artifact.id, file.name, "ok" if file.sha256 else "unknown", digest))
    return verdicts


def _stamp_holds(known: Any, path: Path, file: ArtifactFile) -> bool:
    if not isinstance(known, dict):
        return False
    status = path.stat()
    same = (known.get("size"), known.get("mtime_ns")) == (status.st_size, status.st_mtime_ns)
    return same and file.sha256 in (None, known.get("sha256"))


def _read_stamps(artifact: Artifact, models_dir: Path) -> dict[str, Any]:
    try:
        stamps = json.loads((models_dir / artifact.id / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # no stamp, or one cut short by a power failure: the files are hashed again
    return stamps if isinstance(stamps, dict) else {}


def stamp(artifact: Artifact, file: ArtifactFile, models_dir: Path, digest: str) -> None:
    """Remember that the file has this sum now. A folder that cannot be written just goes without."""
    status = path_of(artifact, file, models_dir).stat()
    stamps = _read_stamps(artifact, models_dir)
    stamps[file.name] = {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": digest}
    target = models_dir / artifact.id / STAMP
    temporary = target.with_name(f"{STAMP}.{os.getpid()}")
    try:
        temporary.write_text(json.dumps(stamps, indent=1), encoding="utf-8")
        os.replace(temporary, target)
    except OSError:
        temporary.unlink(missing_ok=True)


def place(artifact: Artifact, file: ArtifactFile, part: Path, models_dir: Path, digest: str) -> None:
    """Give a verified download its final name, in one step."""
    final = path_of(artifact, file, models_dir)
    final.parent.mkdir(parents=True, exist_ok=True)
    with part.open("rb+") as written:
        os.fsync(written.fileno())  # a power failure must not leave a right-sized file of zeros under the final name
    os.replace(part, final)
    stamp(artifact, file, models_dir, digest)


def drop_empty(folder: Path) -> None:
    """Remove the folders of a download that kept nothing."""
    if not folder.is_dir():
        return
    for path in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()
    if not any(folder.iterdir()):
        folder.rmdir()


RETRY_AFTER_S = 24 * 3600.0


def postpone(artifact: Artifact, models_dir: Path) -> None:
    """Remember that fetching failed just now, so that an optional model does not slow down every start."""
    note = models_dir / PARTIAL / f"{artifact.id}.later"
    note.parent.mkdir(parents=True, exist_ok=True)
    note.touch()


def postponed(artifact: Artifact, models_dir: Path) -> bool:
    note = models_dir / PARTIAL / f"{artifact.id}.later"
    return note.exists() and time.time() - note.stat().st_mtime < RETRY_AFTER_S


# --- the shared cache: <cache>/<sha256>, so a second clone of the repository downloads nothing ------------------------


def from_cache(artifact: Artifact, file: ArtifactFile, models_dir: Path, cache: Path | None) -> bool:
    """Link (or copy) the file from the cache if it is there with the right bytes."""
    if cache is None or file.sha256 is None or not (cache / file.sha256).is_file():
        return False
    part = models_dir / PARTIAL / artifact.id / f"{file.name}.cached"
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        _link_or_copy(cache / file.sha256, part)
        if sha256_of(part) != file.sha256:
            (cache / file.sha256).unlink()
            part.unlink()
            return False
        place(artifact, file, part, models_dir, file.sha256)
    except OSError:
        part.unlink(missing_ok=True)
        return False  # the network is the answer to any trouble with the cache
    return True


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or a file system without links
        shutil.copyfile(source, target)


def to_cache(artifact: Artifact, file: ArtifactFile, models_dir: Path, cache: Path | None) -> None:
    """Keep a second name of a verified file in the cache. Only a link: a copy would double the disk use."""
    if cache is None or file.sha256 is None:
        return
    target = cache / file.sha256
    try:
        cache.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            os.link(path_of(artifact, file, models_dir), target)
    except OSError:
        return  # another disk, no links, no permission: there is simply no cached name


@contextmanager
def exclusive(models_dir: Path, on_wait: str = "") -> Iterator[None]:
    """One fetch a folder at a time, across processes; the lock dies with its process."""
    models_dir.mkdir(parents=True, exist_ok=True)
    with (models_dir / ".lock").open("a+") as file:
        told = False
        while not _try_lock(file.fileno()):
            if on_wait and not told:
                print(on_wait, file=sys.stderr, flush=True)
            told = True
            time.sleep(0.2)
        try:
            yield
        finally:
            _unlock(file.fileno())


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, 0, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
