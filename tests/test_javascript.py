"""The client's pure modules have tests of their own, in JavaScript: run with pytest so that nobody forgets them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

WEB = Path(__file__).resolve().parent / "web"


def test_the_clients_pure_modules() -> None:
    node = shutil.which("node")
    assert node, "the JavaScript tests need Node.js 20 or newer"
    done = subprocess.run([node, "--test"], cwd=WEB, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert "# fail 0" in done.stdout or "ℹ fail 0" in done.stdout, done.stdout[-1000:]
