"""Binary frames, and that no bytes whatever get anything but a WireError out of the codec."""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.wire import BinaryFrame, MicStream, WireError, decode_binary, encode_binary
from server.wire_client import UpdateSession, decode_event
from server.wire_session import WireSession, apply_update, show_session
from voice.events import SessionConfig

frames = st.builds(
    BinaryFrame,
    kind=st.sampled_from([1, 2]),
    stream=st.integers(0, 0xFFFF),
    sequence=st.integers(0, 0xFFFF_FFFF),
    position=st.integers(0, 2**64 - 1),
    pcm16=st.binary(max_size=64).map(lambda data: data[: len(data) // 2 * 2]),
)


@given(frames)
def test_binary_frames_survive_the_wire(frame: BinaryFrame) -> None:
    assert decode_binary(encode_binary(frame)) == frame


def check(error: WireError) -> None:
    """Every refusal is a sentence that can be sent."""
    assert error.message.encode()
    assert error.code


@given(st.binary(max_size=64))
def test_any_bytes_decode_or_raise_wire_error(data: bytes) -> None:
    try:
        decode_binary(data)
    except WireError as error:
        check(error)


def test_the_header_is_the_documented_one() -> None:
    frame = encode_binary(BinaryFrame(2, 3, 4, 5, b"\x01\x02"))
    assert frame == b"\x02\x00\x03\x00\x04\x00\x00\x00\x05" + bytes(7) + b"\x01\x02"


def mic(sequence: int, position: int, samples: int = 4, kind: int = 1, stream: int = 0) -> bytes:
    return encode_binary(BinaryFrame(kind, stream, sequence, position, b"\1\0" * samples))


def test_a_gap_in_positions_becomes_silence() -> None:
    stream = MicStream(max_gap=100)
    assert stream.accept(mic(0, 0)) == b"\1\0" * 4
    assert stream.accept(mic(1, 10)) == bytes(12) + b"\1\0" * 4
    assert stream.accept(mic(2, 14)) == b"\1\0" * 4


@pytest.mark.parametrize(
    ("frame", "param"),
    [
        (mic(1, 0), "sequence"),
        (mic(0, 500), "position"),
        (mic(0, 0, kind=2), None),
        (mic(0, 0, stream=1), None),
        (mic(0, 0) + b"x", None),
        (struct.pack("<BBHIQ", 1, 9, 0, 0, 0), None),
        (struct.pack("<BBHIQ", 9, 0, 0, 0, 0), "type"),
        (b"short", None),
    ],
)
def test_a_frame_that_is_not_the_next_is_refused(frame: bytes, param: str | None) -> None:
    with pytest.raises(WireError) as caught:
        MicStream(max_gap=100).accept(frame)
    assert caught.value.code == "invalid_frame"
    assert caught.value.param == param


def test_positions_never_go_back() -> None:
    stream = MicStream()
    stream.accept(mic(0, 0))
    with pytest.raises(WireError, match="at sample 2; 4 was expected"):
        stream.accept(mic(1, 2))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
TYPES = [
    *("session.update", "input_audio_buffer.append", "input_audio_buffer.commit", "input_audio_buffer.clear"),
    *("conversation.item.create", "conversation.item.delete", "conversation.item.retrieve"),
    *("conversation.item.truncate", "response.create", "response.cancel", "moui.playout", "output_audio_buffer.clear"),
]
KEYS = [
    *("session", "response", "item", "item_id", "audio", "event_id", "samples", "flushed", "response_id", "input"),
    *("content", "role", "text", "id", "output", "voice", "speed", "format", "rate", "transcription", "turn_detection"),
    *("language", "threshold", "instructions", "output_modalities", "max_output_tokens", "metadata", "moui", "type"),
    *("audio_end_ms", "content_index", "previous_item_id", "conversation", "silence_duration_ms", "eagerness"),
]
plausible = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 99_999) | st.floats() | st.text(max_size=8)
    | st.sampled_from(["server_vad", "semantic_vad", "message", "input_text", "user", "inf", "audio", "audio/pcm"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=16,
)  # fmt: skip


def decode_and_apply(text: str) -> None:
    event = decode_event(text)
    if isinstance(event, UpdateSession):
        json.dumps(show_session(apply_update(WireSession("sess", "moui"), event.session)), allow_nan=False).encode()


@given(st.text(max_size=200) | json_values.map(json.dumps))
def test_any_text_decodes_or_raises_wire_error(text: str) -> None:
    try:
        decode_and_apply(text)
    except WireError as error:
        check(error)


@given(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(KEYS), plausible, max_size=5))
def test_any_fields_of_a_known_event_decode_or_raise_wire_error(kind: str, fields: dict[str, object]) -> None:
    try:
        decode_and_apply(json.dumps(fields | {"type": kind}))
    except WireError as error:
        check(error)


@given(plausible)
def test_any_session_update_applies_whole_or_not_at_all(update: object) -> None:
    session = WireSession("sess", "moui", SessionConfig(instructions="before"))
    try:
        apply_update(session, {"audio": update, "instructions": "after"})
    except WireError:
        assert session.config.instructions == "before"


@pytest.mark.parametrize("text", ["[" * 100_000, "{" * 5000, '{"type": ' + "9" * 5000 + "}", "NaN", '"x"', "", "{"])
def test_hostile_json_is_a_wire_error(text: str) -> None:
    with pytest.raises(WireError):
        decode_event(text)
