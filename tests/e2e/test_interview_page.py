"""The interview in a real Chromium against a scripted server: what it shows, its buttons and keys, its ends."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e.accessibility import violations
from tests.e2e.browser import FAKE_DEVICE, FAKE_UI, chromium, opened, stats
from tests.e2e.interview_room import EN, EVIL, HEARD, address, begin, controls, presence, press_begin, told, turn
from tests.e2e.scripted_server import ScriptedServer, sine

pytestmark = [pytest.mark.browser]


def silent_from_now(page: Page, room: ScriptedServer) -> None:
    page.wait_for_timeout(400)
    room.heard.clear()
    room.wait(lambda: len(room.heard) > 20)
    assert max(peak for _, peak in room.heard) == 0


def test_where_it_stands_is_shown_and_captions_can_be_off(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        assert "interview=i1" in room.queries[0]
        room.send(told(), turn("speaking"), {"type": HEARD, "item_id": "u1", "transcript": "I built one."})
        presence(page, "speaking")
        expect(page.locator(".iv-name")).to_have_text("Kim")
        expect(page.locator(".iv-count")).to_have_text("Question 2 of 4")
        expect(page.locator(".iv-elapsed")).to_have_text("1:07")
        expect(page.locator(".line .said")).to_have_text("I built one.")
        page.keyboard.press("c")
        expect(page.locator("#captions")).to_be_hidden()
        assert stats(page)["framesSent"] > 0
        page.reload()
        expect(page.locator("#captions")).to_be_hidden()


@pytest.mark.parametrize("where", ["interview", "talk"])
def test_a_chosen_voice_that_is_gone_is_not_insisted_on(candidate: Browser, room: ScriptedServer, where: str) -> None:
    room.lost_voice = "gone"
    with opened(candidate, room.url, **EN) as page:
        page.evaluate("localStorage.setItem('moui.preferences', JSON.stringify({voices: {en: 'gone', ko: 'gone'}}))")
        page.goto(address(room) if where == "interview" else room.talk)
        page.reload()
        if where == "interview":
            begin(page, room)
        else:
            page.get_by_role("button", name="Start").click()
            room.wait(lambda: room.of_type("response.create"))
        wanted = [event["session"]["audio"].get("output") for event in room.of_type("session.update")]
        assert wanted == [{"voice": "gone"}, None]


def test_buttons_and_keys_do_what_they_say(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        page.keyboard.press("r")
        page.get_by_role("button", name="Skip").click()
        page.keyboard.press("p")
        room.wait(lambda: controls(room) == ["repeat", "skip", "pause"])
        room.send(told(paused=True))
        presence(page, "paused")
        expect(page.locator("#live")).to_have_text("Paused")
        page.get_by_role("button", name="Go on").first.click()
        room.wait(lambda: controls(room)[-1] == "resume")
        room.send(told())
        presence(page, "listening")
        page.keyboard.press("m")
        expect(page.get_by_role("button", name="Unmute")).to_be_visible()
        silent_from_now(page, room)
        page.get_by_role("button", name="Unmute").click()
        room.wait(lambda: room.heard[-1][1] > 300)


def test_it_ends_by_button_and_by_key_and_never_by_mistake(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        page.keyboard.press("e")
        page.get_by_role("button", name="Go on talking").click()
        page.get_by_role("button", name="End").click()
        page.keyboard.press("Escape")
        page.keyboard.press("r")
        room.wait(lambda: controls(room) == ["repeat"])
        page.keyboard.press("e")
        page.get_by_role("button", name="End and see the report").press("Enter")
        room.wait(lambda: controls(room) == ["repeat", "end"])
        room.send({"type": "moui.interview.finished", "session_id": "i1", "how": "ended_early"})
        room.hang_up(1000)
        expect(page.get_by_role("heading", name="The interview is over")).to_be_visible()
        room.wait(lambda: "POST sessions/i1/report" in room.requests)


def test_the_end_leads_to_the_report(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        page.get_by_role("button", name="End").click()
        page.get_by_role("button", name="End and see the report").click()
        room.wait(lambda: controls(room) == ["end"])
        room.send({"type": "moui.interview.finished", "session_id": "i1", "how": "finished"})
        room.hang_up(1000)
        expect(page.get_by_role("heading", name="That was your interview")).to_be_visible()
        room.wait(lambda: "POST sessions/i1/report" in room.requests)
        page.wait_for_url("**/#/report/i1")


def test_single_keys_can_be_switched_off_and_never_fire_in_notes(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        page.keyboard.press("n")
        page.keyboard.type("remember: speak slowly " + EVIL)
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Notes")).to_be_focused()
        page.keyboard.press("?")
        page.get_by_role("switch").click()
        page.keyboard.press("Escape")
        page.keyboard.press("r")
        page.wait_for_timeout(200)
        assert controls(room) == []
        page.reload()
        press_begin(page)
        page.get_by_role("button", name="Notes").click()
        expect(page.locator("textarea")).to_have_value("remember: speak slowly " + EVIL)


def test_push_to_talk(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        room.events.clear()
        page.keyboard.press("t")
        update = room.wait(lambda: room.of_type("session.update"))[0]
        assert update["session"]["audio"]["input"] == {"turn_detection": None}
        silent_from_now(page, room)
        page.keyboard.down("Space")
        room.wait(lambda: room.of_type("input_audio_buffer.clear"))
        room.wait(lambda: room.heard[-1][1] > 0)
        page.keyboard.up("Space")
        room.wait(lambda: room.of_type("response.create"))
        kinds = [event["type"] for event in room.events if event["type"].startswith(("input_audio", "response"))]
        assert kinds == ["input_audio_buffer.clear", "input_audio_buffer.commit", "response.create"]
        hold = page.get_by_role("button", name="Hold to talk")
        room.say("resp_1", 1, "Tell me more about that.", sine(6))
        presence(page, "speaking")
        hold.hover()
        page.mouse.down()
        room.wait(lambda: room.of_type("response.cancel"))
        page.mouse.up()
        room.wait(lambda: len(room.of_type("response.create")) == 2)


def test_a_topic_is_prepared_against_the_clock(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        room.send(told(step="preparation", preparation_s=120))
        presence(page, "preparing")
        expect(page.locator(".iv-topic")).to_contain_text("Tell me about a bridge.")
        expect(page.locator(".iv-countdown")).to_have_text("1:58")
        page.get_by_role("button", name="I am ready").click()
        room.wait(lambda: controls(room) == ["ready"])


def test_a_refused_microphone_is_explained(playwright_driver: Playwright, room: ScriptedServer) -> None:
    with chromium(playwright_driver, f"{FAKE_UI}=deny", FAKE_DEVICE) as browser:
        with opened(browser, address(room), **EN) as page:
            press_begin(page)
            expect(page.get_by_role("heading")).to_have_text("The microphone was refused")
            expect(page.get_by_role("button", name="Try again")).to_be_visible()
            assert violations(page) == []
            assert room.connections == 0
        with opened(browser, f"{room.url}#/check/p1", **EN) as page:
            page.get_by_role("button", name="Turn on the microphone").click()
            expect(page.locator(".ck-problem")).to_contain_text("The microphone was refused")
            assert violations(page) == []
