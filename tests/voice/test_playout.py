"""What was heard, from what was played."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voice.playout import PlayoutLedger


def ledger(*fragments: tuple[str, int]) -> PlayoutLedger:
    made = PlayoutLedger()
    for text, samples in fragments:
        made.open_fragment(text)
        made.extend(samples)
    made.close()
    return made


def test_nothing_played_is_nothing_heard() -> None:
    assert ledger(("Thank you.", 1000)).heard() == ""


def test_everything_played_is_everything_heard() -> None:
    made = ledger(("Thank you.", 1000), ("What next?", 2000))
    made.report(3000)
    assert made.heard() == made.text() == "Thank you. What next?"
    assert made.played_out


def test_the_cut_falls_at_a_word() -> None:
    made = ledger(("Thank you.", 1000), ("one two three four", 1800))
    made.report(1000 + 750)
    assert made.heard() == "Thank you. one two"


def test_korean_is_cut_at_an_eojeol() -> None:
    made = ledger(("그때 어떤 역할을 맡으셨습니까?", 1700))
    made.report(850)
    assert made.heard() == "그때 어떤 역할을"


def test_reports_cannot_move_back_or_beyond() -> None:
    made = ledger(("Thank you.", 1000))
    made.report(900)
    made.report(100)
    assert made.played == 900
    made.report(5000)
    assert made.played == 1000


def test_a_reply_still_being_made_is_not_played_out() -> None:
    made = PlayoutLedger()
    made.open_fragment("Thank you.")
    made.extend(1000)
    made.report(1000)
    assert not made.played_out


@given(
    st.lists(st.tuples(st.text("ab 가나다", min_size=1, max_size=20), st.integers(1, 5000)), max_size=6),
    st.integers(0, 40_000),
    st.integers(0, 40_000),
)
def test_more_played_is_never_less_heard(fragments: list[tuple[str, int]], first: int, second: int) -> None:
    made = ledger(*fragments)
    low, high = sorted((first, second))
    assert made.heard(high).startswith(made.heard(low).rstrip())
