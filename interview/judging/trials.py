"""What language models answered when they were tried (calibration.py), kept so that each is tried once.

One small JSON file. What is kept are the answers, not the verdict: that follows anew from today's rules. An entry holds
for one model file and for the very requests that were made, so a model that was replaced, or a prompt that was
reworded, is tried again. A file that cannot be read or written costs the trial, never the report.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from interview.judging.calibration import Replies, version
from interview.judging.task import Opinion, opinion_of
from interview.shapes import Language

log = logging.getLogger("moui.interview")

MOST = 16
"""Entries kept: the newest."""


class Trials:
    """Of one model. `model` changes whenever its files do; "" (a model elsewhere): nothing is kept."""

    def __init__(self, path: Path, model: str) -> None:
        self._path = path
        self._model = model

    def find(self, language: Language) -> Replies | None:
        found = self._read().get(self._key(language)) if self._model else None
        return None if found is None else tuple(opinion_of(reply) for reply in found)

    def keep(self, language: Language, replies: Sequence[Opinion | None]) -> None:
        if not self._model:
            return
        entries = self._read()
        entries.pop(self._key(language), None)
        entries[self._key(language)] = [None if reply is None else asdict(reply) for reply in replies]
        self._write(dict(list(entries.items())[-MOST:]))

    def _key(self, language: Language) -> str:
        return f"{self._model}/{language}/{version(language)}"

    def _read(self) -> dict[str, list[Any]]:
        try:
            entries = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(entries, dict):
            return {}
        return {str(key): replies for key, replies in entries.items() if isinstance(replies, list)}

    def _write(self, entries: dict[str, list[Any]]) -> None:
        growing = self._path.with_suffix(".part")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            growing.write_text(json.dumps(entries, ensure_ascii=False, indent=1), "utf-8")
            os.replace(growing, self._path)
        except OSError as error:
            log.warning("a model's trial could not be kept: %s", error)
