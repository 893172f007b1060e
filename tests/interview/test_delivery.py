"""Delivery, on real recordings (word times as Whisper base gave them) and on signals whose answer is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from interview.codec import from_json, to_json
from interview.delivery import analyse
from interview.measures.fillers import find_fillers
from interview.measures.pauses import listen, runs_between
from interview.measures.pitch import track
from interview.measures.shapes import Delivery, Span
from interview.measures.units import english_words, korean_syllables
from interview.shapes import (
    HeardWord,
    InterviewPlan,
    InterviewRecord,
    JobFamily,
    Kind,
    Language,
    Matrix,
    PlannedQuestion,
    PlanRequest,
    Step,
    Turn,
)
from models.ports import MIC_RATE_HZ, Pcm
from tests.interview.report_records import hum, korean

OFFSET = 5 * MIC_RATE_HZ
WHISPER: dict[str, list[tuple[str, float, float]]] = {
    "jfk.wav": [
        ("And", 0.0, 0.52), ("so", 0.52, 0.84), ("my", 0.84, 1.2), ("fellow", 1.2, 1.58), ("Americans,", 1.58, 2.1),
        ("ask", 2.76, 3.74), ("not", 3.74, 4.24), ("what", 4.24, 5.52), ("your", 5.52, 5.76), ("country", 5.76, 6.24),
        ("can", 6.24, 6.62), ("do", 6.62, 6.82), ("for", 6.82, 7.08), ("you,", 7.08, 7.34), ("ask", 7.72, 8.48),
        ("what", 8.48, 8.76), ("you", 8.76, 9.04), ("can", 9.04, 9.32), ("do", 9.32, 9.56), ("for", 9.56, 9.78),
        ("your", 9.78, 9.96), ("country.", 9.96, 10.36),
    ],
    "LJ001-0004.wav": [
        ("produced", 0.0, 0.42), ("the", 0.42, 0.66), ("block", 0.66, 0.9), ("books,", 0.9, 1.46), ("which", 1.72, 1.9),
        ("were", 1.9, 2.06), ("the", 2.06, 2.24), ("immediate", 2.24, 2.7), ("predecessors", 2.7, 3.44),
        ("of", 3.44, 3.74), ("the", 3.74, 3.86), ("true", 3.86, 4.12), ("printed", 4.12, 4.5), ("book", 4.5, 4.88),
    ],
    "ko_short.wav": [
        ("조금만", 0.0, 1.2), ("생각을", 1.2, 1.6), ("하면서", 1.6, 2.1), ("살면", 2.1, 2.46), ("훨씬", 2.46, 2.88),
        ("편할거야", 2.88, 3.56),
    ],
}  # fmt: skip


def read(path: Path) -> Pcm:
    audio, rate = soundfile.read(path, dtype="float32")
    return np.asarray(audio if rate == MIC_RATE_HZ else soxr.resample(audio, rate, MIC_RATE_HZ), np.float32)


def heard(words: list[tuple[str, float, float]], offset: int = OFFSET) -> tuple[HeardWord, ...]:
    return tuple(
        HeardWord(text, offset + round(start * MIC_RATE_HZ), offset + round(end * MIC_RATE_HZ))
        for text, start, end in words
    )


def one_answer(words: tuple[HeardWord, ...], language: Language, end_sample: int) -> InterviewRecord:
    question = PlannedQuestion("q", Kind.BEHAVIOURAL, "?", "bank", "", "")
    plan = InterviewPlan(PlanRequest(language=language), "", JobFamily.ANY, (), (question,))
    asked = Turn(0, "interviewer", Step.QUESTION, "q", "?", "?", 0, 4 * MIC_RATE_HZ, language)
    text = " ".join(word.text for word in words)
    told = Turn(1, "candidate", Step.QUESTION, "q", text, text, OFFSET, end_sample, language, words)
    return InterviewRecord("s", "2026-01-01T00:00:00+00:00", plan, (), Matrix(), (asked, told))


def of_clip(name: str, folder: Path) -> Delivery:
    audio = read(folder / name)
    record = one_answer(heard(WHISPER[name]), "ko" if name.startswith("ko") else "en", OFFSET + audio.size)
    return analyse(record, lambda number: audio)


def value(delivery: Delivery, name: str) -> float:
    measure = delivery.measure(name)
    assert measure is not None
    assert measure.value is not None, name
    return measure.value


def test_the_pauses_of_the_inaugural_address_are_where_they_are_heard(speech: Path) -> None:
    """The manifest calls them long and in mid-sentence. Whisper's word times cover most of them."""
    line = of_clip("jfk.wav", speech).turns[0]
    pauses = [((pause.start_sample - OFFSET) / MIC_RATE_HZ, pause.seconds) for pause in line.pauses]
    long = [start for start, seconds in pauses if seconds > 0.5]
    assert long == pytest.approx([2.13, 4.32, 7.57], abs=0.15)


def test_a_read_aloud_clip_in_words_a_minute(speech: Path) -> None:
    found = of_clip("LJ001-0004.wav", speech)
    spoken_s = 4.88
    assert value(found, "rate") == pytest.approx(14 / spoken_s * 60, rel=0.05)
    assert found.measure("rate").verdict == "above"  # type: ignore[union-attr]
    assert 2.0 < value(found, "pitch") < 6.0  # a lively reader
    assert 2.0 < value(found, "loudness") < 9.0


def test_onset_counts_from_the_questions_last_sample_to_the_first_sound(speech: Path) -> None:
    """Whisper lets the Korean clip's first word begin with the recording; its first sound comes 0.77 s later."""
    assert value(of_clip("ko_short.wav", speech), "onset") == pytest.approx(1.0 + 0.77, abs=0.1)
    assert value(of_clip("LJ001-0004.wav", speech), "onset") == pytest.approx(1.0, abs=0.05)


def test_too_little_speech_has_no_rate(speech: Path) -> None:
    found = of_clip("ko_short.wav", speech)
    assert found.measure("rate").value is None  # type: ignore[union-attr]
    assert found.measure("rate").verdict == "no_data"  # type: ignore[union-attr]


def tone(seconds: float, hz: float, to_hz: float | None = None) -> Pcm:
    count = round(seconds * MIC_RATE_HZ)
    phase = 2 * np.pi * np.cumsum(np.geomspace(hz, to_hz or hz, count)) / MIC_RATE_HZ
    return np.asarray(0.1 * sum(np.sin(k * phase) / k for k in range(1, 10)), np.float32)


def test_a_monotone_has_no_pitch_variation_and_a_glide_over_an_octave_has_its_own() -> None:
    flat, glide = track(tone(3, 150)), track(tone(3, 110, 220))
    assert flat is not None
    assert glide is not None
    assert flat.spread_st() == pytest.approx(0.0, abs=0.15)
    assert glide.spread_st() == pytest.approx(12 / np.sqrt(12), abs=0.3)  # a uniform distribution over twelve semitones


def test_noise_and_shards_have_no_pitch(speech: Path) -> None:
    noise = track(read(speech / "noise.wav"))
    assert noise is None or noise.voiced.mean() < 0.2
    assert track(np.zeros(100, np.float32)) is None


def test_silence_between_tones_is_a_pause_and_a_short_stop_is_none() -> None:
    quiet = np.random.default_rng(0).normal(0, 1e-4, MIC_RATE_HZ).astype(np.float32)
    audio = np.concatenate([tone(1, 150), quiet[:3200], tone(1, 150), quiet, tone(1, 150)])
    words = heard([("a", 0, 1), ("b", 1, 2.2), ("c", 2.2, 4.2)])
    span, pauses = listen(words, audio, OFFSET)
    assert [pause.seconds for pause in pauses] == pytest.approx([1.0], abs=0.05)
    assert [run.seconds for run in runs_between(span, pauses)] == pytest.approx([2.2, 1.0], abs=0.05)


def test_without_a_recording_gaps_between_words_are_the_pauses() -> None:
    words = heard([("a", 0, 1), ("b", 1.2, 2), ("c", 2.3, 3)])
    span, pauses = listen(words, None, OFFSET)
    assert [pause.seconds for pause in pauses] == pytest.approx([0.3])
    assert span == Span(words[0].start_sample, words[-1].end_sample)


def test_a_voiced_stretch_without_a_word_is_a_filler() -> None:
    quiet = np.zeros(8000, np.float32)
    audio = np.concatenate([tone(1, 140, 180), quiet, tone(0.6, 120), quiet, tone(1, 180, 140)])
    words = heard([("I", 0, 0.4), ("think", 0.4, 1.0), ("so", 2.6, 3.1), ("yes", 3.1, 3.6)])
    found = find_fillers(words, (), track(audio), OFFSET, "en")
    assert [(it.span.start_sample - OFFSET) / MIC_RATE_HZ for it in found] == pytest.approx([1.5], abs=0.06)
    assert [it.span.seconds for it in found] == pytest.approx([0.6], abs=0.08)


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("ko", [("음...", 0, 0.4), ("저는", 0.5, 0.9), ("그", 1.5, 1.7), ("개발자입니다", 2.2, 3.0)], ["음...", "그"]),
        ("ko", [("그", 0, 0.2), ("사람이", 0.22, 0.7), ("이제", 0.72, 1.0), ("왔습니다", 1.02, 1.6)], []),
        ("en", [("Um,", 0, 0.3), ("I", 0.4, 0.5), ("like", 0.5, 0.8), ("it", 0.8, 1.0)], ["Um,"]),
        ("en", [("It", 0, 0.3), ("was", 0.3, 0.5), ("like,", 1.0, 1.3), ("hard", 1.8, 2.2)], ["like,"]),
    ],
)
def test_ordinary_words_are_fillers_only_between_pauses(
    language: str, words: list[tuple[str, float, float]], expected: list[str]
) -> None:
    found = find_fillers(heard(words), (), None, OFFSET, language)
    assert [filler.text for filler in found] == expected


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("안녕하세요", 5),
        ("42", 3),
        ("1,500", 3),
        ("120000", 3),
        ("2.4%", 6),
        ("API", 5),
        ("2021년", 6),
        ("", 0),
        ("0", 1),
    ],
)
def test_korean_syllables_as_read_aloud(text: str, count: int) -> None:
    """사십이, 천오백, 십이만, 이점사퍼센트, 에이피아이, 이천이십일년."""
    assert korean_syllables(text) == count


def test_english_words() -> None:
    assert english_words("State-of-the-art, isn't it? 42 %") == 7


def test_typed_answers_have_no_delivery_at_all() -> None:
    found = analyse(korean(typed=True), lambda number: None)
    assert found.typed_answers == 4
    assert not found.turns
    assert {(measure.value, measure.verdict, measure.moments) for measure in found.measures} == {(None, "no_data", ())}


def test_a_whole_interview_with_and_without_recordings() -> None:
    record = korean()
    with_audio = analyse(record, lambda number: hum(record.turns[number]))
    without = analyse(record, lambda number: None)
    assert [measure.name for measure in with_audio.measures] == [measure.name for measure in without.measures]
    assert without.measure("pitch").value is None  # type: ignore[union-attr]
    assert value(with_audio, "rate") == pytest.approx(value(without, "rate"), rel=0.05)
    assert value(with_audio, "onset") == pytest.approx(2.0, abs=0.2)
    assert [moment.kind for moment in with_audio.measure("onset").moments] == ["late_onset"]  # type: ignore[union-attr]
    assert [moment.text for moment in without.measure("fillers").moments] == ["음...", "어..."]  # type: ignore[union-attr]
    assert from_json(Delivery, to_json(with_audio)) == with_audio


def test_every_moment_lies_inside_the_session() -> None:
    record = korean()
    last = max(turn.end_sample for turn in record.turns)
    for measure in analyse(record, lambda number: hum(record.turns[number])).measures:
        for moment in measure.moments:
            assert 0 <= moment.start_sample < moment.end_sample <= last, measure.name


def test_an_interrupted_question_is_counted_and_is_no_onset() -> None:
    record = korean()
    turns = tuple(replace(turn, interrupted=turn.number == 1) for turn in record.turns)
    found = analyse(replace(record, turns=turns), lambda number: None)
    assert value(found, "interruptions") == 1
    assert found.turns[0].onset_s is None
