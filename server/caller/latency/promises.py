"""What moui promises of turn-taking and latency, and whether a measured run kept it. Pure: JSON of a report in."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.caller.latency.stats import percentile, ratio_interval, share_interval

Json = Mapping[str, Any]

FLOOR_P50, FLOOR_P90 = 1.3, 2.0
TAIL_MS = 2000.0
SAME = 1.2
"""Ratios up to this are the same speed."""
SHORT_MS, LONG_MS = 1200.0, 2000.0
BARGE_IN_MS = 150.0
SHARE = 0.95
WASTE = 1.5
CALL_TURNS = 40
EARLY_TURNS, LATE_TURNS = range(5), range(27, 32)
"""Around turn 3 and turn 30 of a call of 40."""


@dataclass(frozen=True, slots=True)
class Promise:
    """`kept`: None where the run has too little to say."""

    what: str
    measured: str
    limit: str
    kept: bool | None


def promises(report: Json) -> list[Promise]:
    """In the order in which they matter to somebody who talks; those without their scenario are left out."""
    found: list[Promise] = []
    for rule in (_speed, _sameness, _patience, _barge_in, _work):
        found += rule(report["scenarios"])
    return found


def times(scenario: Json | None, name: str = "voice_to_content_ms") -> list[float]:
    """Of the complete turns of a scenario that were not cut off, in order."""
    turns = scenario["turns"] if scenario else ()
    return [t[name] for t in turns if t[name] is not None and t["complete"] and not t["cut_ins"]]


def _speed(scenarios: Json) -> Iterable[Promise]:
    asked = [scenarios[name] for name in ("answers", "short", "korean") if name in scenarios]
    for scenario in asked[:1]:
        floor, measured = scenario.get("floor"), times(scenario)
        if floor and measured:
            for q, limit in ((50, FLOOR_P50), (90, FLOOR_P90)):
                value = percentile(measured, q) or 0.0
                ratio = value / floor["floor_ms"]
                shown = f"{value:.0f} ms / {floor['floor_ms']:.0f} ms = {ratio:.2f} (n={len(measured)})"
                yield Promise(f"voice to content, p{q}, over the floor", shown, f"<= {limit}", ratio <= limit)
    together = [value for scenario in asked for value in times(scenario)]
    if together:
        tail = percentile(together, 95) or 0.0
        shown = f"{tail:.0f} ms (n={len(together)})"
        yield Promise("voice to content, p95, after complete answers", shown, f"<= {TAIL_MS:.0f} ms", tail <= TAIL_MS)
    for name, words in (("short", '"Yes." and the like'), ("korean", "Korean")):
        yield from _ratio(f"{words} over answers of 5 s, p50", scenarios.get(name), scenarios.get("answers"))


def _sameness(scenarios: Json) -> Iterable[Promise]:
    for name, words in (("long60", "answers of 60 s"), ("long180", "answers of 180 s")):
        yield from _ratio(f"{words} over answers of 5 s, p50", scenarios.get(name), scenarios.get("answers"))
    one_call = scenarios.get("conversation40")
    if one_call is None:
        return
    turns = [t["voice_to_content_ms"] for t in one_call["turns"]]
    early, late = (
        [value for number, value in enumerate(turns) if number % CALL_TURNS in part and value is not None]
        for part in (EARLY_TURNS, LATE_TURNS)
    )
    if early and late:
        yield _compared("turns 28-32 over turns 1-5 of one call, p50", late, early)
    memory = [value for value in one_call["memory_mb"] if value is not None]
    if len(memory) >= 20:
        first, last = statistics.median(memory[4:9]), statistics.median(memory[-5:])
        shown = f"{first:.0f} MB at turn 5-9, {last:.0f} MB at the end"
        yield Promise("memory of all processes over one call", shown, "<= 1.05 x", last <= 1.05 * first)


def _patience(scenarios: Json) -> Iterable[Promise]:
    if "pauses" not in scenarios:
        return
    turns = scenarios["pauses"]["turns"]
    for low, high, limit in ((0.0, SHORT_MS, 0.0), (SHORT_MS, LONG_MS, 0.05)):
        count = sum(low < ms <= high for t in turns for ms in t["pauses_ms"])
        cut = sum(low < ms <= high for t in turns for ms in t["cut_pauses_ms"])
        if count:
            what = f"cut in at pauses in mid-sentence, {max(low, 400) / 1000:.1f} to {high / 1000:.1f} s"
            yield Promise(what, _share(cut, count), f"<= {limit:.0%}", cut <= limit * count)


def _barge_in(scenarios: Json) -> Iterable[Promise]:
    meant = scenarios["interruptions"]["interruptions"] if "interruptions" in scenarios else ()
    silences = [one["silence_ms"] for one in meant if one["silence_ms"] is not None]
    if silences:
        value = percentile(silences, 95) or 0.0
        missed = sum(one["decided_ms"] is None for one in meant)
        shown = f"{value:.0f} ms (n={len(silences)} of {len(meant)}, {missed} missed)"
        kept = value <= BARGE_IN_MS and not missed
        yield Promise("interruption to silence, p95", shown, f"<= {BARGE_IN_MS:.0f} ms, none missed", kept)
    checked = [one for one in meant if one["heard_words"] is not None and one["kept_words"] is not None]
    if checked:
        close = sum(abs(one["heard_words"] - one["kept_words"]) <= 1 for one in checked)
        yield _most("history cut within one word of what was heard", close, len(checked))
    for name in ("coughs", "backchannels"):
        sounds = scenarios[name]["not_meant"] if name in scenarios else ()
        if sounds:
            yield _most(f"{name}: the reply goes on", sum(one["resumed"] for one in sounds), len(sounds))
            answered = sum(one["answered"] for one in sounds)
            yield Promise(f"{name}: answered as a turn", _share(answered, len(sounds)), "none", answered == 0)
    if "echo" in scenarios:
        turns = scenarios["echo"]["turns"]
        cut = sum(turn["cut_off"] for turn in turns)
        yield Promise("own voice at -20 dB gives a reply up", _share(cut, len(turns)), "none", cut == 0)


def _work(scenarios: Json) -> Iterable[Promise]:
    leases = sum(scenario["leases"] for scenario in scenarios.values())
    if leases:
        overlap = sum(scenario["overlap_ms"] for scenario in scenarios.values())
        yield Promise("leases overlap", f"{overlap:.0f} ms in {leases} leases", "0 ms", overlap == 0)
    spent = [scenario["speculation"] for scenario in scenarios.values() if scenario.get("speculation")]
    used = sum(one["used_s"] for one in spent)
    if used:
        wasted = sum(one["wasted_s"] for one in spent)
        shown = f"{wasted:.1f} s / {used:.1f} s = {wasted / used:.2f}"
        yield Promise("work thrown away over work used", shown, f"<= {WASTE}", wasted <= WASTE * used)
        worst = max(spent, key=lambda one: float(one["longest_delay_ms"]))["longest_delay_ms"]
        shown = f"{worst:.0f} ms at most, {sum(one['delayed_ms'] for one in spent):.0f} ms in all"
        yield Promise("live work waiting for work thrown away", shown, "one step", worst <= 150)


def _ratio(what: str, above: Json | None, below: Json | None) -> Iterable[Promise]:
    high, low = times(above), times(below)
    return [_compared(what, high, low)] if high and low else []


def _compared(what: str, above: Sequence[float], below: Sequence[float]) -> Promise:
    medians = statistics.median(above), statistics.median(below)
    ratio = medians[0] / medians[1]
    interval = ratio_interval(above, below)
    spread = f", 95 % {interval[0]:.2f}-{interval[1]:.2f}" if interval else ""
    shown = f"{medians[0]:.0f} ms / {medians[1]:.0f} ms = {ratio:.2f} (n={len(above)}, {len(below)}{spread})"
    return Promise(what, shown, f"<= {SAME}", ratio <= SAME)


def _most(what: str, hits: int, of: int) -> Promise:
    return Promise(what, _share(hits, of), f">= {SHARE:.0%}", hits >= SHARE * of)


def _share(hits: int, of: int) -> str:
    interval = share_interval(hits, of)
    spread = f", 95 % {interval[0]:.0%}-{interval[1]:.0%}" if interval else ""
    return f"{hits} of {of} ({hits / of:.0%}{spread})"
