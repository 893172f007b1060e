"""Profiles: which artifacts run together on which kind of machine. Plain data out of `profiles.toml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.artifacts import Artifact, CatalogError
from models.ports import Role


@dataclass(frozen=True, slots=True)
class Profile:
    """A set of artifact ids. `tts` is in order of preference; `vram_mb` (MiB) is the card the set was made for.

    `optional` artifacts are used once they are present; `opt_in` ones only when the user chooses them.
    """

    name: str
    title: str
    description: str
    device: str
    vram_mb: int
    stt: str
    llm: str
    tts: tuple[str, ...]
    vad: str
    end_of_turn: str
    languages: tuple[str, ...]
    embedding: str | None = None
    settings: Mapping[Role, Mapping[str, Any]] = field(default_factory=dict)
    alternatives: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)
    optional: tuple[str, ...] = ()
    opt_in: tuple[str, ...] = ()

    def ids(self, roles: Iterable[Role] = tuple(Role)) -> tuple[str, ...]:
        """The artifacts of these roles, by default all of them, the optional ones included."""
        by_role = {
            Role.VAD: (self.vad,),
            Role.END_OF_TURN: (self.end_of_turn,),
            Role.STT: (self.stt,),
            Role.LLM: (self.llm,),
            Role.TTS: self.tts,
            Role.EMBEDDING: (self.embedding,) if self.embedding else (),
        }
        return tuple(name for role in roles for name in by_role[role])

    def required(self, catalog: Mapping[str, Artifact], roles: Iterable[Role] = tuple(Role)) -> tuple[Artifact, ...]:
        """What has to be present before the profile can run."""
        return tuple(catalog[name] for name in self.ids(roles) if name not in self.optional)

    def extras(self, catalog: Mapping[str, Artifact]) -> tuple[Artifact, ...]:
        """What makes the profile better and can be missing."""
        return tuple(catalog[name] for name in self.optional)


def profile_from(name: str, raw: Mapping[str, Any]) -> Profile:
    """A table of profiles.toml. Raises CatalogError with the profile and the key at fault."""
    if unknown := set(raw) - set(Profile.__dataclass_fields__):
        raise CatalogError(f"The profile {name} has an unknown key {sorted(unknown)[0]!r}.")
    try:
        return Profile(
            name=name,
            title=raw["title"],
            description=raw["description"],
            device=raw["device"],
            vram_mb=int(raw["vram_mb"]),
            stt=raw["stt"],
            llm=raw["llm"],
            tts=tuple(raw["tts"]),
            vad=raw["vad"],
            end_of_turn=raw["end_of_turn"],
            languages=tuple(raw["languages"]),
            embedding=raw.get("embedding"),
            settings={Role(role): dict(values) for role, values in raw.get("settings", {}).items()},
            alternatives={Role(role): tuple(ids) for role, ids in raw.get("alternatives", {}).items()},
            optional=tuple(raw.get("optional", ())),
            opt_in=tuple(raw.get("opt_in", ())),
        )
    except KeyError as error:
        raise CatalogError(f"The profile {name} lacks the key {error}.") from error
    except ValueError as error:
        raise CatalogError(f"The profile {name}: {error}.") from error
