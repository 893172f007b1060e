"""eSpeak NG for real: the library comes as a package, so no weights are needed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from models.engines.espeak import SPEC, EspeakEngine, load
from models.ports import EngineError, Role, SynthesizeRequest
from models.registry import EngineOptions


@pytest.fixture
def engine() -> Iterator[EspeakEngine]:
    engine = load(EngineOptions())
    engine.warm_up()
    yield engine
    engine.close()


def samples(engine: EspeakEngine, text: str, voice: str, speed: float = 1.0) -> np.ndarray:
    chunks = list(engine.synthesize(SynthesizeRequest(text, voice, voice[-2:], speed)))
    assert all(chunk.sample_rate_hz == 22_050 and 0 < len(chunk.audio) <= 11_025 for chunk in chunks)
    return np.concatenate([chunk.audio for chunk in chunks]) if chunks else np.zeros(0, dtype=np.float32)


def test_it_is_the_last_resort_in_a_process_of_its_own(engine: EspeakEngine) -> None:
    assert (SPEC.role, SPEC.heavy) == (Role.TTS, True)
    assert [(voice.language, voice.last_resort, voice.local) for voice in engine.voices()] == [
        ("ko", True, True),
        ("en", True, True),
    ]


def test_languages_can_be_limited() -> None:
    engine = load(EngineOptions(settings={"languages": ["ko"]}))
    assert [voice.id for voice in engine.voices()] == ["espeak-ko"]
    engine.close()


@pytest.mark.parametrize(
    ("text", "voice"),
    [("안녕하세요. 자기소개를 부탁드립니다.", "espeak-ko"), ("Please introduce yourself.", "espeak-en")],
)
def test_text_becomes_sound(engine: EspeakEngine, text: str, voice: str) -> None:
    audio = samples(engine, text, voice)
    assert 1.0 < len(audio) / 22_050 < 8.0
    assert 0.2 < np.abs(audio).max() <= 1.0
    assert np.sqrt(np.mean(audio**2)) > 0.02


def test_longer_text_is_longer(engine: EspeakEngine) -> None:
    assert len(samples(engine, "안녕하세요", "espeak-ko")) * 2 < len(samples(engine, "안녕하세요 " * 5, "espeak-ko"))


def test_speed_is_a_factor(engine: EspeakEngine) -> None:
    text = "I would like to hear more about that decision."
    lengths = [len(samples(engine, text, "espeak-en", speed)) for speed in (0.7, 1.0, 1.8)]
    assert lengths[0] > 1.2 * lengths[1] > 1.4 * lengths[2]


def test_nothing_to_say_is_no_sound(engine: EspeakEngine) -> None:
    assert len(samples(engine, "  ", "espeak-ko")) == 0


def test_calls_do_not_mix(engine: EspeakEngine) -> None:
    first = samples(engine, "Hello there.", "espeak-en")
    samples(engine, "안녕하세요", "espeak-ko")
    again = samples(engine, "Hello there.", "espeak-en")
    assert len(first) == pytest.approx(len(again), rel=0.05)


def test_an_unknown_voice_is_a_sentence(engine: EspeakEngine) -> None:
    with pytest.raises(EngineError, match="no voice 'piper-en-joe'"):
        samples(engine, "Hello.", "piper-en-joe")
