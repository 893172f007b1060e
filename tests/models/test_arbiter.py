"""The arbiter: order, cancellation, inheritance of urgency, the trace; and no overlap under random cancels."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.arbiter import Arbiter, overlap_seconds
from models.ports import CallContext, Lease, Priority


def make() -> Arbiter:
    """An arbiter whose clock counts its readings, so that order is time."""
    ticks = itertools.count()
    return Arbiter("cpu", clock=lambda: float(next(ticks)))


async def hold(arbiter: Arbiter, name: str, priority: Priority, log: list[str]) -> None:
    async with arbiter.lease(engine=name, phase="test", priority=priority):
        log.append(name)
        await asyncio.sleep(0)


@asynccontextmanager
async def busy(arbiter: Arbiter) -> AsyncIterator[None]:
    async with arbiter.lease(engine="busy", phase="test", priority=Priority.LLM):
        yield


async def test_the_device_goes_by_priority_then_in_order_of_asking() -> None:
    arbiter, log = make(), list[str]()
    async with asyncio.TaskGroup() as group, busy(arbiter):
        for name, priority in [
            ("prime", Priority.BACKGROUND),
            ("llm 1", Priority.LLM),
            ("tts", Priority.TTS),
            ("llm 2", Priority.LLM),
            ("stt", Priority.LIVE_STT),
        ]:
            group.create_task(hold(arbiter, name, priority, log))
        await asyncio.sleep(0)
        assert log == []
    assert log == ["stt", "tts", "llm 1", "llm 2", "prime"]
    assert [lease.engine for lease in arbiter.trace] == ["busy", *log]
    assert overlap_seconds(arbiter.trace) == 0.0
    assert not arbiter.busy


async def test_a_cancelled_waiter_vanishes() -> None:
    arbiter, log = make(), list[str]()
    async with busy(arbiter):
        first = asyncio.create_task(hold(arbiter, "first", Priority.LIVE_STT, log))
        second = asyncio.create_task(hold(arbiter, "second", Priority.TTS, log))
        await asyncio.sleep(0)
        assert arbiter.contended(Priority.TTS)
        first.cancel()
        await asyncio.sleep(0)
        assert not arbiter.contended(Priority.TTS)
        assert arbiter.contended(Priority.LLM)
    await second
    assert log == ["second"]
    assert first.cancelled()


async def test_a_waiter_cancelled_in_the_instant_of_its_grant_hands_it_on() -> None:
    arbiter, log = make(), list[str]()
    async with busy(arbiter):
        first = asyncio.create_task(hold(arbiter, "first", Priority.TTS, log))
        second = asyncio.create_task(hold(arbiter, "second", Priority.LLM, log))
        await asyncio.sleep(0)
    first.cancel()  # granted, but not yet running
    await asyncio.gather(first, second, return_exceptions=True)
    assert log == ["second"]
    assert [lease.engine for lease in arbiter.trace] == ["busy", "second"]
    assert not arbiter.busy


async def test_an_error_in_the_body_gives_the_lease_back() -> None:
    arbiter = make()
    with pytest.raises(ValueError, match="oops"):
        async with busy(arbiter):
            raise ValueError("oops")
    assert not arbiter.busy
    assert len(arbiter.trace) == 1


async def test_the_holder_hears_of_more_urgent_askers_only() -> None:
    arbiter, heard, log = make(), list[int](), list[str]()
    llm = arbiter.lease(engine="llm", phase="t", priority=Priority.LLM, on_contended=heard.append)
    async with asyncio.TaskGroup() as group, llm:
        for name, priority in [("b", Priority.BACKGROUND), ("l", Priority.LLM), ("s", Priority.LIVE_STT)]:
            group.create_task(hold(arbiter, name, priority, log))
        await asyncio.sleep(0)
        assert heard == [Priority.LIVE_STT]


async def test_a_promoted_request_overtakes_and_is_heard() -> None:
    arbiter, heard, log = make(), list[int](), list[str]()
    background = arbiter.lease(engine="prime", phase="t", priority=Priority.BACKGROUND)

    async def prime() -> None:
        async with background:
            log.append("prime")

    llm = arbiter.lease(engine="llm", phase="t", priority=Priority.LLM, on_contended=heard.append)
    async with asyncio.TaskGroup() as group, llm:
        group.create_task(prime())
        group.create_task(hold(arbiter, "llm", Priority.LLM, log))
        await asyncio.sleep(0)
        assert heard == []
        background.promote(Priority.TTS)
        background.promote(Priority.LLM)  # lower than what it has: no change
        assert heard == [Priority.TTS]
    assert log == ["prime", "llm"]


async def test_the_trace_is_bounded_and_tells_whose_lease_it_was() -> None:
    arbiter = Arbiter("cuda:0", trace_length=3)
    for number in range(5):
        context = CallContext("s", number)
        async with arbiter.lease(engine="e", phase="p", priority=Priority.TTS, context=context):
            pass
    assert [lease.context.response_id for lease in arbiter.trace] == [2, 3, 4]
    assert all(lease.requested_s <= lease.start_s <= lease.end_s for lease in arbiter.trace)
    assert {lease.device for lease in arbiter.trace} == {"cuda:0"}


@pytest.mark.parametrize("seed", range(20))
async def test_no_overlap_and_no_lost_lease_under_random_cancels(seed: int) -> None:
    rng, arbiter = random.Random(seed), make()
    inside = 0

    async def work() -> None:
        nonlocal inside
        for _ in range(5):
            async with arbiter.lease(engine="e", phase="p", priority=rng.choice(list(Priority))):
                inside += 1
                assert inside == 1
                try:
                    for _ in range(rng.randrange(4)):
                        await asyncio.sleep(0)
                finally:
                    inside -= 1

    tasks = [asyncio.create_task(work()) for _ in range(30)]
    while not all(task.done() for task in tasks):
        rng.choice(tasks).cancel() if rng.random() < 0.3 else None
        await asyncio.sleep(0)
    assert not [task.exception() for task in tasks if not task.cancelled() and task.exception()]
    assert not arbiter.busy
    assert overlap_seconds(arbiter.trace) == 0.0
    await asyncio.wait_for(hold(arbiter, "after", Priority.BACKGROUND, []), 1)


def lease(start_s: float, end_s: float, device: str = "cpu") -> Lease:
    return Lease(device, "e", "p", Priority.LLM, start_s, start_s, end_s)


def test_overlap_is_counted_per_device() -> None:
    assert overlap_seconds([]) == 0.0
    assert overlap_seconds([lease(0, 1), lease(1, 2)]) == 0.0
    assert overlap_seconds([lease(0, 2), lease(1, 3)]) == 1.0
    assert overlap_seconds([lease(0, 2), lease(1, 3, "cuda:0")]) == 0.0
    assert overlap_seconds([lease(0, 9), lease(1, 2), lease(4, 6), lease(8, 10)]) == 4.0


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=12))
def test_overlap_agrees_with_counting_ticks(spans: list[tuple[int, int]]) -> None:
    """Seconds in which n > 1 leases run count once each beyond the first, up to the span already busy."""
    leases = [lease(start, start + length) for start, length in spans]
    covered = sum(any(s <= tick < s + n for s, n in spans) for tick in range(60))
    total = sum(n for _, n in spans)
    assert overlap_seconds(leases) == pytest.approx(total - covered)
