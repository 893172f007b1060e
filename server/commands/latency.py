"""`moui latency`: how long it takes to be answered, where the time goes, and how fast moui falls silent."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from models.locations import REPOSITORY
from server.caller.latency import Measurement, measure, percentile
from server.caller.local import Server
from server.caller.sound import Clip, SoundError, read_clip
from server.caller.turns import STAGES
from server.caller.waterfall import waterfall
from server.commands.calls import add_server_arguments, run_call

DEFAULT_CLIPS = ("jfk.wav", "LJ001-0004.wav", "LJ001-0006.wav")

NAMES = {
    "voice_to_voice_ms": "voice to voice",
    "endpoint_ms": "  endpoint wait",
    "stt_ms": "  speech to text",
    "llm_first_token_ms": "  first token",
    "first_fragment_ms": "  first fragment",
    "tts_first_chunk_ms": "  voice, first chunk",
    "transport_ms": "  transport, lead-in",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "latency",
        help="measure response times over the real socket",
        description="Speaks clips in real time from this separate process and measures what a person would notice: "
        "last voiced sample to first audible sample, split into stages; time to silence when interrupted; turns cut "
        "off at pauses; memory of every process; and that no two phases computed at the same time. A clip that "
        "stops in mid-sentence is waited for on purpose, so its figures are longer.",
        epilog="example:  moui latency --repeat 5 --json latency.json --plot latency.svg",
    )
    parser.add_argument("--repeat", type=int, default=3, help="rounds over the clips (default: 3)")
    parser.add_argument("--interruptions", type=int, default=5, help="barge-ins to measure (default: 5)")
    parser.add_argument("--wav", type=Path, action="append", help="a clip to speak; may be given several times")
    parser.add_argument("--language", default="en", help="language of the clips: en or ko (default: en)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured as JSON")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw the turns as a waterfall")
    add_server_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    wavs = args.wav or [REPOSITORY / "tests" / "audio" / name for name in DEFAULT_CLIPS]
    try:
        clips = [read_clip(path) for path in wavs]
    except SoundError as error:
        print(f"moui: {error} Give clips with --wav.", file=sys.stderr)
        return 1
    return run_call(args, lambda server: latency(server, args, clips))


async def latency(server: Server, args: argparse.Namespace, clips: list[Clip]) -> int:
    status = server.get("/api/status")
    measured = await measure(
        server,
        clips,
        repeat=args.repeat,
        interruptions=args.interruptions,
        language=args.language,
    )
    report = {"machine": machine(), "profile": status["profile"], **measured.as_json(), "summary": summary(measured)}
    print_report(report)
    if args.json is not None:
        args.json.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if args.plot is not None:
        rows = [(t.file, {**t.stages, "total_ms": 0.0, "transport_ms": t.transport_ms}) for t in measured.turns]
        args.plot.write_text(
            waterfall(rows, f"moui, {status['profile']}: last voiced to first audible sample"), "utf-8"
        )
    return 0 if measured.overlap_ms == 0 else 1


def machine() -> dict[str, Any]:
    """What the numbers were measured on: they mean nothing without it."""
    return {
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": psutil.cpu_count(logical=False),
        "threads": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "python": platform.python_version(),
    }


def summary(measured: Measurement) -> dict[str, dict[str, float | int | None]]:
    """p50, p90 and p95 of every figure, and how many values stand behind it."""
    figures: dict[str, list[float]] = {name: [] for name in NAMES}
    for turn in measured.turns:
        values = {**turn.stages, "voice_to_voice_ms": turn.voice_to_voice_ms, "transport_ms": turn.transport_ms}
        for name in NAMES:
            value = values.get(name)
            if value is not None:
                figures[name].append(value)
    figures["barge_in_to_silence_ms"] = [i.silence_ms for i in measured.interruptions if i.silence_ms is not None]
    figures["barge_in_to_decision_ms"] = [i.decided_ms for i in measured.interruptions if i.decided_ms is not None]
    return {
        name: {"n": len(values), **{f"p{q}": _rounded(percentile(values, q)) for q in (50, 90, 95)}}
        for name, values in figures.items()
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def print_report(report: dict[str, Any]) -> None:
    console = Console(width=100, soft_wrap=False)
    m = report["machine"]
    console.print(f"{m['cores']} cores, {m['memory_gb']} GB, {m['system']}; profile {report['profile']}")
    table = Table(title="milliseconds")
    for heading in ("", "n", "p50", "p90", "p95"):
        table.add_column(heading, justify="left" if not heading else "right")
    names = {
        **NAMES,
        "barge_in_to_silence_ms": "barge-in to silence",
        "barge_in_to_decision_ms": "barge-in to decision",
    }
    for figure, name in names.items():
        row = report["summary"][figure]
        cells = ["-" if row[q] is None else f"{row[q]:.0f}" for q in ("p50", "p90", "p95")]
        table.add_row(name, str(row["n"]), *cells)
    console.print(table)
    turns = report["turns"]
    for clip in sorted({turn["file"] for turn in turns}):
        times = [t["voice_to_voice_ms"] for t in turns if t["file"] == clip and t["voice_to_voice_ms"] is not None]
        if (middle := percentile(times, 50)) is not None:
            console.print(f"voice to voice, {clip}: p50 {middle:.0f} ms of {len(times)}")
    console.print(f"turns cut off while the speaker was still talking: {report['cut_ins']} of {len(turns)} clips")
    console.print(f"overlap of leases: {report['overlap_ms']:.0f} ms in {report['leases']} leases")
    memory = ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in sorted(report["peak_rss_mb"].items()))
    console.print(f"peak resident memory: {memory}")
    for problem in sorted({turn["problem"] for turn in turns if turn["problem"]}):
        console.print(f"note: {problem}")


assert set(STAGES) - {"total_ms"} <= set(NAMES), "a stage has no name in the table"
