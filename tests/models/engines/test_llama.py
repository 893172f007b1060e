"""The llama engine on real models: what is evaluated, what is reused, and that nothing ever goes out of step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.engines import llama
from models.engines.llama import LlamaEngine
from models.ports import (
    ChatMessage,
    EngineError,
    EngineUnavailable,
    GenerateRequest,
    GenerationChunk,
    LanguageModelEngine,
    PrefillProgress,
    PrimeRequest,
)
from models.registry import EngineOptions

SMALL = "smollm2-135m-instruct"
QWEN = "qwen2.5-coder-0.5b-instruct"
SYSTEM = ChatMessage("system", "You are a friendly job interviewer. Ask one short question at a time. " * 3)
HELLO = ChatMessage("user", "Hello, I am a backend engineer with five years of Python.")
MORE = ChatMessage("user", "I used a cache to halve the latency of our search page.")

pytestmark = pytest.mark.real


def load(weights: Path, model: str = SMALL, **settings: Any) -> LlamaEngine:
    return llama.load(EngineOptions(weights / model, threads=1, settings={"context": 1024, "n_batch": 32, **settings}))


@pytest.fixture(scope="module")
def engine(weights: Path) -> Iterator[LlamaEngine]:
    engine = load(weights)
    engine.warm_up()
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def qwen(weights: Path) -> Iterator[LlamaEngine]:
    engine = load(weights, QWEN)
    yield engine
    engine.close()


def ask(*messages: ChatMessage, tokens: int = 16, **fields: Any) -> GenerateRequest:
    return GenerateRequest(messages, max_tokens=tokens, **{"temperature": 0.0, **fields})


def run(engine: LlamaEngine, request: GenerateRequest) -> tuple[str, GenerationChunk]:
    items = list(engine.generate(request))
    chunks = [item for item in items if isinstance(item, GenerationChunk)]
    assert isinstance(items[0], PrefillProgress)
    assert [chunk.finish_reason for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    assert chunks[-1].finish_reason is not None
    in_step(engine)
    return "".join(chunk.text for chunk in chunks), chunks[-1]


def in_step(engine: LlamaEngine) -> None:
    """llama.cpp's own cache ends where the bookkeeping says."""
    import llama_cpp

    model = engine._context._llama
    last = llama_cpp.llama_memory_seq_pos_max(llama_cpp.llama_get_memory(model.ctx), 0)
    assert last + 1 >= model.n_tokens
    assert len(engine._context.resident) == model.n_tokens


def forget(engine: LlamaEngine) -> None:
    engine._context.keep(0)


def test_it_is_a_language_model_engine(engine: LlamaEngine) -> None:
    assert isinstance(engine, LanguageModelEngine)
    assert llama.SPEC.heavy
    assert llama.SPEC.device_bound


def test_a_growing_chat_evaluates_its_new_tokens_only(engine: LlamaEngine) -> None:
    forget(engine)
    chat = [SYSTEM, HELLO]
    resident = 0
    for _ in range(3):
        text, end = run(engine, ask(*chat, tokens=12))
        # All of the last prompt and reply is reused, but for a token or two around the reply's end.
        assert end.cached_tokens >= resident - 3
        resident = len(engine._context.resident)
        chat += [ChatMessage("assistant", text), MORE]


def test_a_cached_prefix_changes_no_word_of_the_answer(engine: LlamaEngine) -> None:
    # The reused part was evaluated in batches here. A token alone goes through another matrix kernel of llama.cpp that
    # rounds differently (logits differ by up to 0.8), so for reused tokens that were generated this need not hold.
    turns = [HELLO, ChatMessage("assistant", "Thanks. What did you build last?"), MORE]
    forget(engine)
    for count in (1, 3):
        warm, end = run(engine, ask(SYSTEM, *turns[:count], tokens=20))
        forget(engine)
        cold, alone = run(engine, ask(SYSTEM, *turns[:count], tokens=20))
        assert warm == cold
        assert alone.cached_tokens == 0
        assert (end.cached_tokens > 60) == (count > 1)


def test_progress_is_reported_batch_by_batch(engine: LlamaEngine) -> None:
    forget(engine)
    steps = [item for item in engine.generate(ask(SYSTEM, HELLO)) if isinstance(item, PrefillProgress)]
    assert len(steps) > 1
    assert [step.evaluated for step in steps] == sorted({step.evaluated for step in steps})
    assert steps[-1].evaluated == steps[-1].total
    again = [item for item in engine.generate(ask(SYSTEM, HELLO)) if isinstance(item, PrefillProgress)]
    assert [(step.evaluated, step.cached) for step in again] == [(1, steps[-1].total - 1)]


def test_cancelling_anywhere_leaves_the_next_answer_right(engine: LlamaEngine) -> None:
    forget(engine)
    expected, _ = run(engine, ask(SYSTEM, HELLO))
    other = ask(SYSTEM, MORE, tokens=8)
    for items_before_cancel in (0, 1, 2, 4, 7):
        forget(engine)
        generator = engine.generate(other)
        for _ in range(items_before_cancel):
            next(generator)
        generator.close()
        in_step(engine)
        assert run(engine, ask(SYSTEM, HELLO))[0] == expected


def test_a_reply_that_was_overtaken_does_not_touch_the_cache(engine: LlamaEngine) -> None:
    old = engine.generate(ask(SYSTEM, MORE))
    while not isinstance(next(old), GenerationChunk):
        pass
    expected, _ = run(engine, ask(SYSTEM, HELLO))
    with pytest.raises(EngineError, match="overtaken"):
        next(old)
    assert run(engine, ask(SYSTEM, HELLO))[0] == expected


def test_primed_tokens_are_not_evaluated_again(engine: LlamaEngine) -> None:
    forget(engine)
    primed = list(engine.prime(PrimeRequest((SYSTEM,))))
    assert primed[-1].evaluated == primed[-1].total > 30
    _, end = run(engine, ask(SYSTEM, HELLO))
    assert end.cached_tokens == primed[-1].total
    assert list(engine.prime(PrimeRequest((SYSTEM,)))) == [PrefillProgress(0, primed[-1].total, primed[-1].total)]
    _, end = run(engine, ask(SYSTEM, HELLO))
    assert end.cached_tokens == end.prompt_tokens - 1


def test_what_is_being_said_is_evaluated_as_it_is_said(engine: LlamaEngine) -> None:
    forget(engine)
    frame, said = 'Ask about this: "', "Hello, I am a backend engineer with five years of Python. I used a cache"
    for words in range(0, len(said.split()) - 2, 3):
        so_far = ChatMessage("user", frame + " ".join(said.split()[:words]))
        *_, last = engine.prime(PrimeRequest((SYSTEM, so_far), open=True))
        assert last.evaluated <= last.total - (last.total > 80) * 60, "it begins anew"
    final = ChatMessage("user", f'{frame}{said}."')
    resident = len(engine._context.resident)
    list(engine.prime(PrimeRequest((SYSTEM, ChatMessage("user", frame + "Hello, I")), open=True)))
    assert len(engine._context.resident) == resident, "a request that knows less threw something away"
    _, end = run(engine, ask(SYSTEM, final))
    assert end.prompt_tokens - end.cached_tokens <= 16


def test_threads_can_be_changed_between_two_tokens(engine: LlamaEngine) -> None:
    forget(engine)
    expected, _ = run(engine, ask(SYSTEM, HELLO, tokens=4))
    assert engine._context.threads == 1
    engine._context.use_threads(2)
    assert engine._context.threads == 2
    forget(engine)
    assert run(engine, ask(SYSTEM, HELLO, tokens=4))[0] == expected
    engine._context.use_threads(1)


def test_priming_may_be_cancelled(engine: LlamaEngine) -> None:
    forget(engine)
    expected, _ = run(engine, ask(SYSTEM, HELLO))
    forget(engine)
    priming = engine.prime(PrimeRequest((SYSTEM, HELLO)))
    next(priming)
    priming.close()
    text, end = run(engine, ask(SYSTEM, HELLO))
    assert text == expected
    assert end.cached_tokens > 0


def test_the_length_limit_and_the_models_own_end(engine: LlamaEngine) -> None:
    items = list(engine.generate(ask(SYSTEM, HELLO, tokens=3)))
    chunks = [item for item in items if isinstance(item, GenerationChunk)]
    assert sum(chunk.tokens for chunk in chunks) == 3
    assert chunks[-1].finish_reason == "length"
    text, end = run(engine, ask(ChatMessage("user", "Reply with the single word yes."), tokens=200))
    assert end.finish_reason == "stop"
    assert "<|im_end|>" not in text


def test_stop_strings_end_the_reply_and_are_not_part_of_it(engine: LlamaEngine) -> None:
    full, _ = run(engine, ask(SYSTEM, HELLO, tokens=24))
    stop = full.split()[3]
    text, end = run(engine, ask(SYSTEM, HELLO, tokens=24, stop=("never in here", stop)))
    assert text == full.partition(stop)[0]
    assert end.finish_reason == "stop"


def test_a_seed_repeats_a_sampled_reply(engine: LlamaEngine) -> None:
    def say(seed: int) -> str:
        forget(engine)
        return run(engine, ask(SYSTEM, HELLO, temperature=1.2, top_p=0.99, seed=seed))[0]

    assert say(7) == say(7)
    assert len({say(seed) for seed in range(4)}) > 1


SCHEMA = {
    "type": "object",
    "properties": {
        "topic": {"enum": ["cache", "database"]},
        "score": {"type": "integer", "minimum": 1, "maximum": 5},
        "good": {"type": "boolean"},
    },
    "required": ["topic", "score", "good"],
    "additionalProperties": False,
}


def test_a_schema_constrains_the_reply(engine: LlamaEngine) -> None:
    for seed in range(3):
        text, end = run(engine, ask(MORE, tokens=100, json_schema=SCHEMA, temperature=1.0, seed=seed))
        value = json.loads(text)
        assert end.finish_reason == "stop"
        assert value["topic"] in {"cache", "database"}
        assert isinstance(value["score"], int)
        assert isinstance(value["good"], bool)


def test_a_schema_that_is_none_is_refused_in_words(engine: LlamaEngine) -> None:
    with pytest.raises(EngineError, match="JSON schema"):
        list(engine.generate(ask(MORE, json_schema={"type": "no such type"})))
    assert run(engine, ask(SYSTEM, HELLO))[0]


def test_the_full_context_ends_the_reply(weights: Path) -> None:
    engine = load(weights, context=256)
    text, end = run(engine, ask(SYSTEM, HELLO, tokens=10_000, temperature=1.0, seed=3, repeat_penalty=1.5))
    assert end.finish_reason in {"length", "stop"}
    assert len(engine._context.resident) <= 256
    assert text
    engine.close()


def test_a_chat_longer_than_the_context_loses_its_oldest_turns(weights: Path) -> None:
    engine = load(weights, context=320)
    instructions = ChatMessage("system", "You are an interviewer.")
    chat = [instructions]
    cached: list[int] = []
    prompts: list[int] = []
    for turn in range(9):
        chat.append(ChatMessage("user", f"Point {turn}: " + "we measured first and then changed one thing. " * 3))
        text, end = run(engine, ask(*chat, tokens=8))
        cached.append(end.cached_tokens)
        prompts.append(end.prompt_tokens)
        chat.append(ChatMessage("assistant", text))
    assert max(prompts) <= 320 - 8
    moved = [turn for turn in range(1, 9) if cached[turn] < prompts[turn - 1] - 2]
    assert moved
    assert len(moved) <= 4  # the cut moves in steps: in the turns between, the prefix is still good
    with pytest.raises(EngineError, match="fit into the model's context"):
        list(engine.generate(ask(instructions, ChatMessage("user", "word " * 1000))))
    assert run(engine, ask(instructions, HELLO, tokens=4))[0]
    engine.close()


def test_a_quantised_cache_works(weights: Path) -> None:
    engine = load(weights, kv_type="q8_0")
    engine.warm_up()
    assert run(engine, ask(SYSTEM, HELLO))[0]
    assert run(engine, ask(SYSTEM, HELLO))[1].cached_tokens > 0
    engine.close()


def test_korean_arrives_whole(qwen: LlamaEngine) -> None:
    chat = (ChatMessage("system", "한국어로만 대답하세요."), ChatMessage("user", "자기소개를 부탁합니다."))
    items = list(qwen.generate(ask(*chat, tokens=24)))
    texts = [item.text for item in items if isinstance(item, GenerationChunk)]
    assert any("가" <= character <= "힣" for character in "".join(texts))
    assert all("�" not in text for text in texts)


def test_qwen_reuses_its_own_reply(qwen: LlamaEngine) -> None:
    chat = (SYSTEM, HELLO)
    text, first = run(qwen, ask(*chat, tokens=12))
    _, second = run(qwen, ask(*chat, ChatMessage("assistant", text), MORE, tokens=4))
    assert second.cached_tokens >= first.prompt_tokens + 8


@pytest.mark.parametrize("cut", [100, 1_000_000])
def test_a_truncated_model_is_refused_in_words(weights: Path, tmp_path: Path, cut: int) -> None:
    with (weights / SMALL / "model.gguf").open("rb") as file:
        (tmp_path / "model.gguf").write_bytes(file.read(cut))
    with pytest.raises(EngineUnavailable, match="cannot be loaded"):
        llama.load(EngineOptions(tmp_path))


def test_files_and_settings_that_cannot_work_are_refused_in_words(weights: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"is missing: fetch it"):
        llama.load(EngineOptions(tmp_path))
    with pytest.raises(EngineUnavailable, match="folder"):
        llama.load(EngineOptions())
    (tmp_path / "model.gguf").write_bytes(b"<html>not found</html>")
    with pytest.raises(EngineUnavailable, match="not a GGUF"):
        llama.load(EngineOptions(tmp_path))
    with pytest.raises(EngineUnavailable, match="kv_type is 'q3'"):
        load(weights, kv_type="q3")
    with pytest.raises(EngineUnavailable, match="without GPU support"):
        llama.load(EngineOptions(weights / SMALL, device="cuda:0"))


def ends(engine: LlamaEngine, said: str) -> float:
    frame = ChatMessage("user", f'My answer: "{said}')
    *_, last = engine.prime(PrimeRequest((SYSTEM, frame), open=True, ends=True))
    assert last.ends is not None
    in_step(engine)
    return last.ends


def test_an_end_is_likely_behind_a_sentence_and_not_inside_it(qwen: LlamaEngine) -> None:
    whole = "We moved the payment system to the cloud"
    inside = [whole.rsplit(" ", count)[0] for count in (1, 2, 5)]
    assert ends(qwen, whole) > 3 * max(ends(qwen, said) for said in inside)
    assert ends(qwen, "저는 결제 서비스를 맡았습니다") > 0.9
    assert ends(qwen, "저는 결제 서비스를") < 0.1


def test_the_same_words_have_the_same_end_whatever_was_evaluated_since(qwen: LlamaEngine) -> None:
    said = "I learned that it is better to ask early"
    first = ends(qwen, said)
    run(qwen, ask(SYSTEM, ChatMessage("user", f'My answer: "{said}."'), tokens=2))
    assert ends(qwen, said) == first, "it is remembered"
    forget(qwen)
    assert ends(qwen, said) == pytest.approx(first, abs=0.05)


def test_a_request_that_does_not_ask_for_the_end_throws_nothing_away(qwen: LlamaEngine) -> None:
    run(qwen, ask(SYSTEM, ChatMessage("user", 'My answer: "I used a cache to halve it."'), tokens=2))
    resident = len(qwen._context.resident)
    *_, last = qwen.prime(PrimeRequest((SYSTEM, ChatMessage("user", 'My answer: "I used')), open=True))
    assert last.ends is None
    assert len(qwen._context.resident) == resident
