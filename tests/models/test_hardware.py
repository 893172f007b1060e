"""Looking at the machine: answers of nvidia-smi as drivers give them, and this machine for real."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from models import hardware
from models.hardware import Gpu, disk_free_mb, find_gpus, probe, run_quietly

GTX_1660S = "0, NVIDIA GeForce GTX 1660 SUPER, 6144, 5613, 551.86, 7.5\n"
TWO = GTX_1660S + "1, NVIDIA GeForce RTX 2060 SUPER, 8192, 7990, 551.86, 7.5\n"


def smi(answer: str | None, *, old_driver: bool = False) -> hardware.Run:
    def run(command: Sequence[str]) -> str | None:
        assert command[0] == "/usr/bin/nvidia-smi"
        if old_driver and "compute_cap" in command[1]:
            return None
        return answer

    return run


def found(_name: str) -> str | None:
    return "/usr/bin/nvidia-smi"


def test_one_card() -> None:
    gpus, note = find_gpus(smi(GTX_1660S), found)
    assert gpus == (Gpu(0, "NVIDIA GeForce GTX 1660 SUPER", 6144, 5613, "551.86", "7.5"),)
    assert "1 card." in note


def test_two_cards_and_the_best_of_them() -> None:
    gpus, note = find_gpus(smi(TWO), found)
    assert [gpu.vram_mb for gpu in gpus] == [6144, 8192]
    assert "2 cards" in note


def test_a_driver_that_does_not_know_compute_capability() -> None:
    gpus, _ = find_gpus(smi("0, NVIDIA GeForce GTX 970, 4096, 3900, 390.157\n", old_driver=True), found)
    assert gpus[0].compute_capability == ""
    assert gpus[0].driver == "390.157"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "does not answer"),
        ("", "names no card"),
        ("0, Orin (nvgpu), [N/A], [N/A], 540.3.0, 8.7\n", "names no card"),
        ("Failed to initialize NVML\n", "names no card"),
    ],
)
def test_no_usable_card_is_explained(answer: str | None, words: str) -> None:
    gpus, note = find_gpus(smi(answer), found)
    assert gpus == ()
    assert words in note


def test_no_driver_is_explained() -> None:
    gpus, note = find_gpus(smi(GTX_1660S), lambda _name: None)
    assert gpus == ()
    assert "No NVIDIA driver" in note


def test_this_machine_is_described(tmp_path: Path) -> None:
    machine = probe(tmp_path / "not" / "there" / "yet")
    assert machine.cpu
    assert 1 <= machine.physical_cores <= machine.logical_cores
    assert machine.ram_mb >= machine.ram_free_mb > 0
    assert machine.disk_free_mb > 0
    assert machine.gpu_note.endswith(".")
    assert "load extensions" in machine.sqlite
    assert (machine.best_gpu is None) == (not machine.gpus)


def test_a_container_limit_counts(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text(str(512 * 1024 * 1024), encoding="ascii")
    total, free = hardware._memory(limit)
    assert total == 512
    assert free <= 512
    limit.write_text("max\n", encoding="ascii")
    assert hardware._memory(limit)[0] > 512


def test_commands_that_fail_say_nothing(tmp_path: Path) -> None:
    assert run_quietly([str(tmp_path / "absent")]) is None
    assert disk_free_mb(tmp_path) == pytest.approx(disk_free_mb(tmp_path / "a" / "b"), abs=64)
