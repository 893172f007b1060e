"""Placement on the cards people have, with the models the profiles name."""

from __future__ import annotations

import pytest

from models.placement import (
    Budget,
    EmbeddingNeed,
    KvType,
    LlmNeed,
    LlmShape,
    Plan,
    Refusal,
    SttNeed,
    Swap,
    Wishes,
    declared_shape,
    plan,
)
from models.shapes import SCRATCH_BYTES
from tests.models.shapes_for_tests import (
    EXAONE_78B,
    KANANA_2B,
    KANANA_8B,
    LLAMA_31_8B,
    QWEN_15B,
    WHISPER_BASE,
    WHISPER_MEDIUM,
    WHISPER_SMALL,
)

MIB = 1024 * 1024
RAM = 16 * 1024


def card(gigabytes: int, ram_mb: int = RAM) -> Budget:
    return Budget(vram_mb=gigabytes * 1024, ram_mb=ram_mb)


def wish(shape: LlmShape, stt: SttNeed = WHISPER_SMALL, **more: object) -> Wishes:
    return Wishes("any", stt, LlmNeed(shape), **more)  # type: ignore[arg-type]


def planned(wishes: Wishes, budget: Budget) -> Plan:
    answer = plan(wishes, budget)
    assert isinstance(answer, Plan), answer
    return answer


def refused(wishes: Wishes, budget: Budget) -> Refusal:
    answer = plan(wishes, budget)
    assert isinstance(answer, Refusal), answer
    return answer


FULL = "all"


@pytest.mark.parametrize(
    ("gigabytes", "stt", "shape", "expected"),
    [
        # 4 GB: a 2B model wholly, an 8B one only with speech-to-text moved off the card
        (4, WHISPER_BASE, KANANA_2B, ("cuda:0", FULL, KvType.Q8_0)),
        (4, WHISPER_SMALL, KANANA_2B, ("cuda:0", (28, 32), KvType.Q8_0)),
        (4, WHISPER_SMALL, QWEN_15B, ("cuda:0", FULL, KvType.F16)),
        (4, WHISPER_SMALL, LLAMA_31_8B, ("cpu", (12, 18), KvType.Q8_0)),
        # 6 GB (GTX 1660 Super): whisper small stays, about three quarters of an 8B model beside it
        (6, WHISPER_SMALL, LLAMA_31_8B, ("cuda:0", (22, 28), KvType.Q8_0)),
        (6, WHISPER_SMALL, KANANA_8B, ("cuda:0", (22, 28), KvType.Q8_0)),
        (6, WHISPER_SMALL, KANANA_2B, ("cuda:0", FULL, KvType.F16)),
        (6, WHISPER_SMALL, EXAONE_78B, ("cuda:0", (18, 26), KvType.Q8_0)),
        # 8 GB (RTX 2060 Super): the same models wholly
        (8, WHISPER_SMALL, LLAMA_31_8B, ("cuda:0", FULL, KvType.F16)),
        (8, WHISPER_SMALL, KANANA_8B, ("cuda:0", FULL, KvType.F16)),
        (8, WHISPER_SMALL, EXAONE_78B, ("cuda:0", FULL, KvType.Q8_0)),
        (8, WHISPER_MEDIUM, EXAONE_78B, ("cuda:0", (26, 32), KvType.Q8_0)),
        # 12 and 24 GB: everything, with the plain cache
        (12, WHISPER_MEDIUM, EXAONE_78B, ("cuda:0", FULL, KvType.F16)),
        (24, WHISPER_MEDIUM, LLAMA_31_8B, ("cuda:0", FULL, KvType.F16)),
    ],
)
def test_residency_by_card(
    gigabytes: int, stt: SttNeed, shape: LlmShape, expected: tuple[str, str | tuple[int, int], KvType]
) -> None:
    stt_device, layers, kv = expected
    found = planned(wish(shape, stt), card(gigabytes))
    assert found.stt is not None
    assert found.llm is not None
    assert found.stt.device == stt_device
    low, high = (shape.all_layers, shape.all_layers) if isinstance(layers, str) else layers
    assert low <= found.llm.gpu_layers <= high
    assert found.llm.kv_type is kv
    assert found.llm.device == "cuda:0"
    assert found.llm.flash_attention
    assert found.llm.context == 8192 or (stt_device == "cpu" and found.llm.context >= 6144)
    assert found.vram_mb <= found.usable_vram_mb < gigabytes * 1024


@pytest.mark.parametrize(
    ("gigabytes", "shape"),
    [(0, LLAMA_31_8B), (0, EXAONE_78B), (2, LLAMA_31_8B), (3, EXAONE_78B), (4, EXAONE_78B)],
)
def test_a_model_slower_than_speech_is_refused_with_what_would_fit(gigabytes: int, shape: LlmShape) -> None:
    answer = refused(wish(shape), card(gigabytes))
    assert shape.name in answer.reason
    assert "pace of speech" in answer.reason
    assert any("card of" in sentence for sentence in answer.would_fit)
    assert any("starter" in sentence for sentence in answer.would_fit)
    bigger = int(answer.would_fit[0].split("card of ")[1].split(" GB")[0])
    assert isinstance(plan(wish(shape), card(bigger)), Plan), "the card it names must do"


def test_without_a_card_a_small_model_runs_on_the_cpu() -> None:
    found = planned(wish(QWEN_15B, WHISPER_BASE), Budget(vram_mb=0, ram_mb=8192))
    assert found.stt is not None
    assert found.stt.device == "cpu"
    assert found.stt.compute_type == "int8"
    assert found.llm is not None
    assert (found.llm.device, found.llm.gpu_layers, found.llm.flash_attention) == ("cpu", 0, False)
    assert found.vram_mb == 0
    assert "No graphics card is used" in found.explanation[0]


def test_a_profile_may_leave_the_card_alone() -> None:
    found = planned(Wishes("starter", WHISPER_BASE, LlmNeed(QWEN_15B), use_gpu=False), card(8))
    assert found.vram_mb == 0
    assert found.llm is not None
    assert found.llm.device == "cpu"


def test_too_little_main_memory_is_refused_in_words() -> None:
    answer = refused(Wishes("starter", WHISPER_BASE, LlmNeed(QWEN_15B)), Budget(vram_mb=0, ram_mb=3500))
    assert "main memory" in answer.reason
    assert "starter-small" in answer.would_fit[-1]


def test_what_the_desktop_holds_now_counts() -> None:
    free = planned(wish(LLAMA_31_8B), Budget(vram_mb=8192, ram_mb=RAM))
    busy = planned(wish(LLAMA_31_8B), Budget(vram_mb=8192, ram_mb=RAM, vram_free_mb=5500))
    assert free.llm is not None
    assert busy.llm is not None
    assert busy.llm.gpu_layers < free.llm.gpu_layers
    assert busy.vram_mb <= 5500 - 256


def test_a_context_that_does_not_fit_shrinks_before_anything_is_refused() -> None:
    wishes = Wishes("any", None, LlmNeed(LLAMA_31_8B, context=131_072, least_context=2048))
    found = planned(wishes, card(6))
    assert found.llm is not None
    assert 2048 <= found.llm.context < 131_072
    assert any("less than the 131072 tokens" in sentence for sentence in found.explanation)


def test_heads_that_q8_cannot_pack_keep_an_f16_cache() -> None:
    odd = declared_shape(
        "odd",
        file_bytes=4_900_000_000,
        layers=32,
        kv_heads=8,
        head_dim=80,
        embedding_length=2560,
        feed_forward_length=10_240,
        vocabulary=50_000,
    )
    found = planned(wish(odd), card(6))
    assert found.llm is not None
    assert found.llm.kv_type is KvType.F16


def test_an_external_language_model_takes_nothing() -> None:
    found = planned(Wishes("ollama", WHISPER_SMALL, None), card(6))
    assert found.llm is None
    assert found.stt is not None
    assert found.stt.device == "cuda:0"
    assert found.vram_mb == WHISPER_SMALL.vram_mb
    assert any("runs elsewhere" in sentence for sentence in found.explanation)


EMBEDDING = EmbeddingNeed("BGE-M3", ram_mb=2300)
EMBEDDING_ON_CARD = EmbeddingNeed("BGE-M3", ram_mb=2300, vram_mb=1700)


@pytest.mark.parametrize(
    ("need", "budget", "device", "stages"),
    [
        (EMBEDDING, card(6), "cpu", ()),
        (EMBEDDING, card(6, ram_mb=6000), "cpu", ("preparation", "interview")),
        (EMBEDDING_ON_CARD, card(6), "cuda:0", ("preparation", "interview")),
        (EMBEDDING_ON_CARD, card(24), "cuda:0", ()),
        (EMBEDDING, card(6, ram_mb=4900), None, ()),
    ],
)
def test_the_embedding_model_stays_or_makes_way(
    need: EmbeddingNeed, budget: Budget, device: str | None, stages: tuple[str, ...]
) -> None:
    found = planned(Wishes("gtx1660s-6gb", WHISPER_SMALL, LlmNeed(KANANA_2B), need), budget)
    assert (found.embedding.device if found.embedding else None) == device
    assert tuple(swap.stage for swap in found.swaps) == stages
    assert found.ram_mb <= found.usable_ram_mb
    assert any("BGE-M3" in sentence for sentence in found.explanation)
    if stages:
        assert found.swaps[1] == Swap("interview", "BGE-M3", "its process has ended, which gives its memory back")


def test_kv_bytes_are_those_everybody_knows() -> None:
    assert LLAMA_31_8B.kv_bytes_per_token(KvType.F16) == 128 * 1024
    assert LLAMA_31_8B.kv_bytes_per_token(KvType.Q8_0) == 68 * 1024
    assert LLAMA_31_8B.card_kv(33, 8192, KvType.F16) == 1024 * MIB


def test_layers_are_counted_as_llama_cpp_counts_them() -> None:
    block, output = LLAMA_31_8B.layer_bytes[0], LLAMA_31_8B.output_bytes
    assert LLAMA_31_8B.card_weights(0) == 0
    assert LLAMA_31_8B.card_weights(1) == output, "the output matrix goes first"
    assert LLAMA_31_8B.card_weights(3) == output + 2 * block
    assert LLAMA_31_8B.card_weights(33) == output + 32 * block
    assert LLAMA_31_8B.host_resident(33) == LLAMA_31_8B.input_bytes
    assert LLAMA_31_8B.host_resident(0) == LLAMA_31_8B.file_bytes
    assert KANANA_2B.host_resident(0) == KANANA_2B.file_bytes


def test_compute_buffer_of_llama_3_8b_is_what_its_log_says() -> None:
    without_mask = LLAMA_31_8B.compute_bytes(8192, 512) - 8192 * 512 * 6 - SCRATCH_BYTES
    assert without_mask / MIB == pytest.approx(258.5, abs=0.1)


def test_impossible_declarations_are_told() -> None:
    with pytest.raises(ValueError, match="cannot hold"):
        declared_shape(
            "tiny",
            file_bytes=1000,
            layers=2,
            kv_heads=1,
            head_dim=64,
            embedding_length=64,
            feed_forward_length=64,
            vocabulary=32_000,
        )
    with pytest.raises(ValueError, match="KV entries"):
        LlmShape("odd", (1, 2), (1,), 0, 0, 1, 1, 1, 1, 1)
