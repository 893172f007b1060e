"""Piper on its real voice: sound, speed, and who may import it."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from models.engines.piper import SPEC, PiperEngine, clauses, load
from models.ports import EngineError, EngineUnavailable, Role, SpeechChunk, SynthesizeRequest
from models.registry import EngineOptions


@pytest.fixture(scope="module")
def engine(weights: Path) -> PiperEngine:
    engine = load(EngineOptions(directory=weights / "piper-en-us-joe-medium", threads=2))
    engine.warm_up()
    return engine


def say(engine: PiperEngine, text: str, speed: float = 1.0) -> list[SpeechChunk]:
    return list(engine.synthesize(SynthesizeRequest(text, "piper-en-joe", "en", speed)))


def seconds(chunks: list[SpeechChunk]) -> float:
    return sum(len(chunk.audio) / chunk.sample_rate_hz for chunk in chunks)


def test_it_has_a_process_of_its_own() -> None:
    assert (SPEC.role, SPEC.heavy, SPEC.device_bound) == (Role.TTS, True, True)


@pytest.mark.parametrize("module", ["piper", "espeak", "edge", "supertonic", "whisper", "silero", "smart_turn"])
def test_importing_an_engine_module_imports_no_library(module: str) -> None:
    heavy = ["piper", "espeakng_loader", "edge_tts", "aiohttp", "supertonic", "ctranslate2", "onnxruntime", "av"]
    code = f"import sys, models.engines.{module}\nprint([name for name in {heavy!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").touch()
    with pytest.raises(EngineUnavailable, match=r"The Piper voice cannot start: model\.onnx\.json is missing"):
        load(EngineOptions(directory=tmp_path))


@pytest.mark.parametrize("description", ["{", "{}"])
def test_a_damaged_description_is_one_sentence(tmp_path: Path, description: str) -> None:
    (tmp_path / "model.onnx").touch()
    (tmp_path / "model.onnx.json").write_text(description)
    with pytest.raises(EngineUnavailable, match=r"model\.onnx\.json (is damaged|lacks)"):
        load(EngineOptions(directory=tmp_path))


def test_short_text_is_not_cut_and_long_text_is_cut_at_clauses() -> None:
    assert clauses("Tell me, please, about it.") == ["Tell me, please, about it."]
    long = ", ".join(f"part number {number}" for number in range(30)) + "."
    parts = clauses(long, most=60)
    assert " ".join(parts) == long
    assert len(parts) > 5
    assert all(len(part) <= 60 for part in parts)
    assert clauses("  ") == []


@pytest.mark.real
def test_the_voice_says_who_it_is(engine: PiperEngine, weights: Path) -> None:
    (voice,) = engine.voices()
    assert (voice.id, voice.language, voice.name, voice.local) == ("piper-en-joe", "en", "joe", True)
    options = EngineOptions(directory=weights / "piper-en-us-joe-medium", settings={"voice": "joe"})
    assert load(options).voices()[0].id == "joe"


@pytest.mark.real
def test_a_sentence_becomes_sound(engine: PiperEngine) -> None:
    (chunk,) = say(engine, "Tell me about a project you are proud of.")
    assert chunk.sample_rate_hz == 22_050
    assert chunk.audio.dtype == np.float32
    assert 1.0 < seconds([chunk]) < 5.0
    assert 0.3 < np.abs(chunk.audio).max() <= 0.91


@pytest.mark.real
def test_each_sentence_is_a_chunk(engine: PiperEngine) -> None:
    assert len(say(engine, "Hello there. How are you? Let us begin.")) == 3


@pytest.mark.real
def test_slower_takes_longer(engine: PiperEngine) -> None:
    text = "I would like to hear more about that decision."
    assert seconds(say(engine, text, 0.7)) > 1.2 * seconds(say(engine, text)) > 1.4 * seconds(say(engine, text, 1.8))


@pytest.mark.real
@pytest.mark.parametrize("text", ["", "   ", "...", "\n"])
def test_nothing_to_say_is_no_sound(engine: PiperEngine, text: str) -> None:
    assert say(engine, text) == []


@pytest.mark.real
def test_phoneme_brackets_are_not_commands(engine: PiperEngine) -> None:
    assert seconds(say(engine, "The list [[1, 2], [3]] has two rows.")) > 1.0


@pytest.mark.real
def test_a_closed_voice_says_so(weights: Path) -> None:
    engine = load(EngineOptions(directory=weights / "piper-en-us-joe-medium"))
    engine.close()
    with pytest.raises(EngineError, match="closed"):
        say(engine, "Hello.")


@pytest.mark.real
def test_a_sentence_can_be_stopped_in_the_middle(engine: PiperEngine) -> None:
    text = "Could you walk me through how you decided between the two databases, and what you would do today? " * 3
    threading.Timer(0.1, engine.interrupt).start()
    with pytest.raises(Exception, match="terminate"):
        say(engine, text.replace("?", ","))
    assert seconds(say(engine, "And now for something else.")) > 0.5
