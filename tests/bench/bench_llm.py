"""How fast the llama engine is here: first token cold, primed, in the next turn, and at the end of answers that were
evaluated while they were spoken; batches; tokens a second; JSON.

python -m tests.bench.bench_llm models/weights/qwen2.5-coder-1.5b-instruct [--threads 2] [--json]
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from interview.free_talk import FreeTalk
from models.engines.llama import LlamaEngine, load
from models.ports import CallContext, ChatMessage, GenerateRequest, GenerationChunk, PrefillProgress, PrimeRequest
from models.registry import EngineOptions
from tests.fakes import FakeLanguageModel
from voice.responder import Item, TurnContext

SYSTEM = ChatMessage("system", "You are a friendly but demanding interviewer. Ask one short question at a time. " * 16)
USER = ChatMessage("user", "Hello, I am a backend engineer. I used a cache to halve the latency of our search page.")
NEXT = ChatMessage("user", "We measured the hit rate first, and then chose the expiry from the distribution of ages.")
NEXT_QUESTION = "What changed for the people who use it?"
SHOWN = ("5 s", "60 s", "180 s", "turn 4", "turn 30")
TALK = FreeTalk(FakeLanguageModel())  # for its prompts only
SCHEMA = {"type": "object", "properties": {"topic": {"type": "string"}, "score": {"type": "integer"}}}


def measure(engine: LlamaEngine, messages: Sequence[ChatMessage], tokens: int, **fields: Any) -> dict[str, Any]:
    """One reply: seconds to its first token, milliseconds per batch and per token, and its text."""
    batches: list[float] = []
    stamps: list[float] = []
    text = ""
    end = GenerationChunk("")
    started = last = time.perf_counter()
    for item in engine.generate(GenerateRequest(tuple(messages), tokens, temperature=0.0, **fields)):
        now = time.perf_counter()
        if isinstance(item, PrefillProgress):
            batches.append((now - last) * 1e3)
        else:
            stamps.append(now)
            text += item.text
            end = item
        last = now
    generating = stamps[-1] - stamps[0]
    return {
        "first_token_s": round(stamps[0] - started, 3),
        "prompt_tokens": end.prompt_tokens,
        "cached_tokens": end.cached_tokens,
        "batch_ms_p50": round(statistics.median(batches), 1),
        "batch_ms_max": round(max(batches), 1),
        "tokens_per_s": round((len(stamps) - 1) / generating, 1) if generating else 0.0,
        "text": text,
    }


def bench(engine: LlamaEngine, tokens: int) -> dict[str, dict[str, Any]]:
    cold = measure(engine, [SYSTEM, USER], tokens)
    chat = [SYSTEM, USER, ChatMessage("assistant", cold["text"]), NEXT]
    following = measure(engine, chat, tokens)
    resident = measure(engine, chat, tokens)
    constrained = measure(engine, [USER], tokens, json_schema=SCHEMA)
    list(engine.prime(PrimeRequest((SYSTEM,))))
    primed = measure(engine, [SYSTEM, USER], tokens)
    talked = answered(engine, tokens)
    return {
        "cold": cold,
        "next turn": following,
        "all cached": resident,
        "json": constrained,
        "primed": primed,
        **talked,
    }


def answered(engine: LlamaEngine, tokens: int) -> dict[str, dict[str, Any]]:
    """The reply after answers of 5, 60 and 180 s, and in the 30th turn: all but the last three words were primed."""
    results = {}
    items: list[Item] = []
    for name, words in (("5 s", 12), ("60 s", 150), ("180 s", 450), *((f"turn {n}", 12) for n in range(4, 31))):
        spoken = list(itertools.islice(itertools.cycle(USER.content.split()), words))
        for known in range(0, words - 2, 9):
            prime(engine, items, " ".join(spoken[:known]))
        prime(engine, items, " ".join(spoken[:-3]))
        items.append(Item("", "user", " ".join(spoken)))
        result = measure(engine, TALK.messages(turn(items)), tokens if name in SHOWN else 2)
        items.append(Item("", "assistant", NEXT_QUESTION))
        prime(engine, items, "")
        if name in SHOWN:
            results[name] = result
    return results


def prime(engine: LlamaEngine, items: list[Item], said: str) -> None:
    list(engine.prime(PrimeRequest(TALK.messages(turn(items), speaking=said), open=True)))


def turn(items: list[Item]) -> TurnContext:
    return TurnContext(tuple(items), "en", "", 200, CallContext())


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the llama engine on one GGUF model.")
    parser.add_argument("directory", type=Path, help="folder with model.gguf")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tokens", type=int, default=32, help="most tokens a reply")
    parser.add_argument("--device", default="cpu", help="cpu or cuda:N")
    parser.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE", help="engine setting, as JSON")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    settings = {name: json.loads(value) for name, _, value in (item.partition("=") for item in given.setting)}
    engine = load(EngineOptions(given.directory, given.device, given.threads, settings))
    engine.warm_up()
    results = bench(engine, given.tokens)
    engine.close()
    if given.json:
        print(json.dumps(results, ensure_ascii=False, indent=2))
        return
    print(f"{'':12}{'first token':>12}{'prompt':>8}{'cached':>8}{'batch p50':>11}{'max':>9}{'tokens/s':>10}")
    for name, row in results.items():
        print(
            f"{name:12}{row['first_token_s']:>10.2f} s{row['prompt_tokens']:>8}{row['cached_tokens']:>8}"
            f"{row['batch_ms_p50']:>8.0f} ms{row['batch_ms_max']:>6.0f} ms{row['tokens_per_s']:>10.1f}"
        )


if __name__ == "__main__":
    main()
