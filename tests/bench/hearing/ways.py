"""The ways of hearing an utterance: in one full-length pass, in one short window, or as a session hears it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from models.engines.whisper import LONGEST_S, WhisperEngine
from models.engines.whisper_model import FULL_FRAMES
from models.ports import (
    MIC_RATE_HZ,
    VAD_WINDOW,
    CallContext,
    Pcm,
    Priority,
    TranscribeRequest,
    Transcription,
    VoiceActivityDetector,
)
from tests.bench.hearing.corpus import TAIL_S, Utterance
from voice.audio import AudioRing
from voice.ears import Ears, FinalText

VOICED = 0.5
PAUSED_WINDOWS = 2
"""Quiet windows after which the endpointer calls it a pause and the tail is transcribed."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One window that was decoded. `wall_s` is what it took here; `cpu_s` what it would take on an idle core (all
    threads of this process together, so that neighbours matter less)."""

    speech_s: float
    wall_s: float
    cpu_s: float
    at_the_end: bool
    """Asked for by the last pause: its cost is what the speaker waits for."""


@dataclass(slots=True)
class Heard:
    text: str = ""
    passes: list[Pass] = field(default_factory=list)
    retracted: bool = False
    dropped: str = ""

    @property
    def tail(self) -> list[Pass]:
        return [each for each in self.passes if each.at_the_end]


def in_full(engine: WhisperEngine, said: Utterance) -> str:
    """As Whisper was trained, and as faster-whisper does it: windows of 30 s, however long the utterance is."""
    model = engine._begin(LONGEST_S)
    model.begin(FULL_FRAMES, most_passes=100)
    segments, _ = model.transcribe(
        said.audio, language=said.language, beam_size=1, temperature=0.0, condition_on_previous_text=False
    )
    text = "".join(segment.text for segment in segments).strip()
    model.forget()
    return text


def in_one_window(engine: WhisperEngine, said: Utterance) -> str:
    return next(iter(engine.transcribe(TranscribeRequest(said.audio, said.language)))).text


def as_a_session(engine: WhisperEngine, vad: VoiceActivityDetector, said: Utterance) -> Heard:
    """The session's own ears over the real voice detector, in stream time: a pass takes no time, wherever it stands."""
    return asyncio.run(_listen(engine, vad, said))


async def _listen(engine: WhisperEngine, vad: VoiceActivityDetector, said: Utterance) -> Heard:
    heard = Heard()
    passes: list[Pass] = []
    finals: list[FinalText] = []
    ring = AudioRing(60.0)
    stable = ""

    def interim(turn: object) -> None:
        nonlocal stable
        now = ears.turn.transcript.stable if ears.turn else stable
        heard.retracted |= not now.startswith(stable)
        stable = now

    def final(text: FinalText) -> None:
        finals.append(text)
        ears.close()

    ears = Ears(
        _Port(engine, passes.append),
        ring,
        context=CallContext(),
        on_interim=interim,
        on_tail=lambda turn: None,
        on_final=final,
        too_early=lambda turn: False,
    )
    ears.language = said.language
    turn = ears.open("turn", 0)
    running = asyncio.create_task(ears.run())
    quiet = 0
    before_pause = 0
    vad.reset()
    for window in _windows(np.concatenate([said.audio, np.zeros(round(TAIL_S * MIC_RATE_HZ), np.float32)])):
        ring.append(window)
        if vad.probability(window) >= VOICED:
            turn.speech_end, turn.voiced, quiet = ring.end, turn.voiced + VAD_WINDOW, 0
        else:
            quiet += 1
        if quiet == PAUSED_WINDOWS and turn.speech_end:
            before_pause = len(passes)
            ears.hurry()
        ears.audio_arrived()
        await _settled()
    ears.finish(ring.end)
    await _settled()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    heard.passes = [
        Pass(each.speech_s, each.wall_s, each.cpu_s, at_the_end=index >= before_pause)
        for index, each in enumerate(passes)
    ]
    heard.text, heard.dropped = finals[-1].text, finals[-1].dropped
    return heard


class _Port:
    """ports.SpeechToText without a process in between; counts what each pass costs."""

    def __init__(self, engine: WhisperEngine, on_pass: Callable[[Pass], None]) -> None:
        self._engine = engine
        self._on_pass = on_pass

    async def transcribe(self, request: TranscribeRequest, priority: Priority = Priority.LIVE_STT) -> Transcription:
        wall, cpu = time.perf_counter(), time.process_time()
        (found,) = self._engine.transcribe(request)
        took = time.perf_counter() - wall, time.process_time() - cpu
        self._on_pass(Pass(len(request.audio) / MIC_RATE_HZ, *took, at_the_end=False))
        return found


async def _settled() -> None:
    """Everything the ears wanted to do with this window is done: a pass never waits, so a few rounds suffice."""
    for _ in range(12):
        await asyncio.sleep(0)


def _windows(audio: Pcm) -> Iterator[Pcm]:
    for start in range(0, audio.size - VAD_WINDOW + 1, VAD_WINDOW):
        yield audio[start : start + VAD_WINDOW]
