"""axe-core on a page as it is shown now: WCAG 2.2 AA and axe's own best practices."""

from __future__ import annotations

from functools import cache

from playwright.sync_api import Page

from tests.provide import WEB

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def _axe() -> str:
    return AXE.read_text("utf-8")


def violations(page: Page) -> list[str]:
    """One line a violation, with where and what; empty where there is none."""
    page.evaluate(_axe())
    # Preloading copies style sheets into <style>, which the page's policy refuses; one rule (orientation) needs it.
    found = page.evaluate("tags => axe.run(document, {runOnly: tags, preload: false})", TAGS)
    nodes = ((one["id"], node) for one in found["violations"] for node in one["nodes"])
    return [f"{rule}: {node['target']} {node['failureSummary']}" for rule, node in nodes]
