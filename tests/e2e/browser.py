"""Starting Chromium for a test: found on this machine, never downloaded, with or without a microphone that speaks."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright

from tests.provide import find_browser

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FAKE_UI = "--use-fake-ui-for-media-stream"
FAKE_DEVICE = "--use-fake-device-for-media-stream"


def speaking(wav: Path) -> tuple[str, ...]:
    """Flags for a microphone that speaks `wav` once, and for a user who allows it."""
    return (FAKE_UI, FAKE_DEVICE, f"--use-file-for-fake-audio-capture={wav}%noloop")


@contextlib.contextmanager
def chromium(playwright: Playwright, *flags: str) -> Iterator[Browser]:
    path = find_browser()
    assert path is not None, "no Chromium, Chrome or Edge was found: `python3 run.py test` installs one"
    with contextlib.closing(
        playwright.chromium.launch(
            executable_path=path,
            args=[*FLAGS, *flags],
            # A muted output would hide a player that does not play.
            ignore_default_args=["--mute-audio"],
        )
    ) as browser:
        yield browser


@contextlib.contextmanager
def opened(browser: Browser, url: str, **context: Any) -> Iterator[Page]:
    """A page whose own errors fail the test, whatever else it shows."""
    problems: list[str] = []
    with contextlib.closing(browser.new_context(**context)) as place:
        page = place.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda m: problems.append(m.text) if "Content Security Policy" in m.text else None)
        page.goto(url)
        yield page
    assert problems == []


def state(page: Page) -> dict[str, Any]:
    value = page.evaluate("moui.state()")
    assert isinstance(value, dict)
    return value


def stats(page: Page) -> dict[str, Any]:
    value = page.evaluate("moui.stats()")
    assert isinstance(value, dict)
    return value


def wait_for_phase(page: Page, phase: str, limit_ms: float = 20_000) -> None:
    page.wait_for_function("phase => moui.state().phase === phase", arg=phase, timeout=limit_ms)
