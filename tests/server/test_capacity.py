"""How many conversations a machine answers in time: the arithmetic, and what is learnt from turns."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ports import CallContext, Lease, Priority
from server.capacity import ASSUMED, FORGET_S, Costs, Demand, device_seconds, expected_wait_s
from server.commands.serve import limits


def test_nobody_waits_alone_and_everybody_forever_when_the_device_cannot_keep_up() -> None:
    assert expected_wait_s(1, Demand(5.0, 6.0)) == 0.0
    assert expected_wait_s(3, Demand(5.0, 10.0)) == math.inf


def test_the_wait_is_that_of_a_queue_with_equal_services() -> None:
    # One other conversation that keeps the device busy a fifth of the time, 2 s at once.
    assert expected_wait_s(2, Demand(2.0, 10.0)) == pytest.approx(0.2 * 2.0 / (2 * 0.8))


@given(st.integers(1, 20), st.floats(0.01, 10.0), st.floats(1.0, 60.0))
def test_more_conversations_never_wait_less(sessions: int, turn_s: float, every_s: float) -> None:
    demand = Demand(turn_s, every_s)
    assert expected_wait_s(sessions + 1, demand) >= expected_wait_s(sessions, demand)


def measured(
    turn_s: float, *, sessions: int = 1, every_s: float = 15.0, turns: int = 20, costs: Costs | None = None
) -> Costs:
    costs = costs or Costs()
    for number in range(turns):
        costs.turn(sessions, turn_s, every_s, number * every_s)
    return costs


def capacity(costs: Costs, now: float = 300.0) -> int:
    return costs.capacity(8, 0.5, now)


def test_before_anything_is_measured_the_smallest_machine_is_assumed() -> None:
    assert Costs().demand(1) == ASSUMED
    assert capacity(Costs()) == 2


def test_a_fast_machine_takes_all_and_a_slow_one_takes_one() -> None:
    assert capacity(measured(0.4)) == 8
    assert capacity(measured(6.0)) == 1


def test_there_is_always_room_for_one() -> None:
    assert capacity(measured(60.0)) == 1
    assert Costs().capacity(1, 0.0, 0.0) == 1


def test_conversations_that_cost_each_other_the_prompt_cache_are_measured_together() -> None:
    costs = measured(1.0)
    assert capacity(costs) > 2
    measured(5.0, sessions=2, costs=costs)
    assert capacity(costs) == 1
    assert costs.demand(1).turn_s < 2.0, "one alone is as fast as it was"


def test_what_was_measured_among_many_is_tried_again_later() -> None:
    costs = measured(5.0, sessions=2, costs=measured(1.0))
    assert capacity(costs, 300.0) == 1
    assert capacity(costs, 300.0 + FORGET_S) > 2


def test_a_long_silence_is_no_slow_turn() -> None:
    costs = measured(1.0)
    before = costs.demand(1)
    costs.turn(1, 1.0, 3_600.0, 5_000.0)
    assert costs.demand(1) == before


def lease(start: float, seconds: float, session: str, priority: Priority = Priority.LLM, device: str = "cpu") -> Lease:
    return Lease(device, "engine", "phase", priority, start, start, start + seconds, CallContext(session))


def test_a_turn_costs_what_the_busiest_device_did_for_it() -> None:
    leases = [
        lease(0.0, 9.0, "s1"),  # before the turn
        lease(10.0, 0.2, "s1", Priority.LIVE_STT),
        lease(10.3, 0.5, "s2"),
        lease(11.0, 1.0, "s1"),
        lease(11.5, 0.1, "s1", Priority.TTS, device="cuda:0"),
        lease(12.0, 0.7, "s1", Priority.BACKGROUND),
    ]
    assert device_seconds(leases, "s1", 10.0) == pytest.approx(1.2)
    assert device_seconds(leases, "s3", 0.0) == 0.0


def test_a_number_on_the_command_line_stands_whatever_the_machine_can_do() -> None:
    fixed = limits(5)
    assert measured(60.0).capacity(fixed.max_sessions, fixed.answer_wait_s, 300.0) == 5
    assert limits(None).max_sessions == 8
