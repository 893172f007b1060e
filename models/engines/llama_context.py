"""Llama context: one llama.cpp model with one KV cache whose content is always known. The only user of llama.cpp's API.

llama-cpp-python's own `generate` reuses a prefix too, but evaluates the rest in one go (no point where a lease can
change hands) and leaves the bookkeeping to callers that stop early. Here every public method leaves cache and
bookkeeping (`Llama.n_tokens`, `Llama.input_ids`) in agreement, so a call may be abandoned between any two of them.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import logging
import os
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

# OpenMP's threads spin while they wait for each other. With two threads on two cores and one busy neighbour that costs
# far more than the neighbour takes: 0.5B, tokens/s alone | beside one | beside two busy processes, from run to run:
#   active (spins on)   23.5 | 7.4-1.0  | 5.4-0.5      libgomp's default was at 2.2-0.5 on a busy machine, too
#   passive (never)     15.4 | 11.7-7.0 | 12.3-12.0
#   2000 rounds         23.7 | 6.6-5.1  | 10.4-4.0     full speed alone, and no collapse
# libgomp reads this once, when it is loaded, so it stands before llama.cpp's import. Other OpenMP libraries ignore it.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ.setdefault("GOMP_SPINCOUNT", "2000")

import llama_cpp
import numpy as np
from llama_cpp._internals import LlamaSampler
from llama_cpp.llama_grammar import LlamaGrammar

from models.engines.llama_prompt import common_prefix
from models.ports import EngineError, EngineUnavailable, GenerateRequest
from models.registry import EngineOptions

log = logging.getLogger("moui.llama")

CONTEXT_TOKENS = 4096
CPU_BATCH = 64
GPU_BATCH = 512
TOP_K = 40
MIN_P = 0.05
LIKELY = 200
"""Next tokens looked at for an end; the rest of the vocabulary weighs next to nothing."""
PENALTY_WINDOW = 128
"""Tokens of the reply so far that the repeat penalty looks at; the prompt is not penalised."""

_END = re.compile(r"""\s*(?:[."'”’!?。](?!\.)|\n)""")
"""A token that ends a sentence; "..." does not."""

_ERROR_LEVEL = 3  # GGML_LOG_LEVEL_ERROR
_recent_errors: deque[str] = deque(maxlen=4)


@llama_cpp.llama_log_callback  # type: ignore[untyped-decorator]
def _keep_errors(level: int, text: bytes, _user_data: ctypes.c_void_p) -> None:
    """llama.cpp prints hundreds of lines while loading; only its errors are of use."""
    if level == _ERROR_LEVEL and (line := text.decode("utf-8", "replace").strip()):
        _recent_errors.append(line)
        log.error("llama.cpp: %s", line)


class LlamaContext:
    """A loaded GGUF. Sizes are in tokens; `size` is the most that prompt and reply may have together."""

    def __init__(self, options: EngineOptions) -> None:
        path = _model_path(options)
        arguments = _arguments(options)
        _recent_errors.clear()
        llama_cpp.llama_log_set(_keep_errors, ctypes.c_void_p(0))
        try:
            self._llama = llama_cpp.Llama(str(path), verbose=False, **arguments)
        except (ValueError, RuntimeError, OSError, AssertionError) as error:
            reason = _recent_errors[0] if _recent_errors else str(error)
            raise EngineUnavailable(f"The language model {path} cannot be loaded: {reason}.") from error
        self._vocab = self._llama._model.vocab
        self._buffer = ctypes.create_string_buffer(512)
        trained = int(llama_cpp.llama_model_n_ctx_train(self._llama._model.model))
        self.size = min(int(arguments["n_ctx"]), self._llama.n_ctx(), trained or CONTEXT_TOKENS)
        self.batch = int(self._llama.n_batch)
        self.on_cpu = not arguments["n_gpu_layers"]

    # --- the vocabulary ---

    @property
    def template(self) -> str | None:
        return self._llama.metadata.get("tokenizer.chat_template")

    def token_text(self, token: int) -> str:
        return str(self._llama._model.token_get_text(token)) if token >= 0 else ""

    @property
    def bos(self) -> str:
        return self.token_text(self._llama.token_bos())

    @property
    def eos(self) -> str:
        return self.token_text(self._llama.token_eos())

    def control_texts(self) -> list[str]:
        """Texts of all control tokens (end of turn, roles, ...)."""
        control = llama_cpp.LLAMA_TOKEN_ATTR_CONTROL
        return [
            self.token_text(token)
            for token in range(self._llama.n_vocab())
            if llama_cpp.llama_vocab_get_attr(self._vocab, token) & control
        ]

    def tokenize(self, text: str, add_bos: bool) -> list[int]:
        return self._llama.tokenize(text.encode("utf-8"), add_bos=add_bos, special=True)

    def piece(self, token: int) -> bytes:
        """The token's bytes (special tokens have none). `Llama.detokenize` cuts at 32 bytes; Qwen has longer tokens."""
        size = llama_cpp.llama_token_to_piece(self._vocab, token, self._buffer, len(self._buffer), 0, False)
        return self._buffer.raw[:size] if size > 0 else b""

    def is_last(self, token: int) -> bool:
        """End of text, of turn, of message: whatever the model means by it."""
        return bool(llama_cpp.llama_vocab_is_eog(self._vocab, token))

    # --- the cache ---

    @property
    def resident(self) -> list[int]:
        """The tokens in the KV cache."""
        return [int(token) for token in self._llama.input_ids[: self._llama.n_tokens]]

    @property
    def full(self) -> bool:
        return self._llama.n_tokens >= self.size

    def reusable(self, tokens: Sequence[int]) -> int:
        """How many leading tokens of `tokens` are resident."""
        return common_prefix(self.resident, tokens)

    def keep(self, count: int) -> int:
        """Keep the first `count` resident tokens. Returns how many were kept: 0 where the model's memory cannot be cut
        (recurrent layers, a sliding window that has moved on)."""
        if count >= self._llama.n_tokens:
            return self._llama.n_tokens
        if count <= 0 or not self._llama._ctx.kv_cache_seq_rm(-1, count, -1):
            self._llama._ctx.kv_cache_clear()  # type: ignore[no-untyped-call]
            count = 0
        self._llama.n_tokens = count
        return count

    def evaluate(self, tokens: Sequence[int]) -> None:
        """Append tokens (at most `batch`). Raises EngineError; the cache is then as it was."""
        try:
            self._llama.eval(tokens)
        except RuntimeError as error:
            reason = _recent_errors[-1] if _recent_errors else str(error)
            raise EngineError(f"llama.cpp could not evaluate the text: {reason}.") from error

    def use_threads(self, count: int) -> None:
        """From the next token on, that many threads write. Prompts keep theirs."""
        batch = llama_cpp.llama_n_threads_batch(self._llama.ctx)
        llama_cpp.llama_set_n_threads(self._llama.ctx, count, batch)

    @property
    def threads(self) -> int:
        """Threads that write a reply."""
        return int(llama_cpp.llama_n_threads(self._llama.ctx))

    def sample(self, sampler: LlamaSampler) -> int:
        """The next token after the one evaluated last; the sampler remembers it."""
        return int(sampler.sample(self._llama._ctx))

    def ends(self) -> float:
        """The probability that the text, which stops in or after a word, ends a sentence here: the share of the next
        tokens that are a full stop, a closing quote, a new line, or the end of the message."""
        logits = np.ctypeslib.as_array(self._llama._ctx.get_logits_ith(-1), shape=(self._llama.n_vocab(),))
        weights = np.exp(logits - logits.max(), dtype=np.float64)
        likely = np.argpartition(weights, -LIKELY)[-LIKELY:]
        return float(sum(weights[token] for token in likely if self._is_end(int(token))) / weights.sum())

    def _is_end(self, token: int) -> bool:
        return self.is_last(token) or bool(_END.match(self.piece(token).decode("utf-8", "replace")))

    # --- sampling ---

    @contextlib.contextmanager
    def sampler(self, request: GenerateRequest) -> Iterator[LlamaSampler]:
        """The sampling chain of one request. With a schema no repeat penalty is applied: JSON repeats its own signs."""
        sampler = LlamaSampler()  # type: ignore[no-untyped-call]
        try:
            if request.json_schema is not None:
                _add(sampler, self._grammar(request.json_schema))
            elif request.repeat_penalty != 1.0:
                sampler.add_penalties(self._llama.n_vocab(), PENALTY_WINDOW, request.repeat_penalty, 0.0, 0.0)
            if request.temperature <= 0:
                sampler.add_greedy()  # type: ignore[no-untyped-call]
            else:
                sampler.add_top_k(TOP_K)
                sampler.add_top_p(request.top_p)
                sampler.add_min_p(MIN_P)
                sampler.add_temp(request.temperature)
                sampler.add_dist(llama_cpp.LLAMA_DEFAULT_SEED if request.seed is None else request.seed & 0xFFFFFFFF)
            yield sampler
        finally:
            sampler.close()  # type: ignore[no-untyped-call]

    def _grammar(self, schema: Mapping[str, Any]) -> Any:
        try:
            grammar = LlamaGrammar.from_json_schema(json.dumps(schema), verbose=False)
        except Exception as error:  # the converter asserts, indexes and raises bare Exception
            raise EngineError(f"The JSON schema cannot be turned into a grammar: {error!r}.") from error
        made = llama_cpp.llama_sampler_init_grammar(self._vocab, grammar._grammar.encode(), grammar._root.encode())
        if not made:  # adding a null sampler to the chain would crash the process
            raise EngineError("The JSON schema cannot be turned into a grammar that llama.cpp accepts.")
        return made

    def close(self) -> None:
        self._llama.close()


def _add(sampler: LlamaSampler, part: Any) -> None:
    llama_cpp.llama_sampler_chain_add(sampler.sampler, part)


def _model_path(options: EngineOptions) -> Path:
    if options.directory is None:
        raise EngineUnavailable("The llama engine needs the folder of a GGUF model.")
    path = options.directory / str(options.settings.get("file", "model.gguf"))
    if not path.is_file():
        raise EngineUnavailable(f"The language model {path} is missing: fetch it with 'moui models fetch'.")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise EngineUnavailable(f"{path} is not a GGUF model: check it with 'moui models verify'.")
    return path


def _arguments(options: EngineOptions) -> dict[str, Any]:
    """Llama's constructor arguments. A quantised KV cache needs flash attention, so it switches it on."""
    settings = options.settings
    gpu = options.device.startswith("cuda")
    if gpu and not llama_cpp.llama_supports_gpu_offload():
        raise EngineUnavailable("llama.cpp is installed without GPU support: set moui up again with 'run.py --cuda'.")
    kinds = {"f16": llama_cpp.GGML_TYPE_F16, "q8_0": llama_cpp.GGML_TYPE_Q8_0}
    kind = str(settings.get("kv_type", "f16"))
    if kind not in kinds:
        raise EngineUnavailable(f"kv_type is '{kind}', but only {' and '.join(kinds)} are known.")
    return {
        "n_ctx": int(settings.get("context", CONTEXT_TOKENS)),
        "n_batch": int(settings.get("n_batch", GPU_BATCH if gpu else CPU_BATCH)),
        "n_threads": options.threads,
        "n_threads_batch": options.threads,
        "n_gpu_layers": int(settings.get("gpu_layers", -1)) if gpu else 0,
        "main_gpu": int(options.device.partition(":")[2] or 0) if gpu else 0,
        "split_mode": llama_cpp.LLAMA_SPLIT_MODE_NONE,
        "offload_kqv": gpu,
        "op_offload": gpu,
        "flash_attn": bool(settings.get("flash_attn", gpu)) or kind == "q8_0",
        "type_k": kinds[kind],
        "type_v": kinds[kind],
    }
