"""Models the product plans for, with their published configurations and file sizes."""

from __future__ import annotations

from models.placement import LlmShape, SttNeed, declared_shape

LLAMA_31_8B = declared_shape(
    "Llama-3.1-8B Q4_K_M",
    file_bytes=4_920_739_232,
    layers=32,
    kv_heads=8,
    head_dim=128,
    embedding_length=4096,
    feed_forward_length=14_336,
    vocabulary=128_256,
    trained_context=131_072,
)
KANANA_8B = declared_shape(
    "Kanana-1.5-8B Q4_K_M",
    file_bytes=4_920_739_232,
    layers=32,
    kv_heads=8,
    head_dim=128,
    embedding_length=4096,
    feed_forward_length=14_336,
    vocabulary=128_259,
)
KANANA_2B = declared_shape(
    "Kanana-1.5-2.1B Q4_K_M",
    file_bytes=1_420_000_000,
    layers=32,
    kv_heads=8,
    head_dim=128,
    embedding_length=1792,
    feed_forward_length=8064,
    vocabulary=128_259,
    tied_output=True,
)
EXAONE_78B = declared_shape(
    "EXAONE-3.5-7.8B Q5_K_M",
    file_bytes=5_569_000_000,
    layers=32,
    kv_heads=8,
    head_dim=128,
    embedding_length=4096,
    feed_forward_length=14_336,
    vocabulary=102_400,
    input_bits=5.5,
)
QWEN_15B = declared_shape(
    "Qwen2.5-1.5B Q4_K_M",
    file_bytes=1_117_320_768,
    layers=28,
    kv_heads=2,
    head_dim=128,
    embedding_length=1536,
    feed_forward_length=8960,
    vocabulary=151_936,
)
WHISPER_BASE = SttNeed("Whisper base", vram_mb=600, ram_mb=500)
WHISPER_SMALL = SttNeed("Whisper small", vram_mb=900, ram_mb=1000)
WHISPER_MEDIUM = SttNeed("Whisper medium", vram_mb=1800, ram_mb=2300)

ALL_SHAPES: tuple[LlmShape, ...] = (LLAMA_31_8B, KANANA_8B, KANANA_2B, EXAONE_78B, QWEN_15B)
