"""Speech with the true place of every word: Piper's own phoneme lengths, eSpeak's own marks."""

from __future__ import annotations

import ctypes
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import soxr

from models.engines import piper
from models.engines.espeak_library import CHARS_UTF8, END_PAUSE, POSITION_CHARACTER, EspeakLibrary
from models.ports import Pcm
from models.registry import EngineOptions
from voice.chunker import Chunker
from voice.events import OUTPUT_RATE_HZ

REPOSITORY = Path(__file__).parents[3]
PIPER = REPOSITORY / "models" / "weights" / "piper-en-us-joe-medium"

NUMBERS = {
    "en": (
        "Thank you. In 2019 you led a team of 12 people, and it grew to 35. What was hardest?",
        "Your CV says 35% faster. How did you measure that, and over how many weeks?",
        "I see. You mentioned AWS, Docker, and an API; which of them did you choose yourself?",
        "So, you cut costs by $40,000 in 2021. Walk me through it, step by step.",
    ),
    "ko": (
        "감사합니다. 2019년에 12명 규모의 팀을 이끄셨는데, 가장 어려웠던 점은 무엇입니까?",
        "이력서에 35% 개선이라고 적으셨습니다. 어떻게 측정하셨습니까?",
    ),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A fragment at 24 kHz; `spans` is where each of its words begins and ends, in samples."""

    text: str
    audio: Pcm
    spans: tuple[tuple[float, float], ...]


def replies(language: str, count: int) -> list[str]:
    """Questions of the bank, every third with its first follow-up, and some with numbers."""
    texts = []
    for path in sorted((REPOSITORY / "interview" / "questions" / language).glob("*.toml")):
        for number, question in enumerate(tomllib.loads(path.read_text("utf-8"))["question"]):
            more = question.get("follow_ups") if number % 3 == 0 else None
            texts.append(" ".join([question["text"], *(more or [])[:1]]))
    return [*texts[:: max(1, len(texts) // count)][:count], *NUMBERS[language]]


def fragments(text: str, language: str) -> list[str]:
    chunker = Chunker(language)
    return chunker.feed(text) + chunker.flush()


@cache
def _joe() -> Any:
    """Piper's voice, with the lengths of its phonemes as a second output.

    The graph computes them (its only Ceil); protobuf merges a message that is appended, so that naming the tensor as an
    output takes a few bytes behind the file, and no ONNX library.
    """
    voice = piper.load(EngineOptions(directory=PIPER, threads=1))._voice
    model = (PIPER / "model.onnx").read_bytes()
    found = re.search(rb"/Ceil_output_0", model)
    assert found is not None, "the model says nothing of its phonemes' lengths"
    assert voice is not None
    output = b"\x0a" + bytes([len(found.group())]) + found.group()
    for tag in (b"\x62", b"\x3a"):  # graph.output inside model.graph
        output = tag + bytes([len(output)]) + output
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    voice.session = onnxruntime.InferenceSession(model + output, options, providers=["CPUExecutionProvider"])
    return voice


def piper_speaks(text: str) -> Spoken | None:
    """None where Piper's words are not the text's (it says "of the" as one)."""
    voice, parts, spans, at = _joe(), [], [], 0
    for chunk in voice.synthesize(text, include_alignments=True):
        if chunk.phoneme_alignments is None:
            return None
        spans += _spans(chunk.phoneme_alignments, at)
        parts.append(np.asarray(chunk.audio_float_array, dtype=np.float32))
        at += len(parts[-1])
    spans = _grouped(spans, [_spoken_words(voice, word) for word in text.split()])
    if not parts or len(spans) != len(text.split()):
        return None
    rate = voice.config.sample_rate
    scale = OUTPUT_RATE_HZ / rate
    audio = soxr.resample(np.concatenate(parts), rate, OUTPUT_RATE_HZ)
    return Spoken(text, audio, tuple((begin * scale, end * scale) for begin, end in spans))


def _spans(alignments: Any, at: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    word: tuple[int, int] | None = None
    for phoneme in alignments:
        end = at + phoneme.num_samples
        if phoneme.phoneme in " ^$":
            spans += [word] if word else []
            word = None
        elif phoneme.phoneme not in '_,.?!;:—…"()-':
            word = (word[0] if word else at, end)
        at = end
    return spans + ([word] if word else [])


def _spoken_words(voice: Any, word: str) -> int:
    return sum("".join(sentence).strip().count(" ") + 1 for sentence in voice.phonemize(word))


def _grouped(spans: list[tuple[int, int]], counts: list[int]) -> list[tuple[int, int]]:
    """Several spoken words may be one written ("2019")."""
    if sum(counts) != len(spans):
        return spans
    grouped, at = [], 0
    for count in counts:
        grouped.append((spans[at][0], spans[at + count - 1][1]))
        at += count
    return grouped


class _Event(ctypes.Structure):
    """espeak_EVENT of speak_lib.h."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique", ctypes.c_uint),
        ("position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("name", ctypes.c_void_p),
    )


class _Marking(EspeakLibrary):
    """Notes the sample of each SSML mark. It swallows the marks of words it joins."""

    SSML, MARK = 0x10, 3

    def speak_words(self, words: list[str]) -> tuple[Pcm, dict[int, int]]:
        self.marks: dict[int, int] = {}
        self._blocks, self._stopped = [], False
        self._library.espeak_SetVoiceByName(b"ko")
        marked = " ".join(f'<mark name="{number}"/>{word}' for number, word in enumerate(words))
        data = marked.encode() + b"\0"
        flags = CHARS_UTF8 | END_PAUSE | self.SSML
        self._library.espeak_Synth(data, len(data), 0, POSITION_CHARACTER, 0, flags, None, None)
        return np.concatenate(self._blocks), self.marks

    def _take(self, samples: Any, count: int, events: Any) -> int:
        event = ctypes.cast(events, ctypes.POINTER(_Event))
        number = 0
        while event[number].type:
            if event[number].type == self.MARK:
                name = ctypes.cast(event[number].name, ctypes.c_char_p).value or b"0"
                self.marks[int(name)] = event[number].sample
            number += 1
        return super()._take(samples, count, events)


@cache
def _espeak() -> _Marking:
    return _Marking()


def espeak_speaks(text: str) -> Spoken | None:
    """Korean. None where eSpeak joined words, and so does not say where they begin."""
    library, words = _espeak(), text.split()
    audio, marks = library.speak_words(words)
    if len(marks) != len(words):
        return None
    loud = np.nonzero(np.abs(audio) > 0.02)[0]
    edges = [marks[number] for number in range(len(words))] + [int(loud[-1]) + 1]
    scale = OUTPUT_RATE_HZ / library.sample_rate_hz
    spans = []
    for begin, end in pairwise(edges):
        inside = loud[(loud >= begin) & (loud < end)]
        spans.append((begin * scale, (int(inside[-1]) + 1 if len(inside) else end) * scale))
    return Spoken(text, soxr.resample(audio, library.sample_rate_hz, OUTPUT_RATE_HZ), tuple(spans))
