"""Bad documents: each is refused in time with its sentence, and nothing else comes to harm."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psutil
import pytest

from interview.documents import DocumentError, _Child, parse
from interview.parsing.limits import LIMITS, MB, Limits
from interview.parsing.problems import PROBLEMS
from tests.interview.bad_documents import BAD, BadDocument, endless_xml, pdf

GRACE_S = 2.0
"""For starting and ending a process, beyond the limit of its reading."""


def readers() -> list[int]:
    """Reading children of this process that are still there."""
    found = []
    for child in psutil.Process().children():
        try:
            if "interview.parsing.child" in child.cmdline():
                found.append(child.pid)
        except psutil.NoSuchProcess:
            continue
    return found


@asynccontextmanager
async def ticking() -> AsyncIterator[list[float]]:
    """A task that notes the time every 10 ms for as long as the event loop lets it."""
    ticks: list[float] = []

    async def tick() -> None:
        while True:
            ticks.append(time.perf_counter())
            await asyncio.sleep(0.01)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(tick())
        yield ticks
        task.cancel()


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.title)
async def test_bad_documents_are_refused_in_time(bad: BadDocument) -> None:
    data = bad.make()
    gc.collect()
    before = psutil.Process().memory_info().rss
    started = time.perf_counter()
    async with ticking() as ticks:
        with pytest.raises(DocumentError) as refused:
            await parse(data, bad.name)
    seconds = time.perf_counter() - started
    error = refused.value
    if error.code != "timeout" or not bad.slow:
        assert (error.code, bad.says in error.message) == (bad.code, True), error.message
    assert any("가" <= letter <= "힣" for letter in error.korean)
    assert "{" not in error.message + error.korean
    assert seconds < LIMITS.seconds + GRACE_S
    # Every 10 ms on a machine with nothing else to do; a loop that stood still would have ticked twice.
    assert len(ticks) >= min(seconds * 10, 5) or bad.code in {"empty", "too_large"}
    assert psutil.Process().memory_info().rss - before < 40 * MB
    assert not readers()


async def test_what_takes_too_long_is_killed() -> None:
    started = time.perf_counter()
    with pytest.raises(DocumentError, match="longer than 0 seconds, so it was stopped"):
        await parse(pdf("hello"), "resume.pdf", Limits(seconds=0.05))
    assert time.perf_counter() - started < GRACE_S
    assert not readers()


async def test_what_needs_too_much_memory_is_stopped() -> None:
    with pytest.raises(DocumentError, match="too much memory, so it was stopped") as refused:
        await parse(endless_xml(), "resume.docx", Limits(seconds=60, memory_bytes=160 * MB))
    assert "메모리" in refused.value.korean
    assert not readers()


async def test_a_cancelled_upload_leaves_no_child() -> None:
    task = asyncio.create_task(parse(pdf("hello"), "resume.pdf"))
    while not readers():  # noqa: ASYNC110 - a process of the system: it sets no event
        await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not readers()


async def test_memory_is_watched_where_the_system_sets_no_limit() -> None:
    """The fallback of Windows and macOS, on a child that sets itself no limits."""
    code = "import sys, time; held = bytearray(b'x') * (200 * 1024 * 1024); time.sleep(60)"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    child = _Child(process, Limits(memory_bytes=100 * MB))
    async with asyncio.timeout(30):
        assert await child.exchange(b"", "resume.pdf") == b""
    await child.end()
    assert child.too_big
    assert process.returncode != 0


async def test_many_at_once_take_turns_and_all_get_an_answer() -> None:
    most = 0

    async def count() -> None:
        nonlocal most
        while True:
            most = max(most, len(readers()))
            await asyncio.sleep(0.01)

    async with asyncio.TaskGroup() as group:
        counting = group.create_task(count())
        answers = await asyncio.gather(*(parse(f"résumé {n}".encode(), "r.txt") for n in range(6)))
        counting.cancel()
    assert [answer.text for answer in answers] == [f"résumé {n}" for n in range(6)]
    assert 1 <= most <= 2


async def test_nothing_is_written_to_disk(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(str(tmp_path))
    await parse(pdf("hello there"), "resume.pdf")
    assert os.listdir(str(tmp_path)) == []


def test_every_problem_has_both_sentences_and_says_what_to_do() -> None:
    for code, (english, korean) in PROBLEMS.items():
        assert english.endswith("."), code
        assert korean.endswith(("주세요.",)), code
