"""The interview page against a scripted server: what the tests of it share."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.scripted_server import ScriptedServer

EN: dict[str, Any] = {"locale": "en-US"}
KO: dict[str, Any] = {"locale": "ko-KR"}
PHONE = {"width": 390, "height": 844}
EVIL = '<img src=x onerror="window.struck=1"><script>window.struck=1</script>'
UNTOUCHED = "Object.defineProperty(navigator, 'userActivation', {value: {hasBeenActive: false}})"
"""Nobody has pressed anything yet, although a driver's look counts as a press."""
HEARD = "conversation.item.input_audio_transcription.completed"
BACK_MS = 2000
"""From the network coming back to frames flowing again."""


def plan(language: str, text: str) -> dict[str, Any]:
    questions = [{"id": f"q{number}", "text": text} for number in range(4)]
    request = {"language": language, "minutes": 10}
    interviewers = [{"name": text[:40], "title": "engineer"}, {"name": "Kim", "title": "lead"}]
    return {"request": request, "position": text[:30], "interviewers": interviewers, "questions": questions}


def record(language: str = "en", status: str = "active", text: str = "Tell me about a bridge.", turns: Any = ()) -> Any:
    summary = {"id": "i1", "plan_id": "p1", "status": status}
    return {"plan": plan(language, text), "turns": list(turns), "summary": summary}


def answers() -> dict[str, Any]:
    """What the scripted server says over HTTP."""
    return {
        "GET sessions/i1": record(),
        "GET plans/p1": {"id": "p1", "plan": plan("en", "Engineer")},
        "POST sessions": {"session_id": "i1"},
        "POST sessions/i1/report": {"id": "j1", "status": "running"},
    }


def told(**fields: Any) -> dict[str, Any]:
    place = {"session_id": "i1", "step": "question", "question_id": "q1", "question_number": 2, "question_count": 4}
    time_ = {"interviewer": 1, "elapsed_s": 65.0, "total_s": 600, "preparation_s": 0}
    return {"type": "moui.interview.state", **place, **time_, "waiting": False, "paused": False, "over": "", **fields}


def turn(name: str) -> dict[str, Any]:
    return {"type": "moui.state", "state": name, "now": 0}


def presence(page: Page, wanted: str, limit_ms: float = 10_000) -> None:
    expect(page.locator(".page-interview")).to_have_attribute("data-presence", wanted, timeout=limit_ms)


def press_begin(page: Page) -> None:
    """A driver that looks at a page counts as its user's gesture: the interview may have begun by itself."""
    page.wait_for_function("() => globalThis.moui?.state()?.line !== undefined")
    if page.locator(".iv-card .primary").count():
        page.locator(".iv-card .primary").click()


def begin(page: Page, room: ScriptedServer) -> None:
    press_begin(page)
    room.wait(lambda: room.of_type("response.create"))
    presence(page, "listening")
    room.wait(lambda: room.heard)


def address(room: ScriptedServer) -> str:
    return f"{room.url}#/interview/i1"


def controls(room: ScriptedServer) -> list[str]:
    return [event["action"] for event in room.of_type("moui.interview.control")]


def playouts(room: ScriptedServer, response_id: str) -> list[dict[str, Any]]:
    return [event for event in room.of_type("moui.playout") if event["response_id"] == response_id]
