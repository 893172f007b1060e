"""A model is tried for the first report and not for the next, until its file is another one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from models.embedding_ports import Embedder
from models.ports import EngineUnavailable
from models.store import fingerprint
from server.desk import TRIALS, Desk
from tests.interview.planted_answers import planted, record
from tests.interview.test_judge import ScriptedJudge, discerning
from tests.models.artifacts_for_tests import artifact, known

BODY = b"weights"
MODEL = artifact("qwen2.5-coder-1.5b-instruct", (known("model.gguf", BODY),))


class OneModel:
    """What the desk needs of a runtime."""

    def __init__(self) -> None:
        self.llm = ScriptedJudge(discerning)

    @asynccontextmanager
    async def embedder(self) -> AsyncIterator[Embedder]:
        raise EngineUnavailable("There is no embedding model here.")
        yield


def put(models: Path, body: bytes, at: int) -> None:
    path = models / MODEL.id / "model.gguf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    os.utime(path, (at, at))


def desk(data: Path, models: Path) -> tuple[Desk, OneModel, str]:
    engines = OneModel()
    made = Desk(data, engines, talking=lambda: 0, models=lambda: (), judge=lambda: fingerprint(MODEL, models))
    held = record("en", "good", [planted("en")[1]])
    plan_id = made.store.save_plan(held.plan, [], held.matrix)
    session = made.store.start_session(plan_id, ())
    for turn in held.turns:
        made.store.commit_turn(session, turn, "")
    made.store.finish_session(session, "finished")
    return made, engines, session


async def calls(data: Path, models: Path) -> int:
    """How often the model was asked for one report of a newly started desk."""
    made, engines, session = await asyncio.to_thread(desk, data, models)
    async with asyncio.TaskGroup() as group:
        made.jobs.attach(group)
        job = made.report(session, 1)
    assert job.status == "done", job
    made.close()
    return len(engines.llm.requests)


async def test_a_model_file_is_tried_once(tmp_path: Path) -> None:
    data, models = tmp_path / "data", tmp_path / "models"
    put(models, BODY, 1)
    first = await calls(data, models)
    assert (data / TRIALS).is_file()
    assert await calls(data, models) == first - 12
    put(models, BODY, 2)
    assert await calls(data, models) == first, "another file, by its time"
    put(models, BODY + b"!", 2)
    assert await calls(data, models) == first, "another file, by its size"
    assert await calls(data, models) == first - 12


def test_a_model_elsewhere_has_no_fingerprint(tmp_path: Path) -> None:
    assert fingerprint(artifact("api", ()), tmp_path) == ""
    assert fingerprint(MODEL, tmp_path) == ""
