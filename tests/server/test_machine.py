"""/api/machine and its neighbours, with a models folder of the test's own."""

from __future__ import annotations

import io
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from models.catalog import load_catalog
from models.store import path_of
from server.app import create_app
from server.config import ServerConfig
from tests.server.scripted import ScriptedRuntime, silent

KOREAN = {"Accept-Language": "ko"}


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    config = ServerConfig(data_dir=tmp_path / "data", models_dir=tmp_path / "models", profile="starter")
    app = create_app(config, ScriptedRuntime(), silent)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as c,
    ):
        await app.state.service.settled()
        yield c


def lay(models_dir: Path, name: str) -> Path:
    """A file of that model, as far as its name goes."""
    artifact = load_catalog()[name]
    path = path_of(artifact, artifact.files[0], models_dir)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x" * 1000)
    return path


async def test_the_machine_its_profile_and_every_model_with_its_licence(http: httpx.AsyncClient) -> None:
    found = (await http.get("/api/machine")).json()
    assert found["profile"] == "starter"
    assert found["hardware"]["ram_mb"] > 0
    assert found["reasons"]
    models = {model["id"]: model for model in found["models"]}
    supertonic = models["supertonic-3"]
    assert not supertonic["permissive"]
    assert supertonic["licence_url"].startswith("https://")
    assert (supertonic["present"], supertonic["needed"], supertonic["bytes"]) == (False, False, 0)
    assert models["whisper-base"]["needed"]
    assert "edge" not in models, "a cloud voice has no files"
    assert (found["placed"]["stt"], found["placed"]["llm"], found["placed"]["tts"]) == ("cpu", "cpu", "cpu")
    assert found["placed"]["ram_mb"] > 0


def test_what_is_said_of_a_model_is_said_in_both_languages() -> None:
    for model in load_catalog().values():
        assert bool(model.note) == bool(model.note_ko), model.id


async def test_a_model_that_is_not_needed_can_be_removed(http: httpx.AsyncClient, tmp_path: Path) -> None:
    spare, needed = lay(tmp_path / "models", "whisper-small"), lay(tmp_path / "models", "whisper-base")
    models = {model["id"]: model for model in (await http.get("/api/machine")).json()["models"]}
    assert models["whisper-small"]["bytes"] == 1000
    assert (await http.delete("/api/models/whisper-small")).status_code == 204
    assert not spare.parent.exists()
    refused = await http.delete("/api/models/whisper-base", headers=KOREAN)
    assert refused.status_code == 409
    assert "실행 중인" in refused.json()["error"]["message"]
    assert needed.exists()
    assert (await http.delete("/api/models/..%2Fdata")).status_code == 404


async def test_a_licence_is_accepted_before_anything_is_downloaded(http: httpx.AsyncClient, tmp_path: Path) -> None:
    refused = await http.post("/api/models/supertonic-3", json={})
    assert refused.status_code == 403
    assert not (tmp_path / "data" / "licences.json").exists()
    assert (await http.post("/api/models/nothing", json={})).status_code == 404


async def test_how_much_is_kept(http: httpx.AsyncClient) -> None:
    await http.post("/api/samples/en")
    data = (await http.get("/api/data")).json()
    assert data["documents"] == 3
    assert data["sessions"] == 0
    assert data["bytes"] > 1000
    assert data["folder"].endswith("interviews")


async def test_a_voice_can_be_heard(http: httpx.AsyncClient) -> None:
    answer = await http.get("/api/voices/sample", params={"voice": "joe"})
    assert answer.headers["content-type"] == "audio/wav"
    with wave.open(io.BytesIO(answer.content)) as sound:
        assert (sound.getframerate(), sound.getnframes()) == (24_000, 240)
    assert (await http.get("/api/voices/sample", params={"voice": "nobody"})).status_code == 404
