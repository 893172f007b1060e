"""The interviewer's voice in a real Chromium: broken into at once, over an uneven network, and never stuttering."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import opened, stats
from tests.e2e.cut_wire import wired
from tests.e2e.interview_room import EN, HEARD, address, begin, playouts, presence, told, turn
from tests.e2e.scripted_server import ScriptedServer, sine

pytestmark = [pytest.mark.browser]

LONG_TASK_MS = 50
JITTERED_S = 30
STORY = "Let me tell you a story that is so long that nobody would hear it to its end without a word of their own."


def heard(room: ScriptedServer, response_id: str) -> int:
    return max((report["samples"] for report in playouts(room, response_id)), default=0)


def test_who_breaks_in_is_heard_at_once(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        room.say("resp_1", 1, STORY, sine(8))
        room.wait(lambda: heard(room, "resp_1") > 12_000)
        expect(page.locator(".page-interview")).to_have_attribute("data-held", "false")
        room.send({"type": "moui.playback.pause", "response_id": "resp_1"}, turn("paused"))
        expect(page.locator(".page-interview")).to_have_attribute("data-held", "true")
        expect(page.locator("#presence")).to_have_text("Go on, I’m listening")
        page.wait_for_timeout(300)
        held = stats(page)["samplesPlayed"]
        page.wait_for_timeout(400)
        assert stats(page)["samplesPlayed"] == held, "the interviewer is silent"
        assert (
            float(page.evaluate("document.querySelector('.page-interview').style.getPropertyValue('--voice')")) < 0.05
        )

        room.send({"type": "moui.playback.flush", "response_id": "resp_1"}, turn("hearing"))
        room.send(
            {"type": "conversation.item.truncated", "item_id": "item_resp_1", "moui": {"text": "Let me tell you"}}
        )
        presence(page, "hearing")
        room.wait(lambda: playouts(room, "resp_1")[-1]["flushed"])
        assert playouts(room, "resp_1")[-1]["samples"] == held
        expect(page.locator(".line .unheard")).to_contain_text("a story")
        expect(page.locator(".line .cut")).to_have_text("interrupted")


def test_somebody_who_only_coughed_hears_the_rest_from_the_same_sample(
    candidate: Browser, room: ScriptedServer
) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        room.say("resp_1", 1, STORY, sine(3))
        room.wait(lambda: heard(room, "resp_1") > 12_000)
        room.send({"type": "moui.playback.pause", "response_id": "resp_1"}, turn("paused"))
        expect(page.locator(".page-interview")).to_have_attribute("data-held", "true")
        room.send({"type": "moui.playback.resume", "response_id": "resp_1"}, turn("speaking"))
        room.wait(lambda: heard(room, "resp_1") == 72_000)
        samples = [report["samples"] for report in playouts(room, "resp_1")]
        assert samples == sorted(set(samples))


def test_over_an_uneven_network_the_voice_has_a_gap_a_minute_at_most(candidate: Browser, room: ScriptedServer) -> None:
    """100±50 ms in front of every piece of a voice that is made no faster than it is spoken: the worst there is."""
    uneven = random.Random(3)
    wire_of = wired(room.port, lambda: uneven.uniform(0.05, 0.15))
    with wire_of as wire, opened(candidate, f"http://127.0.0.1:{wire.port}/#/interview/i1", **EN) as page:
        begin(page, room)
        room.say("resp_1", 1, STORY, sine(JITTERED_S), pace=1.0)
        room.wait(lambda: heard(room, "resp_1") == JITTERED_S * 24_000)
        assert stats(page)["underruns"] <= 1


def test_nothing_keeps_the_page_busy_while_a_voice_is_heard(candidate: Browser, room: ScriptedServer) -> None:
    with opened(candidate, address(room), **EN) as page:
        begin(page, room)
        room.send(told())
        candidate.start_tracing(page=page, categories=["toplevel", "__metadata"])
        room.say("resp_1", 1, STORY, sine(8))
        for count in range(40):
            room.send({"type": "moui.transcript", "item_id": "u1", "stable": "I built " * count, "tail": "a bridge"})
            page.wait_for_timeout(100)
        room.send({"type": HEARD, "item_id": "u1", "transcript": "I built a bridge."}, told(question_number=3))
        room.wait(lambda: heard(room, "resp_1") == 8 * 24_000)
        tasks = of_the_page(json.loads(candidate.stop_tracing())["traceEvents"])
        assert len(tasks) > 500, "the page's work was seen"
        assert max(tasks) < LONG_TASK_MS
        assert stats(page)["underruns"] == 0


def of_the_page(events: list[dict[str, Any]]) -> list[float]:
    """Milliseconds of computing of every task of the pages' main threads: what else the machine did meanwhile counts
    in a browser's own long tasks, and says nothing about the page."""
    names = [event for event in events if event.get("name") == "thread_name"]
    main = {(event["pid"], event["tid"]) for event in names if event["args"]["name"] == "CrRendererMain"}
    tasks = [event for event in events if str(event.get("name", "")).endswith("RunTask") and "tdur" in event]
    return [event["tdur"] / 1000 for event in tasks if (event["pid"], event["tid"]) in main]
