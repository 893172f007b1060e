"""Recorded replies through the chunker: the first fragment is early, and the sound does not run dry behind it."""

from __future__ import annotations

import statistics

import pytest

from tests.bench.bench_chunker import AUDIBLE_S, replies, speak


@pytest.mark.parametrize(("language", "median"), [("en", 7), ("ko", 12)])
def test_the_first_fragment_is_early(language: str, median: int) -> None:
    first = [speak(tokens, language, 22.0)[0].tokens for tokens in replies(language)]
    assert len(first) == 25
    assert statistics.median(first) <= median


@pytest.mark.parametrize("tokens_per_s", [22.0, 12.0])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_next_fragment_is_there_before_the_one_before_it_ends(language: str, tokens_per_s: float) -> None:
    for tokens in replies(language):
        for spoken in speak(tokens, language, tokens_per_s):
            assert spoken.gap_s <= AUDIBLE_S, spoken
