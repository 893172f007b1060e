"""What was heard of real speech: Piper says itself where its words are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.bench.barge_in.speaking import fragments, piper_speaks, replies
from tests.bench.barge_in.words import by_ledger, errors


@pytest.mark.real
def test_the_ledger_is_within_a_word_of_the_truth(weights: Path) -> None:
    assert weights.is_dir()
    parts = [part for text in replies("en", 2) for part in fragments(text, "en")]
    said = [piper_speaks(part) for part in parts[-12:]]
    off = np.abs(
        [
            error
            for fragment in said
            if fragment is not None
            for error in errors(fragment, by_ledger(fragment, sound=True))
        ]
    )
    assert len(off) > 200
    assert np.mean(off <= 1) >= 0.95
    assert np.mean(off == 0) >= 0.65
