"""What a page costs and whom it talks to: little script, its own server, and a policy that leaves no other choice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Playwright

from interview.shapes import Language
from tests.e2e.browser import FAKE_DEVICE, FAKE_UI, chromium
from tests.e2e.desk_server import desk
from tests.e2e.every_page import visited, visits

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MOST_SCRIPT_BYTES = 150_000
"""Of one page with everything it loads while it is used, charts not counted."""

OWN = {"'self'", "'none'", "data:", "blob:"}


@pytest.fixture(scope="module")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    with chromium(playwright_driver, FAKE_UI, FAKE_DEVICE, "--autoplay-policy=no-user-gesture-required") as launched:
        yield launched


@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_are_light_and_ask_only_their_own_server(browser: Browser, tmp_path: Path, language: Language) -> None:
    heavy = {}
    with visits(tmp_path, language) as (url, pages):
        for visit in pages:
            with visited(browser, url, visit, language) as (_, loaded):
                pass
            assert loaded.scripts, "a page without script was not looked at"
            asked = {urlsplit(one).netloc for one in loaded.urls if not one.startswith(("data:", "blob:"))}
            assert asked == {urlsplit(url).netloc}
            size = loaded.script_bytes - loaded.chart_bytes
            if size >= MOST_SCRIPT_BYTES:
                heavy[visit.name] = size
    assert heavy == {}


def test_the_policy_lets_nothing_in_that_is_not_of_this_server(tmp_path: Path) -> None:
    with desk(tmp_path) as url, httpx.Client(base_url=url) as client:
        host = urlsplit(url).netloc
        sockets = {f"ws://{host}", f"wss://{host}"}
        paths = ("/", "/static/main.js", "/static/mic-worklet.js", "/api/status", "/api/nothing", "/nowhere")
        for path in paths:
            policy = policy_of(client.get(path).headers["content-security-policy"])
            assert policy["default-src"] == {"'none'"}
            assert policy["script-src"] == policy["style-src"] == policy["worker-src"] == {"'self'"}
            assert policy["connect-src"] == {"'self'"} | sockets
            assert policy["base-uri"] == policy["form-action"] == policy["frame-ancestors"] == {"'none'"}
            assert set().union(*policy.values()) - OWN - sockets == set(), "a place of somebody else"
        page = client.get("/").text
        assert all(word not in page for word in ("style=", "<style", " onclick", " onload"))
        assert page.count("<script") == page.count('<script type="module" src="/static/')


def policy_of(header: str) -> dict[str, set[str]]:
    rules = (rule.split() for rule in header.split(";"))
    return {name: set(sources) for name, *sources in rules}
