"""The browser client's files: those of known kinds inside one directory, and no others.

MIME types are ours, because Windows takes them from its registry, where .js is text/plain on many machines and a
browser refuses to run such a module.
"""

from __future__ import annotations

import asyncio
from pathlib import Path, PurePosixPath

from fastapi.responses import FileResponse, Response

from server.guard import json_error
from server.lean import without_comments

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".wav": "audio/wav",
    ".webmanifest": "application/manifest+json",
}
_PRIVATE_DIRECTORIES = frozenset({"node_modules", "tests", "test", "types", "coverage"})
_PRIVATE_ENDINGS = (".test.js", ".test.mjs", ".config.js", ".config.mjs")


class Site:
    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    async def answer(self, path: str) -> Response:
        """The file, or 404 as a sentence. Always revalidated: an updated moui must not meet yesterday's module."""
        found = await asyncio.to_thread(self.find, path)
        if found is None:
            return json_error(404, "There is no such page.", "not_found")
        kind, headers = _TYPES[found.suffix], {"Cache-Control": "no-cache"}
        if kind != _TYPES[".js"]:
            return FileResponse(found, media_type=kind, headers=headers)
        return Response(await asyncio.to_thread(_script, found), media_type=kind, headers=headers)

    def find(self, path: str) -> Path | None:
        """The file for a URL path, if it may be served."""
        parts = PurePosixPath(path).parts
        if not parts or "\\" in path or "\0" in path or ":" in path:
            return None
        if any(part.startswith(".") or part in _PRIVATE_DIRECTORIES or part == "/" for part in parts):
            return None
        if path.endswith(_PRIVATE_ENDINGS):
            return None
        found = self._root.joinpath(*parts).resolve()
        if found.suffix not in _TYPES or not found.is_relative_to(self._root) or not found.is_file():
            return None
        return found


def _script(path: Path) -> str:
    return without_comments(path.read_text("utf-8"))
