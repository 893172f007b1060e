"""Pictures of the pages on which somebody talks, against an interviewer who says what is written in screen_words.py."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from tests.e2e.browser import wait_for_phase
from tests.e2e.screen_camera import Camera
from tests.e2e.screen_words import told
from tests.e2e.scripted_server import ScriptedServer, sine
from tests.provide import ROOT

HEARD = "conversation.item.input_audio_transcription.completed"
LOUDNESS = 0.08
"""As the check likes it."""
ALOUD = 300
"""Peak of a frame (of 32767) in which somebody speaks."""


def microphone(path: Path) -> Path:
    """A quiet room for as long as the check listens to it, and then somebody who speaks for minutes."""
    voice, rate = soundfile.read(ROOT / "tests" / "audio" / "jfk.wav", dtype="float32")
    quiet = np.random.default_rng(1).normal(0.0, 2e-4, rate * 9).astype(np.float32)
    soundfile.write(path, np.concatenate([quiet, *[voice * LOUDNESS] * 15]), rate, subtype="PCM_16")
    return path


def spoken(server: ScriptedServer) -> None:
    server.heard.clear()
    server.wait(lambda: server.heard and server.heard[-1][1] > ALOUD)


def scripted(camera: Camera, server: ScriptedServer) -> None:
    words = camera.words
    questions = [{"id": f"q{number}", "text": text} for number, text in enumerate(words.questions)]
    people = [{"name": words.interviewer, "title": words.title}]
    request = {"language": camera.language, "minutes": 20}
    plan = {"request": request, "position": words.position, "interviewers": people, "questions": questions}
    joe = {"id": "joe", "language": camera.language, "engine": "piper", "name": "Joe", "local": True}
    server.status = {"ready": True, "voices": [joe | {"last_resort": False}]}
    summary = {"id": "i1", "plan_id": "p1", "status": "active"}
    server.api = {
        "GET sessions/i1": {"plan": plan, "turns": [], "summary": summary},
        "GET plans/p1": {"id": "p1", "plan": plan},
        "POST sessions": {"session_id": "i1"},
    }
    server.events.clear()


def checking(camera: Camera, server: ScriptedServer) -> None:
    if not camera.wants("check", "check-done"):
        return
    scripted(camera, server)
    words = camera.words
    with camera.at(f"{server.url}#/check/p1") as page:
        page.locator(".ck-mic").wait_for()
        camera.take(page, "check")
        page.evaluate("document.getElementById('mic-on')?.click()")
        page.locator(".ck-mic .ck-finding").wait_for()
        page.locator("#play").click()
        page.locator(".ck-finding").nth(1).wait_for()
        page.locator("#rehearse").click()
        server.wait(lambda: server.of_type("session.update"))
        spoken(server)
        server.send({"type": "moui.state", "state": "hearing", "now": 0})
        server.send({"type": "moui.transcript", "item_id": "u", "stable": words.rehearsed, "tail": ""})
        page.wait_for_timeout(1500)
        server.send(
            {"type": "moui.state", "state": "thinking", "now": 0},
            {"type": HEARD, "item_id": "u", "transcript": words.rehearsed},
        )
        page.wait_for_timeout(600)
        server.say("r", 1, words.rehearsal_answer, sine(0.6))
        server.wait(lambda: [e for e in server.of_type("moui.playout") if e["samples"] == 14_400])
        figures = {"endpoint_ms": 480, "stt_ms": 210, "llm_first_token_ms": 190, "total_ms": 940}
        server.send(
            {"type": "moui.turn.timings", "response_id": "r", **figures},
            {"type": "moui.state", "state": "listening", "now": 0},
        )
        page.wait_for_timeout(600)
        page.evaluate("scrollTo(0, 0)")
        camera.take(page, "check-done")


def interviewing(camera: Camera, server: ScriptedServer) -> None:
    if not camera.wants("interview-listening", "interview-speaking", "interview-paused"):
        return
    scripted(camera, server)
    words = camera.words
    with camera.at(f"{server.url}#/interview/i1") as page:
        page.wait_for_function("() => globalThis.moui?.state()?.line !== undefined")
        if page.locator(".iv-card .primary").count():
            page.locator(".iv-card .primary").click()
        server.wait(lambda: server.of_type("response.create"))
        server.send(told(elapsed_s=412.0))
        server.say("r1", 1, words.questions[1], sine(1.0))
        server.wait(lambda: [e for e in server.of_type("moui.playout") if e["samples"] >= 24_000])
        spoken(server)
        server.send({"type": "moui.state", "state": "hearing", "now": 0})
        server.send({"type": "moui.transcript", "item_id": "u1", "stable": words.said, "tail": words.tail})
        camera.take(page, "interview-listening")
        server.send({"type": HEARD, "item_id": "u1", "transcript": words.answer})
        server.say("r2", 2, words.probe, sine(8.0))
        page.wait_for_function("() => document.querySelector('[data-presence=speaking]') !== null")
        page.wait_for_timeout(500)
        camera.take(page, "interview-speaking")
        server.send({"type": "moui.playback.flush", "response_id": "r2"}, told(elapsed_s=440.0, paused=True))
        page.wait_for_function("() => document.querySelector('[data-presence=paused]') !== null")
        camera.take(page, "interview-paused")


def talking(camera: Camera, server: ScriptedServer) -> None:
    if not camera.wants("talk", "talk-speaking"):
        return
    scripted(camera, server)
    words = camera.words
    with camera.at(server.talk) as page:
        page.locator("#start").wait_for()
        page.wait_for_load_state("networkidle")
        camera.take(page, "talk")
        page.locator("#start").click()
        server.wait(lambda: server.of_type("response.create"))
        server.send({"type": HEARD, "item_id": "u1", "transcript": words.answer})
        server.say("r1", 1, words.probe, sine(6.0))
        wait_for_phase(page, "speaking")
        page.wait_for_timeout(500)
        camera.take(page, "talk-speaking")
