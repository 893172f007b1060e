"""Every page of the application, each as a visitor meets it who comes straight to it, and what it loads to be there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Error, Page, Response, expect

from interview.shapes import Language
from tests.e2e.browser import opened
from tests.e2e.desk_server import desk
from tests.e2e.kept_interviews import keep_past

LOCALES: dict[Language, str] = {"ko": "ko-KR", "en": "en-US"}
CHARTS = "/static/charts/"


@dataclass(frozen=True)
class Visit:
    """`there` shows that the page is; `on` goes on to where all of it has been loaded."""

    name: str
    path: str
    there: str
    on: Callable[[Page], None] = lambda _: None


@dataclass
class Loaded:
    """What was fetched. Sizes are bytes of the bodies as the page got them; nothing is compressed on loopback."""

    urls: list[str] = field(default_factory=list)
    scripts: dict[str, int] = field(default_factory=dict)

    @property
    def script_bytes(self) -> int:
        return sum(self.scripts.values())

    @property
    def chart_bytes(self) -> int:
        return sum(size for url, size in self.scripts.items() if CHARTS in url)

    def watch(self, page: Page) -> None:
        page.on("request", lambda request: self.urls.append(request.url))
        page.on("websocket", lambda socket: self.urls.append(socket.url))
        page.on("response", self._take)

    def _take(self, response: Response) -> None:
        if "javascript" in response.headers.get("content-type", ""):
            with contextlib.suppress(Error):  # the page went away meanwhile: nothing that it showed
                self.scripts[response.url] = int(response.headers["content-length"])


@contextlib.contextmanager
def visits(folder: Path, language: Language) -> Iterator[tuple[str, list[Visit]]]:
    """A server with interviews in its history, and all its pages."""
    held = keep_past(folder / "interviews")[language]
    with desk(folder) as url:
        with httpx.Client(base_url=url) as api:
            plan = api.get(f"/api/sessions/{held}").json()["summary"]["plan_id"]
            fresh = api.post("/api/sessions", json={"plan_id": plan}).json()["session_id"]
        yield (
            url,
            [
                Visit("start", "/", ".hero"),
                Visit("prepare", "/prepare", ".document"),
                Visit("plan", f"/prepare?plan={plan}", ".question"),
                Visit("check", f"/check/{plan}", ".ck-head", _microphone_on),
                Visit("interview", f"/interview/{fresh}", ".page-interview", _begun),
                Visit("report", f"/report/{held}", ".report-question", _played),
                Visit("history", "/history", ".session"),
                Visit("settings", "/settings?developer", ".model"),
                Visit("talk", "/talk", "#privacy", _talking),
            ],
        )


@contextlib.contextmanager
def visited(
    browser: Browser, url: str, visit: Visit, language: Language, script: str = ""
) -> Iterator[tuple[Page, Loaded]]:
    """The page in a browser that has never been there. `script` runs before anything of it."""
    loaded = Loaded()
    with opened(browser, "about:blank", locale=LOCALES[language]) as page:
        if script:
            page.add_init_script(script)
        loaded.watch(page)
        page.goto(f"{url}#{visit.path}")
        expect(page.locator(visit.there).first).to_be_visible(timeout=30_000)
        page.wait_for_load_state("networkidle")
        visit.on(page)
        yield page, loaded


def _microphone_on(page: Page) -> None:
    page.evaluate("document.getElementById('mic-on')?.click()")
    expect(page.locator(".ck-mic .meter")).to_be_visible(timeout=20_000)


def _begun(page: Page) -> None:
    page.wait_for_function("() => globalThis.moui?.state()?.line !== undefined")
    if page.locator(".iv-card .primary").count():
        page.locator(".iv-card .primary").click()
    page.wait_for_function("() => moui.state().line === 'up'", timeout=30_000)
    page.wait_for_timeout(500)


def _played(page: Page) -> None:
    page.locator(".turn .play").first.click()
    expect(page.locator(".player")).to_be_visible()


def _talking(page: Page) -> None:
    page.locator("#start").click()
    page.wait_for_function("() => moui.state().phase === 'listening'", timeout=30_000)
