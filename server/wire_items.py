"""Conversation items, both ways: a message the client writes, and the item objects the server shows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from server.wire import WireError
from server.wire_fields import MAX_ID, Fields, clip, invalid
from voice.events import AddMessage

_PART_OF: Mapping[str, str] = {"user": "input_text", "system": "input_text", "assistant": "output_text"}


def read_message(item: Fields, previous_item_id: str | None = None) -> AddMessage:
    """A message item made of text. Audio goes in through the buffer, where VAD and Whisper can see it."""
    kind = item.text("type", MAX_ID)
    if kind != "message":
        message = f"Items of type `{clip(kind)}` are not supported; items of type `message` are."
        raise WireError(message, code="unsupported_item", param=item.name("type"))
    item.only(("type", "id", "object", "status", "role", "content"))
    role = item.choice("role", tuple(_PART_OF))
    parts = item.items("content", 64)
    if not parts:
        raise invalid(item.name("content"), f"`{item.name('content')}` must not be empty.")
    texts = [_part(Fields(part, f"{item.name('content')}[{n}]"), role) for n, part in enumerate(parts)]
    return AddMessage(
        role=cast(Literal["user", "assistant", "system"], role),
        text="\n".join(texts),
        item_id=item.optional_identifier("id"),
        previous_item_id=previous_item_id,
    )


def _part(part: Fields, role: str) -> str:
    kind = part.text("type", MAX_ID)
    if kind in ("input_audio", "output_audio", "input_image"):
        what = "pictures" if kind == "input_image" else "audio; send it with input_audio_buffer.append"
        message = f"`{kind}` is not supported: an item takes no {what}."
        raise WireError(message, code="unsupported_item", param=part.name("type"))
    if kind != _PART_OF[role]:
        raise invalid(part.name("type"), f"The content of a {role} message is `{_PART_OF[role]}`.")
    part.only(("type", "text"))
    return part.text("text")


Role = Literal["user", "assistant", "system"]


def text_item(item_id: str, role: Role, text: str, status: str = "completed") -> dict[str, Any]:
    """A message of text, as the server shows it."""
    return _message(item_id, role, status, [{"type": _PART_OF[role], "text": text}])


def heard_item(item_id: str, transcript: str | None) -> dict[str, Any]:
    """What the user said. The transcript is null until it is known."""
    return _message(item_id, "user", "completed", [{"type": "input_audio", "transcript": transcript}])


def reply_item(item_id: str, status: str, audio: bool, text: str | None) -> dict[str, Any]:
    """A reply; without content (`text` None) when it has just been started."""
    if text is None:
        return _message(item_id, "assistant", status, [])
    part = {"type": "output_audio", "transcript": text} if audio else {"type": "output_text", "text": text}
    return _message(item_id, "assistant", status, [part])


def _message(item_id: str, role: Role, status: str, content: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": item_id,
        "object": "realtime.item",
        "type": "message",
        "status": status,
        "role": role,
        "content": content,
    }
