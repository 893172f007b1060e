"""eSpeak NG: the last resort for a language that has no better voice here. Hard to listen to, and says what it is.

eSpeak NG is GPL-3: its library is opened inside `load` only, which runs in a worker process of its own.
Settings: languages (of VOICES; all of them where not given).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from models.ports import EngineError, Role, SpeechChunk, SynthesizeRequest, Voice
from models.registry import EngineOptions, EngineSpec

if TYPE_CHECKING:
    from models.engines.espeak_library import EspeakLibrary

VOICES = {
    "ko": (Voice("espeak-ko", "ko", "espeak", "eSpeak (Korean, robotic)", last_resort=True), "ko"),
    "en": (Voice("espeak-en", "en", "espeak", "eSpeak (English, robotic)", last_resort=True), "en-us"),
}
"""By language: the voice as offered, and eSpeak's own name for it."""

SLOWEST, FASTEST = 0.5, 2.5
CHUNK_S = 0.5


class EspeakEngine:
    """A TextToSpeechEngine. A hundred times faster than speech: a fragment is made whole, then handed on in pieces."""

    def __init__(self, library: EspeakLibrary, languages: tuple[str, ...]) -> None:
        self._library = library
        self._names = {voice.id: (voice, name) for key, (voice, name) in VOICES.items() if key in languages}

    def voices(self) -> tuple[Voice, ...]:
        return tuple(voice for voice, _ in self._names.values())

    def synthesize(self, request: SynthesizeRequest) -> Iterator[SpeechChunk]:
        """Raises EngineError for a voice that is not one of `voices()`."""
        if request.voice not in self._names:
            raise EngineError(f"eSpeak offers no voice '{request.voice}'.")
        if not request.text.strip():
            return
        _, name = self._names[request.voice]
        speed = min(FASTEST, max(SLOWEST, request.speed))
        samples = self._library.speak(request.text, name, speed)
        rate = self._library.sample_rate_hz
        step = round(CHUNK_S * rate)
        for start in range(0, len(samples), step):
            yield SpeechChunk(samples[start : start + step], rate)

    def interrupt(self) -> None:
        """From another thread: stop the running call."""
        self._library.stop()

    def warm_up(self) -> None:
        for voice in self.voices():
            for _ in self.synthesize(SynthesizeRequest("1", voice.id, voice.language)):
                pass

    def close(self) -> None:
        self._library.close()


def load(options: EngineOptions) -> EspeakEngine:
    """Raises EngineUnavailable."""
    from models.engines.espeak_library import EspeakLibrary

    return EspeakEngine(EspeakLibrary(), tuple(options.settings.get("languages", VOICES)))


SPEC = EngineSpec(name="espeak", role=Role.TTS, load=load)
