"""Listener: microphone audio in, speech events out. Owns the ring, the VAD, the endpointer and the second opinion.

Everything here happens in the order of the samples: while the end-of-turn detector thinks (milliseconds, in a thread),
later audio waits, so that the same audio gives the same events however it arrives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np

from models.ports import MIC_RATE_HZ, VAD_WINDOW, EndOfTurnDetector, Pcm, VoiceActivityDetector
from voice.audio import AudioRing
from voice.endpointer import Endpointer, samples
from voice.events import TurnDetection
from voice.speech_events import SpeechConfirmed, SpeechEvent

RING_S = 60.0
"""Audio kept while it is untranscribed (1.9 MB at most): recognition may fall a minute behind before any is lost."""

JUDGE_AGAIN_SAMPLES = samples(400)
"""Silence after which a doubtful end-of-turn detector is asked again, once: its opinion grows with the pause, but each
costs 75 ms of a core beside the language model."""

JUDGE_WINDOW_SAMPLES = 8 * MIC_RATE_HZ

YIELD_EVERY = 8
"""VAD windows between two chances for other sessions, when audio arrives in bursts."""


class Listener:
    def __init__(
        self,
        vad: VoiceActivityDetector,
        end_of_turn: EndOfTurnDetector | None,
        *,
        on_speech: Callable[[SpeechEvent], None],
        confirm_samples: Callable[[], int],
        deaf: Callable[[], bool],
        clock: Callable[[], float],
    ) -> None:
        self.ring = AudioRing(RING_S)
        self.endpointer = Endpointer(TurnDetection())
        self.detecting = True
        """False: push to talk. Voiced samples are still counted, speech events are not made."""
        self.voiced = 0
        """Voiced samples since `begin`, or since the last commit in push to talk."""
        self.speech_from = 0
        self.last_voiced_at = 0.0
        """Clock reading when the last voiced window arrived."""
        self._vad = vad
        self._end_of_turn = end_of_turn
        self._on_speech = on_speech
        self._confirm_samples = confirm_samples
        self._deaf = deaf
        self._clock = clock
        self._rest = np.zeros(0, np.float32)
        self._asked_about = self._ask_at = -1

    @property
    def now(self) -> int:
        return self.ring.end

    def configure(self, detection: TurnDetection | None) -> None:
        self.detecting = detection is not None
        if detection is None:
            self.endpointer.reset()
        else:
            self.endpointer.detection = detection

    def take_rest(self) -> None:
        """Push to talk ends between two windows: the last samples belong to the turn as well."""
        self.ring.append(self._rest)
        self.drop_rest()

    def drop_rest(self) -> None:
        self._rest = np.zeros(0, np.float32)

    async def take(self, audio: Pcm) -> None:
        pending = np.concatenate((self._rest, audio)) if len(self._rest) else audio
        windows = len(pending) // VAD_WINDOW
        for number in range(windows):
            window = pending[number * VAD_WINDOW : (number + 1) * VAD_WINDOW]
            self.ring.append(window)
            await self._window(self._vad.probability(window))
            if number % YIELD_EVERY == YIELD_EVERY - 1:
                await asyncio.sleep(0)
        self._rest = pending[windows * VAD_WINDOW :]

    async def _window(self, probability: float) -> None:
        endpointer = self.endpointer
        if probability >= endpointer.detection.threshold:
            self.voiced += VAD_WINDOW
        if not self.detecting or self._deaf():
            return
        for event in endpointer.push(probability, self.now, self._confirm_samples()):
            if isinstance(event, SpeechConfirmed):
                self.speech_from = event.at_sample
            self._on_speech(event)
        if endpointer.awaiting_endpoint() and endpointer.wants_opinion:
            await self._ask()
        if endpointer.last_voiced == self.now:
            self.last_voiced_at = self._clock()

    async def _ask(self) -> None:
        """At the beginning of a silence, and once more while it goes on and the first opinion left room for doubt."""
        silence = self.endpointer.last_voiced
        first = silence != self._asked_about
        if not first and (self._ask_at < 0 or self.now < self._ask_at):
            return
        self._asked_about, self._ask_at = silence, self.now + JUDGE_AGAIN_SAMPLES if first else -1
        if self._end_of_turn is None:
            self.endpointer.judge(1.0)  # plain VAD: silence alone decides, and the words
            return
        audio = self.ring.slice(max(self.now - JUDGE_WINDOW_SAMPLES, self.ring.start), self.now)
        self.endpointer.judge(await asyncio.to_thread(self._end_of_turn.probability, audio))
