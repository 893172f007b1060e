"""Microsoft Edge's online voices through edge-tts (https://github.com/rany2/edge-tts). Opt-in: text leaves the machine.

Who waits how long for the first sound is decided by the caller (models/voices.py); here are only the limits after
which the service is called unreachable. Settings: connect_s, silence_s (seconds).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from typing import Any

from models.engines.mp3 import Mp3Stream
from models.ports import EngineError, EngineUnavailable, Role, SpeechChunk, SynthesizeRequest, Voice
from models.registry import EngineOptions, EngineSpec

VOICES = tuple(
    Voice(name, language, "edge", f"{title} (Microsoft, online)", local=False)
    for name, language, title in (
        ("ko-KR-SunHiNeural", "ko", "SunHi"),
        ("ko-KR-InJoonNeural", "ko", "InJoon"),
        ("en-US-AvaNeural", "en", "Ava"),
        ("en-US-AndrewNeural", "en", "Andrew"),
        ("en-US-AriaNeural", "en", "Aria"),
        ("en-GB-SoniaNeural", "en", "Sonia"),
    )
)
"""The service has several hundred; these are its interviewers for the two languages, best first."""

CONNECT_S = 4
SILENCE_S = 5
"""Whole seconds, as edge-tts wants them; both below the 10 s after which a silent worker is taken for hung."""


class EdgeEngine:
    """A TextToSpeechEngine that waits for the network. Its event loop runs only while a caller waits for a chunk."""

    def __init__(self, library: Any, client_error: type[Exception], options: EngineOptions) -> None:
        self._library = library
        self._failures = (client_error, library.exceptions.EdgeTTSException, OSError, TimeoutError)
        self._connect_s = int(options.settings.get("connect_s", CONNECT_S))
        self._silence_s = int(options.settings.get("silence_s", SILENCE_S))
        self._loop = asyncio.new_event_loop()
        self._waiting: asyncio.Task[dict[str, Any] | None] | None = None

    def voices(self) -> tuple[Voice, ...]:
        return VOICES

    def synthesize(self, request: SynthesizeRequest) -> Iterator[SpeechChunk]:
        """Audio as it arrives. Raises EngineError with a sentence when the service cannot be reached or refuses."""
        if request.voice not in {voice.id for voice in VOICES}:
            raise EngineError(f"There is no online voice '{request.voice}'.")
        if not request.text.strip():
            return
        stream = self._stream(request)
        decoder = Mp3Stream()
        try:
            while (message := self._wait(stream)) is not None:
                if message["type"] == "audio":
                    yield from decoder.feed(message["data"])
            yield from decoder.flush()
        except asyncio.CancelledError:
            raise EngineError("The online voice was interrupted.") from None
        except self._failures as error:
            raise EngineError(f"The online voice cannot be reached: {_reason(error)}.") from error
        finally:
            self._loop.run_until_complete(stream.aclose())

    def interrupt(self) -> None:
        """From another thread: stop waiting for the network."""
        waiting = self._waiting
        if waiting is not None:
            self._loop.call_soon_threadsafe(waiting.cancel)

    def warm_up(self) -> None:
        """Nothing: a connection made in advance would tell the service that somebody is there before anyone spoke."""

    def close(self) -> None:
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def _stream(self, request: SynthesizeRequest) -> AsyncGenerator[dict[str, Any], None]:
        speaker = self._library.Communicate(
            request.text,
            request.voice,
            rate=f"{round((min(2.0, max(0.5, request.speed)) - 1) * 100):+d}%",
            connect_timeout=self._connect_s,
            receive_timeout=self._silence_s,
        )
        stream: AsyncGenerator[dict[str, Any], None] = speaker.stream()
        return stream

    def _wait(self, stream: AsyncGenerator[dict[str, Any], None]) -> dict[str, Any] | None:
        """The next message, or None at the end. edge-tts bounds single socket operations; here is a bound for all."""

        async def following() -> dict[str, Any] | None:
            async with asyncio.timeout(self._connect_s + self._silence_s):
                return await anext(stream, None)

        self._waiting = self._loop.create_task(following())
        try:
            return self._loop.run_until_complete(self._waiting)
        finally:
            self._waiting = None


def _reason(error: Exception) -> str:
    """In a few words, without an address or the text in it."""
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    error = getattr(error, "os_error", error)  # aiohttp wraps what the system said in an address and an SSL object
    return (str(error).splitlines() or [""])[0].rstrip(". ") or type(error).__name__


def load(options: EngineOptions) -> EdgeEngine:
    """Opens no connection. Raises EngineUnavailable when edge-tts is not installed."""
    try:
        import aiohttp
        import edge_tts
    except ImportError as error:
        raise EngineUnavailable(f"The online voices need edge-tts, which is not installed: {error}.") from error
    return EdgeEngine(edge_tts, aiohttp.ClientError, options)


SPEC = EngineSpec(name="edge", role=Role.TTS, load=load, device_bound=False)
