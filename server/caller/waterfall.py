"""A waterfall as SVG: one bar a turn, one colour a stage, all on one scale of milliseconds. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from xml.sax.saxutils import escape

ROW, BAR, LEFT, WIDTH, TOP = 26, 16, 240, 720, 64

COLOURS = {
    "endpoint_ms": ("endpoint wait", "#8da0cb"),
    "stt_ms": ("speech to text", "#66c2a5"),
    "llm_first_token_ms": ("first token", "#fc8d62"),
    "first_fragment_ms": ("first fragment", "#e78ac3"),
    "tts_first_chunk_ms": ("voice", "#a6d854"),
    "held_ms": ("waits for the end", "#dfe4f1"),
    "transport_ms": ("transport", "#b3b3b3"),
}


def waterfall(rows: Sequence[tuple[str, Mapping[str, float | None]]], title: str) -> str:
    """`rows` are (label, stage -> milliseconds). Stages that are missing take no room."""
    longest = max((sum(value or 0.0 for value in stages.values()) for _, stages in rows), default=0.0)
    step = next(s for s in (100, 250, 500, 1000, 2500, 5000, 10_000, 1e9) if longest / s <= 8)
    scale = WIDTH / max(longest, 1.0)
    height = TOP + ROW * len(rows) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 40}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="16" y="24" font-size="15" font-weight="600">{escape(title)}</text>',
    ]
    parts += _legend({stage for _, stages in rows for stage, value in stages.items() if value})
    tick = 0.0
    while tick <= longest:
        x = LEFT + tick * scale
        parts.append(f'<line x1="{x:.1f}" y1="{TOP - 6}" x2="{x:.1f}" y2="{height - 28}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{height - 12}" text-anchor="middle" fill="#555">{tick:.0f} ms</text>')
        tick += step
    for number, (label, stages) in enumerate(rows):
        parts += _row(TOP + number * ROW, label, stages, scale)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend(shown: Set[str]) -> list[str]:
    parts, x = [], LEFT
    for stage, (label, colour) in COLOURS.items():
        if stage not in shown:
            continue
        parts.append(f'<rect x="{x}" y="36" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{x + 16}" y="46">{label}</text>')
        x += 24 + 7 * len(label)
    return parts


def _row(y: float, label: str, stages: Mapping[str, float | None], scale: float) -> list[str]:
    parts = [f'<text x="{LEFT - 8}" y="{y + BAR - 4}" text-anchor="end">{escape(label)}</text>']
    x = float(LEFT)
    for stage, (name, colour) in COLOURS.items():
        value = stages.get(stage)
        if not value or value < 0:
            continue
        width = value * scale
        parts.append(
            f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{BAR}" fill="{colour}">'
            f"<title>{name}: {value:.0f} ms</title></rect>"
        )
        x += width
    parts.append(f'<text x="{x + 6:.1f}" y="{y + BAR - 4}" fill="#333">{(x - LEFT) / scale:.0f}</text>')
    return parts
