"""The process that reads one document: `python -m interview.parsing.child`. Plain and synchronous.

On stdin one line of JSON, then the document's bytes to the end; on stdout one JSON object, and the process ends.
    in:   {"name": ..., "limits": {...}}
    out:  {"text": ..., "format": ..., "pages": ..., "notices": [[code, fields], ...]}
    or    {"problem": code, "fields": ...}
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from typing import Any

from interview.parsing.limits import Limits
from interview.parsing.problems import NAMES, Problem
from models.worker_child import stay_attached, take_channel

log = logging.getLogger("interview.parsing")


def main() -> None:
    stay_attached()
    stdin, stdout = take_channel()
    request = json.loads(stdin.readline())
    limits = Limits(**request["limits"])
    _bind(limits)
    answer = _answer(stdin.read(), request["name"], limits)
    stdout.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace"))
    stdout.flush()
    os._exit(0)  # native destructors have nothing left to do for anybody


def _bind(limits: Limits) -> None:
    """The limits that the system enforces on this process; the parent watches time and memory as well, because
    Windows has no rlimits and macOS ignores RLIMIT_AS."""
    watchdog = threading.Timer(limits.seconds + 1, os._exit, (1,))  # for a parent that died
    watchdog.daemon = True
    watchdog.start()
    if sys.platform != "win32":
        import resource

        seconds = int(limits.seconds) + 1
        wanted = (
            (resource.RLIMIT_AS, limits.memory_bytes),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_FSIZE, 0),  # nothing is unpacked to disk
            (resource.RLIMIT_CORE, 0),
        )
        for which, most in wanted:
            try:
                resource.setrlimit(which, (most, most))
            except (OSError, ValueError) as error:
                log.warning("limit %d could not be set: %s", which, error)


def _answer(data: bytes, name: str, limits: Limits) -> dict[str, Any]:
    try:
        return read(data, name, limits)
    except Problem as problem:
        return {"problem": problem.code, "fields": problem.fields}
    except MemoryError:
        return {"problem": "memory", "fields": {}}
    except Exception as error:  # noqa: BLE001 - whatever a library raises on a stranger's file means the same
        # The exception's text may quote the document: only its class is told.
        log.warning("reading failed with %s", type(error).__name__)
        return {"problem": "crashed", "fields": {}}


def read(data: bytes, name: str, limits: Limits) -> dict[str, Any]:
    """The answer for a document that can be read. Raises Problem for one that cannot."""
    from interview.parsing import tidy
    from interview.parsing.kinds import EXTENSIONS, detect, extension

    kind = detect(data, name)
    reading = _read(kind, data, limits)
    suffix = extension(name)
    named = EXTENSIONS.get(suffix)
    if suffix and named != kind:
        reading.notice("renamed", extension=suffix, format=NAMES[kind])
    text = tidy.tidy(reading.text[: 8 * limits.characters], wrapped=reading.wrapped)
    if tidy.is_blank(text):
        raise Problem("no_text", format=NAMES[kind])
    kept = tidy.cut(text, limits.characters)
    if len(kept) < len(text):
        reading.notice("cut", limit=limits.characters)
    return {"text": kept, "format": kind, "pages": reading.pages, "notices": reading.notices}


def _read(kind: str, data: bytes, limits: Limits) -> Any:
    """The reader of the kind, imported only now: each pulls a library."""
    from interview.parsing import docx, hwp, pdf, plain

    match kind:
        case "pdf":
            return pdf.read(data, limits)
        case "docx":
            return docx.read(data, limits)
        case "hwp":
            return hwp.read_hwp(data, limits)
        case "hwpx":
            return hwp.read_hwpx(data, limits)
        case _:
            return plain.read(data, 32 * limits.characters)


if __name__ == "__main__":
    main()
