"""The session object: what session.update may change, and what session.created and session.updated show. Pure.

An update is partial: what it does not name stays. What moui cannot do is refused by name, so that no client believes
that a setting works which does not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from server.wire import WireError
from server.wire_fields import Fields, invalid
from server.wire_turns import read_turn_detection, show_turn_detection
from voice.events import OUTPUT_RATE_HZ, SessionConfig

MAX_OUTPUT_TOKENS = 4096
"""What "inf" means; OpenAI's own ceiling for one reply."""
MIN_INPUT_RATE_HZ = 8_000
MAX_INPUT_RATE_HZ = 48_000

_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8})*\Z")
_PCM_ONLY = "Only audio/pcm is supported, not {}: G.711 is for telephones."


@dataclass(frozen=True, slots=True)
class WireSession:
    """All that a client sees and sets. `config` is the part the voice session needs; the rest is of the wire."""

    id: str
    model: str
    config: SessionConfig = field(default_factory=SessionConfig)
    input_rate_hz: int = OUTPUT_RATE_HZ
    playout_reports: bool = False
    transcription_events: bool = True
    transcription_model: str = "whisper"
    unlimited_tokens: bool = False


_REFUSED = {
    "tools": "`session.tools` is not supported: moui calls no tools.",
    "prompt": "`session.prompt` is not supported: stored prompts live at OpenAI; use instructions.",
    "tracing": "`session.tracing` is not supported: nothing leaves this machine.",
    "reasoning": "`session.reasoning` is not supported.",
    "include": "`session.include` is not supported: Whisper's log-probabilities are not sent.",
}
_KNOWN = (
    *("type", "object", "id", "model", "instructions", "output_modalities", "max_output_tokens", "audio", "moui"),
    *("tool_choice", "parallel_tool_calls", "truncation", "expires_at", *_REFUSED),
)


def apply_update(session: WireSession, update: Mapping[str, Any]) -> WireSession:
    """The session after `session.update`; all of it or none. Raises WireError."""
    fields = Fields(update, "session")
    fields.only(_KNOWN)
    _check_fixed(fields, session)
    config = session.config
    if fields.raw("instructions") is not None:
        config = replace(config, instructions=fields.text("instructions"))
    if fields.raw("output_modalities") is not None:
        config = replace(config, audio=read_modalities(fields))
    limit = read_max_tokens(fields)
    if limit is not None:
        config = replace(config, max_tokens=MAX_OUTPUT_TOKENS if limit == "inf" else limit)
        session = replace(session, unlimited_tokens=limit == "inf")
    session = replace(session, config=config)
    audio = fields.fields("audio")
    if audio is not None:
        session = _apply_audio(session, audio)
    moui = fields.fields("moui")
    if moui is not None:
        session = _apply_moui(session, moui)
    return session


def _check_fixed(fields: Fields, session: WireSession) -> None:
    """Fields that a client may repeat as they are, and not change."""
    if fields.raw("type") is not None and fields.raw("type") != "realtime":
        message = (
            "Only sessions of type `realtime` are supported; for transcription alone set create_response to false."
        )
        raise WireError(message, code="unsupported_parameter", param="session.type")
    for key, value in (("model", session.model), ("id", session.id)):
        if fields.raw(key) not in (None, value):
            raise invalid(f"session.{key}", f"`session.{key}` cannot be changed; it is {value}.")
    fields.refuse(_REFUSED)
    fields.refuse({"tool_choice": "`session.tool_choice` is not supported."}, (None, "auto", "none"))
    fields.refuse({"parallel_tool_calls": "`session.parallel_tool_calls` is not supported."}, (None, True, False))
    fields.refuse({"truncation": "`session.truncation` is not supported other than auto."}, (None, "auto"))


def read_modalities(fields: Fields) -> bool:
    """Whether audio is wanted. GA allows exactly one of the two: audio comes with its transcript anyway."""
    value = fields.raw("output_modalities")
    if value not in (["audio"], ["text"]):
        name = fields.name("output_modalities")
        raise invalid(name, f'`{name}` must be ["audio"] (with its transcript) or ["text"].')
    return bool(value == ["audio"])


def read_max_tokens(fields: Fields) -> int | Literal["inf"] | None:
    value = fields.raw("max_output_tokens")
    if value is None or value == "inf":
        return "inf" if value == "inf" else None
    return fields.integer("max_output_tokens", 1, MAX_OUTPUT_TOKENS)


def _apply_audio(session: WireSession, audio: Fields) -> WireSession:
    audio.only(("input", "output"))
    source = audio.fields("input")
    if source is not None:
        session = _apply_input(session, source)
    output = audio.fields("output")
    if output is not None:
        session = replace(session, config=_apply_output(session.config, output))
    return session


def _apply_input(session: WireSession, source: Fields) -> WireSession:
    source.only(("format", "transcription", "turn_detection", "noise_reduction"))
    reason = "`noise_reduction` is not supported; the browser's own is used where there is one."
    source.refuse({"noise_reduction": reason})
    shape = source.fields("format")
    if shape is not None:
        rate = _read_format(shape, session.input_rate_hz, MIN_INPUT_RATE_HZ, MAX_INPUT_RATE_HZ)
        session = replace(session, input_rate_hz=rate)
    if source.has("transcription"):
        session = _apply_transcription(session, source.fields("transcription"))
    if source.has("turn_detection"):
        detection = read_turn_detection(source.fields("turn_detection"))
        session = replace(session, config=replace(session.config, turn_detection=detection))
    return session


def _apply_transcription(session: WireSession, fields: Fields | None) -> WireSession:
    """Null turns the events off (speech is still transcribed: the reply needs it). Any model name is accepted; the
    session object shows the one that is used."""
    if fields is None:
        return replace(session, transcription_events=False)
    fields.only(("model", "language", "prompt", "languages", "keywords", "delay"))
    fields.refuse({key: f"`{fields.name(key)}` is not supported." for key in ("languages", "keywords", "delay")})
    config = session.config
    fields.optional_text("model", 256)
    if fields.has("language"):
        config = replace(config, language=read_language(fields))
    if fields.raw("prompt") is not None:
        config = replace(config, transcription_prompt=fields.text("prompt", 4096))
    return replace(session, config=config, transcription_events=True)


def read_language(fields: Fields) -> str | None:
    """ISO 639-1 or -3, a region is dropped; null lets Whisper decide."""
    value = fields.optional_text("language", 32)
    if value is None:
        return None
    match = _LANGUAGE.match(value)
    if match is None:
        name = fields.name("language")
        raise invalid(name, f"`{name}` must be an ISO 639 code like ko or en.")
    return match.group(1).lower()


def _apply_output(config: SessionConfig, output: Fields) -> SessionConfig:
    output.only(("format", "voice", "speed"))
    check_output_format(output)
    if output.has("voice"):
        voice = output.raw("voice")
        if isinstance(voice, dict):  # GA's form for custom voices
            config = replace(config, voice=Fields(voice, output.name("voice")).text("id", 128))
        else:
            config = replace(config, voice=output.optional_text("voice", 128))
    if output.raw("speed") is not None:
        config = replace(config, speed=output.number("speed", 0.25, 1.5))
    return config


def check_output_format(output: Fields) -> None:
    shape = output.fields("format")
    if shape is not None:
        _read_format(shape, OUTPUT_RATE_HZ, OUTPUT_RATE_HZ, OUTPUT_RATE_HZ)


def _read_format(fields: Fields, current: int, low: int, high: int) -> int:
    fields.only(("type", "rate"))
    kind = fields.optional_text("type", 64)
    if kind not in (None, "audio/pcm"):
        raise WireError(_PCM_ONLY.format(kind), code="unsupported_parameter", param=fields.name("type"))
    return current if fields.raw("rate") is None else fields.integer("rate", low, high)


def _apply_moui(session: WireSession, moui: Fields) -> WireSession:
    moui.only(("playout_reports",))
    return replace(session, playout_reports=moui.boolean("playout_reports", session.playout_reports))


def show_session(session: WireSession) -> dict[str, Any]:
    """The session object of session.created and session.updated."""
    config = session.config
    transcription = {"model": session.transcription_model, "language": config.language}
    if config.transcription_prompt:
        transcription["prompt"] = config.transcription_prompt
    return {
        "type": "realtime",
        "object": "realtime.session",
        "id": session.id,
        "model": session.model,
        "output_modalities": ["audio" if config.audio else "text"],
        "instructions": config.instructions,
        "max_output_tokens": "inf" if session.unlimited_tokens else config.max_tokens,
        "tools": [],
        "tool_choice": "none",
        "truncation": "auto",
        "audio": {
            "input": {
                "format": {"type": "audio/pcm", "rate": session.input_rate_hz},
                "transcription": transcription if session.transcription_events else None,
                "noise_reduction": None,
                "turn_detection": show_turn_detection(config.turn_detection),
            },
            "output": {
                "format": {"type": "audio/pcm", "rate": OUTPUT_RATE_HZ},
                "voice": config.voice,
                "speed": config.speed,
            },
        },
        "moui": {"playout_reports": session.playout_reports},
    }
