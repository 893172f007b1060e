"""What holds of every plan, whatever the card and the model."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from models.placement import (
    Budget,
    EmbeddingNeed,
    LlmNeed,
    LlmShape,
    Plan,
    Refusal,
    SttNeed,
    Wishes,
    plan,
)

MIB = 1024 * 1024


@st.composite
def shapes(draw: st.DrawFn) -> LlmShape:
    layers = draw(st.integers(1, 48))
    block = draw(st.integers(1, 300)) * MIB
    heads, dim = draw(st.sampled_from((1, 2, 4, 8, 16))), draw(st.sampled_from((64, 80, 128)))
    matrix = draw(st.integers(1, 900)) * MIB
    return LlmShape(
        name="model",
        layer_bytes=tuple(block + draw(st.integers(0, 20)) * MIB for _ in range(layers)),
        kv_values=(2 * heads * dim,) * layers,
        input_bytes=matrix,
        output_bytes=draw(st.integers(1, 900)) * MIB,
        embedding_length=draw(st.sampled_from((576, 1536, 4096))),
        feed_forward_length=draw(st.sampled_from((1536, 8960, 14_336))),
        vocabulary=draw(st.sampled_from((32_000, 128_256, 256_000))),
        trained_context=8192,
        largest_tensor_bytes=block // 3,
        tied_output=draw(st.booleans()),
        q8_kv=dim % 32 == 0,
    )


@st.composite
def wishes(draw: st.DrawFn) -> Wishes:
    stt = SttNeed("stt", draw(st.none() | st.integers(100, 3000)), draw(st.integers(100, 3000)))
    context = draw(st.integers(512, 16_384))
    llm = LlmNeed(draw(shapes()), context=context, least_context=draw(st.integers(256, context)))
    embedding = EmbeddingNeed("embedding", draw(st.integers(50, 3000)), draw(st.none() | st.integers(100, 3000)))
    return Wishes(
        "any",
        draw(st.none() | st.just(stt)),
        draw(st.none() | st.just(llm)),
        draw(st.none() | st.just(embedding)),
        use_gpu=draw(st.booleans()),
    )


budgets = st.builds(
    Budget,
    vram_mb=st.integers(0, 26_000),
    ram_mb=st.integers(1000, 40_000),
    vram_free_mb=st.none() | st.integers(0, 26_000),
)


@given(wishes(), budgets)
def test_a_plan_never_exceeds_the_budget(wish: Wishes, budget: Budget) -> None:
    answer = plan(wish, budget)
    if isinstance(answer, Refusal):
        return
    assert answer.vram_mb <= budget.usable_vram_mb
    assert answer.ram_mb <= budget.usable_ram_mb
    assert all(share.mb >= 0 for share in answer.shares)
    if not wish.use_gpu:
        assert answer.vram_mb == 0
    if answer.llm is not None and wish.llm is not None:
        assert wish.llm.least_context <= answer.llm.context <= wish.llm.context
        assert 0 <= answer.llm.gpu_layers <= wish.llm.shape.all_layers
        assert (answer.llm.device == "cpu") == (answer.llm.gpu_layers == 0)


@given(wishes(), budgets, st.integers(0, 4000))
def test_a_larger_card_never_means_fewer_layers_or_a_refusal(wish: Wishes, budget: Budget, more: int) -> None:
    free = None if budget.vram_free_mb is None else budget.vram_free_mb + more
    larger = Budget(budget.vram_mb + more, budget.ram_mb, free)
    before, after = plan(wish, budget), plan(wish, larger)
    if isinstance(before, Refusal):
        return
    assert isinstance(after, Plan)
    if before.llm is not None and after.llm is not None:
        assert after.llm.gpu_layers >= before.llm.gpu_layers


@given(wishes(), budgets, st.integers(0, 8000))
def test_more_main_memory_never_means_a_refusal(wish: Wishes, budget: Budget, more: int) -> None:
    before = plan(wish, budget)
    after = plan(wish, Budget(budget.vram_mb, budget.ram_mb + more, budget.vram_free_mb))
    assert isinstance(after, Plan) or isinstance(before, Refusal)


@given(wishes(), budgets)
def test_every_answer_says_why(wish: Wishes, budget: Budget) -> None:
    answer = plan(wish, budget)
    sentences = answer.explanation if isinstance(answer, Plan) else (answer.reason, *answer.would_fit)
    assert sentences
    assert isinstance(answer, Plan) or answer.would_fit or wish.llm is None
    for sentence in sentences:
        assert sentence.endswith((".", "`.")), sentence


@given(wishes(), budgets)
def test_the_same_question_gets_the_same_answer(wish: Wishes, budget: Budget) -> None:
    assert plan(wish, budget) == plan(wish, budget)
