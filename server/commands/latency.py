"""`moui latency`: how long it takes to be answered, where the time goes, and how fast moui falls silent."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.locations import default_models_dir
from server.caller.cdf import cdf
from server.caller.latency.measure import Run, Target
from server.caller.latency.report import report_of
from server.caller.latency.results import ScenarioResult
from server.caller.latency.scenarios import SCENARIOS, Kind, Scenario
from server.caller.latency.speech import AUDIO, Voices
from server.caller.sound import Clip, SoundError, read_clip
from server.caller.waterfall import waterfall
from server.commands.calls import add_server_arguments, run_call
from server.commands.latency_tables import print_report, print_side_by_side

QUICK = (("answers", 8), ("short", 6), ("pauses", 4), ("interruptions", 4))
"""Without arguments: what a person would notice first, in about three minutes."""

QUICK_CLIPS = (("clips", 6),)
"""... where there is no voice to speak the scenarios with."""

REPLY_S = 7.0
"""A reply and the silence around it take about this long: only to say beforehand how long a run will take."""

OVER_REPLY_S = {Kind.TURNS: 0.0, Kind.INTERRUPTIONS: 14.0, Kind.NOT_MEANT: 10.0}


@dataclass(frozen=True, slots=True)
class Planned:
    scenario: Scenario
    clips: list[Clip]

    @property
    def seconds(self) -> float:
        each = OVER_REPLY_S[self.scenario.kind] or REPLY_S
        return sum(clip.seconds + each for clip in self.clips)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    known = "\n".join(f"  {s.name:15} {s.what} ({s.turns})" for s in SCENARIOS.values())
    parser = subparsers.add_parser(
        "latency",
        help="measure response times over the real socket",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Speaks in real time from this separate process and measures what a person would notice: last\n"
        "voiced sample to first audible sample, split into stages and set against the floor these stages cost; time\n"
        "to silence when interrupted; turns cut off at pauses; memory of every process; and that no two phases\n"
        "computed at the same time.\n\nscenarios, with the usual number of turns:\n" + known,
        epilog="examples:\n  moui latency --json latency.json --plot latency.svg\n"
        "  moui latency --scenario answers=30 short long60=5 --cdf latency-cdf.svg\n"
        "  moui latency --scenario answers interruptions --compare http://127.0.0.1:9000 --compare-name other",
    )
    parser.add_argument(
        "--scenario", nargs="+", action="extend", metavar="NAME[=TURNS]", help="what to measure; all: every one"
    )
    parser.add_argument("--turns", type=int, metavar="N", help="at most this many turns of each scenario")
    parser.add_argument("--interruptions", type=int, metavar="N", help="barge-ins of a run without --scenario")
    parser.add_argument("--wav", type=Path, action="append", help="clips of your own; may be given several times")
    parser.add_argument("--repeat", type=int, default=3, help="rounds over your own clips (default: 3)")
    parser.add_argument("--language", default="en", help="language of your own clips: en or ko (default: en)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured, after each scenario")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw the turns as a waterfall")
    parser.add_argument("--cdf", type=Path, metavar="FILE.svg", help="draw which share is answered within what time")
    compare = parser.add_argument_group("another server, measured after this one")
    compare.add_argument("--compare", metavar="URL", help="any server of OpenAI's Realtime protocol over WebSocket")
    compare.add_argument("--compare-name", default="other", help="what to call it")
    compare.add_argument("--compare-token", help="its token")
    compare.add_argument("--compare-only", action="store_true", help="measure that one alone")
    add_server_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    models_dir = args.models_dir or default_models_dir()
    try:
        chosen = choose(args, models_dir)
        print("preparing what will be said…", file=sys.stderr)
        voices = Voices({kind for scenario, _ in chosen for kind in scenario.kinds}, models_dir)
        planned = [Planned(scenario, scenario.clips(voices, count)) for scenario, count in chosen]
    except (SoundError, OSError, ValueError) as error:
        print(f"moui: {error}", file=sys.stderr)
        return 1
    minutes = sum(one.seconds for one in planned) / 60
    print(f"{len(planned)} scenarios, about {minutes:.0f} minutes at speaking pace", file=sys.stderr)
    reports: list[dict[str, Any]] = []
    code = 0
    if not args.compare_only:
        code = run_call(args, lambda server: measure(Target("moui", server), args, planned, voices, reports))
    if args.compare and (reports or args.compare_only):
        other = argparse.Namespace(**{**vars(args), "url": args.compare, "token": args.compare_token})
        target = args.compare_name
        code |= run_call(
            other, lambda server: measure(Target(target, server, plain=True), args, planned, voices, reports)
        )
    if len(reports) > 1:
        print_side_by_side(reports)
    return code


def choose(args: argparse.Namespace, models_dir: Path) -> list[tuple[Scenario, int]]:
    """The scenarios asked for, each with its number of turns. Raises ValueError with a sentence."""
    if args.wav:
        chosen = [_own(args)]
        chosen += [(SCENARIOS["interruptions"], 5 if args.interruptions is None else args.interruptions)]
    elif args.scenario:
        names = [name for asked in args.scenario for name in (SCENARIOS if asked == "all" else (asked,))]
        chosen = [_asked(name) for name in names]
    else:
        speakable = (models_dir / "piper-en-us-joe-medium").is_dir()
        chosen = [(SCENARIOS[name], count) for name, count in (QUICK if speakable else QUICK_CLIPS)]
        if args.interruptions is not None:
            chosen = [(s, args.interruptions if s.kind is Kind.INTERRUPTIONS else count) for s, count in chosen]
    if not AUDIO.is_dir():
        chosen = [(s, count) for s, count in chosen if s.name not in ("clips", "noise10", "korean", "pauses")]
    if args.turns is not None:
        chosen = [(scenario, min(count, args.turns)) for scenario, count in chosen]
    return [(scenario, count) for scenario, count in chosen if count > 0]


def _asked(name: str) -> tuple[Scenario, int]:
    name, _, count = name.partition("=")
    if name not in SCENARIOS or (count and not count.isdecimal()):
        raise ValueError(f"There is no scenario “{name}”; there are: {', '.join(SCENARIOS)}. A number follows as =10.")
    return SCENARIOS[name], int(count) if count else SCENARIOS[name].turns


def _own(args: argparse.Namespace) -> tuple[Scenario, int]:
    clips = [replace(read_clip(path), language=args.language) for path in args.wav] * args.repeat
    own = Scenario("own", "clips of your own", len(clips), lambda _voices, count: clips[:count])
    return own, len(clips)


async def measure(
    target: Target, args: argparse.Namespace, planned: list[Planned], voices: Voices, reports: list[dict[str, Any]]
) -> int:
    """All scenarios over one server. The report is written after each: a long run that ends early is not lost."""
    models_dir = args.models_dir or default_models_dir()
    status: dict[str, Any] = {} if target.plain else target.server.get("/api/status")
    results: list[ScenarioResult] = []
    report: dict[str, Any] = {}
    for one in planned:
        with _announced(target, one):
            results.append(await Run(target, one.scenario, voices, models_dir).measure(one.clips))
        report = report_of(target.name, status, results, plain=target.plain)
        _write(args, [*reports, report])
    reports.append(report)
    print_report(report)
    return 0 if report["overlap_ms"] == 0 else 1


@contextmanager
def _announced(target: Target, one: Planned) -> Iterator[None]:
    begun = time.perf_counter()
    print(f"{target.name}: {one.scenario.name}, {len(one.clips)} …", file=sys.stderr, flush=True)
    yield
    print(f"{target.name}: {one.scenario.name} took {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)


def _write(args: argparse.Namespace, reports: list[dict[str, Any]]) -> None:
    first = reports[0]
    if args.json is not None:
        whole = {**first, "compared": reports[1:]} if len(reports) > 1 else first
        args.json.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    name = f"{first['name']}, {first['profile']}"
    if args.plot is not None:
        args.plot.write_text(waterfall(bars(first), f"{name}: last voiced to first audible sample"), "utf-8")
    if args.cdf is not None:
        args.cdf.write_text(cdf(curves(reports), f"{name}: voice to content"), "utf-8")


DRAFTED = ("stt_ms", "llm_first_token_ms", "first_fragment_ms", "tts_first_chunk_ms")


def bars(report: dict[str, Any]) -> list[tuple[str, dict[str, float | None]]]:
    """One for each turn of a report. A draft is made inside the silence: its stages begin at the last voiced sample
    (the first is the silence heard before, with the last words read), and it may have to wait for the endpoint."""
    rows: list[tuple[str, dict[str, float | None]]] = []
    for name, scenario in report["scenarios"].items():
        for turn in scenario["turns"]:
            stages = dict(turn["stages"], transport_ms=turn["transport_ms"])
            if turn["speculative"] and stages.get("total_ms") is not None:
                made = {stage: stages.get(stage) for stage in DRAFTED}
                held = stages["total_ms"] - sum(value or 0.0 for value in made.values())
                stages = {**made, "held_ms": max(0.0, held), "transport_ms": turn["transport_ms"]}
            rows.append((f"{name}: {turn['file'][:18]}", stages))
    return rows


def curves(reports: list[dict[str, Any]]) -> dict[str, list[float]]:
    several = len(reports) > 1
    return {
        f"{report['name']} {name}" if several else name: [
            turn["voice_to_content_ms"] for turn in scenario["turns"] if turn["voice_to_content_ms"] is not None
        ]
        for report in reports
        for name, scenario in report["scenarios"].items()
    }
