"""The server of the load benchmark: the real application and sessions, with engines that only take their time.

Service times are those measured on two cores with the small models, but the engines never wait for one another: what is
loaded here is the process itself (sockets, voice detection, turn logic, resampling, encoding), not a device. Prints one
JSON line with its port, and ends with its standard input. `GET /bench` tells how late the event loop was.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import math
import socket
import sys
import threading
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import uvicorn

from interview.free_talk import FreeTalk
from models.engines.silero import load as load_silero
from models.locations import default_models_dir
from models.ports import (
    MIC_RATE_HZ,
    GenerateRequest,
    GenerationChunk,
    Pcm,
    Primed,
    PrimeRequest,
    Priority,
    SpeechChunk,
    SynthesizeRequest,
    TranscribeRequest,
    Transcription,
    VoiceActivityDetector,
    Word,
)
from models.registry import EngineOptions
from server.app import create_app
from server.config import Limits, ServerConfig
from server.listen import uvicorn_config
from tests.fakes import SPEECH_LEVEL, WORDS_PER_SECOND, FakeTextToSpeech, FakeVad
from tests.server.scripted import ScriptedRuntime

STT_S = 0.12
PREFILL_S = 0.15
TOKEN_S = 0.045
TTS_S = 0.06
END_OF_TURN_S = 0.03
VOICE_RATE_HZ = 22_050
"""Piper's: what is spoken is resampled, as it is in earnest."""

LAG_EVERY_S = 0.005
SAID = ["and", "then", "we", "planned", "the", "next", "part", "of", "the", "same"]
REPLY = "Thank you, that is clear. What was the hardest decision in that project, and how did you make it in the end?"


class PacedSpeechToText:
    async def transcribe(self, request: TranscribeRequest, priority: Priority = Priority.LIVE_STT) -> Transcription:
        await asyncio.sleep(STT_S)
        heard = float((np.abs(request.audio) > SPEECH_LEVEL / 10).sum()) / MIC_RATE_HZ
        count = max(1, round(heard * WORDS_PER_SECOND))
        step = len(request.audio) / MIC_RATE_HZ / count
        texts = [f" {SAID[n % len(SAID)]}" for n in range(count - 1)] + [" project."]
        words = tuple(Word(text, n * step, (n + 1) * step, 0.9) for n, text in enumerate(texts))
        text = "".join(word.text for word in words).strip()
        return Transcription(text, words, request.language or "en", 0.05, -0.2, 1.2)


class PacedLanguageModel:
    async def generate(
        self, request: GenerateRequest, priority: Priority = Priority.LLM
    ) -> AsyncGenerator[GenerationChunk, None]:
        await asyncio.sleep(PREFILL_S)
        for number, word in enumerate(REPLY.split(" ")):
            await asyncio.sleep(TOKEN_S)
            yield GenerationChunk(word if number == 0 else f" {word}")
        yield GenerationChunk("", tokens=0, finish_reason="stop")

    async def prime(self, request: PrimeRequest, priority: Priority = Priority.BACKGROUND) -> Primed:
        await asyncio.sleep(PREFILL_S)
        return Primed(0)


class PacedTextToSpeech(FakeTextToSpeech):
    async def synthesize(
        self, request: SynthesizeRequest, priority: Priority = Priority.TTS
    ) -> AsyncGenerator[SpeechChunk, None]:
        await asyncio.sleep(TTS_S)
        samples = round(len(request.text) * self.SECONDS_PER_LETTER * VOICE_RATE_HZ)
        yield SpeechChunk(np.full(samples, 0.1, np.float32), VOICE_RATE_HZ)


class PacedEndOfTurn:
    """Asked in a thread, as the real one is."""

    def probability(self, audio: Pcm) -> float:
        time.sleep(END_OF_TURN_S)
        return 0.9


class PacedRuntime(ScriptedRuntime):
    def __init__(self, *, silero: bool) -> None:
        super().__init__()
        self.stt, self.llm, self.tts = PacedSpeechToText(), PacedLanguageModel(), PacedTextToSpeech()
        self.end_of_turn = PacedEndOfTurn()
        self._silero = load_silero(EngineOptions(default_models_dir() / "silero-vad")) if silero else None

    def new_vad(self) -> VoiceActivityDetector:
        return FakeVad() if self._silero is None else self._silero.new()


class LoopLag:
    """How much later than it asked for a coroutine of the server's own loop is woken, in milliseconds.

    `own` leaves out what the kernel says this thread waited for a core: on a machine with other work, that is theirs.
    """

    def __init__(self) -> None:
        self._late: list[float] = []
        self._own: list[float] = []

    async def run(self) -> None:
        while True:
            waited, due = _waited_for_core_ms(), time.perf_counter() + LAG_EVERY_S
            await asyncio.sleep(LAG_EVERY_S)
            late = (time.perf_counter() - due) * 1000
            self._late.append(late)
            self._own.append(max(0.0, late - (_waited_for_core_ms() - waited)))

    def report(self) -> dict[str, dict[str, float]]:
        """Percentiles since the last report."""
        report = {"lag_ms": _percentiles(self._late), "own_lag_ms": _percentiles(self._own)}
        self._late, self._own = [], []
        return report


def _percentiles(values: list[float]) -> dict[str, float]:
    p50, p95, p99 = (float(value) for value in np.percentile(values or [0.0], (50, 95, 99)))
    return {"n": len(values), "p50": p50, "p95": p95, "p99": p99, "max": max(values, default=0.0)}


def _waited_for_core_ms() -> float:
    """Milliseconds this thread was ready to run and did not; 0 where the kernel does not tell (only Linux does)."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text("ascii").split()[1]) / 1e6
    except OSError:
        return 0.0


async def serve(sessions: int, silero: bool, folder: Path) -> None:
    runtime = PacedRuntime(silero=silero)
    limits = Limits(max_sessions=sessions, answer_wait_s=math.inf)
    config = ServerConfig(port=0, data_dir=folder, limits=limits)
    llm = runtime.llm
    assert llm is not None
    app = create_app(config, runtime, lambda _: FreeTalk(llm))
    lag = LoopLag()

    @app.get("/bench")
    async def bench() -> dict[str, Any]:
        return lag.report()

    gc.collect()
    gc.freeze()  # as `moui serve` does when it is ready
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn_config(app, config))

    def end_with_stdin() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=end_with_stdin, daemon=True).start()
    print(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"}), flush=True)
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(lag.run())
        await server.serve(sockets=[listener])
        watching.cancel()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, required=True)
    parser.add_argument("--silero", action="store_true")
    parser.add_argument("--profile", type=Path)
    args = parser.parse_args()
    with TemporaryDirectory() as folder:
        if args.profile is None:
            asyncio.run(serve(args.sessions, args.silero, Path(folder)))
        else:
            import cProfile

            with cProfile.Profile() as profile:
                asyncio.run(serve(args.sessions, args.silero, Path(folder)))
            profile.dump_stats(args.profile)


if __name__ == "__main__":
    main()
