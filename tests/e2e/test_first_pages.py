"""Start, settings and the shell around every page, in a real Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.e2e.accessibility import violations
from tests.e2e.browser import FAKE_DEVICE, FAKE_UI, chromium, opened
from tests.e2e.desk_server import desk
from tests.e2e.kept_interviews import keep_past

pytestmark = [pytest.mark.browser]

EVIL = '<img src="x" onerror="window.struck = 1"><script>window.struck = 1</script>'
SCREENS = (("light", {"width": 1200, "height": 860}), ("dark", {"width": 390, "height": 844}))
EN = {"locale": "en-US"}
KO = {"locale": "ko-KR"}


@pytest.fixture(scope="module")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    with chromium(playwright_driver, FAKE_UI, FAKE_DEVICE) as launched:
        yield launched


def no_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "something sticks out sideways"


@pytest.mark.parametrize("locale", ["ko-KR", "en-US"])
@pytest.mark.parametrize("path", ["/", "/settings?developer", "/talk", "/nowhere"])
def test_pages_are_accessible_on_any_screen(browser: Browser, url: str, locale: str, path: str) -> None:
    for scheme, viewport in SCREENS:
        with opened(browser, f"{url}#{path}", locale=locale, color_scheme=scheme, viewport=viewport) as page:
            expect(page.locator("#privacy")).to_be_visible()
            expect(page.locator("main h1")).to_have_count(1)
            page.wait_for_load_state("networkidle")
            assert violations(page) == []
            no_sideways(page)


def test_the_page_is_usable_at_two_and_four_times_the_size(browser: Browser, url: str) -> None:
    """What 200 % and 400 % of zoom leave of a window of 1280 pixels."""
    for width in (640, 320):
        with opened(browser, f"{url}#/", **EN, viewport={"width": width, "height": 400}) as page:
            for path in ("/", "/settings?developer", "/talk", "/nowhere"):
                page.goto(f"{url}#{path}")
                expect(page.locator("main h1")).to_be_visible()
                page.wait_for_load_state("networkidle")
                no_sideways(page)


def test_nothing_moves_for_who_does_not_want_it(browser: Browser, url: str) -> None:
    with opened(browser, url, **EN, reduced_motion="reduce") as page:
        expect(page.locator(".facts").first).to_be_visible()
        moving = page.evaluate("document.getAnimations().filter((each) => each.playState === 'running').length")
        assert moving == 0


def test_one_click_from_the_first_page_to_a_sample_interview(browser: Browser, url: str) -> None:
    with opened(browser, url, **EN) as page:
        expect(page.get_by_text("Nothing leaves this computer.")).to_be_visible()
        page.get_by_role("button", name="Try it with a sample candidate").click()
        page.wait_for_url(re.compile("#/interview/[0-9a-f]+"), timeout=20_000)
        kept = page.evaluate("localStorage.getItem('moui.samples.en')")
        page.goto(f"{url}#/")
        page.get_by_role("button", name="Try it with a sample candidate").click()
        page.wait_for_url(re.compile("#/interview/[0-9a-f]+"), timeout=20_000)
        assert page.evaluate("localStorage.getItem('moui.samples.en')") == kept, "the same documents are used again"


def test_an_unfinished_interview_is_offered_first_and_its_name_is_only_text(browser: Browser, tmp_path: Path) -> None:
    keep_past(tmp_path / "interviews", lambda text: f"{text} {EVIL}")
    with desk(tmp_path) as address, opened(browser, address, **EN) as page:
        expect(page.get_by_text("An interview is not finished")).to_be_visible()
        expect(page.locator(".notice.info")).to_contain_text("onerror")
        assert violations(page) == []
        page.get_by_role("link", name="Go on with it").click()
        page.wait_for_url(re.compile("#/check/"))
        assert page.evaluate("window.struck") is None


def test_choices_are_kept(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#/settings", **EN) as page:
        page.get_by_text("Long", exact=True).click()
        expect(page.get_by_text("Answers after 1 to 3 seconds")).to_be_visible()
        page.get_by_role("switch", name="Show captions").uncheck()
        page.get_by_role("combobox", name="English voice").select_option("joe")
        page.reload()
        expect(page.get_by_role("radio", name="Long")).to_be_checked()
        expect(page.get_by_role("switch", name="Show captions")).not_to_be_checked()
        expect(page.get_by_role("combobox", name="English voice")).to_have_value("joe")


CLOUD = {"id": "sun", "language": "ko-KR", "engine": "edge", "name": "SunHi (Microsoft, online)", "local": False}
BASIC = {"id": "esp", "language": "ko", "engine": "espeak", "name": "eSpeak (Korean, robotic)", "local": True}


def test_what_leaves_the_computer_is_said_exactly(browser: Browser, url: str) -> None:
    """A cloud voice that could be chosen sends nothing; one that was chosen, and a remote model, are named."""
    voices = [CLOUD | {"last_resort": False}, BASIC | {"last_resort": True}]
    status: dict[str, object] = {"ready": True, "voices": voices, "remote_model": None}
    with opened(browser, f"{url}#/nowhere", **KO) as page:
        page.route("**/api/status", lambda route: route.fulfill(json=status))
        page.goto(f"{url}?lang=ko#/settings")
        voice = page.get_by_role("combobox", name="한국어 음성")
        expect(voice.locator("option").first).to_have_text("가장 좋은 음성 (eSpeak)")
        expect(page.locator("#privacy-text")).to_contain_text("모두 이 컴퓨터 안에만")
        voice.select_option("sun")
        expect(page.locator(".voice .hint").first).to_contain_text("글로 Microsoft에 전송")
        expect(page.locator("#privacy-text")).to_contain_text("“SunHi”를 위해 글로 Microsoft에 전송")
        assert violations(page) == []
        status["remote_model"] = "https://llm.example/v1"
        page.goto(f"{url}?lang=en#/")
        page.reload()
        card = page.get_by_role("region", name="What stays here")
        expect(card).to_contain_text("Not everything stays on this computer.")
        expect(card).to_contain_text(
            "is at https://llm.example/v1: what is said, as text, and the text of your documents"
        )
        expect(card).not_to_contain_text("Microsoft")
        page.evaluate(
            "localStorage.setItem('moui.preferences', JSON.stringify({voices: {ko: 'sun'}, interviewLanguage: 'ko'}))"
        )
        page.reload()
        expect(card).to_contain_text("what the interviewer says goes to Microsoft as text")
        expect(page.locator("#privacy-text")).to_contain_text("https://llm.example/v1")
        expect(page.locator("#privacy")).to_have_attribute("data-outside", "true")


def test_a_voice_is_heard(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#/settings", **EN) as page:
        with page.expect_response(re.compile("/api/voices/sample")) as answer:
            page.get_by_role("button", name="Listen").click()
        assert answer.value.status == 200
        expect(page.get_by_role("button", name="Listen")).to_be_visible()
        expect(page.locator("#alerts")).to_be_hidden()


def test_a_licence_that_is_not_permissive_is_shown_before_a_download(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#/settings", **EN) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
        row = page.locator(".model", has_text="Supertonic")
        row.get_by_role("button", name=re.compile("^Download")).click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("link", name="Read the licence")).to_have_attribute("href", re.compile("^https://"))
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        assert asked == []


def test_everything_is_deleted_only_after_the_words_were_typed(browser: Browser, tmp_path: Path) -> None:
    keep_past(tmp_path / "interviews")
    with desk(tmp_path) as address, opened(browser, f"{address}#/settings", **EN) as page:
        page.evaluate("localStorage.setItem('moui.notes.x', 'mine')")
        expect(page.get_by_text("interviews: 7")).to_be_visible()
        page.get_by_role("button", name="Delete everything").click()
        dialog = page.get_by_role("dialog")
        sure = dialog.get_by_role("button", name="Delete everything")
        expect(sure).to_be_disabled()
        assert violations(page) == []
        dialog.get_by_role("textbox").fill("delete everything")
        sure.click()
        expect(page.get_by_text("documents: 0, interviews: 0")).to_be_visible()
        assert page.evaluate("document.activeElement !== document.body"), "the keyboard has lost its place"
        assert page.evaluate("localStorage.getItem('moui.notes.x')") is None


def test_the_shell_by_keyboard_and_in_the_other_language(browser: Browser, url: str) -> None:
    with opened(browser, url, **EN) as page:
        expect(page.locator("main h1")).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        page.get_by_role("link", name="Settings", exact=True).click()
        expect(page.locator("main")).to_be_focused()
        expect(page).to_have_title("Settings · moui")
        page.get_by_role("button", name="한국어 화면으로 보기").click()
        expect(page.locator("html")).to_have_attribute("lang", "ko")
        expect(page.get_by_role("heading", level=1)).to_have_text("설정")
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("설정")
        page.goto(f"{url}#/nowhere")
        expect(page.get_by_role("heading", level=1)).to_have_text("찾으시는 페이지가 없습니다")


def test_a_server_that_does_not_answer_is_said_in_words(browser: Browser, tmp_path: Path) -> None:
    with desk(tmp_path) as address, opened(browser, f"{address}#/settings", **EN) as page:
        expect(page.locator(".model").first).to_be_visible()
        page.route("**/api/**", lambda route: route.abort())
        page.get_by_role("link", name="Practise").click()
        page.get_by_role("link", name="Settings", exact=True).click()
        expect(page.get_by_text("moui is not answering").first).to_be_visible()
