"""The check before an interview, in a real Chromium: the room, the speakers, one line said and answered."""

from __future__ import annotations

import wave
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.e2e.accessibility import violations
from tests.e2e.browser import chromium, opened, speaking
from tests.e2e.interview_room import EN, EVIL, HEARD, presence, turn
from tests.e2e.scripted_server import ScriptedServer, sine

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def humming(playwright_driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser in a loud room."""
    path = tmp_path_factory.mktemp("audio") / "hum.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes(sine(2.0) * 30)
    with chromium(playwright_driver, *speaking(path)) as launched:
        yield launched


def test_the_check_measures_room_echo_and_the_wait(humming: Browser, room: ScriptedServer) -> None:
    with opened(humming, f"{room.url}#/check/p1", **EN) as page:
        page.evaluate("document.getElementById('mic-on')?.click()")
        expect(page.locator(".ck-mic .ck-finding")).to_contain_text("It is loud where you are", timeout=10_000)
        expect(page.locator("#live")).to_contain_text("It is loud where you are")
        assert violations(page) == []
        page.get_by_role("button", name="Play a sound").click()
        expect(page.locator(".ck-finding")).to_have_count(2)
        page.get_by_role("button", name="Say it").click()
        update = room.wait(lambda: room.of_type("session.update"))[0]["session"]
        assert "one short friendly sentence" in update["instructions"]
        room.send(turn("hearing"), {"type": "moui.transcript", "item_id": "u", "stable": "Hello", "tail": ", I"})
        expect(page.locator("#understood")).to_have_text("Hello, I")
        page.wait_for_timeout(300)
        room.send(turn("thinking"), {"type": HEARD, "item_id": "u", "transcript": EVIL})
        room.say("r", 1, "I hear you well.", sine(0.6))
        room.wait(lambda: [e for e in room.of_type("moui.playout") if e["samples"] == 14_400])
        timings = {"endpoint_ms": 500, "stt_ms": 300, "total_ms": 900}
        room.send({"type": "moui.turn.timings", "response_id": "r", **timings}, turn("listening"))
        expect(page.locator(".ck-rehearsal")).to_contain_text("You heard the answer 0.9 s after you stopped.")
        expect(page.locator("#understood")).to_have_text(EVIL)
        assert page.evaluate("window.struck") is None
        assert violations(page) == []
        page.get_by_role("button", name="Begin the interview").click()
        presence(page, "listening")
        assert "POST sessions" in room.requests
