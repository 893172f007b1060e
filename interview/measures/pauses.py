"""Silences inside an answer, from the recording's energy where there is one, else from the gaps between words. Pure.

Whisper's word times lean over the silences beside them, so energy goes first: a frame is silent when it lies 25 dB
below the loud parts (de Jong & Wempe 2009), or near the recording's own noise floor.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from interview.measures.shapes import Span
from interview.shapes import HeardWord
from models.ports import MIC_RATE_HZ, Pcm

PAUSE = round(0.25 * MIC_RATE_HZ)
"""Samples: a silence over 250 ms is a pause (Goldman-Eisler 1968); below it lie stop consonants."""

_FRAME = 160  # 10 ms
_BELOW_LOUD_DB = 25.0
_ABOVE_FLOOR_DB = 6.0
_CLEAR_DB = 12.0  # between floor and loud parts; with less, silence cannot be told from speech
_CLICK = round(0.06 * MIC_RATE_HZ)


def listen(words: Sequence[HeardWord], audio: Pcm | None, offset: int) -> tuple[Span, tuple[Span, ...]]:
    """The answer from its first sound to its last, and the pauses in between. `words` is not empty; `audio`, if any,
    begins at sample `offset` of the stream. A silence that the first or last word's time reaches into is cut off."""
    whole = Span(words[0].start_sample, max(word.end_sample for word in words))
    heard = None if audio is None else _silences(audio, offset)
    if heard is None:
        gaps = tuple(
            Span(before.end_sample, after.start_sample)
            for before, after in pairwise(words)
            if after.start_sample - before.end_sample > PAUSE
        )
        return whole, gaps
    first, last = words[0].end_sample, words[-1].start_sample
    start = max(
        [whole.start_sample, *(s.end_sample for s in heard if _at(s, whole.start_sample) and s.end_sample < first)]
    )
    end = min(
        [whole.end_sample, *(s.start_sample for s in heard if _at(s, whole.end_sample) and s.start_sample > last)]
    )
    inside = tuple(s for s in heard if start < s.start_sample and s.end_sample < end)
    return Span(start, end), inside


def _at(silence: Span, sample: int) -> bool:
    return silence.start_sample <= sample <= silence.end_sample


def _silences(audio: Pcm, offset: int) -> tuple[Span, ...] | None:
    """Silent stretches over 250 ms; None where the recording is too short or too noisy to tell."""
    count = audio.size // _FRAME
    if count * _FRAME < PAUSE:
        return None
    power = np.square(audio[: count * _FRAME].astype(np.float64)).reshape(count, _FRAME).mean(axis=1)
    smooth = np.convolve(power, np.ones(3) / 3, mode="same")
    level = 10.0 * np.log10(np.maximum(smooth, 1e-12))
    floor, loud = float(np.percentile(level, 5)), float(np.percentile(level, 95))
    if loud - floor < _CLEAR_DB:
        return None
    silent = level < max(loud - _BELOW_LOUD_DB, floor + _ABOVE_FLOOR_DB)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], silent.astype(np.int8), [0]))))
    spans = [
        Span(offset + int(a) * _FRAME, offset + int(b) * _FRAME) for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
    return tuple(span for span in _without_clicks(spans) if span.end_sample - span.start_sample > PAUSE)


def _without_clicks(spans: list[Span]) -> list[Span]:
    """Two silences with only a click between them (a lip, a chair) are one."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.start_sample - joined[-1].end_sample < _CLICK:
            joined[-1] = Span(joined[-1].start_sample, span.end_sample)
        else:
            joined.append(span)
    return joined


def runs_between(whole: Span, pauses: Sequence[Span]) -> tuple[Span, ...]:
    """The stretches of speech that the pauses leave of the whole."""
    starts = [whole.start_sample, *(pause.end_sample for pause in pauses)]
    ends = [*(pause.start_sample for pause in pauses), whole.end_sample]
    return tuple(Span(a, b) for a, b in zip(starts, ends, strict=True) if b > a)
