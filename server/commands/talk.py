"""`moui talk`: speak sound files through the real socket, in real time, as turns of one conversation."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from server.caller.client import calling
from server.caller.local import Server
from server.caller.sound import Clip, SoundError, read_clip, write_wav
from server.caller.turns import TurnResult, take_turn
from server.commands.calls import add_server_arguments, run_call
from voice.events import OUTPUT_RATE_HZ

GAP_S = 0.5


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "talk",
        help="speak WAV files to moui and hear what it answers",
        description="Speaks each file as one turn of one conversation, at real-time pace through the real socket, "
        "and prints what moui understood and answered. Starts a server of its own unless --url names one.",
        epilog="example:  moui talk answer1.wav answer2.wav --language ko --out replies.wav",
    )
    parser.add_argument("wavs", nargs="+", type=Path, metavar="WAV", help="sound files (WAV, FLAC, OGG; 8-48 kHz)")
    parser.add_argument(
        "--out", type=Path, help="write the spoken replies here; the same name with .json gets the rest"
    )
    parser.add_argument("--language", default="en", help="language of the files: en or ko (default: en)")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    add_server_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    try:
        clips = [read_clip(path) for path in args.wavs]
    except SoundError as error:
        print(f"moui: {error}", file=sys.stderr)
        return 1
    return run_call(args, lambda server: talk(server, args, clips))


async def talk(server: Server, args: argparse.Namespace, clips: list[Clip]) -> int:
    results: list[TurnResult] = []
    replies: list[np.ndarray[tuple[int], np.dtype[np.float32]]] = []
    async with calling(server.url, language=args.language, token=server.token) as caller:
        for clip in clips:
            if not args.json:
                print(f"\n{clip.name} ({clip.seconds:.1f} s)")
            result, playback = await take_turn(caller, clip)
            results.append(result)
            if playback is not None:
                replies += [playback.audio(), np.zeros(round(GAP_S * OUTPUT_RATE_HZ), np.float32)]
            if not args.json:
                _print(result)
    report = {"language": args.language, "turns": [result.as_json() for result in results]}
    if args.json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    if args.out is not None:
        _write(args.out, replies, report)
    return 0


def _print(result: TurnResult) -> None:
    if not result.turns:
        print("  nothing was said: no turn")
    else:
        print(f"  you:  {result.transcript}")
        print(f"  moui: {result.reply}")
    if result.voice_to_voice_ms is not None:
        print(f"  answered {result.voice_to_voice_ms:.0f} ms after the last voiced sample")
    if result.problem:
        print(f"  note: {result.problem}")


def _write(out: Path, replies: list[np.ndarray[tuple[int], np.dtype[np.float32]]], report: dict[str, object]) -> None:
    details = out.with_suffix(".json")
    details.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if not replies:
        print(f"nothing was answered, so {out} is not written; see {details}", file=sys.stderr)
        return
    write_wav(out, np.concatenate(replies), OUTPUT_RATE_HZ)
    print(f"wrote {out} and {details}", file=sys.stderr)
