"""What is believed without hashing, what is hashed, and who may write at the same time."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models import download, store
from models.licences import Licences
from tests.models.artifacts_for_tests import artifact, digest, known

BODY = b"weights " * 1000
ONE = artifact("one", (known("m.bin", BODY),))


def put(folder: Path, content: bytes = BODY) -> Path:
    path = folder / "one" / "m.bin"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every file that was read in full."""
    seen: list[Path] = []
    real = download.sha256_of

    def noting(path: Path) -> str:
        seen.append(path)
        return real(path)

    monkeypatch.setattr(store, "sha256_of", noting)
    return seen


def test_a_start_hashes_a_file_once_and_never_again(tmp_path: Path, hashed: list[Path]) -> None:
    put(tmp_path)
    assert store.is_present(ONE, tmp_path)
    assert store.is_present(ONE, tmp_path)
    assert len(hashed) == 1


def test_a_touched_file_is_hashed_again(tmp_path: Path, hashed: list[Path]) -> None:
    path = put(tmp_path)
    assert store.is_present(ONE, tmp_path)
    os.utime(path, (1, 1))
    assert store.is_present(ONE, tmp_path)
    assert len(hashed) == 2


def test_a_changed_file_is_missing(tmp_path: Path) -> None:
    put(tmp_path)
    assert store.is_present(ONE, tmp_path)
    put(tmp_path, BODY[:-1] + b"!")
    os.utime(tmp_path / "one" / "m.bin", (1, 1))
    assert not store.is_present(ONE, tmp_path)


def test_a_stamp_for_another_sum_is_not_believed(tmp_path: Path) -> None:
    put(tmp_path)
    assert store.is_present(ONE, tmp_path)
    newer = artifact("one", (known("m.bin", b"X" * len(BODY)),))
    assert not store.is_present(newer, tmp_path)


def test_a_broken_stamp_costs_only_time(tmp_path: Path, hashed: list[Path]) -> None:
    put(tmp_path)
    (tmp_path / "one" / store.STAMP).write_text('{"m.bin": {"si', encoding="utf-8")
    assert store.is_present(ONE, tmp_path)
    assert len(hashed) == 1


def test_verify_reads_everything(tmp_path: Path, hashed: list[Path]) -> None:
    put(tmp_path)
    assert store.is_present(ONE, tmp_path)
    (verdict,) = store.verify([ONE], tmp_path)
    assert (verdict.state, verdict.sha256) == ("ok", digest(BODY))
    assert len(hashed) == 2


def test_verify_finds_a_change_that_size_and_time_hide(tmp_path: Path) -> None:
    path = put(tmp_path)
    assert store.is_present(ONE, tmp_path)
    times = path.stat()
    path.write_bytes(BODY[:-1] + b"!")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert store.is_present(ONE, tmp_path), "a start does not look inside"
    assert [verdict.state for verdict in store.verify([ONE], tmp_path)] == ["changed"]


def test_verify_names_a_missing_file(tmp_path: Path) -> None:
    assert [verdict.state for verdict in store.verify([ONE], tmp_path)] == ["missing"]


def test_artifacts_without_files_are_always_there(tmp_path: Path) -> None:
    assert store.is_present(artifact("api", ()), tmp_path)


def test_the_lock_is_held_across_processes_and_dies_with_its_holder(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from models.store import exclusive\n"
        "with exclusive(pathlib.Path(sys.argv[1])):\n    print('mine', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "mine\n"
        with (tmp_path / ".lock").open("a+") as file:
            assert not store._try_lock(file.fileno())
        holder.kill()
    with store.exclusive(tmp_path):
        pass


def test_a_failed_optional_model_waits_a_day(tmp_path: Path) -> None:
    assert not store.postponed(ONE, tmp_path)
    store.postpone(ONE, tmp_path)
    assert store.postponed(ONE, tmp_path)
    os.utime(tmp_path / store.PARTIAL / "one.later", (1, 1))
    assert not store.postponed(ONE, tmp_path)


# --- licences ---------------------------------------------------------------------------------------------------------

STRICT = artifact("strict", (known("m", b""),), permissive=False, licence="Strict 1.0")


def test_a_licence_is_accepted_once(tmp_path: Path) -> None:
    licences = Licences(tmp_path / "data", now=lambda: datetime(2026, 1, 2, tzinfo=UTC))
    assert not licences.accepted(STRICT)
    assert not licences.declined(STRICT)
    licences.remember(STRICT, True)
    assert Licences(tmp_path / "data").accepted(STRICT)
    assert "2026-01-02" in (tmp_path / "data" / "licences.json").read_text(encoding="utf-8")


def test_a_no_is_remembered_and_can_be_taken_back(tmp_path: Path) -> None:
    licences = Licences(tmp_path)
    licences.remember(STRICT, False)
    assert licences.declined(STRICT)
    assert not licences.accepted(STRICT)
    licences.remember(STRICT, True)
    assert licences.accepted(STRICT)


def test_a_changed_licence_is_asked_again(tmp_path: Path) -> None:
    Licences(tmp_path).remember(STRICT, True)
    changed = artifact("strict", STRICT.files, permissive=False, licence="Strict 2.0")
    assert not Licences(tmp_path).accepted(changed)


def test_permissive_and_empty_artifacts_need_no_answer(tmp_path: Path) -> None:
    assert Licences(tmp_path).accepted(ONE)
    assert Licences(tmp_path).accepted(artifact("cloud", (), permissive=False))


def test_an_unreadable_file_of_answers_means_asking_again(tmp_path: Path) -> None:
    (tmp_path / "licences.json").write_text("[1, 2", encoding="utf-8")
    assert not Licences(tmp_path).accepted(STRICT)
