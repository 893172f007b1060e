"""Silero VAD on its real weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.engines.silero import SPEC, SileroDetector, SileroEngine, load
from models.ports import VAD_WINDOW, EngineUnavailable, Role
from models.registry import EngineOptions
from tests.models.engines.clips import clip


def windows(detector: SileroDetector, audio: np.ndarray) -> np.ndarray:
    starts = range(0, len(audio) - VAD_WINDOW + 1, VAD_WINDOW)
    return np.array([detector.probability(audio[start : start + VAD_WINDOW]) for start in starts])


@pytest.fixture(scope="module")
def engine(weights: Path) -> SileroEngine:
    engine = load(EngineOptions(directory=weights / "silero-vad"))
    engine.warm_up()
    return engine


def test_it_runs_inside_the_server_and_takes_no_lease() -> None:
    assert (SPEC.role, SPEC.heavy, SPEC.device_bound) == (Role.VAD, False, False)


def test_a_missing_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"silero_vad\.onnx is missing .* 'moui models fetch'"):
        load(EngineOptions(directory=tmp_path))
    with pytest.raises(EngineUnavailable, match="no model folder"):
        load(EngineOptions())


def test_a_damaged_model_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "silero_vad.onnx").write_bytes(b"not a model")
    with pytest.raises(EngineUnavailable, match="'moui models verify'"):
        load(EngineOptions(directory=tmp_path))


@pytest.mark.real
@pytest.mark.parametrize("name", ["jfk", "LJ001-0004", "LJ001-0006", "ko_short"])
def test_speech_is_speech(engine: SileroEngine, name: str) -> None:
    found = windows(engine.new(), clip(name).audio)
    assert np.mean(found > 0.5) > 0.55


@pytest.mark.real
def test_noise_is_not_speech(engine: SileroEngine) -> None:
    assert windows(engine.new(), clip("noise").audio).max() < 0.2


@pytest.mark.real
def test_the_pauses_of_a_sentence_are_seen(engine: SileroEngine) -> None:
    found = windows(engine.new(), clip("jfk").audio)
    at = [int(seconds * 16_000 / VAD_WINDOW) for seconds in (2.8, 5.0, 7.9)]
    assert all(found[index] < 0.3 for index in at)


@pytest.mark.real
def test_sessions_do_not_hear_each_other_and_a_reset_forgets(engine: SileroEngine) -> None:
    speech, noise = clip("jfk").audio[:32_000], clip("noise").audio[:32_000]
    alone = windows(engine.new(), speech)
    first, second = engine.new(), engine.new()
    pairs = []
    for start in range(0, 32_000 - VAD_WINDOW + 1, VAD_WINDOW):
        pairs.append(first.probability(speech[start : start + VAD_WINDOW]))
        second.probability(noise[start : start + VAD_WINDOW])
    assert np.allclose(pairs, alone)
    second.reset()
    assert np.allclose(windows(second, speech), alone)


@pytest.mark.real
def test_only_whole_windows_are_taken(engine: SileroEngine) -> None:
    with pytest.raises(ValueError, match="512"):
        engine.new().probability(np.zeros(320, dtype=np.float32))


@pytest.mark.real
def test_a_closed_engine_says_so(weights: Path) -> None:
    engine = load(EngineOptions(directory=weights / "silero-vad"))
    engine.close()
    with pytest.raises(RuntimeError, match="closed"):
        engine.new()
