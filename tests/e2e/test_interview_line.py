"""An interview whose line breaks, or that is taken over: in a real Chromium, with somebody who goes on talking."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import opened, state
from tests.e2e.cut_wire import wired
from tests.e2e.interview_room import (
    BACK_MS,
    EN,
    EVIL,
    UNTOUCHED,
    address,
    begin,
    playouts,
    presence,
    press_begin,
    record,
    told,
    turn,
)
from tests.e2e.scripted_server import ScriptedServer, sine

pytestmark = [pytest.mark.browser]

FRAME_S = 0.02
SAID = {"number": 0, "speaker": "interviewer", "text": EVIL, "end_sample": 480_000, "question_id": None}


def test_an_answer_goes_on_over_a_gap_and_nothing_of_it_is_lost(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        room.send(turn("hearing"), {"type": "moui.transcript", "item_id": "u1", "stable": "I built", "tail": ""})
        presence(page, "hearing")
        room.down = True
        room.hang_up(1012)
        presence(page, "lost")
        expect(page.locator(".iv-word")).to_have_text("Connection lost")
        expect(page.locator(".iv-hint")).to_contain_text("Just keep talking")
        expect(page.locator("#live")).to_have_text("Connection lost")
        page.wait_for_timeout(1200)
        room.heard.clear()
        room.events.clear()
        back, room.down = time.monotonic(), False
        room.wait(lambda: room.heard)
        assert (room.heard[0][0] - back) * 1000 <= BACK_MS
        presence(page, "listening")
        room.wait(lambda: len(room.heard) > 100)
        live = (room.heard[-1][0] - room.heard[0][0]) / FRAME_S
        assert len(room.heard) - live >= 55, "what was said in the gap comes before what is said now"
        assert sum(peak > 300 for _, peak in room.heard[:60]) > 30, "and it is speech"
        assert room.of_type("response.create") == [], "the interviewer is not asked to say anything"
        expect(page.locator(".line .said").first).to_have_text("I built")


def test_a_long_gap_says_how_much_was_not_kept(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        room.send(turn("hearing"))
        presence(page, "hearing")
        room.down = True
        room.hang_up(1012)
        expect(page.locator(".iv-hint")).to_contain_text("Your interview is kept", timeout=10_000)
        page.wait_for_timeout(2000)
        room.heard.clear()
        room.down = False
        expect(page.locator(".iv-banners")).to_contain_text("of what you said are missing")
        room.wait(lambda: len(room.heard) > 250)
        live = (room.heard[-1][0] - room.heard[0][0]) / FRAME_S
        assert 230 <= len(room.heard) - live <= 260, "the last five seconds"


def test_what_the_interviewer_was_saying_is_taken_up_again(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        room.say("resp_1", 1, "Tell me a very long story.", sine(6))
        presence(page, "speaking")
        room.events.clear()
        room.hang_up(1012)
        room.wait(lambda: room.of_type("response.create"))
        room.say("resp_1b", 1, "The interview goes on.", sine(0.5))
        room.wait(lambda: playouts(room, "resp_1b") and playouts(room, "resp_1b")[-1]["samples"] == 12_000)


def test_a_wire_that_is_cut_is_noticed_and_mended_in_time(candidate: Browser, room: ScriptedServer) -> None:
    with wired(room.port) as wire, opened(candidate, f"http://127.0.0.1:{wire.port}/#/interview/i1", **EN) as page:
        begin(page, room)
        wire.cut()
        presence(page, "lost", 9000)
        page.wait_for_timeout(1000)
        connections = room.connections
        room.heard.clear()
        mended = time.monotonic()
        wire.mend()
        room.wait(lambda: room.connections > connections and state(page)["line"] == "up")
        assert (time.monotonic() - mended) * 1000 <= BACK_MS + 500, "2 s, and what the test itself takes"


def test_a_pause_outlives_a_gap(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        room.send(told(paused=True))
        presence(page, "paused")
        room.events.clear()
        room.hang_up(1012)
        room.wait(lambda: room.of_type("session.update"))
        presence(page, "paused")
        page.wait_for_timeout(300)
        assert room.of_type("response.create") == []
        page.get_by_role("button", name="Go on").first.click()
        room.wait(lambda: room.of_type("response.create"))
        presence(page, "listening")


def test_a_new_tab_goes_on_where_it_was_in_time(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        room.send(turn("hearing"))
        presence(page, "hearing")
        room.api["GET sessions/i1"] = record(turns=[SAID], text=EVIL)
        tab = page.context.new_page()
        page.close()
        room.heard.clear()
        opening = time.monotonic()
        tab.goto(address(room))
        press_begin(tab)
        room.wait(lambda: room.heard)
        assert (room.heard[0][0] - opening) * 1000 <= BACK_MS + 1000, "2 s, and what opening a browser's tab takes"
        presence(tab, "listening")
        expect(tab.locator(".line .said")).to_have_text(EVIL)
        expect(tab.locator(".iv-elapsed")).to_contain_text("0:3")
        room.send(told(interviewer=0))
        expect(tab.locator(".iv-name")).to_have_text(EVIL[:40])
        assert tab.evaluate("window.struck") is None


def test_a_second_tab_takes_over_and_can_be_taken_back(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        tab = page.context.new_page()
        tab.goto(address(room))
        press_begin(tab)
        presence(tab, "listening")
        expect(page.get_by_role("heading", name="This interview goes on in another window")).to_be_visible()
        page.wait_for_timeout(1500)
        assert room.connections == 2, "windows do not fight for an interview"
        page.get_by_role("button", name="Go on here instead").click()
        presence(page, "listening")
        expect(tab.get_by_role("heading", name="This interview goes on in another window")).to_be_visible()
        assert room.connections == 3


def test_a_tab_whose_line_is_lost_does_not_take_the_interview_back(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        tab = page.context.new_page()
        tab.add_init_script(UNTOUCHED)
        tab.goto(address(room))
        expect(tab.get_by_role("heading", name="Your interview is ready")).to_be_visible()
        room.down = True
        room.hang_up(1012)
        presence(page, "lost")
        tab.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("heading", name="This interview goes on in another window")).to_be_visible()
        room.down = False
        presence(tab, "listening")
        page.wait_for_timeout(1500)
        assert (state(page)["ending"], state(tab)["line"]) == ("elsewhere", "up")


def test_another_browser_takes_over_cleanly(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        room.send({"type": "moui.notice", "code": "continued_elsewhere", "message": "x"})
        room.hang_up(1000)
        expect(page.get_by_role("heading", name="This interview goes on in another window")).to_be_visible()
        page.wait_for_timeout(1500)
        assert room.connections == 1
        page.get_by_role("button", name="Go on here instead").click()
        presence(page, "listening")
        assert room.connections == 2


@pytest.mark.parametrize("status", ["finished", "deleted"])
def test_an_interview_that_is_gone_is_not_tried_for_ever(candidate: Browser, room: ScriptedServer, status: str) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        room.api["GET sessions/i1"] = record(status="finished")
        if status == "deleted":
            del room.api["GET sessions/i1"]
        room.refusing = True
        room.hang_up(1012)
        expect(page.get_by_role("heading", name="This interview is over")).to_be_visible()
        room.refusing = False
        page.wait_for_timeout(1000)
        assert room.connections == 1
