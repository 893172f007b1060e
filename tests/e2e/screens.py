"""Pictures of every page, to be looked at: `python -m tests.e2e.screens OUT_DIR` (see --help).

Both languages, desktop and phone; interviews that were held, an interviewer who says what is written, and no model.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from interview.shapes import Language
from tests.e2e.browser import chromium, speaking
from tests.e2e.desk_server import desk
from tests.e2e.kept_interviews import keep_past
from tests.e2e.screen_camera import LANGUAGES, SCREENS, Camera
from tests.e2e.screen_scenes import checking, interviewing, microphone, talking
from tests.e2e.screen_words import turn_timings
from tests.e2e.scripted_server import running
from tests.provide import ROOT


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
    voice = microphone(out / "voice.wav")
    taken: list[Path] = []
    languages = [one for one in LANGUAGES if one in wanted] or LANGUAGES
    screens = [one for one in SCREENS if one in wanted] or list(SCREENS)
    with (
        sync_playwright() as driver,
        chromium(driver, *speaking(voice)) as browser,
        desks() as kept,
        running() as server,
    ):
        for language in languages:
            for screen in screens:
                camera = Camera(browser, out, language, screen, options, whole, only, taken)
                for pages in (looking_back, developer, preparing):
                    pages(camera, kept)
                for scenes in (checking, interviewing, talking):
                    scenes(camera, server)
    voice.unlink()
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
