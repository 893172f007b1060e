"""The product as a person meets it: the page in a real Chromium, a spoken answer, real models, and a spoken reply."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Playwright

from server.caller.local import Server
from tests.e2e.browser import chromium, opened, speaking, state, stats

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.timeout(300)]

LEAD_S = 12.0
"""The interviewer opens the conversation first. If that takes longer, the answer breaks in, which is as good."""
AFTER_S = 60.0
FIRST_QUESTION_S = 30.0


@pytest.fixture(scope="module")
def answer(speech: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clip as a microphone hears it in an interview: after the question, and with silence behind it."""
    audio, rate = soundfile.read(speech / "jfk.wav", dtype="float32")
    quiet = np.random.default_rng(1).normal(0.0, 2e-4, round(rate * (LEAD_S + AFTER_S))).astype(np.float32)
    lead = round(rate * LEAD_S)
    path = tmp_path_factory.mktemp("microphone") / "answer.wav"
    soundfile.write(path, np.concatenate([quiet[:lead], audio, quiet[lead:]]), rate, subtype="PCM_16")
    return path


def test_a_spoken_answer_is_captioned_and_answered_aloud(
    playwright_driver: Playwright, moui: Server, answer: Path
) -> None:
    address = f"{moui.url}/#/talk"
    with chromium(playwright_driver, *speaking(answer)) as browser, opened(browser, address, locale="en-US") as page:
        page.get_by_role("button", name="Start talking").click()
        page.wait_for_function(
            "() => moui.state().captions.some((line) => line.role === 'user' && !line.final && line.stable !== '')",
            timeout=90_000,
        )
        page.wait_for_function(
            "() => moui.state().captions.some((line) => line.role === 'user' && line.final)", timeout=60_000
        )
        page.wait_for_function("() => moui.state().captions.at(-1).role === 'assistant'", timeout=60_000)
        page.wait_for_function("() => moui.stats().samplesPlayed > 12000", timeout=60_000)

        said = " ".join(line["stable"] for line in state(page)["captions"] if line["role"] == "user").lower()
        assert "ask not what your country can do for you" in " ".join(said.replace(",", "").split())
        reply = state(page)["captions"][-1]
        assert len(reply["stable"].split()) >= 3
        assert stats(page)["loudestReply"] > 0.01, "the reply is not audible"
        assert page.locator(".line[data-role=assistant] .said").last.is_visible()
        assert state(page)["notices"] == []


@pytest.mark.parametrize(
    ("locale", "sample"), [("ko-KR", "예시 지원자로 해 보기"), ("en-US", "Try it with a sample candidate")]
)
def test_the_first_question_is_heard_half_a_minute_after_the_page_opened(
    playwright_driver: Playwright, moui: Server, answer: Path, locale: str, sample: str
) -> None:
    """A visitor who has never been here, and presses one button."""
    with chromium(playwright_driver, *speaking(answer)) as browser:
        begun = time.monotonic()
        with opened(browser, moui.url, locale=locale) as page:
            page.get_by_role("button", name=sample).click()
            page.wait_for_url("**/#/interview/*", timeout=30_000)
            page.wait_for_function("() => globalThis.moui?.stats().samplesPlayed > 0", timeout=30_000)
            assert time.monotonic() - begun < FIRST_QUESTION_S
