"""Check and interview in a real Chromium against a scripted server: tools and keys, gaps, takeover, ends."""

from __future__ import annotations

import time
import wave
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e.accessibility import violations
from tests.e2e.browser import FAKE_DEVICE, FAKE_UI, chromium, opened, speaking, state, stats
from tests.e2e.cut_wire import wired
from tests.e2e.scripted_server import ScriptedServer, running, sine

pytestmark = [pytest.mark.browser]

EN: dict[str, Any] = {"locale": "en-US"}
KO: dict[str, Any] = {"locale": "ko-KR"}
PHONE = {"width": 390, "height": 844}
EVIL = '<img src=x onerror="window.struck=1"><script>window.struck=1</script>'
HEARD = "conversation.item.input_audio_transcription.completed"
BACK_MS = 2000
"""From the network coming back to frames flowing again."""


@pytest.fixture(scope="module")
def browser(playwright_driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The fake microphone hums for a minute."""
    path = tmp_path_factory.mktemp("audio") / "hum.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes(sine(2.0) * 30)
    with chromium(playwright_driver, *speaking(path)) as launched:
        yield launched


def plan(language: str, text: str) -> dict[str, Any]:
    questions = [{"id": f"q{number}", "text": text} for number in range(4)]
    request = {"language": language, "minutes": 10}
    interviewers = [{"name": text[:40], "title": "engineer"}, {"name": "Kim", "title": "lead"}]
    return {"request": request, "position": text[:30], "interviewers": interviewers, "questions": questions}


def record(language: str = "en", status: str = "active", text: str = "Tell me about a bridge.", turns: Any = ()) -> Any:
    summary = {"id": "i1", "plan_id": "p1", "status": status}
    return {"plan": plan(language, text), "turns": list(turns), "summary": summary}


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with running() as scripted:
        scripted.api = {
            "GET sessions/i1": record(),
            "GET plans/p1": {"id": "p1", "plan": plan("en", "Engineer")},
            "POST sessions": {"session_id": "i1"},
            "POST sessions/i1/report": {"id": "j1", "status": "running"},
        }
        yield scripted


def told(**fields: Any) -> dict[str, Any]:
    place = {"session_id": "i1", "step": "question", "question_id": "q1", "question_number": 2, "question_count": 4}
    time_ = {"interviewer": 1, "elapsed_s": 65.0, "total_s": 600, "preparation_s": 0}
    return {"type": "moui.interview.state", **place, **time_, "waiting": False, "paused": False, "over": "", **fields}


def turn(name: str) -> dict[str, Any]:
    return {"type": "moui.state", "state": name, "now": 0}


def presence(page: Page, wanted: str, limit_ms: float = 10_000) -> None:
    expect(page.locator(".page-interview")).to_have_attribute("data-presence", wanted, timeout=limit_ms)


def press_begin(page: Page) -> None:
    """A driver that looks at a page counts as its user's gesture: the interview may have begun by itself."""
    page.wait_for_function("() => globalThis.moui?.state()?.line !== undefined")
    if page.locator(".iv-card .primary").count():
        page.locator(".iv-card .primary").click()


def begin(page: Page, server: ScriptedServer) -> None:
    press_begin(page)
    server.wait(lambda: server.of_type("response.create"))
    presence(page, "listening")
    server.wait(lambda: server.heard)


def interview(server: ScriptedServer) -> str:
    return f"{server.url}#/interview/i1"


def controls(server: ScriptedServer) -> list[str]:
    return [event["action"] for event in server.of_type("moui.interview.control")]


def test_where_it_stands_is_shown_and_captions_can_be_off(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, interview(server), **EN) as page:
        begin(page, server)
        assert "interview=i1" in server.queries[0]
        server.send(told(), turn("speaking"), {"type": HEARD, "item_id": "u1", "transcript": "I built one."})
        presence(page, "speaking")
        expect(page.locator(".iv-name")).to_have_text("Kim")
        expect(page.locator(".iv-count")).to_have_text("Question 2 of 4")
        expect(page.locator(".iv-elapsed")).to_have_text("1:07")
        expect(page.locator(".line .said")).to_have_text("I built one.")
        page.keyboard.press("c")
        expect(page.locator("#captions")).to_be_hidden()
        page.reload()
        expect(page.locator("#captions")).to_be_hidden()


def test_buttons_and_keys_do_what_they_say(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, interview(server), **EN) as page:
        begin(page, server)
        page.keyboard.press("r")
        page.get_by_role("button", name="Skip").click()
        page.keyboard.press("p")
        server.wait(lambda: controls(server) == ["repeat", "skip", "pause"])
        server.send(told(paused=True))
        presence(page, "paused")
        page.get_by_role("button", name="Go on").first.click()
        server.wait(lambda: controls(server)[-1] == "resume")
        server.send(told())
        presence(page, "listening")
        page.keyboard.press("m")
        expect(page.get_by_role("button", name="Unmute")).to_be_visible()
        page.wait_for_timeout(400)
        server.heard.clear()
        server.wait(lambda: len(server.heard) > 20)
        assert max(peak for _, peak in server.heard) == 0, "a muted microphone is heard"
        page.get_by_role("button", name="End").click()
        page.get_by_role("button", name="End and see the report").click()
        server.wait(lambda: controls(server)[-1] == "end")


def test_single_keys_can_be_switched_off_and_never_fire_in_notes(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, interview(server), **EN) as page:
        begin(page, server)
        page.keyboard.press("n")
        page.keyboard.type("remember: speak slowly " + EVIL)
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Notes")).to_be_focused()
        page.keyboard.press("?")
        page.get_by_role("switch").click()
        page.keyboard.press("Escape")
        page.keyboard.press("r")
        page.wait_for_timeout(200)
        assert controls(server) == []
        page.reload()
        press_begin(page)
        page.get_by_role("button", name="Notes").click()
        expect(page.locator("textarea")).to_have_value("remember: speak slowly " + EVIL)


def test_push_to_talk(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, interview(server), **EN) as page:
        begin(page, server)
        server.events.clear()
        page.keyboard.press("t")
        update = server.wait(lambda: server.of_type("session.update"))[0]
        assert update["session"]["audio"]["input"] == {"turn_detection": None}
        page.wait_for_timeout(200)
        server.heard.clear()
        server.wait(lambda: len(server.heard) > 20)
        assert max(peak for _, peak in server.heard) == 0, "what is said with the button up is not sent"
        page.keyboard.down("Space")
        server.wait(lambda: server.of_type("input_audio_buffer.clear"))
        server.wait(lambda: server.heard[-1][1] > 0)
        page.keyboard.up("Space")
        server.wait(lambda: server.of_type("response.create"))
        kinds = [event["type"] for event in server.events if event["type"].startswith(("input_audio", "response"))]
        assert kinds == ["input_audio_buffer.clear", "input_audio_buffer.commit", "response.create"]
        hold = page.get_by_role("button", name="Hold to talk")
        server.send(turn("speaking"))
        presence(page, "speaking")
        hold.hover()
        page.mouse.down()
        server.wait(lambda: server.of_type("response.cancel"))
        page.mouse.up()
        server.wait(lambda: len(server.of_type("response.create")) == 2)


def test_a_topic_is_prepared_against_the_clock(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, interview(server), **EN) as page:
        begin(page, server)
        server.send(told(step="preparation", preparation_s=120))
        presence(page, "preparing")
        expect(page.locator(".iv-topic")).to_contain_text("Tell me about a bridge.")
        expect(page.locator(".iv-countdown")).to_have_text("1:58")
        page.get_by_role("button", name="I am ready").click()
        server.wait(lambda: controls(server) == ["ready"])


def test_an_answer_goes_on_over_a_gap_and_nothing_of_it_is_lost(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, interview(server), **EN) as page:
        begin(page, server)
        server.send(turn("hearing"), {"type": "moui.transcript", "item_id": "u1", "stable": "I built", "tail": ""})
        presence(page, "hearing")
        server.down = True
        server.hang_up(1012)
        presence(page, "lost")
        expect(page.locator(".iv-word")).to_have_text("Connection lost")
        page.wait_for_timeout(1200)
        server.heard.clear()
        server.events.clear()
        back, server.down = time.monotonic(), False
        server.wait(lambda: server.heard)
        assert (server.heard[0][0] - back) * 1000 <= BACK_MS
        presence(page, "listening")
        first = server.heard[0][0]
        burst = [peak for at, peak in server.heard if at - first < 0.2]
        assert len(burst) >= 55, "what was said in the gap comes at once"
        assert min(burst[5:50]) > 0
        assert server.of_type("response.create") == [], "the interviewer is not asked to say anything"
        expect(page.locator(".line .said").first).to_have_text("I built")


def test_what_the_interviewer_was_saying_is_taken_up_again(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, interview(server), **EN) as page:
        begin(page, server)
        server.say("resp_1", 1, "Tell me a very long story.", sine(6))
        presence(page, "speaking")
        server.events.clear()
        server.hang_up(1012)
        server.wait(lambda: server.of_type("response.create"))
        server.say("resp_1b", 1, "The interview goes on.", sine(0.5))
        played = lambda: [e for e in server.of_type("moui.playout") if e["response_id"] == "resp_1b"]  # noqa: E731
        server.wait(lambda: played() and played()[-1]["samples"] == 12_000)


def test_a_wire_that_is_cut_is_noticed_and_mended_in_time(browser: Browser, server: ScriptedServer) -> None:
    with wired(server.port) as wire, opened(browser, f"http://127.0.0.1:{wire.port}/#/interview/i1", **EN) as page:
        begin(page, server)
        wire.cut()
        presence(page, "lost", 9000)
        page.wait_for_timeout(1000)
        connections = server.connections
        server.heard.clear()
        mended = time.monotonic()
        wire.mend()
        server.wait(lambda: server.connections > connections and state(page)["line"] == "up")
        assert (time.monotonic() - mended) * 1000 <= BACK_MS + 500, "2 s, and what the test itself takes"


def test_a_pause_outlives_a_gap(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, interview(server), **EN) as page:
        begin(page, server)
        server.send(told(paused=True))
        presence(page, "paused")
        server.events.clear()
        server.hang_up(1012)
        server.wait(lambda: server.of_type("session.update"))
        presence(page, "paused")
        page.wait_for_timeout(300)
        assert server.of_type("response.create") == []
        page.get_by_role("button", name="Go on").first.click()
        server.wait(lambda: server.of_type("response.create"))
        presence(page, "listening")


def test_a_second_window_takes_over_and_can_be_taken_back(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, interview(server), **EN) as page:
        begin(page, server)
        server.send({"type": "moui.notice", "code": "continued_elsewhere", "message": "x"})
        server.hang_up(1000)
        expect(page.get_by_role("heading", name="This interview goes on in another window")).to_be_visible()
        page.wait_for_timeout(1500)
        assert server.connections == 1, "windows do not fight for an interview"
        page.get_by_role("button", name="Go on here instead").click()
        presence(page, "listening")
        assert server.connections == 2


def test_coming_back_in_a_new_tab_shows_what_was_said(browser: Browser, server: ScriptedServer) -> None:
    said = {"number": 0, "speaker": "interviewer", "text": EVIL, "end_sample": 480_000, "question_id": None}
    server.api["GET sessions/i1"] = record(turns=[said], text=EVIL)
    with opened(browser, interview(server), **EN) as page:
        press_begin(page)
        presence(page, "listening")
        expect(page.locator(".line .said")).to_have_text(EVIL)
        expect(page.locator(".iv-elapsed")).to_contain_text("0:3")
        server.send(told(interviewer=0))
        expect(page.locator(".iv-name")).to_have_text(EVIL[:40])
        assert page.evaluate("window.struck") is None


def test_the_end_leads_to_the_report(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, interview(server), **EN) as page:
        begin(page, server)
        server.send({"type": "moui.interview.finished", "session_id": "i1", "how": "finished"})
        server.hang_up(1000)
        expect(page.get_by_role("heading", name="That was your interview")).to_be_visible()
        server.wait(lambda: "POST sessions/i1/report" in server.requests)
        page.wait_for_url("**/#/report/i1")


@pytest.mark.parametrize("status", ["finished", "deleted"])
def test_an_interview_that_is_gone_is_not_tried_for_ever(browser: Browser, server: ScriptedServer, status: str) -> None:
    with opened(browser, interview(server), **EN) as page:
        begin(page, server)
        server.api["GET sessions/i1"] = record(status="finished")
        if status == "deleted":
            del server.api["GET sessions/i1"]
        server.refusing = True
        server.hang_up(1012)
        expect(page.get_by_role("heading", name="This interview is over")).to_be_visible()
        server.refusing = False
        page.wait_for_timeout(1000)
        assert server.connections == 1


def test_a_refused_microphone_is_explained(playwright_driver: Playwright, server: ScriptedServer) -> None:
    with chromium(playwright_driver, f"{FAKE_UI}=deny", FAKE_DEVICE) as browser:
        with opened(browser, interview(server), **EN) as page:
            press_begin(page)
            expect(page.get_by_role("heading")).to_have_text("The microphone was refused")
            assert server.connections == 0
        with opened(browser, f"{server.url}#/check/p1", **EN) as page:
            page.get_by_role("button", name="Turn on the microphone").click()
            expect(page.locator(".ck-problem")).to_contain_text("The microphone was refused")


def test_the_check_measures_room_echo_and_the_wait(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, f"{server.url}#/check/p1", **EN) as page:
        page.evaluate("document.getElementById('mic-on')?.click()")
        expect(page.locator(".ck-mic .ck-finding")).to_contain_text("It is loud where you are", timeout=10_000)
        page.get_by_role("button", name="Play a sound").click()
        expect(page.locator(".ck-finding")).to_have_count(2)
        page.get_by_role("button", name="Say it").click()
        update = server.wait(lambda: server.of_type("session.update"))[0]["session"]
        assert "one short friendly sentence" in update["instructions"]
        server.send(turn("hearing"), {"type": "moui.transcript", "item_id": "u", "stable": "Hello", "tail": ", I"})
        expect(page.locator("#understood")).to_have_text("Hello, I")
        page.wait_for_timeout(300)
        server.send(turn("thinking"), {"type": HEARD, "item_id": "u", "transcript": EVIL})
        server.say("r", 1, "I hear you well.", sine(0.6))
        server.wait(lambda: [e for e in server.of_type("moui.playout") if e["samples"] == 14_400])
        server.send(
            {"type": "moui.turn.timings", "response_id": "r", "endpoint_ms": 500, "stt_ms": 300, "total_ms": 900},
            turn("listening"),
        )
        expect(page.locator(".ck-rehearsal")).to_contain_text("You heard the answer 0.9 s after you stopped.")
        expect(page.locator("#understood")).to_have_text(EVIL)
        assert page.evaluate("window.struck") is None
        assert violations(page) == []
        page.get_by_role("button", name="Begin the interview").click()
        presence(page, "listening")
        assert "POST sessions" in server.requests


@pytest.mark.parametrize(
    ("language", "options"), [("en", EN), ("ko", KO | {"viewport": PHONE, "color_scheme": "dark"})]
)
def test_every_moment_is_accessible(browser: Browser, server: ScriptedServer, language: str, options: Any) -> None:
    server.api["GET sessions/i1"] = record(language)
    with opened(browser, interview(server), **options) as page:
        press_begin(page)
        server.wait(lambda: server.of_type("response.create"))
        server.send(told(), {"type": HEARD, "item_id": "u1", "transcript": "I built one."}, turn("speaking"))
        presence(page, "speaking")
        assert violations(page) == []
        page.keyboard.press("n")
        page.keyboard.press("Escape")
        page.keyboard.press("t")
        server.send({"type": "moui.notice", "code": "x", "message": EVIL}, told(paused=True))
        presence(page, "paused")
        page.get_by_role("button", name="Notes" if language == "en" else "메모").click()
        assert violations(page) == []
        server.send(told(step="preparation", preparation_s=90), turn("listening"))
        presence(page, "preparing")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out sideways"
        server.hang_up(1000)
        expect(page.locator(".iv-card")).to_be_visible()
        assert violations(page) == []
        assert page.evaluate("window.struck") is None


def test_stats_are_there_for_those_who_look(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, interview(server), **EN) as page:
        begin(page, server)
        assert stats(page)["framesSent"] > 0
