"""What the server says to people: in Korean for who prefers it, in English for everybody else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from interview.plan import PlanRefused, checked
from interview.shapes import PlanRequest
from models.fetch import FetchError
from models.ports import EngineCrashed, EngineUnavailable, SynthesizeRequest
from server.jobs import TooManyJobs
from server.sentences import sentence_of
from server.service import Stage
from tests.server.running import Running, running, until
from tests.server.scripted import OneVoice, ScriptedRuntime

HANGUL = re.compile("[가-힣]")
KO, EN = {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"}, {"Accept-Language": "en-US,en;q=0.9,ko;q=0.5"}

REFUSED: tuple[tuple[str, str, dict[str, Any], int], ...] = (
    ("GET", "/api/nothing", {}, 404),
    ("PUT", "/api/documents", {}, 405),
    ("GET", "/api/leases?since=x", {}, 422),
    ("GET", "/api/jobs/none", {}, 404),
    ("GET", "/api/documents/none", {}, 404),
    ("GET", "/api/sessions/none", {}, 404),
    ("GET", "/api/sessions/none/turns/0/audio", {}, 404),
    ("POST", "/api/sessions/none/report", {"json": {"samples": 99}}, 422),
    ("POST", "/api/preparations", {"json": {"request": {"minutes": 7}}}, 422),
    ("POST", "/api/preparations", {"json": {"request": {"minutes": 7, "language": "en"}}}, 422),
    ("DELETE", "/api/everything", {"json": {"confirm": "no"}}, 422),
    ("GET", "/api/voices/sample?voice=none", {}, 404),
    ("GET", "/api/voices/sample?voice=joe", {}, 503),
    ("POST", "/api/models/none", {"json": {}}, 404),
    ("POST", "/api/documents?kind=resume&name=x.pdf", {"content": b"%PDF-1.4"}, 422),
    ("GET", "/api/status", {"headers": {"Origin": "http://elsewhere.example"}}, 403),
    ("GET", "/api/status", {"headers": {"Host": "elsewhere.example"}}, 403),
)


class Hoarse(OneVoice):
    def synthesize(self, request: SynthesizeRequest, priority: Any = None) -> Any:
        raise EngineCrashed("Piper crashed and is being started again.")


@asynccontextmanager
async def server(tmp_path: Path, runtime: ScriptedRuntime | None = None, **changes: Any) -> AsyncIterator[Running]:
    async with running(runtime=runtime, data_dir=tmp_path, models_dir=tmp_path / "models", **changes) as state:
        yield state


async def both(
    client: httpx.AsyncClient, method: str, path: str, **options: Any
) -> tuple[httpx.Response, httpx.Response]:
    own = options.pop("headers", {})
    english = await client.request(method, path, headers={**EN, **own}, **options)
    return english, await client.request(method, path, headers={**KO, **own}, **options)


async def test_every_refusal_comes_in_both_languages(tmp_path: Path) -> None:
    runtime = ScriptedRuntime()
    runtime.tts = Hoarse()
    async with server(tmp_path, runtime) as state, httpx.AsyncClient(base_url=state.http) as client:
        for method, path, options, status in REFUSED:
            for answer, korean in zip(await both(client, method, path, **options), (False, True), strict=True):
                assert answer.status_code == status, (path, answer.text)
                message = answer.json()["error"]["message"]
                assert bool(HANGUL.search(message)) is korean, (path, message)


async def test_a_token_is_asked_for_in_both_languages(tmp_path: Path) -> None:
    async with server(tmp_path, token="secret") as state, httpx.AsyncClient(base_url=state.http) as client:
        english, korean = await both(client, "GET", "/api/status")
        assert english.status_code == korean.status_code == 401
        assert "token" in english.json()["error"]["message"]
        assert "토큰" in korean.json()["error"]["message"]


async def test_a_job_says_why_it_failed_in_the_language_of_who_asks(tmp_path: Path) -> None:
    async def work(_: object) -> dict[str, Any]:
        raise EngineUnavailable("The model is gone.")

    async with server(tmp_path) as state, httpx.AsyncClient(base_url=state.http) as client:
        assert state.service is not None
        job = state.service.desk.jobs.start("report", "x", work)
        await until(lambda: job.status == "failed")
        english, korean = [answer.json() for answer in await both(client, "GET", f"/api/jobs/{job.id}")]
        assert english["error"] == "The model is gone."
        assert korean["error"] == "지금은 모델을 쓸 수 없습니다. (The model is gone.)"
        assert "error_ko" not in english | korean


async def test_why_no_model_runs_is_said_in_both_languages(tmp_path: Path) -> None:
    missing = EngineUnavailable("Whisper cannot start.", "Whisper 모델의 파일이 없습니다.")
    async with (
        server(tmp_path, ScriptedRuntime(failure=missing)) as state,
        httpx.AsyncClient(base_url=state.http) as client,
    ):
        service = state.service
        assert service is not None
        await until(lambda: service.stage is Stage.FAILED)
        english, korean = [answer.json()["message"] for answer in await both(client, "GET", "/api/status")]
        assert (english, korean) == ("Whisper cannot start.", "Whisper 모델의 파일이 없습니다.")


def test_a_plan_is_refused_in_the_interviews_language_and_known_in_both() -> None:
    for language, message in (("ko", "korean"), ("en", "english")):
        with pytest.raises(PlanRefused) as refused:
            checked(PlanRequest(minutes=7, language=language))  # type: ignore[arg-type]
        assert str(refused.value) == getattr(refused.value, message)
        assert HANGUL.search(refused.value.korean)
        assert not HANGUL.search(refused.value.english)


@pytest.mark.parametrize("error", [EngineCrashed("It broke."), FetchError("It broke."), TooManyJobs()])
def test_an_error_without_korean_words_gets_some(error: Exception) -> None:
    english, korean = sentence_of(error)
    assert not HANGUL.search(english)
    assert HANGUL.search(korean)
