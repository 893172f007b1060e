"""Prove the CUDA paths wherever a card is present: `python -m tests.gpu.check` (not part of the test run).

It loads the language model and speech-to-text on the card, one after the other and then together, lets both work at
once, and checks what moui promises there: each takes no more memory than was planned, their leases never overlap, and
the end of a worker process gives everything back. Exit code 0: all of it held. 1: something did not. 2: no card.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import soundfile

from models.arbiter import overlap_seconds
from models.catalog import Catalog, Profile, load_catalog, load_profiles
from models.hardware import Hardware, find_gpus, probe
from models.loadout import loadout
from models.locations import default_models_dir
from models.placement import Plan, Refusal
from models.ports import CallContext, ChatMessage, GenerateRequest, Role, TranscribeRequest
from models.runtime import Runtime
from models.wishes import choose_profile, plan_for
from models.worker import Worker, WorkerSpec
from run import with_cuda

CLIP = Path(__file__).resolve().parent.parent / "audio" / "jfk.wav"
LEFTOVER_MB = 64
"""What the driver may keep after a process ended; llama.cpp unloaded inside a process leaves gigabytes."""

SETTLE_S = 10.0
"""The driver frees a dead process's memory within a moment, not at once."""

ROUNDS = 3

AGAIN = "MOUI_GPU_CHECK_AGAIN"
"""Set in the environment once the CUDA libraries that `run.py --cuda` installed are on the library path."""

Meter = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is checked, and how the card's memory is read."""

    profile: Profile
    catalog: Catalog
    plan: Plan
    meter: Meter


@dataclass(slots=True)
class Report:
    """Every check by name, and the numbers behind them (MiB, seconds)."""

    passed: dict[str, bool] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def check(self, name: str, holds: bool) -> None:
        self.passed[name] = holds
        print(f"  [{'ok' if holds else 'FAILED'}] {name}", flush=True)


def used_on(index: int) -> int:
    """MiB in use on the card, by everybody."""
    gpus, note = find_gpus()
    for gpu in gpus:
        if gpu.index == index:
            return gpu.vram_mb - gpu.free_mb
    raise RuntimeError(f"the card is gone: {note}")


async def settled(meter: Meter, at_most: int) -> int:
    """The reading once it is no more than `at_most`, or after SETTLE_S."""
    give_up = time.monotonic() + SETTLE_S
    while (reading := meter()) > at_most and time.monotonic() < give_up:  # noqa: ASYNC110 - the driver sends no event
        await asyncio.sleep(0.2)
    return reading


async def check_alone(role: Role, subject: Subject, report: Report) -> None:
    """One engine alone on the card: does it take what was planned, and give it back?"""
    plan, meter = subject.plan, subject.meter
    choices = loadout(subject.profile, subject.catalog, default_models_dir(), plan=plan, threads=2)
    choice = next(choice for choice in choices if choice.role is role)
    name = choice.artifact.title
    planned = sum(share.mb for share in plan.shares if share.device != "cpu" and share.what == name)
    before = meter()
    worker = Worker(WorkerSpec(choice.name, choice.artifact.engine, choice.options))
    await worker.start()
    taken = meter() - before
    await worker.stop()
    left = await settled(meter, before + LEFTOVER_MB) - before
    report.numbers |= {f"{role} planned MiB": planned, f"{role} taken MiB": taken, f"{role} left over MiB": left}
    report.check(f"{name} takes {taken} MiB of the card, {planned} MiB were planned", taken <= planned)
    report.check(f"{name}: the end of its process leaves {left} MiB behind", left <= LEFTOVER_MB)


async def check_together(subject: Subject, report: Report) -> None:
    """Both loaded, both asked at once: everything answered, no two leases at one time, memory within the plan."""
    plan, meter = subject.plan, subject.meter
    before = meter()
    runtime = Runtime(subject.profile, subject.catalog, default_models_dir(), plan=plan)
    await runtime.start()
    try:
        audio, rate = soundfile.read(CLIP, dtype="float32")
        assert rate == 16_000
        heard, said = [], []

        async def listen() -> None:
            for _ in range(ROUNDS):
                request = TranscribeRequest(audio, "en", context=CallContext("check"))
                heard.append((await runtime.stt.transcribe(request)).text)

        async def speak() -> None:
            assert runtime.llm is not None
            question = ChatMessage("user", "Name three qualities of a good colleague, one sentence each.")
            for seed in range(ROUNDS):
                request = GenerateRequest((question,), max_tokens=60, seed=seed, context=CallContext("check"))
                said.append("".join([chunk.text async for chunk in runtime.llm.generate(request)]))

        started = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            group.create_task(listen())
            group.create_task(speak())
        taken = meter() - before
        judge(runtime, plan, report, heard, said)
        report.numbers |= {"together taken MiB": taken, "together s": round(time.perf_counter() - started, 2)}
        report.check(f"together they take {taken} MiB of the planned {plan.vram_mb}", taken <= plan.vram_mb)
    finally:
        await runtime.stop()
    left = await settled(meter, before + LEFTOVER_MB) - before
    report.check(f"after the stop {left} MiB are left behind", left <= LEFTOVER_MB)


def judge(runtime: Runtime, plan: Plan, report: Report, heard: Sequence[str], said: Sequence[str]) -> None:
    """The answers and the trace of leases."""
    assert plan.stt is not None
    assert plan.llm is not None
    leases = runtime.leases()
    report.texts |= {"heard": heard[0], "said": said[0]}
    report.check("speech is recognised", all("ask not what your country" in text.lower() for text in heard))
    report.check("the language model answers", all(len(text.split()) > 3 for text in said))
    for engine, device in (("whisper", plan.stt.device), ("llama", plan.llm.device)):
        on_device = [lease for lease in leases if lease.engine.startswith(engine) and lease.device == device]
        report.check(f"{engine} held {len(on_device)} leases of {device}", bool(on_device))
    overlap = overlap_seconds(leases)
    report.numbers |= {"leases": len(leases), "overlap ms": overlap * 1000}
    report.check(f"{len(leases)} leases overlap for {overlap * 1000:.3f} ms", len(leases) > 2 * ROUNDS and overlap == 0)


async def run_checks(subject: Subject) -> Report:
    """All checks in order, on whatever devices the plan names."""
    report = Report()
    for role in (Role.LLM, Role.STT):
        await check_alone(role, subject, report)
    await check_together(subject, report)
    return report


def refuse(hardware: Hardware) -> str:
    """Why the checks cannot run here; empty when they can."""
    if hardware.best_gpu is None:
        return f"{hardware.gpu_note} There is nothing to check."
    if not hardware.llama_gpu:
        return "llama.cpp is installed without CUDA: run `python3 run.py --cuda` first."
    if not hardware.whisper_gpu:
        return "CTranslate2 cannot use the card: the CUDA 12 libraries or a newer driver are missing."
    return ""


def on_card(profile: Profile, index: int) -> Profile:
    """The profile with its engines on the card, whatever it was made for; voices play no part in the checks."""
    settings = dict(profile.settings) | {Role.STT: {"compute_type": "int8_float16", "beam_size": 1}}
    return replace(profile, device=f"cuda:{index}", settings=settings)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.gpu.check", description=__doc__)
    parser.add_argument(
        "--profile", help="a profile whose models are here (default: what this card can hold, or starter)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers as JSON")
    args = parser.parse_args(arguments)
    environment = with_cuda(os.environ)
    if environment != dict(os.environ) and AGAIN not in os.environ:  # a library path counts from a process's start on
        again = [sys.executable, "-m", "tests.gpu.check", *(sys.argv[1:] if arguments is None else arguments)]
        return subprocess.run(again, env=environment | {AGAIN: "1"}, check=False).returncode
    hardware = probe(default_models_dir())
    gpu = hardware.best_gpu
    if gpu is None or (trouble := refuse(hardware)):
        print(f"moui: {refuse(hardware) if gpu is None else trouble}", file=sys.stderr)
        return 2 if gpu is None else 1
    catalog, profiles = load_catalog(), load_profiles()
    profile = on_card(profiles[args.profile or choose_profile(hardware, profiles).name], gpu.index)
    plan = plan_for(profile, catalog, default_models_dir(), hardware)
    if isinstance(plan, Refusal) or plan.stt is None or plan.llm is None:
        print(f"moui: {plan.reason if isinstance(plan, Refusal) else 'The profile has no models of its own.'}")
        return 1
    print(f"{gpu.name}, {gpu.vram_mb} MiB, driver {gpu.driver}; profile {profile.name}")
    print("\n".join(plan.explanation))
    report = asyncio.run(run_checks(Subject(profile, catalog, plan, lambda: used_on(gpu.index))))
    if args.json:
        args.json.write_text(json.dumps({"gpu": asdict(gpu), **asdict(report)}, indent=1), encoding="utf-8")
    print("\n".join(f"{name}: {value:g}" for name, value in report.numbers.items()))
    return 0 if all(report.passed.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
