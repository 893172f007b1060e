"""The page in a real Chromium against a scripted server: every state, every refusal, and the barge-in."""

from __future__ import annotations

import re
import struct
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e.browser import FAKE_DEVICE, FAKE_UI, chromium, opened, speaking, state, stats, wait_for_phase
from tests.e2e.scripted_server import ScriptedServer, running, sine

pytestmark = [pytest.mark.browser]

EN = {"locale": "en-US"}
KO = {"locale": "ko-KR"}


@pytest.fixture(scope="module")
def hum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute of a loud hum for the fake microphone: noise suppression leaves enough of it to be seen."""
    path = tmp_path_factory.mktemp("audio") / "hum.wav"
    pcm = sine(2.0)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes(pcm * 30)
    return path


@pytest.fixture(scope="module")
def browser(playwright_driver: Playwright, hum: Path) -> Iterator[Browser]:
    with chromium(playwright_driver, *speaking(hum)) as launched:
        yield launched


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with running() as scripted:
        yield scripted


def begin(page: Page, server: ScriptedServer) -> None:
    page.get_by_role("button", name=re.compile("Start talking|대화 시작하기")).click()
    server.wait(lambda: server.of_type("response.create"))
    wait_for_phase(page, "listening")


def playouts(server: ScriptedServer, response_id: str) -> list[dict[str, Any]]:
    return [event for event in server.of_type("moui.playout") if event["response_id"] == response_id]


def test_one_click_then_hands_free(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, server.talk, **EN) as page:
        expect(page.get_by_role("heading")).to_have_text("Just talk, to warm up")
        expect(page.locator("#privacy-text")).to_have_text("Private: your voice and every word stay on this computer.")
        begin(page, server)
        server.wait(lambda: len(server.mic_frames) > 60)
        server.wait(lambda: server.mic_peak > 300)

        assert server.subprotocols == ["moui.binary.v1"]
        (update,) = server.of_type("session.update")
        audio = update["session"]["audio"]["input"]
        assert audio["transcription"] == {"language": "en"}
        rate = audio["format"]["rate"]
        frames = server.mic_frames[:60]
        assert frames == [(1, i, i * rate // 50, rate // 50) for i in range(60)]

        page.get_by_role("button", name="End the talk").click()
        expect(page.get_by_role("button", name="Start talking")).to_be_focused()


def test_reply_is_heard_captioned_and_reported_to_its_last_sample(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, server.talk, **EN) as page:
        begin(page, server)
        pcm = sine(1.5)
        server.say("resp_1", 1, "Please introduce yourself.", pcm)
        wait_for_phase(page, "speaking")
        expect(page.get_by_role("heading")).to_have_text("Interviewer speaking")
        expect(page.locator(".line[data-role=assistant] .said")).to_have_text("Please introduce yourself.")
        server.wait(lambda: playouts(server, "resp_1") and playouts(server, "resp_1")[-1]["samples"] == len(pcm) // 2)
        reports = [report["samples"] for report in playouts(server, "resp_1")]
        assert reports == sorted(set(reports))
        assert len(reports) >= 10
        assert stats(page)["loudestReply"] > 0.05


def test_both_sides_are_captioned_and_the_tentative_part_shows(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, server.talk, **EN) as page:
        begin(page, server)
        server.send(
            {"type": "moui.state", "state": "hearing", "now": 16000},
            {"type": "input_audio_buffer.speech_started", "item_id": "u1", "audio_start_ms": 500},
            {"type": "moui.transcript", "item_id": "u1", "stable": "I designed a bridge", "tail": " over the river"},
        )
        wait_for_phase(page, "hearing")
        expect(page.locator(".line[data-role=user] .stable")).to_have_text("I designed a bridge")
        expect(page.locator(".line[data-role=user] .tail")).to_have_text(" over the river")
        text = "I designed a bridge over the <b>Rhine</b>."
        kind = "conversation.item.input_audio_transcription.completed"
        server.send({"type": kind, "item_id": "u1", "transcript": text})
        expect(page.locator(".line .said")).to_have_text(text)
        expect(page.locator(".tail")).to_have_count(0)
        expect(page.locator("#spoken")).to_have_text(f"You: {text}")
        server.send({"type": "moui.state", "state": "thinking", "now": 32000})
        wait_for_phase(page, "thinking")


def test_barge_in_holds_then_flushes_and_says_what_was_heard(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, server.talk, **EN) as page:
        begin(page, server)
        server.say("resp_1", 1, "Let me tell you a very long story.", sine(8))
        server.wait(lambda: [r for r in playouts(server, "resp_1") if r["samples"] > 12_000])
        server.send({"type": "moui.playback.pause", "response_id": "resp_1"})
        page.wait_for_function("() => moui.state().held")
        held = stats(page)["samplesPlayed"]
        page.wait_for_timeout(400)
        assert stats(page)["samplesPlayed"] - held <= 2 * 128, "a held player plays on"

        server.send({"type": "moui.playback.resume", "response_id": "resp_1"})
        server.wait(lambda: playouts(server, "resp_1")[-1]["samples"] > held + 6_000)
        server.send({"type": "moui.playback.pause", "response_id": "resp_1"})
        server.send({"type": "moui.playback.flush", "response_id": "resp_1"})
        flushed = server.wait(lambda: [r for r in playouts(server, "resp_1") if r["flushed"]])
        assert len(flushed) == 1
        assert 18_000 < flushed[0]["samples"] < 8 * 24_000

        item = {"item_id": "item_resp_1", "content_index": 0, "audio_end_ms": 900, "moui": {"text": "Let me tell you"}}
        server.send({"type": "conversation.item.truncated", **item})
        expect(page.locator(".unheard")).to_contain_text("a very long story.")
        expect(page.locator(".cut")).to_have_text("interrupted")
        page.wait_for_timeout(300)
        assert playouts(server, "resp_1")[-1] == flushed[0], "nothing is played after a flush"

        server.say("resp_2", 2, "Sorry, go on.", sine(0.5))
        server.wait(lambda: playouts(server, "resp_2") and playouts(server, "resp_2")[-1]["samples"] == 12_000)


def test_flush_of_a_reply_without_audio_is_answered(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, server.talk, **EN) as page:
        begin(page, server)
        server.send({"type": "moui.playback.flush", "response_id": "resp_9"})
        server.wait(lambda: playouts(server, "resp_9"))
        assert playouts(server, "resp_9")[0]["samples"] == 0
        assert playouts(server, "resp_9")[0]["flushed"] is True


def test_notices_are_shown_as_text_and_can_be_closed(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, server.talk, **EN) as page:
        begin(page, server)
        message = "<img src=x onerror=alert(1)> The cloud voice did not answer; the local one speaks."
        server.send({"type": "moui.notice", "code": "not_known_to_this_page", "message": message})
        expect(page.locator(".notice p")).to_have_text(message)
        page.get_by_role("button", name="Close this message").click()
        expect(page.locator(".notice")).to_have_count(0)


def test_lost_connection_is_explained_and_taken_up_again(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, server.talk, **EN) as page:
        begin(page, server)
        server.say("resp_1", 1, "Why this job?", sine(0.3))
        kind = "conversation.item.input_audio_transcription.completed"
        server.send({"type": kind, "item_id": "u1", "transcript": "Because of the bridges."})
        expect(page.locator(".line")).to_have_count(2)
        server.hang_up(1012)
        wait_for_phase(page, "error")
        expect(page.get_by_role("heading")).to_have_text("The connection was lost")
        server.events.clear()
        page.get_by_role("button", name="Reconnect").click()
        server.wait(lambda: server.of_type("response.create"))
        created = [event["item"] for event in server.of_type("conversation.item.create")]
        assert [(item["role"], item["content"]) for item in created] == [
            ("assistant", [{"type": "output_text", "text": "Why this job?"}]),
            ("user", [{"type": "input_text", "text": "Because of the bridges."}]),
        ]
        expect(page.locator(".line")).to_have_count(2)


def test_full_server_says_so(browser: Browser, server: ScriptedServer) -> None:
    server.close_next_with = 1013
    with opened(browser, server.talk, **EN) as page:
        page.get_by_role("button", name="Start talking").click()
        wait_for_phase(page, "error")
        expect(page.get_by_role("heading")).to_have_text("All seats are taken")
        page.get_by_role("button", name="Try again").click()
        wait_for_phase(page, "listening")


def test_loading_models_is_a_state_not_an_error(browser: Browser, server: ScriptedServer) -> None:
    server.status["ready"] = False
    with opened(browser, server.talk, **EN) as page:
        page.get_by_role("button", name="Start talking").click()
        wait_for_phase(page, "loading")
        expect(page.get_by_role("heading")).to_have_text("Loading the models")
        server.status["ready"] = True
        wait_for_phase(page, "listening")


def test_korean_page_korean_interview_and_the_switches(browser: Browser, server: ScriptedServer) -> None:
    cloud = {"id": "s", "language": "ko-KR", "engine": "edge", "name": "SunHi", "local": False, "last_resort": False}
    joe = {"id": "j", "language": "en", "engine": "piper", "name": "Joe", "local": True, "last_resort": False}
    server.status["voices"] = [cloud, joe]
    with opened(browser, server.talk, **KO) as page:
        expect(page.get_by_role("heading")).to_have_text("가볍게 말문을 열어 보세요")
        expect(page.locator("#privacy-text")).to_contain_text("모두 이 컴퓨터 안에만")
        page.evaluate("localStorage.setItem('moui.preferences', JSON.stringify({voices: {ko: 's'}}))")
        page.reload()
        expect(page.locator("#privacy-text")).to_contain_text("클라우드 음성 “SunHi”를 위해 글로 Microsoft에 전송")
        page.get_by_text("영어").click()
        expect(page.locator("#privacy-text")).to_have_text(
            "비공개: 목소리와 대화 내용은 모두 이 컴퓨터 안에만 있습니다."
        )
        page.get_by_role("button", name="View in English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.get_by_text("Korean", exact=True).click()
        expect(page.locator("#privacy-text")).to_contain_text(
            "sent, as text, to Microsoft, for the cloud voice “SunHi”"
        )
        begin(page, server)
        assert server.of_type("session.update")[0]["session"]["audio"]["input"]["transcription"] == {"language": "ko"}


def test_silent_microphone_is_noticed(playwright_driver: Playwright, server: ScriptedServer, tmp_path: Path) -> None:
    silence = tmp_path / "silence.wav"
    with wave.open(str(silence), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(struct.pack("<h", 0) * 16_000 * 2)
    with chromium(playwright_driver, *speaking(silence)) as browser, opened(browser, server.talk, **EN) as page:
        begin(page, server)
        expect(page.get_by_role("alert")).to_contain_text("Nothing comes from your microphone", timeout=15_000)


def test_refused_microphone_is_explained(playwright_driver: Playwright, server: ScriptedServer) -> None:
    refusing = (f"{FAKE_UI}=deny", FAKE_DEVICE)
    with chromium(playwright_driver, *refusing) as browser, opened(browser, server.talk, **EN) as page:
        page.get_by_role("button", name="Start talking").click()
        expect(page.get_by_role("heading")).to_have_text("The microphone was refused")
        expect(page.locator("#hint")).to_contain_text("address bar")
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        assert server.connections == 0


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("NotFoundError", "No microphone was found"),
        ("NotReadableError", "The microphone is in use"),
        ("UnknownError", "The microphone could not be opened"),
    ],
)
def test_other_microphone_troubles_are_explained(
    browser: Browser, server: ScriptedServer, name: str, words: str
) -> None:
    with opened(browser, server.talk, **EN) as page:
        page.evaluate(
            "name => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', name); }; }", name
        )
        page.get_by_role("button", name="Start talking").click()
        expect(page.get_by_role("heading")).to_have_text(words)
        assert state(page)["phase"] == "error"


def test_insecure_page_is_explained(playwright_driver: Playwright, server: ScriptedServer) -> None:
    with chromium(playwright_driver, "--host-resolver-rules=MAP moui.example 127.0.0.1") as browser:
        address = f"http://moui.example:{server.port}/#/talk"
        with opened(browser, address, **EN) as page:
            expect(page.locator("#privacy-text")).to_contain_text(f"server at moui.example:{server.port}")
            page.get_by_role("button", name="Start talking").click()
            expect(page.get_by_role("heading")).to_have_text("This page may not use a microphone here")


def test_keyboard_alone_starts_and_ends(browser: Browser, server: ScriptedServer) -> None:
    with opened(browser, server.talk, **EN, reduced_motion="reduce") as page:
        expect(page.get_by_role("button", name="Start talking")).to_be_visible()
        for _ in range(8):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "start":
                break
        page.keyboard.press("Enter")
        wait_for_phase(page, "listening")
        expect(page.get_by_role("button", name="End the talk")).to_be_focused()
        page.keyboard.press("Enter")
        wait_for_phase(page, "idle")
