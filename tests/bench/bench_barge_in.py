"""Barge-in on this machine: what was heard, whose voice it is, what short words over a reply mean,
and how soon somebody is noticed.

    python -m tests.bench.bench_barge_in [--json FILE] [--only ledger|echo|meaning|onset]

Real Piper, Silero and Whisper; eSpeak for Korean. Only the CPU time a window depends on how fast the machine is.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from tests.bench.barge_in import echoes, meanings, onsets, words

PARTS: dict[str, Callable[[], list[dict[str, object]]]] = {
    "ledger": words.measure,
    "echo": echoes.measure,
    "meaning": meanings.measure,
    "onset": onsets.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", choices=tuple(PARTS), action="append")
    arguments = parser.parse_args()
    report: dict[str, list[dict[str, object]]] = {}
    for name in arguments.only or PARTS:
        print(f"\n{name}")
        report[name] = PARTS[name]()
        for row in report[name]:
            print("  " + "  ".join(f"{key} {value}" for key, value in row.items()))
    if arguments.json:
        arguments.json.write_text(json.dumps(report, ensure_ascii=False, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
