"""What the end-to-end tests share: a real server on real models, and a browser driver."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from server.caller.local import Server, local_server


@pytest.fixture(scope="module")
def playwright_driver() -> Iterator[Playwright]:
    """Playwright's event loop occupies the thread while this is open, so it ends with its module of tests."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def moui(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`moui serve` with the 0.5B model in a process of its own, ready to talk."""
    with local_server(profile="starter-small", models_dir=weights, data_dir=tmp_path_factory.mktemp("data")) as server:
        yield server
