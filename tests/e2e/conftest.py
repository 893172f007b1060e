"""What the end-to-end tests share: a real server on real models, a browser driver, and a candidate who speaks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from playwright.sync_api import Browser, Playwright, sync_playwright

from server.caller.local import Server, local_server
from tests.e2e.browser import chromium, speaking
from tests.e2e.desk_server import desk
from tests.e2e.interview_room import answers
from tests.e2e.scripted_server import ScriptedServer, running

CLIPS = ("LJ001-0004.wav", "LJ001-0006.wav")
SPOKEN_TIMES = 12


@pytest.fixture(scope="module")
def playwright_driver() -> Iterator[Playwright]:
    """Playwright's event loop occupies the thread while this is open, so it ends with its module of tests."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def moui(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`moui serve` with the 0.5B model in a process of its own, ready to talk."""
    with local_server(profile="starter-small", models_dir=weights, data_dir=tmp_path_factory.mktemp("data")) as server:
        yield server


@pytest.fixture(scope="session")
def spoken(speech: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two minutes of somebody who hardly pauses, as a microphone hears them."""
    clips = [soundfile.read(speech / name, dtype="float32") for name in CLIPS]
    [rate] = {rate for _, rate in clips}
    path = tmp_path_factory.mktemp("microphone") / "spoken.wav"
    soundfile.write(path, np.concatenate([audio for audio, _ in clips] * SPOKEN_TIMES), rate, subtype="PCM_16")
    return path


@pytest.fixture(scope="module")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    """Without a microphone."""
    with chromium(playwright_driver) as launched:
        yield launched


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """Where an empty desk is served, without models."""
    with desk(tmp_path) as address:
        yield address


@pytest.fixture(scope="module")
def candidate(playwright_driver: Playwright, spoken: Path) -> Iterator[Browser]:
    """A browser whose microphone speaks."""
    with chromium(playwright_driver, *speaking(spoken)) as launched:
        yield launched


@pytest.fixture
def room() -> Iterator[ScriptedServer]:
    """A scripted server with an interview to be held."""
    with running() as scripted:
        scripted.api = answers()
        yield scripted
