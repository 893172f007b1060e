"""The sentences of a plan or a refusal: what a person reads when moui says why. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from models.residency import (
    DESKTOP_MARGIN_MB,
    SERVER_RAM_MB,
    SYSTEM_RAM_MB,
    Budget,
    LlmNeed,
    LlmPlacement,
    Plan,
    Refusal,
    Wishes,
)
from models.shapes import KvType


def explanation(wishes: Wishes, budget: Budget, plan: Plan) -> tuple[str, ...]:
    """What lies where, in the order a listener would ask."""
    sentences = [*_budget_words(wishes, budget, plan), *_stt_words(wishes, plan)]
    if wishes.llm is None:
        sentences.append("The language model runs elsewhere and takes none of this budget.")
    elif plan.llm is not None:
        sentences += _llm_words(wishes.llm, plan.llm)
    sentences.append("The voice speaks on the CPU, where it is many times faster than speech.")
    return (*sentences, *_embedding_words(wishes, plan))


def _budget_words(wishes: Wishes, budget: Budget, plan: Plan) -> Iterator[str]:
    if plan.usable_vram_mb:
        yield (
            f"The card has {budget.vram_mb} MB, of which {plan.usable_vram_mb} MB are planned with: "
            f"the rest is left to the desktop and the driver. The models take {plan.vram_mb} MB of it."
        )
    elif wishes.use_gpu and budget.vram_mb:
        yield f"The card's {budget.vram_mb} MB are all needed by the desktop and the driver, so the CPU does the work."
    else:
        yield "No graphics card is used: speech-to-text, language model and voice take turns on the CPU."
    yield f"In main memory the models take {plan.ram_mb} of {plan.usable_ram_mb} MB."


def _stt_words(wishes: Wishes, plan: Plan) -> Iterator[str]:
    if wishes.stt is None or plan.stt is None:
        return
    if plan.stt.device != "cpu":
        yield f"{wishes.stt.name} stays on the card ({plan.stt.compute_type}): every word waits for it."
    elif wishes.stt.vram_mb is not None and plan.usable_vram_mb:
        yield (
            f"{wishes.stt.name} runs on the CPU ({plan.stt.compute_type}), slower than on the card: "
            "beside it the language model could not keep the pace of speech there."
            if plan.llm is not None and plan.llm.gpu_layers
            else f"{wishes.stt.name} runs on the CPU ({plan.stt.compute_type}): the card is too small for it."
        )
    else:
        yield f"{wishes.stt.name} runs on the CPU ({plan.stt.compute_type})."


def _llm_words(need: LlmNeed, llm: LlmPlacement) -> Iterator[str]:
    shape = need.shape
    if llm.gpu_layers >= shape.all_layers:
        yield f"{shape.name} is wholly on the card: all {len(shape.layer_bytes)} blocks and the output."
    elif llm.gpu_layers:
        yield (
            f"{shape.name} is split: {llm.gpu_layers} of its {shape.all_layers} layers are on the card, "
            f"the rest in main memory, for an estimated {llm.tokens_per_s:.0f} tokens/s."
        )
    else:
        yield f"{shape.name} runs on the CPU, for an estimated {llm.tokens_per_s:.0f} tokens/s."
    kv = "f16" if llm.kv_type is KvType.F16 else "q8_0, half the bytes of f16"
    per_token = shape.kv_bytes_per_token(llm.kv_type) / 1024
    yield f"It remembers {llm.context} tokens at {per_token:.0f} KiB each (KV cache {kv})."
    if llm.context < need.context:
        yield f"That is less than the {need.context} tokens wished for: more would not fit."


def _embedding_words(wishes: Wishes, plan: Plan) -> Iterator[str]:
    need = wishes.embedding
    if need is None:
        return
    if plan.embedding is None:
        yield f"{need.name} (for documents) has no room: it needs {need.ram_mb} MB of main memory."
    elif plan.swaps:
        yield f"{need.name} (for documents) does not stay: it {plan.swaps[0].action}, and then {plan.swaps[1].action}."
    else:
        place = "CPU" if plan.embedding.device == "cpu" else "card"
        yield f"{need.name} (for documents) has room on the {place} beside the rest."


def refusal(wishes: Wishes, budget: Budget, *, least_vram_mb: int, least_ram_mb: int) -> Refusal:
    """Say what is short and what would fit. `least_ram_mb` is 0 where no main memory of any size would help."""
    if least_ram_mb > budget.usable_ram_mb:
        total = least_ram_mb + SYSTEM_RAM_MB + SERVER_RAM_MB
        return Refusal(
            wishes.profile,
            f"{_names(wishes)} need {least_ram_mb} MB of main memory beside the system's own; "
            f"this machine has {budget.usable_ram_mb} MB to give.",
            (f"A machine with {_gb(total)} GB of main memory would do.", *_smaller(wishes)),
        )
    need = wishes.llm
    name = need.shape.name if need else _names(wishes)
    usable = budget.usable_vram_mb if wishes.use_gpu else 0
    card = f"a card with {usable} MB to give" if usable else "no card to share the work"
    pace = f"{need.least_tokens_per_s:.0f} tokens/s, the pace of speech" if need else "the pace of speech"
    return Refusal(
        wishes.profile,
        f"{name} cannot keep {pace}, on this machine: it would need {least_vram_mb} MB of a card, and there is {card}.",
        (f"A card of {_gb(least_vram_mb + DESKTOP_MARGIN_MB)} GB would do.", *_smaller(wishes)),
    )


def _smaller(wishes: Wishes) -> tuple[str, ...]:
    advice = []
    if wishes.llm is not None:
        advice.append(f"So would a smaller model or a smaller quantisation than {wishes.llm.shape.name}.")
    if wishes.profile not in {"starter", "starter-small"}:
        advice.append("The profile 'starter' needs no card at all: start with `--profile starter`.")
    elif wishes.profile == "starter":
        advice.append("The profile 'starter-small' uses a model of a third of the size.")
    return tuple(advice)


def _names(wishes: Wishes) -> str:
    names = [wishes.stt.name if wishes.stt else "", wishes.llm.shape.name if wishes.llm else ""]
    return " and ".join(name for name in names if name) or "The models"


def _gb(mb: int) -> int:
    return -(-mb // 1024)
