"""Artifacts of any shape, for tests of fetching."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from models.catalog import Artifact, ArtifactFile, HubSource, Source, UrlSource, WheelMember, WheelSource
from models.ports import Role


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def known(name: str, content: bytes) -> ArtifactFile:
    return ArtifactFile(name, len(content), digest(content))


def artifact(name: str, files: tuple[ArtifactFile, ...], *sources: Source, **changes: Any) -> Artifact:
    fields: dict[str, Any] = {
        "id": name,
        "role": Role.LLM,
        "engine": "llama",
        "title": f"The {name}",
        "languages": ("en",),
        "licence": "MIT",
        "licence_url": "https://example.org/licence",
        "permissive": True,
        "size_mb": 1,
        "files": files,
        "sources": sources,
    }
    return Artifact(**{**fields, **changes})


def from_urls(urls: Mapping[str, str]) -> UrlSource:
    return UrlSource(urls)


def from_hub(*names: str, repo: str = "someone/model", revision: str = "c" * 40) -> HubSource:
    return HubSource(repo, revision, {name: name for name in names})


def from_wheels(**members: list[tuple[str, str, str]]) -> WheelSource:
    """`model="..."` stands for the file "model"; each member is (package, version, path)."""
    return WheelSource({name: tuple(WheelMember(*one) for one in parts) for name, parts in members.items()})
