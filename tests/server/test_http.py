"""The page, health, metrics, status: over real HTTP."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from models.ports import CallContext, EngineUnavailable, Lease, Priority
from server.config import ConfigError, ServerConfig
from server.service import Stage
from server.site import Site
from tests.server.running import receive, running, until
from tests.server.scripted import ScriptedRuntime
from voice.events import ResponseDone, TurnTimings


def make_site(root: Path) -> Path:
    for name in ("index.html", "main.js", "style.css", "package.json", "a.test.js", "eslint.config.js", ".secret.js"):
        (root / name).write_text(f"/* {name} */")
    (root / "node_modules").mkdir()
    (root / "node_modules" / "x.js").write_text("x")
    (root / "sub").mkdir()
    (root / "sub" / "part.js").write_text("/** For readers. */\npart();\n")
    return root


@pytest.mark.parametrize("path", ["index.html", "main.js", "style.css", "sub/part.js"])
def test_the_clients_files_are_served(tmp_path: Path, path: str) -> None:
    assert Site(make_site(tmp_path)).find(path) == tmp_path / path


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "sub", "sub/", "nothing.js", "package.json", "a.test.js", "eslint.config.js", ".secret.js"),
        *("node_modules/x.js", "../outside.js", "/etc/passwd", "sub/../../outside.js", "C:\\x.js", "C:/x.js", "a\0.js"),
    ],
)
def test_nothing_else_is(tmp_path: Path, path: str) -> None:
    (tmp_path / "outside.js").write_text("secret")
    (tmp_path / "web").mkdir()
    assert Site(make_site(tmp_path / "web")).find(path) is None


def test_a_link_out_of_the_directory_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.js").write_text("secret")
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "link.js").symlink_to(tmp_path / "outside.js")
    assert Site(tmp_path / "web").find("link.js") is None


async def test_page_and_modules_with_headers(tmp_path: Path) -> None:
    async with running(web_dir=make_site(tmp_path)) as server, httpx.AsyncClient(base_url=server.http) as http:
        page = await http.get("/")
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        policy = page.headers["content-security-policy"]
        assert f"connect-src 'self' ws://127.0.0.1:{server.port}" in policy
        assert "script-src 'self';" in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["referrer-policy"] == "no-referrer"
        module = await http.get("/static/main.js")
        assert module.headers["content-type"] == "text/javascript; charset=utf-8"
        assert (await http.get("/static/sub/part.js")).text == "\npart();\n"
        missing = await http.get("/static/package.json")
        assert missing.status_code == 404
        assert missing.json()["error"]["message"] == "There is no such page."
        assert (await http.get("/nowhere")).json()["error"]["code"] == "not_found"
        assert (await http.post("/healthz")).json()["error"]["code"] == "method_not_allowed"
        assert (await http.get("/docs")).status_code == 404


async def test_the_server_answers_while_models_load() -> None:
    runtime = ScriptedRuntime(loaded=False)
    async with running(runtime=runtime) as server, httpx.AsyncClient(base_url=server.http) as http:
        assert (await http.get("/healthz")).json() == {"status": "ok"}
        assert (await http.get("/readyz")).status_code == 503
        status = (await http.get("/api/status")).json()
        assert (status["ready"], status["stage"], status["voices"]) == (False, "loading", [])
        runtime.loaded.set()
        assert server.service is not None
        await server.service.settled()
        assert (await http.get("/readyz")).status_code == 200
        status = (await http.get("/api/status")).json()
        assert status["ready"] is True
        assert status["languages"] == ["en"]
        assert status["voices"][0]["id"] == "joe"
        assert status["voice_gaps"] == {"ko": "No voice for 'ko' is installed."}
        assert status["workers"][0] == {
            **{"name": "llm", "engine": "llama", "state": "ready", "pid": 7},
            **{"rss_bytes": 1000, "restarts": 2, "detail": ""},
        }
    assert runtime.stopped


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (EngineUnavailable("The model is missing."), "The model is missing."),
        (RuntimeError("secret path"), "The models could not be started; the log says why."),
    ],
)
async def test_models_that_do_not_start_are_said(failure: Exception, message: str) -> None:
    async with running(runtime=ScriptedRuntime(failure=failure)) as server:
        assert server.service is not None
        await server.service.settled()
        async with httpx.AsyncClient(base_url=server.http) as http:
            status = (await http.get("/api/status")).json()
    assert (status["stage"], status["message"]) == (Stage.FAILED.value, message)


async def test_models_lists_the_profile() -> None:
    async with running(profile="starter") as server, httpx.AsyncClient(base_url=server.http) as http:
        assert (await http.get("/v1/models")).json()["data"][0]["id"] == "starter"
        assert (await http.get("/v1/models/gpt-realtime")).json()["id"] == "gpt-realtime"


def lease(start: float, end: float) -> Lease:
    return Lease("cpu", "llama", "generate", Priority.LLM, start, start, end, CallContext("s1", 2))


async def test_leases_with_their_overlap() -> None:
    runtime = ScriptedRuntime()
    runtime.trace = [lease(1.0, 2.0), lease(3.0, 4.0), lease(3.5, 5.0)]
    async with running(runtime=runtime) as server, httpx.AsyncClient(base_url=server.http) as http:
        everything = (await http.get("/api/leases")).json()
        assert everything["overlap_ms"] == 500
        assert everything["leases"][0]["priority"] == "llm"
        assert everything["leases"][0]["context"]["session_id"] == "s1"
        assert [(one["engine"], one["end_s"]) for one in everything["residency"]] == [("llama", 2.0), ("minilm", None)]
        assert len((await http.get("/api/leases?since=3.2")).json()["leases"]) == 1
        assert (await http.get("/api/leases?since=nan")).json()["error"]["message"] == "Not a valid value: since."


async def test_metrics() -> None:
    runtime = ScriptedRuntime()
    runtime.trace = [lease(1.0, 2.0)]
    async with running(runtime=runtime) as server, httpx.AsyncClient(base_url=server.http) as http:
        assert (
            'moui_lease_seconds_total{device="cpu",engine="llama",phase="generate"} 1.0'
            in (await http.get("/metrics")).text
        )
        runtime.trace = [lease(1.0, 2.0), lease(2.0, 4.0)]
        async with server.connect() as ws:
            session = await server.session()
            session.reply()
            session.emit(TurnTimings("resp_1", stt_ms=300.0))
            await receive(ws, "moui.turn.timings")
            text = (await http.get("/metrics")).text
        assert 'phase="generate"} 3.0' in text
        assert "moui_sessions 1.0" in text
        assert 'moui_replies_total{status="completed"} 1.0' in text
        assert 'moui_stage_seconds_count{stage="stt"} 1.0' in text
        assert 'moui_worker_restarts_total{worker="llm"} 2.0' in text
        assert ResponseDone.__name__ not in text
        await until(lambda: server.service is not None and server.service.sessions == 0)
        assert "moui_sessions 0.0" in (await http.get("/metrics")).text


async def test_host_origin_and_token_over_http() -> None:
    async with running(token="secret") as server, httpx.AsyncClient(base_url=server.http) as http:
        assert (await http.get("/api/status")).status_code == 401
        assert (await http.get("/metrics")).status_code == 401
        assert (await http.get("/api/status?token=secret")).status_code == 200
        assert (await http.get("/api/status", headers={"Authorization": "Bearer secret"})).status_code == 200
        assert (await http.get("/healthz", headers={"Host": "evil.example"})).status_code == 200
        rebound = await http.get("/", headers={"Host": "evil.example"})
        assert rebound.status_code == 403
        assert rebound.json()["error"]["code"] == "host_not_allowed"
        foreign = await http.get("/api/status?token=secret", headers={"Origin": "http://evil.example"})
        assert foreign.status_code == 403


async def test_a_reachable_server_without_a_token_is_not_even_built() -> None:
    with pytest.raises(ConfigError):
        async with running(ServerConfig(host="0.0.0.0")):
            pass
