"""Casting: which voice says a reply, and what the user has to know about it, once a session."""

from __future__ import annotations

from collections.abc import Callable

from models.ports import TextToSpeech, Voice
from voice.events import Notice, SessionEvent


class Casting:
    def __init__(
        self, tts: TextToSpeech, chosen: Callable[[], str | None], emit: Callable[[SessionEvent], None]
    ) -> None:
        """`chosen` tells the voice that the session is configured with."""
        self._tts = tts
        self._chosen = chosen
        self._emit = emit
        self._noticed: set[str] = set()

    def voice(self, language: str, wanted: str | None = None) -> Voice | None:
        """The voice for a language, the wanted one where there is one; None: replies are text."""
        voice = self._tts.voice_for(language, wanted or self._chosen())
        if voice is None:
            self._notice("no_voice", f"No installed voice speaks “{language}”: replies are shown as text.")
        elif voice.last_resort:
            self._notice("last_resort_voice", f"{voice.name} is a last-resort voice; better ones can be installed.")
        elif not voice.local:
            self._notice("voice_not_local", f"{voice.name} is a cloud voice: what moui says is sent to its provider.")
        return voice

    def _notice(self, code: str, message: str) -> None:
        if code not in self._noticed:
            self._noticed.add(code)
            self._emit(Notice(code, message))
