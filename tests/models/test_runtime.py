"""The runtime: everything starts together, what is missing is explained, everything stops."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.arbiter import overlap_seconds
from models.catalog import Artifact, ArtifactFile, Catalog, Profile, load_catalog, load_profiles
from models.loadout import RemoteLlm, loadout
from models.placement import KvType, LlmPlacement, Placement, Plan
from models.ports import (
    CallContext,
    ChatMessage,
    EngineUnavailable,
    GenerateRequest,
    Role,
    SynthesizeRequest,
    TranscribeRequest,
)
from models.runtime import Runtime
from tests.models.engines_for_tests import HERE
from tests.models.workers import QUICK, gone, until


def artifact(name: str, role: Role, engine: str, files: tuple[str, ...] = (), **settings: Any) -> Artifact:
    return Artifact(
        id=name,
        role=role,
        engine=f"{HERE}:{engine}",
        title=name.title(),
        languages=("*",),
        licence="MIT",
        licence_url="",
        permissive=True,
        size_mb=0,
        files=tuple(ArtifactFile(file) for file in files),
        settings=settings,
    )


CATALOG = Catalog(
    {
        item.id: item
        for item in [
            artifact("vad", Role.VAD, "DETECTORS"),
            artifact("eot", Role.END_OF_TURN, "DETECTOR"),
            artifact("eot-missing", Role.END_OF_TURN, "DETECTOR", ("turn.onnx",)),
            artifact("ears", Role.STT, "EARS"),
            artifact("ears-missing", Role.STT, "EARS", ("model.bin",)),
            artifact("text", Role.LLM, "TEXT"),
            artifact("text-crashing", Role.LLM, "TEXT", crash_in_warm_up=True),
            artifact("openai-api", Role.LLM, "REMOTE_TEXT"),
            artifact("joe", Role.TTS, "MOUTH", voice="joe", language="en"),
            artifact("mina", Role.TTS, "MOUTH", voice="mina", language="ko"),
            artifact("robot", Role.TTS, "MOUTH", voice="robot", language="ko", last_resort=True),
            artifact("absent", Role.TTS, "MISSING_MOUTH"),
            artifact("cloud", Role.TTS, "CLOUD_MOUTH", voice="cloud", language="ko", local=False),
        ]
    }
)
PROFILE = Profile(
    name="mine",
    title="",
    description="",
    device="cpu",
    vram_mb=0,
    stt="ears",
    llm="text",
    tts=("joe", "mina"),
    vad="vad",
    end_of_turn="eot",
    languages=("ko", "en"),
    opt_in=("cloud",),
)


@asynccontextmanager
async def running(profile: Profile = PROFILE, **options: Any) -> AsyncIterator[Runtime]:
    runtime = Runtime(profile, CATALOG, Path("/nowhere"), worker_options=QUICK, **options)
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.stop()


async def test_all_engines_of_a_profile_work_together_and_take_turns() -> None:
    async with running() as runtime:
        assert runtime.ready
        assert runtime.llm is not None
        assert runtime.end_of_turn is not None
        assert runtime.voice_gaps() == {}
        context = CallContext("session", 1)
        audio = np.ones(8000, np.float32)
        voice = runtime.tts.voice_for("ko")
        assert voice is not None

        async def reply() -> str:
            assert runtime.llm is not None
            request = GenerateRequest((ChatMessage("user", "hi"),), max_tokens=20, context=context)
            return "".join([chunk.text async for chunk in runtime.llm.generate(request)])

        async def speech() -> int:
            request = SynthesizeRequest("안녕", voice.id, "ko", context=context)
            return len([chunk async for chunk in runtime.tts.synthesize(request)])

        heard, text, spoken = await asyncio.gather(
            runtime.stt.transcribe(TranscribeRequest(audio, context=context)), reply(), speech()
        )
        assert (heard.text, text, spoken) == ("8000 8000", "hi " * 20, 2)
        assert runtime.new_vad() is not runtime.new_vad()
        assert runtime.new_vad().probability(audio) == 1.0

        leases = runtime.leases()
        assert {"warm_up", "transcribe", "generate", "synthesize"} == {lease.phase for lease in leases}
        assert leases == sorted(leases, key=lambda lease: lease.start_s)
        assert overlap_seconds(leases) == 0.0
        status = runtime.status()
        assert len(status) == len({worker.name for worker in status}) == 4
        assert all(worker.state == "ready" and worker.rss_bytes > 0 for worker in status)
        pids = [worker.pid for worker in status if worker.pid]
    assert all(gone(pid) for pid in pids)
    assert not runtime.ready
    await runtime.stop()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"stt": "ears-missing"}, r"model\.bin of Ears-Missing is missing; run `moui models fetch --profile mine`\."),
        ({"llm": "text-crashing"}, "The language model crashed"),
        ({"tts": ("absent",)}, "weights.bin is missing"),
    ],
)
async def test_without_a_needed_engine_the_start_is_refused_and_nothing_runs(
    changes: dict[str, Any], sentence: str
) -> None:
    runtime = Runtime(replace(PROFILE, **changes), CATALOG, Path("/nowhere"), worker_options=QUICK)
    with pytest.raises(EngineUnavailable, match=sentence):
        await runtime.start()
    assert all(worker.pid is None for worker in runtime.status())


async def test_what_can_be_done_without_is_a_notice() -> None:
    async with running(replace(PROFILE, tts=("absent", "joe"), end_of_turn="eot-missing")) as runtime:
        assert runtime.ready
        assert runtime.end_of_turn is None
        assert runtime.tts.voice_for("ko") is None
        assert [code for code, _ in runtime.notices] == ["end_of_turn_unavailable", "tts_unavailable", "voice_missing"]
        assert not {"absent", "eot-missing"} & {artifact.id for _, artifact in runtime.models()}
        assert "'ko'" in runtime.voice_gaps()["ko"]


async def test_a_voice_of_last_resort_says_that_it_is() -> None:
    async with running(replace(PROFILE, tts=("robot", "joe"))) as runtime:
        ((code, sentence),) = runtime.notices
        assert code == "voice_last_resort"
        assert "Robot" in sentence


async def test_a_profile_without_model_or_voices_is_no_error() -> None:
    async with running(replace(PROFILE, llm="", tts=())) as runtime:
        assert runtime.llm is None
        assert set(runtime.voice_gaps()) == {"ko", "en"}


async def test_cloud_voices_are_loaded_only_on_request_and_used_only_by_name() -> None:
    async with running(replace(PROFILE, tts=("joe",))) as runtime:
        assert runtime.tts.voice_for("ko", "cloud") is None
    async with running(replace(PROFILE, tts=("joe",)), cloud_voices=True) as runtime:
        assert runtime.tts.voice_for("ko") is None
        chosen = runtime.tts.voice_for("ko", "cloud")
        assert chosen is not None
        assert not chosen.local


async def test_a_killed_worker_comes_back() -> None:
    async with running() as runtime:
        assert runtime.llm is not None
        worker = runtime.llm.worker
        assert worker.pid is not None
        import psutil

        psutil.Process(worker.pid).kill()
        await until(lambda: worker.restarts == 1)
        assert not runtime.ready
        await until(lambda: runtime.ready)
        request = GenerateRequest((ChatMessage("user", "hi"),), max_tokens=1)
        assert [chunk.text async for chunk in runtime.llm.generate(request)] == ["hi "]


async def test_notices_reach_listeners_until_they_leave() -> None:
    heard: list[tuple[str, str]] = []
    runtime = Runtime(replace(PROFILE, tts=("absent", "joe")), CATALOG, Path("/nowhere"), worker_options=QUICK)
    leave = runtime.add_listener(lambda *notice: heard.append(notice))
    await runtime.start()
    leave()
    await runtime.stop()
    assert heard == list(runtime.notices)
    await runtime.stop()


def test_a_plan_and_the_profile_decide_the_options() -> None:
    plan = Plan(
        profile="gtx1660s-6gb",
        stt=Placement("cuda:0", "int8_float16"),
        llm=LlmPlacement("cuda:0", 20, 4096, KvType.Q8_0, 512, True, card_share=0.6, tokens_per_s=9.0),
        tts_device="cpu",
        embedding=None,
        swaps=(),
        shares=(),
        usable_vram_mb=5000,
        usable_ram_mb=8000,
        explanation=(),
    )
    profile = load_profiles()["gtx1660s-6gb"]
    choices = {c.role: c for c in loadout(profile, load_catalog(), Path("m"), plan=plan, threads=4)}
    llm, stt, vad = choices[Role.LLM].options, choices[Role.STT].options, choices[Role.VAD].options
    assert llm.device == "cuda:0"
    assert {"gpu_layers": 20, "context": 4096, "kv_type": "q8_0", "n_batch": 512}.items() <= llm.settings.items()
    assert (stt.device, stt.settings["compute_type"]) == ("cuda:0", "int8_float16")
    assert (vad.device, vad.threads, vad.directory) == ("cpu", 4, Path("m/silero-vad"))
    assert llm.directory == Path("m") / profile.llm


def test_a_remote_model_replaces_the_profiles_own() -> None:
    choices = loadout(
        load_profiles()["starter"],
        load_catalog(),
        Path("m"),
        plan=None,
        threads=2,
        remote=RemoteLlm("http://localhost:11434/v1", "qwen"),
    )
    (llm,) = [choice for choice in choices if choice.role is Role.LLM]
    assert llm.artifact.engine == "openai_api"
    assert dict(llm.options.settings) == {"url": "http://localhost:11434/v1", "model": "qwen"}
    assert llm.options.directory is None
