"""Catalog and profiles: which models exist, and which set of them a machine runs. Read from two TOML files.

`catalog.toml` names every artifact once, with the licence, the files, and the places to get them from, tried in order.
`profiles.toml` names the sets. Nothing here downloads or loads anything: see `models.fetch` and `models.runtime`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from models.artifacts import (
    ANY_LANGUAGE,
    Artifact,
    ArtifactFile,
    CatalogError,
    HubSource,
    Source,
    UrlSource,
    WheelMember,
    WheelSource,
    artifact_from,
)
from models.profiles import Profile, profile_from

__all__ = [
    "ANY_LANGUAGE",
    "DEFAULT_PROFILE",
    "Artifact",
    "ArtifactFile",
    "Catalog",
    "CatalogError",
    "HubSource",
    "Profile",
    "Profiles",
    "Source",
    "UrlSource",
    "WheelMember",
    "WheelSource",
    "load_catalog",
    "load_profiles",
]

CATALOG_FILE = Path(__file__).with_name("catalog.toml")
PROFILES_FILE = Path(__file__).with_name("profiles.toml")
DEFAULT_PROFILE = "starter"

Entry = TypeVar("Entry")


class _Named(Mapping[str, Entry]):
    """Entries by name, in the order of the file. An unknown name raises CatalogError with the names there are."""

    kind: ClassVar[str]

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, name: str) -> Entry:
        if name not in self._entries:
            raise CatalogError(f"There is no {self.kind} called {name!r}; there are: {', '.join(self._entries)}.")
        return self._entries[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class Catalog(_Named[Artifact]):
    """Artifacts by id."""

    kind = "model"


class Profiles(_Named[Profile]):
    """Profiles by name."""

    kind = "profile"


def load_catalog(path: Path | None = None) -> Catalog:
    """Read catalog.toml. Raises CatalogError with the artifact and the key at fault."""
    artifacts: dict[str, Artifact] = {}
    for raw in _read(path or CATALOG_FILE).get("artifact", []):
        artifact = artifact_from(raw)
        if artifact.id in artifacts:
            raise CatalogError(f"The catalog names {artifact.id!r} twice.")
        artifacts[artifact.id] = artifact
    return Catalog(artifacts)


def load_profiles(path: Path | None = None) -> Profiles:
    """Read profiles.toml. Raises CatalogError with the profile and the key at fault."""
    return Profiles({name: profile_from(name, raw) for name, raw in _read(path or PROFILES_FILE).items()})


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CatalogError(f"Cannot read {path}: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path} is not valid TOML: {error}.") from error
