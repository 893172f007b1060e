"""session.update: what changes, what stays, what is refused by name; and the session object against openai's types."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.realtime import SessionCreatedEvent
from openai.types.realtime.realtime_session_create_request import RealtimeSessionCreateRequest

from models.ports import Voice
from server.wire import WireError
from server.wire_session import WireSession, apply_update, show_session
from server.wire_voices import check_voice
from voice.events import SessionConfig, TurnDetection

SESSION = WireSession("sess_1", "moui")


def test_an_update_changes_what_it_names_and_nothing_else() -> None:
    first = apply_update(SESSION, {"instructions": "Ask.", "audio": {"output": {"speed": 0.8}}})
    second = apply_update(first, {"type": "realtime", "output_modalities": ["text"], "max_output_tokens": 99})
    assert second.config == SessionConfig(instructions="Ask.", speed=0.8, audio=False, max_tokens=99)


def audio_input(**fields: Any) -> dict[str, Any]:
    return {"audio": {"input": fields}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [("ko", "ko"), ("ko-KR", "ko"), ("EN", "en"), (None, None)],
)
def test_language(given: str | None, expected: str | None) -> None:
    session = apply_update(SESSION, audio_input(transcription={"model": "whisper-1", "language": given}))
    assert session.config.language == expected


def test_transcription_null_turns_the_events_off_and_an_object_on_again() -> None:
    off = apply_update(SESSION, audio_input(transcription=None))
    assert not off.transcription_events
    assert show_session(off)["audio"]["input"]["transcription"] is None
    assert apply_update(off, audio_input(transcription={"prompt": "FastAPI"})).transcription_events


def test_input_rate_and_infinite_tokens() -> None:
    session = apply_update(
        SESSION, audio_input(format={"type": "audio/pcm", "rate": 48000}) | {"max_output_tokens": "inf"}
    )
    assert session.input_rate_hz == 48000
    assert session.config.max_tokens == 4096
    assert show_session(session)["max_output_tokens"] == "inf"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, None),
        ({"type": "server_vad"}, TurnDetection(silence_ms=500, max_silence_ms=500)),
        (
            {"type": "server_vad", "threshold": 0.7, "prefix_padding_ms": 300, "silence_duration_ms": 900},
            TurnDetection(0.7, 300, 900, 900),
        ),
        (
            {"type": "server_vad", "create_response": False},
            TurnDetection(silence_ms=500, max_silence_ms=500, create_response=False),
        ),
        ({"type": "semantic_vad"}, TurnDetection()),
        (
            {"type": "semantic_vad", "eagerness": "high", "interrupt_response": False},
            TurnDetection(silence_ms=300, max_silence_ms=900, interrupt_response=False),
        ),
    ],
)  # fmt: skip
def test_turn_detection(given: dict[str, Any] | None, expected: TurnDetection | None) -> None:
    session = apply_update(SESSION, audio_input(turn_detection=given))
    assert session.config.turn_detection == expected
    shown = show_session(session)["audio"]["input"]["turn_detection"]
    assert (shown and shown["type"]) == (given and given["type"])
    assert apply_update(SESSION, audio_input(turn_detection=shown)).config.turn_detection == expected


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"type": "transcription"}, "session.type"),
    ({"model": "other"}, "session.model"),
    ({"tools": [{"type": "mcp"}]}, "session.tools"),
    ({"tool_choice": "required"}, "session.tool_choice"),
    ({"prompt": {"id": "p"}}, "session.prompt"),
    ({"tracing": "auto"}, "session.tracing"),
    ({"include": ["item.input_audio_transcription.logprobs"]}, "session.include"),
    ({"truncation": {"type": "retention_ratio"}}, "session.truncation"),
    ({"temperature": 0.8}, "session.temperature"),
    ({"voice": "alloy"}, "session.voice"),
    ({"output_modalities": ["audio", "text"]}, "session.output_modalities"),
    ({"max_output_tokens": 0}, "session.max_output_tokens"),
    ({"audio": {"input": {"format": {"type": "audio/pcmu"}}}}, "session.audio.input.format.type"),
    ({"audio": {"input": {"format": {"type": "audio/pcm", "rate": 4000}}}}, "session.audio.input.format.rate"),
    ({"audio": {"input": {"noise_reduction": {"type": "near_field"}}}}, "session.audio.input.noise_reduction"),
    ({"audio": {"input": {"turn_detection": {"type": "magic"}}}}, "session.audio.input.turn_detection.type"),
    (
        {"audio": {"input": {"turn_detection": {"type": "server_vad", "idle_timeout_ms": 6000}}}},
        "session.audio.input.turn_detection.idle_timeout_ms",
    ),
    (
        {"audio": {"input": {"turn_detection": {"type": "server_vad", "threshold": 2}}}},
        "session.audio.input.turn_detection.threshold",
    ),
    ({"audio": {"input": {"transcription": {"language": "Korean!"}}}}, "session.audio.input.transcription.language"),
    ({"audio": {"input": {"transcription": {"keywords": ["x"]}}}}, "session.audio.input.transcription.keywords"),
    ({"audio": {"output": {"format": {"type": "audio/pcm", "rate": 16000}}}}, "session.audio.output.format.rate"),
    ({"audio": {"output": {"speed": 3}}}, "session.audio.output.speed"),
    ({"moui": {"playout_reports": 1}}, "session.moui.playout_reports"),
    ({"moui": {"magic": 1}}, "session.moui.magic"),
]


@pytest.mark.parametrize(("update", "param"), REFUSALS)
def test_refusals_name_the_field(update: dict[str, Any], param: str) -> None:
    with pytest.raises(WireError) as caught:
        apply_update(SESSION, update)
    assert caught.value.param == param


def test_what_the_server_shows_may_be_sent_back() -> None:
    shown = show_session(apply_update(SESSION, {"instructions": "x"}))
    assert apply_update(SESSION, shown).config.instructions == "x"


@pytest.mark.parametrize("detection", [None, TurnDetection(), TurnDetection(silence_ms=500, max_silence_ms=500)])
def test_the_session_object_is_what_openai_describes(detection: TurnDetection | None) -> None:
    session = WireSession("sess_1", "moui", SessionConfig(turn_detection=detection, voice="joe"))
    event = {"type": "session.created", "event_id": "e", "session": show_session(session)}
    created = SessionCreatedEvent.model_validate(event)
    assert isinstance(created.session, RealtimeSessionCreateRequest)


def with_voice(name: str | None) -> WireSession:
    return apply_update(SESSION, {"audio": {"output": {"voice": name}}})


def test_voices() -> None:
    joe = Voice("joe", "en", "piper", "Joe")
    assert check_voice(with_voice("joe"), [joe]) == (with_voice("joe"), None)
    assert check_voice(with_voice("anything"), []) == (with_voice("anything"), None)
    session, sentence = check_voice(with_voice("marin"), [joe])
    assert session.config.voice is None
    assert sentence is not None
    assert "marin" in sentence
    with pytest.raises(WireError, match="There is no voice nobody; there are: joe") as caught:
        check_voice(with_voice("nobody"), [joe])
    assert caught.value.param == "session.audio.output.voice"
    assert apply_update(SESSION, {"audio": {"output": {"voice": {"id": "joe"}}}}).config.voice == "joe"
