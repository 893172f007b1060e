"""The interview's HTTP API over a real store, real document reading and no models."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from interview.codec import to_json
from interview.shapes import Step, Turn
from interview.talk.state import FlowState
from server.app import create_app
from server.config import ServerConfig
from server.desk import Desk
from tests.server.scripted import ScriptedRuntime, silent

RESUME = "# Kim\n\n## Experience\n\n- Built a payment service in Python and cut errors from 9 % to 1 %.\n" * 3
POSTING = "# Backend developer\n\n## Requirements\n\n- Three years of Python\n- Experience with Kubernetes\n"


class Api:
    def __init__(self, client: httpx.AsyncClient, desk: Desk) -> None:
        self.client = client
        self.desk = desk

    async def __call__(self, method: str, path: str, status: int = 200, **options: Any) -> Any:
        answer = await self.client.request(method, f"/api{path}", **options)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content and "json" in answer.headers["content-type"] else answer

    async def job(self, job: dict[str, Any]) -> dict[str, Any]:
        async with asyncio.timeout(30):
            while job["status"] == "running":
                await asyncio.sleep(0.02)
                job = await self("GET", f"/jobs/{job['id']}")
        return job

    async def documents(self) -> list[str]:
        made = []
        for kind, text in (("resume", RESUME), ("posting", POSTING)):
            made.append(await self("POST", "/documents/text", 201, json={"kind": kind, "text": text}))
        return [one["document"]["id"] for one in made]

    async def plan(self, **request: Any) -> str:
        body = {"document_ids": await self.documents(), "request": {"language": "en", "minutes": 5} | request}
        job = await self.job(await self("POST", "/preparations", 202, json=body))
        assert job["status"] == "done", job
        return str(job["result"]["plan_id"])

    async def held(self) -> str:
        """A session in which one question was answered."""
        plan_id = await self.plan()
        session_id = str((await self("POST", "/sessions", 201, json={"plan_id": plan_id}))["session_id"])
        question = self.desk.store.plan(plan_id).plan.questions[0]
        said = [
            ("interviewer", question.text, ""),
            ("candidate", "I built a payment service in Python and errors fell from nine to one percent.", "answer"),
        ]
        for number, (speaker, text, intent) in enumerate(said):
            turn = Turn(
                number=number,
                speaker=speaker,  # type: ignore[arg-type]
                step=Step.QUESTION,
                question_id=question.id,
                text=text,
                written=text,
                start_sample=number * 32_000,
                end_sample=number * 32_000 + 16_000,
                language="en",
                intent=intent,
            )
            self.desk.store.commit_turn(session_id, turn, to_json(FlowState()))
        return session_id


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    app = create_app(ServerConfig(data_dir=tmp_path), ScriptedRuntime(), silent)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            await app.state.service.settled()
            yield Api(client, app.state.service.desk)


async def test_a_quick_plan_asks_no_model(api: Api) -> None:
    body = {"document_ids": await api.documents(), "request": {"language": "en", "minutes": 5}, "quick": True}
    job = await api.job(await api("POST", "/preparations", 202, json=body))
    plan = await api("GET", f"/plans/{job['result']['plan_id']}")
    assert "bank" in {question["source"] for question in plan["plan"]["questions"]}
    assert plan["matrix"]["rows"]
    assert plan["plan"]["notes"] == []


async def test_a_document_is_read_shown_corrected_and_deleted(api: Api) -> None:
    path = "/documents?kind=resume&name=cv.md"
    uploaded = await api("POST", path, 201, content=RESUME.encode())
    document = uploaded["document"]
    assert "payment service" in document["text"]
    assert uploaded["format"] == "md"
    edited = await api("PUT", f"/documents/{document['id']}", json={"text": "Kim, developer for ten years."})
    assert edited["text"] == "Kim, developer for ten years."
    assert edited["kind"] == "resume"
    moved = await api("PUT", f"/documents/{document['id']}", json={"text": edited["text"], "kind": "cover_letter"})
    assert moved["kind"] == "cover_letter"
    assert [one["id"] for one in (await api("GET", "/documents"))["documents"]] == [edited["id"]]
    await api("DELETE", f"/documents/{edited['id']}", 204)
    gone = await api("GET", f"/documents/{edited['id']}", 404)
    assert gone["error"]["code"] == "not_found"


async def test_a_bad_document_gets_its_sentence_in_the_reader_s_language(api: Api) -> None:
    path = "/documents?kind=resume&name=cv.pdf"
    english = await api("POST", path, 422, content=b"")
    korean = await api("POST", path, 422, content=b"", headers={"Accept-Language": "ko-KR,ko;q=0.9"})
    assert english["error"]["code"] == "document_refused"
    assert english["error"]["message"] != korean["error"]["message"]
    assert (await api("GET", "/documents"))["documents"] == []


async def test_an_upload_larger_than_allowed_is_refused(api: Api) -> None:
    refused = await api("POST", "/documents?kind=resume&name=cv.txt", 422, content=b"a" * 11_000_000)
    assert "10 MB" in refused["error"]["message"]


async def test_a_request_that_fills_the_memory_is_cut_off(api: Api) -> None:
    text = "a" * 17 * 2**20
    refused = await api("POST", "/documents/text", 413, json={"kind": "resume", "text": text})
    assert refused["error"]["code"] == "too_large"


async def test_a_plan_is_written_and_rearranged(api: Api) -> None:
    plan_id = await api.plan()
    stored = await api("GET", f"/plans/{plan_id}")
    questions = stored["plan"]["questions"]
    assert len(questions) >= 2
    assert stored["matrix"]["rows"]
    order = [{"id": questions[-1]["id"], "pinned": True}, {"id": questions[0]["id"]}]
    arranged = await api("PUT", f"/plans/{plan_id}/questions", json={"questions": order})
    assert [one["id"] for one in arranged["plan"]["questions"]] == [questions[-1]["id"], questions[0]["id"]]
    assert arranged["plan"]["questions"][0]["pinned"] is True
    refused = await api("PUT", f"/plans/{plan_id}/questions", 422, json={"questions": [{"id": "nonsense"}]})
    assert "nonsense" in refused["error"]["message"]
    await api("PUT", f"/plans/{plan_id}/questions", 422, json={"questions": []})


async def test_questions_are_reworded_and_added(api: Api) -> None:
    plan_id = await api.plan()
    first = (await api("GET", f"/plans/{plan_id}"))["plan"]["questions"][0]
    own = {"id": "own-1", "text": "What would you do in your first week?", "seconds": 90}
    order = [own, {"id": first["id"], "text": "And in other words?"}]
    kept = (await api("PUT", f"/plans/{plan_id}/questions", json={"questions": order}))["plan"]["questions"]
    assert [(one["id"], one["text"]) for one in kept] == [("own-1", own["text"]), (first["id"], "And in other words?")]
    assert kept[0]["seconds"] == 90
    assert kept[1]["seconds"] == first["seconds"]
    refused = await api("PUT", f"/plans/{plan_id}/questions", 422, json={"questions": [own | {"text": " "}]})
    assert refused["error"]["code"] == "edit_refused"


async def test_what_cannot_be_planned_is_refused_at_once(api: Api) -> None:
    refused = await api("POST", "/preparations", 422, json={"request": {"kind": "pressure", "language": "en"}})
    assert refused["error"]["code"] == "plan_refused"
    await api("POST", "/preparations", 422, json={"request": {"kind": "singing"}})
    await api("POST", "/preparations", 404, json={"document_ids": ["nothing"], "request": {}})


async def test_no_plan_is_written_while_somebody_talks(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.desk, "_talking", lambda: 1)
    job = await api.job(await api("POST", "/preparations", 202, json={"request": {"language": "en"}}))
    assert job["status"] == "failed"
    assert "interview is being held" in job["error"]


async def test_samples_are_there_to_try_it(api: Api) -> None:
    made = await api("POST", "/samples/ko", 201)
    assert {one["kind"] for one in made["documents"]} == {"resume", "posting", "cover_letter"}


async def test_a_session_its_report_and_its_export(api: Api) -> None:
    session_id = await api.held()
    listed = await api("GET", "/sessions")
    assert listed["sessions"][0]["id"] == session_id
    assert listed["unfinished"] == [session_id]
    record = await api("GET", f"/sessions/{session_id}")
    assert [turn["speaker"] for turn in record["turns"]] == ["interviewer", "candidate"]
    await api("GET", f"/sessions/{session_id}/report", 404)
    job = await api.job(await api("POST", f"/sessions/{session_id}/report", 202, json={"samples": 0}))
    assert job["status"] == "done", job
    report = await api("GET", f"/sessions/{session_id}/report")
    assert report["judged"] is False
    page = await api("GET", f"/sessions/{session_id}/report?format=html")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script" not in page.text
    assert "payment service" in (await api("GET", f"/sessions/{session_id}/report?format=md")).text
    archive = await api("GET", f"/sessions/{session_id}/export")
    assert archive.content.startswith(b"PK")
    progress = await api("GET", "/progress")
    assert progress["sessions"][0]["session_id"] == session_id
    assert progress["habits"] == []
    assert progress["references"]["ko"]["rate"] == [212.0, 294.0]
    await api("GET", f"/sessions/{session_id}/turns/1/audio", 404)


async def test_a_drill_is_an_interview_of_the_chosen_questions(api: Api) -> None:
    session_id = await api.held()
    question = (await api("GET", f"/sessions/{session_id}"))["plan"]["questions"][0]
    drill = await api("POST", f"/sessions/{session_id}/drills", 201, json={"question_ids": [question["id"]]})
    plan = (await api("GET", f"/plans/{drill['plan_id']}"))["plan"]
    assert [one["id"] for one in plan["questions"]] == [question["id"]]
    await api("POST", f"/sessions/{session_id}/drills", 422, json={"question_ids": ["other"]})


async def test_sessions_are_given_up_and_deleted(api: Api) -> None:
    session_id = await api.held()
    assert (await api("POST", f"/sessions/{session_id}/abandon"))["status"] == "abandoned"
    assert (await api("GET", "/sessions"))["unfinished"] == []
    await api("DELETE", f"/sessions/{session_id}", 204)
    await api("GET", f"/sessions/{session_id}", 404)


async def test_everything_is_deleted_only_on_purpose(api: Api) -> None:
    await api.held()
    await api("DELETE", "/everything", 422, json={"confirm": "yes"})
    await api("DELETE", "/everything", 204, json={"confirm": "delete everything"})
    assert (await api("GET", "/sessions"))["sessions"] == []
    assert (await api("GET", "/documents"))["documents"] == []


async def test_the_api_describes_itself(api: Api) -> None:
    described = await api("GET", "/openapi.json")
    paths = described["paths"]
    assert {"/api/documents", "/api/preparations", "/api/sessions/{session_id}/report"} <= set(paths)
    assert "InterviewPlan" in described["components"]["schemas"] or "Uploaded" in described["components"]["schemas"]


async def test_a_job_can_be_cancelled_and_jobs_have_a_limit(api: Api) -> None:
    never = asyncio.Event()

    async def work(_: object) -> dict[str, str]:
        await never.wait()
        return {}

    jobs = [api.desk.jobs.start("test", str(number), work) for number in range(4)]
    assert api.desk.jobs.start("test", "0", work) is jobs[0], "the same work is not done twice at once"
    refused = await api("POST", "/preparations", 429, json={"request": {"language": "en"}})
    assert refused["error"]["code"] == "too_many_jobs"
    await api("DELETE", f"/jobs/{jobs[0].id}")
    async with asyncio.timeout(5):
        while (await api("GET", f"/jobs/{jobs[0].id}"))["status"] != "cancelled":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await api("GET", "/jobs/nothing", 404)
