"""Pictures of every page, to be looked at: `python -m tests.e2e.screens OUT_DIR` (see --help).

Both languages, desktop and phone; interviews that were held, an interviewer who says what is written, and no model.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import tempfile
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from interview.shapes import Language
from tests.e2e.browser import chromium, opened, speaking, wait_for_phase
from tests.e2e.desk_server import desk
from tests.e2e.kept_interviews import keep_past
from tests.e2e.screen_words import WORDS, Words, told, turn_timings
from tests.e2e.scripted_server import ScriptedServer, running, sine
from tests.provide import ROOT

LANGUAGES: tuple[Language, ...] = ("ko", "en")
LOCALES: dict[Language, str] = {"ko": "ko-KR", "en": "en-US"}
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
HEARD = "conversation.item.input_audio_transcription.completed"
SETTLE_MS = 500


@dataclass
class Camera:
    """One language on one screen: opens pages and takes their pictures."""

    browser: Browser
    out: Path
    language: Language
    screen: str
    options: dict[str, Any]
    whole: bool
    only: frozenset[str]
    taken: list[Path] = field(default_factory=list)

    @property
    def words(self) -> Words:
        return WORDS[self.language]

    def wants(self, *names: str) -> bool:
        return not self.only or not self.only.isdisjoint(names)

    def at(self, url: str) -> contextlib.AbstractContextManager[Page]:
        return opened(self.browser, url, locale=LOCALES[self.language], **SCREENS[self.screen], **self.options)

    def take(self, page: Page, name: str) -> None:
        if not self.wants(name):
            return
        page.wait_for_timeout(SETTLE_MS)
        path = self.out / f"{name}-{self.language}-{self.screen}.png"
        if self.whole:
            self._unroll(page)
        page.screenshot(path=path)
        page.set_viewport_size(SCREENS[self.screen]["viewport"])
        self.taken.append(path)

    def _unroll(self, page: Page) -> None:
        """A window as high as the page, so that what sticks to the window's edge is where it ends up."""
        size = SCREENS[self.screen]["viewport"]
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})


# --- pages on documents and interviews --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Desks:
    past: str
    newest: dict[Language, str]
    fresh: Callable[[], contextlib.AbstractContextManager[str]]
    """A server nobody has used yet."""


def looking_back(camera: Camera, desks: Desks) -> None:
    pages = {
        "start": ("/", ".facts"),
        "report": (f"/report/{desks.newest[camera.language]}", ".report-question"),
        "history": ("/history", ".session"),
        "settings": ("/settings", ".model"),
        "missing": ("/nowhere", "h1"),
    }
    for name, (path, there) in pages.items():
        if camera.wants(name):
            with camera.at(f"{desks.past}#{path}") as page:
                page.locator(there).first.wait_for()
                page.wait_for_load_state("networkidle")
                camera.take(page, name)


def developer(camera: Camera, desks: Desks) -> None:
    if not camera.wants("developer"):
        return
    with camera.at(f"{desks.past}#/") as page:
        page.evaluate("timings => localStorage.setItem('moui.timings', timings)", turn_timings())
        page.goto(f"{desks.past}#/settings?developer")
        page.locator(".waterfall li").first.wait_for()
        page.locator(".more.card").scroll_into_view_if_needed()
        camera.take(page, "developer")


def preparing(camera: Camera, desks: Desks) -> None:
    if not camera.wants("prepare-empty", "prepare-documents", "prepare-plan", "history-empty", "start-fresh"):
        return
    with desks.fresh() as url, camera.at(url) as page:
        page.locator(".facts").first.wait_for()
        page.wait_for_load_state("networkidle")
        camera.take(page, "start-fresh")
        page.goto(f"{url}#/history")
        page.locator(".empty").first.wait_for()
        camera.take(page, "history-empty")
        page.goto(f"{url}#/prepare")
        page.locator(".choices").wait_for()
        camera.take(page, "prepare-empty")
        page.get_by_role("button", name=re.compile("sample|예시")).click()
        page.locator(".document.used").nth(2).wait_for()
        camera.take(page, "prepare-documents")
        page.locator(".bottom button.primary").click()
        page.locator(".question").first.wait_for(timeout=60_000)
        camera.take(page, "prepare-plan")


# --- pages on which somebody talks ------------------------------------------------------------------------------------


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
        page.locator(".ck-speaker button").last.click()
        page.locator(".ck-speaker .ck-finding").wait_for()
        page.locator(".ck-rehearsal button.primary").click()
        server.wait(lambda: server.of_type("session.update"))
        server.send({"type": "moui.state", "state": "hearing", "now": 0})
        server.send({"type": "moui.transcript", "item_id": "u", "stable": words.rehearsed, "tail": ""})
        page.wait_for_timeout(300)
        server.send(
            {"type": "moui.state", "state": "thinking", "now": 0},
            {"type": HEARD, "item_id": "u", "transcript": words.rehearsed},
        )
        server.say("r", 1, words.rehearsal_answer, sine(0.6))
        server.wait(lambda: [e for e in server.of_type("moui.playout") if e["samples"] == 14_400])
        figures = {"endpoint_ms": 480, "stt_ms": 210, "llm_first_token_ms": 190, "total_ms": 940}
        server.send(
            {"type": "moui.turn.timings", "response_id": "r", **figures},
            {"type": "moui.state", "state": "listening", "now": 0},
        )
        page.wait_for_timeout(600)
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


# --- all of it --------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def desks() -> Iterator[Desks]:
    weights = ROOT / "models" / "weights"

    @contextlib.contextmanager
    def fresh() -> Iterator[str]:
        with tempfile.TemporaryDirectory(prefix="moui-") as folder, desk(Path(folder), models_dir=weights) as url:
            yield url

    with tempfile.TemporaryDirectory(prefix="moui-") as folder:
        newest = keep_past(Path(folder) / "interviews")
        with desk(Path(folder), models_dir=weights) as url:
            yield Desks(url, newest, fresh)


def take_all(out: Path, *, only: frozenset[str], whole: bool, options: dict[str, Any], wanted: list[str]) -> list[Path]:
    """`wanted`: languages and screens, all of them where none is named. The pictures' paths."""
    out.mkdir(parents=True, exist_ok=True)
    hum = out / "hum.wav"
    with wave.open(str(hum), "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes(sine(2.0) * 30)
    taken: list[Path] = []
    languages = [one for one in LANGUAGES if one in wanted] or LANGUAGES
    screens = [one for one in SCREENS if one in wanted] or list(SCREENS)
    with sync_playwright() as driver, chromium(driver, *speaking(hum)) as browser, desks() as kept, running() as server:
        for language in languages:
            for screen in screens:
                camera = Camera(browser, out, language, screen, options, whole, only, taken)
                for pages in (looking_back, developer, preparing):
                    pages(camera, kept)
                for scenes in (checking, interviewing, talking):
                    scenes(camera, server)
    hum.unlink()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("wanted", nargs="*", help="ko, en, desktop, phone (default: all)")
    parser.add_argument("--only", nargs="+", default=(), help="names of pictures: start, settings, report, ...")
    parser.add_argument("--whole", action="store_true", help="the whole page, not only what the screen shows of it")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0, help="device pixels of one CSS pixel")
    given = parser.parse_args()
    options = {"color_scheme": "dark" if given.dark else "light", "device_scale_factor": given.scale}
    for path in take_all(
        given.out, only=frozenset(given.only), whole=given.whole, options=options, wanted=given.wanted
    ):
        print(path)


if __name__ == "__main__":
    main()
