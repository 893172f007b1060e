"""JSON events from the client, OpenAI Realtime (GA) names, to frozen values. Pure; raises WireError alone."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from server.wire import WireError
from server.wire_fields import Fields, clip, invalid, parse_object
from server.wire_items import read_message
from server.wire_response import read_response
from voice.events import (
    CancelResponse,
    ClearInput,
    Command,
    CommitInput,
    DeleteItem,
    ExtensionCommand,
    PlayoutReport,
    TruncateItem,
)

__all__ = ["AppendAudio", "ClientEvent", "RetrieveItem", "SendCommand", "UpdateSession", "decode_event"]

MAX_SAMPLES = 2**53


@dataclass(frozen=True, slots=True)
class UpdateSession:
    """`session` is still JSON: what it means depends on the session it changes (`wire_session.apply_update`)."""

    event_id: str | None
    session: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AppendAudio:
    """PCM16LE mono at the session's input rate."""

    event_id: str | None
    pcm16: bytes


@dataclass(frozen=True, slots=True)
class RetrieveItem:
    event_id: str | None
    item_id: str


@dataclass(frozen=True, slots=True)
class SendCommand:
    """Something for the voice session to do."""

    event_id: str | None
    command: Command


ClientEvent = UpdateSession | AppendAudio | RetrieveItem | SendCommand


def decode_event(text: str) -> ClientEvent:
    """One text frame. Raises WireError naming the field at fault and the client's event_id."""
    raw = parse_object(text)
    event_id = _event_id(raw)
    try:
        fields = Fields(raw)
        kind = fields.text("type")
        reader = _READERS.get(kind)
        if reader is None:
            raise _unknown(kind)
        return reader(fields, event_id)
    except WireError as error:
        raise error.about(event_id) from None


def _event_id(raw: Mapping[str, Any]) -> str | None:
    value = raw.get("event_id")
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > 512:
        raise invalid("event_id", "`event_id` must be a string of at most 512 characters.")
    return clip(value, 512)


_REFUSED = {
    "output_audio_buffer.clear": "`output_audio_buffer.clear` is for WebRTC; on a WebSocket the client holds the "
    "audio: stop playing, then send response.cancel and conversation.item.truncate.",
    "transcription_session.update": "Transcription-only sessions are not supported; set "
    "session.audio.input.turn_detection.create_response to false instead.",
}


def _unknown(kind: str) -> WireError:
    if kind in _REFUSED:
        return WireError(_REFUSED[kind], code="unsupported_event", param="type")
    return WireError(f"Unknown event type `{clip(kind)}`.", code="unknown_event", param="type")


def _session_update(fields: Fields, event_id: str | None) -> ClientEvent:
    fields.only(("type", "event_id", "session"))
    session = fields.required("session")
    Fields(session, "session")
    return UpdateSession(event_id, session)


def _append(fields: Fields, event_id: str | None) -> ClientEvent:
    fields.only(("type", "event_id", "audio"))
    audio = fields.required("audio")
    if not isinstance(audio, str):
        raise invalid("audio", "`audio` must be a string of base64.")
    try:
        pcm16 = base64.b64decode(audio, validate=True)
    except (binascii.Error, ValueError):
        raise invalid("audio", "`audio` is not valid base64.") from None
    if len(pcm16) % 2:
        raise invalid("audio", "`audio` must be whole 16-bit samples.")
    return AppendAudio(event_id, pcm16)


def _commit(fields: Fields, event_id: str | None) -> ClientEvent:
    fields.only(("type", "event_id"))
    return SendCommand(event_id, CommitInput())


def _clear(fields: Fields, event_id: str | None) -> ClientEvent:
    fields.only(("type", "event_id"))
    return SendCommand(event_id, ClearInput())


def _item_create(fields: Fields, event_id: str | None) -> ClientEvent:
    fields.only(("type", "event_id", "item", "previous_item_id"))
    fields.required("item")
    item = Fields(fields.raw("item"), "item")
    return SendCommand(event_id, read_message(item, fields.optional_identifier("previous_item_id")))


def _item_delete(fields: Fields, event_id: str | None) -> ClientEvent:
    fields.only(("type", "event_id", "item_id"))
    return SendCommand(event_id, DeleteItem(fields.identifier("item_id")))


def _item_retrieve(fields: Fields, event_id: str | None) -> ClientEvent:
    fields.only(("type", "event_id", "item_id"))
    return RetrieveItem(event_id, fields.identifier("item_id"))


def _item_truncate(fields: Fields, event_id: str | None) -> ClientEvent:
    fields.only(("type", "event_id", "item_id", "content_index", "audio_end_ms"))
    if fields.has("content_index"):
        fields.integer("content_index", 0, 0)
    end_ms = fields.integer("audio_end_ms", 0, 24 * 3_600_000)
    return SendCommand(event_id, TruncateItem(fields.identifier("item_id"), end_ms))


def _response_create(fields: Fields, event_id: str | None) -> ClientEvent:
    fields.only(("type", "event_id", "response"))
    response = fields.fields("response") or Fields({}, "response")
    return SendCommand(event_id, read_response(response))


def _response_cancel(fields: Fields, event_id: str | None) -> ClientEvent:
    fields.only(("type", "event_id", "response_id"))
    return SendCommand(event_id, CancelResponse(fields.optional_identifier("response_id")))


def _playout(fields: Fields, event_id: str | None) -> ClientEvent:
    fields.only(("type", "event_id", "response_id", "samples", "flushed"))
    samples = fields.integer("samples", 0, MAX_SAMPLES)
    flushed = fields.boolean("flushed", False)
    return SendCommand(event_id, PlayoutReport(fields.identifier("response_id"), samples, flushed))


def _interview_control(fields: Fields, event_id: str | None) -> ClientEvent:
    """What a button of the interview's page means; the interview says which actions there are."""
    fields.only(("type", "event_id", "action"))
    return SendCommand(event_id, ExtensionCommand("interview.control", {"action": fields.identifier("action")}))


_READERS: Mapping[str, Callable[[Fields, str | None], ClientEvent]] = {
    "session.update": _session_update,
    "input_audio_buffer.append": _append,
    "input_audio_buffer.commit": _commit,
    "input_audio_buffer.clear": _clear,
    "conversation.item.create": _item_create,
    "conversation.item.delete": _item_delete,
    "conversation.item.retrieve": _item_retrieve,
    "conversation.item.truncate": _item_truncate,
    "response.create": _response_create,
    "response.cancel": _response_cancel,
    "moui.playout": _playout,
    "moui.interview.control": _interview_control,
}
