"""Documents: bytes that somebody uploaded in, text that the candidate may check and edit out.

A file is read in a child process of its own (`interview.parsing.child`), which is killed when it takes too long or too
much memory, and never by this one: a file made to harm harms that process only. Nothing is written to disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
import weakref
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import psutil

from interview.parsing.limits import LIMITS, MB, Limits
from interview.parsing.problems import NOTICES, PROBLEMS, Told, told
from interview.parsing.tidy import cut, is_blank, language_of, tidy
from interview.shapes import Language

log = logging.getLogger("moui.documents")

Format = Literal["pdf", "docx", "hwp", "hwpx", "txt", "md", "pasted"]

AT_ONCE = 2
"""Children at a time: each may take its whole memory."""
LOOK_EVERY_S = 0.05
"""How often a child's memory is looked at."""
LONGEST_ANSWER = 4 * MB
"""Bytes. 40,000 characters are 120 kB of Korean."""
LONGEST_PASTED = 400_000
"""Characters of pasted text, ten times what is kept: tidied here, on the event loop, in some 0.1 s."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """`text`: NFC, without control characters, at most `Limits.characters`. `pages` where the format has them.
    `warnings`: what the candidate should check in the text."""

    text: str
    format: Format
    pages: int | None
    language: Language
    warnings: tuple[Told, ...] = ()


class DocumentError(Exception):
    """The document is refused. `message` and `korean` say what to do; `code` is a key of parsing.problems.PROBLEMS."""

    def __init__(self, message: str, korean: str, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.korean = korean
        self.code = code


async def parse(data: bytes, name: str, limits: Limits = LIMITS) -> Parsed:
    """`name` is the upload's own file name: only its extension is looked at, and only to say that it is wrong.

    Raises DocumentError. Cancelling kills the child.
    """
    if len(data) > limits.upload_bytes:
        # Rounded up: "10 MB; at most 10 MB" would help nobody.
        raise _refused("too_large", size=-(-len(data) * 10 // MB) / 10, limit=limits.upload_bytes // MB)
    if not data:
        raise _refused("empty")
    async with _turn():
        return _parsed(await _ask(data, name, limits))


def _parsed(answer: Mapping[str, Any]) -> Parsed:
    """The child's answer as this module's values. Raises DocumentError for a problem."""
    if "problem" in answer:
        raise _refused(answer["problem"], **answer["fields"])
    text: str = answer["text"]
    warnings = tuple(told(NOTICES, code, fields) for code, fields in answer["notices"])
    return Parsed(text, answer["format"], answer["pages"], language_of(text), warnings)


def from_pasted(text: str, limits: Limits = LIMITS) -> Parsed:
    """Pasted text, tidied like a file's. Raises DocumentError."""
    if len(text) > LONGEST_PASTED:
        raise _refused("too_long", characters=len(text), limit=LONGEST_PASTED)
    tidied = tidy(text)
    if is_blank(tidied):
        raise DocumentError(
            "There is no text yet. Paste it first.", "아직 내용이 없습니다. 글을 붙여 넣어 주세요.", "empty"
        )
    kept = cut(tidied, limits.characters)
    warnings = (told(NOTICES, "cut", {"limit": limits.characters}),) if len(kept) < len(tidied) else ()
    return Parsed(kept, "pasted", None, language_of(kept), warnings)


def _refused(code: str, **fields: Any) -> DocumentError:
    sentence = told(PROBLEMS, code, fields)
    return DocumentError(sentence.message, sentence.korean, code)


_turns: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = weakref.WeakKeyDictionary()


def _turn() -> asyncio.Semaphore:
    """One semaphore per event loop: it must not outlive the loop that its waiters belong to."""
    return _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))


# --- the child ------------------------------------------------------------------------------------------------------


async def _ask(data: bytes, name: str, limits: Limits) -> dict[str, Any]:
    """The child's answer, or a problem in its place. The child is dead when this returns or raises."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-B", "-m", "interview.parsing.child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1"},
    )
    child = _Child(process, limits)
    try:
        async with asyncio.timeout(limits.seconds):
            answer = await child.exchange(data, name)
    except TimeoutError:
        return {"problem": "timeout", "fields": {"seconds": round(limits.seconds)}}
    finally:
        await asyncio.shield(child.end())
    if child.too_big:
        return {"problem": "memory", "fields": {}}
    try:
        found: dict[str, Any] = json.loads(answer)
    except ValueError:
        log.info("the reader of a document ended with %s", process.returncode)
        return {"problem": "crashed", "fields": {}}
    return found


class _Child:
    """One child, from its document to its death."""

    def __init__(self, process: asyncio.subprocess.Process, limits: Limits) -> None:
        self._process = process
        self._limits = limits
        self.too_big = False

    async def exchange(self, data: bytes, name: str) -> bytes:
        """Feed it and read its answer, while its memory is watched. Empty or cut where it died."""
        async with asyncio.TaskGroup() as group:
            helpers = [group.create_task(self._feed(data, name)), group.create_task(self._watch())]
            answer = await self._read()
            for helper in helpers:
                helper.cancel()
        return answer

    async def end(self) -> None:
        """Kill it, if it lives, and wait until it is gone."""
        self._kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()

    async def _feed(self, data: bytes, name: str) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        request = json.dumps({"name": name, "limits": asdict(self._limits)}).encode() + b"\n"
        # A child that died or has seen enough closes the pipe; what it answered, or did not, says the rest.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            stdin.write(request)
            stdin.write(data)
            await stdin.drain()
            stdin.close()
            await stdin.wait_closed()

    async def _read(self) -> bytes:
        stdout = self._process.stdout
        assert stdout is not None
        answer = bytearray()
        while len(answer) <= LONGEST_ANSWER and (piece := await stdout.read(1 << 16)):
            answer += piece
        return bytes(answer)

    async def _watch(self) -> None:
        """The limit where the system has none for it (Windows, macOS); it sees what is resident."""
        with contextlib.suppress(psutil.Error):  # gone already
            process = psutil.Process(self._process.pid)
            while True:
                if process.memory_info().rss > self._limits.memory_bytes:
                    self.too_big = True
                    self._kill()
                    return
                await asyncio.sleep(LOOK_EVERY_S)

    def _kill(self) -> None:
        if self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                # Not Process.kill(): Popen polls first, which steals the exit status from asyncio's child watcher.
                os.kill(self._process.pid, signal.SIGKILL)
