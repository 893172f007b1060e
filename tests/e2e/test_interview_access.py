"""The interview for everybody: axe at every moment, the keyboard, 200 % zoom, a phone, no motion."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.browser import opened
from tests.e2e.interview_moments import MOMENTS, QUESTION
from tests.e2e.interview_room import EN, EVIL, KO, PHONE, UNTOUCHED, address, begin, presence, record, told, turn
from tests.e2e.scripted_server import ScriptedServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

ZOOMED = {"width": 640, "height": 400}
"""1280 x 800 at 200 %."""
TOOLS = ["Mute", "Push to talk", "Repeat", "Skip", "Pause", "Captions", "Notes", "Keys", "End"]
FOCUS = "getComputedStyle(document.activeElement).outlineWidth"


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(
    ("language", "options"),
    [("en", EN), ("ko", KO | {"viewport": PHONE, "color_scheme": "dark"}), ("en", EN | {"viewport": ZOOMED})],
    ids=["desktop", "phone-dark", "zoomed"],
)
def test_every_moment_is_accessible(candidate: Browser, room: ScriptedServer, language: str, options: Any) -> None:
    room.api["GET sessions/i1"] = record(language, text=QUESTION[language])
    found = {}
    with opened(candidate, address(room), **options) as page:
        begin(page, room)
        for moment in MOMENTS:
            moment.reach(page, room, language)
            problems = violations(page) + ([] if fits(page) else ["something sticks out sideways"])
            if problems:
                found[moment.name] = problems
    assert found == {}


def test_before_it_begins(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, "about:blank", **EN) as page:
        page.add_init_script(UNTOUCHED)
        page.goto(address(room))
        expect(page.get_by_role("heading", name="Your interview is ready")).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Tab")
        for _ in range(8):
            if page.evaluate("document.activeElement.textContent") == "Begin":
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        presence(page, "listening")


def test_the_keyboard_reaches_every_tool_and_shows_where_it_is(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN | {"viewport": ZOOMED}) as page:
        begin(page, room)
        room.send(told())
        page.evaluate("document.querySelector('.iv-tool').focus()")
        page.keyboard.press("Shift+Tab")
        reached = []
        for _ in TOOLS:
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.innerText.trim()"))
            assert page.evaluate(FOCUS) == "3px"
            assert page.evaluate(
                "(() => { const at = document.activeElement.getBoundingClientRect();"
                "return at.top >= 0 && at.bottom <= innerHeight; })()"
            ), "it is scrolled into sight"
        assert reached == TOOLS


def test_states_are_said_aloud_and_what_a_server_writes_is_only_text(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        live = page.locator("#live")
        room.send(told(paused=True))
        expect(live).to_have_text("Paused")
        room.send(told(step="preparation", preparation_s=60))
        expect(live).to_have_text("Time to prepare")
        room.send(told(), turn("thinking"))
        expect(page.locator("#presence")).to_have_text("Thinking")
        room.send({"type": "moui.notice", "code": "x", "message": EVIL})
        expect(page.get_by_role("status").filter(has_text=EVIL[:8])).to_be_visible()
        assert page.evaluate("window.struck") is None


def test_without_motion_nothing_moves(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN | {"reduced_motion": "reduce"}) as page:
        begin(page, room)
        for name in ("listening", "thinking"):
            room.send(turn(name))
            presence(page, name)
            assert page.evaluate("document.getAnimations().length") == 0
