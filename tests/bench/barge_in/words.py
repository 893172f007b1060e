"""How many words the ledger is off, at cuts every 50 ms, against where the voice itself says its words are."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from models.ports import Pcm
from tests.bench.barge_in.speaking import Spoken, espeak_speaks, fragments, piper_speaks, replies
from voice.playout import PlayoutLedger

STEP = 1_200
PIECE = 4_800
FEWEST_FRAGMENTS = 20
_WORD = re.compile(r"\S+\s*")


def spoken(language: str, count: int) -> list[Spoken]:
    speak: Callable[[str], Spoken | None] = piper_speaks if language == "en" else espeak_speaks
    every = [speak(part) for text in replies(language, count) for part in fragments(text, language)]
    return [fragment for fragment in every if fragment is not None]


def by_letters(fragment: Spoken, played: int) -> int:
    """What the ledger did before: words in proportion to their letters."""
    letters = played / len(fragment.audio) * len(fragment.text)
    return sum((match.start() + match.end()) / 2 <= letters for match in _WORD.finditer(fragment.text))


def by_ledger(fragment: Spoken, *, sound: bool) -> Callable[[int], int]:
    ledger = PlayoutLedger()
    ledger.open_fragment(fragment.text)
    for first in range(0, len(fragment.audio), PIECE):
        piece: Pcm = fragment.audio[first : first + PIECE]
        ledger.extend(len(piece), piece if sound else None)
    ledger.close()
    return lambda played: len(ledger.heard(played).split())


def errors(fragment: Spoken, count: Callable[[int], int]) -> list[int]:
    middles = np.asarray([(begin + end) / 2 for begin, end in fragment.spans])
    return [count(cut) - int((middles <= cut).sum()) for cut in range(STEP, len(fragment.audio), STEP)]


def measure() -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for language in ("en", "ko"):
        said = spoken(language, 60)
        assert len(said) >= FEWEST_FRAGMENTS, "too few fragments have known word places"
        ways: dict[str, Callable[[Spoken], Callable[[int], int]]] = {
            "letters": lambda fragment: lambda played: by_letters(fragment, played),
            "without sound": lambda fragment: by_ledger(fragment, sound=False),
            "ledger": lambda fragment: by_ledger(fragment, sound=True),
        }
        for name, way in ways.items():
            off = np.abs([error for fragment in said for error in errors(fragment, way(fragment))])
            shares = {f"within {most}": round(float(np.mean(off <= most)), 4) for most in (0, 1, 2)}
            rows.append({"language": language, "way": name, "fragments": len(said), "cuts": len(off), **shares})
    return rows
