"""Fill docs/latency.md with measured numbers: reports of `moui latency --json` in, tables and plots out.

    python -m tests.bench.latency_page small.json starter.json --compared pipecat.json s2s.json \\
        --block transcript=transcript.md --block endpoint=endpoint.md --block load=load.md

Only what stands between `<!-- NAME -->` and `<!-- /NAME -->` is replaced; the text around is written by hand. The plots
go to docs/images. Without an argument nothing is measured and nothing changes but the plots' place in the page.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from server.caller.cdf import cdf
from server.caller.latency.promises import promises, times
from server.caller.latency.stats import figure, percentile
from server.caller.waterfall import waterfall
from server.commands.latency import bars

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PAGE = REPOSITORY / "docs" / "latency.md"
IMAGES = REPOSITORY / "docs" / "images"

IN_WATERFALL = ("answers", "short", "korean")
BARS = 24
IN_CDF = ("answers", "short", "long60", "long180", "conversation40", "um", "noise10")

Report = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", nargs="*", type=Path, help="JSON of moui, one a profile")
    parser.add_argument("--compared", nargs="*", type=Path, default=[], help="JSON of other servers")
    parser.add_argument(
        "--block", action="append", default=[], metavar="NAME=FILE.md", help="text of another benchmark"
    )
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--images", type=Path, default=IMAGES)
    args = parser.parse_args()
    reports, others = [], [read(path) for path in args.compared]
    for path in args.reports:
        report = read(path)
        others += report.pop("compared", [])
        reports.append(report)
    blocks = dict(block.split("=", 1) for block in args.block)
    made = {name: Path(file).read_text("utf-8").strip() for name, file in blocks.items()}
    if reports:
        made |= generated(reports, others)
        made["plots"] = draw(reports, others, args.images)
    page = args.page.read_text("utf-8")
    for name, text in made.items():
        page = filled(page, name, text)
    args.page.write_text(page, "utf-8")


def read(path: Path) -> Report:
    report: Report = json.loads(path.read_text("utf-8"))
    return report


def filled(page: str, name: str, text: str) -> str:
    """The page with this block's text. Raises SystemExit for a page that has no such block."""
    pattern = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- /{re.escape(name)} -->)", re.DOTALL)
    if not pattern.search(page):
        raise SystemExit(f"The page has no block {name}: <!-- {name} --> ... <!-- /{name} -->")
    return pattern.sub(lambda found: f"{found[1]}{text}\n{found[2]}", page)


def generated(reports: Sequence[Report], others: Sequence[Report]) -> dict[str, str]:
    made = {
        "machine": machine_table(reports),
        "promises": promises_table(reports),
        "scenarios": "\n\n".join(scenario_table(report) for report in reports),
        "floor": floor_table(reports),
    }
    if others:
        made["compared"] = compared_table([*reports, *others])
    return made


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def title(report: Report) -> str:
    return f"{report['name']}, {report['profile']}" if report["profile"] else str(report["name"])


def machine_table(reports: Sequence[Report]) -> str:
    rows = []
    for report in reports:
        machine = report["machine"]
        parts = ", ".join(f"{name} {number}" for name, number in report["versions"].items())
        size = f"{machine['cores']} cores, {machine['memory_gb']} GB"
        rows.append([title(report), size, f"{machine['system']}, Python {machine['python']}", parts])
    return table(["", "machine", "system", "versions"], rows)


def promises_table(reports: Sequence[Report]) -> str:
    """One row a promise; a profile's measured value, in bold where it was not kept."""
    found = [{one.what: one for one in promises(report)} for report in reports]
    names = list(dict.fromkeys(name for one in found for name in one))
    rows = []
    for name in names:
        limit = next(one[name].limit for one in found if name in one)
        cells = []
        for one in found:
            promise = one.get(name)
            shown = "-" if promise is None else promise.measured
            cells.append(f"**{shown}**" if promise is not None and promise.kept is False else shown)
        rows.append([name, limit, *cells])
    return table(["", "promised", *(title(report) for report in reports)], rows)


def scenario_table(report: Report) -> str:
    rows = []
    for name, scenario in report["scenarios"].items():
        measured = times(scenario)
        turns = scenario["turns"]
        if not turns:
            continue
        numbers = figure(measured)
        floor = scenario["floor"]["floor_ms"] if scenario["floor"] else None
        p50, p90 = percentile(measured, 50), percentile(measured, 90)
        ratios = f"{p50 / floor:.2f} / {p90 / floor:.2f}" if floor and p50 and p90 else "-"
        errors = scenario["word_errors"]
        rows.append(
            [
                f"{name}: {scenario['what']}",
                f"{numbers['n']} of {len(turns)}",
                with_interval(numbers, "p50"),
                with_interval(numbers, "p90"),
                shown(numbers["p95"]),
                ratios,
                str(sum(bool(turn["cut_ins"]) for turn in turns)),
                f"{errors['percent']:.1f} %" if errors else "-",
            ]
        )
    header = ["voice to content, ms", "timed", "p50", "p90", "p95", "p50 / p90 over its floor", "cut in on", "misheard"]
    over = over_reply_table(report)
    return f"### {title(report)}\n\n{table(header, rows)}" + (f"\n\n{over}" if over else "")


def over_reply_table(report: Report) -> str:
    rows = []
    for name, scenario in report["scenarios"].items():
        figures = scenario["figures"]
        for key, what in (
            ("barge_in_to_silence_ms", "to the player's silence"),
            ("barge_in_to_decision_ms", "until the reply is given up"),
            ("silent_for_nothing_ms", "the reply stood still, where it did"),
        ):
            if (numbers := figures.get(key)) and (scenario["interruptions"] or scenario["not_meant"]):
                cells = [with_interval(numbers, "p50"), with_interval(numbers, "p90"), shown(numbers["p95"])]
                rows.append([f"{name}: {what}", str(numbers["n"]), *cells])
    return table(["spoken over a reply, ms", "n", "p50", "p90", "p95"], rows) if rows else ""


def floor_table(reports: Sequence[Report]) -> str:
    """Stage costs that the floor is the sum of, scenario by scenario."""
    rows = [
        [title(report), name, *(f"{floor[part]:.0f}" for part in ("stt_ms", "llm_ms", "tts_ms", "floor_ms"))]
        for report in reports
        for name, scenario in report["scenarios"].items()
        if (floor := scenario["floor"])
    ]
    header = ["", "scenario", "last pass of speech to text", "language model to the first fragment", "first sound"]
    return table([*header, "floor, ms"], rows)


def compared_table(reports: Sequence[Report]) -> str:
    names = list(dict.fromkeys(name for report in reports for name in report["scenarios"]))
    rows = [[name, *(compared_cell(report["scenarios"].get(name)) for report in reports)] for name in names]
    return table(["p50 / p90 ms; cut in on", *(title(report) for report in reports)], rows)


def compared_cell(scenario: Report | None) -> str:
    if scenario is None:
        return "-"
    numbers = scenario["figures"].get("voice_to_content_ms") or scenario["figures"].get("barge_in_to_silence_ms")
    turns = scenario["turns"]
    cuts = f"; {sum(bool(turn['cut_ins']) for turn in turns)} of {len(turns)}" if turns else ""
    if sounds := scenario["not_meant"]:
        return f"{sum(one['resumed'] for one in sounds)} of {len(sounds)} went on"
    return f"{numbers['p50']:.0f} / {numbers['p90']:.0f}{cuts}" if numbers else f"-{cuts}"


def draw(reports: Sequence[Report], others: Sequence[Report], folder: Path) -> str:
    """Write the plots; returns the Markdown that shows them."""
    folder.mkdir(parents=True, exist_ok=True)
    shown_plots = []
    for report in reports:
        slug = re.sub(r"\W+", "-", report["profile"] or report["name"])
        picked = {name: report["scenarios"][name] for name in IN_WATERFALL if name in report["scenarios"]}
        each = max(1, BARS // max(1, len(picked)))
        part = {name: {**scenario, "turns": scenario["turns"][:each]} for name, scenario in picked.items()}
        picture = waterfall(bars({"scenarios": part}), f"{title(report)}: last voiced to first audible sample")
        lines = {name: times(report["scenarios"].get(name)) for name in IN_CDF}
        floor = (report["scenarios"].get("answers") or {}).get("floor")
        marks = {"floor": floor["floor_ms"]} if floor else {}
        curve = cdf(lines, f"{title(report)}: answered within", marks)
        shown_plots += saved(folder, f"latency-{slug}-waterfall.svg", picture, "waterfall of turns")
        shown_plots += saved(folder, f"latency-{slug}-cdf.svg", curve, "share of turns answered within a time")
    if others:
        lines = {title(report): times(report["scenarios"].get("answers")) for report in (*reports, *others)}
        compared = cdf(lines, "complete answers of 5 s, answered within")
        shown_plots += saved(folder, "latency-compared-cdf.svg", compared, "share answered, server by server")
    return "\n\n".join(shown_plots)


def saved(folder: Path, name: str, picture: str, words: str) -> list[str]:
    (folder / name).write_text(picture, "utf-8")
    return [f"![{words}](images/{name})"]


def with_interval(numbers: Report, q: str) -> str:
    interval = numbers[f"{q}_ci"]
    return shown(numbers[q]) + (f" ({interval[0]:.0f}-{interval[1]:.0f})" if interval else "")


def shown(value: Any) -> str:
    return "-" if value is None else f"{value:.0f}"


if __name__ == "__main__":
    main()
