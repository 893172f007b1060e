"""What the tests need beside Python packages: a Chromium, and the node packages of the JavaScript tests.

Run by `python3 run.py test`. What is there already is used; only what is missing is fetched.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "tests" / "web"

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
INSTALLED = (
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
    r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
    r"%ProgramFiles%\Microsoft\Edge\Application\msedge.exe",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


class Missing(Exception):
    """Something the tests need could not be provided. One sentence."""


def find_browser() -> str | None:
    """The path of a Chromium, Chrome or Edge: MOUI_CHROMIUM, an installed one, or the one playwright downloaded."""
    if configured := os.environ.get("MOUI_CHROMIUM"):
        return configured
    if found := next((path for name in NAMES if (path := shutil.which(name))), None):
        return found
    if found := next((path for entry in INSTALLED if Path(path := os.path.expandvars(entry)).is_file()), None):
        return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        path = driver.chromium.executable_path
    return path if Path(path).is_file() else None


def provide_browser() -> str:
    if found := find_browser():
        return found
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("moui: installing Chromium for the browser tests (apt)", file=sys.stderr, flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _quietly(["apt-get", "update"], environment)
        _quietly(["apt-get", "install", "-y", "--no-install-recommends", "chromium"], environment)
    else:
        print("moui: downloading Chromium for the browser tests (playwright)", file=sys.stderr, flush=True)
        _quietly([sys.executable, "-m", "playwright", "install", "chromium"])
    if found := find_browser():
        return found
    raise Missing("no Chromium, Chrome or Edge was found, and none could be installed; install one and start again.")


def provide_node_packages() -> None:
    """`npm ci` when the lock changed since the last time."""
    lock = WEB / "package-lock.json"
    if not lock.is_file():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("the JavaScript tests need Node.js 20 or newer (nodejs.org, or apt install nodejs npm).")
    stamp = WEB / "node_modules" / ".moui-lock"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
        return
    print("moui: installing the node packages of the JavaScript tests", file=sys.stderr, flush=True)
    if _quietly([npm, "ci", "--no-audit", "--no-fund"], cwd=WEB):
        raise Missing("npm could not install the packages of tests/web (see above).")
    stamp.write_text(digest, encoding="utf-8")


def _quietly(command: list[str], environment: dict[str, str] | None = None, cwd: Path | None = None) -> int:
    """Its output only where it fails."""
    done = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        print((done.stdout + done.stderr)[-3000:], file=sys.stderr)
    return done.returncode


def main() -> int:
    try:
        provide_browser()
        provide_node_packages()
    except Missing as missing:
        print(f"moui: {missing}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
