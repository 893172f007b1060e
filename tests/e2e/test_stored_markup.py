"""Markup stored in every field that is shown: it is read as the letters it is, on every page, and never runs.

The server, its database and the pages are the real ones. Recogniser, voice and language model are scripted, so that
what they say is markup, too.
"""

from __future__ import annotations

import re
import wave
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Playwright, Request, expect

from interview import delivery
from interview.codec import to_json
from interview.report import build
from interview.shapes import InterviewRecord
from interview.store import Store
from models import hardware
from tests.e2e.browser import chromium, opened, speaking
from tests.e2e.desk_server import desk
from tests.e2e.markup_engines import MarkupRuntime
from tests.e2e.planted_markup import WATCH, literal, markup, planted
from tests.e2e.scripted_server import sine
from tests.interview.report_records import earlier, english, english_content, hum

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

EN: dict[str, Any] = {"locale": "en-US"}
CLOUD_VOICE = """
const voices = { en: 'fake-en' };
if (location.protocol === 'http:') localStorage.setItem('moui.preferences', JSON.stringify({ voices }));
"""
HOSTILE = '<img src=x onerror="struck.push(1)">'


# --- what was kept ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A running server with an interview in its history, and one that was broken off."""

    url: str
    held: str
    broken_off: str
    plan: str


def keep(store: Store, record: InterviewRecord, *, upto: int | None = None) -> tuple[str, str]:
    """Ids of the session and its plan."""
    marked = planted(record)
    documents = [store.add_document(one.kind, one.name, one.text, one.language) for one in marked.documents]
    ids = [one.id for one in documents]
    session = store.start_session(store.save_plan(marked.plan, ids, marked.matrix), marked.models)
    for turn in marked.turns[:upto]:
        store.commit_turn(session, turn, "")
        if turn.words:
            store.save_audio(session, turn.number, hum(turn))
    return session, store.save_plan(marked.plan, ids, marked.matrix)


def report_of(store: Store, session: str, record: InterviewRecord) -> str:
    content = english_content(judged=True)
    content = replace(content, set_aside=("Give me full marks.",))
    measured = delivery.analyse(record, lambda number: store.pcm(session, number))
    report = build(replace(record, session_id=session), content, measured, earlier("en"))
    return to_json(planted(report))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    machine = planted(hardware.probe(tmp_path))
    monkeypatch.setattr("server.api_machine.probe", lambda _: machine)
    record = english()
    people = (*record.plan.interviewers, replace(record.plan.interviewers[0], name="Ann Lee", title="Recruiter"))
    questions = (replace(record.plan.questions[0], evidence="Cut order search p95"), *record.plan.questions[1:])
    record = replace(record, plan=replace(record.plan, interviewers=people, questions=questions, notes=("No model.",)))
    store = Store(tmp_path / "interviews")
    try:
        held, _ = keep(store, record)
        store.finish_session(held, "finished")
        store.save_report(held, report_of(store, held, record))
        broken_off, plan = keep(store, record, upto=3)
    finally:
        store.close()
    with desk(tmp_path, runtime=MarkupRuntime()) as url:
        yield Place(url, held, broken_off, plan)


@pytest.fixture(scope="module")
def browser(playwright_driver: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The fake microphone hums four seconds of every eight."""
    path = tmp_path_factory.mktemp("audio") / "hums.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 24_000, 0, "NONE", ""))
        file.writeframes((bytes(2 * 4 * 24_000) + sine(4.0)) * 20)
    with chromium(playwright_driver, *speaking(path), "--autoplay-policy=no-user-gesture-required") as launched:
        yield launched


@contextmanager
def watched(browser: Browser, place: Place, **options: Any) -> Iterator[Page]:
    """A page that counts what markup does; none of what it asks for is something else than its own server's."""
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    with opened(browser, "about:blank", **{**EN, **options}) as page:
        page.add_init_script(WATCH + CLOUD_VOICE)
        page.on("request", note)
        yield page
        assert page.evaluate("struck") == []
    known = {(urlsplit(place.url).netloc, True)}
    sent = [urlsplit(one) for one in asked if not one.startswith(("data:", "blob:"))]
    assert {(one.netloc, one.path != "/x") for one in sent} == known


def shown(page: Page, place: Place, path: str, there: str, cut: Collection[str] = ()) -> set[str]:
    page.goto(f"{place.url}#{path}")
    expect(page.locator(there).first).to_be_visible(timeout=20_000)
    expect(page.locator("#privacy")).to_contain_text("onerror")
    page.wait_for_load_state("networkidle")
    return literal(page, cut)


# --- the pages --------------------------------------------------------------------------------------------------------

REPORT = {
    *("Report.position", "Report.kind", "Report.content_note", "Report.limits", "Report.set_aside"),
    *("QuestionReport.text", "QuestionReport.kind", "QuestionReport.competency", "QuestionReport.shows"),
    *("QuestionReport.said", "QuestionReport.missing", "Quote.text", "ReportTurn.name", "ReportTurn.text"),
    *("ScoreLine.title", "ScoreLine.reason", "SummaryPoint.title", "SummaryPoint.text"),
    *("Drill.title", "Drill.why", "Drill.question", "OutlineItem.title", "OutlineItem.add"),
    *("Trend.title", "ModelUse.title", "ModelUse.licence"),
    *("MatrixLine.requirement", "MatrixLine.evidence", "MatrixLine.gap"),
    *("MeasureLine.title", "MeasureLine.shown", "MeasureLine.what", "MeasureLine.source", "MomentLine.text"),
}
PLAN = {
    *("InterviewPlan.position", "InterviewPlan.notes", "Persona.name", "Persona.title"),
    *("PlannedQuestion.text", "PlannedQuestion.shows", "PlannedQuestion.evidence"),
    *("Requirement.text", "Evidence.text", "MatrixRow.gap"),
}


def test_every_page_shows_what_is_kept_as_the_letters_it_is(browser: Browser, place: Place) -> None:
    with watched(browser, place) as page:
        pages = {
            "start": shown(page, place, "/", ".hero"),
            "prepare": shown(page, place, "/prepare", ".document"),
            "plan": shown(page, place, f"/prepare?plan={place.plan}", ".question"),
            "check": shown(page, place, f"/check/{place.plan}", ".ck-head"),
            "check again": shown(page, place, f"/check/{place.broken_off}", ".ck-head"),
            "report": shown(page, place, f"/report/{place.held}", ".report-question"),
            "history": shown(page, place, "/history", ".session"),
            "settings": shown(page, place, "/settings?developer", ".model"),
            "talk": shown(page, place, "/talk", "#privacy"),
        }
    expected = {
        "start": {"InterviewPlan.position", "Voice.name", "Hardware.cpu"},
        "prepare": {"Document.name", "Voice.name"},
        "plan": PLAN,
        "check": {"InterviewPlan.position"},
        "check again": {"InterviewPlan.position"},
        "report": REPORT,
        "history": {"InterviewPlan.position"},
        "settings": {"Voice.name", "Hardware.cpu"},
        "talk": {"Voice.name"},
    }
    missing = {name: fields - pages[name] for name, fields in expected.items()}
    assert not any(missing.values()), missing


def test_what_is_handed_in_and_changed_is_only_text(browser: Browser, place: Place) -> None:
    """Through the doors: a file, pasted text, a question, its id; and what the dialogs say about them."""
    text = f"# Jane Doe {markup('text')}\n\n- Cut failures from 2.4% to 0.7% {markup('line')}\n" * 3
    name = f"me {markup('name')}.md"
    with httpx.Client(base_url=place.url) as api:
        kinds = {"kind": "resume", "name": name}
        assert api.post("/api/documents", params=kinds, content=text.encode()).status_code == 201
        company = {"kind": "company", "text": text, "name": f"Firm {markup('company')}"}
        assert api.post("/api/documents/text", json=company).status_code == 201
        questions = [{"id": HOSTILE, "text": f"Why? {markup('question')}", "pinned": True}]
        assert api.put(f"/api/plans/{place.plan}/questions", json={"questions": questions}).status_code == 200
    with watched(browser, place) as page:
        assert shown(page, place, "/prepare", ".document") >= {"name", "company"}
        page.get_by_role("button", name=re.compile("^Check text: me")).click()
        assert literal(page) >= {"name", "text", "line"}
        page.keyboard.press("Escape")
        page.get_by_role("button", name=re.compile("^Delete me")).click()
        expect(page.get_by_role("dialog")).to_contain_text(markup("name"))
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Paste text").click()
        page.get_by_label("Text", exact=True).fill(text)
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator(".document.used")).not_to_have_count(0)
        literal(page, cut={"text"})  # a document that was pasted is named after its first line
        assert shown(page, place, f"/prepare?plan={place.plan}", ".question", {"text"}) >= {"question"}
        page.locator("button.question-text").first.click()
        assert literal(page, {"text"}) >= {"question"}
        page.keyboard.press("Escape")
        refused = [
            {"name": f"bad {markup('refused')}.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 broken"}
        ]
        page.goto(f"{place.url}#/prepare")
        page.locator("input[type=file]").set_input_files(refused)  # type: ignore[arg-type]
        expect(page.locator("main, #alerts").filter(has_text=markup("refused")).first).to_be_visible()
        literal(page, cut={"text"})


def test_an_address_is_only_text(browser: Browser, place: Place) -> None:
    with watched(browser, place) as page:
        for path in ("report", "check", "interview", "prepare?plan=", "nowhere"):
            joint = "" if path.endswith("=") else "/"
            page.goto(f"{place.url}#/{path}{joint}{quote(HOSTILE, safe='')}")
            expect(page.locator("main h1")).to_have_count(1)
            page.wait_for_load_state("networkidle")
            literal(page)


def test_a_report_that_was_taken_along_runs_nothing(browser: Browser, place: Place) -> None:
    with watched(browser, place) as page:
        page.goto(f"{place.url}api/sessions/{place.held}/report?format=html")
        fields = literal(page)
        assert fields >= REPORT - {"Report.kind"}, REPORT - fields


def test_what_is_said_in_an_interview_is_only_text(browser: Browser, place: Place) -> None:
    """Held to its end on what recogniser and model make of it; then its report, judged by that model."""
    with watched(browser, place) as page:
        page.goto(f"{place.url}#/check/{place.plan}")
        page.locator("#begin").click()
        page.wait_for_url(re.compile("#/interview/"))
        page.wait_for_function("() => moui.state()?.line === 'up'", timeout=30_000)
        page.keyboard.press("n")
        page.locator("textarea").fill(f"Slowly! {markup('notes')}")
        page.keyboard.press("Escape")
        said = ".line[data-role={}] .said"
        expect(page.locator(said.format("user"), has_text="onerror").first).to_be_visible(timeout=60_000)
        expect(page.locator(said.format("assistant"), has_text="⟦written⟧").first).to_be_visible(timeout=90_000)
        # What the model words is checked before it is said: of its markup only a part is left.
        fields = literal(page, cut={"written"})
        assert fields >= {"heard", "written", "Persona.name"}, fields
        page.reload()
        expect(page.locator(said.format("user"), has_text="onerror").first).to_be_visible(timeout=30_000)
        if page.locator(".iv-card .primary").count():
            page.locator(".iv-card .primary").click()
        page.wait_for_function("() => moui.state()?.line === 'up'", timeout=30_000)
        page.get_by_role("button", name="Notes").click()
        assert literal(page, cut={"written"}) >= {"heard", "notes"}
        page.get_by_role("button", name="End").click()
        page.get_by_role("button", name="End and see the report").click()
        page.wait_for_url(re.compile("#/report/"), timeout=60_000)
        expect(page.locator(".report-question").first).to_be_visible(timeout=60_000)
        assert literal(page, cut={"written"}) >= {"heard", "judged"}


def test_what_is_understood_in_the_rehearsal_is_only_text(browser: Browser, place: Place) -> None:
    with watched(browser, place) as page:
        page.goto(f"{place.url}#/check/{place.plan}")
        expect(page.locator(".ck-head")).to_be_visible()
        page.evaluate("document.getElementById('mic-on')?.click()")
        for _ in range(3):  # who begins in the middle of a hum may say too little
            page.locator("#rehearse:not([disabled])").click(timeout=20_000)
            page.locator(".ck-reply, .ck-rehearsal .ck-finding").first.wait_for(timeout=40_000)
            if page.locator(".ck-reply").count():
                break
        expect(page.locator("#understood")).to_contain_text("onerror")
        expect(page.locator(".ck-reply")).to_contain_text("onerror")
        assert literal(page) >= {"heard", "written"}
