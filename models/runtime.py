"""Runtime: all engines of a profile, started, watched and stopped together. The one place that builds workers."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path
from typing import Any, cast

import psutil

from models.arbiter import Arbiter
from models.artifacts import Artifact
from models.call import settle
from models.catalog import Catalog, Profile
from models.embedding_ports import Embedder
from models.handles import LanguageModelHandle, SpeechToTextHandle, TextToSpeechHandle, VoiceBox
from models.loadout import EngineChoice, RemoteLlm, embedding_choice, loadout
from models.placement import Plan
from models.ports import (
    EndOfTurnDetector,
    EngineError,
    EngineUnavailable,
    Lease,
    Priority,
    Role,
    VoiceActivityDetector,
)
from models.registry import engine_spec
from models.swap import EmbedderSwap
from models.worker import Worker, WorkerSpec
from models.worker_status import Residence, WorkerState, WorkerStatus

log = logging.getLogger("moui.runtime")

PRIORITIES = {
    Role.STT: Priority.LIVE_STT,
    Role.TTS: Priority.TTS,
    Role.LLM: Priority.LLM,
    Role.EMBEDDING: Priority.BACKGROUND,
}

HANG_AFTER_S = {Role.STT: 30.0, Role.TTS: 15.0, Role.LLM: 10.0, Role.EMBEDDING: 120.0}
"""A Whisper window on a weak laptop takes seconds and yields once; a language model yields every few tokens."""
REMOTE_HANG_AFTER_S = 90.0
"""Ollama may load its model at the first request."""
CANCEL_GRACE_S = {Role.STT: 15.0, Role.TTS: 5.0, Role.LLM: 2.0, Role.EMBEDDING: 15.0}
"""Waiting for the end of a window is cheaper than loading the model again."""

IN_PROCESS = {Role.VAD, Role.END_OF_TURN}
"""Milliseconds of work: a process and a lease would cost more than they do."""

OnNotice = Callable[[str, str], None]


class Runtime:
    """Use: `await start()`, then `stt`, `llm`, `tts`, `new_vad()`, `end_of_turn`; at the end `await stop()`.

    `threads` is for each engine (they take turns), by default the physical cores. `remote` replaces the profile's
    language model by an OpenAI-compatible server. `cloud_voices` also loads the voices that send text away; even then
    one is used only where a session names it.
    """

    def __init__(
        self,
        profile: Profile,
        catalog: Catalog,
        models_dir: Path,
        *,
        plan: Plan | None = None,
        threads: int | None = None,
        remote: RemoteLlm | None = None,
        cloud_voices: bool = False,
        worker_options: dict[str, Any] | None = None,
    ) -> None:
        threads = threads or psutil.cpu_count(logical=False) or 1
        self.profile = profile
        self.choices = loadout(
            profile, catalog, models_dir, plan=plan, threads=threads, remote=remote, cloud_voices=cloud_voices
        )
        reader = embedding_choice(profile, catalog, models_dir, plan=plan, threads=threads)
        self._swap = EmbedderSwap(
            profile.name,
            reader,
            new_worker=self._new_worker,
            arbiter_of=self._arbiter,
            notice=self._notice,
            on_ended=self._forget,
        )
        self._past: deque[Residence] = deque(maxlen=50)
        self.arbiters: dict[str, Arbiter] = {}
        self.notices: deque[tuple[str, str]] = deque(maxlen=50)
        self.end_of_turn: EndOfTurnDetector | None = None
        self._listeners: list[OnNotice] = []
        self._failed: frozenset[str] = frozenset()
        self._worker_options = worker_options or {}
        self._workers: dict[str, Worker] = {}
        self._detectors: dict[Role, Any] = {}
        self._stt: SpeechToTextHandle | None = None
        self._tts = TextToSpeechHandle((), on_notice=self._notice)
        self.llm: LanguageModelHandle | None = None

    # --- what the voice loop uses -----------------------------------------------------------------------------------

    @property
    def stt(self) -> SpeechToTextHandle:
        if self._stt is None:
            raise EngineUnavailable("Speech recognition has not been started.")
        return self._stt

    @property
    def tts(self) -> TextToSpeechHandle:
        """Always there; without a voice for a language its `voice_for` answers None, and `voice_gaps` says why."""
        return self._tts

    def new_vad(self) -> VoiceActivityDetector:
        """A detector with its own memory, for one session."""
        engine = self._detectors.get(Role.VAD)
        if engine is None:
            raise EngineUnavailable("Voice detection has not been started.")
        return cast(VoiceActivityDetector, engine.new())

    @property
    def ready(self) -> bool:
        """Can a conversation be held right now?"""
        needed = [
            self._workers[choice.name] for choice in self.choices if choice.needed and choice.name in self._workers
        ]
        return self._stt is not None and all(worker.state is WorkerState.READY for worker in needed)

    def voice_gaps(self) -> dict[str, str]:
        """For every language of the profile without a local voice: a sentence that explains it."""
        return {
            language: f"No voice for '{language}' is installed: replies in it are shown, not spoken. "
            "`moui models list` shows the voices there are."
            for language in self.profile.languages
            if self._tts.voice_for(language) is None
        }

    def embedder(self) -> AbstractAsyncContextManager[Embedder]:
        """`async with runtime.embedder() as embedder`: the embedding model, for the body. Sequential by design: the
        language model's process ends first, and is started again when the embedding model's has ended, also after an
        error or a cancellation. Not for use during a conversation: its replies are refused meanwhile.

        Raises EngineUnavailable with one sentence, the language model untouched, when the model is not installed.
        """
        takes_memory = any(choice.role is Role.LLM and self._arbiter(choice) is not None for choice in self.choices)
        return self._swap.borrow(self.llm.worker if self.llm is not None and takes_memory else None)

    def residency(self) -> list[Residence]:
        """Which engines' processes lived from when to when, by start: what shared memory, and what never did."""
        living = (residence for worker in self._workers.values() for residence in worker.residences)
        return sorted((*self._past, *living), key=lambda residence: residence.start_s)

    def models(self) -> list[tuple[Role, Artifact]]:
        """What this runtime computes with, by role; what is not installed is not among them."""
        return [(choice.role, choice.artifact) for choice in self.choices if choice.name not in self._failed]

    def leases(self) -> list[Lease]:
        """Traces of all devices, by start."""
        return sorted((lease for arbiter in self.arbiters.values() for lease in arbiter.trace), key=_start)

    def status(self) -> list[WorkerStatus]:
        return [worker.status() for worker in self._workers.values()]

    def add_listener(self, listener: OnNotice) -> Callable[[], None]:
        """`listener(code, sentence)` is called for notices from now on, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # --- life -------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Load and warm up everything, in parallel. Raises EngineUnavailable with one sentence, nothing left running,
        when an engine is missing without which there is no conversation; a missing voice among several is a notice."""
        try:
            failures = await self._start_all()
            for choice in self.choices:
                if choice.needed and choice.name in failures:
                    failure = failures[choice.name]
                    raise EngineUnavailable(str(failure), failure.korean) from failure
            await self._make_handles(failures)
            self._failed = frozenset(failures)
            self._judge_missing(failures)
        except BaseException:
            await settle(self.stop())
            raise

    async def stop(self) -> None:
        """End all processes; returns when they are dead. Safe to repeat."""
        self._swap.close()
        async with asyncio.TaskGroup() as group:
            for worker in self._workers.values():
                group.create_task(worker.stop())
        for engine in self._detectors.values():
            engine.close()
        self._detectors.clear()

    async def _start_all(self) -> dict[str, EngineError]:
        failures: dict[str, EngineError] = {}

        async def attempt(choice: EngineChoice) -> None:
            try:
                missing = choice.missing(self.profile.name)
                if missing is not None:
                    raise missing
                if choice.role in IN_PROCESS:
                    self._detectors[choice.role] = await asyncio.to_thread(_load_here, choice)
                else:
                    await self._new_worker(choice).start()
            except EngineError as error:
                failures[choice.name] = error

        async with asyncio.TaskGroup() as group:
            for choice in self.choices:
                group.create_task(attempt(choice))
        return failures

    def _new_worker(self, choice: EngineChoice) -> Worker:
        arbiter = self._arbiter(choice)
        priority = PRIORITIES[choice.role]

        def guard() -> AbstractAsyncContextManager[object]:
            if arbiter is None:
                return nullcontext()
            return arbiter.lease(engine=choice.name, phase="warm_up", priority=priority)

        hang_after_s = HANG_AFTER_S[choice.role] if arbiter is not None else REMOTE_HANG_AFTER_S
        options: dict[str, Any] = {
            "hang_after_s": float(choice.options.settings.get("hang_after_s", hang_after_s)),
            "cancel_grace_s": CANCEL_GRACE_S[choice.role],
        }
        worker = Worker(
            WorkerSpec(choice.name, choice.artifact.engine, choice.options),
            warm_up_guard=guard,
            title=choice.title,
            **options | self._worker_options,
        )
        self._workers[choice.name] = worker
        return worker

    def _forget(self, worker: Worker) -> None:
        self._workers.pop(worker.spec.name, None)
        self._past += worker.residences

    def _arbiter(self, choice: EngineChoice) -> Arbiter | None:
        """The lease-keeper of the choice's device; None for an engine that computes elsewhere."""
        if not engine_spec(choice.artifact.engine).device_bound:
            return None
        return self.arbiters.setdefault(choice.options.device, Arbiter(choice.options.device))

    async def _make_handles(self, failures: dict[str, EngineError]) -> None:
        boxes: list[VoiceBox] = []
        for choice in self.choices:
            if choice.name in failures or choice.role in IN_PROCESS:
                continue
            worker, arbiter = self._workers[choice.name], self._arbiter(choice)
            if choice.role is Role.STT:
                self._stt = SpeechToTextHandle(worker, arbiter)
            elif choice.role is Role.LLM:
                self.llm = LanguageModelHandle(worker, arbiter)
            elif choice.role is Role.TTS:
                try:
                    boxes.append(VoiceBox(worker, arbiter, await _voices(worker)))
                except EngineError as error:
                    failures[choice.name] = error
        self._tts = TextToSpeechHandle(boxes, on_notice=self._notice)
        self.end_of_turn = self._detectors.get(Role.END_OF_TURN)

    def _judge_missing(self, failures: dict[str, EngineError]) -> None:
        """Turn what is missing and can be done without into notices; without any voice of the profile, refuse."""
        for choice in self.choices:
            failure = failures.get(choice.name)
            if failure is None:
                continue
            if choice.role is Role.TTS and not self._tts.voices():
                raise EngineUnavailable(str(failure), failure.korean) from failure
            if choice.artifact.id in self.profile.optional and choice.missing(self.profile.name) is not None:
                continue  # the user has not chosen to download it
            self._notice(f"{choice.role}_unavailable", str(failure))
        for sentence in self.voice_gaps().values():
            self._notice("voice_missing", sentence)
        for language in self.profile.languages:
            voice = self._tts.voice_for(language)
            if voice is not None and voice.last_resort:
                self._notice(
                    "voice_last_resort",
                    f"The only voice for '{language}' here is {voice.name}, a last resort that is hard to listen to.",
                )

    def _notice(self, code: str, sentence: str) -> None:
        log.info("%s: %s", code, sentence)
        self.notices.append((code, sentence))
        for listener in tuple(self._listeners):
            listener(code, sentence)


def _load_here(choice: EngineChoice) -> Any:
    try:
        engine = engine_spec(choice.artifact.engine).load(choice.options)
        engine.warm_up()
    except EngineError:
        raise
    except Exception as error:
        log.exception("loading %s failed", choice.name)
        raise EngineUnavailable(f"{choice.title} could not be loaded; the log says why.") from error
    return engine


async def _voices(worker: Worker) -> tuple[Any, ...]:
    async with await worker.open("voices", None) as call:
        items, _ = await call.step(float("inf"))
    return tuple(items[0]) if items else ()


def _start(lease: Lease) -> float:
    return lease.start_s
