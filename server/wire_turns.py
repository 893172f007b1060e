"""OpenAI's two kinds of turn detection, in moui's one. Pure.

`server_vad` ends a turn after a fixed silence: `silence_ms` and `max_silence_ms` are then the same number.
`semantic_vad` weighs voice, words and question (voice/patience.py): between `silence_ms`, when the speaker is surely
done, and `max_silence_ms`, when surely not; eagerness chooses both.
"""

from __future__ import annotations

from typing import Any

from server.wire_fields import Fields
from voice.events import TurnDetection

_DEFAULT = TurnDetection()
_ORDINARY = (_DEFAULT.silence_ms, _DEFAULT.max_silence_ms)
_PATIENCE_MS = {"low": (1000, 3000), "medium": _ORDINARY, "auto": _ORDINARY, "high": (300, 900)}
"""Eagerness: the silence after which a complete turn ends, and that after which any turn does. Only the ordinary one
was chosen by measurement (tests/bench/bench_endpoint.py)."""
_SERVER_SILENCE_MS = 500
"""OpenAI's default of silence_duration_ms."""


def read_turn_detection(fields: Fields | None) -> TurnDetection | None:
    """None (JSON null) is push to talk. Raises WireError."""
    if fields is None:
        return None
    kind = fields.choice("type", ("server_vad", "semantic_vad"))
    if kind == "semantic_vad":
        fields.only(("type", "eagerness", "create_response", "interrupt_response", "threshold", "prefix_padding_ms"))
        eagerness = "auto" if fields.raw("eagerness") is None else fields.choice("eagerness", tuple(_PATIENCE_MS))
        silence, patience = _PATIENCE_MS[eagerness]
    else:
        _check_server_vad(fields)
        silence = _SERVER_SILENCE_MS
        if fields.raw("silence_duration_ms") is not None:
            silence = fields.integer("silence_duration_ms", 100, 10_000)
        patience = silence
    threshold, padding = fields.raw("threshold"), fields.raw("prefix_padding_ms")
    return TurnDetection(
        threshold=_DEFAULT.threshold if threshold is None else fields.number("threshold", 0.0, 1.0),
        prefix_padding_ms=_DEFAULT.prefix_padding_ms
        if padding is None
        else fields.integer("prefix_padding_ms", 0, 2000),
        silence_ms=silence,
        max_silence_ms=patience,
        interrupt_ms=_DEFAULT.interrupt_ms,
        create_response=fields.boolean("create_response", True),
        interrupt_response=fields.boolean("interrupt_response", True),
    )


def _check_server_vad(fields: Fields) -> None:
    known = ("type", "threshold", "prefix_padding_ms", "silence_duration_ms", "idle_timeout_ms")
    fields.only((*known, "create_response", "interrupt_response"))
    reason = f"`{fields.name('idle_timeout_ms')}` is not supported: the interviewer does not speak into silence."
    fields.refuse({"idle_timeout_ms": reason})


def show_turn_detection(detection: TurnDetection | None) -> dict[str, Any] | None:
    if detection is None:
        return None
    shared = {
        "threshold": detection.threshold,
        "prefix_padding_ms": detection.prefix_padding_ms,
        "create_response": detection.create_response,
        "interrupt_response": detection.interrupt_response,
    }
    if detection.silence_ms == detection.max_silence_ms:
        return {"type": "server_vad", "silence_duration_ms": detection.silence_ms, "idle_timeout_ms": None, **shared}
    by_patience = {milliseconds: name for name, milliseconds in _PATIENCE_MS.items()}
    patience = (detection.silence_ms, detection.max_silence_ms)
    return {"type": "semantic_vad", "eagerness": by_patience.get(patience, "auto"), **shared}
