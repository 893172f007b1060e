"""A model is tried once: its answers are kept for its file and for these very prompts, and for nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from interview.judging import calibration, prompt
from interview.judging.calibration import Calibration, hold, requests, verdict, version
from interview.judging.judge import judge
from interview.judging.trials import MOST, Trials
from interview.shapes import Language
from models.ports import EngineCrashed, GenerateRequest
from tests.interview.planted_answers import planted, record
from tests.interview.test_judge import ScriptedJudge, discerning, one, says

CALLS = 12


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "judges.json"


async def calls(trials: Trials, language: Language = "en") -> int:
    """How many calls of a report were the trial's."""
    llm = ScriptedJudge(discerning)
    made = record(language, "good", [planted(language)[1]])
    found = await judge(made, llm, samples=1, trials=trials)
    assert found.judged
    return len(llm.requests) - 6


async def test_the_second_report_needs_no_trial(path: Path) -> None:
    assert await calls(Trials(path, "model-a")) == CALLS
    assert await calls(Trials(path, "model-a")) == 0
    assert await calls(Trials(path, "model-a"), "ko") == CALLS, "another language is another trial"
    assert await calls(Trials(path, "model-b")) == CALLS, "another file is another model"
    assert await calls(Trials(path, "model-a")) == 0


async def test_other_prompts_are_another_trial(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await calls(Trials(path, "model-a")) == CALLS
    before = version("en")
    monkeypatch.setattr(prompt, "MAX_TOKENS", 180)
    for made in (requests, version):
        made.cache_clear()
    try:
        assert version("en") != before
        assert await calls(Trials(path, "model-a")) == CALLS
    finally:
        monkeypatch.undo()
        for made in (requests, version):
            made.cache_clear()
    assert version("en") == before
    assert version("ko") != version("en")


async def test_what_is_kept_are_answers_and_the_verdict_is_made_anew(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trials = Trials(path, "model-a")
    replies = await hold(ScriptedJudge(discerning), "en")
    trials.keep("en", replies)
    assert trials.find("en") == replies
    assert verdict("en", replies) == Calibration("en", 3, 3, 4.0)
    monkeypatch.setattr(calibration, "LEAD", 4.5)
    found = await judge(one(), ScriptedJudge(discerning), samples=1, trials=trials)
    assert not found.judged


async def test_a_failed_trial_is_kept_too(path: Path) -> None:
    llm = ScriptedJudge(says(level=4))
    for _ in range(2):
        found = await judge(one(), llm, trials=Trials(path, "model-a"))
        assert not found.judged
        assert "failed a trial" in found.note
    assert len(llm.requests) == CALLS


async def test_a_trial_that_broke_off_is_held_again(path: Path) -> None:
    def breaks(request: GenerateRequest) -> str:
        if len(llm.requests) == 5:
            raise EngineCrashed("The model's process ended.")
        return discerning(request)

    llm = ScriptedJudge(breaks)
    assert not (await judge(one(), llm, samples=1, trials=Trials(path, "model-a"))).judged
    assert await calls(Trials(path, "model-a")) == CALLS, "nothing was kept"


async def test_the_trial_is_part_of_the_progress(path: Path) -> None:
    seen: list[tuple[int, int]] = []
    for _ in range(2):
        await judge(
            one(),
            ScriptedJudge(discerning),
            samples=1,
            trials=Trials(path, "model-a"),
            on_progress=lambda done, of: seen.append((done, of)),
        )
    assert seen == [*((done, CALLS + 6) for done in range(1, CALLS + 7)), *((done, 6) for done in range(1, 7))]


async def test_a_model_elsewhere_is_tried_every_time(path: Path) -> None:
    for _ in range(2):
        assert await calls(Trials(path, "")) == CALLS


@pytest.fixture(params=["", "no json", "[]", '{"model-a/en/x": 3}', "{}"])
def nonsense(request: pytest.FixtureRequest, path: Path) -> Path:
    path.parent.mkdir()
    path.write_text(request.param, "utf-8")
    return path


async def test_a_file_that_makes_no_sense_costs_the_trial_only(nonsense: Path) -> None:
    assert await calls(Trials(nonsense, "model-a")) == CALLS
    assert await calls(Trials(nonsense, "model-a")) == 0


@pytest.fixture
def unwritable(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("", "utf-8")
    return tmp_path / "file" / "judges.json"


async def test_a_folder_that_cannot_be_written_costs_the_keeping_only(unwritable: Path) -> None:
    for _ in range(2):
        assert await calls(Trials(unwritable, "model-a")) == CALLS


def test_only_the_newest_are_kept(path: Path) -> None:
    for number in range(MOST + 3):
        Trials(path, f"model-{number}").keep("en", (None,) * CALLS)
    kept = json.loads(path.read_text("utf-8"))
    assert len(kept) == MOST
    assert Trials(path, "model-0").find("en") is None
    assert Trials(path, f"model-{MOST + 2}").find("en") == (None,) * CALLS
