"""The embedding model and the language model take turns in memory, whatever happens in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.arbiter import overlap_seconds
from models.catalog import Catalog, Profile, load_catalog, load_profiles
from models.embedding import knows
from models.ports import ChatMessage, EngineCrashed, EngineError, EngineUnavailable, GenerateRequest, Role
from models.runtime import Runtime
from models.worker_status import Residence, WorkerState
from tests.models.test_runtime import CATALOG, PROFILE, artifact
from tests.models.workers import QUICK, gone, until

READERS = Catalog(
    {
        **CATALOG,
        **{
            item.id: item
            for item in (
                artifact("reader", Role.EMBEDDING, "READER"),
                artifact("reader-slow", Role.EMBEDDING, "READER", step_s=0.01),
                artifact("reader-missing", Role.EMBEDDING, "READER", ("model.bin",)),
                artifact("reader-broken", Role.EMBEDDING, "MISSING_READER"),
            )
        },
    }
)
READING = replace(PROFILE, tts=("joe", "mina"), embedding="reader")
SAY_HI = GenerateRequest((ChatMessage("user", "hi"),), max_tokens=1)


@asynccontextmanager
async def running(profile: Profile = READING, **options: Any) -> AsyncIterator[Runtime]:
    runtime = Runtime(profile, READERS, Path("/nowhere"), worker_options=QUICK, **options)
    await runtime.start()
    try:
        yield runtime
    finally:
        await runtime.stop()


async def says_hi(runtime: Runtime) -> bool:
    assert runtime.llm is not None
    return [chunk.text async for chunk in runtime.llm.generate(SAY_HI)] == ["hi "]


def turns(residency: Iterable[Residence], engines: tuple[str, ...]) -> list[str]:
    """The order in which these engines lived, once it is certain that no two of them lived at the same time."""
    lives = [life for life in residency if life.engine in engines]
    assert all(earlier.end_s <= later.start_s for earlier, later in pairwise(lives)), lives
    return [life.engine for life in lives]


def names(runtime: Runtime) -> tuple[str, str]:
    return next(choice.name for choice in runtime.choices if choice.role is Role.LLM), READERS["reader"].engine


async def test_the_language_model_makes_room_and_comes_back() -> None:
    async with running() as runtime:
        assert runtime.llm is not None
        first = runtime.llm.worker.pid
        async with runtime.embedder() as embedder:
            assert gone(first or 0)
            assert not runtime.ready
            assert (embedder.name, embedder.dimension, embedder.languages) == ("reader", 2, ("*",))
            found = await embedder.embed(["one", "three"])
            assert [vector.dense.tolist() for vector in found] == [[3, 1], [5, 1]]
            assert await embedder.embed([]) == []
            with pytest.raises(EngineUnavailable, match="not available: it makes room while documents are read"):
                await says_hi(runtime)
            reader = next(status for status in runtime.status() if status.engine == READERS["reader"].engine)
        assert gone(reader.pid or 0)
        assert runtime.ready
        assert await says_hi(runtime)
        assert len(runtime.status()) == 4
        llm, embedding = names(runtime)
        assert turns(runtime.residency(), (llm, embedding)) == [llm, embedding, llm]
        assert "embed" in {lease.phase for lease in runtime.leases()}
        assert overlap_seconds(runtime.leases()) == 0.0


@pytest.mark.parametrize(
    ("texts", "error"), [(["FAIL"], EngineError), (["CRASH"], EngineCrashed), (["x"], ZeroDivisionError)]
)
async def test_the_language_model_comes_back_after_an_error(texts: list[str], error: type[Exception]) -> None:
    async with running() as runtime:

        async def read() -> None:
            async with runtime.embedder() as embedder:
                await embedder.embed(texts)
                raise ZeroDivisionError

        with pytest.raises(error):
            await read()
        assert await says_hi(runtime)
        llm, embedding = names(runtime)
        assert set(turns(runtime.residency(), (llm, embedding))) == {llm, embedding}


@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.6])
async def test_the_language_model_comes_back_after_a_cancellation(after_s: float) -> None:
    async with running(replace(READING, embedding="reader-slow")) as runtime:

        async def read() -> None:
            async with runtime.embedder() as embedder:
                await embedder.embed(["text"] * 1000)

        task = asyncio.create_task(read())
        await asyncio.sleep(after_s)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await says_hi(runtime)
        assert all(status.state == "ready" for status in runtime.status())


@pytest.mark.parametrize(
    ("embedding", "sentence"),
    [
        (None, "The profile 'mine' has no embedding model"),
        ("reader-missing", r"The embedding model cannot start: model\.bin .* run `moui models fetch --profile mine`"),
    ],
)
async def test_a_missing_embedding_model_leaves_the_language_model_alone(embedding: str | None, sentence: str) -> None:
    async with running(replace(READING, embedding=embedding)) as runtime:
        assert runtime.llm is not None
        before = runtime.llm.worker.pid
        with pytest.raises(EngineUnavailable, match=sentence):
            async with runtime.embedder():
                pytest.fail("there is nothing to lend")
        assert runtime.llm.worker.pid == before


async def test_an_embedding_model_that_cannot_be_loaded_brings_the_language_model_back() -> None:
    async with running(replace(READING, embedding="reader-broken")) as runtime:
        with pytest.raises(EngineUnavailable, match=r"weights\.bin is missing"):
            async with runtime.embedder():
                pytest.fail("there is nothing to lend")
        assert await says_hi(runtime)


async def test_two_readers_take_turns() -> None:
    async with running() as runtime:

        async def read(text: str) -> float:
            async with runtime.embedder() as embedder:
                return float((await embedder.embed([text]))[0].dense[0])

        assert list(await asyncio.gather(read("a"), read("bb"))) == [1.0, 2.0]
        llm, embedding = names(runtime)
        assert turns(runtime.residency(), (llm, embedding)).count(embedding) == 2


async def test_without_a_language_model_here_nothing_has_to_make_room() -> None:
    async with running(replace(READING, llm="")) as runtime, runtime.embedder() as embedder:
        assert len(await embedder.embed(["x"])) == 1


async def test_a_stop_while_documents_are_read_leaves_nothing_running() -> None:
    async with running(replace(READING, embedding="reader-slow")) as runtime:

        async def read() -> None:
            async with runtime.embedder() as embedder:
                await embedder.embed(["text"] * 1000)

        task = asyncio.create_task(read())
        await until(lambda: any(life.engine == READERS["reader"].engine for life in runtime.residency()))
        await runtime.stop()
        with pytest.raises(EngineUnavailable):
            await task
        assert runtime.llm is not None
        assert runtime.llm.worker.state is WorkerState.STOPPED
        assert all(gone(life.pid) for life in runtime.residency())


@pytest.mark.real
async def test_the_real_models_never_share_memory(weights: Path) -> None:
    profile = replace(load_profiles()["test"], tts=())
    runtime = Runtime(profile, load_catalog(), weights, threads=2)
    await runtime.start()
    try:
        async with runtime.embedder() as embedder:
            cat, feline, tax = await embedder.embed(["The cat sleeps.", "A kitten is napping.", "Taxes were raised."])
            assert embedder.dimension == len(cat.dense) == 384
            assert knows(embedder.languages, "en-US")
            assert not knows(embedder.languages, "ko")
        assert float(np.linalg.norm(cat.dense)) == pytest.approx(1.0, abs=1e-5)
        assert cat.dense @ feline.dense > 0.5
        assert cat.dense @ tax.dense < 0.2
        assert runtime.llm is not None
        assert [chunk async for chunk in runtime.llm.generate(SAY_HI)]
        assert turns(runtime.residency(), ("llama", "minilm")) == ["llama", "minilm", "llama"]
        assert overlap_seconds(runtime.leases()) == 0.0
    finally:
        await runtime.stop()
    assert all(gone(life.pid) for life in runtime.residency())
