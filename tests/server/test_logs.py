"""One line an event, and never a token in it."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from server.logs import KeyValueFormatter, configure, redact


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    configure(logging.INFO, stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def test_extras_become_keys(lines: io.StringIO) -> None:
    logging.getLogger("moui.server").info("session closed", extra={"code": 1000, "reason": 'a "b"', "seconds": 1.23456})
    line = lines.getvalue().strip()
    assert line.endswith('INFO moui.server session closed code=1000 reason="a \\"b\\"" seconds=1.235')


def test_uvicorns_lines_come_out_without_tokens(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").info(
        '%s - "WebSocket %s" [accepted]', "1.2.3.4", "/v1/realtime?token=hunter2&model=m"
    )
    assert "hunter2" not in lines.getvalue()
    assert "token=***&model=m" in lines.getvalue()


@pytest.mark.parametrize("text", ["Bearer hunter2", "openai-insecure-api-key.hunter2, realtime", "?token=hunter2"])
def test_tokens_are_redacted(text: str) -> None:
    assert "hunter2" not in redact(text)


def test_a_traceback_is_kept_and_redacted() -> None:
    try:
        raise ValueError("token=hunter2")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("n", logging.ERROR, "f", 1, "broke", (), info)
    text = KeyValueFormatter().format(record)
    assert "Traceback" in text
    assert "hunter2" not in text
