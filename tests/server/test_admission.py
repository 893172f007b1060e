"""Places: inside, in line, or turned away in words; by themselves and over real sockets."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from websockets.typing import Subprotocol

from models.ports import CallContext, Lease, Priority
from server.admission import Admission, Busy, Line, Place
from server.config import Limits
from tests.server.running import closed, receive, running, send, until
from voice import events as ev

BINARY = [Subprotocol("moui.binary.v1")]
UNMEASURED = float("inf")


@dataclass
class Machine:
    """A device on which a turn takes `turn_s`, and a clock."""

    limits: Limits
    turn_s: float = 0.5
    now: float = 100.0
    leases: list[Lease] = field(default_factory=list)
    admission: Admission = field(init=False)
    stack: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        self.admission = Admission(self.limits, lambda: self.leases, lambda: self.now)

    def enter(self, name: str, *, key: str = "", returning: bool = False) -> tuple[Place, ExitStack]:
        stack = self.stack.enter_context(ExitStack())
        return stack.enter_context(self.admission.place(name, key=key or name, returning=returning)), stack

    def turns(self, place: Place, number: int, every_s: float = 15.0) -> None:
        for _ in range(number):
            self.now += every_s
            start = self.now - self.turn_s
            context = CallContext(place.session_id)
            self.leases.append(Lease("cpu", "llama", "generate", Priority.LLM, start, start, self.now, context))
            place.answered()


def one_place(**changes: Any) -> Machine:
    return Machine(Limits(max_sessions=1, **changes))


def test_who_comes_too_late_waits_and_moves_up() -> None:
    machine = one_place()
    first, first_leaves = machine.enter("a")
    second, second_leaves = machine.enter("b")
    third, _ = machine.enter("c")
    assert (first.inside, second.inside, third.inside) == (True, False, False)
    assert (machine.admission.sessions, machine.admission.waiting) == (1, 2)
    first_leaves.close()
    assert (second.inside, third.inside) == (True, False)
    second_leaves.close()
    assert third.inside


def test_who_gives_up_waiting_leaves_no_gap() -> None:
    machine = one_place()
    _, first_leaves = machine.enter("a")
    _, second_leaves = machine.enter("b")
    third, _ = machine.enter("c")
    second_leaves.close()
    assert machine.admission.waiting == 1
    first_leaves.close()
    assert third.inside


def test_nobody_overtakes_but_who_was_in_the_middle_of_an_interview() -> None:
    machine = Machine(Limits(max_sessions=1))
    _, first_leaves = machine.enter("a")
    second, _ = machine.enter("b")
    back, back_leaves = machine.enter("c", returning=True)
    again, _ = machine.enter("d", returning=True)
    first_leaves.close()
    assert back.inside
    back_leaves.close()
    assert again.inside
    assert not second.inside


def test_a_connection_that_takes_over_its_own_conversation_does_not_wait_for_it() -> None:
    machine = one_place()
    _, old_leaves = machine.enter("a", key="interview")
    new, _ = machine.enter("b", key="interview")
    assert new.inside
    assert machine.admission.sessions == 1
    old_leaves.close()
    assert machine.admission.sessions == 1


async def test_who_does_not_wait_is_turned_away_unless_somebody_is_just_leaving(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.admission.LEAVING_S", 0.01)
    machine = one_place()
    _, first_leaves = machine.enter("a")
    second, second_leaves = machine.enter("b")
    with pytest.raises(Busy, match=r"holding 1 conversations.* Try again") as busy:
        await second.admitted_soon()
    assert busy.value.reason == "server busy: 1 of 1 sessions"
    second_leaves.close()
    third, _ = machine.enter("c")
    asyncio.get_running_loop().call_soon(first_leaves.close)
    await third.admitted_soon()
    assert third.inside


def test_a_line_has_an_end() -> None:
    machine = one_place(max_waiting=1)
    machine.enter("a")
    machine.enter("b")
    with pytest.raises(Busy, match="holding 1 conversations, 1 waiting; "):
        machine.enter("c")


def test_a_machine_that_proves_fast_lets_more_in_at_once() -> None:
    machine = Machine(Limits(max_sessions=8), turn_s=0.4)
    first, _ = machine.enter("a")
    machine.enter("b")
    third, _ = machine.enter("c")
    assert not third.inside, "unmeasured, it is taken for a small one"
    machine.turns(first, 6)
    assert third.inside


def test_a_machine_that_proves_slow_tells_those_inside_once_and_lets_nobody_else_in() -> None:
    machine = Machine(Limits(max_sessions=8), turn_s=6.0)
    warned: list[str] = []
    (first, _), (second, second_leaves) = machine.enter("a"), machine.enter("b")
    first.on_crowded, second.on_crowded = lambda: warned.append("a"), lambda: warned.append("b")
    machine.turns(first, 8)
    assert warned == ["a", "b"]
    assert (first.inside, second.inside) == (True, True)
    third, _ = machine.enter("c")
    second_leaves.close()
    assert not third.inside


async def test_the_line_is_told_and_told_no_news_twice() -> None:
    machine = one_place()
    _, first_leaves = machine.enter("a")
    _, second_leaves = machine.enter("b")
    third, _ = machine.enter("c")
    told: list[Line] = []
    waiting = asyncio.create_task(third.admitted(told.append))
    await asyncio.sleep(0)
    machine.admission.tell()
    assert [line.place for line in told] == [2]
    second_leaves.close()
    first_leaves.close()
    await waiting
    assert [line.place for line in told] == [2, 1, 0]
    assert "number 2 in line" in told[0].sentence


async def test_a_queued_client_hears_its_place_and_what_it_sent_is_not_lost() -> None:
    async with running(limits=Limits(max_sessions=1, answer_wait_s=UNMEASURED)) as server, AsyncExitStack() as stack:
        first = await stack.enter_async_context(server.connect())
        await server.session()
        second = await stack.enter_async_context(server.connect(subprotocols=BINARY))
        assert (await receive(second))["type"] == "session.created"
        line = await receive(second, "moui.queue")
        assert (line["place"], line["waiting"], line["capacity"]) == (1, 1, 1)
        assert (await receive(second, "moui.notice"))["code"] == "in_line"
        await send(second, type="response.create")
        async with httpx.AsyncClient() as client:
            status = (await client.get(f"{server.http}/api/status")).json()
        assert (status["sessions"], status["waiting"], status["capacity"]) == (1, 1, 1)
        assert len(server.sessions) == 1, "nothing runs for who waits"
        await first.close()
        assert (await receive(second, "moui.queue"))["place"] == 0
        session = await server.session(1)
        await until(lambda: any(isinstance(command, ev.CreateResponse) for command in session.commands))


async def test_a_client_may_ask_to_wait_and_one_that_hangs_up_in_line_leaves_it() -> None:
    async with running(limits=Limits(max_sessions=1)) as server, server.connect() as first:
        await receive(first)
        async with server.connect("/v1/realtime?queue=true") as second:
            await receive(second, "moui.queue")
        assert server.service is not None
        admission = server.service.admission
        await until(lambda: admission.waiting == 0)
        async with server.connect() as plain:
            assert (await receive(plain, "error"))["error"]["code"] == "busy"
            code, reason = await closed(plain)
            assert code == 1013
            assert reason.startswith("server busy: 1 of 1 sessions")
        text = server.service.metrics.text().decode()
        assert "moui_sessions 1.0" in text
        assert "moui_capacity 1.0" in text


async def test_what_a_turn_costs_is_learnt_from_the_sessions_own_leases() -> None:
    async with running() as server, server.connect() as client:
        session = await server.session()
        assert server.service is not None
        admission = server.service.admission
        assumed, capacity = admission.turn_s, admission.capacity
        for number in range(30):
            session.emit(ev.TurnTimings(f"resp_{number}"))
            now = time.perf_counter()
            context = CallContext(session.id)
            server.runtime.trace.append(Lease("cpu", "llama", "generate", Priority.LLM, now, now, now + 1e-4, context))
        await receive(client, "moui.turn.timings")
        assert admission.turn_s < assumed / 3
        assert admission.capacity >= capacity
