"""Engines without models: slow, crashing, hanging, failing, printing. Named `tests.models.engines_for_tests:NAME`."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from models.embedding_ports import EmbedRequest, TextEmbedding
from models.ports import (
    EngineError,
    EngineUnavailable,
    GenerateRequest,
    GenerationChunk,
    Pcm,
    PrefillProgress,
    PrimeRequest,
    Role,
    SpeechChunk,
    SynthesizeRequest,
    TranscribeRequest,
    Transcription,
    Voice,
)
from models.registry import EngineOptions, EngineSpec

HERE = "tests.models.engines_for_tests"


class Base:
    def __init__(self, options: EngineOptions) -> None:
        self.options = options
        self.closed_calls = 0
        marker = options.settings.get("crash_on_load_unless")
        if marker is not None and not Path(marker).exists():
            os._exit(3)

    def warm_up(self) -> None:
        if self.options.settings.get("crash_in_warm_up"):
            os._exit(4)

    def close(self) -> None:
        marker = self.options.settings.get("on_close")
        if marker is not None:
            Path(marker).write_text("closed", encoding="utf-8")


class Misfit(Base):
    """Does what its method is called; requests are plain values."""

    def count(self, limit: int) -> Iterator[int]:
        try:
            yield from range(limit)
        except GeneratorExit:
            self.closed_calls += 1
            raise

    def drip(self, pause_s: float) -> Iterator[int]:
        try:
            number = 0
            while True:
                time.sleep(pause_s)
                yield number
                number += 1
        except GeneratorExit:
            self.closed_calls += 1
            raise

    def closed(self) -> int:
        return self.closed_calls

    def echo(self, value: object) -> object:
        return value

    def nothing(self) -> None:
        return None

    def environment(self, name: str) -> str | None:
        return os.environ.get(name)

    def process(self) -> tuple[int, int]:
        return os.getpid(), os.getppid()

    def chatter(self, text: str) -> Iterator[str]:
        print(text)
        os.write(1, (text + "\n").encode())
        os.system(f"echo {text}")
        sys.stderr.write("x" * 100_000 + "\n")
        yield text

    def crash(self, after: int) -> Iterator[int]:
        yield from range(after)
        os.kill(os.getpid(), signal.SIGKILL)

    def exit(self, code: int) -> Iterator[int]:
        yield 1
        os._exit(code)

    def hang(self, after: int) -> Iterator[int]:
        yield from range(after)
        time.sleep(3600)

    def fail(self, sentence: str) -> Iterator[int]:
        yield 1
        raise EngineError(sentence)

    def bug(self, after: int) -> Iterator[int]:
        yield from range(after)
        raise ZeroDivisionError("secret detail")

    def unsendable(self) -> Iterator[object]:
        yield lambda: None


class Interruptible(Base):
    """Blocks like a network read does, until interrupted from the reader thread."""

    def __init__(self, options: EngineOptions) -> None:
        super().__init__(options)
        self.interrupted = False

    def interrupt(self) -> None:
        self.interrupted = True

    def wait(self) -> Iterator[int]:
        self.interrupted = False
        while not self.interrupted:
            time.sleep(0.001)
        raise OSError("the connection was closed")
        yield 0


class SlowText(Base):
    """A language model: `step_s` per token, crash or failure on demand by the last message."""

    def generate(self, request: GenerateRequest) -> Iterator[PrefillProgress | GenerationChunk]:
        step_s = float(self.options.settings.get("step_s", 0.0))
        words = request.messages[-1].content.split()
        yield PrefillProgress(len(words), len(words), 0)
        for number in range(request.max_tokens):
            time.sleep(step_s)
            word = words[number % len(words)]
            if word == "CRASH":
                os.kill(os.getpid(), signal.SIGKILL)
            if word == "FAIL":
                raise EngineError("The model gave up.")
            last = number == request.max_tokens - 1
            yield GenerationChunk(word + " ", finish_reason="length" if last else None, prompt_tokens=len(words))

    def prime(self, request: PrimeRequest) -> Iterator[PrefillProgress]:
        total = int(request.messages[-1].content)
        for number in range(total):
            time.sleep(float(self.options.settings.get("step_s", 0.0)))
            yield PrefillProgress(number + 1, total, 0)


class Ears(Base):
    def transcribe(self, request: TranscribeRequest) -> Iterator[Transcription]:
        time.sleep(float(self.options.settings.get("step_s", 0.0)))
        text = f"{len(request.audio)} {float(np.sum(request.audio)):.0f}"
        yield Transcription(text, (), request.language or "en", 0.0, 0.0, 1.0)


class Mouth(Base):
    """A voice of the language and id in its settings; says `chunks` chunks, each `step_s` late; `broken` fails."""

    def voices(self) -> tuple[Voice, ...]:
        settings = self.options.settings
        name = str(settings.get("voice", "tester"))
        return (
            Voice(
                id=name,
                language=str(settings.get("language", "en")),
                engine="test",
                name=name.title(),
                local=bool(settings.get("local", True)),
                last_resort=bool(settings.get("last_resort", False)),
            ),
        )

    def synthesize(self, request: SynthesizeRequest) -> Iterator[SpeechChunk]:
        settings = self.options.settings
        for number in range(int(settings.get("chunks", 2))):
            time.sleep(float(settings.get("step_s", 0.0)))
            if settings.get("broken") == number:
                raise EngineError("The voice service cannot be reached.")
            yield SpeechChunk(np.full(4, float(len(request.voice)), np.float32), 16_000)


class LongBreath(Mouth):
    """A voice whose every chunk takes `step_s`, unless it is interrupted from the reader thread."""

    def __init__(self, options: EngineOptions) -> None:
        super().__init__(options)
        self.stopped = threading.Event()

    def interrupt(self) -> None:
        self.stopped.set()

    def synthesize(self, request: SynthesizeRequest) -> Iterator[SpeechChunk]:
        self.stopped.clear()
        if request.text == "long" and self.stopped.wait(float(self.options.settings["step_s"])):
            raise OSError("stopped")
        yield SpeechChunk(np.full(4, float(len(request.voice)), np.float32), 16_000)


class Reader(Base):
    """An embedding model: a text's length and 1. "FAIL" fails, "CRASH" crashes."""

    def dimension(self) -> int:
        return 2

    def embed(self, request: EmbedRequest) -> Iterator[TextEmbedding]:
        for text in request.texts:
            time.sleep(float(self.options.settings.get("step_s", 0.0)))
            if text == "CRASH":
                os.kill(os.getpid(), signal.SIGKILL)
            if text == "FAIL":
                raise EngineError("The text cannot be read.")
            yield TextEmbedding(np.array([len(text), 1.0], np.float32))


class Detector:
    """A VoiceActivityDetector and, for brevity, an EndOfTurnDetector."""

    def probability(self, audio: Pcm) -> float:
        return float(np.mean(np.abs(audio)))

    def reset(self) -> None:
        return None


class Detectors(Base):
    def new(self) -> Detector:
        return Detector()


class DetectorEngine(Base, Detector):
    pass


def _missing(options: EngineOptions) -> Base:
    raise EngineUnavailable("weights.bin is missing")


def _broken(options: EngineOptions) -> Base:
    raise KeyError("secret detail")


def _asleep(options: EngineOptions) -> Base:
    time.sleep(3600)
    return Base(options)


MISFIT = EngineSpec("misfit", Role.LLM, Misfit)
INTERRUPTIBLE = EngineSpec("interruptible", Role.LLM, Interruptible, device_bound=False)
MISSING = EngineSpec("missing", Role.LLM, _missing)
BROKEN = EngineSpec("broken", Role.LLM, _broken)
ASLEEP = EngineSpec("asleep", Role.LLM, _asleep)
TEXT = EngineSpec("text", Role.LLM, SlowText)
REMOTE_TEXT = EngineSpec("remote_text", Role.LLM, SlowText, device_bound=False)
READER = EngineSpec("reader", Role.EMBEDDING, Reader)
MISSING_READER = EngineSpec("missing_reader", Role.EMBEDDING, _missing)
EARS = EngineSpec("ears", Role.STT, Ears)
MOUTH = EngineSpec("mouth", Role.TTS, Mouth)
LONG_BREATH = EngineSpec("long_breath", Role.TTS, LongBreath)
CLOUD_MOUTH = EngineSpec("cloud_mouth", Role.TTS, Mouth, device_bound=False)
MISSING_MOUTH = EngineSpec("missing_mouth", Role.TTS, _missing)
DETECTORS = EngineSpec("detectors", Role.VAD, Detectors, heavy=False)
DETECTOR = EngineSpec("detector", Role.END_OF_TURN, DetectorEngine, heavy=False)
NOT_A_SPEC = "hello"
