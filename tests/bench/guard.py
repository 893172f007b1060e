"""The guard of the time to answer: one ratio a run, compared with the recorded one.

    python -m tests.bench.guard                 paced engines, then the real small models
    python -m tests.bench.guard --sleep 300     ... with a sleep put into the path: has to be noticed
    python -m tests.bench.guard --record        write baseline.json

The ratio is the time from the last voiced sample to the first sample of content at the player, by what the same turn's
stages computed (server/caller/latency/floor.py) and the pause that has to be heard first. Both are measured in one run,
so a slow or busy machine changes both; a second of work done in the wrong place, a queue or a sleep changes the first
alone. Turns end after the shortest silence (`server_vad`, 200 ms): while it waits longer, a slow path stays hidden.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from interview.free_talk import FreeTalk
from models.catalog import load_catalog
from models.locations import default_models_dir
from models.ports import MIC_RATE_HZ, Pcm, SynthesizeRequest, TextToSpeech
from models.runtime import Runtime
from server.caller.client import Caller, calling
from server.caller.latency.floor import AnsweredTurn, stage_cost
from server.caller.sound import Clip, audible_span
from server.caller.turns import TurnResult, take_turn
from server.commands.serve import choose
from server.http import lease_row
from tests.bench.guard_engines import PacedRuntime, Slowed
from tests.fakes import speech
from tests.server.running import running
from tests.server.scripted import ScriptedRuntime
from voice.audio import StreamResampler

BASELINE = Path(__file__).with_name("baseline.json")

ALLOWED = 0.15
"""A ratio may be this much above the recorded one."""

PAUSE_MS = 128.0
"""Quiet that has to be heard before anything can be begun: four windows of the voice detector."""

SILENCE_MS = 200
BETWEEN_S = 0.6

SENTENCES = (
    "I led a small team that rebuilt our payment service last year.",
    "My first job was in the support department of a hospital.",
    "We moved the whole database to a new machine in one night.",
    "The hardest part was to convince the other teams of the plan.",
)
"""Without a pause in them: each is one turn."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Medians over the turns; milliseconds."""

    ratio: float
    turns: int
    content_ms: float
    floor_ms: float


class TooFewTurns(Exception):
    """Less than half of the turns could be measured: that is no ratio."""


def regression(ratio: float, recorded: float, allowed: float = ALLOWED) -> str | None:
    """What is wrong, or None."""
    if ratio <= recorded * (1.0 + allowed):
        return None
    more = (ratio / recorded - 1.0) * 100.0
    return (
        f"An answer takes {ratio:.2f} times what its stages compute; {recorded:.2f} is recorded. That is {more:.0f} % "
        f"more, and {allowed * 100:.0f} % is allowed: something waits where it did not."
    )


def baseline() -> dict[str, float]:
    """The recorded ratios, by the name of the engines."""
    recorded = json.loads(BASELINE.read_text("utf-8"))
    return {name: float(entry["ratio"]) for name, entry in recorded.items()}


async def measure_paced(turns: int, *, sleep_ms: float = 0.0) -> Measured:
    """Engines that take known times: nothing but the way through the server can change the ratio."""
    audio = speech(1.0)
    clips = [Clip("paced", audio, 0, len(audio))]
    return await _measure(PacedRuntime(), clips, turns, sleep_ms)


async def measure_real(turns: int, *, sleep_ms: float = 0.0, models_dir: Path | None = None) -> Measured:
    """The models of `starter-small`, and sentences spoken by its own voice."""
    folder = models_dir or default_models_dir()
    chosen = choose("starter-small", folder)
    return await _measure(Runtime(chosen.profile, load_catalog(), folder, plan=chosen.plan), (), turns, sleep_ms)


async def _measure(runtime: Any, clips: Sequence[Clip], turns: int, sleep_ms: float) -> Measured:
    measured = Slowed(runtime, sleep_ms / 1000) if sleep_ms else runtime
    with tempfile.TemporaryDirectory() as folder:
        async with running(
            runtime=cast(ScriptedRuntime, measured),
            responder=lambda with_engines: FreeTalk(cast(Any, with_engines.llm)),
            real_sessions=True,
            data_dir=Path(folder),
        ) as server:
            assert server.service is not None
            if not await server.service.settled():
                raise TooFewTurns(server.service.stage_message)
            spoken = clips or [await _spoken(text, runtime.tts) for text in SENTENCES]
            async with calling(server.http) as caller:
                results = await _turns(caller, spoken, turns)
            return _judge(results, [lease_row(lease) for lease in runtime.leases()])


async def _turns(caller: Caller, clips: Sequence[Clip], turns: int) -> list[TurnResult]:
    detection = {"type": "server_vad", "silence_duration_ms": SILENCE_MS}
    session = {"type": "realtime", "audio": {"input": {"turn_detection": detection}}}
    await caller.send({"type": "session.update", "session": session})
    results = []
    for number in range(turns + 1):
        result, _ = await take_turn(caller, clips[number % len(clips)], play_out=False)
        results.append(result)
        await caller.send({"type": "response.cancel"})  # what was wanted was heard
        await caller.wait_for(lambda: caller.state == "listening", 10.0)
        await asyncio.sleep(BETWEEN_S)
    return results[1:]  # the first pays for what is loaded once


async def _spoken(text: str, tts: TextToSpeech) -> Clip:
    voice = tts.voice_for("en")
    assert voice is not None
    parts: list[Pcm] = []
    resampler: StreamResampler | None = None
    async for chunk in tts.synthesize(SynthesizeRequest(text, voice.id, "en")):
        resampler = resampler or StreamResampler(chunk.sample_rate_hz, MIC_RATE_HZ)
        parts.append(resampler.process(chunk.audio))
    audio = np.concatenate(parts)
    return Clip(text, audio, *audible_span(audio, MIC_RATE_HZ), text=text)


def _judge(results: Sequence[TurnResult], rows: Sequence[dict[str, Any]]) -> Measured:
    contents, floors = [], []
    for turn in results:
        if turn.voice_to_content_ms is None or turn.heard_s is None or turn.turns != 1:
            continue
        answered = AnsweredTurn(turn.session_id, turn.call, turn.ended_s, turn.heard_s)
        cost = stage_cost(_until_speakable(rows, turn), answered)
        if cost is not None and cost.total_ms > 0.0:
            contents.append(turn.voice_to_content_ms)
            floors.append(PAUSE_MS + cost.total_ms)
    if len(contents) * 2 < len(results):
        raise TooFewTurns(f"Only {len(contents)} of {len(results)} turns were answered one by one.")
    ratios = [content / floor for content, floor in zip(contents, floors, strict=True)]
    median = statistics.median
    return Measured(round(median(ratios), 3), len(ratios), round(median(contents), 1), round(median(floors), 1))


def _until_speakable(rows: Sequence[dict[str, Any]], turn: TurnResult) -> list[dict[str, Any]]:
    """Without the tokens that were written after the first fragment was whole: where its synthesis was asked for late,
    they must not pass for what it had to wait for."""
    mine = [row for row in rows if row["context"]["response_id"] == turn.call]
    spoken = min((row for row in mine if row["phase"] == "synthesize"), key=lambda row: row["start_s"], default=None)
    voice_ms = turn.stages.get("tts_first_chunk_ms")
    if spoken is None or voice_ms is None:
        return list(rows)
    speakable_s = spoken["end_s"] - voice_ms / 1000
    return [row for row in rows if row["phase"] != "generate" or row["start_s"] < speakable_s]


async def _run(args: argparse.Namespace) -> int:
    names = {"paced": measure_paced, "real": measure_real}
    recorded = baseline() if BASELINE.exists() else {}
    seen, worse = {}, 0
    for name in args.engines:
        measured = await names[name](args.turns, sleep_ms=args.sleep)
        seen[name] = asdict(measured)
        print(f"{name}: {measured}")
        sentence = regression(measured.ratio, recorded[name]) if name in recorded and not args.record else None
        if sentence is not None:
            worse = 1
            print(f"{name}: {sentence}")
    if args.record:
        before = json.loads(BASELINE.read_text("utf-8")) if BASELINE.exists() else {}
        BASELINE.write_text(json.dumps(before | seen, indent=2) + "\n", encoding="utf-8")
    return worse


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engines", nargs="*", default=["paced", "real"], help="paced, real")
    parser.add_argument("--turns", type=int, default=12)
    parser.add_argument("--sleep", type=float, default=0.0, metavar="MS", help="the voice oversleeps")
    parser.add_argument("--record", action="store_true")
    return asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
