"""run.py: what it decides and which commands it gives. Nothing is installed and nothing is fetched here."""

from __future__ import annotations

import builtins
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import run as starter
from tests import provide

ROOT = Path(__file__).resolve().parent.parent
LOCK = "alpha==1.0\nllama-cpp-python==0.3.36\ntorch==2.13.0\nzeta==2.0\n"


class Machine:
    """A clone in a temporary folder whose commands are written down instead of run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.pips: list[tuple[tuple[str, ...], dict[str, str]]] = []
        self.runs: list[list[str]] = []
        self.became: list[str] = []
        self.failing: tuple[str, ...] = ()
        self.exit_code = 0
        self.output = b""
        for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
            (root / name).write_text(LOCK, encoding="utf-8")

    def pip(self, *arguments: str, **environment: str) -> None:
        self.pips.append((arguments, environment))
        if self.failing and set(self.failing) <= set(arguments):
            raise starter.Trouble("pip failed")

    def run(self, command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        self.runs.append(command)
        return subprocess.CompletedProcess(command, self.exit_code, self.output)

    def become(self, command: list[str], _environment: dict[str, str]) -> int:
        self.became = command
        return 0

    @property
    def llama(self) -> tuple[tuple[str, ...], dict[str, str]]:
        """The last installation of llama.cpp."""
        return next(
            call for call in reversed(self.pips) if any(word.startswith("llama-cpp-python") for word in call[0])
        )


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    venv = tmp_path / ".venv"
    monkeypatch.setattr(starter, "ROOT", tmp_path)
    monkeypatch.setattr(starter, "VENV", venv)
    monkeypatch.setattr(starter, "BIN", venv / "bin")
    monkeypatch.setattr(starter, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(starter, "STAMP", venv / "stamp.json")
    monkeypatch.setattr(starter, "LOG", venv / "setup.log")
    monkeypatch.setattr(starter, "pip", made.pip)
    monkeypatch.setattr(starter, "run", made.run)
    monkeypatch.setattr(starter, "become", made.become)
    monkeypatch.setattr(starter, "has_compiler", lambda: True)
    monkeypatch.delenv("CMAKE_ARGS", raising=False)

    def make_venv() -> None:
        (venv / "bin").mkdir(parents=True, exist_ok=True)
        (venv / "bin" / "python").touch()

    monkeypatch.setattr(starter, "make_venv", make_venv)
    return made


def test_the_first_start_installs_fetches_and_serves(machine: Machine) -> None:
    assert starter.main(["--port", "8123", "--no-browser", "--models-dir", "/m", "--data-dir", "/d"]) == 0
    installed = [arguments[-1] for arguments, _ in machine.pips][1:]
    assert installed == ["torch==2.13.0+cpu", "llama-cpp-python==0.3.36", str(machine.root)]
    fetched = machine.runs[-1]
    assert fetched[1:] == ["models", "fetch", "--profile", "starter", "--models-dir", "/m", "--data-dir", "/d"]
    served = [
        "serve",
        "--profile",
        "starter",
        "--port",
        "8123",
        "--models-dir",
        "/m",
        "--data-dir",
        "/d",
        "--no-browser",
    ]
    assert machine.became[1:] == served


@pytest.fixture
def linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")


@pytest.mark.usefixtures("linux")
def test_torch_for_the_cpu_comes_from_its_own_index_where_the_configured_ones_lack_it(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured, own = ("install", "--no-deps", "torch==2.13.0+cpu"), starter.TORCH_CPU_WHEELS

    def pip(*arguments: str, **_: str) -> None:
        machine.pips.append((arguments, {}))
        if arguments == configured:
            raise starter.Trouble("no such version")

    monkeypatch.setattr(starter, "pip", pip)
    starter.install_torch("torch==2.13.0")
    assert [arguments for arguments, _ in machine.pips] == [
        configured,
        ("install", "--no-deps", "--index-url", own, "torch==2.13.0+cpu"),
    ]


def test_torch_elsewhere_is_the_index_s_own(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    starter.install_torch("torch==2.13.0")
    assert machine.pips == [(("install", "--no-deps", "torch==2.13.0"), {})]


def test_a_second_start_installs_nothing(machine: Machine) -> None:
    starter.main([])
    machine.pips.clear()
    starter.main([])
    assert machine.pips == []


def test_a_changed_lock_installs_again(machine: Machine) -> None:
    starter.main([])
    machine.pips.clear()
    (machine.root / "requirements.lock").write_text(LOCK + "new==1\n", encoding="utf-8")
    starter.main([])
    assert machine.pips


def test_an_interrupted_installation_is_not_taken_for_a_finished_one(machine: Machine) -> None:
    machine.failing = ("llama-cpp-python==0.3.36",)
    assert starter.main([]) == 1
    machine.failing = ()
    machine.pips.clear()
    assert starter.main([]) == 0
    assert machine.llama


def test_what_tests_need_is_enough_to_serve(machine: Machine) -> None:
    assert starter.main(["test", "-k", "one"]) == 0
    assert machine.became[1:] == ["-m", "pytest", "-k", "one"]
    assert machine.runs[-1][1:] == ["-m", "tests.provide"]
    assert [word for word in machine.runs[-2] if word in starter.TEST_PROFILES] == list(starter.TEST_PROFILES)
    machine.pips.clear()
    assert starter.main([]) == 0
    assert machine.pips == []


def test_missing_models_end_the_start(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.exit_code = 1
    assert starter.main([]) == 1
    assert machine.became == []
    assert "start again to go on where it stopped" in capsys.readouterr().err


# --- llama.cpp --------------------------------------------------------------------------------------------------------


def test_llama_is_never_built_for_this_machine_only(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    starter.main(["setup"])
    assert machine.llama[1] == {"CMAKE_ARGS": "-DGGML_NATIVE=OFF"}
    monkeypatch.setenv("CMAKE_ARGS", "-DGGML_BLAS=ON")
    starter.STAMP.unlink()
    starter.main(["setup"])
    assert machine.llama[1] == {"CMAKE_ARGS": "-DGGML_BLAS=ON  -DGGML_NATIVE=OFF"}


def test_without_a_compiler_the_wheels_are_used(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "has_compiler", lambda: False)
    starter.main(["setup"])
    arguments, environment = machine.llama
    assert "https://abetlen.github.io/llama-cpp-python/whl/cpu" in arguments
    assert arguments[-1] == "llama-cpp-python==0.3.36"
    assert environment == {}


def test_a_version_without_a_wheel_takes_a_near_one(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "has_compiler", lambda: False)
    machine.failing = ("--only-binary", "llama-cpp-python==0.3.36")
    assert starter.main(["setup"]) == 0
    assert machine.llama[0][-1] == "llama-cpp-python>=0.3.16,<0.4"


def test_cuda_is_compiled_where_it_can_be(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    starter.main(["setup", "--cuda"])
    arguments, environment = machine.llama
    assert environment["CMAKE_ARGS"].split() == ["-DGGML_CUDA=on", "-DGGML_NATIVE=OFF"]
    assert "--no-cache-dir" in arguments, "pip's cache may hold a build without CUDA"
    assert any(arguments[1:] == starter.CUDA_LIBRARIES for arguments, _ in machine.pips)


def test_cuda_comes_as_a_wheel_where_it_cannot(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    starter.main(["setup", "--cuda"])
    assert "https://abetlen.github.io/llama-cpp-python/whl/cu124" in machine.llama[0]


def test_going_over_to_cuda_replaces_llama_and_stays(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    starter.main(["setup"])
    starter.main(["setup", "--cuda"])
    assert "--force-reinstall" in machine.llama[0]
    machine.pips.clear()
    starter.main(["setup"])
    assert machine.pips == []


def test_with_a_card_the_doctor_chooses_the_profile(machine: Machine) -> None:
    machine.output = json.dumps({"profile": "rtx2060s-8gb"}).encode()
    starter.main(["--cuda"])
    assert machine.became[2:4] == ["--profile", "rtx2060s-8gb"]
    machine.output = b"no JSON"
    assert starter.main([]) == 1


# --- words for what goes wrong ----------------------------------------------------------------------------------------


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    assert starter.main([]) == 1
    assert "moui needs Python 3.11 or newer" in capsys.readouterr().err


def test_a_python_without_venv_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "PYTHON", tmp_path / "no" / "python")
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "ensurepip":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(starter.Trouble, match=r"apt install python3\.\d+-venv"):
        starter.make_venv()


def test_a_failing_pip_shows_its_last_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(starter, "LOG", tmp_path / "log")
    with pytest.raises(starter.Trouble, match=r"(?s)is this machine online.*no-such-folder"):
        starter.pip("install", "--no-index", str(tmp_path / "no-such-folder"))


def test_ctrl_c_in_a_download_ends_everything(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    machine.exit_code = 130
    assert starter.main([]) == 130
    assert "stopped" in capsys.readouterr().err


def test_the_locks_of_this_repository_can_be_split() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        others, llama, torch = starter.split_lock((ROOT / name).read_text(encoding="utf-8"))
        assert llama.startswith("llama-cpp-python==")
        assert torch.startswith("torch==")
        assert "llama" not in others
        assert "\ntorch==" not in others
        assert "\nnvidia-" not in others, "embeddings run on the CPU: no gigabytes of CUDA packages"
        assert "\nfastapi==" in others


def test_help_needs_only_the_standard_library() -> None:
    shown = subprocess.run(
        [sys.executable, "-S", "-I", str(ROOT / "run.py"), "--help"], capture_output=True, text=True, check=True
    )
    assert "run.py test" in shown.stdout


def test_the_cuda_libraries_of_pip_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "VENV", tmp_path)
    folder = tmp_path / "lib" / "python3.11" / "site-packages" / "nvidia" / "cublas" / "lib"
    assert starter.with_cuda({"A": "b"}) == {"A": "b"}
    folder.mkdir(parents=True)
    variable = "PATH" if os.name == "nt" else "LD_LIBRARY_PATH"
    assert starter.with_cuda({variable: "/x"}) == {variable: f"{folder}{os.pathsep}/x"}


# --- what the tests need ----------------------------------------------------------------------------------------------


def test_a_named_browser_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOUI_CHROMIUM", "/opt/chromium")
    assert provide.provide_browser() == "/opt/chromium"


def test_without_any_browser_the_reason_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provide, "find_browser", lambda: None)
    monkeypatch.setattr(provide, "_quietly", lambda *_args, **_kwargs: 1)
    with pytest.raises(provide.Missing, match="no Chromium, Chrome or Edge"):
        provide.provide_browser()


def test_node_packages_are_installed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def quietly(command: list[str], **_: object) -> int:
        commands.append(command)
        (tmp_path / "node_modules").mkdir(exist_ok=True)
        return 0

    monkeypatch.setattr(provide, "WEB", tmp_path)
    monkeypatch.setattr(provide, "_quietly", quietly)
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    provide.provide_node_packages()
    assert commands == [], "no lock, nothing to install"
    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    provide.provide_node_packages()
    provide.provide_node_packages()
    assert [command[1] for command in commands] == ["ci"]
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(provide.Missing, match=r"Node\.js 20"):
        provide.provide_node_packages()
