"""What every page costs a visitor who comes straight to it: first paint, long tasks, script. In Chromium, on loopback.

python -m tests.bench.bench_pages [--language ko] [--runs 3] [--json]

Two rows more say whether the page stutters while it sounds: tasks above 50 ms while an interviewer speaks, and while a
report plays an answer.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from interview.shapes import Language
from tests.e2e.browser import FAKE_DEVICE, FAKE_UI, chromium, opened
from tests.e2e.every_page import LOCALES, Visit, visited, visits
from tests.e2e.scripted_server import running, sine

WATCH = """
globalThis.tasks = [];
new PerformanceObserver((list) => {
  for (const { startTime: from, duration: ms } of list.getEntries()) tasks.push({ from, ms });
}).observe({ type: 'longtask', buffered: true });
"""
SEEN = """
new MutationObserver(() => {
  if (globalThis.there === undefined && document.querySelector(%s)) globalThis.there = performance.now();
}).observe(document, { childList: true, subtree: true });
"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
SPEAKS_S = 10.0


@dataclass(frozen=True)
class Cost:
    """`paint_ms`: first contentful paint. `there_ms`: until what the page is about is to be seen. `long_ms`: of tasks
    above 50 ms. `script_kb`: 1000 bytes, with charts."""

    page: str
    paint_ms: float
    there_ms: float
    long_ms: tuple[int, ...]
    script_kb: float
    charts_kb: float
    modules: int


def measured(browser: Browser, url: str, visit: Visit, language: Language) -> Cost:
    seen = SEEN % json.dumps(visit.there)
    with visited(browser, url, visit, language, WATCH + seen) as (page, loaded):
        found: dict[str, Any] = page.evaluate(f"({{paint: {PAINT}, there: globalThis.there ?? null, tasks}})")
    return Cost(
        visit.name,
        round(found["paint"] or 0),
        round(found["there"] or 0),
        tuple(round(task["ms"]) for task in found["tasks"]),
        round(loaded.script_bytes / 1000, 1),
        round(loaded.chart_bytes / 1000, 1),
        len(loaded.scripts),
    )


def tasks_during(page: Page, seconds: float) -> list[int]:
    page.evaluate("tasks.length = 0")
    page.wait_for_timeout(seconds * 1000)
    return [round(task["ms"]) for task in page.evaluate("tasks")]


def while_speaking(browser: Browser, language: Language) -> list[int]:
    """The interview page while a long reply is spoken, captions and all."""
    with running() as server, opened(browser, "about:blank", locale=LOCALES[language]) as page:
        page.add_init_script(WATCH)
        page.goto(server.talk)
        page.locator("#start").click()
        page.wait_for_function("() => moui.state().phase === 'listening'")
        page.wait_for_timeout(1000)
        server.say("resp_1", 1, " ".join(f"word{n}" for n in range(60)), sine(SPEAKS_S))
        page.wait_for_function("() => moui.state().phase === 'speaking'")
        return tasks_during(page, SPEAKS_S)


def while_playing(browser: Browser, url: str, visit: Visit, language: Language) -> list[int]:
    """The report while an answer plays and the transcript follows."""
    with visited(browser, url, visit, language, WATCH) as (page, _):
        page.wait_for_function("() => document.querySelector('.lit') !== null", timeout=20_000)
        return tasks_during(page, SPEAKS_S / 2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--language", choices=("ko", "en"), default="en")
    parser.add_argument("--runs", type=int, default=3, help="each page so often, in a browser that has not been there")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        flags = (FAKE_UI, FAKE_DEVICE, "--autoplay-policy=no-user-gesture-required")
        with chromium(driver, *flags) as browser, visits(Path(folder), asked.language) as (url, pages):
            costs = {
                visit.name: [measured(browser, url, visit, asked.language) for _ in range(asked.runs)]
                for visit in pages
            }
            report = next(visit for visit in pages if visit.name == "report")
            sounding = {
                "interviewer speaking": while_speaking(browser, asked.language),
                "answer playing": while_playing(browser, url, report, asked.language),
            }
    if asked.json:
        print(
            json.dumps(
                {"pages": {name: [asdict(one) for one in runs] for name, runs in costs.items()}, "sounding": sounding}
            )
        )
        return 0
    print(f"{'page':<12}{'paint ms':>9}{'there ms':>9}{'script kB':>10}{'charts':>8}{'files':>6}  tasks above 50 ms")
    for name, runs in costs.items():
        paint, there = (statistics.median(getattr(one, what) for one in runs) for what in ("paint_ms", "there_ms"))
        tasks = sorted(task for one in runs for task in one.long_ms)
        one = runs[-1]
        print(
            f"{name:<12}{paint:>9.0f}{there:>9.0f}{one.script_kb:>10.1f}{one.charts_kb:>8.1f}{one.modules:>6}  {tasks}"
        )
    for what, tasks in sounding.items():
        print(f"{what}: tasks above 50 ms: {tasks}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
