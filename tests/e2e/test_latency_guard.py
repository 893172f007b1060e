"""The time to answer may not grow: its ratio to what the stages compute, measured in one run, against the recorded one.

Absolute times are never compared: a slow or busy machine fails nothing. How it is measured: tests/bench/guard.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.guard import ALLOWED, baseline, measure_paced, measure_real, regression

TURNS, MORE_TURNS = 4, 12


def test_a_regression_is_a_ratio_clearly_above_the_recorded_one() -> None:
    assert regression(1.2, 1.2) is None
    assert regression(0.8, 1.2) is None
    assert regression(1.2 * (1 + ALLOWED), 1.2) is None
    sentence = regression(1.5, 1.2)
    assert sentence is not None
    assert "25 % more" in sentence


@pytest.mark.timeout(120)
async def test_nothing_on_the_way_through_the_server_takes_longer_than_it_did() -> None:
    """Engines that take known times, so only the server can be at fault."""
    recorded = baseline()["paced"]
    sentence = regression((await measure_paced(TURNS)).ratio, recorded)
    if sentence is not None:  # the machine may have been busy with something else
        sentence = regression((await measure_paced(MORE_TURNS)).ratio, recorded)
    assert sentence is None, sentence


@pytest.mark.timeout(120)
async def test_a_sleep_of_300_ms_in_the_path_is_noticed() -> None:
    measured = await measure_paced(TURNS, sleep_ms=300.0)
    assert regression(measured.ratio, baseline()["paced"]) is not None


@pytest.mark.real
@pytest.mark.timeout(600)
async def test_the_real_models_are_not_kept_waiting_longer_than_they_were(weights: Path) -> None:
    recorded = baseline()["real"]
    sentence = regression((await measure_real(TURNS, models_dir=weights)).ratio, recorded)
    if sentence is not None:
        sentence = regression((await measure_real(MORE_TURNS, models_dir=weights)).ratio, recorded)
    assert sentence is None, sentence
