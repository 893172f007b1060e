"""How much of an interrupted reply was heard, found out apart from the server: Whisper transcribes the very samples,
its word times are laid against the reply's text, and the words whose middle was played are counted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import cast

import numpy as np

from models.ports import EngineError, SpeechToTextEngine, TranscribeRequest, Word
from models.registry import EngineOptions, engine_spec
from server.caller.latency.over_reply import Cut
from voice.audio import StreamResampler
from voice.events import OUTPUT_RATE_HZ

BEYOND_S = 3.0
"""Whisper hears this much more than was played, so that the words at the cut are whole."""

MODEL = "whisper-base"


def heard_words(cuts: Sequence[Cut], models_dir: Path) -> None:
    """Fill in `kept_words` and `heard_words`; the latter stays None where the recogniser's model is not here."""
    for cut in cuts:
        cut.interruption.kept_words = len(cut.kept.split())
    try:
        options = EngineOptions(models_dir / MODEL, threads=2, settings={"compute_type": "int8", "beam_size": 1})
        engine = cast(SpeechToTextEngine, engine_spec("whisper").load(options))
    except EngineError:
        return
    for cut in cuts:
        resampler = StreamResampler(OUTPUT_RATE_HZ)
        part = cut.audio[: cut.played + round(BEYOND_S * OUTPUT_RATE_HZ)]
        audio = np.concatenate((resampler.process(part), resampler.flush()))[: 30 * 16_000]
        heard = next(iter(engine.transcribe(TranscribeRequest(audio, "en"))))
        cut.interruption.heard_words = words_played(cut.text.split(), heard.words, cut.played / OUTPUT_RATE_HZ)


def words_played(said: Sequence[str], heard: Sequence[Word], played_s: float) -> int | None:
    """Of the words `said`, those whose middle lies before `played_s`. None where Whisper heard something else.

    Words that Whisper wrote otherwise are placed evenly between their neighbours."""
    match = SequenceMatcher(a=[_plain(word) for word in said], b=[_plain(word.text) for word in heard], autojunk=False)
    middles: dict[int, float] = {}
    for start, at, size in match.get_matching_blocks():
        for offset in range(size):
            word = heard[at + offset]
            middles[start + offset] = (word.start_s + word.end_s) / 2
    if len(middles) < 2:
        return None
    known = sorted(middles)
    spacing = (middles[known[-1]] - middles[known[0]]) / max(1, known[-1] - known[0])
    places = np.interp(range(len(said)), known, [middles[index] for index in known])
    for index in range(known[-1] + 1, len(said)):  # np.interp stands still beyond the last one known
        places[index] = middles[known[-1]] + (index - known[-1]) * spacing
    return int(np.sum(places <= played_s))


def _plain(word: str) -> str:
    return re.sub(r"[^\w]", "", word).lower()
