"""What goes wrong while an interview is prepared: each time a sentence in the user's language, and nothing is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from tests.e2e.accessibility import violations
from tests.e2e.browser import opened

pytestmark = [pytest.mark.browser]

MB = 1024 * 1024
KOREAN = re.compile("[가-힣]{2,}.*(니다|세요)")
JOB = {
    "id": "j1",
    "kind": "preparation",
    "subject": "",
    "status": "running",
    "done": 0,
    "total": 2,
    "text": "",
    "error": "",
    "result": {},
}


class Scripted:
    """Stands in for the server's jobs: the first one runs until a test says how it ends."""

    def __init__(self, page: Page) -> None:
        self.answer: dict[str, Any] | int = JOB
        self.stopped = False
        page.route("**/api/preparations*", lambda route: route.fulfill(status=202, json=JOB))
        page.route("**/api/jobs/j1*", self._told)

    def _told(self, route: Route) -> None:
        self.stopped = self.stopped or route.request.method == "DELETE"
        if self.stopped:
            route.fulfill(json={**JOB, "status": "cancelled"})
        elif self.answer == 0:
            route.abort("connectionrefused")
        elif isinstance(self.answer, int):
            route.fulfill(status=self.answer, json={"error": {"message": "gone", "code": "not_found"}})
        else:
            route.fulfill(json=self.answer)


def test_making_the_questions_can_be_cancelled_and_is_found_again(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#/prepare", locale="en-US") as page:
        job = Scripted(page)
        page.get_by_role("button", name="Make the questions").click()
        expect(page.get_by_role("progressbar")).to_be_visible()
        job.answer = {**JOB, "done": 3, "total": 5, "text": "Why us?"}
        expect(page.locator(".making")).to_contain_text("Writing the questions (2 of 4)")
        expect(page.locator(".making")).to_contain_text("Why us?")
        assert violations(page) == []
        page.reload()
        expect(page.locator(".making")).to_contain_text("2 of 4")
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("button", name="Make the questions")).to_be_visible()
        assert job.stopped


def test_a_job_that_fails_says_why_and_can_be_done_without_a_model(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#/prepare", locale="ko-KR") as page:
        job = Scripted(page)
        page.get_by_role("radio", name=re.compile("^토론")).check()
        job.answer = {**JOB, "status": "failed", "error": "언어 모델이 멈췄습니다."}
        page.get_by_role("button", name="질문 만들기").click()
        expect(page.get_by_role("alert").get_by_text("언어 모델이 멈췄습니다.")).to_be_visible()
        expect(page.get_by_role("radio", name=re.compile("^토론"))).to_be_checked()
        assert violations(page) == []
        page.unroute("**/api/preparations*")
        page.get_by_role("button", name="언어 모델 없이 만들기").click()
        expect(page.locator(".question").first).to_be_visible(timeout=60_000)


def test_a_server_that_is_gone_in_the_middle_is_waited_for(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#/prepare", locale="ko-KR") as page:
        job = Scripted(page)
        page.get_by_role("button", name="질문 만들기").click()
        job.answer = 0
        expect(page.locator(".making")).to_contain_text("응답하지 않아")
        job.answer = {**JOB, "done": 1}
        expect(page.locator(".making")).to_contain_text("질문을 고르고 있습니다")
        job.answer = 404
        expect(page.get_by_role("alert").get_by_text(re.compile("다시 시작되어.*그대로 있습니다"))).to_be_visible()
        expect(page.get_by_role("button", name="질문 만들기")).to_be_enabled()


def test_files_that_cannot_be_read_say_why_beside_those_that_can(browser: Browser, url: str) -> None:
    sent: list[str] = []
    with opened(browser, f"{url}#/prepare", locale="ko-KR") as page:
        page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
        broken: FilePayload = {"name": "이력서.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 broken"}
        large: FilePayload = {"name": "사진.pdf", "mimeType": "application/pdf", "buffer": b"0" * (11 * MB)}
        good: FilePayload = {"name": "공고.md", "mimeType": "text/markdown", "buffer": "# 개발자\n- Java".encode()}
        page.locator("input[type=file]").set_input_files([broken, large, good])
        expect(page.locator(".refused")).to_have_count(2)
        for name in ("이력서.pdf", "사진.pdf"):
            expect(page.locator(".refused", has_text=name)).to_contain_text(KOREAN)
        expect(page.locator(".refused", has_text="사진.pdf")).to_contain_text("11MB")
        expect(page.locator(".document.used")).to_have_count(1)
        assert not any("%EC%82%AC%EC%A7%84" in one for one in sent), "what is too large is not even sent"
        assert violations(page) == []
        page.get_by_role("button", name="닫기: 사진.pdf").click()
        expect(page.locator(".refused")).to_have_count(1)


def test_a_file_is_sent_again_when_the_server_is_back(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#/prepare", locale="en-US") as page:
        page.route("**/api/documents?*", lambda route: route.abort("connectionrefused"))
        file: FilePayload = {"name": "posting.md", "mimeType": "text/markdown", "buffer": b"# Engineer\n- Java"}
        page.locator("input[type=file]").set_input_files([file])
        expect(page.locator(".refused")).to_contain_text("moui is not answering")
        page.unroute("**/api/documents?*")
        page.get_by_role("button", name="Try again: posting.md").click()
        expect(page.locator(".document.used")).to_have_count(1)
        expect(page.locator(".refused")).to_have_count(0)


def test_what_was_pasted_or_corrected_stays_until_it_is_kept(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#/prepare", locale="en-US") as page:
        paste = page.get_by_role("button", name="Paste text")
        add = page.get_by_role("dialog").get_by_role("button", name="Add", exact=True)
        area = page.get_by_role("dialog").get_by_role("textbox")
        paste.click()
        add.click()
        expect(page.get_by_role("dialog")).to_contain_text("There is no text yet")
        assert violations(page) == []
        page.route("**/api/documents/text*", lambda route: route.abort("connectionrefused"))
        area.fill("Senior engineer\n\n- Java")
        add.click()
        expect(page.get_by_role("dialog")).to_contain_text("moui is not answering")
        page.keyboard.press("Escape")
        page.unroute("**/api/documents/text*")
        paste.click()
        expect(area).to_have_value("Senior engineer\n\n- Java")
        add.click()
        expect(page.locator(".document .name")).to_have_text("Senior engineer")
        page.get_by_role("button", name="Check text: Senior engineer").click()
        area.fill(" ")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("dialog")).to_contain_text("There is no text yet")
        area.fill("Senior engineer\n\n- Kotlin")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
