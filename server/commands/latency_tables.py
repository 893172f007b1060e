"""What `moui latency` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from server.caller.latency.promises import promises
from server.caller.latency.report import FIGURES

WIDTH = 120


def print_report(report: Mapping[str, Any]) -> None:
    console = Console(width=WIDTH, soft_wrap=False)
    m = report["machine"]
    console.print(f"{report['name']}: {m['cores']} cores, {m['memory_gb']} GB, {m['system']}; {report['profile']}")
    for name, scenario in report["scenarios"].items():
        _scenario(console, name, scenario)
    console.print(f"turns cut off while the speaker was still talking: {report['cut_ins']}")
    if report["leases"]:
        console.print(f"overlap of leases: {report['overlap_ms']:.0f} ms in {report['leases']} leases")
        memory = ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in sorted(report["peak_rss_mb"].items()))
        console.print(f"peak resident memory: {memory}")
    _promises(console, report)
    problems = {t["problem"] for s in report["scenarios"].values() for t in s["turns"] if t["problem"]}
    for problem in sorted(problems):
        console.print(f"note: {problem}", markup=False)


def _scenario(console: Console, name: str, scenario: Mapping[str, Any]) -> None:
    table = Table(title=f"{name}: {scenario['what']} (milliseconds)", title_justify="left", title_style="bold")
    for heading in ("", "n", "p50", "p90", "p95", "95 % of p50", "95 % of p90"):
        table.add_column(heading, justify="left" if not heading else "right")
    for figure, label in FIGURES.items():
        row = scenario["figures"].get(figure)
        if row is not None:
            cells = [f"{row[q]:.0f}" for q in ("p50", "p90", "p95")]
            table.add_row(label, str(row["n"]), *cells, _interval(row["p50_ci"]), _interval(row["p90_ci"]))
    console.print(table)
    if floor := scenario["floor"]:
        console.print(
            f"  floor of these {floor['turns']} turns: speech to text {floor['stt_ms']:.0f} + language model "
            f"{floor['llm_ms']:.0f} + voice {floor['tts_ms']:.0f} = {floor['floor_ms']:.0f} ms"
        )
    if sounds := scenario["not_meant"]:
        resumed, answered = (sum(one[key] for one in sounds) for key in ("resumed", "answered"))
        console.print(f"  {len(sounds)} sounds over a reply: {resumed} times it went on, {answered} taken for a turn")
    turns = scenario["turns"]
    odd = {
        "cut in on": sum(bool(turn["cut_ins"]) for turn in turns),
        "unanswered": sum(turn["voice_to_voice_ms"] is None and not turn["cut_ins"] for turn in turns),
        "held": sum(turn["held"] for turn in turns),
        "given up": sum(turn["cut_off"] for turn in turns),
        "ran dry": sum(turn["underruns"] for turn in turns),
    }
    said = [f"{what} {count}" for what, count in odd.items() if count]
    if errors := scenario["word_errors"]:
        said.append(f"words misheard {errors['percent']:.1f} %")
    if said:
        console.print(f"  {', '.join(said)}", markup=False)


def _promises(console: Console, report: Mapping[str, Any]) -> None:
    found = promises(report)
    if not found:
        return
    table = Table(title="what is promised", title_justify="left", title_style="bold")
    for heading in ("", "measured", "promised", ""):
        table.add_column(heading)
    for one in found:
        table.add_row(one.what, one.measured, one.limit, {True: "kept", False: "NOT KEPT", None: "-"}[one.kept])
    console.print(table)


def print_side_by_side(reports: Sequence[Mapping[str, Any]]) -> None:
    """Voice to content of several servers, scenario by scenario."""
    table = Table(title="voice to content, p50 / p90 ms; cut-ins", title_justify="left", title_style="bold")
    table.add_column("")
    for report in reports:
        table.add_column(str(report["name"]), justify="right")
    for name in reports[0]["scenarios"]:
        table.add_row(name, *(_cell(report["scenarios"].get(name)) for report in reports))
    Console(width=WIDTH).print(table)


def _cell(scenario: Mapping[str, Any] | None) -> str:
    if scenario is None:
        return "-"
    row = scenario["figures"].get("voice_to_content_ms") or scenario["figures"].get("barge_in_to_silence_ms")
    cuts = sum(turn["cut_ins"] for turn in scenario["turns"])
    return f"{row['p50']:.0f} / {row['p90']:.0f}; {cuts}" if row else f"-; {cuts}"


def _interval(interval: Sequence[float] | None) -> str:
    return "-" if interval is None else f"{interval[0]:.0f}-{interval[1]:.0f}"
