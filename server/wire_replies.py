"""The events of one reply, from response.created to response.done, in the order OpenAI's GA server sends them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from server.wire_items import reply_item
from server.wire_out import AudioOut, JsonOut, Out
from voice import events as ev

_STREAMS = 0xFFFF
_REASONS = ("turn_detected", "client_cancelled", "max_output_tokens", "content_filter")
_DEFAULT_REASON = {"cancelled": "turn_detected", "incomplete": "max_output_tokens"}


@dataclass(slots=True)
class _Reply:
    started: ev.ResponseStarted
    stream: int


class ReplyEncoder:
    """Knows the replies that are being generated (one, as a rule) and numbers their audio streams from 1."""

    def __init__(self) -> None:
        self._replies: dict[str, _Reply] = {}
        self._stream = 0

    def started(self, event: ev.ResponseStarted) -> list[Out]:
        self._stream = self._stream % _STREAMS + 1
        reply = _Reply(event, self._stream)
        self._replies[event.response_id] = reply
        item = reply_item(event.item_id, "in_progress", event.audio, None)
        out = [JsonOut({"type": "response.created", "response": _response(reply, "in_progress", [])})]
        out.append(_of(reply, "response.output_item.added", output_index=0, item=item))
        if event.in_conversation:
            out.append(_item_event("conversation.item.added", reply, item))
        out.append(_part_event("response.content_part.added", reply, ""))
        return list(out)

    def text(self, event: ev.ResponseText) -> list[Out]:
        reply = self._replies.get(event.response_id)
        if reply is None:
            return []
        kind = "response.output_audio_transcript.delta" if reply.started.audio else "response.output_text.delta"
        return [_in_part(reply, kind, delta=event.delta)]

    def audio(self, event: ev.ResponseAudio) -> list[Out]:
        reply = self._replies.get(event.response_id)
        if reply is None or not event.pcm16:
            return []
        return [AudioOut(event.response_id, event.item_id, reply.stream, event.first_sample, event.pcm16)]

    def done(self, event: ev.ResponseDone) -> list[Out]:
        reply = self._replies.pop(event.response_id, None)
        if reply is None:
            return []
        status = "completed" if event.status == "completed" else "incomplete"
        item = reply_item(event.item_id, status, reply.started.audio, event.text)
        out: list[Out] = []
        if reply.started.audio:
            out.append(_in_part(reply, "response.output_audio.done"))
            out.append(_in_part(reply, "response.output_audio_transcript.done", transcript=event.text))
        else:
            out.append(_in_part(reply, "response.output_text.done", text=event.text))
        out.append(_part_event("response.content_part.done", reply, event.text))
        if reply.started.in_conversation:
            out.append(_item_event("conversation.item.done", reply, item))
        out.append(_of(reply, "response.output_item.done", output_index=0, item=item))
        response = _response(reply, event.status, [item])
        response |= {"status_details": _status_details(event), "usage": _usage(event)}
        out.append(JsonOut({"type": "response.done", "response": response}))
        return out


def _response(reply: _Reply, status: str, output: list[dict[str, Any]]) -> dict[str, Any]:
    started = reply.started
    return {
        "id": started.response_id,
        "object": "realtime.response",
        "status": status,
        "status_details": None,
        "output": output,
        "conversation_id": "conversation" if started.in_conversation else None,
        "output_modalities": ["audio" if started.audio else "text"],
        "metadata": dict(started.metadata) or None,
        "usage": None,
        "moui": {"stream": reply.stream},
    }


def _of(reply: _Reply, kind: str, **fields: Any) -> JsonOut:
    return JsonOut({"type": kind, "response_id": reply.started.response_id, **fields})


def _in_part(reply: _Reply, kind: str, **fields: Any) -> JsonOut:
    return _of(reply, kind, item_id=reply.started.item_id, output_index=0, content_index=0, **fields)


def _part_event(kind: str, reply: _Reply, text: str) -> JsonOut:
    part = {"type": "audio", "transcript": text} if reply.started.audio else {"type": "text", "text": text}
    return _in_part(reply, kind, part=part)


def _item_event(kind: str, reply: _Reply, item: dict[str, Any]) -> JsonOut:
    return JsonOut({"type": kind, "previous_item_id": reply.started.previous_item_id, "item": item})


def _status_details(event: ev.ResponseDone) -> dict[str, Any] | None:
    if event.status == "failed":
        error = {"type": "server_error", "code": event.reason or "engine_failed", "message": event.error}
        return {"type": "failed", "error": error}
    if event.status in _DEFAULT_REASON:
        reason = event.reason if event.reason in _REASONS else _DEFAULT_REASON[event.status]
        return {"type": event.status, "reason": reason}
    return {"type": event.status}


def _usage(event: ev.ResponseDone) -> dict[str, Any]:
    """Text tokens of the language model; speech has no tokens here."""
    cached = {"text_tokens": event.cached_tokens, "audio_tokens": 0}
    return {
        "total_tokens": event.prompt_tokens + event.output_tokens,
        "input_tokens": event.prompt_tokens,
        "output_tokens": event.output_tokens,
        "input_token_details": {
            "text_tokens": event.prompt_tokens,
            "audio_tokens": 0,
            "cached_tokens": event.cached_tokens,
            "cached_tokens_details": cached,
        },
        "output_token_details": {"text_tokens": event.output_tokens, "audio_tokens": 0},
    }
