"""Cumulative shares as SVG: for each line, which share of the turns was answered within so many milliseconds. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

LEFT, TOP, WIDTH, HEIGHT, LEGEND = 60, 48, 640, 320, 220
COLOURS = ("#1b9e77", "#d95f02", "#7570b3", "#e7298a", "#66a61e", "#e6ab02", "#a6761d", "#666666")


def cdf(lines: Mapping[str, Sequence[float]], title: str, marks: Mapping[str, float] | None = None) -> str:
    """`lines`: label -> milliseconds; empty ones are left out. `marks`: label -> a vertical line."""
    marks = marks or {}
    drawn = {label: sorted(values) for label, values in lines.items() if values}
    longest = max([values[-1] for values in drawn.values()] + list(marks.values()) + [100.0])
    step = next(s for s in (100, 250, 500, 1000, 2500, 5000, 10_000, 1e9) if longest / s <= 8)
    scale = WIDTH / longest
    bottom = TOP + HEIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + LEGEND}" height="{bottom + 44}" '
        'font-family="system-ui, sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="16" y="24" font-size="15" font-weight="600">{escape(title)}</text>',
    ]
    for share in (0, 25, 50, 75, 90, 95, 100):
        y = bottom - HEIGHT * share / 100
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{LEFT + WIDTH}" y2="{y:.1f}" stroke="#eee"/>')
        if share != 95:
            parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#555">{share} %</text>')
    tick = 0.0
    while tick <= longest:
        x = LEFT + tick * scale
        parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" stroke="#eee"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle" fill="#555">{tick:.0f} ms</text>')
        tick += step
    for label, value in marks.items():
        x = LEFT + value * scale
        parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" stroke="#999" stroke-dasharray="4 3"/>')
        parts.append(f'<text x="{x + 4:.1f}" y="{TOP + 12}" fill="#555">{escape(label)}</text>')
    for number, (label, values) in enumerate(drawn.items()):
        parts += _line(number, label, values, scale)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _line(number: int, label: str, values: Sequence[float], scale: float) -> list[str]:
    colour, bottom = COLOURS[number % len(COLOURS)], TOP + HEIGHT
    points = [f"{LEFT + values[0] * scale:.1f},{bottom}"]
    for index, value in enumerate(values):
        x = LEFT + value * scale
        points.append(f"{x:.1f},{bottom - HEIGHT * index / len(values):.1f}")
        points.append(f"{x:.1f},{bottom - HEIGHT * (index + 1) / len(values):.1f}")
    y = TOP + 16 + 18 * number
    return [
        f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2">'
        f"<title>{escape(label)}</title></polyline>",
        f'<rect x="{LEFT + WIDTH + 16}" y="{y - 9}" width="12" height="4" fill="{colour}"/>',
        f'<text x="{LEFT + WIDTH + 34}" y="{y - 3}">{escape(label)} (n={len(values)})</text>',
    ]
