"""What `moui doctor` finds: the machine, the profile that was chosen and why, what is missing and what to do next.

Gathers only; `server/commands/doctor.py` prints it. Everything is a plain value, so that `--json` shows all of it.
"""

from __future__ import annotations

import importlib.util
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.catalog import Artifact, CatalogError, Profile, load_catalog, load_profiles
from models.hardware import Hardware, disk_free_mb, probe
from models.placement import Plan, Refusal
from models.store import is_present
from models.wishes import Choice, choose_profile, plan_for

LIBRARIES = {
    "llama_cpp": "llama-cpp-python (language model)",
    "faster_whisper": "faster-whisper (speech-to-text)",
    "onnxruntime": "onnxruntime (voice activity, end of turn)",
    "piper": "piper-tts (voice)",
    "soxr": "soxr (resampling)",
}

DISK_SPARE_MB = 1024
"""Left over on the disk after a download."""

MICROPHONE = (
    "The browser asks for the microphone when you press start. It allows it on http://127.0.0.1 and http://localhost; "
    "from another computer it does so over https only."
)


@dataclass(frozen=True, slots=True)
class ModelState:
    """One artifact of the profile; `size_mb` is 10^6 bytes. An absent optional one is no error."""

    id: str
    title: str
    size_mb: int
    present: bool
    optional: bool
    permissive: bool


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`next_steps` is empty when moui can start; `notes` are good to know. Every string is for a person."""

    hardware: Hardware
    profile: str
    profile_title: str
    chosen_by_moui: bool
    reasons: tuple[str, ...]
    plan: Plan | None
    refusal: Refusal | None
    models_dir: str
    models: tuple[ModelState, ...]
    libraries_missing: tuple[str, ...]
    port: int
    port_free: bool
    notes: tuple[str, ...]
    next_steps: tuple[str, ...]

    @property
    def ready(self) -> bool:
        return not self.next_steps


def diagnose(models_dir: Path, *, profile: str | None = None, host: str = "127.0.0.1", port: int = 8000) -> Diagnosis:
    """Look and judge; nothing is downloaded or loaded. Raises CatalogError for an unknown profile name."""
    return judge(probe(models_dir), models_dir, profile=profile, port=port, port_free=is_port_free(host, port))


def judge(hardware: Hardware, models_dir: Path, *, profile: str | None, port: int, port_free: bool) -> Diagnosis:
    """The same for a machine already looked at."""
    catalog, profiles = load_catalog(), load_profiles()

    def fits(candidate: Profile) -> Plan | Refusal:
        return plan_for(candidate, catalog, models_dir, hardware)

    choice = Choice(profile, ("You asked for it.",)) if profile else choose_profile(hardware, profiles, fits)
    chosen = profiles[choice.name]
    answer = fits(chosen)
    models = _models(chosen, catalog, models_dir)
    libraries = tuple(title for name, title in LIBRARIES.items() if importlib.util.find_spec(name) is None)
    refusal = answer if isinstance(answer, Refusal) else None
    return Diagnosis(
        hardware=hardware,
        profile=chosen.name,
        profile_title=chosen.title,
        chosen_by_moui=profile is None,
        reasons=choice.reasons,
        plan=answer if isinstance(answer, Plan) else None,
        refusal=refusal,
        models_dir=str(models_dir),
        models=models,
        libraries_missing=libraries,
        port=port,
        port_free=port_free,
        notes=(*_notes(hardware, models), MICROPHONE),
        next_steps=tuple(_next_steps(chosen, models, models_dir, libraries, refusal))
        + (() if port_free else (f"Port {port} is taken (maybe by moui itself): use `--port {port + 1}`.",)),
    )


def _models(profile: Profile, catalog: Mapping[str, Artifact], models_dir: Path) -> tuple[ModelState, ...]:
    artifacts = [catalog[name] for name in profile.ids()]
    return tuple(
        ModelState(
            artifact.id,
            artifact.title,
            artifact.size_mb,
            is_present(artifact, models_dir),
            artifact.id in profile.optional,
            artifact.permissive,
        )
        for artifact in artifacts
    )


def _notes(hardware: Hardware, models: tuple[ModelState, ...]) -> list[str]:
    notes = []
    for model in models:
        if model.optional and not model.present:
            notes.append(
                f"{model.title} is not here; moui does without it. To have it: `moui models fetch {model.id}`"
                + ("." if model.permissive else " (its licence is shown first).")
            )
    if "cannot load extensions" in hardware.sqlite:
        notes.append("Python's own sqlite3 cannot load extensions here; nothing that moui does today needs them.")
    if not hardware.compiler:
        notes.append("There is no C++ compiler; ready-made packages of llama.cpp are used instead.")
    if sys.platform.startswith("linux") and not has_capture_device():
        notes.append("This machine shows no microphone of its own: talk from a browser elsewhere, or from WAV files.")
    return notes


def _next_steps(
    profile: Profile,
    models: tuple[ModelState, ...],
    models_dir: Path,
    libraries: tuple[str, ...],
    refusal: Refusal | None,
) -> list[str]:
    steps = []
    if libraries:
        steps.append(f"Install what is missing ({', '.join(libraries)}): run `python3 run.py` again.")
    if refusal is not None:
        steps.append(" ".join((refusal.reason, *refusal.would_fit)))
    missing = [model for model in models if not model.present and not model.optional]
    if missing:
        size = sum(model.size_mb for model in missing)
        names = ", ".join(model.id for model in missing)
        steps.append(f"Fetch {names} ({size} MB): `moui models fetch --profile {profile.name}`.")
        needed = size * 1_000_000 // (1024 * 1024) + DISK_SPARE_MB
        free = disk_free_mb(models_dir)
        if free < needed:
            steps.append(
                f"First free {needed - free} MB on the disk of {models_dir}, or choose another `--models-dir`."
            )
    return steps


def is_port_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe_socket:
        if sys.platform != "win32":  # there it would succeed beside a listening server
            probe_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe_socket.bind((host, port))
        except OSError:
            return False
    return True


def has_capture_device(listing: Path = Path("/proc/asound/pcm")) -> bool:
    """Linux: whether ALSA names a device that records."""
    try:
        return "capture" in listing.read_text(encoding="utf-8")
    except OSError:
        return False


__all__ = ["CatalogError", "Diagnosis", "ModelState", "diagnose", "has_capture_device", "is_port_free", "judge"]
