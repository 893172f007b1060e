"""How many bytes a llama.cpp model takes, where. Pure: numbers in, numbers out (see `models/gguf.py` for reading them).

Sources. Weights and KV bytes are exact: they are the tensors' own sizes and the cache's own type sizes. The number of
offloaded layers means what llama.cpp means by `n_gpu_layers` (`llama_model::load_tensors`: `i_gpu_start = n_layer + 1
- n_gpu_layers`): the output matrix counts as one layer and is the first to go to the card, then the blocks from the
last to the first; the token embedding always stays in main memory. Compute buffers are estimates, each explained at
its function, and `tests/gpu/check.py` compares them with a real card.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

MIB = 1024 * 1024
CONTEXT_STEP = 256
"""llama.cpp rounds the context up to a multiple of this (`GGML_PAD(n_ctx, 256)`)."""

HOST_TENSOR_COPIES = 3
"""Weights left in main memory are copied to the card for prompt batches of 32 tokens and more (ggml "op offload").
The scheduler stages several at once: measurements of others (llama.cpp on an MI300X, a 0.6B dense model) show the
buffer grow by 9.5 MiB at partial offload, which is the three feed-forward matrices of one block."""


SCRATCH_BYTES = 4 * MIB
"""Rows of a q8_0 cache unpacked for attention: 1.1 to 4.4 MiB measured beyond the f16 cache's buffer."""


class KvType(enum.StrEnum):
    """Element type of the KV cache. q8_0 needs flash attention and heads that are multiples of 32."""

    F16 = "f16"
    Q8_0 = "q8_0"

    def bytes_for(self, values: int) -> int:
        """Bytes of so many values: q8_0 packs 32 of them and an f16 scale into 34 bytes."""
        return values * 2 if self is KvType.F16 else -(-values // 32) * 34


@dataclass(frozen=True, slots=True)
class LlmShape:
    """A GGUF's sizes. `layer_bytes` and `kv_values` have one entry a block; `kv_values` are K and V values a token."""

    name: str
    layer_bytes: tuple[int, ...]
    kv_values: tuple[int, ...]
    input_bytes: int
    output_bytes: int
    embedding_length: int
    feed_forward_length: int
    vocabulary: int
    trained_context: int
    largest_tensor_bytes: int
    tied_output: bool = False
    """True where the output matrix is the token embedding again: one copy in memory, a second one on the card."""
    q8_kv: bool = True

    def __post_init__(self) -> None:
        if not self.layer_bytes or len(self.layer_bytes) != len(self.kv_values):
            raise ValueError(f"{self.name}: {len(self.layer_bytes)} blocks but {len(self.kv_values)} KV entries")
        if min(*self.layer_bytes, *self.kv_values, self.input_bytes, self.output_bytes) < 0:
            raise ValueError(f"{self.name}: a size is negative")

    @property
    def all_layers(self) -> int:
        """`n_gpu_layers` that puts everything on the card: every block, and the output."""
        return len(self.layer_bytes) + 1

    @property
    def file_bytes(self) -> int:
        return sum(self.layer_bytes) + self.input_bytes + (0 if self.tied_output else self.output_bytes)

    def card_weights(self, gpu_layers: int) -> int:
        """Bytes of weights on the card."""
        if gpu_layers <= 0:
            return 0
        first = max(self.all_layers - gpu_layers, 0)
        return self.output_bytes + sum(self.layer_bytes[first:])

    def host_weights(self, gpu_layers: int) -> int:
        """Bytes of weights in main memory that every token reads."""
        first = len(self.layer_bytes) if gpu_layers <= 0 else max(self.all_layers - gpu_layers, 0)
        return sum(self.layer_bytes[:first]) + (self.output_bytes if gpu_layers <= 0 else 0)

    def card_share(self, gpu_layers: int) -> float:
        """Part of the weights each token reads that lies on the card, 0 to 1."""
        card, host = self.card_weights(gpu_layers), self.host_weights(gpu_layers)
        return card / max(card + host, 1)

    def host_resident(self, gpu_layers: int) -> int:
        """Bytes of weights in main memory: what tokens read, and the embedding they look one row up in."""
        shared = self.tied_output and gpu_layers <= 0
        return self.host_weights(gpu_layers) + (0 if shared else self.input_bytes)

    def kv_bytes_per_token(self, kv: KvType) -> int:
        """KV bytes of one token over all blocks."""
        return sum(kv.bytes_for(values) for values in self.kv_values)

    def card_kv(self, gpu_layers: int, context: int, kv: KvType) -> int:
        """KV bytes on the card: the cache of a block lies where the block lies."""
        first = len(self.kv_values) if gpu_layers <= 0 else max(self.all_layers - gpu_layers, 0)
        return padded(context) * sum(kv.bytes_for(values) for values in self.kv_values[first:])

    def host_kv(self, gpu_layers: int, context: int, kv: KvType) -> int:
        return padded(context) * self.kv_bytes_per_token(kv) - self.card_kv(gpu_layers, context, kv)

    def compute_bytes(self, context: int, batch: int) -> int:
        """Estimate of the buffer a prompt batch is evaluated in, with flash attention.

        llama.cpp reserves for the worst case: logits of every token of the batch (f32) beside the hidden state, or
        the feed-forward activations, whichever is larger, and the attention mask (f32 and its f16 copy). Llama-3 8B
        at 512 tokens: 250.5 + 8 MiB, where its log says 258.5 MiB. Measured on the CPU over contexts of 1024 to 8192
        and both KV types: 0.1 to 22 % too much, never too little (`tests/models/test_gguf.py` asks llama.cpp again).
        """
        hidden = self.embedding_length * batch * 4
        logits = self.vocabulary * batch * 4
        feed_forward = self.feed_forward_length * batch * 4 * 2
        return hidden + max(logits, feed_forward + hidden) + padded(context) * batch * 6 + SCRATCH_BYTES

    def card_bytes(self, gpu_layers: int, context: int, kv: KvType, batch: int) -> int:
        """Everything on the card but the process's own CUDA context; 0 where nothing is offloaded."""
        if gpu_layers <= 0:
            return 0
        staged = HOST_TENSOR_COPIES * self.largest_tensor_bytes if gpu_layers < self.all_layers else 0
        compute = self.compute_bytes(context, batch) + staged
        return self.card_weights(gpu_layers) + self.card_kv(gpu_layers, context, kv) + compute

    def host_bytes(self, gpu_layers: int, context: int, kv: KvType, batch: int) -> int:
        """Everything in main memory. With all layers on the card the host buffer still holds the batch's inputs."""
        compute = self.compute_bytes(context, batch)
        compute = compute // 4 if gpu_layers >= self.all_layers else compute
        return self.host_resident(gpu_layers) + self.host_kv(gpu_layers, context, kv) + compute


def padded(context: int) -> int:
    """The context llama.cpp really allocates."""
    return -(-context // CONTEXT_STEP) * CONTEXT_STEP


def declared_shape(
    name: str,
    *,
    file_bytes: int,
    layers: int,
    kv_heads: int,
    head_dim: int,
    embedding_length: int,
    feed_forward_length: int,
    vocabulary: int,
    trained_context: int = 32_768,
    output_bits: float = 6.5625,
    input_bits: float = 4.5,
    tied_output: bool = False,
) -> LlmShape:
    """The shape of a model that is not downloaded yet, from what its catalog entry declares.

    The embedding's and output's bits a weight default to llama.cpp's *_K_M recipes (Q4_K embedding, Q6_K output; a
    tied matrix is kept in Q6_K); the rest of the file is spread evenly over the blocks. `kv_heads * head_dim` values
    are cached twice (K and V) in every block. Raises ValueError where the numbers cannot belong together.
    """
    matrix = vocabulary * embedding_length
    output = int(matrix * output_bits / 8)
    embedding = output if tied_output else int(matrix * input_bits / 8)
    blocks = file_bytes - embedding - (0 if tied_output else output)
    if layers < 1 or blocks <= 0:
        raise ValueError(f"{name}: {file_bytes} bytes cannot hold {layers} blocks beside {embedding + output} bytes")
    block = -(-blocks // layers)
    return LlmShape(
        name=name,
        layer_bytes=(block,) * layers,
        kv_values=(2 * kv_heads * head_dim,) * layers,
        input_bytes=embedding,
        output_bytes=output,
        embedding_length=embedding_length,
        feed_forward_length=feed_forward_length,
        vocabulary=vocabulary,
        trained_context=trained_context,
        # ffn_down is kept in a larger type than its neighbours: about 37 % of a block (Llama-3.1 8B Q4_K_M)
        largest_tensor_bytes=int(block * 0.37),
        tied_output=tied_output,
        q8_kv=head_dim % 32 == 0,
    )
