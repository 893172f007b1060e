#!/usr/bin/env python3
"""One command from a fresh clone to a running moui. Needs Python 3.11 or newer and nothing else.

  python3 run.py                  install into .venv, fetch the models, start the server
  python3 run.py --profile NAME   another set of models (see: .venv/bin/moui models list)
  python3 run.py --cuda           llama.cpp for an NVIDIA card
  python3 run.py test [...]       install what the tests need and run them; arguments go to pytest
  python3 run.py setup [--dev]    install only

What is installed already is left alone: a second start needs no network.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "moui-setup.json"
LOG = VENV / "moui-setup.log"
OLDEST = (3, 11)

# Never tuned for the compiling machine: a CPU may advertise what its system forbids (AMX in many containers: SIGSEGV).
PORTABLE = "-DGGML_NATIVE=OFF"
WHEELS = "https://abetlen.github.io/llama-cpp-python/whl"
CUDA_WHEELS = "cu124"
CUDA_LIBRARIES = ("nvidia-cuda-runtime-cu12==12.9.79", "nvidia-cublas-cu12==12.9.3.13", "nvidia-cudnn-cu12==9.28.0.42")
TORCH_CPU_WHEELS = "https://download.pytorch.org/whl/cpu"
DEFAULT_PROFILE = "starter"
TEST_PROFILES = ("starter", "starter-small", "test")
SERVE_FLAGS = ("host", "port", "models_dir", "data_dir")


class Trouble(Exception):
    """Ends the program with one sentence."""


def main(argv: list[str]) -> int:
    if sys.version_info < OLDEST:
        have = platform.python_version()
        print(
            f"moui needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {have}. Get one from python.org.",
            file=sys.stderr,
        )
        return 1
    try:
        if argv[:1] == ["test"]:
            return test(argv[1:])
        if argv[:1] == ["setup"]:
            args = parser("setup").parse_args(argv[1:])
            set_up(dev=args.dev, cuda=args.cuda)
            return 0
        return serve(parser("serve").parse_args(argv))
    except Trouble as trouble:
        print(f"moui: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nmoui: stopped.", file=sys.stderr)
        return 130


def parser(command: str) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser("run.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--cuda", action="store_true", help="llama.cpp for an NVIDIA card")
    if command == "setup":
        made.add_argument("--dev", action="store_true", help="also what tests and checks need")
        return made
    made.add_argument("--profile", help="which set of models (default: starter; with --cuda what `moui doctor` says)")
    made.add_argument("--host", help="address to listen on (default: 127.0.0.1, this machine only)")
    made.add_argument("--port", help="port to listen on (default: 8000)")
    made.add_argument("--no-browser", action="store_true", help="do not open the browser")
    made.add_argument("--models-dir", help="where models are kept (default: models/weights)")
    made.add_argument("--data-dir", help="where interviews and accepted licences are kept")
    return made


def serve(args: argparse.Namespace) -> int:
    set_up(dev=False, cuda=args.cuda)
    profile = args.profile or best_profile()
    fetch([profile], args.models_dir, args.data_dir)
    flags = ["--profile", profile]
    for name in SERVE_FLAGS:
        if value := getattr(args, name):
            flags += [f"--{name.replace('_', '-')}", value]
    return become(
        [tool("moui"), "serve", *flags, *(["--no-browser"] if args.no_browser else [])], with_cuda(os.environ)
    )


def best_profile() -> str:
    """Without a llama.cpp for a card there is nothing to ask: no profile for a card would fit."""
    if not read_stamp().get("llama", "").startswith("cuda"):
        return DEFAULT_PROFILE
    answer = run([tool("moui"), "doctor", "--json"], capture_output=True, env=with_cuda(os.environ)).stdout
    try:
        return str(json.loads(answer)["profile"])
    except (ValueError, KeyError, TypeError):
        raise Trouble("this machine could not be judged: see `moui doctor`, or name a --profile.") from None


def test(arguments: list[str]) -> int:
    set_up(dev=True, cuda=False)
    fetch(TEST_PROFILES, None, None)
    if run([str(PYTHON), "-m", "tests.provide"]).returncode:
        return 1
    return become([str(PYTHON), "-m", "pytest", *arguments], dict(os.environ))


def fetch(profiles: tuple[str, ...] | list[str], models_dir: str | None, data_dir: str | None) -> None:
    flags = [flag for name in profiles for flag in ("--profile", name)]
    flags += ["--models-dir", models_dir] if models_dir else []
    flags += ["--data-dir", data_dir] if data_dir else []
    code = run([tool("moui"), "models", "fetch", *flags]).returncode
    if code == 130:
        raise KeyboardInterrupt
    if code:
        raise Trouble("the models are not complete (see above); start again to go on where it stopped.")


# --- installing -------------------------------------------------------------------------------------------------------


def set_up(*, dev: bool, cuda: bool) -> None:
    """Make .venv hold exactly what the lock file says. Does nothing, and needs no network, when it already does."""
    done = read_stamp()
    # Once set up for a card it stays so: `--cuda` need not be said at every start.
    kind = llama_kind(cuda or str(done.get("llama", "")).startswith("cuda"), done)
    runtime, extra = fingerprint("requirements.lock", kind), fingerprint("requirements-dev.lock", kind)
    if PYTHON.exists() and done.get("runtime") == runtime and (not dev or done.get("dev") == extra):
        return
    make_venv()
    dev = dev or "dev" in done
    lock = "requirements-dev.lock" if dev else "requirements.lock"
    wanted, llama, torch = split_lock((ROOT / lock).read_text(encoding="utf-8"))
    say("installing packages (once, some minutes)")
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text(wanted, encoding="utf-8")
        pip("install", "--no-deps", "-r", str(requirements))
    install_torch(torch)
    install_llama(llama, kind, replace=bool(done) and done.get("llama") != kind)
    pip("install", "--no-deps", "--editable", str(ROOT))
    STAMP.write_text(
        json.dumps({"runtime": runtime, "llama": kind, **({"dev": extra} if dev else {})}), encoding="utf-8"
    )


def read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def fingerprint(lock: str, kind: str) -> str:
    """Changes whenever the same command would install something else."""
    parts = [(ROOT / name).read_bytes() for name in (lock, "pyproject.toml")]
    here = f"{kind} {sys.version_info[:2]} {ROOT}"
    return hashlib.sha256(b"\0".join([*parts, here.encode()])).hexdigest()


def split_lock(text: str) -> tuple[str, str, str]:
    """The lock without llama-cpp-python and torch, which are installed in ways of their own, and these two lines."""
    lines = text.splitlines()
    apart = []
    for package in ("llama-cpp-python", "torch"):
        found = [line for line in lines if line.startswith(f"{package}==")]
        if len(found) != 1:
            raise Trouble(f"the lock file does not name {package} exactly once.")
        apart += found
    return "\n".join(line for line in lines if line not in apart) + "\n", apart[0], apart[1]


def make_venv() -> None:
    if PYTHON.exists() and run([str(PYTHON), "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return
    say("making .venv")
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    try:
        import ensurepip  # noqa: F401  # Debian ships it apart
        import venv
    except ImportError:
        raise Trouble(
            f"this Python cannot make a virtual environment; on Debian or Ubuntu: apt install {package}"
        ) from None
    try:
        venv.create(VENV, clear=True, with_pip=True, symlinks=os.name != "nt")
    except (OSError, subprocess.CalledProcessError) as error:
        raise Trouble(f"{VENV} could not be made ({error}).") from error


def llama_kind(cuda: bool, done: dict[str, str]) -> str:
    """How llama.cpp gets here. What is installed already stays, whatever compilers came or went since."""
    if done.get("llama", "").startswith("cuda" if cuda else "cpu"):
        return done["llama"]
    if cuda:
        return "cuda-source" if has_compiler() and shutil.which("nvcc") else "cuda-wheel"
    return "cpu-source" if has_compiler() else "cpu-wheel"


def has_compiler() -> bool:
    if any(shutil.which(name) for name in ("c++", "g++", "clang++", "cl")):
        return True
    vswhere = Path(os.environ.get("PROGRAMFILES(X86)", "")) / "Microsoft Visual Studio/Installer/vswhere.exe"
    if os.name != "nt" or not vswhere.is_file():
        return False
    tools = "Microsoft.VisualStudio.Component.VC.Tools.x86.x64"
    found = subprocess.run(
        [str(vswhere), "-products", "*", "-requires", tools], capture_output=True, text=True, check=False
    )
    return bool(found.stdout.strip())


def install_torch(requirement: str) -> None:
    """A CPU build: only embeddings use torch, on the CPU, and the package index's build for Linux wants gigabytes of
    CUDA packages to be imported at all. Elsewhere the index's own build is one for the CPU."""
    if sys.platform != "linux":
        pip("install", "--no-deps", requirement)
        return
    for index in ([], ["--index-url", TORCH_CPU_WHEELS]):
        try:
            pip("install", "--no-deps", *index, f"{requirement}+cpu")
        except Trouble:
            continue
        return
    raise Trouble(f"torch for the CPU could not be installed: is {TORCH_CPU_WHEELS} reachable? Details: {LOG.name}")


def install_llama(requirement: str, kind: str, *, replace: bool) -> None:
    # pip's cache knows neither flags nor cards: what it would serve may be a build of the other kind.
    force = ["--force-reinstall", "--no-cache-dir"] if replace or kind == "cuda-source" else []
    if kind.startswith("cuda"):
        pip("install", *CUDA_LIBRARIES)
    if kind.endswith("source"):
        say("installing llama.cpp (the first time it is compiled: about 4 minutes on 2 cores)")
        wanted = [os.environ.get("CMAKE_ARGS", ""), "-DGGML_CUDA=on" if kind == "cuda-source" else ""]
        flags = " ".join([*wanted, "" if "GGML_NATIVE" in wanted[0] else PORTABLE]).strip()
        pip("install", "--no-deps", *force, requirement, CMAKE_ARGS=flags)
        return
    index = f"{WHEELS}/{CUDA_WHEELS if kind.startswith('cuda') else 'cpu'}"
    say(f"installing llama.cpp from {index}")
    only = ["install", "--no-deps", *force, "--only-binary", ":all:", "--index-url", index]
    try:
        pip(*only, requirement)
    except Trouble:
        # Not every version is published as a wheel; a near one is better than none.
        pip(*only, "llama-cpp-python>=0.3.16,<0.4")


def pip(*arguments: str, **environment: str) -> None:
    """Run the venv's pip quietly; its last words only where it fails."""
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"\n$ pip {' '.join(arguments)} {environment}\n")
        log.flush()
        command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", *arguments]
        code = run(command, env={**os.environ, **environment}, stdout=log, stderr=subprocess.STDOUT).returncode
    if code:
        tail = LOG.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        raise Trouble(
            "pip failed (is this machine online?); its last lines, the rest is in .venv/moui-setup.log:\n"
            + "\n".join(tail)
        )


# --- running ----------------------------------------------------------------------------------------------------------


def with_cuda(environment: Mapping[str, str]) -> dict[str, str]:
    """Lets the engines find the CUDA libraries that pip installed, where there are any."""
    places = [
        str(path)
        for pattern in ("lib/python*/site-packages", "Lib/site-packages")
        for path in VENV.glob(f"{pattern}/nvidia/*/*")
        if path.name in ("lib", "bin")
    ]
    variable = "PATH" if os.name == "nt" else "LD_LIBRARY_PATH"
    old = environment.get(variable)
    return (
        {**environment, variable: os.pathsep.join([*places, *([old] if old else [])])} if places else dict(environment)
    )


def tool(name: str) -> str:
    return str(BIN / (f"{name}.exe" if os.name == "nt" else name))


def say(text: str) -> None:
    print(f"moui: {text}", file=sys.stderr, flush=True)


def run(command: list[str], **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, cwd=ROOT, check=False, **options)  # type: ignore[call-overload, no-any-return]


def become(command: list[str], environment: dict[str, str]) -> int:
    """Hand over to the command: its signals and its exit status are ours."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.chdir(ROOT)
    if os.name != "nt":
        os.execve(command[0], command, environment)
    child = subprocess.Popen(command, env=environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the child too; it decides when it is done
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
