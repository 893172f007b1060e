"""Fixtures of the download tests: nothing here reaches the network or the user's own cache."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.models.file_server import FileServer, serving


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MOUI_NO_CACHE", "1")
    with serving() as running:
        monkeypatch.setenv("PIP_INDEX_URL", f"{running.url}/simple")
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running
