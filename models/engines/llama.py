"""Llama: the language model engine, any instruct model as GGUF through llama.cpp.

Settings: `context` (tokens, default 4096), `gpu_layers` (default all on a GPU), `kv_type` ("f16" or "q8_0"), `n_batch`
(the most prompt tokens evaluated between two yields, default 64 on a CPU and 512 on a GPU; fewer on a slow machine),
`flash_attn` (default on a GPU only), `file` (name in the artifact's folder, default "model.gguf"), `measure_threads`
(default true: at start-up fewer threads than given are tried for writing, and used where they are clearly faster).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Literal

from models.engines.prefill_pace import PrefillPace
from models.engines.text_stream import TextStream
from models.engines.thread_choice import candidates, choose, fastest
from models.ports import (
    EngineError,
    GenerateRequest,
    GenerationChunk,
    PrefillProgress,
    PrimeRequest,
    Role,
)
from models.registry import EngineOptions, EngineSpec

if TYPE_CHECKING:
    from models.engines.llama_context import LlamaContext
    from models.engines.llama_prompt import ChatPrompt

log = logging.getLogger("moui.llama")

FinishReason = Literal["stop", "length"]


class LlamaEngine:
    """One model, one KV cache, one call at a time.

    The cache keeps what the last call left in it, reply included, so the next turn of the same conversation evaluates
    its new tokens only. A call on another conversation takes the cache over.
    """

    def __init__(self, context: LlamaContext, prompt: ChatPrompt, *, measure_threads: bool = True) -> None:
        self._context = context
        self._measure_threads = measure_threads
        self._prompt = prompt
        self._pace = PrefillPace(context.batch)
        self._call = 0
        self._ending: tuple[list[int], float] | None = None
        """The open beginning primed last, and the probability that a sentence ends there."""

    def generate(self, request: GenerateRequest) -> Generator[PrefillProgress | GenerationChunk, None, None]:
        """Continue the chat. Closing the generator at any point cancels and leaves the engine ready for the next call.

        Prompt and reply share the context: where they do not fit together, the oldest messages are left out, in pairs
        (see ChatPrompt.fit); room is kept for `max_tokens`, but never more than half of the context. The reply ends
        with "length" at `max_tokens` or when the context is full; grammar-constrained JSON is incomplete then.
        Raises EngineError.
        """
        context = self._context
        call = self._begin()
        prompt = self._prompt.fit(request.messages, room=self._room(request.max_tokens), window=context.size).tokens
        with context.sampler(request) as sampler:
            cached = yield from self._prefill(prompt, call, again=1)
            stream = TextStream(request.stop)
            tokens = 0
            while True:
                token = context.sample(sampler)
                done = context.is_last(token)
                text = stream.flush() if done else stream.feed(context.piece(token))
                tokens += not done
                length = tokens >= request.max_tokens or context.full
                if done or stream.stopped or length:
                    text += stream.flush()
                    reason: FinishReason = "stop" if done or stream.stopped else "length"
                    yield GenerationChunk(text, int(not done), reason, len(prompt), cached)
                    return
                yield GenerationChunk(text)
                self._still(call)
                context.evaluate([token])

    def prime(self, request: PrimeRequest) -> Generator[PrefillProgress, None, None]:
        """Evaluate the beginning that every continuation of these messages shares. Raises EngineError.

        What is resident beyond it stays: a request that comes late, or knows less, throws nothing away (one that wants
        to know how likely the words end there may). That is told last, where the model's tokens allow to tell.
        """
        call = self._begin()
        prompt = self._prompt.prefix(
            request.messages,
            room=self._room(request.max_tokens),
            window=self._context.size,
            open_end=request.open,
        )
        total = len(prompt.tokens)
        tells = request.open and self._stops_with(prompt.tokens, request.messages[-1].content)
        known = self._ending is not None and self._ending[0] == prompt.tokens
        cached = yield from self._prefill(prompt.tokens, call, again=int(tells and request.ends and not known))
        if tells and cached < total:
            self._ending, known = (prompt.tokens, self._context.ends()), True
        if tells and known and self._ending is not None:
            yield PrefillProgress(total - cached, total, cached, self._ending[1])

    def _stops_with(self, tokens: list[int], text: str) -> bool:
        """Whether the last token is the text's end: one that might have merged with what follows is not in."""
        end = self._context.piece(tokens[-1]).decode("utf-8", "ignore").strip() if tokens else ""
        return bool(end) and text.rstrip().endswith(end)

    def warm_up(self) -> None:
        """Evaluate and sample one token: allocates the compute buffers and touches every weight once. On a CPU, find
        out how many threads write fastest (models/engines/thread_choice.py)."""
        self._begin()
        context = self._context
        tokens = context.tokenize("a", True)[:1]
        context.keep(0)
        context.evaluate(tokens)
        with context.sampler(GenerateRequest(())) as sampler:
            context.sample(sampler)
        if self._measure_threads and context.on_cpu and context.threads > 1:
            self._choose_threads(tokens)
        context.keep(0)

    def _choose_threads(self, tokens: list[int]) -> None:
        context = self._context

        def step(count: int) -> None:
            context.use_threads(count)
            context.evaluate(tokens)

        seconds = fastest(candidates(context.threads), step, time.perf_counter)
        context.use_threads(choose(seconds))
        speeds = ", ".join(f"{count}: {1 / taken:.1f}" for count, taken in seconds.items())
        log.info("threads that write a reply: %d (tokens/s measured with %s)", context.threads, speeds)

    def close(self) -> None:
        self._begin()
        self._context.close()

    def _room(self, max_tokens: int) -> int:
        size = self._context.size
        return size - min(max_tokens, size // 2)

    def _begin(self) -> int:
        self._call += 1
        return self._call

    def _still(self, call: int) -> None:
        """A call that was paused while another began must not go on: the cache is no longer its own."""
        if call != self._call:
            raise EngineError("This reply was overtaken by another request to the same model.")

    def _prefill(self, prompt: list[int], call: int, *, again: int) -> Generator[PrefillProgress, None, int]:
        """Make `prompt` resident; returns how many of its tokens already were.

        The last `again` tokens are evaluated in any case: sampling needs their logits. When nothing is to be done
        (again = 0), tokens beyond the prompt stay resident.
        """
        context = self._context
        cached = min(context.reusable(prompt), len(prompt) - again)
        total = len(prompt)
        if cached == total:
            yield PrefillProgress(0, total, cached)
            return cached
        cached = context.keep(cached)
        position = cached
        while position < total:
            size = self._pace.next(total - position)
            started = time.perf_counter()
            context.evaluate(prompt[position : position + size])
            self._pace.measured(size, time.perf_counter() - started)
            position += size
            yield PrefillProgress(position - cached, total, cached)
            self._still(call)
        return cached


def load(options: EngineOptions) -> LlamaEngine:
    """Map the GGUF into memory. Raises EngineUnavailable with a sentence."""
    from models.engines.llama_context import LlamaContext
    from models.engines.llama_prompt import ChatPrompt

    context = LlamaContext(options)
    prompt = ChatPrompt(
        context.template, context.tokenize, bos=context.bos, eos=context.eos, special=context.control_texts()
    )
    return LlamaEngine(context, prompt, measure_threads=bool(options.settings.get("measure_threads", True)))


SPEC = EngineSpec(name="llama", role=Role.LLM, load=load, heavy=True)
