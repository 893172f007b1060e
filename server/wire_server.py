"""What the voice session says, as OpenAI Realtime (GA) events and moui's own. Pure.

One encoder a connection. It remembers what the events of one reply share, which user items were announced, and how
much of a transcript was sent, because Realtime's deltas add up and the session's events do not.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from models.ports import MIC_RATE_HZ
from server.wire import WireError
from server.wire_items import heard_item, text_item
from server.wire_out import AudioOut, JsonOut, Out
from server.wire_replies import ReplyEncoder
from server.wire_session import WireSession, show_session
from voice import events as ev

__all__ = ["AudioOut", "JsonOut", "Out", "ServerEncoder", "error_event"]


def error_event(error: WireError, kind: str = "invalid_request_error") -> dict[str, Any]:
    """The `error` event; the session goes on after it."""
    detail = {
        "type": kind,
        "code": error.code,
        "message": error.message,
        "param": error.param,
        "event_id": error.event_id,
    }
    return {"type": "error", "error": detail}


def to_ms(samples: int) -> int:
    return samples * 1000 // MIC_RATE_HZ


class ServerEncoder:
    """`encode(event)` gives the events to send, in order. They have no event_id yet: the writer numbers them."""

    def __init__(self) -> None:
        self._replies = ReplyEncoder()
        self._announced: set[str] = set()
        self._sent_text: dict[str, str] = {}
        self.transcription_events = True
        self._table: Mapping[type, Callable[[Any], list[Out]]] = {
            ev.StateChanged: self._state,
            ev.UserSpeechStarted: self._speech_started,
            ev.UserSpeechStopped: self._speech_stopped,
            ev.InputCommitted: self._committed,
            ev.InputCleared: lambda _: [JsonOut({"type": "input_audio_buffer.cleared"})],
            ev.TranscriptInterim: self._interim,
            ev.TranscriptFinal: self._final,
            ev.TranscriptDropped: self._dropped,
            ev.TranscriptFailed: self._failed,
            ev.ItemAdded: self._item_added,
            ev.ItemDeleted: self._item_deleted,
            ev.ItemTruncated: self._item_truncated,
            ev.ResponseStarted: self._replies.started,
            ev.ResponseText: self._replies.text,
            ev.ResponseAudio: self._replies.audio,
            ev.ResponseDone: self._replies.done,
            ev.PlaybackPaused: lambda event: _playback("pause", event.response_id),
            ev.PlaybackResumed: lambda event: _playback("resume", event.response_id),
            ev.PlaybackFlushed: lambda event: _playback("flush", event.response_id),
            ev.TurnTimings: lambda event: [JsonOut({"type": "moui.turn.timings", **dataclasses.asdict(event)})],
            ev.ContentStarted: lambda event: [
                JsonOut({"type": "moui.response.content", **dataclasses.asdict(event)}),
            ],
            ev.Notice: lambda event: [JsonOut({"type": "moui.notice", "code": event.code, "message": event.message})],
            ev.Extension: lambda event: [JsonOut({"type": f"moui.{event.name}", **event.fields})],
            ev.RequestFailed: self._request_failed,
        }

    def encode(self, event: ev.SessionEvent) -> list[Out]:
        return self._table[type(event)](event)

    def session(self, kind: str, session: WireSession) -> Out:
        """session.created or session.updated."""
        self.transcription_events = session.transcription_events
        return JsonOut({"type": kind, "session": show_session(session)})

    def _state(self, event: ev.StateChanged) -> list[Out]:
        return [JsonOut({"type": "moui.state", "state": event.state.value, "now": event.now})]

    def _speech_started(self, event: ev.UserSpeechStarted) -> list[Out]:
        kind = "input_audio_buffer.speech_started"
        return [JsonOut({"type": kind, "item_id": event.item_id, "audio_start_ms": to_ms(event.at_sample)})]

    def _speech_stopped(self, event: ev.UserSpeechStopped) -> list[Out]:
        kind = "input_audio_buffer.speech_stopped"
        return [JsonOut({"type": kind, "item_id": event.item_id, "audio_end_ms": to_ms(event.at_sample)})]

    def _committed(self, event: ev.InputCommitted) -> list[Out]:
        place = {"item_id": event.item_id, "previous_item_id": event.previous_item_id}
        committed = JsonOut({"type": "input_audio_buffer.committed", **place})
        return [committed, *self._announce(heard_item(event.item_id, None), event.previous_item_id)]

    def _item_added(self, event: ev.ItemAdded) -> list[Out]:
        return self._announce(text_item(event.item_id, event.role, event.text), event.previous_item_id)

    def _announce(self, item: dict[str, Any], previous: str | None) -> list[Out]:
        """added and done, once an item: a spoken turn is announced when committed and again when transcribed."""
        if item["id"] in self._announced:
            return []
        self._announced.add(item["id"])
        kinds = ("conversation.item.added", "conversation.item.done")
        return [JsonOut({"type": kind, "previous_item_id": previous, "item": item}) for kind in kinds]

    def _interim(self, event: ev.TranscriptInterim) -> list[Out]:
        shown = {"item_id": event.item_id, "stable": event.stable, "tail": event.tail}
        out: list[Out] = [JsonOut({"type": "moui.transcript", **shown})]
        sent = self._sent_text.get(event.item_id, "")
        if self.transcription_events and event.stable.startswith(sent) and event.stable != sent:
            out.append(self._delta(event.item_id, event.stable[len(sent) :]))
            self._sent_text[event.item_id] = event.stable
        return out

    def _delta(self, item_id: str, delta: str) -> Out:
        kind = "conversation.item.input_audio_transcription.delta"
        return JsonOut({"type": kind, "item_id": item_id, "content_index": 0, "delta": delta})

    def _final(self, event: ev.TranscriptFinal) -> list[Out]:
        sent = self._sent_text.pop(event.item_id, "")
        if not self.transcription_events:
            return []
        out: list[Out] = []
        if event.text.startswith(sent) and event.text != sent:
            out.append(self._delta(event.item_id, event.text[len(sent) :]))
        seconds = round((event.end_sample - event.start_sample) / MIC_RATE_HZ, 3)
        out.append(self._completed(event.item_id, event.text, seconds, event.language))
        return out

    def _completed(self, item_id: str, text: str, seconds: float, language: str | None) -> Out:
        return JsonOut(
            {
                "type": "conversation.item.input_audio_transcription.completed",
                "item_id": item_id,
                "content_index": 0,
                "transcript": text,
                "usage": {"type": "duration", "seconds": seconds},
                "moui": {"language": language},
            }
        )

    def _dropped(self, event: ev.TranscriptDropped) -> list[Out]:
        """A client that was told of the item is told that it is gone."""
        self._sent_text.pop(event.item_id, None)
        out: list[Out] = [
            JsonOut({"type": "moui.transcript.dropped", "item_id": event.item_id, "reason": event.reason})
        ]
        if event.item_id in self._announced:
            if self.transcription_events:
                out.append(self._completed(event.item_id, "", 0.0, None))
            out += self._item_deleted(ev.ItemDeleted(event.item_id))
        return out

    def _failed(self, event: ev.TranscriptFailed) -> list[Out]:
        self._sent_text.pop(event.item_id, None)
        error = {"type": "server_error", "code": "transcription_failed", "message": event.message, "param": None}
        kind = "conversation.item.input_audio_transcription.failed"
        return [JsonOut({"type": kind, "item_id": event.item_id, "content_index": 0, "error": error})]

    def _item_deleted(self, event: ev.ItemDeleted) -> list[Out]:
        self._announced.discard(event.item_id)
        return [JsonOut({"type": "conversation.item.deleted", "item_id": event.item_id})]

    def _item_truncated(self, event: ev.ItemTruncated) -> list[Out]:
        place = {"item_id": event.item_id, "content_index": 0, "audio_end_ms": event.audio_end_ms}
        return [JsonOut({"type": "conversation.item.truncated", **place, "moui": {"text": event.text}})]

    def _request_failed(self, event: ev.RequestFailed) -> list[Out]:
        return [JsonOut(error_event(WireError(event.message, code=event.code, param=event.param)))]


def _playback(what: str, response_id: str) -> list[Out]:
    return [JsonOut({"type": f"moui.playback.{what}", "response_id": response_id})]
