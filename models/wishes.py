"""From a profile to a plan on this machine: reads what placement needs from the files, or from the catalog until they
are there, and chooses the profile that fits best.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from models.artifacts import Artifact
from models.gguf import GgufError, llm_shape, read_gguf
from models.hardware import Gpu, Hardware
from models.placement import (
    Budget,
    EmbeddingNeed,
    LlmNeed,
    LlmShape,
    Plan,
    Refusal,
    SttNeed,
    Wishes,
    declared_shape,
    plan,
)
from models.ports import Role
from models.profiles import Profile

MODEL_FILE = "model.gguf"

STT_CARD_OVERHEAD_MB = 300
"""CUDA context and decoding workspace of CTranslate2, beside the weights: an assumption on the safe side."""

PYTHON_WORKER_MB = 250
"""A worker process with its library loaded, before any weights."""

DEFAULT_CONTEXT = 4096
LEAST_CONTEXT = 2048
"""Tokens an interview cannot do without: instructions and plan (about 900), a few turns, and the reply."""

CARD_TOLERANCE = 0.94
"""A card sold as 6 GB reports between 5.8 and 6.0 GiB, depending on driver and error correction."""

PLAIN_PROFILES = ("starter", "starter-small")
"""Chosen without a card, the first that fits. All other CPU profiles are chosen by hand only."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The profile to run and, in sentences, why it and not another. `fits` is False where even it was refused."""

    name: str
    reasons: tuple[str, ...]
    fits: bool = True


def budget_of(hardware: Hardware) -> Budget:
    gpu = hardware.best_gpu
    if gpu is None:
        return Budget(vram_mb=0, ram_mb=hardware.ram_mb)
    return Budget(gpu.vram_mb, hardware.ram_mb, gpu.free_mb, gpu.index)


def plan_for(profile: Profile, catalog: Mapping[str, Artifact], models_dir: Path, hardware: Hardware) -> Plan | Refusal:
    """Plan a profile on this machine; a damaged model file is a Refusal. Raises CatalogError for unknown artifacts."""
    try:
        return plan(wishes_of(profile, catalog, models_dir), budget_of(hardware))
    except GgufError as error:
        return Refusal(profile.name, str(error), ("Fetch it again: `moui models verify`, then `moui models fetch`.",))


def wishes_of(profile: Profile, catalog: Mapping[str, Artifact], models_dir: Path) -> Wishes:
    """What the profile's models need. Raises CatalogError for unknown artifacts, GgufError for a damaged model file."""
    use_gpu = profile.device != "cpu"
    return Wishes(
        profile=profile.name,
        stt=_stt_need(profile, catalog[profile.stt], use_gpu=use_gpu),
        llm=_llm_need(profile, catalog[profile.llm], models_dir),
        embedding=_embedding_need(profile, catalog) if profile.embedding else None,
        use_gpu=use_gpu,
    )


def _stt_need(profile: Profile, artifact: Artifact, *, use_gpu: bool) -> SttNeed:
    wanted = str(profile.settings.get(Role.STT, {}).get("compute_type", ""))
    vram = artifact.vram_mb
    return SttNeed(
        artifact.title,
        vram_mb=vram + STT_CARD_OVERHEAD_MB if use_gpu and vram is not None else None,
        ram_mb=PYTHON_WORKER_MB + artifact.size_mb,
        gpu_compute_type=wanted if use_gpu and wanted else "int8_float16",
        cpu_compute_type=wanted if wanted and not use_gpu else "int8",
    )


def _llm_need(profile: Profile, artifact: Artifact, models_dir: Path) -> LlmNeed | None:
    if not artifact.files:
        return None  # the model runs elsewhere
    settings = profile.settings.get(Role.LLM, {})
    shape = shape_of(artifact, models_dir)
    context = int(settings.get("context", DEFAULT_CONTEXT))
    if shape.trained_context:
        context = min(context, shape.trained_context)
    return LlmNeed(shape, context=context, least_context=min(context, LEAST_CONTEXT))


def shape_of(artifact: Artifact, models_dir: Path) -> LlmShape:
    """From the file's own header; before the download from what the catalog declares; else a cautious guess by size."""
    path = models_dir / artifact.id / MODEL_FILE
    if path.is_file():
        return llm_shape(read_gguf(path), artifact.title)
    size = artifact.files[0].size or artifact.size_mb * 1_000_000
    if artifact.shape:
        try:
            return declared_shape(artifact.title, file_bytes=size, **dict[str, Any](artifact.shape))
        except (TypeError, ValueError) as error:
            raise GgufError(f"The catalog's shape of {artifact.id} cannot be used: {error}.") from error
    return _guessed_shape(artifact.title, size)


def _guessed_shape(title: str, size: int) -> LlmShape:
    """Proportions of a large-vocabulary model with as much KV cache as an 8B one: too much rather than too little."""
    output, embedding = size // 6, size // 9
    layers = 28
    block = (size - output - embedding) // layers
    return LlmShape(
        name=title,
        layer_bytes=(block,) * layers,
        kv_values=(2048,) * layers,
        input_bytes=embedding,
        output_bytes=output,
        embedding_length=4096,
        feed_forward_length=14_336,
        vocabulary=152_000,
        trained_context=0,
        largest_tensor_bytes=block // 2,
    )


def _embedding_need(profile: Profile, catalog: Mapping[str, Artifact]) -> EmbeddingNeed:
    artifact = catalog[profile.embedding or ""]
    on_cpu = profile.settings.get(Role.EMBEDDING, {}).get("device", "cpu") == "cpu"
    return EmbeddingNeed(
        artifact.title,
        ram_mb=PYTHON_WORKER_MB + artifact.size_mb,
        vram_mb=None if on_cpu or artifact.vram_mb is None else artifact.vram_mb + STT_CARD_OVERHEAD_MB,
    )


def choose_profile(
    hardware: Hardware, profiles: Mapping[str, Profile], fits: Callable[[Profile], Plan | Refusal] | None = None
) -> Choice:
    """The profile for this machine when the user names none: the largest card profile that fits, else the starter.

    `fits` plans a profile (see `plan_for`); without it, card sizes alone decide.
    """
    gpu = hardware.best_gpu
    reasons: list[str] = []
    if gpu is None:
        reasons.append(hardware.gpu_note)
    elif trouble := _card_trouble(hardware, gpu):
        reasons.append(trouble)
    else:
        reasons.append(f"The card is a {gpu.name} with {gpu.vram_mb} MB, of which {gpu.free_mb} MB are free now.")
        cards = sorted((p for p in profiles.values() if p.device != "cpu"), key=lambda p: -p.vram_mb)
        for profile in cards:
            if gpu.vram_mb < profile.vram_mb * CARD_TOLERANCE:
                reasons.append(f"'{profile.name}' wants a card of {profile.vram_mb} MB.")
            elif _accepted(profile, fits, reasons):
                return Choice(
                    profile.name, (*reasons, f"'{profile.name}' is the largest profile that this card holds.")
                )
        if cards and fits and _holds_all(answer := fits(cards[-1])):
            below = f"'{cards[-1].name}' fits all the same: {answer.vram_mb} of {answer.usable_vram_mb} MB."
            return Choice(cards[-1].name, (*reasons, below))
    for name in PLAIN_PROFILES:
        if name in profiles and _accepted(profiles[name], fits, reasons):
            return Choice(name, (*reasons, f"'{name}' runs on any CPU: {hardware.cpu}."))
    return Choice(PLAIN_PROFILES[-1], (*reasons, "No profile fits; the smallest one may still start."), fits=False)


def _card_trouble(hardware: Hardware, gpu: Gpu) -> str:
    if hardware.llama_gpu is False:
        return (
            f"There is a {gpu.name}, but llama.cpp is installed without CUDA: run `python3 run.py --cuda` once, "
            "and the card will be used."
        )
    if hardware.whisper_gpu is False:
        return (
            f"There is a {gpu.name}, but CTranslate2 (speech-to-text) cannot use it: "
            "the CUDA 12 libraries or a newer driver are missing."
        )
    return ""


def _holds_all(answer: Plan | Refusal) -> TypeGuard[Plan]:
    """Whether a card below the profile's class does its work too: hearing on it, and at most a tenth of the LLM off."""
    if isinstance(answer, Refusal) or answer.stt is None or answer.llm is None:
        return False
    return answer.stt.device != "cpu" and answer.llm.card_share >= 0.9


def _accepted(profile: Profile, fits: Callable[[Profile], Plan | Refusal] | None, reasons: list[str]) -> bool:
    answer = fits(profile) if fits else None
    if isinstance(answer, Refusal):
        reasons.append(f"'{profile.name}' does not fit: {answer.reason}")
        return False
    return True
