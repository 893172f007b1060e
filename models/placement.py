"""Placement: which model lies where, so that a card's memory is a budget and not a hope. Pure.

`plan(wishes, budget)` answers with a `Plan` (what is resident where, how many layers are offloaded, which KV type,
what is swapped at which stage, and why, in sentences) or with a `Refusal` that says what would fit.

The ladder; the first rung that holds wins:

1. speech-to-text on the card, the wanted context, and as many LLM layers as fit (f16 KV if all do, else q8_0);
2. the same with a smaller context, and just enough layers to keep the pace of speech;
3. speech-to-text on the CPU and just enough layers, with the wanted context, then with a smaller one;
4. a refusal.

Speech-to-text goes first because every word waits for it, while the LLM needs only to be faster than the voice that
reads it out. The lower rungs take just enough layers and no more, so that a larger card never gives fewer layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from models.placement_words import explanation, refusal
from models.residency import (
    CARD_GB_PER_S,
    CARD_PROCESS_RAM_MB,
    CPU_BATCH,
    CUDA_PROCESS_MB,
    RAM_GB_PER_S,
    Budget,
    EmbeddingNeed,
    LlmNeed,
    LlmPlacement,
    Placement,
    Plan,
    Refusal,
    Share,
    SttNeed,
    Swap,
    Wishes,
)
from models.shapes import CONTEXT_STEP, MIB, KvType, LlmShape, declared_shape

__all__ = [
    "Budget",
    "EmbeddingNeed",
    "KvType",
    "LlmNeed",
    "LlmPlacement",
    "LlmShape",
    "Placement",
    "Plan",
    "Refusal",
    "Share",
    "SttNeed",
    "Swap",
    "Wishes",
    "declared_shape",
    "plan",
]


@dataclass(frozen=True, slots=True)
class _Rung:
    """One way to lay things out, before the embedding model finds its place."""

    stt: Placement | None
    llm: LlmPlacement | None
    shares: tuple[Share, ...]

    def mb(self, *, on_card: bool) -> int:
        return sum(share.mb for share in self.shares if (share.device != "cpu") == on_card)


def plan(wishes: Wishes, budget: Budget) -> Plan | Refusal:
    """Decide where everything goes. The same question always gets the same answer."""
    for rung in _ladder(wishes, budget):
        if rung.mb(on_card=False) <= budget.usable_ram_mb:
            return _finish(wishes, budget, rung)
    return refusal(wishes, budget, least_vram_mb=_least_vram_mb(wishes), least_ram_mb=_least_ram_mb(wishes, budget))


def _ladder(wishes: Wishes, budget: Budget) -> Iterator[_Rung]:
    room = budget.usable_vram_mb if wishes.use_gpu else 0
    device = f"cuda:{budget.gpu_index}"
    for stt, shares, generous in _stt_choices(wishes.stt, room, device):
        left = room - sum(share.mb for share in shares if share.device != "cpu")
        for llm in _llm_choices(wishes.llm, left, device, generous=generous):
            voice = Share("cpu", "voice", wishes.tts_ram_mb)
            yield _Rung(stt, llm, (*shares, *_llm_shares(wishes.llm, llm), voice))


def _stt_choices(
    need: SttNeed | None, room: int, device: str
) -> Iterator[tuple[Placement | None, tuple[Share, ...], bool]]:
    """Where speech-to-text goes, what it takes, and whether that is its best place (then the LLM may take the rest)."""
    if need is None:
        yield None, (), True
        return
    if need.vram_mb is not None and need.vram_mb <= room:
        on_card = (Share(device, need.name, need.vram_mb), Share("cpu", need.name, CARD_PROCESS_RAM_MB))
        yield Placement(device, need.gpu_compute_type), on_card, True
    yield Placement("cpu", need.cpu_compute_type), (Share("cpu", need.name, need.ram_mb),), need.vram_mb is None


def _llm_choices(need: LlmNeed | None, room: int, device: str, *, generous: bool) -> Iterator[LlmPlacement | None]:
    """Ways to load the LLM into `room` MiB of card, best first. `generous`: the first takes all layers that fit."""
    if need is None:
        yield None
        return
    least = least_layers(need)
    if generous:
        best = _most_layers(need, room)
        if best is not None and best[0] >= least:
            yield _llm_placement(need, device, best[0], need.context, best[1])
    kv = _lean_kv(need, least)
    for context in _contexts(need):
        if card_mb(need, least, context, kv) <= room:
            yield _llm_placement(need, device, least, context, kv)


def _contexts(need: LlmNeed) -> Iterator[int]:
    """From the wanted context down to the least bearable one."""
    yield need.context
    last = need.least_context
    yield from range((need.context - 1) // CONTEXT_STEP * CONTEXT_STEP, last - 1, -CONTEXT_STEP)
    if last % CONTEXT_STEP and last < need.context:
        yield last


def _most_layers(need: LlmNeed, room: int) -> tuple[int, KvType] | None:
    """The most layers that fit at the wanted context. Full offload can cost less than nearly full: no staging."""
    full = need.shape.all_layers
    if card_mb(need, full, need.context, KvType.F16) <= room:
        return full, KvType.F16
    for layers in range(full, -1, -1):
        kv = _lean_kv(need, layers)
        if card_mb(need, layers, need.context, kv) <= room:
            return layers, kv
    return None


def _lean_kv(need: LlmNeed, layers: int) -> KvType:
    """q8_0 on a card (half the bytes, no audible loss); f16 on the CPU, where unpacking costs more than it saves."""
    return KvType.Q8_0 if layers and need.shape.q8_kv else KvType.F16


def card_mb(need: LlmNeed, layers: int, context: int, kv: KvType) -> int:
    """MiB of the card that the LLM's process takes, its CUDA context included; 0 without offloaded layers."""
    if layers <= 0:
        return 0
    return CUDA_PROCESS_MB + -(-need.shape.card_bytes(layers, context, kv, need.batch) // MIB)


def host_mb(need: LlmNeed, layers: int, context: int, kv: KvType) -> int:
    """MiB of main memory that the LLM's process takes."""
    libraries = CARD_PROCESS_RAM_MB if layers else 0
    return libraries + -(-need.shape.host_bytes(layers, context, kv, need.batch) // MIB)


def tokens_per_s(shape: LlmShape, layers: int) -> float:
    """Reading pace: generation reads every weight once a token, so memory bandwidth bounds it."""
    seconds = shape.host_weights(layers) / (RAM_GB_PER_S * 1e9) + shape.card_weights(layers) / (CARD_GB_PER_S * 1e9)
    return 1 / seconds if seconds else float("inf")


def least_layers(need: LlmNeed) -> int:
    """The fewest offloaded layers that keep the pace; all of them where even that would not."""
    full = need.shape.all_layers
    return next((n for n in range(full) if tokens_per_s(need.shape, n) >= need.least_tokens_per_s), full)


def _llm_placement(need: LlmNeed, device: str, layers: int, context: int, kv: KvType) -> LlmPlacement:
    return LlmPlacement(
        device=device if layers else "cpu",
        gpu_layers=layers,
        context=context,
        kv_type=kv,
        batch=need.batch if layers else min(need.batch, CPU_BATCH),
        flash_attention=layers > 0,
        card_share=need.shape.card_share(layers),
        tokens_per_s=round(tokens_per_s(need.shape, layers), 1),
    )


def _llm_shares(need: LlmNeed | None, llm: LlmPlacement | None) -> list[Share]:
    if need is None or llm is None:
        return []
    args = (need, llm.gpu_layers, llm.context, llm.kv_type)
    shares = [Share(llm.device, need.shape.name, card_mb(*args))] if llm.gpu_layers else []
    return [*shares, Share("cpu", need.shape.name, host_mb(*args))]


def _finish(wishes: Wishes, budget: Budget, rung: _Rung) -> Plan:
    embedding, share, swaps = _place_embedding(wishes, budget, rung)
    draft = Plan(
        profile=wishes.profile,
        stt=rung.stt,
        llm=rung.llm,
        tts_device="cpu",
        embedding=embedding,
        swaps=swaps,
        shares=(*rung.shares, *([share] if share else [])),
        usable_vram_mb=budget.usable_vram_mb if wishes.use_gpu else 0,
        usable_ram_mb=budget.usable_ram_mb,
        explanation=(),
    )
    return replace(draft, explanation=explanation(wishes, budget, draft))


def _place_embedding(
    wishes: Wishes, budget: Budget, rung: _Rung
) -> tuple[Placement | None, Share | None, tuple[Swap, ...]]:
    """Resident where there is room to spare; else it works before the interview model loads, and its process ends."""
    need = wishes.embedding
    if need is None:
        return None, None, ()
    device = f"cuda:{budget.gpu_index}"
    usable = budget.usable_vram_mb if wishes.use_gpu else 0
    if need.vram_mb is not None and need.vram_mb <= usable - rung.mb(on_card=True):
        return Placement(device), Share(device, need.name, need.vram_mb), ()
    if need.vram_mb is not None and need.vram_mb <= usable:
        return Placement(device), None, _swap(need, "on the card")
    if need.ram_mb <= budget.usable_ram_mb - rung.mb(on_card=False):
        return Placement("cpu"), Share("cpu", need.name, need.ram_mb), ()
    if need.ram_mb <= budget.usable_ram_mb:
        return Placement("cpu"), None, _swap(need, "on the CPU")
    return None, None, ()


def _swap(need: EmbeddingNeed, where: str) -> tuple[Swap, ...]:
    return (
        Swap("preparation", need.name, f"reads the documents {where} before the interview models load"),
        Swap("interview", need.name, "its process has ended, which gives its memory back"),
    )


def _least_vram_mb(wishes: Wishes) -> int:
    """MiB of usable card below which no rung holds, main memory aside."""
    if wishes.llm is None:
        return 0
    least = least_layers(wishes.llm)
    return card_mb(wishes.llm, least, wishes.llm.least_context, _lean_kv(wishes.llm, least))


def _least_ram_mb(wishes: Wishes, budget: Budget) -> int:
    """MiB of usable main memory that the leanest rung needs on this card; 0 where the card is what is short."""
    roomy = replace(budget, ram_mb=1 << 40)
    return min((rung.mb(on_card=False) for rung in _ladder(wishes, roomy)), default=0)
