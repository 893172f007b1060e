"""What a browser is given of a module."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server.lean import without_comments

CLIENT = Path(__file__).resolve().parents[2] / "client_web"
MODULES = sorted(CLIENT.rglob("*.js"))


@pytest.mark.parametrize(
    ("source", "lean"),
    [
        ("// @ts-check\nlet a = 1; // kept\n", "\nlet a = 1; // kept\n"),
        ("/** What. */\nf();", "\nf();"),
        ("  /**\n   * @param {number} x\n   */\n  f(x) {}", "\n\n\n  f(x) {}"),
        ("/** @type {HTMLElement} */ (step).focus();", "/** @type {HTMLElement} */ (step).focus();"),
        ("/*! (c) somebody */\nf();", "/*! (c) somebody */\nf();"),
        ("let a = '/* no comment';\nf('// nor this');", "let a = '/* no comment';\nf('// nor this');"),
        ("let a = b\n  * c;", "let a = b\n  * c;"),
        ("", ""),
    ],
)
def test_comments_go_and_lines_stay(source: str, lean: str) -> None:
    assert without_comments(source) == lean


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(CLIENT).as_posix())
def test_the_clients_own_modules_keep_their_lines_and_their_code(path: Path) -> None:
    source = path.read_text("utf-8")
    lean = without_comments(source)
    assert lean.count("\n") == source.count("\n")
    assert not re.search(r"^\s*(/\*\*.*\*/$|//)", lean, re.MULTILINE)
    assert all(line.count("`") % 2 == 0 for line in lean.split("\n")), (
        "a template over several lines may look like a comment"
    )
    again = [line for line in source.split("\n") if line.strip() and not line.strip().startswith(("/*", "*", "//"))]
    assert [line for line in lean.split("\n") if line.strip() and not line.strip().startswith("/*")] == again
