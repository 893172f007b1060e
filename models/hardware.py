"""What this machine is: processor, memory, graphics card, disk, and the tools moui may need. Looks, changes nothing.

Nothing here raises because something is absent: an absent thing is a fact with a sentence about it.
"""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

MIB = 1024 * 1024
PROBE_TIMEOUT_S = 10.0
"""nvidia-smi wakes a sleeping card, which takes seconds; a driver that hangs must not hang moui."""

_SMI_FIELDS = ("index", "name", "memory.total", "memory.free", "driver_version", "compute_cap")
_COMPILERS = ("c++", "g++", "clang++", "cl")

Run = Callable[[Sequence[str]], str | None]


@dataclass(frozen=True, slots=True)
class Gpu:
    """One NVIDIA card; memory in MiB. `compute_capability` is "" where the driver is too old to say."""

    index: int
    name: str
    vram_mb: int
    free_mb: int
    driver: str
    compute_capability: str = ""


@dataclass(frozen=True, slots=True)
class Hardware:
    """Memory in MiB. `llama_gpu`, `whisper_gpu`: whether the installed libraries can use a card (None: not asked)."""

    system: str
    python: str
    cpu: str
    physical_cores: int
    logical_cores: int
    ram_mb: int
    ram_free_mb: int
    gpus: tuple[Gpu, ...]
    gpu_note: str
    compiler: str
    sqlite: str
    disk_free_mb: int
    llama_gpu: bool | None = None
    whisper_gpu: bool | None = None

    @property
    def best_gpu(self) -> Gpu | None:
        """The card with the most memory; the first of equals."""
        return max(self.gpus, key=lambda gpu: (gpu.vram_mb, -gpu.index), default=None)


def probe(disk: Path | None = None) -> Hardware:
    """Look at the machine (0.1 s, more with a card). `disk` is the folder whose disk is asked for its free space."""
    gpus, gpu_note = find_gpus()
    ram, free = _memory()
    return Hardware(
        system=_system(),
        python=f"{platform.python_version()} ({sys.executable})",
        cpu=_cpu_name(),
        physical_cores=_cores(logical=False),
        logical_cores=_cores(logical=True),
        ram_mb=ram,
        ram_free_mb=free,
        gpus=gpus,
        gpu_note=gpu_note,
        compiler=_compiler(),
        sqlite=_sqlite(),
        disk_free_mb=disk_free_mb(disk or Path.cwd()),
        llama_gpu=_llama_gpu() if gpus else None,
        whisper_gpu=_whisper_gpu() if gpus else None,
    )


def run_quietly(command: Sequence[str]) -> str | None:
    """Standard output of a command, or None where it is absent, fails or hangs."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_TIMEOUT_S, check=True)
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout


def find_gpus(run: Run = run_quietly, which: Callable[[str], str | None] = shutil.which) -> tuple[tuple[Gpu, ...], str]:
    """NVIDIA cards by nvidia-smi, and a sentence about what was found or why nothing was."""
    smi = which("nvidia-smi")
    if smi is None:
        return (), "No NVIDIA driver was found (there is no nvidia-smi), so the CPU does the work."
    for fields in (_SMI_FIELDS, _SMI_FIELDS[:-1]):  # drivers before 510 do not know compute_cap
        listing = run([smi, f"--query-gpu={','.join(fields)}", "--format=csv,noheader,nounits"])
        if listing is not None:
            gpus = tuple(gpu for line in listing.splitlines() if (gpu := _gpu(line)) is not None)
            if gpus:
                return gpus, f"nvidia-smi names {len(gpus)} card{'s' if len(gpus) > 1 else ''}."
            return (), "The NVIDIA driver is installed but names no card with memory of its own."
    return (), "nvidia-smi is there but does not answer: the driver may need an update or a restart of the machine."


def _gpu(line: str) -> Gpu | None:
    fields = [field.strip() for field in line.split(",")]
    try:
        return Gpu(int(fields[0]), fields[1], int(fields[2]), int(fields[3]), fields[4], "".join(fields[5:6]))
    except (ValueError, IndexError):  # "[N/A]" on integrated parts, or an empty line
        return None


def disk_free_mb(folder: Path) -> int:
    """Free MiB on the disk that `folder` is, or will be, on."""
    existing = next((path for path in (folder, *folder.absolute().parents) if path.exists()), Path.cwd())
    return shutil.disk_usage(existing).free // MIB


def _system() -> str:
    if sys.platform.startswith("linux"):
        try:
            name = platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
        except OSError:
            name = "Linux"
        return f"{name} ({platform.machine()})"
    return f"{platform.system()} {platform.release()} ({platform.machine()})"


def _cpu_name() -> str:
    if sys.platform == "win32":
        return _windows_cpu_name() or platform.processor() or "unknown processor"
    if sys.platform == "darwin":
        return (run_quietly(["sysctl", "-n", "machdep.cpu.brand_string"]) or "unknown processor").strip()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine() or "unknown processor")


def _windows_cpu_name() -> str:
    if sys.platform != "win32":
        return ""
    import winreg

    try:
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"HARDWARE\DESCRIPTION\System\CentralProcessor\0") as key:
            return str(winreg.QueryValueEx(key, "ProcessorNameString")[0]).strip()
    except OSError:
        return ""


def _cores(*, logical: bool) -> int:
    """Cores this process may use: a container or an affinity mask can give fewer than the machine has."""
    counted = psutil.cpu_count(logical=logical) or os.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0)) if sys.platform.startswith("linux") else counted
    return max(min(counted, allowed), 1)


def _memory(limit_file: Path = Path("/sys/fs/cgroup/memory.max")) -> tuple[int, int]:
    """Total and available MiB; in a container, no more than its limit."""
    memory = psutil.virtual_memory()
    total, free = memory.total, memory.available
    try:
        limit = int(limit_file.read_text(encoding="ascii"))
    except (OSError, ValueError):  # no container, or "max"
        limit = total
    return min(total, limit) // MIB, min(free, limit) // MIB


def _compiler() -> str:
    for name in _COMPILERS:
        if path := shutil.which(name):
            lines = (run_quietly([path, "--version"]) or "").splitlines()
            return lines[0].strip() if lines else path
    return ""


def _sqlite() -> str:
    loads = hasattr(sqlite3.Connection, "enable_load_extension")
    return f"{sqlite3.sqlite_version}, {'can' if loads else 'cannot'} load extensions"


def _llama_gpu() -> bool | None:
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError):
        return None
    return bool(llama_cpp.llama_supports_gpu_offload())


def _whisper_gpu() -> bool | None:
    try:
        import ctranslate2
    except (ImportError, OSError, RuntimeError):
        return None
    return int(ctranslate2.get_cuda_device_count()) > 0
