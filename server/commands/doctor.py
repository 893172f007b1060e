"""`moui doctor`: what this machine is, which profile fits it and why, what is missing, what to do next."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from models.catalog import CatalogError
from models.diagnosis import Diagnosis, diagnose
from models.locations import default_models_dir

HELP = """\
Looks at this machine and says, in plain sentences, which profile moui would choose and why,
what would lie where (card or main memory), what is missing, and what to do next. It downloads
and changes nothing.

  moui doctor                              the profile moui would choose
  moui doctor --profile rtx2060s-8gb       what another profile would do here
  moui doctor --json                       for programs

Ends with 0 when moui can start, with 1 when something has to be done first."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Join `moui`'s commands."""
    parser = subparsers.add_parser("doctor", help="what fits this machine, and what is missing", description=HELP)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--profile", help="judge this profile instead of choosing one")
    parser.add_argument("--models-dir", type=Path, help=f"where models are kept (default: {default_models_dir()})")
    parser.add_argument("--host", default="127.0.0.1", help="address the server would listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port the server would listen on (default: 8000)")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when moui can start, 1 when something has to be done first, 2 for a profile that does not exist."""
    folder = (args.models_dir or default_models_dir()).expanduser().absolute()
    try:
        found = diagnose(folder, profile=args.profile, host=args.host, port=args.port)
    except CatalogError as error:
        print(f"moui: {error}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps({**asdict(found), "ready": found.ready}, indent=1, ensure_ascii=False))
    else:
        print("\n".join(render(found)))
    return 0 if found.ready else 1


def render(found: Diagnosis) -> Iterator[str]:
    """The lines of the report. Plain ASCII marks: a Windows console may not show others."""
    yield "This machine"
    yield from _machine(found)
    yield ""
    yield f"Profile: {found.profile} ({found.profile_title})"
    yield from (f"  {reason}" for reason in found.reasons)
    yield ""
    yield "What lies where"
    if found.plan is not None:
        yield from (f"  {sentence}" for sentence in found.plan.explanation)
    elif found.refusal is not None:
        yield from (f"  {sentence}" for sentence in (found.refusal.reason, *found.refusal.would_fit))
    yield ""
    yield f"Models (in {found.models_dir})"
    for model in found.models:
        state = "ok" if model.present else "not here, optional" if model.optional else "MISSING"
        size = f", {model.size_mb} MB" if model.size_mb else ""
        yield f"  [{state}] {model.id}: {model.title}{size}"
    yield ""
    yield "Good to know"
    yield from (f"  {note}" for note in found.notes)
    yield ""
    if found.ready:
        yield f"moui can start: `python3 run.py`, then open http://127.0.0.1:{found.port}"
    else:
        yield "What to do next"
        yield from (f"  {number}. {step}" for number, step in enumerate(found.next_steps, start=1))


def _machine(found: Diagnosis) -> Iterator[str]:
    machine = found.hardware
    yield f"  System     {machine.system}"
    yield f"  Python     {machine.python}"
    yield f"  Processor  {machine.cpu}: {machine.physical_cores} cores, {machine.logical_cores} threads"
    yield f"  Memory     {machine.ram_mb} MB, {machine.ram_free_mb} MB of it free"
    if not machine.gpus:
        yield f"  Graphics   {machine.gpu_note}"
    for gpu in machine.gpus:
        memory = f"{gpu.vram_mb} MB, {gpu.free_mb} MB of it free"
        version = f"driver {gpu.driver}, compute capability {gpu.compute_capability or 'unknown'}"
        yield f"  Graphics   {gpu.name}: {memory}; {version}"
    yield f"  Disk       {machine.disk_free_mb} MB free where the models are kept"
    yield f"  Compiler   {machine.compiler or 'none'}"
    yield f"  SQLite     {machine.sqlite}"
    libraries = f"missing: {', '.join(found.libraries_missing)}" if found.libraries_missing else "all there"
    yield f"  Libraries  {libraries}"
    yield f"  Port       {found.port} is {'free' if found.port_free else 'taken'}"
