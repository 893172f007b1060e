"""`moui interview` against a scripted server: what it hands in, when it answers, what it writes, how it fails."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interview.shapes import Language
from interview.talk.intents import Intent, understand
from server import cli
from server.caller import interview as candidate
from server.caller.client import CallError
from server.caller.interview_answers import read_answers
from server.caller.interview_files import quotes_in
from server.caller.sound import write_wav
from tests.server.interview_server import InterviewServer, Line, serving

DOCS = Path(__file__).resolve().parents[2] / "docs"

ASKED = [
    Line("Hello. What did you build?"),
    Line("Thank you. What was your own part in the dashboard?", "probe"),
    Line("Anything you would like to add?", "closing"),
    Line("Goodbye.", "farewell", over="finished"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cv.md").write_text("# Maya\n", "utf-8")
    (tmp_path / "posting.md").write_text("# Analyst\n", "utf-8")
    (tmp_path / "answers").mkdir()
    return tmp_path


def typed(folder: Path, *lines: str) -> None:
    (folder / "answers" / "answers.txt").write_text("\n".join(lines) + "\n", "utf-8")


def spoken(folder: Path, count: int) -> None:
    tone = (0.3 * np.sin(np.arange(3200) / 8)).astype(np.float32)
    for number in range(count):
        write_wav(folder / "answers" / f"a{number}.wav", np.pad(tone, (0, 1600)), 16_000)


async def interview(server: InterviewServer, folder: Path, *more: str) -> int:
    command = ["interview", "--url", server.url, "--language", "en", "--answers", str(folder / "answers")]
    command += ["--resume", str(folder / "cv.md"), "--job", str(folder / "posting.md"), "--out", str(folder / "out")]
    return await asyncio.to_thread(cli.main, [*command, *more])


async def test_typed_answers_are_given_in_order_and_the_report_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(folder, "A dashboard.", "", "I wrote the queries.", "No, thank you.")
    quote = {"text": "wrote the queries", "turn": 3, "start": 2, "end": 19}
    async with serving(InterviewServer(ASKED, {"strengths": [{"quote": quote}]})) as server:
        assert await interview(server, folder, "--minutes", "5", "--samples", "0", "--no-audio-kept") == 0
    assert [(kind, name) for kind, name, _ in server.uploads] == [("resume", "cv.md"), ("posting", "posting.md")]
    [wish] = server.requests
    assert wish["document_ids"] == ["d1", "d2"]
    assert (wish["request"]["kind"], wish["request"]["minutes"], wish["request"]["language"]) == ("mixed", 5, "en")
    assert server.sessions == [{"plan_id": "p1", "keep_audio": False}]
    assert server.reports == [{"samples": 0}]
    assert server.answers == ["A dashboard.", "I wrote the queries.", "No, thank you."]
    assert server.mic_samples == 0, "nobody spoke"
    written = {path.name for path in (folder / "out").iterdir()}
    assert written == {"report.json", "report.html", "report.md", "transcript.md"}
    shown = capsys.readouterr()
    assert "interviewer: Hello. What did you build?" in shown.out
    assert "candidate:   A dashboard." in shown.out
    assert "interviewer: Goodbye." in shown.out
    assert "1 of 1 in the report" in shown.out
    assert "preparing: Reading (1 of 2)" in shown.err
    assert "note: cv.md: It is short." in shown.err


async def test_spoken_answers_wait_for_the_interviewer_s_last_word(folder: Path) -> None:
    spoken(folder, 3)
    async with serving(InterviewServer(ASKED)) as server:
        assert await interview(server, folder, "--recordings") == 0
    assert server.answers == ["clip 0", "clip 1", "clip 2"]
    assert not server.early
    assert "evil.sh" not in {path.name for path in (folder / "out").iterdir()}
    assert server.mic_samples > 3 * 4800, "the microphone is open all the time"
    assert (folder / "out" / "recordings" / "0001-candidate.ogg").read_bytes() == b"sound"
    assert {path.name for path in (folder / "out" / "recordings").iterdir()} == {"0001-candidate.ogg"}


async def test_a_slow_reply_is_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidate, "NO_TURN_AFTER_S", 0.2)
    spoken(folder, 3)
    async with serving(InterviewServer(ASKED, reply_s=0.6)) as server:
        assert await interview(server, folder) == 0
    assert server.answers == ["clip 0", "clip 1", "clip 2"]


async def test_an_answer_that_was_not_heard_is_given_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(candidate, "NO_TURN_AFTER_S", 0.3)
    spoken(folder, 3)
    async with serving(InterviewServer(ASKED, deaf_to={0}, silent_at={2})) as server:
        assert await interview(server, folder, "--json") == 0
    assert server.answers == ["clip 1", "clip 3", "clip 4"], "five clips for three answers"
    result = json.loads(capsys.readouterr().out)
    assert (result["used"], result["left"], result["how"]) == (3, 0, "finished")
    assert result["notes"] == ["a0.wav was not heard.", "a1.wav was not heard."]


async def test_without_answers_left_the_candidate_ends_it(folder: Path) -> None:
    typed(folder, "A dashboard.")
    lines = [*ASKED[:2], Line("Goodbye.", "farewell", over="ended_early")]
    async with serving(InterviewServer(lines)) as server:
        assert await interview(server, folder) == 0
    assert server.answers == ["A dashboard.", candidate.ENDING["en"]]


async def test_asked_for_last_words_the_candidate_says_goodbye(folder: Path) -> None:
    typed(folder, "A dashboard.", "I wrote the queries.")
    async with serving(InterviewServer(ASKED)) as server:
        assert await interview(server, folder) == 0
    assert server.answers[-1] == candidate.CLOSING["en"]


async def test_answers_that_are_not_needed_are_counted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed(folder, "one", "two", "three", "four", "five")
    async with serving(InterviewServer(ASKED)) as server:
        assert await interview(server, folder) == 0
    assert "3 given, 2 not needed" in capsys.readouterr().out


async def test_preparation_takes_no_answer(folder: Path) -> None:
    typed(folder, "Here is my talk.")
    lines = [Line("You have two minutes.", "preparation"), Line("Please begin."), *ASKED[2:]]
    async with serving(InterviewServer(lines)) as server:
        assert await interview(server, folder) == 0
    controls = [event["action"] for event in server.events if event["type"] == "moui.interview.control"]
    assert controls == ["ready"]
    assert server.answers == ["Here is my talk.", candidate.CLOSING["en"]]


async def test_a_quote_that_nobody_said_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed(folder, "A dashboard.", "I wrote the queries.", "No.")
    quotes = [
        {"text": "A dashboard.", "turn": 1, "start": 0, "end": 12},
        {"text": "X", "turn": 3, "start": 0, "end": 1},
    ]
    async with serving(InterviewServer(ASKED, {"quotes": quotes})) as server:
        assert await interview(server, folder) == 1
    out = capsys.readouterr().out
    assert "1 of 2 in the report" in out
    assert "not found   “X”" in out


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"job_error": "The posting asks for nothing."}, "moui: The posting asks for nothing."),
        ({"hangs_up_at": 1}, "moui: The server ended the call"),
    ],
)
async def test_what_goes_wrong_is_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], changes: dict[str, Any], sentence: str
) -> None:
    typed(folder, "A dashboard.")
    async with serving(InterviewServer(ASKED, **changes)) as server:
        assert await interview(server, folder) == 1
    assert sentence in capsys.readouterr().err


async def test_a_document_that_is_refused_is_said_in_the_server_s_words(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(folder, "A dashboard.")
    (folder / "cv.md").write_bytes(b"")
    async with serving(InterviewServer(ASKED)) as server:
        assert await interview(server, folder) == 1
    assert "moui: cv.md is empty." in capsys.readouterr().err


async def test_an_interview_that_does_not_end_is_broken_off(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("server.commands.interview.SLACK_S", -599.5)
    typed(folder, "A dashboard.")
    lines = [ASKED[0], Line("Goodbye.", "farewell", over="ended_early"), *ASKED[2:]]
    server = InterviewServer(lines, silent_at={0})
    (folder / "answers" / "answers.txt").unlink()
    spoken(folder, 1)
    monkeypatch.setattr(candidate, "NO_TURN_AFTER_S", 30.0)
    async with serving(server):
        assert await interview(server, folder, "--minutes", "5") == 1
    assert "was broken off" in capsys.readouterr().out
    assert [event["action"] for event in server.events if event["type"] == "moui.interview.control"] == ["end"]


def test_missing_files_are_said_before_anything_starts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["interview", "--resume", str(folder / "none.pdf"), "--job", str(folder / "posting.md")]
    assert cli.main([*command, "--answers", str(folder / "answers")]) == 1
    assert "holds no answers" in capsys.readouterr().err
    typed(folder, "A dashboard.")
    assert cli.main([*command, "--answers", str(folder / "answers")]) == 1
    assert "none.pdf cannot be read: No such file" in capsys.readouterr().err


def test_answers_come_in_the_order_of_their_numbers(folder: Path) -> None:
    answers = folder / "answers"
    for name, text in (("10.txt", "ten"), ("2.txt", "two\nlines"), ("1.txt", "\ufeffone"), ("notes.md", "no")):
        (answers / name).write_text(text, "utf-8")
    assert [answer.text for answer in read_answers(answers)] == ["one", "two lines", "ten"]
    with pytest.raises(CallError, match="is no folder"):
        read_answers(answers / "1.txt")
    (answers / "3.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CallError, match=r"3\.txt cannot be read as UTF-8"):
        read_answers(answers)


def test_quotes_are_found_wherever_they_stand() -> None:
    quote = {"text": "a", "turn": 0, "start": 0, "end": 1, "start_sample": None}
    report = {"questions": [{"scores": [{"quote": quote}, {"quote": None}]}], "moments": [{"text": "b", "turn": 1}]}
    assert list(quotes_in(report)) == [quote]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_candidate_s_last_words_are_understood(language: Language) -> None:
    assert understand(candidate.ENDING[language], language) is Intent.END


@pytest.mark.parametrize("guide", ["interview.md", "interview.ko.md"])
def test_what_the_guide_says_one_can_say_is_understood(guide: str) -> None:
    """The examples of its table; the last column's, in whichever language."""
    section = (DOCS / guide).read_text("utf-8").split("\n## ")[2]
    rows = [row for row in section.splitlines() if row.startswith("| ")]
    examples = [example for row in rows for example in re.findall(r'"([^"]+)"', row)]
    assert len(examples) > 8
    for example in examples:
        language: Language = "en" if example.isascii() else "ko"
        assert understand(example, language) is not Intent.ANSWER, example
