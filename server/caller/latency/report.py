"""A run as JSON: the machine, the versions, each scenario with its figures and their confidence. Pure but for asking
this machine what it is."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import psutil

from server.caller.latency.results import ScenarioResult
from server.caller.latency.stats import Figure, figure
from server.caller.turns import STAGES, TurnResult

FORMAT = 2

FIGURES = {
    "voice_to_voice_ms": "voice to voice",
    "voice_to_content_ms": "voice to content",
    "endpoint_ms": "  endpoint wait",
    "stt_ms": "  speech to text",
    "llm_first_token_ms": "  first token",
    "first_fragment_ms": "  first fragment",
    "tts_first_chunk_ms": "  voice, first chunk",
    "transport_ms": "  transport, lead-in",
    "barge_in_to_silence_ms": "barge-in to silence",
    "barge_in_to_decision_ms": "barge-in to decision",
    "silent_for_nothing_ms": "held for nothing",
}
"""By key: what a table calls it. With speculation the stages lie inside the endpoint's wait and do not add up."""

PARTS = ("moui", "faster-whisper", "ctranslate2", "llama-cpp-python", "piper-tts", "onnxruntime", "numpy", "websockets")


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


def versions() -> dict[str, str]:
    found = {}
    for part in PARTS:
        try:
            found[part] = version(part)
        except PackageNotFoundError:
            found[part] = "not installed"
    return found


def counted(turns: Sequence[TurnResult]) -> list[TurnResult]:
    """Turns whose times mean something: the speaker was done, and was not cut off."""
    return [turn for turn in turns if turn.complete and not turn.cut_ins]


def values_of(turns: Sequence[TurnResult], name: str) -> list[float]:
    if name in ("voice_to_voice_ms", "voice_to_content_ms", "transport_ms"):
        values = [getattr(turn, name) for turn in turns]
    else:
        values = [turn.stages.get(name) for turn in turns]
    return [float(value) for value in values if value is not None]


def figures(result: ScenarioResult) -> dict[str, Figure]:
    """Every figure of FIGURES that this scenario has values for."""
    turns = counted(result.turns) or result.turns
    timed = {name: values_of(turns, name) for name in ("voice_to_voice_ms", "voice_to_content_ms", *STAGES)}
    timed["transport_ms"] = values_of(turns, "transport_ms")
    meant = result.interruptions
    timed["barge_in_to_silence_ms"] = [one.silence_ms for one in meant if one.silence_ms is not None]
    timed["barge_in_to_decision_ms"] = [one.decided_ms for one in meant if one.decided_ms is not None]
    timed["silent_for_nothing_ms"] = [one.silent_ms for one in result.not_meant if one.silent_ms]
    return {name: figure(timed[name]) for name in FIGURES if timed[name]}


def scenario_json(result: ScenarioResult) -> dict[str, Any]:
    return {**result.as_json(), "figures": figures(result), "word_errors": word_errors(result.turns)}


def report_of(
    name: str, status: dict[str, Any], results: Sequence[ScenarioResult], *, plain: bool = False
) -> dict[str, Any]:
    everything = ScenarioResult("all", "", [t for r in results for t in r.turns])
    everything.interruptions = [one for result in results for one in result.interruptions]
    everything.not_meant = [one for result in results for one in result.not_meant]
    peak: dict[str, float] = {}
    for result in results:
        for process, megabytes in result.peak_rss_mb.items():
            peak[process] = max(peak.get(process, 0.0), megabytes)
    return {
        "format": FORMAT,
        "name": name,
        "plain": plain,
        "profile": status.get("profile", ""),
        "models": {worker["name"]: worker.get("detail", "") for worker in status.get("workers", ())},
        "machine": machine(),
        "versions": versions(),
        "scenarios": {result.name: scenario_json(result) for result in results},
        "summary": figures(everything),
        "leases": sum(result.leases for result in results),
        "overlap_ms": max((result.overlap_ms for result in results), default=0.0),
        "cut_ins": sum(turn.cut_ins for turn in everything.turns),
        "peak_rss_mb": peak,
    }


def word_errors(turns: Sequence[TurnResult]) -> dict[str, float | int] | None:
    """Of what was said and understood: edits a word (a letter, for Korean), over all turns whose text is known."""
    edits = units = 0
    for turn in turns:
        if not turn.text:
            continue
        said, understood = _units(turn.text), _units(turn.transcript)
        edits += edit_distance(said, understood)
        units += len(said)
    return {"edits": edits, "of": units, "percent": round(100 * edits / units, 2)} if units else None


def _units(text: str) -> list[str]:
    plain = "".join(c.lower() if c.isalnum() or c == "'" else " " for c in text)
    korean = any("가" <= c <= "힣" for c in text)
    return [c for c in plain if not c.isspace()] if korean else plain.split()


def edit_distance(a: Sequence[str], b: Sequence[str]) -> int:
    """Levenshtein."""
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, right in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (left != right))
    return row[-1]
