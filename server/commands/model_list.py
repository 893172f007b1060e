"""The models as a table for people and as JSON for programs."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from models.catalog import Artifact
from models.fetch import is_present


def as_json(artifacts: Iterable[Artifact], folder: Path) -> str:
    rows = [_described(artifact, folder) for artifact in artifacts]
    return json.dumps({"models_dir": str(folder), "models": rows}, indent=1, ensure_ascii=False)


def as_table(artifacts: Iterable[Artifact], folder: Path) -> str:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for title in ("model", "for", "size", "licence", "here"):
        table.add_column(title, no_wrap=title in ("model", "size"), justify="right" if title == "size" else "left")
    for artifact in artifacts:
        here = "nothing to fetch"
        if artifact.files:
            here = ("yes" if is_present(artifact, folder) else "no") + ("" if artifact.checked else ", no sum")
        licence = artifact.licence + ("" if artifact.permissive else " *")
        size = f"{artifact.size_mb} MB" if artifact.files else "-"
        table.add_row(artifact.id, artifact.role.value, size, licence, here)
    text = io.StringIO()
    Console(file=text, width=max(100, shutil.get_terminal_size().columns)).print(table)
    lines = "\n".join(line.rstrip() for line in text.getvalue().splitlines())
    return f"{lines}\n\n* not a permissive licence (its address: --json). The models are kept in {folder}"


def _described(artifact: Artifact, folder: Path) -> dict[str, Any]:
    return {
        "id": artifact.id,
        "role": artifact.role.value,
        "engine": artifact.engine,
        "title": artifact.title,
        "languages": list(artifact.languages),
        "licence": artifact.licence,
        "licence_url": artifact.licence_url,
        "permissive": artifact.permissive,
        "size_mb": artifact.size_mb,
        "vram_mb": artifact.vram_mb,
        "local": artifact.local,
        "note": artifact.note,
        "checked": artifact.checked,
        "files": [{"name": file.name, "size": file.size, "sha256": file.sha256} for file in artifact.files],
        "present": is_present(artifact, folder),
    }
