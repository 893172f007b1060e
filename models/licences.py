"""Licences that are not permissive: accepted once by the user, remembered in `licences.json` of the data folder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from models.artifacts import Artifact

FILE = "licences.json"


class Licences:
    """What the user said to which licence. An answer holds for that licence only: a changed one is asked again."""

    def __init__(self, data_dir: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = data_dir / FILE
        self._now = now

    def accepted(self, artifact: Artifact) -> bool:
        """True also of permissive licences, and of artifacts that download nothing."""
        return artifact.permissive or not artifact.files or self._answer(artifact) is True

    def declined(self, artifact: Artifact) -> bool:
        """Whether the user said no: do not ask at every start."""
        return self._answer(artifact) is False

    def remember(self, artifact: Artifact, accepted: bool) -> None:
        """Raises OSError when the data folder cannot be written."""
        answers = self._read()
        answers[artifact.id] = {
            "licence": artifact.licence,
            "url": artifact.licence_url,
            "accepted": accepted,
            "when": self._now().isoformat(timespec="seconds"),
        }
        self._path.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._path.with_name(f"{FILE}.{os.getpid()}")
        temporary.write_text(json.dumps(answers, indent=1, ensure_ascii=False), encoding="utf-8")
        os.replace(temporary, self._path)

    def _answer(self, artifact: Artifact) -> bool | None:
        answer = self._read().get(artifact.id)
        if not isinstance(answer, dict) or answer.get("licence") != artifact.licence:
            return None
        return bool(answer.get("accepted"))

    def _read(self) -> dict[str, Any]:
        try:
            answers = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}  # no answer yet, or an unreadable one: asking again is safe
        return answers if isinstance(answers, dict) else {}
