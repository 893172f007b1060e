"""Artifacts: what a model is, which files it has, and where they can be had. Plain data out of `catalog.toml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from models.ports import Role

ANY_LANGUAGE = "*"
"""In an artifact's languages: it handles every language that moui offers."""


class CatalogError(Exception):
    """The catalog or the profiles say something impossible, or were asked for a name they do not have."""


@dataclass(frozen=True, slots=True)
class ArtifactFile:
    """One file. `size` is in bytes; size and sha256 are None where nobody could check them (never guessed)."""

    name: str
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class HubSource:
    """Files of a Hugging Face repository at a commit; by file name, their paths there."""

    repo: str
    revision: str
    paths: Mapping[str, str]

    @property
    def pinned(self) -> bool:
        """Whether the revision is a commit. A branch or tag can move."""
        return re.fullmatch(r"[0-9a-f]{40}", self.revision) is not None


@dataclass(frozen=True, slots=True)
class WheelMember:
    """One file inside one wheel of the Python package index."""

    package: str
    version: str
    path: str


@dataclass(frozen=True, slots=True)
class WheelSource:
    """For every file the wheel members that, put one after the other, are that file."""

    members: Mapping[str, tuple[WheelMember, ...]]


@dataclass(frozen=True, slots=True)
class UrlSource:
    """Plain URLs."""

    urls: Mapping[str, str]


Source = HubSource | WheelSource | UrlSource


@dataclass(frozen=True, slots=True)
class Artifact:
    """One model. `size_mb` (10^6 bytes) is a round number for people; the exact sizes are in `files`.

    `vram_mb` (MiB) is what the weights take when they are wholly on a GPU, None where it runs on the CPU only.
    `local` is False where using it sends the user's words to another machine. `note` and `note_ko` are shown to the
    user as they stand. `shape` says of a language model what `models.placement` would read from its file, so that it
    can plan before a download.
    """

    id: str
    role: Role
    engine: str
    title: str
    languages: tuple[str, ...]
    licence: str
    licence_url: str
    permissive: bool
    size_mb: int
    files: tuple[ArtifactFile, ...] = ()
    sources: tuple[Source, ...] = ()
    vram_mb: int | None = None
    local: bool = True
    note: str = ""
    note_ko: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    shape: Mapping[str, int] = field(default_factory=dict)

    def speaks(self, language: str) -> bool:
        """Whether the artifact handles a language ("ko", "en-US", ...)."""
        return ANY_LANGUAGE in self.languages or language.partition("-")[0].lower() in self.languages

    @property
    def checked(self) -> bool:
        """Whether every file's sha256 is known in advance."""
        return all(file.sha256 for file in self.files)


def artifact_from(raw: Mapping[str, Any]) -> Artifact:
    """An entry of catalog.toml. Raises CatalogError with the artifact and the key at fault."""
    name = str(raw.get("id", "(without id)"))
    known = set(Artifact.__dataclass_fields__) - {"sources"} | {"source"}
    if unknown := set(raw) - known:
        raise CatalogError(f"The catalog's {name} has an unknown key {sorted(unknown)[0]!r}.")
    try:
        files = tuple(ArtifactFile(safe_name(f["name"]), f.get("size"), f.get("sha256")) for f in raw.get("files", []))
        return Artifact(
            id=safe_name(raw["id"]),
            role=Role(raw["role"]),
            engine=raw["engine"],
            title=raw["title"],
            languages=tuple(raw["languages"]),
            licence=raw["licence"],
            licence_url=raw["licence_url"],
            permissive=bool(raw["permissive"]),
            size_mb=int(raw["size_mb"]),
            files=files,
            sources=tuple(_source(source, files) for source in raw.get("source", [])),
            vram_mb=raw.get("vram_mb"),
            local=bool(raw.get("local", True)),
            note=raw.get("note", ""),
            note_ko=raw.get("note_ko", ""),
            settings=dict(raw.get("settings", {})),
            shape=dict(raw.get("shape", {})),
        )
    except KeyError as error:
        raise CatalogError(f"The catalog's {name} lacks the key {error}.") from error
    except ValueError as error:
        raise CatalogError(f"The catalog's {name}: {error}.") from error


def safe_name(name: str) -> str:
    """A relative path that stays inside its folder on every system, else ValueError."""
    path = PurePosixPath(name)
    if not name or path.is_absolute() or ".." in path.parts or set(name) & set('\\:*?"<>|'):
        raise ValueError(f"{name!r} is not a safe file name")
    return name


def _source(raw: Mapping[str, Any], files: tuple[ArtifactFile, ...]) -> Source:
    names = [file.name for file in files]
    match raw.get("kind"):
        case "hub":
            paths = {name: raw.get("paths", {}).get(name, name) for name in names}
            return HubSource(raw["repo"], raw["revision"], paths)
        case "wheel":
            return WheelSource({name: _members(raw["members"][name]) for name in names})
        case "url":
            return UrlSource({name: raw["urls"][name] for name in names})
        case kind:
            raise ValueError(f"unknown kind of source {kind!r}")


_MEMBER = re.compile(r"(?P<package>[\w.{}-]+)==(?P<version>[\w.]+):(?P<path>.+)")
_RANGE = re.compile(r"\{(\d+)\.\.(\d+)\}")


def _members(text: str) -> tuple[WheelMember, ...]:
    """`package==version:path`; a range such as {01..22} anywhere in it stands for that many parts, counted together."""
    found = _MEMBER.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not package==version:path")
    ranges = {(int(first), int(last)) for first, last in _RANGE.findall(text)} or {(1, 1)}
    if len(ranges) != 1:
        raise ValueError(f"the ranges in {text!r} differ")
    first, last = ranges.pop()

    def expanded(part: str, number: int) -> str:
        return _RANGE.sub(lambda m: str(number).zfill(len(m[1])), part)

    numbers = range(first, last + 1)
    return tuple(
        WheelMember(expanded(found["package"], n), found["version"], expanded(found["path"], n)) for n in numbers
    )
