"""Supertonic without its weights: the real library on tiny models of the same shape, which hum instead of speaking."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.engines.supertonic import FILES, SPEC, SupertonicEngine, load
from models.ports import EngineError, EngineUnavailable, Role, SpeechChunk, SynthesizeRequest
from models.registry import EngineOptions
from tests.models.engines import tiny_onnx
from tests.models.engines.tiny_onnx import FLOAT, INT64

RATE = 4800
SECONDS_PER_CHARACTER = 0.05
LATENT = 48
"""Channels of a latent frame and samples it becomes."""


def make_model(directory: Path) -> None:
    """The files of a Supertonic model: the duration counts characters, the latent noise is the sound."""
    (directory / "onnx").mkdir()
    (directory / "voice_styles").mkdir()
    text: dict[str, tuple[int, int]] = {"text_ids": (INT64, 2), "text_mask": (FLOAT, 3)}
    latent = {"noisy_latent": (FLOAT, 3), "text_emb": (FLOAT, 3), "latent_mask": (FLOAT, 3)}
    tiny_onnx.write(
        directory / FILES[2],
        [
            tiny_onnx.node("ReduceSum", ["text_mask", "axes"], "length", keepdims=0),
            tiny_onnx.node("Mul", ["length", "each"], "duration"),
        ],
        inputs={**text, "style_dp": (FLOAT, 3)},
        output=("duration", 1),
        initializers=[tiny_onnx.integers("axes", 1, 2), tiny_onnx.floats("each", SECONDS_PER_CHARACTER)],
    )
    tiny_onnx.write(
        directory / FILES[3],
        [tiny_onnx.node("Identity", ["text_mask"], "text_emb")],
        inputs={**text, "style_ttl": (FLOAT, 3)},
        output=("text_emb", 3),
    )
    tiny_onnx.write(
        directory / FILES[4],
        [tiny_onnx.node("Mul", ["noisy_latent", "less"], "denoised")],
        inputs={
            **latent,
            "style_ttl": (FLOAT, 3),
            "text_mask": (FLOAT, 3),
            "current_step": (FLOAT, 1),
            "total_step": (FLOAT, 1),
        },
        output=("denoised", 3),
        initializers=[tiny_onnx.floats("less", 0.5)],
    )
    tiny_onnx.write(
        directory / FILES[5],
        [tiny_onnx.node("Flatten", ["latent"], "wav", axis=1)],
        inputs={"latent": (FLOAT, 3)},
        output=("wav", 2),
    )
    configuration = {
        "ae": {"sample_rate": RATE, "base_chunk_size": 8},
        "ttl": {"chunk_compress_factor": 6, "latent_dim": LATENT // 6},
    }
    (directory / FILES[0]).write_text(json.dumps(configuration))
    known = {*range(32, 127), *range(0x1100, 0x1200)}  # ASCII and the jamo that Hangul is taken apart into
    (directory / FILES[1]).write_text(json.dumps([code if code in known else -1 for code in range(0x10000)]))
    style = {key: {"dims": [1, 2, 2], "data": [0.0, 0.1, 0.2, 0.3]} for key in ("style_ttl", "style_dp")}
    for name in ("F1", "F2", "M1"):
        (directory / "voice_styles" / f"{name}.json").write_text(json.dumps(style))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("supertonic-3")
    make_model(directory)
    return directory


@pytest.fixture
def engine(model: Path) -> SupertonicEngine:
    engine = load(EngineOptions(directory=model, settings={"steps": 2}))
    engine.warm_up()
    return engine


def say(engine: SupertonicEngine, text: str, voice: str = "supertonic-F1-ko", speed: float = 1.0) -> list[SpeechChunk]:
    return list(engine.synthesize(SynthesizeRequest(text, voice, voice[-2:], speed)))


def seconds(chunks: list[SpeechChunk]) -> float:
    return sum(len(chunk.audio) / chunk.sample_rate_hz for chunk in chunks)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the library is asked to synthesize."""
    import supertonic

    calls: list[dict[str, Any]] = []
    real: Callable[..., Any] = supertonic.TTS.synthesize

    def watched(self: Any, text: str, voice_style: Any, **options: Any) -> Any:
        calls.append({"text": text, **options})
        return real(self, text, voice_style, **options)

    monkeypatch.setattr(supertonic.TTS, "synthesize", watched)
    return calls


def test_it_has_a_process_of_its_own() -> None:
    assert (SPEC.role, SPEC.heavy, SPEC.device_bound) == (Role.TTS, True, True)


def test_every_style_speaks_every_offered_language(model: Path) -> None:
    engine = load(EngineOptions(directory=model, settings={"style": "M1"}))
    assert [voice.id for voice in engine.voices()] == [
        f"supertonic-{style}-{language}" for language in ("ko", "en") for style in ("M1", "F1", "F2")
    ]
    korean = load(EngineOptions(directory=model, settings={"languages": ["ko"]}))
    assert {voice.language for voice in korean.voices()} == {"ko"}


def test_text_becomes_sound(engine: SupertonicEngine) -> None:
    (chunk,) = say(engine, "안녕하세요. 반갑습니다.")
    assert chunk.sample_rate_hz == RATE
    assert chunk.audio.dtype == np.float32
    assert chunk.audio.ndim == 1
    assert 0.5 < seconds([chunk]) < 5.0
    assert 0.0 < np.abs(chunk.audio).max() <= 1.0


def test_speed_and_steps_and_language_are_passed_on(engine: SupertonicEngine, asked: list[dict[str, Any]]) -> None:
    for speed in (1.0, 0.1, 9.0):
        say(engine, "Hello.", "supertonic-F2-en", speed)
    assert [round(call["speed"], 2) for call in asked] == [1.05, 0.7, 2.0]
    assert {(call["lang"], call["total_steps"]) for call in asked} == {("en", 2)}


def test_slower_takes_longer(engine: SupertonicEngine) -> None:
    text = "Tell me about a project you are proud of."
    slow, fast = (seconds(say(engine, text, "supertonic-F1-en", speed)) for speed in (0.8, 1.6))
    assert slow == pytest.approx(2 * fast, rel=0.1)


def test_a_long_korean_text_comes_in_parts_with_pauses(engine: SupertonicEngine, asked: list[dict[str, Any]]) -> None:
    chunks = say(engine, "이 경험에서 무엇을 배우셨는지 조금 더 자세히 말씀해 주시겠어요? " * 6)
    assert len(asked) > 1
    assert len(chunks) == 2 * len(asked) - 1
    assert all(len(call["text"]) <= 120 for call in asked)
    assert not chunks[1].audio.any()


def test_characters_without_a_sound_are_left_out(engine: SupertonicEngine, asked: list[dict[str, Any]]) -> None:
    assert seconds(say(engine, "Plan ψ is 漢字 good.", "supertonic-F1-en")) > 0.3
    assert [call["text"] for call in asked] == ["Plan is good."]


@pytest.mark.parametrize("text", ["", "  ", "漢字"])
def test_nothing_to_say_is_no_sound(engine: SupertonicEngine, text: str) -> None:
    assert say(engine, text) == []


def test_an_unknown_voice_is_a_sentence(engine: SupertonicEngine) -> None:
    with pytest.raises(EngineError, match="offers no voice 'nobody'"):
        say(engine, "Hello.", "nobody")


def test_what_the_library_refuses_is_a_sentence(engine: SupertonicEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_options: Any) -> None:
        raise ValueError("too odd")

    monkeypatch.setattr("supertonic.TTS.synthesize", refuse)
    with pytest.raises(EngineError, match="could not speak this text: too odd"):
        say(engine, "Hello.")


def test_a_closed_voice_says_so(engine: SupertonicEngine) -> None:
    engine.close()
    with pytest.raises(EngineError, match="closed"):
        say(engine, "Hello.")


def test_missing_weights_are_one_sentence_and_nothing_is_fetched(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(*_args: Any) -> None:
        raise AssertionError("the library must not download")

    monkeypatch.setattr("supertonic.loader.download_model", fetch)
    with pytest.raises(EngineUnavailable, match=r"onnx/vocoder\.onnx is missing .* 'moui models fetch'"):
        load(EngineOptions(directory=tmp_path))
    for name in FILES:
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes((model / name).read_bytes())
    with pytest.raises(EngineUnavailable, match="no voice styles"):
        load(EngineOptions(directory=tmp_path))


def test_damaged_weights_are_one_sentence(tmp_path: Path) -> None:
    make_model(tmp_path)
    (tmp_path / "onnx" / "vocoder.onnx").write_bytes(b"not a model")
    with pytest.raises(EngineUnavailable, match=r"cannot be loaded .* 'moui models verify'"):
        load(EngineOptions(directory=tmp_path))
