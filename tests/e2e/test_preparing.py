"""From documents to a plan in a real Chromium: handed in, corrected, chosen, planned, changed; never run."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.e2e.accessibility import violations
from tests.e2e.browser import opened

pytestmark = [pytest.mark.browser]

EVIL = '<img src="x" onerror="window.struck = 1"><script>window.struck = 1</script>'
RESUME = f"# Jane Doe\n\n- Built the payment service in Java, cut failures from 2.4% to 0.7%\n- {EVIL}\n"
NAME = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
POSTING = f"# Backend engineer\n\n## Requirements\n\n- Three years of Java\n- Kubernetes in production {EVIL}\n"


def planned(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^(Make the questions|질문 만들기)$")).click()
    expect(page.locator(".question").first).to_be_visible(timeout=60_000)


def texts(page: Page) -> list[str]:
    return page.locator(".question:not(.removed) button.question-text").all_inner_texts()


@pytest.mark.parametrize("locale", ["ko-KR", "en-US"])
def test_preparing_is_accessible_on_any_screen(browser: Browser, url: str, locale: str) -> None:
    for scheme, viewport in (("light", {"width": 1200, "height": 860}), ("dark", {"width": 390, "height": 844})):
        with opened(browser, f"{url}#/prepare", locale=locale, color_scheme=scheme, viewport=viewport) as page:
            expect(page.locator(".choices")).to_be_visible()
            assert violations(page) == []
            if page.locator(".document").count() == 0:
                page.get_by_role("button", name=re.compile("sample|예시")).click()
            expect(page.locator(".document.used")).to_have_count(3)
            assert violations(page) == []
            planned(page)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out sideways"
            page.locator("button.question-text").first.click()
            assert violations(page) == []


def test_documents_are_handed_in_checked_and_corrected(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#/prepare", locale="en-US") as page:
        files: list[FilePayload] = [
            {"name": f"resume{EVIL}.md", "mimeType": "text/markdown", "buffer": RESUME.encode()},
            {"name": "backend posting.md", "mimeType": "text/markdown", "buffer": POSTING.encode()},
        ]
        page.locator("input[type=file]").set_input_files(files)
        expect(page.locator(".document.used")).to_have_count(2)
        row = page.locator(".document", has_text="resume")
        expect(row.get_by_role("combobox")).to_have_value("resume")
        row.get_by_role("button", name=re.compile("^Check text")).click()
        area = page.get_by_label("Text of the document")
        expect(area).to_have_value(re.compile("payment service"))
        area.fill(RESUME.replace("Java", "Kotlin"))
        size = row.locator(".size")
        before = size.inner_text()
        page.get_by_role("button", name="Save").click()
        expect(size).not_to_have_text(before)
        row.get_by_role("button", name=re.compile("^Check text")).click()
        expect(area).to_have_value(re.compile("Kotlin"))
        page.keyboard.press("Escape")
        planned(page)
        expect(page.locator(".matrix")).to_contain_text("Three years of Java")
        assert page.evaluate("window.struck") is None
        assert page.locator("main img, main script").count() == 0


def test_what_is_pasted_is_a_document_and_can_be_deleted(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#/prepare", locale="en-US") as page:
        page.get_by_role("button", name="Paste text").click()
        page.get_by_label("Kind of document").select_option("posting")
        page.get_by_label("Text", exact=True).fill(POSTING)
        page.get_by_role("button", name="Add", exact=True).click()
        row = page.locator(".document.used")
        expect(row.get_by_role("combobox")).to_have_value("posting")
        row.get_by_role("combobox").select_option("company")
        expect(row.get_by_role("combobox")).to_have_value("company")
        row.get_by_role("button", name=re.compile("^Delete")).click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(page.locator(".document")).to_have_count(0)


def test_pressure_is_held_only_if_agreed_to(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#/prepare", locale="en-US") as page:
        page.get_by_role("radio", name=re.compile("^Pressure")).check()
        make = page.get_by_role("button", name="Make the questions")
        make.click()
        expect(page.locator("#alerts")).to_contain_text("only held if you agree")
        page.get_by_role("switch", name="I agree to pressure questions").check()
        planned(page)


def test_a_plan_is_changed_with_the_keyboard_and_kept(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#/prepare", locale="en-US") as page:
        planned(page)
        before = texts(page)
        down = page.get_by_role("button", name="Move question 1 down")
        down.focus()
        page.keyboard.press("Enter")
        assert texts(page)[:2] == [before[1], before[0]]
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Move question 2 down"
        expect(page.locator("#live")).to_have_text(re.compile("now number 2"))
        page.get_by_role("button", name="Leave question 1 out").click()
        assert texts(page) == [before[0], *before[2:]]
        page.get_by_role("button", name="Add a question of your own").click()
        page.get_by_label("Question", exact=True).fill(f"What would you do first? {EVIL}")
        page.get_by_role("button", name="Add", exact=True).click()
        page.reload()
        expect(page.locator(".question.removed")).to_have_count(1)
        after = texts(page)
        assert after[-1].startswith("What would you do first?")
        assert page.evaluate("window.struck") is None
        page.get_by_role("button", name="To the sound check").click()
        page.wait_for_url(re.compile("#/check/"))
        plan = page.evaluate("id => fetch(`/api/plans/${id}`).then((answer) => answer.json())", page.url.split("/")[-1])
        assert [question["text"] for question in plan["plan"]["questions"]] == after


def test_everything_is_reached_with_the_keyboard(browser: Browser, url: str) -> None:
    with opened(browser, f"{url}#/prepare", locale="en-US") as page:
        page.on(
            "filechooser", lambda _: None
        )  # from now on choosers come here: begun with the key press, it is too late
        page.get_by_role("button", name="Choose files").focus()
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Enter")
        resume: FilePayload = {"name": "resume.md", "mimeType": "text/markdown", "buffer": RESUME.encode()}
        posting: FilePayload = {"name": "posting.md", "mimeType": "text/markdown", "buffer": POSTING.encode()}
        chooser.value.set_files([resume, posting])
        expect(page.locator(".document.used")).to_have_count(2)
        seen: list[str] = []
        for _ in range(60):
            page.keyboard.press("Tab")
            seen.append(page.evaluate(NAME))
            if seen[-1] == "Make the questions":
                break
        wanted = (
            "Use resume.md",
            "Kind of document: posting.md",
            "Check text: resume.md",
            "Delete posting.md",
            "Paste text",
        )
        for name in wanted:
            assert name in seen, seen
        page.keyboard.press("Enter")
        expect(page.locator(".matrix")).to_be_visible(timeout=60_000)
        row = page.locator(".question").first
        row.locator(".question-text").focus()
        for name in ("Move question 1 down", "Pin question 1", "Leave question 1 out"):
            for _ in range(3):
                page.keyboard.press("Tab")
                if page.evaluate(NAME) == name:
                    break
            assert page.evaluate(NAME) == name
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="Pin question 1")).to_have_attribute("aria-pressed", "true")
