"""Workers with real processes: calls, cancel, crash, hang, restart, stop, and nothing left behind."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from models.ports import EngineCrashed, EngineError, EngineUnavailable
from models.worker import Worker
from models.worker_status import WorkerState
from tests.models.workers import gone, make, until

FOREVER = float("inf")


@asynccontextmanager
async def running(engine: str = "MISFIT", **options: Any) -> AsyncIterator[Worker]:
    worker = make(engine, **options)
    await worker.start()
    try:
        yield worker
    finally:
        await worker.stop()


async def run(worker: Worker, method: str, request: object = None) -> list[Any]:
    """The whole call in one step after another."""
    everything: list[Any] = []
    async with await worker.open(method, request) as call:
        done = False
        while not done:
            items, done = await call.step(FOREVER)
            everything += items
    return everything


async def test_a_call_is_run_in_steps_and_computes_only_inside_them() -> None:
    async with running() as worker, await worker.open("count", 3) as call:
        assert await call.step(0) == ([0], False)
        assert await call.step(0) == ([1], False)
        assert await call.step(FOREVER) == ([2], True)


async def test_large_frames_plain_values_and_no_value_at_all() -> None:
    async with running() as worker:
        audio = np.arange(2_000_000, dtype=np.float32)
        (back,) = await run(worker, "echo", audio)
        assert np.array_equal(back, audio)
        assert await run(worker, "nothing") == []


async def test_the_child_has_its_environment_before_any_library_is_imported() -> None:
    async with running(settings={"env": {"GREETING": 7}}) as worker:
        for name, value in {
            "OMP_NUM_THREADS": "3",
            "OPENBLAS_NUM_THREADS": "1",
            "HF_HUB_OFFLINE": "1",
            "CUDA_VISIBLE_DEVICES": "",
            "GREETING": "7",
        }.items():
            assert await run(worker, "environment", name) == [value]


async def test_prints_cannot_corrupt_the_channel_and_land_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="moui.worker.test")
    async with running() as worker:
        assert await run(worker, "chatter", "hello") == ["hello"]
        assert await run(worker, "echo", 1) == [1]
    assert caplog.messages.count("hello") == 3
    assert all(len(message) <= 500 for message in caplog.messages)


async def test_cancel_is_acknowledged_and_the_iterator_closed() -> None:
    async with running() as worker:
        async with await worker.open("drip", 0.001) as call:
            await call.step(0.01)
            await call.cancel()
        assert await run(worker, "closed") == [1]
        async with await worker.open("count", 5) as call:
            await call.step(0)
        assert await run(worker, "closed") == [2]


async def test_a_cancelled_step_ends_only_after_the_acknowledgement() -> None:
    async with running() as worker:
        pid = worker.pid
        call = await worker.open("drip", 0.05)
        step = asyncio.create_task(call.step(FOREVER))
        await asyncio.sleep(0.01)
        step.cancel()
        await asyncio.sleep(0)
        step.cancel()  # once more, while it waits for the acknowledgement
        with pytest.raises(asyncio.CancelledError):
            await step
        assert not call.stepping
        assert await run(worker, "closed") == [1]
        assert (worker.pid, worker.restarts) == (pid, 0)


async def test_pause_ends_the_running_step_and_the_call_goes_on() -> None:
    async with running() as worker, await worker.open("drip", 0.002) as call:
        step = asyncio.create_task(call.step(FOREVER))
        await asyncio.sleep(0.01)
        call.pause()
        first, done = await step
        second, _ = await call.step(0)
        assert not done
        assert second == [first[-1] + 1]


async def test_a_child_that_does_not_acknowledge_is_killed_and_replaced() -> None:
    async with running(cancel_grace_s=0.05) as worker:
        pid = worker.pid
        call = await worker.open("hang", 0)
        step = asyncio.create_task(call.step(FOREVER))
        await asyncio.sleep(0.01)
        step.cancel()
        with pytest.raises(asyncio.CancelledError):
            await step
        assert pid is not None
        assert gone(pid)
        assert await run(worker, "echo", 1) == [1]
        assert worker.pid != pid


@pytest.mark.parametrize(("method", "request_"), [("crash", 2), ("exit", 0)])
async def test_a_crash_ends_the_call_only_and_the_next_works(method: str, request_: int) -> None:
    async with running() as worker:
        with pytest.raises(EngineCrashed, match="started again"):
            await run(worker, method, request_)
        assert await run(worker, "echo", "again") == ["again"]
        assert worker.restarts == 1
        assert worker.state is WorkerState.READY


async def test_items_made_before_a_crash_or_a_failure_are_not_lost() -> None:
    async with running() as worker:
        async with await worker.open("crash", 2) as call:
            assert await call.step(FOREVER) == ([0, 1], False)
            with pytest.raises(EngineCrashed):
                await call.step(FOREVER)
        async with await worker.open("fail", "It is raining.") as call:
            assert await call.step(FOREVER) == ([1], False)
            with pytest.raises(EngineError, match=r"^It is raining\.$"):
                await call.step(FOREVER)
        assert worker.restarts == 1


async def test_death_between_steps_is_noticed_by_the_next_step() -> None:
    async with running() as worker:
        async with await worker.open("count", 9) as call:
            await call.step(0)
            assert worker.pid is not None
            psutil.Process(worker.pid).kill()
            with pytest.raises(EngineCrashed):
                await call.step(0)
        assert await run(worker, "echo", 1) == [1]


async def test_a_hang_is_a_crash() -> None:
    async with running(hang_after_s=0.1) as worker:
        pid = worker.pid
        async with await worker.open("hang", 1) as call:
            assert await call.step(FOREVER) == ([0], False)
            with pytest.raises(EngineCrashed, match="stopped answering"):
                await call.step(FOREVER)
        assert pid is not None
        assert gone(pid)
        assert await run(worker, "echo", 1) == [1]


async def test_a_steady_stream_is_not_a_hang() -> None:
    async with running(hang_after_s=0.25) as worker, await worker.open("drip", 0.02) as call:
        items, _ = await call.step(0.5)
        assert len(items) > 2


async def test_unknown_errors_go_to_the_log_and_a_plain_sentence_to_the_user(caplog: pytest.LogCaptureFixture) -> None:
    async with running() as worker:
        with pytest.raises(EngineError, match="the log says why") as caught:
            await run(worker, "bug", 0)
        assert "secret" not in str(caught.value)
        with pytest.raises(EngineError):
            await run(worker, "unsendable")
        with pytest.raises(EngineError):
            await run(worker, "no_such_method")
        assert await run(worker, "echo", 1) == [1]
        assert worker.restarts == 0
    assert any("ZeroDivisionError: secret detail" in message for message in caplog.messages)


async def test_a_request_that_cannot_travel_fails_alone() -> None:
    async with running() as worker:
        with pytest.raises((AttributeError, TypeError, Exception), match="pickle"):
            await worker.open("echo", lambda: None)
        assert await run(worker, "echo", 1) == [1]


async def test_interrupt_lets_a_blocked_engine_acknowledge() -> None:
    async with running("INTERRUPTIBLE") as worker:
        pid = worker.pid
        call = await worker.open("wait", None)
        step = asyncio.create_task(call.step(FOREVER))
        await asyncio.sleep(0.02)
        step.cancel()
        with pytest.raises(asyncio.CancelledError):
            await step
        assert await worker.healthy()
        assert (worker.pid, worker.restarts) == (pid, 0)


async def test_a_detached_call_is_abandoned_at_once_and_the_next_call_waits_for_its_end() -> None:
    async with running() as worker:
        call = await worker.open("drip", 0.1, detached=True)
        step = asyncio.create_task(call.step(FOREVER))
        await asyncio.sleep(0.01)
        step.cancel()
        with pytest.raises(asyncio.CancelledError):
            await step
        assert call.stepping  # not waited for
        assert await run(worker, "closed") == [1]


async def test_calls_wait_their_turn_by_priority_and_a_cancelled_waiter_vanishes() -> None:
    async with running() as worker:
        order: list[str] = []
        heard: list[int] = []

        async def ask(name: str, priority: int) -> None:
            async with await worker.open("echo", name, priority=priority) as call:
                items, _ = await call.step(FOREVER)
                order.extend(items)

        first = await worker.open("count", 1, priority=2, on_contended=heard.append)
        waiters = [asyncio.create_task(ask(name, p)) for name, p in [("a", 3), ("x", 0), ("b", 1), ("c", 3), ("d", 1)]]
        await asyncio.sleep(0)
        waiters[1].cancel()
        assert worker.contended(2)
        assert not worker.contended(0)
        await first.cancel()
        await asyncio.gather(*waiters, return_exceptions=True)
        assert order == ["b", "d", "a", "c"]
        assert heard == [0, 1, 1]


async def test_stop_during_a_call_ends_it_and_its_waiters_and_leaves_no_process(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    worker = make(settings={"on_close": str(closed)})
    await worker.start()
    pid = worker.pid
    call = await worker.open("drip", 0.005)
    step = asyncio.create_task(call.step(FOREVER))
    waiter = asyncio.create_task(worker.open("echo", 1))
    await asyncio.sleep(0.02)
    await worker.stop()
    await step  # what it had made
    with pytest.raises(EngineUnavailable, match="stopped"):
        await call.step(FOREVER)
    with pytest.raises(EngineUnavailable):
        await waiter
    assert pid is not None
    assert gone(pid)
    assert closed.read_text(encoding="utf-8") == "closed"
    with pytest.raises(EngineUnavailable):
        await worker.open("echo", 1)
    await worker.stop()
    await worker.start()
    assert await run(worker, "echo", 1) == [1]
    await worker.stop()


async def test_stop_kills_a_child_that_hangs() -> None:
    worker = make(stop_grace_s=0.05)
    await worker.start()
    pid = worker.pid
    call = await worker.open("hang", 0)
    step = asyncio.create_task(call.step(FOREVER))
    await asyncio.sleep(0.02)
    await worker.stop()
    with pytest.raises(EngineUnavailable):
        await step
    assert pid is not None
    assert gone(pid)


async def test_stop_while_starting_and_a_cancelled_start_leave_no_process() -> None:
    for cancel in (True, False):
        worker = make("ASLEEP", stop_grace_s=0.05)
        start = asyncio.create_task(worker.start())
        await until(lambda worker=worker: worker.pid is not None)  # type: ignore[misc]
        pid = worker.pid
        if cancel:
            start.cancel()
            with pytest.raises(asyncio.CancelledError):
                await start
        else:
            await worker.stop()
            with pytest.raises(EngineUnavailable):
                await start
        assert pid is not None
        assert gone(pid)


@pytest.mark.parametrize(
    ("engine", "settings", "sentence"),
    [
        ("MISSING", {}, r"^weights.bin is missing$"),
        ("BROKEN", {}, "could not be loaded; the log says why"),
        ("NOTHING", {}, "cannot be imported"),
        ("MISFIT", {"crash_on_load_unless": "/nonexistent"}, "crashed while its model was loaded"),
        ("MISFIT", {"crash_in_warm_up": True}, "crashed"),
        ("ASLEEP", {}, "was not ready after"),
    ],
)
async def test_a_start_that_fails_says_why(engine: str, settings: dict[str, Any], sentence: str) -> None:
    worker = make(engine, settings, start_timeout_s=0.5 if engine == "ASLEEP" else 20.0)
    with pytest.raises(EngineUnavailable, match=sentence):
        await worker.start()
    assert worker.pid is None


async def test_a_worker_that_keeps_crashing_refuses_calls_and_recovers(tmp_path: Path) -> None:
    marker = tmp_path / "works"
    marker.touch()
    async with running(settings={"crash_on_load_unless": str(marker)}) as worker:
        marker.unlink()
        with pytest.raises(EngineCrashed):
            await run(worker, "crash", 0)
        await until(lambda: worker.state is WorkerState.FAILED)
        with pytest.raises(EngineUnavailable, match="crashed while its model was loaded"):
            await worker.open("echo", 1)
        assert worker.status().state == "failed"
        marker.touch()
        await until(lambda: worker.state is WorkerState.READY)
        assert await run(worker, "echo", 1) == [1]


async def test_an_idle_process_that_does_not_answer_is_replaced() -> None:
    async with running(ping_every_s=0.02, hang_after_s=0.1) as worker:
        assert await worker.healthy()
        pid = worker.pid
        assert pid is not None
        psutil.Process(pid).suspend()
        await until(lambda: worker.restarts == 1)
        assert gone(pid)
        assert await run(worker, "echo", 1) == [1]


async def test_status_tells_pid_and_memory() -> None:
    async with running() as worker:
        status = worker.status()
        assert (status.name, status.state, status.pid, status.restarts) == ("test", "ready", worker.pid, 0)
        assert status.rss_bytes > 1_000_000
        assert status.detail
    assert worker.status().pid is None


PARENT = """
import asyncio
from tests.models.workers import make
async def main():
    worker = make()
    await worker.start()
    print(worker.pid, flush=True)
    call = await worker.open({method!r}, {request!r})
    await call.step(float("inf"))
asyncio.run(main())
"""


@pytest.mark.parametrize(("method", "request_"), [("drip", 0.01), ("hang", 0)])
async def test_no_worker_outlives_a_killed_server(method: str, request_: float) -> None:
    parent = await asyncio.to_thread(
        subprocess.Popen,
        [sys.executable, "-c", PARENT.format(method=method, request=request_)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    with parent:
        assert parent.stdout is not None
        pid = int(await asyncio.to_thread(parent.stdout.readline))
        assert not gone(pid)
        parent.kill()
    await until(lambda: gone(pid))


async def test_many_random_cancels_crashes_and_stops_leave_no_call_hanging() -> None:
    import random

    rng = random.Random(7)
    async with running(cancel_grace_s=0.5) as worker:

        async def one(number: int) -> object:
            kind = rng.choice(["count", "count", "drip", "drip", "fail", "crash" if number % 10 == 0 else "bug"])
            request: object = {"count": 20, "drip": 0.001, "fail": "no", "crash": 1, "bug": 1}[kind]
            try:
                async with asyncio.timeout(rng.random() * 0.3):
                    return await run(worker, kind, request)
            except (EngineError, TimeoutError) as error:
                return error

        async with asyncio.timeout(20):
            await asyncio.gather(*(one(number) for number in range(60)))
            assert await run(worker, "echo", "alive") == ["alive"]
