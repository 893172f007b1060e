"""What Whisper writes of short speech over a reply, and what is made of it.

Spoken by Piper, in English: eSpeak's Korean is not understood by Whisper. No cough could be had: bursts of shaped noise
stand for them.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import soxr

from models.engines import whisper
from models.ports import MIC_RATE_HZ, Pcm, TranscribeRequest, Transcription
from models.registry import EngineOptions
from tests.bench.barge_in.speaking import piper_speaks
from voice.events import OUTPUT_RATE_HZ
from voice.hallucination import is_hallucination
from voice.interruption import Meaning, meaning

WEIGHTS = Path(__file__).parents[3] / "models" / "weights"
QUESTION = "Tell me about a project you are proud of, and what made it hard."

SAID = {
    Meaning.INTERRUPTION: (
        "Stop.",
        "Wait.",
        "Wait, wait.",
        "Excuse me.",
        "Sorry, what was that?",
        "Hold on.",
        "No.",
        "Can you repeat that?",
    ),
    Meaning.WORDS: (
        "I have a question.",
        "Actually, I meant the other one.",
        "My team was smaller than that.",
    ),
    Meaning.BACKCHANNEL: (
        "Yeah.",
        "Uh-huh.",
        "Right.",
        "Okay.",
        "I see.",
        "Yes.",
        "Mm-hmm.",
        "Sure.",
        "Got it.",
        "Oh, okay.",
    ),
    Meaning.ECHO: ("a project you are proud of", "and what made it hard", "Tell me about a project"),
}


def cough(seed: int) -> Pcm:
    """A burst of breath, and often a second one: noise with a sharp onset through a wide resonance."""
    random = np.random.default_rng(seed)
    audio = np.zeros(round(0.9 * MIC_RATE_HZ), np.float32)
    for number in range(random.integers(1, 3)):
        size = round(random.uniform(0.15, 0.3) * MIC_RATE_HZ)
        spectrum = np.fft.rfft(random.standard_normal(size))
        frequency = np.fft.rfftfreq(size, 1 / MIC_RATE_HZ)
        spectrum *= 1 / (1 + ((frequency - random.uniform(500, 1_500)) / 700) ** 2)
        burst = np.fft.irfft(spectrum, size) * np.exp(-np.arange(size) / (0.06 * MIC_RATE_HZ))
        at = number * round(0.4 * MIC_RATE_HZ)
        audio[at : at + size] += (burst / np.abs(burst).max() * 0.4).astype(np.float32)
    return audio


def spoken(text: str) -> Pcm | None:
    said = piper_speaks(text)
    return None if said is None else soxr.resample(said.audio, OUTPUT_RATE_HZ, MIC_RATE_HZ)


def judged(heard: Transcription, voiced_s: float) -> Meaning:
    if is_hallucination(heard, voiced_s, "en"):
        return Meaning.NOTHING
    return meaning(heard.text, "en", being_said=QUESTION)


def measure() -> list[dict[str, object]]:
    engine = whisper.load(EngineOptions(directory=WEIGHTS / "whisper-base", threads=1))
    clips = {wanted: [(text, spoken(text)) for text in texts] for wanted, texts in SAID.items()}
    clips[Meaning.NOTHING] = [(f"cough {seed}", cough(seed)) for seed in range(10)]
    rows: list[dict[str, object]] = []
    for seconds in (0.5, 0.8, None):
        for wanted, said in clips.items():
            outcomes: Counter[str] = Counter()
            missed: list[str] = []
            for text, audio in said:
                if audio is None:
                    continue
                clip = audio if seconds is None else audio[: round(seconds * MIC_RATE_HZ)]
                clip = np.concatenate((np.zeros(1_600, np.float32), clip, np.zeros(3_200, np.float32)))
                heard = next(iter(engine.transcribe(TranscribeRequest(clip, "en"))))
                outcome = judged(heard, len(clip) / MIC_RATE_HZ)
                outcomes[outcome] += 1
                if outcome is not wanted:
                    missed.append(f"{text!r}: {heard.text.strip()!r}")
            looked = "all" if seconds is None else f"{seconds} s"
            rows.append({"said": str(wanted), "looked at": looked, **outcomes, "others": missed})
    return rows
