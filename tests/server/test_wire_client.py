"""Every client event, and every refusal with the field at fault."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from server.wire import WireError
from server.wire_client import AppendAudio, RetrieveItem, SendCommand, UpdateSession, decode_event
from voice import events as ev


def decode(**event: Any) -> Any:
    return decode_event(json.dumps(event))


def command(**event: Any) -> ev.Command:
    decoded = decode(**event)
    assert isinstance(decoded, SendCommand)
    return decoded.command


def message(role: str = "user", kind: str = "input_text", **more: Any) -> dict[str, Any]:
    return {"type": "message", "role": role, "content": [{"type": kind, "text": "Hello"}], **more}


def test_audio_is_decoded_from_base64() -> None:
    audio = base64.b64encode(b"\1\2\3\4").decode()
    assert decode(type="input_audio_buffer.append", audio=audio, event_id="e1") == AppendAudio("e1", b"\1\2\3\4")


def test_session_update_keeps_its_session_for_later() -> None:
    assert decode(type="session.update", session={"type": "realtime"}) == UpdateSession(None, {"type": "realtime"})


def test_retrieve_names_the_item() -> None:
    assert decode(type="conversation.item.retrieve", item_id="i1") == RetrieveItem(None, "i1")


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"type": "input_audio_buffer.commit"}, ev.CommitInput()),
        ({"type": "input_audio_buffer.clear"}, ev.ClearInput()),
        ({"type": "conversation.item.delete", "item_id": "i"}, ev.DeleteItem("i")),
        (
            {"type": "conversation.item.truncate", "item_id": "i", "content_index": 0, "audio_end_ms": 1500},
            ev.TruncateItem("i", 1500),
        ),
        ({"type": "response.cancel"}, ev.CancelResponse()),
        ({"type": "response.cancel", "response_id": "r"}, ev.CancelResponse("r")),
        ({"type": "moui.playout", "response_id": "r", "samples": 9}, ev.PlayoutReport("r", 9)),
        (
            {"type": "moui.playout", "response_id": "r", "samples": 9, "flushed": True},
            ev.PlayoutReport("r", 9, flushed=True),
        ),
        (
            {"type": "conversation.item.create", "item": message(id="mine"), "previous_item_id": "root"},
            ev.AddMessage("user", "Hello", "mine", "root"),
        ),
        (
            {"type": "conversation.item.create", "item": message("assistant", "output_text")},
            ev.AddMessage("assistant", "Hello"),
        ),
        ({"type": "conversation.item.create", "item": message("system")}, ev.AddMessage("system", "Hello")),
        ({"type": "response.create"}, ev.CreateResponse()),
        (
            {
                "type": "response.create",
                "response": {
                    "instructions": "Be brief.",
                    "output_modalities": ["text"],
                    "max_output_tokens": 50,
                    "conversation": "none",
                    "input": [message()],
                    "metadata": {"topic": "one"},
                    "tool_choice": "none",
                    "audio": {"output": {"format": {"type": "audio/pcm", "rate": 24000}}},
                },
            },
            ev.CreateResponse(
                "Be brief.", False, 50, False, (ev.AddMessage("user", "Hello"),), (("topic", "one"),)
            ),
        ),
    ],
)  # fmt: skip
def test_commands(event: dict[str, Any], expected: ev.Command) -> None:
    assert command(**event) == expected


REFUSALS: list[tuple[dict[str, Any], str, str | None]] = [
    ({"type": "nonsense"}, "unknown_event", "type"),
    ({}, "missing_required_parameter", "type"),
    ({"type": 7}, "invalid_value", "type"),
    ({"type": "output_audio_buffer.clear"}, "unsupported_event", "type"),
    ({"type": "transcription_session.update"}, "unsupported_event", "type"),
    ({"type": "session.update"}, "missing_required_parameter", "session"),
    ({"type": "session.update", "session": []}, "invalid_value", "session"),
    ({"type": "input_audio_buffer.append"}, "missing_required_parameter", "audio"),
    ({"type": "input_audio_buffer.append", "audio": "not base64!"}, "invalid_value", "audio"),
    ({"type": "input_audio_buffer.append", "audio": "AAAA"}, "invalid_value", "audio"),
    ({"type": "input_audio_buffer.commit", "extra": 1}, "unknown_parameter", "extra"),
    ({"type": "conversation.item.create"}, "missing_required_parameter", "item"),
    ({"type": "conversation.item.create", "item": {"type": "function_call"}}, "unsupported_item", "item.type"),
    ({"type": "conversation.item.create", "item": message("robot")}, "invalid_value", "item.role"),
    (
        {"type": "conversation.item.create", "item": message(kind="input_audio")},
        "unsupported_item",
        "item.content[0].type",
    ),
    (
        {"type": "conversation.item.create", "item": message(kind="input_image")},
        "unsupported_item",
        "item.content[0].type",
    ),
    (
        {"type": "conversation.item.create", "item": message(kind="output_text")},
        "invalid_value",
        "item.content[0].type",
    ),
    ({"type": "conversation.item.create", "item": message(content=[])}, "invalid_value", "item.content"),
    ({"type": "conversation.item.create", "item": message(id="with space")}, "invalid_value", "item.id"),
    ({"type": "conversation.item.truncate", "item_id": "i", "audio_end_ms": -1}, "invalid_value", "audio_end_ms"),
    ({"type": "conversation.item.delete"}, "missing_required_parameter", "item_id"),
    ({"type": "response.create", "response": {"tools": [{}]}}, "unsupported_parameter", "response.tools"),
    ({"type": "response.create", "response": {"voice": "joe"}}, "unknown_parameter", "response.voice"),
    ({"type": "response.create", "response": {"input": []}}, "invalid_value", "response.input"),
    ({"type": "response.create", "response": {"conversation": "x"}}, "invalid_value", "response.conversation"),
    (
        {"type": "response.create", "response": {"audio": {"output": {"voice": "joe"}}}},
        "unsupported_parameter",
        "response.audio.output.voice",
    ),
    (
        {"type": "response.create", "response": {"output_modalities": ["text", "audio"]}},
        "invalid_value",
        "response.output_modalities",
    ),
    ({"type": "response.create", "response": {"metadata": {"a": 1}}}, "invalid_value", "response.metadata.a"),
    ({"type": "moui.playout", "response_id": "r", "samples": True}, "invalid_value", "samples"),
]


@pytest.mark.parametrize(("event", "code", "param"), REFUSALS)
def test_refusals_name_the_field_and_the_event(event: dict[str, Any], code: str, param: str | None) -> None:
    with pytest.raises(WireError) as caught:
        decode(**event, event_id="mine")
    assert (caught.value.code, caught.value.param, caught.value.event_id) == (code, param, "mine")
    assert caught.value.message.endswith(".")


def test_text_that_no_tokenizer_survives_is_refused() -> None:
    with pytest.raises(WireError, match="not valid Unicode"):
        decode_event('{"type": "response.create", "response": {"instructions": "\\ud800"}}')


def test_what_cannot_be_read_has_no_event_id() -> None:
    with pytest.raises(WireError, match="not valid JSON") as caught:
        decode_event("{not json")
    assert caught.value.event_id is None
