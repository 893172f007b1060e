"""What is asked of a server over HTTP carries its token."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from server.caller.local import Server


@pytest.mark.parametrize(("token", "shown"), [("secret", {"Authorization": "Bearer secret"}), (None, {})])
def test_the_token_is_shown(monkeypatch: pytest.MonkeyPatch, token: str | None, shown: dict[str, str]) -> None:
    asked: list[Any] = []

    def answer(url: str, **options: Any) -> httpx.Response:
        asked.append((url, options["headers"]))
        return httpx.Response(200, json={}, request=httpx.Request("GET", url))

    monkeypatch.setattr(httpx, "get", answer)
    assert Server("http://here", token=token).get("/api/status") == {}
    assert asked == [("http://here/api/status", shown)]
