"""One language on one screen: opens pages and takes their pictures."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from interview.shapes import Language
from tests.e2e.browser import opened
from tests.e2e.screen_words import WORDS, Words

LANGUAGES: tuple[Language, ...] = ("ko", "en")
LOCALES: dict[Language, str] = {"ko": "ko-KR", "en": "en-US"}
SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
SETTLE_MS = 500


@dataclass
class Camera:
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
        page.mouse.move(0, 0)
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
