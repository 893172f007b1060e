"""Structured logs: one line an event, key=value, no transcripts and no tokens."""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import Any, TextIO

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_TOKEN = re.compile(r"(token=|openai-insecure-api-key\.|Bearer\s+)[^\s&\"',]+", re.IGNORECASE)


class KeyValueFormatter(logging.Formatter):
    """`2026-01-01T10:00:00 INFO moui.server session opened session=sess_1 client=127.0.0.1`"""

    default_time_format = "%Y-%m-%dT%H:%M:%S"

    def format(self, record: logging.LogRecord) -> str:
        parts = [self.formatTime(record, self.default_time_format), record.levelname, record.name]
        parts.append(record.getMessage())
        extras = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        parts += [f"{key}={_value(value)}" for key, value in extras.items()]
        line = redact(" ".join(parts))
        if record.exc_info:
            line += "\n" + redact(self.formatException(record.exc_info))
        return line


def _value(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    text = str(value)
    return text if text.isprintable() and not set(text) & set(' "=') and text else json.dumps(text, ensure_ascii=False)


def redact(text: str) -> str:
    """`text` with every token in it replaced. uvicorn logs a WebSocket's whole address, ?token= and all."""
    return _TOKEN.sub(r"\1***", text)


def configure(level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Route the root logger and uvicorn's through one handler. To be called once, by the command that serves."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(KeyValueFormatter())
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)  # the root's level holds for everybody
