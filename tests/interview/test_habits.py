"""What comes back over several interviews, and what is no habit."""

from __future__ import annotations

from dataclasses import replace

from interview.habits import LOOKS_BACK, Habit, habits
from interview.measures.shapes import Delivery, Reference, judged
from interview.report import Report, build
from tests.interview.report_records import korean, korean_content

FAST = judged("rate", 320.0, "syllables/min", Reference(212.0, 294.0, ""))
CALM = judged("rate", 250.0, "syllables/min", Reference(212.0, 294.0, ""))


def report(number: int = 0, *, fast: bool = False) -> Report:
    """Of one and the same interview: its second answer leaves task and result out and is vague, its last is missing."""
    made = build(korean(), korean_content(), Delivery("ko", (FAST if fast else CALM,), ()))
    return replace(made, session_id=f"s{number}", started_at=f"2026-11-{20 - number:02d}T10:00:00+09:00")


def named(found: tuple[Habit, ...]) -> dict[str, Habit]:
    return {habit.name or habit.kind: habit for habit in found}


def test_one_interview_shows_no_habit() -> None:
    assert habits([]) == ()
    assert habits([report()]) == ()


def test_what_came_back_is_named_with_where() -> None:
    found = named(habits([report(0, fast=True), report(1, fast=True), report(2)]))
    assert set(found) == {"task", "result", "많이 노력해서", "unanswered", "rate.above"}
    assert (found["result"].seen, found["result"].of) == (3, 3)
    assert (found["rate.above"].seen, found["rate.above"].of) == (2, 3)
    vague = found["많이 노력해서"].sightings[0]
    assert (vague.session_id, vague.place, vague.turn) == ("s0", 2, 6)
    assert vague.start_sample is not None


def test_what_was_given_up_is_no_habit() -> None:
    """Two fast ones of five are no habit, and nothing counts that lies further back than the newest eight."""
    assert "rate.above" not in named(habits([report(n, fast=n in {0, 4}) for n in range(5)]))
    assert "rate.above" not in named(habits([report(n, fast=n >= LOOKS_BACK) for n in range(LOOKS_BACK + 4)]))
