"""Loadout: what a profile, a catalog and a placement plan mean, engine by engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.catalog import Artifact, Catalog, Profile
from models.placement import Plan
from models.ports import EngineUnavailable, Role
from models.registry import EngineOptions

REMOTE_LLM = "openai-api"
"""The catalog's artifact that stands for any OpenAI-compatible URL."""


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """One engine to load. `needed`: without it there is no conversation. `name` is unique within a loadout."""

    name: str
    role: Role
    artifact: Artifact
    options: EngineOptions
    needed: bool

    @property
    def title(self) -> str:
        """The beginning of a sentence about it."""
        match self.role:
            case Role.STT:
                return "Speech recognition"
            case Role.LLM:
                return "The language model"
            case Role.EMBEDDING:
                return "The embedding model"
            case Role.TTS:
                return f"The voice {self.artifact.title}"
            case _:
                return self.artifact.title

    def missing(self, profile: str) -> EngineUnavailable | None:
        """What to say when a file of the model is not there; None when all are."""
        directory = self.options.directory
        for file in self.artifact.files:
            if directory is not None and not (directory / file.name).is_file():
                return EngineUnavailable(
                    f"{self.title} cannot start: {file.name} of {self.artifact.title} is missing; "
                    f"run `moui models fetch --profile {profile}`.",
                    f"{self.artifact.title} 모델의 {file.name} 파일이 없습니다. "
                    f"`moui models fetch --profile {profile}` 명령으로 내려받아 주십시오.",
                )
        return None


@dataclass(frozen=True, slots=True)
class RemoteLlm:
    """Settings for an OpenAI-compatible server that replace the profile's language model."""

    url: str
    model: str | None = None
    api_key_env: str | None = None


def loadout(
    profile: Profile,
    catalog: Catalog,
    models_dir: Path,
    *,
    plan: Plan | None,
    threads: int,
    remote: RemoteLlm | None = None,
    cloud_voices: bool = False,
) -> tuple[EngineChoice, ...]:
    """Everything the voice loop loads, in the profile's order. Raises CatalogError for an artifact that is unknown."""
    if remote is not None:
        profile = replace(profile, llm=REMOTE_LLM, settings=dict(profile.settings) | {Role.LLM: _remote(remote)})
        plan = None if plan is None else replace(plan, llm=None)
    voices = profile.tts + (profile.opt_in if cloud_voices else ())
    wanted = (
        [(Role.VAD, profile.vad), (Role.END_OF_TURN, profile.end_of_turn), (Role.STT, profile.stt)]
        + ([(Role.LLM, profile.llm)] if profile.llm else [])
        + [(Role.TTS, name) for name in voices]
    )
    engines = [catalog[name].engine for _, name in wanted]
    choices = []
    for role, name in wanted:
        artifact = catalog[name]
        device, placed = _placed(role, profile, plan)
        settings: dict[str, Any] = {**artifact.settings, **profile.settings.get(role, {}), **placed}
        if role is Role.STT:
            settings.setdefault("languages", profile.languages)  # what a session that names none is heard as
        options = EngineOptions(
            directory=models_dir / artifact.id if artifact.files else None,
            device=str(settings.pop("device", device)),
            threads=int(settings.pop("threads", threads)),
            settings=settings,
        )
        unique = artifact.engine if engines.count(artifact.engine) == 1 else f"{artifact.engine}:{artifact.id}"
        needed = role in {Role.VAD, Role.STT, Role.LLM}
        choices.append(EngineChoice(unique, role, artifact, options, needed))
    return tuple(choices)


def embedding_choice(
    profile: Profile, catalog: Catalog, models_dir: Path, *, plan: Plan | None, threads: int
) -> EngineChoice | None:
    """What reads the documents; None where the profile names nothing. Not part of `loadout`: it is loaded when it is
    needed, and while the language model is not. Raises CatalogError for an artifact that is unknown."""
    if profile.embedding is None:
        return None
    artifact = catalog[profile.embedding]
    settings: dict[str, Any] = {**artifact.settings, **profile.settings.get(Role.EMBEDDING, {})}
    device = settings.pop("device", "cpu")
    if plan is not None and plan.embedding is not None:
        device = plan.embedding.device
    options = EngineOptions(
        directory=models_dir / artifact.id if artifact.files else None,
        device=str(device),
        threads=int(settings.pop("threads", threads)),
        settings=settings,
    )
    return EngineChoice(artifact.engine, Role.EMBEDDING, artifact, options, needed=False)


def _remote(remote: RemoteLlm) -> dict[str, Any]:
    named = {"url": remote.url, "model": remote.model, "api_key_env": remote.api_key_env}
    return {key: value for key, value in named.items() if value is not None}


def _placed(role: Role, profile: Profile, plan: Plan | None) -> tuple[str, Mapping[str, Any]]:
    """The device, and the settings that the plan decides."""
    if plan is None:
        return (profile.device if role in {Role.STT, Role.LLM} else "cpu"), {}
    if role is Role.STT and plan.stt is not None:
        compute = {"compute_type": plan.stt.compute_type} if plan.stt.compute_type else {}
        return plan.stt.device, compute
    if role is Role.LLM and plan.llm is not None:
        placed = plan.llm
        settings: dict[str, Any] = {
            "context": placed.context,
            "kv_type": str(placed.kv_type),
            "gpu_layers": placed.gpu_layers,
        }
        if placed.device != "cpu":  # on a CPU the engine's own batch is right: it is how often the lease can change
            settings |= {"n_batch": placed.batch, "flash_attn": placed.flash_attention}
        return placed.device, settings
    if role is Role.TTS:
        return plan.tts_device, {}
    return "cpu", {}
