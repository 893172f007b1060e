"""Whisper base on real clips: what it hears, and what it does when it is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import pytest

from models.engines import whisper_pass
from models.engines.whisper import SPEC, WhisperEngine, load
from models.engines.whisper_guard import suspicion
from models.engines.whisper_pass import ShortPass
from models.ports import EngineError, EngineUnavailable, Pcm, Role, TranscribeRequest, Transcription
from models.registry import EngineOptions
from tests.models.engines.clips import clip, spoken

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def engine(weights: Path) -> Iterator[WhisperEngine]:
    options = EngineOptions(directory=weights / "whisper-base", threads=2, settings={"languages": ["en", "ko"]})
    engine = load(options)
    yield engine
    engine.close()


def heard(engine: WhisperEngine, audio: Pcm, language: str | None = None, prompt: str = "") -> Transcription:
    (transcription,) = engine.transcribe(TranscribeRequest(audio=audio, language=language, prompt=prompt))
    return transcription


def plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w ]", "", text.lower()).split())


def error_rate(language: str | None, said: str, found: str) -> float:
    rate = jiwer.cer if language == "ko" else jiwer.wer
    return float(rate(plain(said), plain(found)))


def test_it_is_a_speech_to_text_engine_in_its_own_process() -> None:
    assert (SPEC.role, SPEC.heavy, SPEC.device_bound) == (Role.STT, True, True)


@pytest.mark.parametrize("name", ["jfk", "LJ001-0004", "LJ001-0006", "ko_short"])
def test_clips_are_understood(engine: WhisperEngine, name: str) -> None:
    spoken_clip = clip(name)
    result = heard(engine, spoken_clip.audio, spoken_clip.language)
    limit = {"jfk": 0.05, "ko_short": 0.15}.get(name, 0.15)
    assert error_rate(spoken_clip.language, spoken_clip.text, result.text) <= limit
    assert result.no_speech_probability < 0.5
    assert result.average_log_probability > -0.8
    assert result.compression_ratio < 2.0


def test_words_have_times_and_make_up_the_text(engine: WhisperEngine) -> None:
    audio = clip("jfk").audio
    result = heard(engine, audio, "en")
    assert "".join(word.text for word in result.words).strip() == result.text
    edges = [edge for word in result.words for edge in (word.start_s, word.end_s)]
    assert edges == sorted(edges)
    assert edges[0] >= 0.0
    assert edges[-1] <= len(audio) / 16_000
    country = next(word for word in result.words if "country" in word.text)
    assert country.start_s == pytest.approx(5.8, abs=0.5)
    assert all(0.0 <= word.probability <= 1.0 for word in result.words)


@pytest.mark.parametrize("name", ["jfk", "ko_short"])
def test_an_unknown_language_is_found_among_the_allowed(engine: WhisperEngine, name: str) -> None:
    result = heard(engine, clip(name).audio)
    assert result.language == clip(name).language


def test_only_allowed_languages_are_found(engine: WhisperEngine, weights: Path) -> None:
    korean = load(EngineOptions(directory=weights / "whisper-base", threads=2, settings={"languages": ["ko"]}))
    assert heard(korean, clip("LJ001-0004").audio).language == "ko"
    korean.close()


def test_a_region_is_not_another_language(engine: WhisperEngine) -> None:
    assert heard(engine, clip("ko_short").audio, "ko-KR").language == "ko"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_noise_and_silence_say_nothing(engine: WhisperEngine, language: str) -> None:
    for audio in (clip("noise").audio[:80_000], np.zeros(48_000, dtype=np.float32)):
        result = heard(engine, audio, language)
        assert (result.text, result.no_speech_probability) == ("", 1.0)


@pytest.mark.parametrize("samples", [0, 160, 1000])
def test_next_to_no_audio_is_an_empty_transcription(engine: WhisperEngine, samples: int) -> None:
    result = heard(engine, np.zeros(samples, dtype=np.float32), "ko")
    assert (result.text, result.words, result.language) == ("", (), "ko")


def test_a_prompt_continues_the_sentence(engine: WhisperEngine) -> None:
    result = heard(engine, clip("jfk").audio[int(5.4 * 16_000) :], "en", "And so, my fellow Americans, ask not")
    assert plain(result.text) == "what your country can do for you ask what you can do for your country"
    assert result.text[0].islower()


def test_a_looping_prompt_does_not_make_the_result_loop(engine: WhisperEngine) -> None:
    spoken_clip = clip("jfk")
    result = heard(engine, spoken_clip.audio, "en", "ask what you can do. " * 60)
    assert error_rate("en", spoken_clip.text, result.text) <= 0.1


def test_a_window_of_thirty_seconds_loses_nothing(engine: WhisperEngine) -> None:
    clips = [part for part in spoken() if part.language == "en"]
    audio = np.concatenate([part.audio for part in clips])
    assert len(audio) > 20 * 16_000
    assert error_rate("en", " ".join(part.text for part in clips), heard(engine, audio, "en").text) <= 0.1


def test_more_than_thirty_seconds_is_refused(engine: WhisperEngine) -> None:
    with pytest.raises(EngineError, match=r"at most 30 s at once, not 31\.0 s"):
        heard(engine, np.zeros(31 * 16_000, dtype=np.float32), "en")


def test_a_language_whisper_does_not_know_is_a_sentence(engine: WhisperEngine) -> None:
    with pytest.raises(EngineError, match=r"Speech recognition failed: .*xx"):
        heard(engine, clip("jfk").audio[:16_000], "xx")


def test_a_doubtful_short_window_is_decoded_again_in_full(
    engine: WhisperEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[float, str]] = []
    attempt = engine._attempt
    doubtful = Transcription("so so so so so", (), "en", 0.1, -0.2, 3.0)

    def watched(audio: Pcm, language: str, window_s: float, prompt: str = "", *, words: bool = True) -> Transcription:
        asked.append((window_s, prompt))
        return doubtful if window_s < 30.0 else attempt(audio, language, window_s, prompt, words=words)

    monkeypatch.setattr(engine, "_attempt", watched)
    result = heard(engine, clip("LJ001-0004").audio, "en", "before")
    assert [round(window_s, 1) for window_s, _ in asked] == [7.0, 11.0, 30.0]
    assert [prompt for _, prompt in asked] == ["before", "", ""]
    assert "block books" in result.text


def test_an_interrupted_call_makes_no_second_attempt(engine: WhisperEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    attempts: list[float] = []

    def interrupted(
        audio: Pcm, language: str, window_s: float, prompt: str = "", *, words: bool = True
    ) -> Transcription:
        attempts.append(window_s)
        engine.interrupt()
        return Transcription("", (), language, 1.0, 0.0, 0.0)

    monkeypatch.setattr(engine, "_attempt", interrupted)
    heard(engine, clip("LJ001-0004").audio, "en")
    heard(engine, clip("LJ001-0004").audio, "en")
    assert len(attempts) == 2


def test_an_interrupted_pass_is_given_up_at_its_next_step(
    engine: WhisperEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = engine._model
    assert model is not None
    encode, request = model.encode, TranscribeRequest(clip("LJ001-0004").audio, "en")

    def interrupted(features: Any) -> Any:
        engine.interrupt()
        return encode(features)

    with monkeypatch.context() as patched:
        patched.setattr(model, "encode", interrupted)
        with pytest.raises(EngineError):
            next(iter(engine.transcribe(request)))
    assert next(iter(engine.transcribe(request))).text, "the next call is a new one"


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "model.bin").touch()
    with pytest.raises(EngineUnavailable, match=r"config\.json, tokenizer\.json is missing"):
        load(EngineOptions(directory=tmp_path))


def test_a_device_that_is_not_there_is_one_sentence(weights: Path) -> None:
    with pytest.raises(EngineUnavailable, match=r"Whisper cannot be loaded on cuda:7"):
        load(EngineOptions(directory=weights / "whisper-base", device="cuda:7"))


def test_windows_come_in_few_lengths_that_hold_the_speech(engine: WhisperEngine) -> None:
    speech_s = np.arange(0.1, 30.0, 0.037)
    windows = [engine.window_s(float(seconds)) for seconds in speech_s]
    assert len(set(windows)) <= 27, "CTranslate2 keeps memory for every length it has seen"
    assert all(window >= min(30.0, seconds + 1.5) for window, seconds in zip(windows, speech_s, strict=True))


def test_a_look_for_the_words_only_has_no_places_and_no_second_attempt(
    engine: WhisperEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken_clip = clip("LJ001-0004")
    (look,) = engine.transcribe(TranscribeRequest(spoken_clip.audio, "en", words=False))
    assert error_rate("en", spoken_clip.text, look.text) <= 0.15
    assert look.words == ()
    asked: list[float] = []
    attempt = engine._attempt

    def watched(audio: Pcm, language: str, window_s: float, prompt: str = "", *, words: bool = True) -> Transcription:
        asked.append(window_s)
        return attempt(audio, language, window_s, prompt, words=words)

    monkeypatch.setattr(engine, "_attempt", watched)
    (look,) = engine.transcribe(TranscribeRequest(clip("noise").audio[:16_000], "en", words=False))
    assert len(asked) == 1
    assert suspicion(look, 1.0) is not None, "it is left to the caller, who has the numbers"


def test_what_was_said_once_is_not_heard_twice_in_a_window_with_little_silence(engine: WhisperEngine) -> None:
    """Filled up with a hiss, such windows often hold their sentence twice."""
    for name in ("LJ001-0004", "LJ001-0006"):
        for end_s in (2.0, 3.0, 4.0):
            result = heard(engine, clip(name).audio[: int(end_s * 16_000)], "en")
            assert suspicion(result, end_s) is None
            assert len(result.text.split()) <= 4 * end_s


def test_warming_up_keeps_the_threads_that_are_faster(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for alone_s, kept in ((0.1, 1), (0.3, 2)):
        patched = load(EngineOptions(directory=weights / "whisper-base", threads=2))
        costs = iter([0.2, alone_s])
        monkeypatch.setattr(ShortPass, "cost_s", lambda self, costs=costs: next(costs))
        before = patched._model
        patched._choose_threads()
        assert (patched._model is before) == (kept == 2)
        assert "block books" in heard(patched, clip("LJ001-0004").audio, "en").text
        patched.close()


def test_half_a_word_never_costs_a_full_window(engine: WhisperEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def doubtful(audio: Pcm, language: str, window_s: float, prompt: str = "", *, words: bool = True) -> Transcription:
        asked.append(window_s)
        return Transcription("Sta", (), language, 0.3, -1.4, 0.5)

    monkeypatch.setattr(engine, "_attempt", doubtful)
    assert heard(engine, clip("jfk").audio[:8_000], "en").text == "Sta"
    assert asked == [4.0, 8.0, 12.0]
    asked.clear()
    heard(engine, clip("jfk").audio[:80_000], "en")
    assert asked == [7.0, 11.0, 30.0]


def test_a_loop_is_cut_where_it_begins_and_the_window_is_not_asked_again(
    engine: WhisperEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decoder's own words twice over: what a short window now and then makes of a sentence."""
    audio = clip("LJ001-0004").audio[: int(3.5 * 16_000)]
    once = heard(engine, audio, "en")
    decode, attempts = ShortPass.decode, 0

    def twice(self: ShortPass, *args: Any, **options: Any) -> Transcription:
        nonlocal attempts
        attempts += 1
        return decode(self, *args, **options)

    split = whisper_pass._without_loop

    def looped(tokenizer: Any, tokens: list[int], seconds: float) -> list[int]:
        return split(tokenizer, [*tokens, *tokens, *tokens[:3]], seconds)

    monkeypatch.setattr(ShortPass, "decode", twice)
    monkeypatch.setattr(whisper_pass, "_without_loop", looped)
    result = heard(engine, audio, "en")
    assert (result.text, result.words) == (once.text, once.words)
    assert attempts == 1
