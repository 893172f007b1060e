"""What all tests share: the real models, the recorded speech, and the rule that nothing important is skipped unseen."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from models.catalog import load_catalog, load_profiles
from models.fetch import is_present
from models.locations import default_models_dir

MODELS_OF_TESTS = ("starter", "starter-small", "test")
"""Profiles whose models the tests use; `python3 run.py test` fetches them."""

AUDIO = Path(__file__).resolve().parent / "audio"


@pytest.fixture(scope="session")
def weights() -> Path:
    """The models folder with everything the tests use. A missing model fails the test: it is never skipped."""
    catalog, profiles, folder = load_catalog(), load_profiles(), default_models_dir()
    wanted = {artifact.id: artifact for name in MODELS_OF_TESTS for artifact in profiles[name].required(catalog)}
    missing = [name for name, artifact in wanted.items() if not is_present(artifact, folder)]
    if missing:
        commands = " && ".join(f"moui models fetch --profile {name}" for name in MODELS_OF_TESTS)
        pytest.fail(f"{folder} lacks {', '.join(missing)}: run `python3 run.py test`, or {commands}", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def speech() -> Path:
    """The folder with the recorded clips; manifest.json there says what they say."""
    return AUDIO


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI a test on real models or in a real browser that was skipped is a failure: it would prove nothing."""
    report = yield
    marked = item.get_closest_marker("real") or item.get_closest_marker("browser")
    if report.skipped and marked is not None and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"A test marked {marked.name!r} must not be skipped under CI. {reason}"
    return report
