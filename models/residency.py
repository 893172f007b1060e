"""What is asked of a machine's memory, and what the answer looks like: the values around `models/placement.py`. Pure.

Sizes ending in `_mb` are MiB. The margins are stated here, each with where it comes from; `docs/hardware.md` repeats
them for users, and `tests/gpu/check.py` compares the guesses among them with a real card.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.shapes import KvType, LlmShape

DESKTOP_MARGIN_MB = 700
"""Of a card's total: what a Windows desktop, the browser and the driver hold (0.4-0.6 GB seen) plus fragmentation."""

FREE_MARGIN_MB = 256
"""Of what is free right now: room for the desktop to grow while the interview runs."""

CUDA_PROCESS_MB = 320
"""A llama.cpp process's CUDA context, cuBLAS workspace and scratch pool: an assumption on the safe side."""

CPU_BATCH = 64
"""Prompt tokens a batch on the CPU: small, so that the device can change hands between two."""

CARD_PROCESS_RAM_MB = 400
"""Main memory that a process on the card still takes: the CUDA libraries' own. An assumption."""

SYSTEM_RAM_MB = 2048
"""Main memory left to the operating system and the browser."""

SERVER_RAM_MB = 700
"""The server process itself, Silero and smart-turn included, and a small voice's worker."""

LEAST_TOKENS_PER_S = 6.0
"""Pace below which the voice catches up with the model. Speech at 150 words a minute is 2.5 words/s: 3.4 tokens/s of
English, about 4.6 of Korean in Llama-3's vocabulary; the rest is headroom for thinking pauses."""

RAM_GB_PER_S = 14.0
"""Weights read per second from main memory: measured, 0.98 GB a token at 14.3 tokens/s on two server cores."""

CARD_GB_PER_S = 200.0
"""The same on a card: 60 % of a GTX 1660 Super's 336 GB/s, the slowest card planned for."""


@dataclass(frozen=True, slots=True)
class SttNeed:
    """Speech-to-text. `vram_mb` is the whole process on the card, CUDA context included; None: it stays on the CPU."""

    name: str
    vram_mb: int | None
    ram_mb: int
    gpu_compute_type: str = "int8_float16"
    cpu_compute_type: str = "int8"


@dataclass(frozen=True, slots=True)
class LlmNeed:
    """The language model. Contexts are tokens; `batch` is llama.cpp's physical batch (n_ubatch)."""

    shape: LlmShape
    context: int = 8192
    least_context: int = 4096
    batch: int = 512
    least_tokens_per_s: float = LEAST_TOKENS_PER_S


@dataclass(frozen=True, slots=True)
class EmbeddingNeed:
    """Needed while documents are prepared, before the interview. `vram_mb` None: it runs on the CPU."""

    name: str
    ram_mb: int
    vram_mb: int | None = None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a profile wants on this machine. `use_gpu` False keeps everything on the CPU."""

    profile: str
    stt: SttNeed | None
    llm: LlmNeed | None
    embedding: EmbeddingNeed | None = None
    tts_ram_mb: int = 150
    use_gpu: bool = True


@dataclass(frozen=True, slots=True)
class Budget:
    """What there is, in MiB. `vram_mb` is the card's total (0: no card); `vram_free_mb` what is free now, if known."""

    vram_mb: int
    ram_mb: int
    vram_free_mb: int | None = None
    gpu_index: int = 0

    @property
    def usable_vram_mb(self) -> int:
        by_total = self.vram_mb - DESKTOP_MARGIN_MB
        by_free = by_total if self.vram_free_mb is None else self.vram_free_mb - FREE_MARGIN_MB
        return max(min(by_total, by_free), 0)

    @property
    def usable_ram_mb(self) -> int:
        return max(self.ram_mb - SYSTEM_RAM_MB - SERVER_RAM_MB, 0)


@dataclass(frozen=True, slots=True)
class Placement:
    """`device` is "cpu" or "cuda:N"; `compute_type` is CTranslate2's name ("" where it has no meaning)."""

    device: str
    compute_type: str = ""


@dataclass(frozen=True, slots=True)
class LlmPlacement:
    """What llama.cpp is loaded with. `gpu_layers` is its n_gpu_layers: it counts the output matrix as a layer.

    With device "cpu" the worker must not see the card at all: a CUDA build would open a context of its own there.
    On the card flash attention is on: the compute buffer was counted so, and a q8_0 cache needs it.
    """

    device: str
    gpu_layers: int
    context: int
    kv_type: KvType
    batch: int
    flash_attention: bool
    card_share: float
    """Part of the weights each token reads that lies on the card, 0 to 1."""
    tokens_per_s: float
    """Estimated from memory bandwidth alone; a floor for planning, not a promise."""


@dataclass(frozen=True, slots=True)
class Swap:
    """`engine` does not stay: at `stage` ("preparation" or "interview") it does `action`."""

    stage: str
    engine: str
    action: str


@dataclass(frozen=True, slots=True)
class Share:
    """One line of the bill: MiB of a device's memory."""

    device: str
    what: str
    mb: int


@dataclass(frozen=True, slots=True)
class Plan:
    profile: str
    stt: Placement | None
    llm: LlmPlacement | None
    tts_device: str
    embedding: Placement | None
    swaps: tuple[Swap, ...]
    shares: tuple[Share, ...]
    usable_vram_mb: int
    usable_ram_mb: int
    explanation: tuple[str, ...]

    @property
    def vram_mb(self) -> int:
        """MiB of the card taken while the interview runs."""
        return sum(share.mb for share in self.shares if share.device != "cpu")

    @property
    def ram_mb(self) -> int:
        """MiB of main memory taken by models while the interview runs."""
        return sum(share.mb for share in self.shares if share.device == "cpu")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, and what would work instead; every entry is a sentence."""

    profile: str
    reason: str
    would_fit: tuple[str, ...]
