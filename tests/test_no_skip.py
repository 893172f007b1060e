"""Under CI, a skipped test on real models or in a real browser is a failure (tests/conftest.py)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import pytest

@pytest.mark.{mark}
def test_it():
    pytest.skip("no model here")
"""


@pytest.mark.parametrize(
    ("mark", "ci", "outcome"),
    [
        ("real", "true", "1 failed"),
        ("browser", "true", "1 failed"),
        ("real", "", "1 skipped"),
        ("other", "true", "1 skipped"),
    ],
)
def test_what_must_not_be_skipped(tmp_path: Path, mark: str, ci: str, outcome: str) -> None:
    (tmp_path / "test_it.py").write_text(PROGRAM.format(mark=mark), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n real\n browser\n other\n", encoding="utf-8")
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env={**os.environ, "CI": ci, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in done.stdout
