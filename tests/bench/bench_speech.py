"""What the speech engines cost on this machine, one after the other, and how well Whisper hears the clips.

    python -m tests.bench.bench_speech [--json FILE] [--threads 2] [--repeat 5] [--beam 1] [--full-windows]

Times are medians in milliseconds of calls in this process, with nothing else running: compare ratios within one run.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import jiwer
import numpy as np

from models.engines import espeak, piper, silero, smart_turn, whisper
from models.ports import MIC_RATE_HZ, VAD_WINDOW, SynthesizeRequest, TranscribeRequest
from models.registry import EngineOptions
from tests.models.engines.clips import clip, spoken

WEIGHTS = Path(__file__).parents[2] / "models" / "weights"
SENTENCE = "Tell me about a project you are proud of, and what made it hard."
Costs = Iterator[tuple[str, float]]


def median_ms(call: Callable[[], object], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000)
    return round(statistics.median(times), 3)


def _all(method: Callable[[Any], Iterator[object]], request: object) -> None:
    for _ in method(request):
        pass


def _first(method: Callable[[Any], Iterator[object]], request: object) -> None:
    next(method(request))


def detectors(repeat: int) -> Costs:
    """Both run beside the leases, so each has one thread."""
    speech = clip("jfk").audio
    vad = silero.load(EngineOptions(directory=WEIGHTS / "silero-vad"))
    vad.warm_up()
    stream = vad.new()
    yield "VAD, one window of 32 ms", median_ms(lambda: stream.probability(speech[:VAD_WINDOW]), repeat * 100)
    end_of_turn = smart_turn.load(EngineOptions(directory=WEIGHTS / "smart-turn-v3.2", threads=1))
    end_of_turn.warm_up()
    yield "end of turn, last 8 s", median_ms(lambda: end_of_turn.probability(speech), repeat)


def recognition(engine: whisper.WhisperEngine, repeat: int) -> Costs:
    speech = clip("jfk").audio
    for seconds in (1, 3, 6, 10):
        request = TranscribeRequest(audio=speech[: seconds * MIC_RATE_HZ], language="en")
        yield f"Whisper, {seconds} s of speech", median_ms(partial(_all, engine.transcribe, request), repeat)


def voices(threads: int, repeat: int) -> Costs:
    joe = piper.load(EngineOptions(directory=WEIGHTS / "piper-en-us-joe-medium", threads=threads))
    joe.warm_up()
    for title, text in (("4 words", "Nice to meet you."), ("14 words", SENTENCE)):
        request = SynthesizeRequest(text, "piper-en-joe", "en")
        yield f"Piper, first chunk of {title}", median_ms(partial(_first, joe.synthesize, request), repeat)
    robot = espeak.load(EngineOptions())
    robot.warm_up()
    request = SynthesizeRequest("자기소개를 부탁드립니다.", "espeak-ko", "ko")
    yield "eSpeak, a Korean sentence", median_ms(lambda: list(robot.synthesize(request)), repeat)
    robot.close()


def hearing(engine: whisper.WhisperEngine) -> list[dict[str, Any]]:
    """Word error rate of each English clip, character error rate of each Korean one."""
    rows = []
    for item in spoken():
        (result,) = engine.transcribe(TranscribeRequest(audio=item.audio, language=item.language))
        rate = jiwer.cer if item.language == "ko" else jiwer.wer
        rows.append(
            {
                "clip": item.name,
                "measure": "CER" if item.language == "ko" else "WER",
                "rate": round(float(rate(_plain(item.text), _plain(result.text))), 4),
                "text": result.text,
            }
        )
    (noise,) = engine.transcribe(TranscribeRequest(audio=clip("noise").audio, language="en"))
    rows.append({"clip": "noise", "measure": "words", "rate": float(len(noise.words)), "text": noise.text})
    return rows


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w ]", "", text.lower()).split())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers to this file as well")
    parser.add_argument("--threads", type=int, default=2, help="threads of Whisper and Piper (default: 2)")
    parser.add_argument("--repeat", type=int, default=5, help="calls a median is taken over (default: 5)")
    parser.add_argument("--beam", type=int, default=1, help="Whisper's beam size (default: 1)")
    parser.add_argument("--full-windows", action="store_true", help="pad every window to 30 s, as Whisper was trained")
    arguments = parser.parse_args()

    settings = {"beam_size": arguments.beam, "short_windows": not arguments.full_windows}
    options = EngineOptions(directory=WEIGHTS / "whisper-base", threads=arguments.threads, settings=settings)
    engine = whisper.load(options)
    engine.warm_up()
    costs = {}
    for stage in (
        detectors(arguments.repeat),
        recognition(engine, arguments.repeat),
        voices(arguments.threads, arguments.repeat),
    ):
        for name, cost in stage:
            costs[name] = cost
            print(f"{name:32} {cost:10.2f} ms", flush=True)
    clips = hearing(engine)
    for row in clips:
        print(f"{row['clip']:12} {row['measure']:5} {row['rate']:7.3f}  {row['text']}")
    rates = [row["rate"] for row in clips if row["measure"] == "WER"]
    print(f"mean WER     {np.mean(rates):.3f}")
    if arguments.json:
        report = {"settings": settings | {"threads": arguments.threads}, "median_ms": costs, "clips": clips}
        arguments.json.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
