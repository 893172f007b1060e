"""What the parts of the server share: the engines, whether they are ready, and how many sessions there are."""

from __future__ import annotations

import asyncio
import enum
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from interview.room import LiveSession
from interview.shapes import ModelUse
from models.artifacts import Artifact
from models.embedding_ports import Embedder
from models.ports import (
    EndOfTurnDetector,
    EngineError,
    LanguageModel,
    Lease,
    Pcm,
    Role,
    SpeechToText,
    TextToSpeech,
    VoiceActivityDetector,
)
from models.store import fingerprint
from models.worker_status import Residence, WorkerStatus
from server.admission import Admission
from server.auth import HostPolicy
from server.config import ServerConfig
from server.desk import Desk
from server.metrics import Metrics
from server.sentences import Sentence, sentence_of
from voice.events import Command, SessionConfig, SessionEvent
from voice.responder import Item, Responder
from voice.session import Engines, Session

log = logging.getLogger("moui.server")

LOADING = ("The models are loading.", "모델을 불러오고 있습니다.")
NOT_STARTED = (
    "The models could not be started; the log says why.",
    "모델을 시작하지 못했습니다. 로그에 이유가 있습니다.",
)


class RuntimeLike(Protocol):
    """What the server needs of models.runtime.Runtime."""

    @property
    def stt(self) -> SpeechToText: ...
    @property
    def llm(self) -> LanguageModel | None: ...
    @property
    def tts(self) -> TextToSpeech: ...
    @property
    def end_of_turn(self) -> EndOfTurnDetector | None: ...
    def new_vad(self) -> VoiceActivityDetector: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    def leases(self) -> Sequence[Lease]: ...
    def status(self) -> Sequence[WorkerStatus]: ...
    def residency(self) -> Sequence[Residence]: ...
    def models(self) -> Sequence[tuple[Role, Artifact]]: ...
    def embedder(self) -> AbstractAsyncContextManager[Embedder]: ...
    def voice_gaps(self) -> Mapping[str, str]: ...
    def add_listener(self, listener: Callable[[str, str], None]) -> Callable[[], None]: ...


class SessionLike(Protocol):
    """What the server needs of voice.session.Session."""

    @property
    def items(self) -> tuple[Item, ...]: ...
    def feed(self, audio: Pcm) -> None: ...
    def send(self, command: Command) -> None: ...
    def configure(self, config: SessionConfig) -> None: ...
    async def run(self) -> None: ...


Emit = Callable[[SessionEvent], None]
ResponderFactory = Callable[[RuntimeLike], Responder]
SessionFactory = Callable[[RuntimeLike, Responder, SessionConfig, Emit, str], SessionLike]


def voice_session(
    runtime: RuntimeLike, responder: Responder, config: SessionConfig, emit: Emit, session_id: str
) -> SessionLike:
    """The real thing; tests of the wire put a scripted stand-in here."""
    engines = Engines(runtime.stt, runtime.tts, runtime.new_vad(), runtime.end_of_turn)
    return Session(engines, responder, config, emit, session_id=session_id)


class Stage(enum.StrEnum):
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class Service:
    """One a process. The lifespan of the application calls `load` and `unload`."""

    def __init__(
        self,
        config: ServerConfig,
        runtime: RuntimeLike,
        responder_factory: ResponderFactory,
        session_factory: SessionFactory = voice_session,
    ) -> None:
        self.config = config
        self.runtime = runtime
        self.hosts = HostPolicy.of(config.host, config.allowed_hosts)
        self.metrics = Metrics(runtime.leases, runtime.status)
        self.stage = Stage.LOADING
        self.stage_sentence = LOADING
        self.admission = Admission(config.limits, runtime.leases)
        self.metrics.watch(self.admission)
        self._responder_factory = responder_factory
        self._session_factory = session_factory
        self._settled = asyncio.Event()
        self._numbers = 0
        self.desk = Desk(
            config.data_dir,
            runtime,
            talking=lambda: self.admission.sessions,
            models=self._models,
            judge=self._judge,
        )

    def _models(self) -> tuple[ModelUse, ...]:
        """What takes part in an interview begun now, for the record."""
        return tuple(
            ModelUse(role.value, artifact.id, artifact.title, artifact.licence)
            for role, artifact in self.runtime.models()
        )

    def _judge(self) -> str:
        """Changes with the language model's files; "" where there are none here."""
        found = (artifact for role, artifact in self.runtime.models() if role is Role.LLM)
        return next((fingerprint(artifact, self.config.models_dir) for artifact in found), "")

    async def load(self) -> None:
        """Start the engines; a failure is a stage of its own, so that the page can say what is wrong."""
        try:
            await self.runtime.start()
        except EngineError as error:
            self._settle(Stage.FAILED, sentence_of(error))
            log.error("the models could not be started", extra={"error": str(error)})
        except Exception:
            self._settle(Stage.FAILED, NOT_STARTED)
            log.exception("the models could not be started")
        else:
            self._settle(Stage.READY, ("Ready.", "준비되었습니다."))
            log.info("ready", extra={"profile": self.config.profile})

    @property
    def stage_message(self) -> str:
        return self.stage_sentence[0]

    def _settle(self, stage: Stage, sentence: Sentence) -> None:
        self.stage, self.stage_sentence = stage, sentence
        self._settled.set()

    async def unload(self) -> None:
        await self.runtime.stop()
        self.desk.close()

    async def settled(self) -> bool:
        """Wait until the models are ready (True) or have failed to start (False)."""
        await self._settled.wait()
        return self.stage is Stage.READY

    @property
    def sessions(self) -> int:
        """Conversations that are being held."""
        return self.admission.sessions

    def new_session_id(self) -> str:
        self._numbers += 1
        return f"s{self._numbers:x}"

    def open_session(self, config: SessionConfig, emit: Emit, session_id: str) -> SessionLike:
        responder = self._responder_factory(self.runtime)
        return self._session_factory(self.runtime, responder, config, emit, session_id)

    async def open_interview(
        self, interview_id: str, config: SessionConfig, emit: Emit, session_id: str
    ) -> SessionLike:
        """A stored interview as a session: begun, or gone on with. Raises StoreError, InterviewOver."""

        def make(responder: Responder, own: SessionConfig, emit_own: Emit) -> LiveSession:
            engines = Engines(self.runtime.stt, self.runtime.tts, self.runtime.new_vad(), self.runtime.end_of_turn)
            return Session(engines, responder, own, emit_own, session_id=session_id)

        return self.desk.open_room(await self.desk.seat(interview_id), make, config, emit)
