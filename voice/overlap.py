"""Speech over a reply: the player holds at once, the words decide. An interruption, a "yes", a cough, or our own echo?

    32 ms of voice     the player is paused
    LOOK_AT of voice   what has been said so far is transcribed, by itself
    the words          a command cuts the reply; a nod, a cough, our own words let it go on from the same sample
    any other words    length decides: they cut the reply if the voice goes on to `interrupt_ms`
    no words in time   length decides, and leaves the recogniser a grace; so it does where there is no recogniser

Whoever goes on without saying anything (a cough, humming, a radio) is played over after PLAY_ON, and listened to on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.ports import Transcription
from voice.endpointer import CONFIRM_SAMPLES, samples
from voice.events import TurnState
from voice.interruption import Meaning, meaning
from voice.speech_events import SpeechConfirmed, SpeechEvent, SpeechRejected, SpeechStarted
from voice.turns import Signal

if TYPE_CHECKING:
    from voice.hearing import Hearing
    from voice.session import Session

LOOK_AT = samples(320)
"""Voice that is worth a look: a short word is whole, and the look is over when `interrupt_ms` are."""

STILL_VOICED = samples(96)
"""For 80 to 170 ms behind a voice Silero says it is there: a nod of 470 ms is a run of 512."""

LOOK_EVERY = samples(400)
GRACE = samples(304)
"""How much longer than such a run may last, and than the recogniser may take, before length alone decides."""

LINGER = samples(600)
"""How long the player waits behind a short word that is none known: "Stop, I would like ..." has a gap of 0.4 s, and
recognisers mishear a word that stands alone."""

RESUMED = samples(256)
"""Who goes on behind such a word means it."""

PLAY_ON = samples(1000)
NEVER = samples(3_600_000)
PRE_ROLL = samples(200)
"""In front of the voice: the VAD notices a soft beginning late."""

SAYS_SOMETHING = frozenset({Meaning.WORDS, Meaning.BACKCHANNEL})
OVER_A_REPLY = frozenset({TurnState.SPEAKING, TurnState.PAUSED})


@dataclass(slots=True)
class _Run:
    """One run of voice over a reply. Positions are samples of the microphone stream."""

    start: int
    ended: int | None = None
    """Its last voiced sample, once it is over."""
    looked_to: int = 0
    meaning: Meaning | None = None
    looking: bool = False
    resumed: bool = False
    """It was over, and went on before it was clear what it meant."""


class Overlap:
    """One a session. `on_speech` sees every speech event first; True: it is dealt with here."""

    def __init__(self, session: Session, hearing: Hearing) -> None:
        self._session, self._hearing = session, hearing
        self._run: _Run | None = None

    def on_speech(self, event: SpeechEvent) -> bool:
        run, over = self._run, self._session.machine.state in OVER_A_REPLY
        match event:
            case SpeechStarted() if run is not None and run.ended is not None:
                run.ended, run.resumed = None, True
                return True
            case SpeechStarted() if over:
                self._run = _Run(event.at_sample)
            case SpeechConfirmed():
                if run is not None and run.resumed and run.meaning is not Meaning.NOTHING:
                    self._hearing.listener.speech_from = run.start  # the first words belong to the turn
                self._run = None
            case SpeechRejected() if run is not None:
                run.ended = event.at_sample
                self._look_or_settle(run)
                return True
        return False

    def began(self, start: int) -> None:
        """Voice that was there before the first sound of the reply."""
        self._run = _Run(start)

    def forget(self) -> None:
        """The reply was given up for another reason."""
        self._run = None

    def confirm_samples(self) -> int:
        """How long voice over the reply must last to be an interruption, given what is known of its words."""
        run = self._run
        if run is None or run.meaning is None:
            return self._long + GRACE
        words = RESUMED if run.resumed else self._long
        return {Meaning.INTERRUPTION: CONFIRM_SAMPLES, Meaning.WORDS: words}.get(run.meaning, NEVER)

    @property
    def _long(self) -> int:
        """A run of voice that somebody means."""
        return samples(self._hearing.listener.endpointer.detection.interrupt_ms) + STILL_VOICED

    def advance(self) -> None:
        """Time has passed."""
        run = self._run
        if run is None or run.looking:
            return
        if run.ended is not None:
            if run.meaning is Meaning.WORDS and self._session.now - run.ended >= LINGER:
                self._settle(run)
            return
        due = LOOK_EVERY if run.looked_to else LOOK_AT
        if self._session.now - (run.looked_to or run.start) >= due:
            self._look(run)

    def _look_or_settle(self, run: _Run) -> None:
        assert run.ended is not None
        if run.looking:
            return
        known = run.meaning is Meaning.INTERRUPTION or (run.meaning is not None and run.looked_to >= run.ended)
        if not known:
            self._look(run)
        elif run.meaning is not Meaning.WORDS or run.ended - run.start >= self._long:
            self._settle(run)

    def _look(self, run: _Run) -> None:
        run.looking = True
        end = self._session.now
        start = max(run.start - PRE_ROLL, self._hearing.listener.ring.start)
        self._hearing.ears.look(start, end, lambda heard: self._seen(run, end, heard))

    def _seen(self, run: _Run, end: int, heard: Transcription | None) -> None:
        """`heard` None: the recogniser failed."""
        if run is not self._run:
            return
        run.looking, run.looked_to = False, end
        run.meaning = self._meaning(run, heard)
        if run.ended is not None:
            self._look_or_settle(run)
        elif run.meaning is Meaning.INTERRUPTION:
            self._take(self._hearing.listener.endpointer.confirm(), run)
        elif self.confirm_samples() == NEVER and self._session.now - run.start >= PLAY_ON:
            self._play_on()

    def _meaning(self, run: _Run, heard: Transcription | None) -> Meaning:
        session = self._session
        if heard is None:
            return Meaning.WORDS
        return meaning(
            self._hearing.sensible(heard, run.start), session.language, being_said=session.mouth.being_said()
        )

    def _settle(self, run: _Run) -> None:
        """The voice is over and its words are known. Where the reply is as good as over, even a "yes" answers it."""
        assert run.ended is not None
        session, self._run = self._session, None
        over = session.machine.state in OVER_A_REPLY
        long = run.ended - run.start >= self._long
        worth_a_turn = (
            run.meaning is Meaning.INTERRUPTION
            or (run.meaning is Meaning.WORDS and long)
            or (run.meaning in SAYS_SOMETHING and (not over or session.mouth.nearly_over))
        )
        if worth_a_turn and (over or session.machine.state is TurnState.LISTENING):
            self._take(self._hearing.listener.endpointer.accept(run.start, run.ended, session.now), run)
        else:
            self._play_on()

    def _take(self, events: tuple[SpeechEvent, ...], run: _Run) -> None:
        """The run was meant, whatever the endpointer has made of it: it opens a turn."""
        self._hearing.listener.speech_from = run.start
        for event in events:
            self._hearing.on_speech(event)

    def _play_on(self) -> None:
        if self._session.machine.state is TurnState.PAUSED:
            self._session.signal(Signal.SPEECH_REJECTED)
