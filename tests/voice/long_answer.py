"""A long answer made of the recorded clips, heard by a TranscriptBuffer with a real engine: for a test and a bench."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import jiwer
import numpy as np
import soundfile
import soxr

from models.engines.whisper import SPEC
from models.ports import MIC_RATE_HZ, Pcm, SpeechToTextEngine, TranscribeRequest, Transcription
from models.registry import EngineOptions
from voice.transcript import TranscriptBuffer, WindowPlan
from voice.words import normalise

CLIPS = ("LJ001-0004.wav", "LJ001-0006.wav", "jfk.wav")
GAP_S = 0.4


@dataclass(frozen=True, slots=True)
class Answer:
    """The audio, and what is said in it."""

    audio: Pcm
    text: str


@dataclass(slots=True)
class Outcome:
    """One answer's transcript and what it cost."""

    text: str
    wer: float
    passes: int
    decoded_s: float
    longest_s: float
    busy_s: float
    retracted: bool


def load_whisper(weights: Path) -> SpeechToTextEngine:
    options = EngineOptions(weights / "whisper-base", "cpu", 2, {"compute_type": "int8"})
    engine = SPEC.load(options)
    assert isinstance(engine, SpeechToTextEngine)
    return engine


def long_answer(folder: Path, seconds: float) -> Answer:
    """The clips one after the other, with short pauses, until they last `seconds`."""
    said = {entry["file"]: entry["text"] for entry in json.loads((folder / "manifest.json").read_text("utf-8"))}
    audio: list[Pcm] = []
    texts: list[str] = []
    while sum(part.size for part in audio) < seconds * MIC_RATE_HZ:
        name = CLIPS[len(texts) % len(CLIPS)]
        samples, rate = soundfile.read(folder / name, dtype="float32")
        audio += [soxr.resample(samples, rate, MIC_RATE_HZ), np.zeros(round(GAP_S * MIC_RATE_HZ), np.float32)]
        texts.append(said[name])
    return Answer(np.concatenate(audio), " ".join(texts))


def word_errors(reference: str, hypothesis: str) -> float:
    return float(jiwer.wer(_plain(reference), _plain(hypothesis)))


def _plain(text: str) -> str:
    return " ".join(filter(None, map(normalise, text.split())))


def listen(engine: SpeechToTextEngine, answer: Answer, step_s: float) -> Outcome:
    """Decode after every `step_s` of new audio, as a session does, and check the promise about `stable`."""
    buffer = TranscriptBuffer(0, "en")
    outcome = Outcome("", 1.0, 0, 0.0, 0.0, 0.0, False)

    def decode(plan: WindowPlan) -> Transcription:
        started = perf_counter()
        request = TranscribeRequest(answer.audio[plan.start_sample : plan.end_sample], "en", plan.prompt)
        (heard,) = engine.transcribe(request)
        outcome.busy_s += perf_counter() - started
        outcome.passes += 1
        outcome.decoded_s += plan.seconds
        outcome.longest_s = max(outcome.longest_s, plan.seconds)
        return heard

    for now in range(round(step_s * MIC_RATE_HZ), answer.audio.size, round(step_s * MIC_RATE_HZ)):
        before = buffer.stable
        plan = buffer.window(now)
        buffer.update(plan, decode(plan))
        outcome.retracted |= not buffer.stable.startswith(before)
    while (plan := buffer.window(answer.audio.size)).end_sample < answer.audio.size:
        buffer.update(plan, decode(plan))
    buffer.finish(plan, decode(plan))
    outcome.text = buffer.stable
    outcome.wer = word_errors(answer.text, buffer.stable)
    return outcome
