"""What the transcript of a long answer costs and how good it is: `python -m tests.bench.bench_transcript`.

Decodes the recorded clips, repeated to the wanted length, as a session would, for several distances between passes.
Prints one JSON line each. A real-time factor above 1 means that this machine cannot keep up at that distance.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from models.locations import default_models_dir
from tests.voice.long_answer import listen, load_whisper, long_answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument("--step", type=float, nargs="+", default=[1.0, 2.5, 30.0], help="seconds between two passes")
    parser.add_argument("--text", action="store_true", help="print the transcripts too")
    options = parser.parse_args()
    engine = load_whisper(default_models_dir())
    answer = long_answer(Path(__file__).resolve().parent.parent / "audio", options.seconds)
    for step in options.step:
        outcome = asdict(listen(engine, answer, step))
        text = outcome.pop("text")
        print(json.dumps({"step_s": step, "real_time_factor": outcome["busy_s"] / options.seconds, **outcome}))
        if options.text:
            print(text)


if __name__ == "__main__":
    main()
