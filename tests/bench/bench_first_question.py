"""How long a visitor waits: from opening the page, over one click on the sample interview, to the interviewer's voice.

python -m tests.bench.bench_first_question [--profile starter] [--runs 2] [--languages en ko] [--json]

A server with its models loaded; each run is a browser that has never been there, with a silent microphone. Seconds
since the page began to load: `shown` the first page is there, `clicked` the sample, `opened` the interview's page,
`heard` the first audible sample of the interviewer (RMS of 43 ms above 0.01), `asked` the first question has been said
to its end.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Playwright, sync_playwright

from interview.shapes import Language
from models.locations import default_models_dir
from server.caller.local import local_server
from server.caller.sound import write_wav
from tests.e2e.browser import chromium, opened, speaking
from tests.e2e.every_page import LOCALES

MOMENTS = """
globalThis.moments = {};
const once = (name) => { moments[name] ??= performance.now() / 1000; };
addEventListener('click', () => once('clicked'), { capture: true });
addEventListener('hashchange', () => { if (location.hash.startsWith('#/interview/')) once('opened'); });
setInterval(() => {
  if (document.querySelector('.hero button')) once('shown');
  if ((globalThis.moui?.stats().loudestReply ?? 0) > 0.01) once('heard');
  if (moments.heard !== undefined && moui.state()?.talk?.phase === 'listening') once('asked');
}, 10);
"""
MOMENT_NAMES = ("shown", "clicked", "opened", "heard", "asked")
LIMIT_MS = 120_000


@dataclass(frozen=True)
class Wait:
    language: Language
    shown: float
    clicked: float
    opened: float
    heard: float
    asked: float
    question: str


def visit(driver: Playwright, url: str, language: Language, microphone: Path) -> Wait:
    with (
        chromium(driver, *speaking(microphone)) as browser,
        opened(browser, "about:blank", locale=LOCALES[language]) as page,
    ):
        page.add_init_script(MOMENTS)
        page.goto(url)
        page.locator(".hero button").first.click()
        page.wait_for_function("() => moments.asked !== undefined", timeout=LIMIT_MS)
        found = page.evaluate("moments")
        question = page.evaluate("moui.state().talk.captions[0]?.stable ?? ''")
    return Wait(language=language, question=question, **{name: round(at, 2) for name, at in found.items()})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", default="starter")
    parser.add_argument("--models-dir", type=Path, default=default_models_dir())
    parser.add_argument("--languages", nargs="+", choices=("en", "ko"), default=["en", "ko"])
    parser.add_argument("--runs", type=int, default=2, help="of each language")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        quiet = Path(folder) / "quiet.wav"
        noise = np.random.default_rng(1).normal(0.0, 2e-4, 16_000 * 60).astype(np.float32)
        write_wav(quiet, noise, 16_000)
        with (
            local_server(profile=asked.profile, models_dir=asked.models_dir, data_dir=Path(folder) / "data") as server,
            sync_playwright() as driver,
        ):
            waits = [visit(driver, server.url, each, quiet) for _ in range(asked.runs) for each in asked.languages]
    if asked.json:
        print(json.dumps([asdict(wait) for wait in waits], ensure_ascii=False))
        return 0
    print(f"{'language':<10}" + "".join(f"{name:>9}" for name in MOMENT_NAMES) + "   seconds since the page was opened")
    for one in waits:
        times = "".join(f"{getattr(one, name):>9.2f}" for name in MOMENT_NAMES)
        print(f"{one.language:<10}{times}   {one.question[:70]}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
