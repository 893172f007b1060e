"""The floor of a turn, and what speculation cost, from leases as the server shows them."""

from __future__ import annotations

from typing import Any

from server.caller.latency.floor import AnsweredTurn, StageCost, floor_of, speculation, stage_cost

TURN = AnsweredTurn("s1", call=7, ended_s=10.0, heard_s=11.0)


def lease(
    phase: str, start: float, end: float, *, call: int = 0, requested: float | None = None, priority: str = "llm"
) -> dict[str, Any]:
    return {
        "device": "cpu",
        "phase": phase,
        "priority": priority,
        "requested_s": start if requested is None else requested,
        "start_s": start,
        "end_s": end,
        "context": {"session_id": "s1", "response_id": call},
    }


def test_a_turns_stages_are_its_last_pass_its_tokens_up_to_the_fragment_and_its_first_sound() -> None:
    rows = [
        lease("transcribe", 9.0, 9.4, priority="live_stt"),  # while the speaker still spoke
        lease("transcribe", 10.15, 10.3, priority="live_stt"),
        lease("prime", 9.5, 9.9, priority="background"),
        lease("generate", 10.3, 10.4, call=7),
        lease("generate", 10.4, 10.6, call=7),
        lease("synthesize", 10.6, 10.66, call=7, requested=10.5),
        lease("generate", 10.7, 10.9, call=7),
        lease("synthesize", 10.9, 11.3, call=7),
        lease("generate", 10.2, 10.5, call=6),  # of a reply thrown away
    ]
    cost = stage_cost(rows, TURN)
    assert cost is not None
    assert [round(ms) for ms in (cost.stt_ms, cost.llm_ms, cost.tts_ms)] == [150, 200, 60]


def test_a_reply_made_beforehand_costs_the_pass_alone() -> None:
    rows = [lease("transcribe", 10.1, 10.2, priority="live_stt"), lease("generate", 10.2, 10.3, call=7)]
    cost = stage_cost(rows, TURN)
    assert cost is not None
    assert round(cost.total_ms) == 200
    assert stage_cost([], TURN) is None, "the trace no longer holds this turn"


def test_the_floor_is_the_sum_of_the_stages_medians() -> None:
    floor = floor_of([StageCost(100, 300, 50), StageCost(120, 700, 60), StageCost(900, 400, 70)])
    assert floor is not None
    assert floor.floor_ms == 120 + 400 + 60
    assert floor_of([]) is None


def test_work_thrown_away_is_counted_and_whom_it_kept_waiting() -> None:
    rows = [
        lease("generate", 1.0, 1.5, call=1),
        lease("transcribe", 1.5, 1.6, requested=1.4, priority="live_stt"),
        lease("generate", 2.0, 3.0, call=2),
        lease("synthesize", 3.0, 3.2, call=3, priority="background"),  # rehearsed: kept, not wasted
    ]
    spent = speculation(rows, heard={("s1", 2)})
    assert round(spent.used_s, 3) == 1.0
    assert round(spent.wasted_s, 3) == 0.5
    assert round(spent.longest_delay_ms) == 100
    assert spent.as_json()["wasted_to_used"] == 0.5
