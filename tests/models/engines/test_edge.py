"""The online voices without the network: real MP3 bytes from a stand-in of edge-tts, and what is said when it fails."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any

import aiohttp
import av
import numpy as np
import pytest

from models.engines.edge import SPEC, EdgeEngine, load
from models.engines.mp3 import Mp3Stream
from models.ports import EngineError, Role, SpeechChunk, SynthesizeRequest
from models.registry import EngineOptions

RATE = 24_000
Behaviour = Callable[[], AsyncGenerator[dict[str, Any], None]]


def tone(seconds: float) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def mp3(audio: np.ndarray) -> bytes:
    """What the service sends: 24 kHz, mono, 48 kbit/s."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp3") as container:
        stream = container.add_stream("mp3", rate=RATE, layout="mono")
        stream.bit_rate = 48_000
        frame = av.AudioFrame.from_ndarray((audio * 32767).astype(np.int16)[np.newaxis], format="s16", layout="mono")
        frame.sample_rate = RATE
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE, frame_size=stream.frame_size)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return target.getvalue()


def joined(chunks: list[SpeechChunk]) -> np.ndarray:
    assert {chunk.sample_rate_hz for chunk in chunks} == {RATE}
    return np.concatenate([chunk.audio for chunk in chunks])


def loudest_hz(audio: np.ndarray) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(audio))) * RATE / len(audio))


@pytest.fixture
def engine() -> Iterator[EdgeEngine]:
    engine = load(EngineOptions(settings={"connect_s": 1, "silence_s": 1}))
    yield engine
    engine.close()


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Callable[[Behaviour], list[dict[str, Any]]]:
    """Put `behaviour` in the place of the service; returns what it is asked."""

    def install(behaviour: Behaviour) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = []

        class Communicate:
            def __init__(self, text: str, voice: str, **options: Any) -> None:
                asked.append({"text": text, "voice": voice, **options})

            def stream(self) -> AsyncGenerator[dict[str, Any], None]:
                return behaviour()

        monkeypatch.setattr("edge_tts.Communicate", Communicate)
        return asked

    return install


def pieces(data: bytes, size: int = 720) -> Behaviour:
    async def stream() -> AsyncGenerator[dict[str, Any], None]:
        for start in range(0, len(data), size):
            yield {"type": "audio", "data": data[start : start + size]}
            yield {"type": "SentenceBoundary", "offset": 0, "duration": 0, "text": "x"}

    return stream


def failing(error: Exception) -> Behaviour:
    async def stream() -> AsyncGenerator[dict[str, Any], None]:
        raise error
        yield {}

    return stream


def request(text: str = "안녕하세요", voice: str = "ko-KR-SunHiNeural", speed: float = 1.0) -> SynthesizeRequest:
    return SynthesizeRequest(text, voice, "ko", speed)


def test_it_takes_no_lease_and_its_voices_say_that_the_text_leaves(engine: EdgeEngine) -> None:
    assert (SPEC.role, SPEC.device_bound) == (Role.TTS, False)
    assert {voice.language for voice in engine.voices()} == {"ko", "en"}
    assert not any(voice.local for voice in engine.voices())


@pytest.mark.parametrize("size", [1, 100, 144, 5000, 10**6])
def test_mp3_is_decoded_however_it_is_cut(size: int) -> None:
    data = mp3(tone(0.6))
    stream = Mp3Stream()
    chunks = [chunk for start in range(0, len(data), size) for chunk in stream.feed(data[start : start + size])]
    audio = joined(chunks + list(stream.flush()))
    assert len(audio) / RATE == pytest.approx(0.6, abs=0.12)
    assert np.abs(audio).max() == pytest.approx(0.5, abs=0.05)
    assert loudest_hz(audio) == pytest.approx(440, abs=5)


def test_audio_comes_while_the_stream_still_runs(engine: EdgeEngine, service: Any) -> None:
    service(pieces(mp3(tone(2.0))))
    chunks = list(engine.synthesize(request()))
    assert len(chunks) > 5
    assert len(joined(chunks)) / RATE == pytest.approx(2.0, abs=0.12)


def test_voice_and_speed_are_passed_on(engine: EdgeEngine, service: Any) -> None:
    asked = service(pieces(mp3(tone(0.3))))
    for speed in (1.0, 0.8, 1.25, 9.0):
        list(engine.synthesize(request(speed=speed)))
    assert [call["rate"] for call in asked] == ["+0%", "-20%", "+25%", "+100%"]
    assert {call["voice"] for call in asked} == {"ko-KR-SunHiNeural"}


def test_nothing_to_say_asks_nobody(engine: EdgeEngine, service: Any) -> None:
    asked = service(pieces(b""))
    assert list(engine.synthesize(request("  "))) == []
    assert asked == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (aiohttp.ClientConnectionError("no route"), "no route"),
        (OSError("name not known"), "name not known"),
        (TimeoutError(), "did not answer in time"),
        (aiohttp.ClientPayloadError(), "ClientPayloadError"),
    ],
)
def test_a_failing_service_is_one_sentence(engine: EdgeEngine, service: Any, error: Exception, words: str) -> None:
    service(failing(error))
    with pytest.raises(EngineError, match=f"The online voice cannot be reached: .*{words}"):
        list(engine.synthesize(request()))


def test_the_services_own_errors_are_sentences_too(engine: EdgeEngine, service: Any) -> None:
    import edge_tts

    service(failing(edge_tts.exceptions.NoAudioReceived("No audio was received.")))
    with pytest.raises(EngineError, match="No audio was received"):
        list(engine.synthesize(request()))


def test_audio_that_is_none_is_one_sentence_or_nothing(engine: EdgeEngine, service: Any) -> None:
    service(pieces(b"this is not an MP3 stream at all" * 100))
    with pytest.raises(EngineError, match="could not be decoded"):
        list(engine.synthesize(request()))


def test_a_silent_service_is_given_up(engine: EdgeEngine, service: Any) -> None:
    async def silent() -> AsyncGenerator[dict[str, Any], None]:
        await asyncio.Event().wait()
        yield {}

    service(silent)
    with pytest.raises(EngineError, match="did not answer in time"):
        list(engine.synthesize(request()))


def test_waiting_can_be_interrupted_and_the_next_call_works(engine: EdgeEngine, service: Any) -> None:
    waiting = threading.Event()

    async def silent() -> AsyncGenerator[dict[str, Any], None]:
        waiting.set()
        await asyncio.Event().wait()
        yield {}

    def interrupt() -> None:
        waiting.wait()
        engine.interrupt()

    service(silent)
    helper = threading.Thread(target=interrupt)
    helper.start()
    with pytest.raises(EngineError, match="interrupted"):
        list(engine.synthesize(request()))
    helper.join()
    service(pieces(mp3(tone(0.3))))
    assert list(engine.synthesize(request()))


def test_closing_the_stream_ends_the_connection(engine: EdgeEngine, service: Any) -> None:
    ended: list[bool] = []

    async def watched() -> AsyncGenerator[dict[str, Any], None]:
        try:
            async for message in pieces(mp3(tone(2.0)))():
                yield message
        finally:
            ended.append(True)

    service(watched)
    stream = engine.synthesize(request())
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert ended == [True]


def test_an_unknown_voice_is_a_sentence(engine: EdgeEngine) -> None:
    with pytest.raises(EngineError, match="no online voice 'nobody'"):
        list(engine.synthesize(request(voice="nobody")))


def test_without_a_network_it_is_one_sentence(engine: EdgeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real library against an address at which nobody listens."""
    monkeypatch.setattr("edge_tts.communicate.WSS_URL", "ws://127.0.0.1:9/nothing?a=b")
    with pytest.raises(EngineError, match=r"^The online voice cannot be reached: [^<]*(Connect|refused)[^<]*$"):
        list(engine.synthesize(request()))
