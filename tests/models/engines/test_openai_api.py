"""The openai_api engine: against llama-cpp-python's own server on a real model, and against one that misbehaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.engines import openai_api
from models.engines.openai_api import OpenAIEngine, is_remote
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
from tests.models.engines.openai_servers import free_port, misbehaving, real_server

CHAT = (ChatMessage("system", "You are helpful."), ChatMessage("user", "Say hello to the new colleague."))


def load(url: str, **settings: Any) -> OpenAIEngine:
    return openai_api.load(EngineOptions(settings={"url": url, "model": "tiny", **settings}))


def ask(tokens: int = 8, **fields: Any) -> GenerateRequest:
    return GenerateRequest(CHAT, max_tokens=tokens, **{"temperature": 0.0, **fields})


def run(engine: OpenAIEngine, request: GenerateRequest) -> tuple[str, GenerationChunk]:
    chunks = [item for item in engine.generate(request) if isinstance(item, GenerationChunk)]
    assert [chunk.finish_reason for chunk in chunks[:-1]] == [None] * (len(chunks) - 1)
    return "".join(chunk.text for chunk in chunks), chunks[-1]


def fails(engine: OpenAIEngine, words: str) -> None:
    with pytest.raises(EngineError, match=words):
        list(engine.generate(ask()))


def sse(*events: Any, done: bool = True) -> bytes:
    lines = [f"data: {json.dumps(event)}\n\n" for event in events] + ["data: [DONE]\n\n"] * done
    return b": ping\n\nevent: chunk\n" + "".join(lines).encode()


def delta(text: str | None, **fields: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text}, **fields}]}


# --- a real server ---


@pytest.fixture(scope="module")
def url(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("openai") / "server.log"
    with real_server(weights / "smollm2-135m-instruct" / "model.gguf", log) as url:
        run(load(url), ask(tokens=4))  # from here on the prompt is cached, so equal requests get equal answers
        yield url


@pytest.mark.real
def test_a_reply_streams_from_a_real_server(url: str) -> None:
    engine = load(url)
    assert isinstance(engine, LanguageModelEngine)
    items = list(engine.generate(ask(tokens=8)))
    texts = [item.text for item in items if isinstance(item, GenerationChunk) and item.text]
    assert len(texts) > 3
    last = items[-1]
    assert isinstance(last, GenerationChunk)
    assert last.finish_reason == "length"
    assert run(engine, ask(tokens=8))[0] == "".join(texts)


@pytest.mark.real
def test_stop_strings_and_the_models_own_end_on_a_real_server(url: str) -> None:
    engine = load(url)
    full, _ = run(engine, ask(tokens=12))
    stop = full.split()[2]
    text, end = run(engine, ask(tokens=12, stop=(stop,)))
    assert text == full.partition(stop)[0]
    assert end.finish_reason == "stop"


@pytest.mark.real
def test_a_real_server_is_free_after_a_reply_was_left(url: str) -> None:
    engine = load(url)
    expected, _ = run(engine, ask(tokens=8))
    reply = engine.generate(ask(tokens=900, temperature=1.0))
    while not isinstance(next(reply), GenerationChunk):
        pass
    reply.close()
    assert run(engine, ask(tokens=8))[0] == expected


@pytest.mark.real
def test_a_schema_is_kept_by_a_server_that_knows_only_the_older_form(url: str) -> None:
    schema = {"type": "object", "properties": {"good": {"type": "boolean"}}, "required": ["good"]}
    engine = load(url)
    for _ in range(2):  # the second time in the form that worked
        text, _ = run(engine, ask(tokens=60, json_schema=schema))
        assert set(json.loads(text)) == {"good"}


@pytest.mark.real
def test_the_first_listed_model_is_used_where_none_is_named(url: str) -> None:
    engine = load(url, model="")
    engine.warm_up()
    assert engine.model == "tiny"


# --- what is sent and understood ---


def test_the_request_says_what_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOUI_TEST_KEY", "secret-key")
    body = sse(
        delta("안녕"),
        delta(None),
        delta("하세요", finish_reason="length"),
        {"choices": [], "usage": {"prompt_tokens": 9, "prompt_tokens_details": {"cached_tokens": 4}}},
    )
    with misbehaving(body=body) as server:
        engine = load(server.url, api_key_env="MOUI_TEST_KEY", extra={"repetition_penalty": 1.1})
        text, end = run(engine, ask(tokens=5, stop=("x",), seed=3, json_schema={"type": "object"}))
        assert text == "안녕하세요"
        assert end == GenerationChunk("", 0, "length", 9, 4)
        sent = server.requests[0]
        assert server.headers[0]["Authorization"] == "Bearer secret-key"
    assert sent["model"] == "tiny"
    assert sent["stream"] is True
    assert sent["messages"][1] == {"role": "user", "content": CHAT[1].content}
    assert (sent["max_tokens"], sent["stop"], sent["seed"], sent["repetition_penalty"]) == (5, ["x"], 3, 1.1)
    assert sent["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert "secret-key" not in repr(engine)


def test_a_stream_that_ends_without_a_reason_but_with_done_is_complete() -> None:
    with misbehaving(body=sse(delta("Hi"))) as server:
        assert run(load(server.url), ask()) == ("Hi", GenerationChunk("", 0, "stop"))


def test_priming_is_nothing_and_says_so() -> None:
    engine = load("http://127.0.0.1:9/v1")
    assert list(engine.prime(PrimeRequest(CHAT))) == [PrefillProgress(0, 0, 0)]


# --- what goes wrong ---


def test_an_unreachable_server() -> None:
    engine = load(f"http://127.0.0.1:{free_port()}")
    fails(engine, r"cannot be reached: is it running\?")
    engine.warm_up()  # no reason not to start


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, b'{"error": {"message": "bad\\nkey"}}', r"refused the API key \(401\): bad key"),
        (404, b'{"error": "model \\"tiny\\" not found"}', "does not know the model 'tiny' or the address: model"),
        (429, b'{"detail": "slow down"}', "limiting requests: slow down"),
        (503, b"<html>gateway</html>", r"answered with an error \(503\): <html>"),
        (500, b"", "no reason given"),
    ],
)
def test_refusals_are_told_in_words(status: int, body: bytes, words: str) -> None:
    with misbehaving(status=status, body=body) as server:
        fails(load(server.url), words)


def test_a_break_in_the_middle() -> None:
    with misbehaving(body=sse(delta("Hi"), done=False), ending="break") as server:
        fails(load(server.url), "broke")
    with misbehaving(body=sse(delta("Hi"), done=False)) as server:
        fails(load(server.url), "broke off in the middle of its reply")


def test_an_error_in_the_middle() -> None:
    with misbehaving(body=sse(delta("Hi"), {"error": {"message": "out of memory"}})) as server:
        fails(load(server.url), "failed while answering: out of memory")


@pytest.mark.parametrize("body", [b"data: {nonsense\n\n", b"data: 5\n\n", b'data: {"choices": 7}\n\n'])
def test_a_stream_of_something_else(body: bytes) -> None:
    with misbehaving(body=body) as server:
        fails(load(server.url), "not an OpenAI chat stream")


@pytest.mark.parametrize("ending", ["silence", "stall"])
def test_silence_is_bounded_and_gives_signs_of_life(ending: str) -> None:
    with misbehaving(body=sse(delta("Hi"), done=False), ending=ending) as server:
        seen: list[object] = []
        with pytest.raises(EngineError, match=r"said nothing for 0\.5 s"):
            seen.extend(load(server.url, timeout=0.5).generate(ask()))
        assert len(seen) >= 2


@pytest.mark.parametrize("ending", ["silence", "stall"])
def test_closing_hangs_up_on_a_silent_server(ending: str) -> None:
    with misbehaving(body=sse(delta("Hi"), done=False), ending=ending) as server:
        reply = load(server.url).generate(ask())
        next(reply)
        next(reply)
        reply.close()
        assert server.left.wait(5)


def test_settings_that_cannot_work_are_refused_in_words() -> None:
    with pytest.raises(EngineUnavailable, match="not the address"):
        load("localhost:11434")
    with pytest.raises(EngineUnavailable, match="MOUI_NO_SUCH_KEY, which is not set"):
        load("http://localhost:1", api_key_env="MOUI_NO_SUCH_KEY")


@pytest.mark.parametrize(
    ("url", "remote"),
    [
        ("http://localhost:11434/v1", False),
        ("http://127.0.0.1", False),
        ("http://127.8.8.8:1/v1", False),
        ("http://[::1]:80/v1", False),
        ("http://ollama.localhost/v1", False),
        ("http://192.168.0.5:11434", True),
        ("https://api.openai.com/v1", True),
        ("http://localhost.example.com", True),
        ("nonsense", True),
    ],
)
def test_it_is_known_where_text_leaves_the_machine(url: str, remote: bool) -> None:
    assert is_remote(url) is remote
