"""How soon a reply's first fragment can be spoken, and whether the sound runs dry before the next one is there.

python -m tests.bench.bench_chunker [--show]

replies.jsonl: 25 English and 25 Korean replies as the 0.5B model wrote them, token by token. The model writes at a
steady pace and waits while the voice computes, as the leases have it. Speaking times are linear in the fragment's
weight, fitted to Piper's joe (English) and eSpeak (Korean); the voice's own cost is Piper's on one core.
"""

from __future__ import annotations

import json
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

from voice.chunker import Chunker, weigh

REPLIES = Path(__file__).parent / "replies.jsonl"

SPEAKING_S = {"en": (0.46, 0.052), "ko": (0.32, 0.19)}
"""Seconds a fragment takes, and those of each unit of its weight (a Hangul syllable; a quarter of any other word)."""

VOICE_S = (0.03, 0.06)
"""Seconds that synthesis takes, and those for each second of speech."""

AUDIBLE_S = 0.05
"""A gap below is no gap: the pause at the end of a fragment is longer."""

PACES = (22.0, 12.0, 9.0)
"""Tokens a second: the 0.5B model and the 1.5B model on 2 cores, and a slow day."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """`tokens` it took to have the fragment, when its sound is there, and the silence before it."""

    text: str
    tokens: int
    ready_s: float
    gap_s: float


def replies(language: str) -> list[list[str]]:
    rows = [json.loads(line) for line in REPLIES.read_text(encoding="utf-8").splitlines()]
    return [row["tokens"] for row in rows if row["language"] == language]


def speak(tokens: list[str], language: str, tokens_per_s: float) -> list[Spoken]:
    """One reply, from its first token on."""
    chunker = Chunker(language)
    now_s, ends_s = 0.0, 0.0
    spoken: list[Spoken] = []
    for number, token in enumerate([*tokens, None], 1):
        now_s += 1 / tokens_per_s
        for text in chunker.flush() if token is None else chunker.feed(token):
            fixed_s, each_s = SPEAKING_S[language]
            length_s = fixed_s + each_s * sum(map(weigh, text.split()))
            now_s += VOICE_S[0] + VOICE_S[1] * length_s
            spoken.append(Spoken(text, number, now_s, max(0.0, now_s - ends_s) if spoken else 0.0))
            ends_s = max(now_s, ends_s) + length_s
    return spoken


def main() -> None:
    for language in SPEAKING_S:
        for tokens_per_s in PACES:
            made = [speak(tokens, language, tokens_per_s) for tokens in replies(language)]
            first = sorted(reply[0].tokens for reply in made)
            gaps = [spoken.gap_s for reply in made for spoken in reply[1:]]
            audible = [gap for gap in gaps if gap > AUDIBLE_S]
            print(
                f"{language} at {tokens_per_s:.0f} tokens/s: first fragment after {statistics.median(first)} tokens "
                f"(p90 {first[len(first) * 9 // 10]}), its sound after "
                f"{statistics.median(reply[0].ready_s for reply in made):.2f} s, "
                f"{len(gaps)} joins, {len(audible)} run dry (at most {max(gaps, default=0.0):.2f} s)"
            )
        if "--show" in sys.argv:
            for reply in made:
                print("   ", reply[0].tokens, " | ".join(spoken.text for spoken in reply))


if __name__ == "__main__":
    main()
