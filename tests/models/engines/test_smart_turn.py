"""smart-turn v3.2 on its real weights: pauses inside a sentence against its end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.engines.smart_turn import SPEC, WINDOW, SmartTurnDetector, last_window, load
from models.ports import EngineUnavailable, Role
from models.registry import EngineOptions
from tests.models.engines.clips import clip


@pytest.fixture(scope="module")
def detector(weights: Path) -> SmartTurnDetector:
    detector = load(EngineOptions(directory=weights / "smart-turn-v3.2", threads=1))
    detector.warm_up()
    return detector


def test_it_runs_inside_the_server_and_takes_no_lease() -> None:
    assert (SPEC.role, SPEC.heavy, SPEC.device_bound) == (Role.END_OF_TURN, False, False)


def test_a_missing_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="smart-turn cannot start"):
        load(EngineOptions(directory=tmp_path))


def test_the_window_ends_with_the_audio_and_is_normalised() -> None:
    ramp = np.linspace(-0.5, 0.5, 1000, dtype=np.float32)
    window = last_window(ramp)
    assert window.shape == (WINDOW,)
    assert np.ptp(window[:-1000]) == 0.0
    assert np.allclose(np.diff(window[-1000:]), np.diff(window[-1000:])[0], rtol=1e-2)
    assert abs(window.mean()) < 1e-4
    assert window.std() == pytest.approx(1.0, abs=1e-3)


def test_of_a_long_turn_only_the_last_eight_seconds_count() -> None:
    audio = np.random.default_rng(1).normal(size=WINDOW * 2).astype(np.float32)
    assert np.array_equal(last_window(audio), last_window(audio[-WINDOW:]))


def test_silence_does_not_divide_by_zero() -> None:
    assert np.isfinite(last_window(np.zeros(WINDOW, dtype=np.float32))).all()


@pytest.mark.real
@pytest.mark.parametrize("pause_s", [4.5, 5.0, 7.8])
def test_a_pause_inside_a_sentence_is_less_of_an_end_than_its_end(detector: SmartTurnDetector, pause_s: float) -> None:
    speech = clip("jfk").audio
    assert detector.probability(speech[: int(pause_s * 16_000)]) < 0.2
    assert detector.probability(speech) > 0.5


@pytest.mark.real
def test_korean_has_an_end_too(detector: SmartTurnDetector) -> None:
    speech = clip("ko_short").audio
    assert detector.probability(speech[: len(speech) // 2]) < 0.5 < detector.probability(speech)


@pytest.mark.real
@pytest.mark.parametrize("name", ["LJ001-0004", "LJ001-0006"])
def test_a_sentence_that_stops_at_a_comma_is_not_over(detector: SmartTurnDetector, name: str) -> None:
    assert detector.probability(clip(name).audio) < 0.2


@pytest.mark.real
def test_no_audio_is_no_turn(detector: SmartTurnDetector) -> None:
    assert detector.probability(np.zeros(0, dtype=np.float32)) == 0.0


@pytest.mark.real
def test_the_features_are_those_the_model_was_trained_on(detector: SmartTurnDetector) -> None:
    """Against the definition (Radford et al. 2022: 25 ms Hann, 10 ms hop, 80 mels, 8 decades), one frame by hand."""
    audio = last_window(clip("jfk").audio)
    spectrum = detector._features(audio, padding=0)
    assert spectrum.shape == (80, 800)
    frame = 400
    part = audio[frame * 160 - 200 : frame * 160 + 200] * np.hanning(401)[:-1]
    power = np.abs(np.fft.rfft(part)) ** 2
    mel = np.log10(np.maximum(detector._features.mel_filters @ power, 1e-10))
    floor = spectrum.max() * 4 - 4 - 8
    assert np.allclose(spectrum[:, frame], (np.maximum(mel, floor) + 4) / 4, atol=1e-3)
