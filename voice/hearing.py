"""Hearing: the user's side of a session. The open turn from its first voice to its final text.

It owns the microphone's listener, the ears, and speech over a reply. What it finds it tells the session as signals of
the turn machine; what the machine answers (open, finish, reopen, discard a turn) it carries out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from models.ports import (
    MIC_RATE_HZ,
    VAD_WINDOW,
    CallContext,
    EndOfTurnDetector,
    Pcm,
    SpeechToText,
    Transcription,
    VoiceActivityDetector,
)
from voice.audio import from_pcm16
from voice.completeness import Verdict, verdict, words_of
from voice.ears import Ears, FinalText, HeardTurn
from voice.echo import EchoGuard
from voice.endpointer import CONFIRM_SAMPLES, HANGOVER_SAMPLES, samples
from voice.events import (
    ResponseAudio,
    SessionConfig,
    TranscriptDropped,
    TranscriptFailed,
    TranscriptFinal,
    TranscriptInterim,
    TurnState,
    UserSpeechStarted,
    UserSpeechStopped,
)
from voice.hallucination import is_hallucination
from voice.listener import JUDGE_WINDOW_SAMPLES, Listener
from voice.overlap import Overlap
from voice.own_voice import OwnVoice
from voice.responder import Expected, Item
from voice.speech_events import (
    EndpointReached,
    SpeechConfirmed,
    SpeechEvent,
    SpeechPaused,
    SpeechRejected,
    SpeechStarted,
    SpeechStopped,
)
from voice.turns import RESPONDING, Signal

if TYPE_CHECKING:
    from voice.session import Session

THINKING_CONFIRM_SAMPLES = 8 * VAD_WINDOW
"""Speech that withdraws a reply nobody has heard yet: 256 ms, more than a cough, less than an interruption."""

DOUBTFUL_SAMPLES = samples(1200)
"""Silence behind a sentence that is not finished after which it may be all: a reply takes a second to make, and the
longest silence is twice as long."""

SPEECH_SIGNALS: dict[type[SpeechEvent], Signal] = {
    SpeechStarted: Signal.SPEECH_STARTED,
    SpeechConfirmed: Signal.SPEECH_CONFIRMED,
    SpeechRejected: Signal.SPEECH_REJECTED,
    SpeechStopped: Signal.SPEECH_STOPPED,
    EndpointReached: Signal.ENDPOINT,
}

MAY_GO_ON = frozenset({Verdict.UNFINISHED, Verdict.SUSPENDED})
"""Words after which no reply is begun at once: the speaker most probably goes on."""


class Hearing:
    def __init__(
        self,
        session: Session,
        stt: SpeechToText,
        vad: VoiceActivityDetector,
        end_of_turn: EndOfTurnDetector | None,
        clock: Callable[[], float],
    ) -> None:
        self._session = session
        self._clock = clock
        self.echo = EchoGuard()
        self.listener = Listener(
            OwnVoice(vad, self.echo, lambda: self.ring.end),
            end_of_turn,
            on_speech=self.on_speech,
            confirm_samples=self._confirm_samples,
            deaf=self._deaf,
            clock=clock,
        )
        self.ring = self.listener.ring
        self.ears = Ears(
            stt,
            self.ring,
            context=CallContext(session.id),
            on_interim=self._interim,
            on_tail=self._tail_known,
            on_final=self._final,
            too_early=self._too_early,
        )
        self._overlap = Overlap(session, self)
        self.language = ""
        """The language heard last."""
        self._doubtful: Item | None = None
        """What was said before the pause, where it stops in mid-sentence."""
        self._committed_to = 0
        self._endpoint_at: float | None = None
        self._endpoint_waited = 0

    # --- what the session tells -----------------------------------------------------------------------------------

    def configure(self, config: SessionConfig, *, manual_before: bool) -> None:
        self.ears.language = config.language
        self.ears.prompt = config.transcription_prompt
        self.listener.configure(config.turn_detection)
        if config.turn_detection is None and not manual_before:
            self._committed_to = self.ring.end
            self.listener.voiced = 0

    def expect(self, expected: Expected, *, waits: bool) -> None:
        """What kind of answer is asked for; `waits`: "one moment" gets no reply, only patience."""
        self.listener.endpointer.expect(expected)
        self.listener.endpointer.waits = waits

    async def take(self, audio: Pcm) -> None:
        await self.listener.take(audio)
        manual = self._manual
        if manual and self.ears.turn is None and self.listener.voiced >= CONFIRM_SAMPLES:
            self.ears.open(self._session.new_id("item"), max(self._committed_to, self.ring.start))
        turn = self.ears.turn
        if turn is not None and turn.final_to is None:
            turn.voiced = self.listener.voiced
            turn.speech_end = self.ring.end if manual else self.listener.endpointer.last_voiced
        self.ears.audio_arrived()
        self._overlap.advance()
        self._draft_late()
        self._forget()

    def uncommitted_samples(self) -> int:
        return self.ring.end - self._committed_to

    @property
    def _manual(self) -> bool:
        return self._session.config.turn_detection is None

    def _deaf(self) -> bool:
        """Half duplex: asked not to be interrupted, the microphone is not listened to while a response is active."""
        detection = self._session.config.turn_detection
        return detection is not None and not detection.interrupt_response and self._session.machine.state in RESPONDING

    def _confirm_samples(self) -> int:
        state = self._session.machine.state
        if state in (TurnState.SPEAKING, TurnState.PAUSED):
            return self._overlap.confirm_samples()
        return THINKING_CONFIRM_SAMPLES if state is TurnState.THINKING else CONFIRM_SAMPLES

    def _forget(self) -> None:
        """Keep what the open turn still needs, the pre-roll of the next, and what the detector looks back on."""
        keep = self.ring.end - JUDGE_WINDOW_SAMPLES
        if self.ears.turn is not None:
            keep = min(self.ears.turn.transcript.window_start, keep)
        elif self._manual:
            keep = self._committed_to
        self.ring.forget_before(max(keep, 0))

    # --- speech ---------------------------------------------------------------------------------------------------

    def on_speech(self, event: SpeechEvent) -> None:
        """What the endpointer says of the microphone, or what turned out afterwards to have been a turn."""
        if self._overlap.on_speech(event):
            return
        if isinstance(event, SpeechPaused):
            self._paused(event.at_sample)
            return
        if isinstance(event, EndpointReached):
            self._endpoint_at, self._endpoint_waited = self._clock(), event.waited_samples
        self._session.signal(SPEECH_SIGNALS[type(event)])

    def own_voice(self, audio: ResponseAudio) -> None:
        """This goes to the player: it may come back through the microphone."""
        self.echo.played.sent(from_pcm16(audio.pcm16), audio.first_sample, self.ring.end)

    def reply_sounds(self) -> None:
        """The reply's first sound goes out. Somebody may have begun to speak over it already."""
        if self.listener.endpointer.tentative:
            self._overlap.began(self.listener.endpointer.tentative_from)
            self._session.signal(Signal.SPEECH_STARTED)

    def _paused(self, last_voiced: int) -> None:
        """Quiet for a moment: whether the turn is over or not, its words so far are wanted now."""
        turn = self.ears.turn
        if turn is not None and turn.final_to is None:
            turn.voiced, turn.speech_end = self.listener.voiced, last_voiced
            self.ears.hurry()

    # --- what the turn machine answers ------------------------------------------------------------------------------

    def open_turn(self) -> None:
        listener, session = self.listener, self._session
        if self._manual:
            listener.take_rest()
            turn = self.ears.turn or self.ears.open(session.new_id("item"), max(self._committed_to, self.ring.start))
            turn.voiced, turn.speech_end = listener.voiced, self.ring.end
            return
        start = listener.speech_from - samples(listener.endpointer.detection.prefix_padding_ms)
        turn = self.ears.open(session.new_id("item"), max(start, self._committed_to, self.ring.start))
        turn.voiced = listener.voiced = listener.endpointer.last_voiced - listener.speech_from
        turn.speech_end = listener.endpointer.last_voiced
        session.say(UserSpeechStarted(turn.item_id, turn.start))

    def stopped(self) -> None:
        turn, last_voiced = self.ears.turn, self.listener.endpointer.last_voiced
        assert turn is not None
        self._paused(last_voiced)
        self._session.say(UserSpeechStopped(turn.item_id, last_voiced))
        if self.ears.abreast():
            self._tail_known(turn)

    def finish(self) -> None:
        self.ears.finish(self.ring.end if self._manual else self.listener.endpointer.last_voiced + HANGOVER_SAMPLES)

    def discard(self) -> None:
        self.ears.close()
        self._doubtful = None
        self._overlap.forget()
        self.listener.endpointer.reset()
        self.listener.voiced = 0
        self._committed_to = self.ring.end

    # --- what the ears say --------------------------------------------------------------------------------------

    def _interim(self, turn: HeardTurn) -> None:
        stable = turn.transcript.stable
        self._session.say(TranscriptInterim(turn.item_id, stable, turn.transcript.text.removeprefix(stable)))
        likely = turn.transcript.likely
        # About to pause, the next pass wants the device: what a batch of the prompt would take is added to the silence.
        if likely and self.ears.speaking(turn) and self._session.machine.state is TurnState.HEARING:
            self._session.mouth.prepare(likely)

    def _tail_known(self, turn: HeardTurn) -> None:
        """All that was said before the pause is known. If that can be all, a reply is begun: it may be needed soon."""
        session = self._session
        if session.machine.state is not TurnState.ENDING:
            return
        text = turn.transcript.text.strip()
        read = self._read(turn)
        self.listener.endpointer.read(read, len(words_of(text)))
        self._doubtful = None
        if not text or not session.answers_by_itself:
            return
        if read in MAY_GO_ON:
            self._doubtful = Item(turn.item_id, "user", text) if read is Verdict.UNFINISHED else None
        else:
            self._draft(Item(turn.item_id, "user", text))

    def _draft(self, item: Item) -> None:
        self._session.mouth.draft(item)
        self.listener.endpointer.held = self._session.mouth.drafting

    def _draft_late(self) -> None:
        """Words that stop in mid-sentence, and nothing comes: they may have been all, after all."""
        item, silence = self._doubtful, self.ring.end - self.listener.endpointer.last_voiced
        if item is not None and silence >= DOUBTFUL_SAMPLES and self._session.machine.state is TurnState.ENDING:
            self._doubtful = None
            self._draft(item)

    def reply_ready(self) -> None:
        """The drafted reply can be heard as soon as the turn is over."""
        endpointer = self.listener.endpointer
        if endpointer.held and self._session.machine.state is TurnState.ENDING:
            for event in endpointer.release(self.ring.end):
                self.on_speech(event)

    def _read(self, turn: HeardTurn) -> Verdict:
        return verdict(turn.transcript.text.strip(), self._language_of(turn))

    def _language_of(self, turn: HeardTurn) -> str:
        return self._session.config.language or turn.language or self._session.language

    def _too_early(self, turn: HeardTurn) -> bool:
        """The words, known only now, stop in mid-sentence although the voice sounded done: go back, wait for more."""
        detection, endpointer = self._session.config.turn_detection, self.listener.endpointer
        if detection is None or self._endpoint_waited >= samples(detection.max_silence_ms):
            return False
        read = self._read(turn)
        if read not in MAY_GO_ON:
            return False
        endpointer.reopen()
        endpointer.read(read, len(words_of(turn.transcript.text)))
        self._session.signal(Signal.UNFINISHED)
        return True

    def sensible(self, heard: Transcription, start: int) -> str:
        """The text of a look at the microphone; "" where it is what Whisper invents in noise."""
        voiced_s = (self.ring.end - start) / MIC_RATE_HZ
        invented = is_hallucination(heard, voiced_s, self._session.config.language or heard.language)
        return "" if invented is not None else heard.text.strip()

    def _final(self, final: FinalText) -> None:
        turn, session = final.turn, self._session
        if not final.text:
            dropped = TranscriptDropped(turn.item_id, final.dropped)
            session.say(TranscriptFailed(turn.item_id, final.failed) if final.failed else dropped)
            session.nothing_said()
            return
        end = turn.final_to or self.ring.end
        self.language = turn.language
        self._doubtful = None
        self.ears.close()
        self.listener.voiced = 0
        self._committed_to = end
        session.mouth.turn_ended(self.listener.last_voiced_at, self._endpoint_at, self._clock())
        words = turn.transcript.words
        session.turn_is(TranscriptFinal(turn.item_id, final.text, turn.language, turn.start, end, words))
