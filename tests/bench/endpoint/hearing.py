"""One case through the real Listener: what it hears, when it takes the turn to be over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from models.ports import MIC_RATE_HZ, VAD_WINDOW, EndOfTurnDetector, Pcm, VoiceActivityDetector
from tests.bench.endpoint.corpus import Case, stream_of
from voice.completeness import Verdict, verdict, words_of
from voice.endpointer import CONFIRM_SAMPLES, samples
from voice.hearing import MAY_GO_ON
from voice.listener import Listener
from voice.speech_events import EndpointReached, SpeechEvent, SpeechPaused

TEXT_AFTER_SAMPLES = samples(180)
"""From the pause to its text: one short Whisper window on two cores, and the hop to its process."""

MODEL_AFTER_SAMPLES = samples(250)
"""From the text to the language model's opinion: some ten tokens to evaluate."""

EndsOf = Callable[[Case, str], Awaitable[float | None]]
"""The language model's opinion of a text."""

TextOf = Callable[[Case, Pcm], str]
"""The text of a case, given the microphone's audio up to the pause."""


@dataclass(frozen=True, slots=True)
class Heard:
    case: Case
    text: str
    verdict: Verdict | None
    opinions: tuple[float, ...]
    """smart-turn's, for the silence behind `case.audio`."""
    ends: float | None
    """The language model's, of `text`."""
    cut_in: bool
    """An endpoint before the speech was over: in the pause, or at a breath inside the speech."""
    waited_ms: float | None
    """From the end of a whole utterance to its endpoint."""


class _Noted:
    """An end-of-turn detector that remembers what it said."""

    def __init__(self, inner: EndOfTurnDetector) -> None:
        self._inner = inner
        self.said: list[float] = []

    def probability(self, audio: Pcm) -> float:
        self.said.append(self._inner.probability(audio))
        return self.said[-1]


async def hear(
    case: Case, vad: VoiceActivityDetector, end_of_turn: EndOfTurnDetector, text_of: TextOf, ends_of: EndsOf
) -> Heard:
    """Positions are those of the stream of `stream_of`."""
    stream, end, rest = stream_of(case)
    stop = len(stream) if case.whole else min(len(stream), rest + samples(300))
    detector, events, due = _Noted(end_of_turn), list[SpeechEvent](), list[tuple[int, str]]()
    listener = Listener(
        vad, detector, on_speech=events.append, confirm_samples=lambda: CONFIRM_SAMPLES, deaf=bool, clock=float
    )
    listener.endpointer.expect(case.expected)
    said, ends, model = "", list[int](), list[tuple[int, float]]()
    for position in range(0, stop - VAD_WINDOW + 1, VAD_WINDOW):
        await listener.take(stream[position : position + VAD_WINDOW])
        for event in events:
            if isinstance(event, EndpointReached):
                ends.append(listener.now)
            if isinstance(event, SpeechPaused):
                last = event.at_sample > end - samples(500)  # the sound of a word outlasts its voice
                said = text_of(case, stream[: listener.now]) if last else _part(case, event.at_sample, end)
                due.append((listener.now + TEXT_AFTER_SAMPLES, said))
        events.clear()
        while due and listener.now >= due[0][0]:
            _, text = due.pop(0)
            if listener.endpointer.awaiting_endpoint():
                read = verdict(text, case.language)
                listener.endpointer.read(read, len(words_of(text)))
                opinion = await ends_of(case, text) if read not in MAY_GO_ON else None
                if opinion is not None:
                    model.append((listener.now + MODEL_AFTER_SAMPLES, opinion))
        while model and listener.now >= model[0][0]:
            _, opinion = model.pop(0)
            if listener.endpointer.awaiting_endpoint():
                listener.endpointer.model_says(opinion)
    early = [at for at in ends if at <= (end if case.whole else rest)]
    late = [at for at in ends if at > end]
    waited = (late[0] - end) * 1000 / MIC_RATE_HZ if case.whole and late else None
    final = verdict(said, case.language) if said else None
    opinion = await ends_of(case, said) if final is not None and final not in MAY_GO_ON else None
    return Heard(case, said, final, tuple(detector.said[-2:]), opinion, bool(early), waited)


def _part(case: Case, at: int, end: int) -> str:
    """The words before a breath at stream sample `at`; in proportion to the time where their places are not known."""
    words = case.text.split()
    if case.word_ends:
        inside = at - (end - len(case.audio)) + samples(100)
        return " ".join(words[: 1 + sum(place <= inside for place in case.word_ends)])
    return " ".join(words[: round(at / end * len(words))])
