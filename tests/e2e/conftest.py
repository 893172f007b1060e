"""What the browser tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, sync_playwright


@pytest.fixture(scope="module")
def playwright_driver() -> Iterator[Playwright]:
    """Playwright's event loop occupies the thread while this is open, so it ends with its module of tests."""
    with sync_playwright() as driver:
        yield driver
