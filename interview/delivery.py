"""Delivery: how the answers were spoken, measured from word times and recordings on the session's one clock.

No word of it reaches the judge of the content. Typed answers have no sound: where all were typed, every measure is
None. See measures/shapes.py for the shapes, measures/references.py for what is compared with, and where from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from interview.measures import references
from interview.measures.fillers import Filler, find_fillers
from interview.measures.moments import fastest_and_slowest, flattest, late_onsets, longest, quietest
from interview.measures.pauses import listen, runs_between
from interview.measures.pitch import PitchTrack, track
from interview.measures.shapes import Delivery, Measure, Moment, Span, TurnDelivery, judged
from interview.measures.units import amount
from interview.shapes import InterviewRecord, Turn
from models.ports import MIC_RATE_HZ, Pcm

Recordings = Callable[[int], Pcm | None]
"""A turn's recording by its number: mono float32, 16 kHz, whose first sample is the turn's `start_sample`; or None."""

_LEAST_SPEECH_S = 3.0  # a rate over less says nothing


@dataclass(frozen=True, slots=True)
class _Spoken:
    """One spoken answer, measured. `units` are syllables in Korean, words in English."""

    turn: Turn
    question: Turn | None
    span: Span
    units: int
    pauses: tuple[Span, ...]
    runs: tuple[Span, ...]
    fillers: tuple[Filler, ...]
    pitch: PitchTrack | None

    @property
    def onset_s(self) -> float | None:
        """None where the candidate spoke before the question had ended: that is an interruption."""
        if self.question is None or self.question.interrupted:
            return None
        gap = self.span.start_sample - self.question.end_sample
        return gap / MIC_RATE_HZ if gap >= 0 else None

    @property
    def rate(self) -> float | None:
        return self.units * 60 / self.span.seconds if self.span.seconds >= _LEAST_SPEECH_S else None


def analyse(record: InterviewRecord, audio: Recordings) -> Delivery:
    """Reads each recording once. Takes about 2 % of the recordings' length on one core: not for the event loop."""
    language = record.plan.request.language
    answers = [turn for turn in record.turns if turn.speaker == "candidate" and turn.intent in ("", "answer")]
    spoken = [_measure(turn, record.turns, audio(turn.number)) for turn in answers if turn.words]
    typed = sum(1 for turn in answers if not turn.words)
    measures = (
        _onset(spoken),
        _rate(spoken, language),
        _pauses_per_minute(spoken),
        _mean_pause(spoken),
        _mean_run(spoken, language),
        _fillers(spoken, language),
        _pitch(spoken),
        _loudness(spoken),
        _talk_share(spoken, record.turns, typed),
        _interruptions(spoken, record.turns),
    )
    return Delivery(language, measures, tuple(_line(one) for one in spoken), typed)


def _measure(turn: Turn, turns: Sequence[Turn], audio: Pcm | None) -> _Spoken:
    words, offset = turn.words, turn.start_sample
    span, pauses = listen(words, audio, offset)
    pitch = None if audio is None else track(audio)
    said_before = [other for other in turns if other.number < turn.number]
    question = said_before[-1] if said_before and said_before[-1].speaker == "interviewer" else None
    return _Spoken(
        turn,
        question,
        span,
        sum(amount(word.text, turn.language) for word in words),
        pauses,
        runs_between(span, pauses),
        find_fillers(words, pauses, pitch, offset, turn.language),
        pitch,
    )


def _line(one: _Spoken) -> TurnDelivery:
    question = one.question
    return TurnDelivery(
        one.turn.number,
        one.turn.question_id,
        one.span,
        None if question is None else Span(question.start_sample, question.end_sample),
        one.onset_s,
        one.rate,
        one.runs,
        one.pauses,
        tuple(filler.span for filler in one.fillers),
        None if one.pitch is None else one.pitch.spread_st(),
        None if one.pitch is None else one.pitch.level_spread_db(),
    )


def _onset(spoken: list[_Spoken]) -> Measure:
    onsets = [(one, one.onset_s) for one in spoken if one.onset_s is not None]
    value = median(seconds for _, seconds in onsets) if onsets else None
    spans = [
        (one.turn.number, Span(one.question.end_sample, one.span.start_sample)) for one, _ in onsets if one.question
    ]
    return judged("onset", value, "s", references.ONSET, late_onsets(spans))


def _speech_s(spoken: list[_Spoken]) -> float:
    return sum(one.span.seconds for one in spoken)


def _enough(spoken: list[_Spoken]) -> bool:
    return _speech_s(spoken) >= _LEAST_SPEECH_S


def _rate(spoken: list[_Spoken], language: str) -> Measure:
    unit = "syllables/min" if language == "ko" else "words/min"
    reference = references.rate(language)
    value = sum(one.units for one in spoken) * 60 / _speech_s(spoken) if _enough(spoken) else None
    moments = fastest_and_slowest([one.turn for one in spoken], language, reference)
    return judged("rate", value, unit, reference, moments)


def _pauses_per_minute(spoken: list[_Spoken]) -> Measure:
    count = sum(len(one.pauses) for one in spoken)
    value = count * 60 / _speech_s(spoken) if _enough(spoken) else None
    spans = [(one.turn.number, pause) for one in spoken for pause in one.pauses]
    return judged("pauses", value, "/min", references.PAUSES, longest(spans, "long_pause", 1.0))


def _mean_pause(spoken: list[_Spoken]) -> Measure:
    pauses = [pause.seconds for one in spoken for pause in one.pauses]
    return judged("pause_length", float(np.mean(pauses)) if pauses else None, "s", references.PAUSES)


def _mean_run(spoken: list[_Spoken], language: str) -> Measure:
    runs = sum(len(one.runs) for one in spoken)
    value = sum(one.units for one in spoken) / runs if runs and _enough(spoken) else None
    return judged("mean_run", value, "syllables" if language == "ko" else "words", references.MEAN_RUN)


def _fillers(spoken: list[_Spoken], language: str) -> Measure:
    words = sum(len(one.turn.words) for one in spoken)
    value = sum(len(one.fillers) for one in spoken) * 100 / words if words and _enough(spoken) else None
    moments = tuple(
        Moment(
            one.turn.number,
            filler.span.start_sample,
            filler.span.end_sample,
            "filler",
            filler.span.seconds,
            filler.text,
        )
        for one in spoken
        for filler in one.fillers
    )
    by_length = tuple(sorted(moments, key=lambda moment: -(moment.amount or 0.0)))
    return judged("fillers", value, "/100 words", references.fillers(language), by_length, estimate=True)


def _pitch(spoken: list[_Spoken]) -> Measure:
    """The speaker's answers together, about one median: a voice that only differs between answers varies too."""
    kept = [one.pitch.kept_semitones() for one in spoken if one.pitch is not None and one.pitch.spread_st() is not None]
    value = float(np.concatenate(kept).std()) if kept else None
    lines = [(one.turn.number, one.span, one.pitch.spread_st()) for one in spoken if one.pitch is not None]
    return judged("pitch", value, "semitones", references.PITCH, flattest(lines))


def _loudness(spoken: list[_Spoken]) -> Measure:
    """Within each answer, then the mean: between answers a microphone may have been moved."""
    spreads = [one.pitch.level_spread_db() for one in spoken if one.pitch is not None]
    there = [spread for spread in spreads if spread is not None]
    runs = [
        (
            one.turn.number,
            run,
            one.pitch.level_in(run, one.turn.start_sample),
            one.pitch.level_in(one.span, one.turn.start_sample),
        )
        for one in spoken
        if one.pitch is not None
        for run in one.runs
    ]
    return judged("loudness", float(np.mean(there)) if there else None, "dB", references.LOUDNESS, quietest(runs))


def _talk_share(spoken: list[_Spoken], turns: Sequence[Turn], typed: int) -> Measure:
    """None where some answers were typed: a share of half a conversation says nothing."""
    asked = (
        sum(max(0, turn.end_sample - turn.start_sample) for turn in turns if turn.speaker == "interviewer")
        / MIC_RATE_HZ
    )
    told = _speech_s(spoken)
    value = 100 * told / (told + asked) if spoken and asked and not typed else None
    return judged("talk_share", value, "%", references.TALK_SHARE)


def _interruptions(spoken: list[_Spoken], turns: Sequence[Turn]) -> Measure:
    cut = [turn for turn in turns if turn.speaker == "interviewer" and turn.interrupted]
    moments = tuple(Moment(turn.number, turn.start_sample, turn.end_sample, "interruption") for turn in cut)
    return judged("interruptions", float(len(cut)) if spoken else None, "times", references.INTERRUPTIONS, moments)
