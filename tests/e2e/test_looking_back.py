"""Report and history in a real Chromium: read, listened to, followed, practised from, deleted; safe from any text."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, Request, expect

from interview.shapes import Language
from tests.e2e.accessibility import violations
from tests.e2e.browser import chromium, opened
from tests.e2e.desk_server import desk
from tests.e2e.kept_interviews import PAST, keep_past, keep_silent

pytestmark = [pytest.mark.browser]

LOCALES: dict[Language, str] = {"ko": "ko-KR", "en": "en-US"}
LANGUAGES: tuple[Language, ...] = ("ko", "en")
PHONE = {"width": 390, "height": 844}
EVIL = '<img src="x" onerror="window.struck = 1"><script>window.struck = 1</script>'
PLAYING = "() => document.querySelector('.lit') !== null"


@pytest.fixture(scope="module")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    with chromium(playwright_driver, "--autoplay-policy=no-user-gesture-required") as launched:
        yield launched


@dataclass(frozen=True)
class Past:
    url: str
    newest: dict[Language, str]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[Language, str]]:
    folder = tmp_path_factory.mktemp("kept")
    return folder, keep_past(folder / "interviews")


@pytest.fixture
def past(tmp_path: Path, kept: tuple[Path, dict[Language, str]]) -> Iterator[Past]:
    """A copy for each test: making them takes longer than looking at them."""
    folder, newest = kept
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    with desk(tmp_path) as url:
        yield Past(url, newest)


def shown(page: Page, selector: str) -> None:
    expect(page.locator(selector).first).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_report_and_history_are_accessible_on_any_screen(browser: Browser, past: Past, language: Language) -> None:
    for scheme, size in (("light", None), ("dark", PHONE)):
        options = {"locale": LOCALES[language], "color_scheme": scheme} | ({"viewport": size} if size else {})
        with opened(browser, f"{past.url}#/report/{past.newest[language]}", **options) as page:
            shown(page, ".report-question")
            assert violations(page) == []
            page.locator(".turn .play").first.click()
            shown(page, ".player")
            assert violations(page) == []
            page.goto(f"{past.url}#/history")
            shown(page, ".session")
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out sideways"


def test_a_quote_plays_the_second_it_is_about_and_the_transcript_follows(browser: Browser, past: Past) -> None:
    with opened(browser, f"{past.url}#/report/{past.newest['ko']}", locale="ko-KR") as page:
        shown(page, ".report-question")
        quote = page.locator(".quote", has_text="재시도와 멱등 키를 직접").first
        quote.get_by_role("button").click()
        page.wait_for_function("() => (document.querySelector('.turn .lit')?.textContent ?? '').startsWith('재시도')")
        assert page.locator(".turn.now").count() == 1
        assert quote.locator(".lit").count() == 1, "it is followed where it was pressed, too"
        expect(quote.get_by_role("button")).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".playing-title")).to_have_text("질문 1")
        # It stops where the quote ends, within the answer.
        page.wait_for_function("() => document.querySelector('.player .round').getAttribute('aria-label') === '재생'")
        assert page.locator(".turn .lit").first.inner_text() in {"적용했습니다.", "그"}


def test_a_word_plays_from_there_and_what_plays_stops_when_the_page_is_left(browser: Browser, past: Past) -> None:
    with opened(browser, f"{past.url}#/report/{past.newest['en']}", locale="en-US") as page:
        shown(page, ".report-question")
        page.locator(".word", has_text=re.compile("^measured$")).first.click()
        page.wait_for_function("() => ['measured', 'the'].includes(document.querySelector('.lit')?.textContent)")
        page.get_by_role("link", name="All interviews").click()
        shown(page, ".session")
        expect(page.locator(".player")).to_have_count(0)


def test_the_player_is_driven_with_the_keyboard(browser: Browser, past: Past) -> None:
    with opened(browser, f"{past.url}#/report/{past.newest['en']}", locale="en-US") as page:
        shown(page, ".report-question")
        turn = page.locator(".turn .play").first
        turn.focus()
        page.keyboard.press("Enter")
        page.wait_for_function(PLAYING)
        page.keyboard.press("Enter")
        expect(turn).to_have_attribute("aria-pressed", "false")
        place = page.get_by_role("slider", name="Place in the answer")
        before = float(place.input_value())
        place.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("at => Number(document.activeElement.value) > at + 2", arg=before)
        page.get_by_role("button", name=re.compile("^Question 1$")).press("Enter")
        assert page.evaluate("document.activeElement.closest('.turn') !== null")
        page.keyboard.press("Escape")
        expect(page.locator(".player")).to_be_hidden()


def test_a_recording_that_cannot_be_fetched_says_so(browser: Browser, past: Past) -> None:
    with opened(browser, f"{past.url}#/report/{past.newest['ko']}", locale="ko-KR") as page:
        shown(page, ".report-question")
        page.route("**/audio*", lambda route: route.abort("connectionrefused"))
        page.locator(".turn .play").first.click()
        expect(page.locator("#alerts")).to_contain_text("녹음을 재생하지 못했습니다. moui가 응답하지 않습니다.")


def test_an_interview_without_an_answer_has_no_report_yet(browser: Browser, tmp_path: Path) -> None:
    silent = keep_silent(tmp_path / "interviews")
    with desk(tmp_path) as url, opened(browser, f"{url}#/report/{silent}", locale="ko-KR") as page:
        expect(page.get_by_text("답변이 없는 면접입니다")).to_be_visible()
        expect(page.get_by_role("link", name="면접 이어서 하기")).to_be_visible()
        assert violations(page) == []


def test_a_report_that_cannot_be_written_says_why_and_can_be_tried_again(browser: Browser, past: Past) -> None:
    with opened(browser, f"{past.url}#/report/{past.newest['ko']}", locale="ko-KR") as page:
        shown(page, ".report-question")
        failed = {"id": "j1", "status": "failed", "done": 0, "total": 1, "text": "", "error": "모델이 멈췄습니다."}
        page.route("**/api/sessions/*/report*", lambda route: route.fulfill(status=202, json=failed))
        page.route("**/api/jobs/j1*", lambda route: route.fulfill(json=failed))
        page.get_by_role("button", name="다시 쓰기").click()
        expect(page.get_by_role("alert").get_by_text(re.compile("모델이 멈췄습니다.*그대로 있습니다"))).to_be_visible()
        assert violations(page) == []
        page.unroute("**/api/sessions/*/report*")
        page.get_by_role("button", name="이전 리포트로 돌아가기").click()
        shown(page, ".report-question")


def test_a_drill_begins_from_the_report(browser: Browser, past: Past) -> None:
    with opened(browser, f"{past.url}#/report/{past.newest['ko']}", locale="ko-KR") as page:
        page.get_by_role("button", name=re.compile("^지금 연습하기")).first.click()
        page.wait_for_url(re.compile("#/check/"))
        session = page.url.split("/check/")[1]
        made = page.evaluate("id => fetch(`/api/sessions/${id}`).then((answer) => answer.json())", session)
        assert len(made["plan"]["questions"]) == 1


def test_a_report_is_written_where_there_is_none(browser: Browser, past: Past) -> None:
    """The interview that was broken off is given up from the history, and its report written."""
    with opened(browser, f"{past.url}#/history", locale="en-US") as page:
        card = page.locator(".continue")
        expect(card.get_by_role("link", name="Continue")).to_be_visible()
        card.get_by_role("button", name="Give up").click()
        page.get_by_role("dialog").get_by_role("button", name="Give up").click()
        expect(card).to_have_count(0)
        page.get_by_role("link", name="Write a report").click()
        shown(page, ".report-question")


def test_a_report_is_taken_along_and_deleted(browser: Browser, past: Past) -> None:
    with opened(browser, f"{past.url}#/report/{past.newest['en']}", locale="en-US") as page:
        files: dict[str, Path] = {}
        page.get_by_text("Save", exact=True).click()
        for name, ending in (("Page (HTML)", "html"), ("Text (Markdown)", "md"), ("Everything with recordings", "zip")):
            with page.expect_download() as download:
                page.get_by_role("link", name=name).click()
            assert download.value.suggested_filename.endswith(ending)
            files[ending] = download.value.path()
        assert zipfile.is_zipfile(files["zip"])
        file = files["html"].rename(files["html"].with_suffix(".html"))
        with opened(browser, file.as_uri()) as alone:
            expect(alone.get_by_role("heading", level=1)).to_be_visible()
            assert violations(alone) == []
        # On paper nothing is folded away, and dark is light.
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        assert page.evaluate("getComputedStyle(document.querySelector('.report-question')).display") == "block"
        assert page.pdf().startswith(b"%PDF")
        page.emulate_media(media="screen", color_scheme="light")
        page.get_by_role("button", name="Delete").click()
        dialog = page.get_by_role("dialog")
        assert violations(page) == []
        dialog.get_by_role("button", name="Delete").click()
        page.wait_for_url(re.compile("#/history"))
        shown(page, ".session")
        expect(page.locator(".session")).to_have_count(len(PAST))  # one less, and the unfinished one


def test_history_shows_how_it_changes_and_what_comes_back(browser: Browser, past: Past) -> None:
    with opened(browser, f"{past.url}#/history", locale="ko-KR") as page:
        shown(page, ".chart")
        expect(page.get_by_role("img", name=re.compile("^말 속도.*음절"))).to_be_visible()
        expect(page.get_by_role("img", name=re.compile("^STAR 완성도"))).to_be_visible()
        page.get_by_text("영어", exact=True).click()
        expect(page.get_by_role("img", name=re.compile("^말 속도.*단어"))).to_be_visible()
        habit = page.locator(".habit", has_text="‘결과’ 빠뜨리기")
        expect(habit).to_contain_text("면접 6번 중 6번")
        habit.get_by_role("link").first.click()
        page.wait_for_url(re.compile("#/report/"))
        shown(page, ".report-question")
        where = "document.activeElement.closest('.report-question')?.querySelector('.number').textContent"
        page.wait_for_function(f"() => {where} === '2'")


def test_what_was_said_and_written_is_never_run_and_nothing_leaves(browser: Browser, tmp_path: Path) -> None:
    newest = keep_past(tmp_path / "interviews", lambda text: text + EVIL)
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    with desk(tmp_path) as url, opened(browser, url, locale="en-US") as page:
        page.on("request", note)
        for path, there in ((f"#/report/{newest['en']}", ".report-question"), ("#/history", ".session")):
            page.goto(url + path)
            shown(page, there)
        page.goto(f"{url}#/report/{newest['ko']}")
        page.locator(".turn .play").first.click()
        page.wait_for_function(PLAYING)
        assert page.evaluate("window.struck") is None
        assert page.locator("main img, main script").count() == 0
        assert page.get_by_text("onerror").count() > 5, "it is shown, as text"
        origins = {urlsplit(one).netloc for one in asked if not one.startswith(("data:", "blob:"))}
        assert origins == {urlsplit(url).netloc}
