"""How soon somebody who speaks over a reply is noticed, and what else is taken for that: the endpointer's rule alone.

From the first audible sample, as `moui latency` counts, to the end of the window at which the player is held. Each
phrase begins at eight places in a window, over two levels of room tone. What is no speech is counted a minute.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import soxr

from models.engines import silero
from models.ports import MIC_RATE_HZ, VAD_WINDOW, Pcm
from models.registry import EngineOptions
from server.caller.latency.sounds import cough, noise_at, rms, spoken
from server.caller.latency.speech import texts
from server.caller.sound import Clip
from tests.bench.barge_in import meanings
from tests.bench.barge_in.echoes import WEIGHTS, amplitude
from tests.bench.barge_in.speaking import piper_speaks
from tests.models.engines import clips
from voice.endpointer import CONFIRM_SAMPLES, Endpointer
from voice.events import OUTPUT_RATE_HZ, TurnDetection
from voice.overlap import NEVER
from voice.speech_events import SpeechStarted

BEFORE = MIC_RATE_HZ
PHRASES = (
    "No, wait.",
    "Stop.",
    "Excuse me.",
    "I have a question.",
    "What was that?",
    "Can I ask something?",
    "Sorry, could you say that again?",
    "Please wait a moment.",
    "My team was smaller than that.",
    "He never said so.",
    "Let me add something.",
)


def measure() -> list[dict[str, object]]:
    vad = silero.load(EngineOptions(directory=WEIGHTS / "silero-vad"))
    rows = []
    for rule, confirm in (("over a reply", NEVER), ("else", CONFIRM_SAMPLES)):
        late = [delay for clip in _phrases() for delay in _delays(vad, clip, confirm)]
        p50, p95 = np.percentile(late, (50, 95))
        rows.append(
            {"rule": rule, "onsets": len(late), "p50 ms": round(p50), "p95 ms": round(p95), "most ms": round(max(late))}
            | {f"{name} a minute": _a_minute(vad, sounds, confirm) for name, sounds in _others().items()}
        )
    return rows


def _phrases() -> Iterator[Clip]:
    for text in (*texts()["interruptions"], *PHRASES):
        said = piper_speaks(text)
        if said is not None:
            yield spoken(text, [soxr.resample(said.audio, OUTPUT_RATE_HZ, MIC_RATE_HZ)])
    for recording in clips.spoken():
        yield spoken(recording.name, [recording.audio])


def _delays(vad: silero.SileroEngine, clip: Clip, confirm: int) -> Iterator[float]:
    said = clip.audio[: 2 * MIC_RATE_HZ]
    for tone_db in (-70, -60):
        for offset in range(0, VAD_WINDOW, VAD_WINDOW // 8):
            onset = BEFORE + offset + clip.first
            audio = _tone(BEFORE + offset + len(said), tone_db)
            audio[BEFORE + offset :] += said
            yield next(end - onset for end in starts(vad, audio, confirm) if end > onset) / MIC_RATE_HZ * 1000


def _others() -> dict[str, list[Pcm]]:
    noise = clips.clip("noise").audio
    return {
        "coughs": [
            np.concatenate((sound, _tone(MIC_RATE_HZ, -70)))
            for seed in range(30)
            for sound in (cough(seed).audio, meanings.cough(seed))
        ],
        "noise": [noise_at(noise, 10.0), noise_at(noise, 0.0)],
        "typing": [_typing(seed) for seed in range(3)],
        "music": [_music(seed) for seed in range(3)],
    }


def _a_minute(vad: silero.SileroEngine, sounds: list[Pcm], confirm: int) -> float:
    minutes = sum(map(len, sounds)) / MIC_RATE_HZ / 60
    return round(sum(len(starts(vad, sound, confirm)) for sound in sounds) / minutes, 1)


def starts(vad: silero.SileroEngine, audio: Pcm, confirm: int) -> list[int]:
    """Ends of the windows at which speech is announced."""
    endpointer, stream = Endpointer(TurnDetection()), vad.new()
    return [
        end
        for end in range(VAD_WINDOW, len(audio) + 1, VAD_WINDOW)
        for event in endpointer.push(stream.probability(audio[end - VAD_WINDOW : end]), end, confirm)
        if isinstance(event, SpeechStarted)
    ]


def _tone(size: int, level_db: float) -> Pcm:
    return np.random.default_rng(size).standard_normal(size, np.float32) * np.float32(amplitude(level_db))


def _typing(seed: int) -> Pcm:
    """Four keys a second."""
    random, audio = np.random.default_rng(seed), _tone(20 * MIC_RATE_HZ, -65)
    for at in random.integers(0, len(audio) - 800, 80):
        audio[at : at + 800] += 0.15 * random.standard_normal(800, np.float32) * np.exp(-np.arange(800) / 120)
    return audio


def _music(seed: int) -> Pcm:
    """Two plucked notes a second, with five harmonics."""
    random, audio = np.random.default_rng(seed), np.zeros(20 * MIC_RATE_HZ, np.float32)
    for at in range(0, len(audio) - MIC_RATE_HZ, MIC_RATE_HZ // 2):
        time, pitch = np.arange(MIC_RATE_HZ) / MIC_RATE_HZ, 220 * 2 ** (random.integers(-12, 24) / 12)
        note = sum(np.sin(2 * np.pi * pitch * harmonic * time) / harmonic for harmonic in range(1, 6))
        audio[at : at + MIC_RATE_HZ] += (note * np.exp(-3 * time)).astype(np.float32)
    return audio / np.float32(rms(audio)) * np.float32(amplitude(-28))
