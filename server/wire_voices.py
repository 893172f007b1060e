"""Which voice names a session may ask for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from models.ports import Voice
from server.wire_fields import clip, invalid
from server.wire_session import WireSession

OPENAI_VOICES = frozenset(
    ("alloy", "ash", "ballad", "cedar", "coral", "echo", "fable", "marin", "nova", "onyx", "sage", "shimmer", "verse")
)
"""Names that examples and SDK defaults carry; they stand for "any voice"."""


def check_voice(session: WireSession, voices: Sequence[Voice]) -> tuple[WireSession, str | None]:
    """The session with a voice that exists, and a sentence for the user where OpenAI's was replaced.

    While no voice is known yet (the models load) every name passes: the voice session falls back by language. Raises
    WireError for a name that is neither ours nor OpenAI's.
    """
    wanted = session.config.voice
    if wanted is None or any(voice.id == wanted for voice in voices):
        return session, None
    if wanted in OPENAI_VOICES:
        session = replace(session, config=replace(session.config, voice=None))
        return session, f"The voice {wanted} exists at OpenAI only; the best local voice of the language is used."
    if not voices:
        return session, None
    known = ", ".join(voice.id for voice in voices[:10])
    raise invalid("session.audio.output.voice", f"There is no voice {clip(wanted)}; there are: {known}.")
