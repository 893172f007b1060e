"""What the READMEs promise: the two commands first, every model's licence, links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from models.catalog import load_catalog, load_profiles
from server.cli import parser

REPOSITORY = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.ko.md")


def text_of(name: str) -> str:
    return (REPOSITORY / name).read_text("utf-8")


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_come_first(name: str) -> None:
    first_block = text_of(name).split("```")[1]
    commands = [line.split("#")[0].strip() for line in first_block.strip().splitlines()]
    assert commands == ["python3 run.py", "python3 run.py test"]


def test_every_model_and_its_licence_are_listed() -> None:
    readme = text_of("README.md")
    for artifact in load_catalog().values():
        row = (
            f"| [{artifact.title}]({artifact.licence_url}) | {artifact.licence}{'' if artifact.permissive else ' ⚠'} |"
        )
        assert row in readme, artifact.id


@pytest.mark.parametrize("name", READMES)
def test_every_profile_for_users_is_listed(name: str) -> None:
    for profile in load_profiles():
        assert profile == "test" or f"`{profile}`" in text_of(name), profile


@pytest.mark.parametrize("name", READMES)
def test_links_lead_to_files(name: str) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text_of(name)):
        assert (REPOSITORY / target).is_file(), target


@pytest.mark.parametrize("name", READMES)
def test_every_command_named_exists(name: str) -> None:
    commands = {line.split()[1] for line in re.findall(r"^moui \S+", text_of(name), re.MULTILINE)}
    assert commands == {"serve", "interview", "talk", "latency", "doctor", "models"}
    for command in commands:
        with pytest.raises(SystemExit) as ended:
            parser().parse_args([command, "--help"])
        assert ended.value.code == 0
