"""Every event the server sends, against the pydantic types of the official openai package."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter

from server.wire import FRAME_REPLY, WireError, decode_binary
from server.wire_out import AudioOut, FrameWriter, JsonOut, size_of
from server.wire_server import ServerEncoder, error_event
from server.wire_session import WireSession
from voice import events as ev

OPENAI: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)


def sent(*events: ev.SessionEvent, encoder: ServerEncoder | None = None, binary: bool = False) -> list[Any]:
    """What goes over the wire for these events; every event of OpenAI's is checked against openai's own types."""
    encoder = encoder or ServerEncoder()
    frames = FrameWriter(binary)
    messages = [frames.write(out) for event in events for out in encoder.encode(event)]
    decoded = [json.loads(message) if isinstance(message, str) else message for message in messages]
    for event in decoded:
        if isinstance(event, dict) and not event["type"].startswith("moui."):
            check(event)
    return decoded


def check(event: dict[str, Any]) -> None:
    """Strictly: the union's discriminator picks the class, and the class validates."""
    parsed = OPENAI.validate_python(event)
    assert parsed.type == event["type"]
    assert parsed.event_id


def types(events: list[Any]) -> list[str]:
    return [event["type"] if isinstance(event, dict) else "binary" for event in events]


STARTED = ev.ResponseStarted("r1", "i1", audio=True, metadata=(("k", "v"),), previous_item_id="u1")
SPOKEN = (
    STARTED,
    ev.ResponseText("r1", "i1", "Hello."),
    ev.ResponseAudio("r1", "i1", b"\1\0" * 240, 0),
    ev.ResponseAudio("r1", "i1", b"\2\0" * 240, 240),
    ev.ResponseDone("r1", "i1", "completed", "", "Hello.", True, 20, 15, 3, metadata=(("k", "v"),)),
)


def test_a_spoken_reply_in_the_order_of_openais_server() -> None:
    events = sent(*SPOKEN)
    assert types(events) == [
        "response.created",
        "response.output_item.added",
        "conversation.item.added",
        "response.content_part.added",
        "response.output_audio_transcript.delta",
        "response.output_audio.delta",
        "response.output_audio.delta",
        "response.output_audio.done",
        "response.output_audio_transcript.done",
        "response.content_part.done",
        "conversation.item.done",
        "response.output_item.done",
        "response.done",
    ]
    done = events[-1]["response"]
    assert done["output"][0]["content"] == [{"type": "output_audio", "transcript": "Hello."}]
    assert done["metadata"] == {"k": "v"}
    assert done["usage"]["total_tokens"] == 23
    assert done["usage"]["input_token_details"]["cached_tokens"] == 15
    assert len({event["event_id"] for event in events}) == len(events)


def test_audio_goes_out_as_binary_frames_of_the_announced_stream() -> None:
    events = sent(*SPOKEN, binary=True)
    stream = events[0]["response"]["moui"]["stream"]
    frames = [decode_binary(event) for event in events if isinstance(event, bytes)]
    assert [(f.kind, f.stream, f.sequence, f.position) for f in frames] == [
        (FRAME_REPLY, stream, 0, 0),
        (FRAME_REPLY, stream, 1, 240),
    ]


def test_a_written_reply() -> None:
    started = ev.ResponseStarted("r1", "i1", audio=False)
    done = ev.ResponseDone("r1", "i1", "incomplete", "max_output_tokens", "Hello", False)
    events = sent(started, ev.ResponseText("r1", "i1", "Hello"), done)
    assert "response.output_text.delta" in types(events)
    assert "response.output_text.done" in types(events)
    assert not [kind for kind in types(events) if "audio" in kind]
    assert events[-1]["response"]["status_details"] == {"type": "incomplete", "reason": "max_output_tokens"}


def test_a_reply_outside_the_conversation_adds_no_item() -> None:
    started = ev.ResponseStarted("r1", "i1", audio=False, in_conversation=False)
    events = sent(started, ev.ResponseDone("r1", "i1", "completed", "", "x", False))
    assert not [kind for kind in types(events) if kind.startswith("conversation.")]
    assert events[0]["response"]["conversation_id"] is None


@pytest.mark.parametrize(
    ("status", "reason", "details"),
    [
        ("cancelled", "client_cancelled", {"type": "cancelled", "reason": "client_cancelled"}),
        ("cancelled", "something new", {"type": "cancelled", "reason": "turn_detected"}),
        ("completed", "", {"type": "completed"}),
    ],
)
def test_how_a_reply_ended(status: Any, reason: str, details: dict[str, Any]) -> None:
    events = sent(STARTED, ev.ResponseDone("r1", "i1", status, reason, "", True))
    assert events[-1]["response"]["status_details"] == details


def test_a_failed_reply_says_why() -> None:
    done = ev.ResponseDone("r1", "i1", "failed", "engine_crashed", "", True, error="The model stopped.")
    details = sent(STARTED, done)[-1]["response"]["status_details"]
    assert details["error"] == {"type": "server_error", "code": "engine_crashed", "message": "The model stopped."}


def test_what_is_late_for_a_reply_that_ended_is_dropped() -> None:
    done = ev.ResponseDone("r1", "i1", "cancelled", "turn_detected", "", True)
    late = (ev.ResponseText("r1", "i1", "x"), ev.ResponseAudio("r1", "i1", b"\0\0", 0), done)
    assert types(sent(STARTED, done, *late))[-1] == "response.done"
    assert types(sent(*late)) == []


def test_a_spoken_turn() -> None:
    events = sent(
        ev.UserSpeechStarted("u1", 16_000),
        ev.TranscriptInterim("u1", "", "tell"),
        ev.TranscriptInterim("u1", "Tell me", " about"),
        ev.UserSpeechStopped("u1", 40_000),
        ev.InputCommitted("u1", None),
        ev.ItemAdded("u1", None, "user", "Tell me about it."),
        ev.TranscriptFinal("u1", "Tell me about it.", "en", 16_000, 40_000),
    )
    assert types(events) == [
        "input_audio_buffer.speech_started",
        "moui.transcript",
        "moui.transcript",
        "conversation.item.input_audio_transcription.delta",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
        "conversation.item.added",
        "conversation.item.done",
        "conversation.item.input_audio_transcription.delta",
        "conversation.item.input_audio_transcription.completed",
    ]
    assert events[0]["audio_start_ms"] == 1000
    assert events[4]["audio_end_ms"] == 2500
    deltas = [event["delta"] for event in events if event["type"].endswith("transcription.delta")]
    assert "".join(deltas) == events[-1]["transcript"] == "Tell me about it."
    assert events[-1]["usage"] == {"type": "duration", "seconds": 1.5}


def test_deltas_never_contradict_a_final_text_that_does_not_extend_them() -> None:
    interim = ev.TranscriptInterim("u1", "Tell we", "")
    events = sent(interim, ev.TranscriptFinal("u1", "Tell me", "en", 0, 16_000))
    assert types(events)[-1].endswith("completed")
    assert sum(kind.endswith("delta") for kind in types(events)) == 1


def test_transcription_events_can_be_off() -> None:
    encoder = ServerEncoder()
    encoder.session("session.updated", WireSession("s", "m", transcription_events=False))
    interim = ev.TranscriptInterim("u1", "Hello", "")
    assert types(sent(interim, ev.TranscriptFinal("u1", "Hello", "en", 0, 9), encoder=encoder)) == ["moui.transcript"]


def test_noise_that_was_announced_is_taken_back() -> None:
    dropped = ev.TranscriptDropped("u1", "noise")
    assert types(sent(dropped)) == ["moui.transcript.dropped"]
    assert types(sent(ev.InputCommitted("u1", None), dropped))[-3:] == [
        "moui.transcript.dropped",
        "conversation.item.input_audio_transcription.completed",
        "conversation.item.deleted",
    ]


def test_typed_messages_and_their_fate() -> None:
    events = sent(
        ev.ItemAdded("m1", None, "system", "Be kind."),
        ev.ItemAdded("m2", "m1", "user", "Hi"),
        ev.ItemAdded("m3", "m2", "assistant", "Hello"),
        ev.ItemTruncated("m3", 500, "Hel"),
        ev.ItemDeleted("m2"),
        ev.InputCleared(),
        ev.TranscriptFailed("u", "Whisper is not there."),
        ev.RequestFailed("item_not_found", "There is no item x.", "item_id"),
    )
    assert types(events)[6:] == [
        "conversation.item.truncated",
        "conversation.item.deleted",
        "input_audio_buffer.cleared",
        "conversation.item.input_audio_transcription.failed",
        "error",
    ]
    assert events[4]["item"]["content"] == [{"type": "output_text", "text": "Hello"}]


def test_mouis_own_events() -> None:
    events = sent(
        ev.StateChanged(ev.TurnState.THINKING, 5),
        ev.PlaybackPaused("r"),
        ev.PlaybackResumed("r"),
        ev.PlaybackFlushed("r"),
        ev.TurnTimings("r", stt_ms=12.5),
        ev.Notice("voice_fallback", "Another voice speaks."),
    )
    assert types(events) == [
        *("moui.state", "moui.playback.pause", "moui.playback.resume", "moui.playback.flush"),
        *("moui.turn.timings", "moui.notice"),
    ]
    assert events[0]["state"] == "thinking"
    assert events[4]["stt_ms"] == 12.5
    assert events[4]["endpoint_ms"] is None


def test_every_session_event_has_an_encoding() -> None:
    encoder = ServerEncoder()
    known = set(encoder._table)
    assert known == set(ev.SessionEvent.__args__)


def test_session_events_and_errors_are_openais() -> None:
    frames = FrameWriter(binary=False)
    for kind in ("session.created", "session.updated"):
        check(json.loads(frames.write(ServerEncoder().session(kind, WireSession("s", "m")))))
    error = error_event(WireError("No.", code="nope", param="a.b", event_id="mine"))
    check(json.loads(frames.write(JsonOut(error))))


def test_what_waits_is_measured() -> None:
    assert size_of(AudioOut("r", "i", 1, 0, bytes(1000))) > 1000
    assert size_of(JsonOut({"type": "x", "long": ["y" * 500, {"z": "w" * 500}]})) > 1000
