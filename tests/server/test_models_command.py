"""`moui models`: what it prints, what it asks, and its exit status."""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from models.artifacts import Artifact, ArtifactFile
from models.catalog import Catalog, Profiles
from models.fetch import FetchError, Progress
from models.ports import Role
from models.profiles import Profile
from server.commands import models as command
from server.commands import progress

BODY = b"weights"


def artifact(name: str, role: Role, **changes: Any) -> Artifact:
    fields: dict[str, Any] = {
        "id": name,
        "role": role,
        "engine": "x",
        "title": f"The {name}",
        "languages": ("en",),
        "licence": "MIT",
        "licence_url": "https://example.org",
        "permissive": True,
        "size_mb": 1,
        "files": (ArtifactFile("m", len(BODY)),),
    }
    return Artifact(**{**fields, **changes})


CATALOG = Catalog(
    {
        a.id: a
        for a in (
            artifact("vad", Role.VAD),
            artifact("eot", Role.END_OF_TURN),
            artifact("stt", Role.STT),
            artifact("llm", Role.LLM),
            artifact("voice", Role.TTS),
            artifact("strict", Role.TTS, permissive=False, licence="Strict 1.0"),
            artifact("embedding", Role.EMBEDDING),
        )
    }
)
PROFILE = Profile(
    name="starter",
    title="Starter",
    description="",
    device="cpu",
    vram_mb=0,
    stt="stt",
    llm="llm",
    tts=("voice", "strict"),
    vad="vad",
    end_of_turn="eot",
    languages=("en",),
    embedding="embedding",
    optional=("strict",),
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was downloaded; the command runs on a catalog of its own."""
    seen: list[str] = []

    def fetch(artifacts: list[Artifact], folder: Path, receive: Callable[[Progress], None], **_: Any) -> list[str]:
        for one in artifacts:
            path = folder / one.id / "m"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(BODY)
            receive(Progress(one.id, 0, 7))
            receive(Progress(one.id, 7, 7, finished=True))
        seen.extend(one.id for one in artifacts)
        return [one.id for one in artifacts]

    monkeypatch.setattr(command, "fetch", fetch)
    monkeypatch.setattr(command, "load_catalog", lambda: CATALOG)
    monkeypatch.setattr(command, "load_profiles", lambda: Profiles({"starter": PROFILE}))
    return seen


Call = Callable[..., int]


@pytest.fixture
def moui(tmp_path: Path, fetched: list[str]) -> Call:
    def call(*arguments: str) -> int:
        parser = argparse.ArgumentParser("moui")
        command.add_parser(parser.add_subparsers())
        folders = ["--models-dir", str(tmp_path / "models")]
        if arguments[0] == "fetch":
            folders += ["--data-dir", str(tmp_path / "data")]
        args = parser.parse_args(["models", *arguments, *folders])
        return int(args.run(args))

    return call


def test_fetch_brings_everything_that_the_profile_uses(
    moui: Call, fetched: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert moui("fetch") == 0
    assert sorted(fetched) == ["embedding", "eot", "llm", "stt", "vad", "voice"]
    told = capsys.readouterr().err
    assert "llm: done" in told
    assert "Left out: The strict is under Strict 1.0" in told
    assert moui("fetch") == 0
    assert len(fetched) == 6, "nothing is fetched twice"


def test_a_required_licence_that_nobody_accepted_is_an_error(
    moui: Call, fetched: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert moui("fetch", "strict") == 1
    assert fetched == []
    assert "--accept-licence strict" in capsys.readouterr().err


def test_an_accepted_licence_is_remembered(moui: Call, fetched: list[str]) -> None:
    assert moui("fetch", "strict", "--accept-licence", "strict") == 0
    assert fetched == ["strict"]


@pytest.mark.parametrize(("answer", "expected"), [("y\n", ["strict"]), ("네\n", ["strict"]), ("\n", []), ("n\n", [])])
def test_a_person_is_asked_once(
    moui: Call, fetched: list[str], monkeypatch: pytest.MonkeyPatch, answer: str, expected: list[str]
) -> None:
    moui("fetch")
    fetched.clear()
    terminal = Terminal()
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    monkeypatch.setattr("sys.stderr", terminal)
    assert moui("fetch") == 0
    assert fetched == expected
    assert "Do you accept it? [y/N]" in terminal.getvalue()
    monkeypatch.setattr("sys.stdin", Terminal(""))
    moui("fetch")
    assert terminal.getvalue().count("Do you accept it?") == 1


def test_an_optional_model_that_cannot_be_had_is_no_error_and_waits(
    moui: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    moui("fetch")
    tries: list[str] = []

    def unreachable(artifacts: list[Artifact], *_: Any, **__: Any) -> list[str]:
        tries.extend(one.id for one in artifacts)
        raise FetchError("The hub could not be reached.")

    monkeypatch.setattr(command, "fetch", unreachable)
    assert moui("fetch", "--profile", "starter", "--accept-licence", "strict") == 0
    assert "Left out: The hub could not be reached." in capsys.readouterr().err
    assert moui("fetch", "--profile", "starter") == 0
    assert "tried again tomorrow" in capsys.readouterr().err
    assert tries == ["strict"]


def test_a_failure_is_one_sentence_and_1(
    moui: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: Any, **__: Any) -> list[str]:
        raise FetchError("The disk is full.")

    monkeypatch.setattr(command, "fetch", full)
    assert moui("fetch", "llm") == 1
    assert capsys.readouterr().err.splitlines()[-1] == "moui: The disk is full."
    assert moui("fetch", "llm", "--json") == 1
    assert json.loads(capsys.readouterr().out)["error"] == "The disk is full."


def test_ctrl_c_is_130(moui: Call, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: Any, **__: Any) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "fetch", interrupted)
    assert moui("fetch") == 130
    assert "is kept and continued next time" in capsys.readouterr().err


def test_an_unknown_name_is_explained(moui: Call, capsys: pytest.CaptureFixture[str]) -> None:
    assert moui("fetch", "gpt-9") == 1
    assert "There is no model called 'gpt-9'" in capsys.readouterr().err


def test_list_shows_what_is_here(moui: Call, capsys: pytest.CaptureFixture[str]) -> None:
    moui("fetch", "llm")
    capsys.readouterr()
    assert moui("list") == 0
    rows = {line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line}
    assert rows["llm"].endswith("yes, no sum")
    assert rows["stt"].endswith("no, no sum")
    assert "Strict 1.0 *" in rows["strict"]
    assert moui("list", "--json", "--profile", "starter") == 0
    listed = json.loads(capsys.readouterr().out)["models"]
    assert {row["id"]: row["present"] for row in listed}["llm"] is True
    assert "embedding" in {row["id"] for row in listed}


def test_verify_tells_intact_changed_and_missing_apart(
    moui: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moui("fetch")
    assert moui("list") == 0  # takes the sums
    capsys.readouterr()
    assert moui("verify") == 0
    assert "llm/m: as downloaded" in capsys.readouterr().out
    (tmp_path / "models" / "llm" / "m").write_bytes(b"WEIGHTS")
    (tmp_path / "models" / "stt" / "m").unlink()
    assert moui("verify", "--profile", "starter", "--json") == 1
    report = json.loads(capsys.readouterr().out)
    states = {row["model"]: row["state"] for row in report["files"]}
    assert (report["ok"], states["llm"], states["stt"], states["vad"]) == (False, "changed", "missing", "unknown")
    assert "strict" not in states, "an optional model that was never fetched is not missing"


def test_bars_are_drawn_for_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with progress.shown() as receive:
        receive(Progress("llm", 5_000_000, 10_000_000))
        receive(Progress("llm", 10_000_000, 10_000_000, finished=True))
    assert "llm" in terminal.getvalue()


def test_lines_are_few_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.shown() as receive:
        for done in range(0, 101):
            receive(Progress("llm", done * 1_000_000, 100_000_000))
        receive(Progress("llm", 100_000_000, 100_000_000, finished=True))
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "  llm: downloading 100 MB",
        "  llm: 25% of 100 MB",
        "  llm: 50% of 100 MB",
        "  llm: 75% of 100 MB",
        "  llm: 100% of 100 MB",
        "  llm: done",
    ]
