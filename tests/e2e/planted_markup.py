"""Markup planted in every text that is kept and shown: each piece names the field it came in by, so that a page can be
asked which fields it shows, and whether it shows them as the letters they are."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection
from functools import cache
from typing import Any, TypeVar, cast, get_type_hints

from playwright.sync_api import Page

T = TypeVar("T")

KEYS = frozenset({
    *("id", "session_id", "question_id", "requirement_id", "document_id", "chunk_id", "question_ids", "started_at"),
    *("intent", "aim", "role", "voice", "step", "status", "criterion", "unit", "measure"),
    *("MeasureLine.name", "Trend.name", "OutlineItem.name", "HeardWord.text", "PlannedQuestion.follow_ups"),
})  # fmt: skip
"""Texts that name something to the program, by field, or by class and field: they are looked up and not shown. A word's
text is its place in the turn's."""

WATCH = """
globalThis.struck = [];
document.addEventListener('securitypolicyviolation', (event) => struck.push(`policy: ${event.violatedDirective}`));
"""
"""Run in a page before anything else: what markup managed to do, and what the policy had to stop."""

SHOWN = """() => {
  const shown = [document.title, document.body.textContent];
  for (const node of document.querySelectorAll('*')) {
    if (typeof node.value === 'string') shown.push(node.value);
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) shown.push(node.getAttribute(name) ?? '');
  }
  return shown.join('\\n');
}"""
MADE = "() => document.querySelectorAll('img, iframe, object, script:not([src]), [onerror]').length"

_NAMED = re.compile(r"⟦([\w.]+)⟧")


def markup(field: str) -> str:
    """Would run in two ways, if anything let it."""
    hit = f"struck.push('{field}')"
    return f'⟦{field}⟧<img src=x onerror="{hit}"><script>{hit}</script>'


def planted(value: T) -> T:
    """A copy of a stored shape with markup behind every text in it that is for people."""
    assert dataclasses.is_dataclass(value)
    assert not isinstance(value, type)
    kind = type(value)
    changes = {
        name: _planted(getattr(value, name), f"{kind.__name__}.{name}", is_text=_holds_text(hint))
        for name, hint in _hints(kind).items()
        if not {name, f"{kind.__name__}.{name}"} & KEYS
    }
    return cast("T", dataclasses.replace(value, **changes))


def _planted(value: Any, field: str, *, is_text: bool) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return planted(value)
    if isinstance(value, tuple):
        return tuple(_planted(each, field, is_text=is_text) for each in value)
    return value + markup(field) if is_text and isinstance(value, str) else value


def _holds_text(hint: Any) -> bool:
    """Any string may stand there: not one of an enum or of literals."""
    return hint in {str, str | None, tuple[str, ...]}


@cache
def _hints(kind: type) -> dict[str, Any]:
    names = {field.name for field in dataclasses.fields(kind)}
    return {name: hint for name, hint in get_type_hints(kind).items() if name in names}


def literal(page: Page, cut: Collection[str] = ()) -> set[str]:
    """The fields of which the page shows something, all of them letter by letter somewhere (but those that are `cut`
    short on their way); and nothing has run."""
    assert page.evaluate("struck") == []
    assert page.evaluate(MADE) == 0, "markup became elements"
    shown = "".join(page.evaluate(SHOWN).split())
    named = set(_NAMED.findall(shown))
    whole = {field for field in named if "".join(markup(field).split()) in shown}
    assert named - set(cut) <= whole, f"shown, but not as it is written: {named - whole}"
    return named
