"""A moui in a process of its own, to be killed: the real application, store and voice session; fakes for engines.

It can be told to die by its own hand (SIGKILL, nothing is cleaned up) inside a transaction, where a stranger's kill
hardly ever strikes.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from interview.shapes import Language
from interview.store import Store
from models.ports import GenerateRequest, GenerationChunk, Priority, Voice, VoiceActivityDetector
from server.config import ServerConfig
from tests.fakes import FakeEndOfTurn, FakeLanguageModel, FakeSpeechToText, FakeTextToSpeech, FakeVad
from tests.processes import context
from tests.server.running import running
from tests.server.scripted import ScriptedRuntime

HEARD = {"ko": "저는 로그를 분석했습니다.", "en": "I analysed the logs."}
"""What the recogniser understands of every spoken answer."""

PROBES = {
    "ko": "재시도 큐를 구현하신 뒤에는 어떤 결과를 얻으셨습니까?",
    "en": "What came of the retry queue that you wrote?",
}
WORD_S = 0.004
STARTS_WITHIN_S = 60.0


class UnhurriedLanguageModel(FakeLanguageModel):
    """Takes its time over each word, so that there is a while in which a reply is being written."""

    async def generate(
        self, request: GenerateRequest, priority: Priority = Priority.LLM
    ) -> AsyncGenerator[GenerationChunk, None]:
        async for chunk in super().generate(request, priority):
            await asyncio.sleep(WORD_S)
            yield chunk


class QuickTextToSpeech(FakeTextToSpeech):
    """Speaks both languages, a sentence in a tenth of a second: the server plays it out in real time."""

    SECONDS_PER_LETTER = 0.001

    def voice_for(self, language: str, wanted: str | None = None) -> Voice | None:
        return self.voices()[0]


class FakeRuntime(ScriptedRuntime):
    def __init__(self, language: str) -> None:
        super().__init__()
        hearing = FakeSpeechToText()
        hearing.text = HEARD[language]
        self.stt = hearing
        self.llm = UnhurriedLanguageModel(PROBES[language])
        self.tts = QuickTextToSpeech()
        self.end_of_turn = FakeEndOfTurn()

    def new_vad(self) -> VoiceActivityDetector:
        return FakeVad()


@dataclass(frozen=True)
class Death:
    """Dies the `nth` time it comes here: before a statement that begins so, before a "COMMIT", or when a turn was
    "committed" and nobody has been told yet."""

    point: str
    nth: int


def arm(death: Death) -> None:
    """For a process of its own."""
    left = death.nth

    def come_by() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

    def statement(_: Any, __: Any, sql: str, *___: Any) -> None:
        if sql.startswith(death.point):
            come_by()

    def committed(self: Store, *arguments: Any, _commit: Callable[..., None] = Store.commit_turn) -> None:
        _commit(self, *arguments)
        come_by()

    match death.point:
        case "COMMIT":
            event.listen(Engine, "commit", lambda _: come_by())
        case "committed":
            Store.commit_turn = committed  # type: ignore[method-assign, assignment]
        case _:
            event.listen(Engine, "before_cursor_execute", statement)


def serve(data_dir: Path, language: str, death: Death | None, ready: Connection) -> None:
    """Until killed. Says its port as soon as it answers."""
    if death is not None:
        arm(death)
    asyncio.run(_serve(data_dir, language, ready))


async def _serve(data_dir: Path, language: str, ready: Connection) -> None:
    config = ServerConfig(data_dir=data_dir, language=language)
    async with running(config, FakeRuntime(language), real_sessions=True) as state:
        ready.send(state.port)
        await asyncio.Event().wait()


class Moui:
    """One such process after the other, on the same data."""

    def __init__(self, data_dir: Path, language: Language) -> None:
        self.data_dir = data_dir
        self.language = language
        self._process: BaseProcess | None = None
        self._ready: Connection | None = None

    def start(self, death: Death | None = None) -> None:
        made = context()
        reader, writer = made.Pipe(duplex=False)
        arguments = (self.data_dir, self.language, death, writer)
        self._process, self._ready = made.Process(target=serve, args=arguments, daemon=True), reader
        self._process.start()
        writer.close()

    async def port(self) -> int:
        """Raises EOFError where it died first."""
        ready = self._ready
        assert ready is not None
        assert await asyncio.to_thread(ready.poll, STARTS_WITHIN_S), "the server did not start"
        return int(ready.recv())

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()

    async def gone(self) -> None:
        """Kill it where it still lives, and wait until nothing is left of it."""
        if self._process is None or self._ready is None:
            return
        self._process.kill()
        await asyncio.to_thread(self._process.join)
        self._process.close()
        self._ready.close()
        self._process = self._ready = None
