"""The whole way a candidate goes, in a real Chromium on real models: documents in, questions looked through, sound
checked, an interview held aloud to its end, a report that quotes it, an answer heard again. Nobody else is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest
from playwright.sync_api import FilePayload, Page, Playwright, expect

from interview import samples
from interview.shapes import Language
from models.engines.piper import load
from models.ports import MIC_RATE_HZ, Pcm, SynthesizeRequest
from models.registry import EngineOptions
from server.caller.local import Server
from server.caller.sound import read_clip, write_wav
from tests.e2e.browser import chromium, opened, speaking
from voice.audio import StreamResampler

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.timeout(400)]

LEAD_S = 13.0
"""Until the first answer, from the page's opening of the microphone: connection, greeting and question."""
GAP_S = 15.0
"""Between answers: endpoint, reply, and what the interviewer says. Where that takes longer the answer breaks in; where
it is shorter the candidate was thinking."""
ANSWERS = 12
ANSWER_S = 20
"""A question's time: shorter than the page offers, so that one answer is enough of it."""

SHORTER = """async ([plan, seconds]) => {
  const { plan: { questions } } = await (await fetch(`/api/plans/${plan}`)).json();
  const order = questions.map(({ id }) => ({ id, seconds }));
  const body = JSON.stringify({ questions: order });
  const headers = { 'Content-Type': 'application/json' };
  return (await fetch(`/api/plans/${plan}/questions`, { method: 'PUT', headers, body })).status;
}"""
GET = "async (path) => (await fetch(path)).json()"
SOUND = """async (path) => {
  const context = new AudioContext();
  const heard = await context.decodeAudioData(await (await fetch(path)).arrayBuffer());
  const loudest = heard.getChannelData(0).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return [heard.duration, loudest];
}"""
PLAYING = "() => document.querySelector('.lit') !== null"


@dataclass(frozen=True)
class Candidate:
    """`says` is a recorded clip, or a sentence for a voice to say: the answer to everything. `heard` is in what is
    understood of it."""

    locale: str
    says: str
    heard: str
    questions: tuple[str, str]


CANDIDATES: dict[Language, Candidate] = {
    "en": Candidate(
        "en-US",
        "I moved the sales data to a new system, and I asked the store managers what they needed. As a result, the "
        "report took four hours instead of three days.",
        "store managers",
        ("What drives you?", "What did you learn from it?"),
    ),
    "ko": Candidate("ko-KR", "ko_short.wav", "생각", ("무엇을 배우셨습니까?", "어떤 점이 어려우셨습니까?")),
}


def spoken(says: str, speech: Path, weights: Path) -> Pcm:
    """At 16 kHz: the recording, twice so that it fills a question's time, or Piper's reading."""
    if says.endswith(".wav"):
        once = read_clip(speech / says).audio
        return np.concatenate([once, once])
    engine = load(EngineOptions(directory=weights / "piper-en-us-joe-medium", threads=2))
    try:
        chunks = list(engine.synthesize(SynthesizeRequest(says, "piper-en-joe", "en")))
    finally:
        engine.close()
    resampler = StreamResampler(chunks[0].sample_rate_hz, MIC_RATE_HZ)
    return np.concatenate([*(resampler.process(chunk.audio) for chunk in chunks), resampler.flush()])


def microphone(answer: Pcm, path: Path) -> Path:
    """The answer as a microphone hears it in an interview: in a quiet room, after each question."""
    generator = np.random.default_rng(1)

    def quiet(seconds: float) -> Pcm:
        return generator.normal(0.0, 2e-4, round(MIC_RATE_HZ * seconds)).astype(np.float32)

    parts = [quiet(LEAD_S)]
    for _ in range(ANSWERS):
        parts += [answer, quiet(GAP_S)]
    write_wav(path, np.concatenate(parts), MIC_RATE_HZ)
    return path


@pytest.fixture
def microphones(weights: Path, speech: Path, tmp_path: Path) -> dict[Language, Path]:
    return {
        language: microphone(spoken(candidate.says, speech, weights), tmp_path / f"{language}.wav")
        for language, candidate in CANDIDATES.items()
    }


@pytest.mark.parametrize("language", ["en", "ko"])
def test_from_documents_to_a_report(
    playwright_driver: Playwright, moui: Server, microphones: dict[Language, Path], language: Language
) -> None:
    candidate, wav = CANDIDATES[language], microphones[language]
    clear_the_desk(moui)
    asked: list[str] = []
    with (
        chromium(playwright_driver, *speaking(wav)) as browser,
        opened(browser, "about:blank", locale=candidate.locale) as page,
    ):
        page.on("request", lambda request: asked.append(request.url))
        page.on("websocket", lambda socket: asked.append(socket.url))
        page.goto(moui.url)
        hand_in(page, language)
        plan = look_through(page, candidate)
        check(page, plan)
        session = be_interviewed(page)
        read(page, session, candidate)
    kinds = {urlsplit(one).scheme for one in asked}
    assert kinds <= {"http", "ws", "data", "blob"}
    assert kinds >= {"http", "ws"}
    assert {urlsplit(one).netloc for one in asked} - {""} == {urlsplit(moui.url).netloc}


def clear_the_desk(moui: Server) -> None:
    """What others handed in is not this candidate's."""
    answer = httpx.request("DELETE", f"{moui.url}/api/everything", json={"confirm": "delete everything"}, timeout=30.0)
    assert answer.status_code == 204


def hand_in(page: Page, language: Language) -> None:
    """A résumé as a file, a posting as text; the shortest interview."""
    page.locator("main a[href='#/prepare']").first.click()
    folder = samples.FOLDER / language
    resume: FilePayload = {
        "name": "resume.md",
        "mimeType": "text/markdown",
        "buffer": (folder / "resume.md").read_bytes(),
    }
    page.locator("input[type=file]").set_input_files([resume])
    expect(page.locator(".document.used")).to_have_count(1, timeout=20_000)
    page.get_by_role("button", name=re.compile("^(Paste text|글 붙여넣기)$")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").select_option("posting")
    dialog.get_by_role("textbox").fill((folder / "posting.md").read_text("utf-8"))
    dialog.get_by_role("button", name=re.compile("^(Add|추가)$")).click()
    expect(page.locator(".document.used")).to_have_count(2)
    page.get_by_role("radio", name=re.compile("^5")).check(force=True)
    page.get_by_role("button", name=re.compile("^(Make the questions|질문 만들기)$")).click()


def look_through(page: Page, candidate: Candidate) -> str:
    """The plan's id, of which as many questions are left as the candidate has, in other words."""
    expect(page.locator(".matrix tbody tr").first).to_be_visible(timeout=150_000)
    leave_out = page.get_by_role("button", name=re.compile(r"^(Leave question \d+ out|질문 \d+ 빼기)$"))
    while leave_out.count() > len(candidate.questions):
        leave_out.last.click()
    for number, text in enumerate(candidate.questions):
        page.locator(".question:not(.removed) button.question-text").nth(number).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox").fill(text)
        dialog.get_by_role("button", name=re.compile("^(Save|저장)$")).click()
    expect(page.locator(".question:not(.removed) button.question-text")).to_have_text(list(candidate.questions))
    page.get_by_role("button", name=re.compile("^(To the sound check|소리 점검으로)$")).click()
    page.wait_for_url(re.compile("#/check/"))
    return page.url.rsplit("/", 1)[1]


def check(page: Page, plan: str) -> None:
    """The microphone is heard, in a quiet room, and the interview begun."""
    assert page.evaluate(SHORTER, [plan, ANSWER_S]) == 200
    page.evaluate("document.getElementById('mic-on')?.click()")
    expect(page.locator(".ck-mic .ck-finding.good")).to_be_visible(timeout=20_000)
    page.locator("#begin").click()
    page.wait_for_url(re.compile("#/interview/"))


def be_interviewed(page: Page) -> str:
    """The session's id, when the interviewer has said goodbye and the report has opened by itself."""
    session = page.url.rsplit("/", 1)[1]
    page.wait_for_function("() => moui.state()?.line === 'up'", timeout=60_000)
    page.wait_for_url(re.compile("#/report/"), timeout=180_000)
    assert page.url.rsplit("/", 1)[1] == session
    return session


def read(page: Page, session: str, candidate: Candidate) -> None:
    """The report quotes what was said, and it can be heard again."""
    expect(page.locator(".report-question")).to_have_count(len(candidate.questions), timeout=60_000)
    record = page.evaluate(GET, f"/api/sessions/{session}")
    assert record["summary"]["status"] == "finished"
    answers = [turn for turn in record["turns"] if turn["speaker"] == "candidate" and turn["question_id"]]
    assert any(candidate.heard in plain(turn["text"]) for turn in answers), answers
    said = {turn["number"]: turn["text"] for turn in answers}
    quoted = [text.strip("“”") for text in page.locator(".quote p").all_inner_texts()]
    assert quoted, "a report without a quote"
    assert all(any(quote in text for text in said.values()) for quote in quoted), (quoted, said)

    seconds, loudest = page.evaluate(SOUND, f"/api/sessions/{session}/turns/{answers[0]['number']}/audio")
    assert seconds > 1.0
    assert loudest > 0.05, "the recording is silent"
    page.locator(".turn .play").first.click()
    page.wait_for_function(PLAYING, timeout=20_000)


def plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", "", text.lower()).split())
