"""The session shell: the one place where the pure machines meet asyncio. One per connection, one TaskGroup.

Audio and commands enter one bounded inbox and are taken in order; what the turn machine answers is carried out here.
What a response sends passes one egress (`Mouth._emit_response`), where whatever is stale is dropped: that is barge-in.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from models.ports import (
    MIC_RATE_HZ,
    VAD_WINDOW,
    CallContext,
    EndOfTurnDetector,
    Pcm,
    SpeechToText,
    TextToSpeech,
    VoiceActivityDetector,
)
from voice.commands import Commands
from voice.completeness import unfinished
from voice.conversation import Conversation
from voice.ears import Ears, FinalText, HeardTurn
from voice.endpointer import CONFIRM_SAMPLES, HANGOVER_SAMPLES, samples
from voice.events import (
    Command,
    CreateResponse,
    InputCommitted,
    SessionConfig,
    SessionEvent,
    StateChanged,
    TranscriptDropped,
    TranscriptFailed,
    TranscriptFinal,
    TranscriptInterim,
    TurnState,
    UserSpeechStarted,
    UserSpeechStopped,
)
from voice.listener import JUDGE_WINDOW_SAMPLES, Listener
from voice.mouth import Mouth
from voice.responder import Item, Responder
from voice.speech_events import (
    EndpointReached,
    SpeechConfirmed,
    SpeechEvent,
    SpeechRejected,
    SpeechStarted,
    SpeechStopped,
)
from voice.turns import RESPONDING, Action, Signal, TurnMachine

log = logging.getLogger("moui.session")

INBOX_S = 30.0
"""Audio that may wait unprocessed; a client that sends faster than this drains is refused (InputOverflow)."""

THINKING_CONFIRM_SAMPLES = 8 * VAD_WINDOW
"""Speech that withdraws a reply nobody has heard yet: 256 ms, more than a cough, less than an interruption."""

SPEECH_SIGNALS: dict[type[SpeechEvent], Signal] = {
    SpeechStarted: Signal.SPEECH_STARTED,
    SpeechConfirmed: Signal.SPEECH_CONFIRMED,
    SpeechRejected: Signal.SPEECH_REJECTED,
    SpeechStopped: Signal.SPEECH_STOPPED,
    EndpointReached: Signal.ENDPOINT,
}


class InputOverflow(Exception):
    """More audio is waiting than INBOX_S: the client sends faster than it can be heard."""


@dataclass(frozen=True, slots=True)
class Engines:
    """What a session computes with. `vad` is this session's own; the rest is shared."""

    stt: SpeechToText
    tts: TextToSpeech
    vad: VoiceActivityDetector
    end_of_turn: EndOfTurnDetector | None


class Session:
    """See the module. All methods but `run` are synchronous and must be called on the event loop's thread."""

    def __init__(
        self,
        engines: Engines,
        responder: Responder,
        config: SessionConfig,
        emit: Callable[[SessionEvent], None],
        *,
        session_id: str,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.id = session_id
        self.config = config
        self.conversation = Conversation()
        self.machine = TurnMachine()
        self._engines = engines
        self._emit = emit
        self._clock = clock
        self.listener = Listener(
            engines.vad,
            engines.end_of_turn,
            on_speech=self._on_speech,
            confirm_samples=self._confirm_samples,
            deaf=self._deaf,
            clock=clock,
        )
        self._ring = self.listener.ring
        self._inbox: deque[Pcm | Command] = deque()
        self._inbox_samples = 0
        self._inbox_filled = asyncio.Event()
        self._closing = asyncio.Event()
        self._numbers = 0
        self._heard_language = ""
        self._committed_to = 0
        self._endpoint_at: float | None = None
        self._endpoint_waited = 0
        self._answer_requested: CreateResponse | None = None
        self._ears = Ears(
            engines.stt,
            self._ring,
            context=CallContext(session_id),
            on_interim=self._interim,
            on_final=self._final,
            too_early=self._too_early,
        )
        self.mouth = Mouth(self, responder, engines.tts, emit, clock)
        self._commands = Commands(self)
        self.configure(config)

    # --- the outside --------------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """Samples of the microphone stream taken in so far."""
        return self._ring.end

    @property
    def items(self) -> tuple[Item, ...]:
        return self.conversation.snapshot()

    @property
    def language(self) -> str:
        """What replies are made in: as configured, else as last heard."""
        return self.config.language or self._heard_language or "en"

    def configure(self, config: SessionConfig) -> None:
        """Take a new configuration at once; a turn that is open goes on under the new rules."""
        manual_before = self.config.turn_detection is None
        if manual_before and config.turn_detection is not None and self.machine.state is TurnState.HEARING:
            self.signal(Signal.CLEAR)  # a turn that nobody committed; the detector begins anew
        self.config = config
        self._ears.language = config.language
        self._ears.prompt = config.transcription_prompt
        self.listener.configure(config.turn_detection)
        if config.turn_detection is None and not manual_before:
            self._committed_to = self.now
            self.listener.voiced = 0

    def feed(self, audio: Pcm) -> None:
        """Take 16 kHz microphone audio of any length. Raises InputOverflow when too much waits."""
        if self._inbox_samples + len(audio) > INBOX_S * MIC_RATE_HZ:
            raise InputOverflow(f"more than {INBOX_S:.0f} s of audio is waiting to be heard")
        self._inbox.append(audio)
        self._inbox_samples += len(audio)
        self._inbox_filled.set()

    def send(self, command: Command) -> None:
        """Take a command; it is carried out after the audio that came before it."""
        self._inbox.append(command)
        self._inbox_filled.set()

    def close(self) -> None:
        self._closing.set()

    async def run(self) -> None:
        """Live until `close`. Cancelling is safe at any point."""
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._hear()), group.create_task(self._ears.run())]
            self.mouth.attach(group)
            self.mouth.prepare()
            try:
                await self._closing.wait()
            finally:
                self.mouth.stop()
                for task in tasks:
                    task.cancel()

    def new_id(self, prefix: str) -> str:
        self._numbers += 1
        return f"{prefix}_{self.id}_{self._numbers}"

    # --- hearing ------------------------------------------------------------------------------------------------

    async def _hear(self) -> None:
        while True:
            await self._inbox_filled.wait()
            self._inbox_filled.clear()
            while self._inbox:
                entry = self._inbox.popleft()
                if isinstance(entry, np.ndarray):
                    await self._take(entry)
                else:
                    failure = self._commands.carry_out(entry)
                    if failure is not None:
                        self._emit(replace(failure, command=entry))

    async def _take(self, audio: Pcm) -> None:
        await self.listener.take(audio)
        self._inbox_samples -= len(audio)
        manual = self.config.turn_detection is None
        if manual and self._ears.turn is None and self.listener.voiced >= CONFIRM_SAMPLES:
            self._ears.open(self.new_id("item"), max(self._committed_to, self._ring.start))
        turn = self._ears.turn
        if turn is not None and turn.final_to is None:
            turn.voiced = self.listener.voiced
            turn.speech_end = self.now if manual else self.listener.endpointer.last_voiced
        self._ears.audio_arrived()
        self._forget()

    def _deaf(self) -> bool:
        """Half duplex: asked not to be interrupted, the microphone is not listened to while a response is active."""
        detection = self.config.turn_detection
        return detection is not None and not detection.interrupt_response and self.machine.state in RESPONDING

    def _confirm_samples(self) -> int:
        if self.machine.state in (TurnState.SPEAKING, TurnState.PAUSED):
            return samples(self.listener.endpointer.detection.interrupt_ms)
        if self.machine.state is TurnState.THINKING:
            return THINKING_CONFIRM_SAMPLES
        return CONFIRM_SAMPLES

    def _on_speech(self, event: SpeechEvent) -> None:
        if isinstance(event, EndpointReached):
            self._endpoint_at, self._endpoint_waited = self._clock(), event.waited_samples
        self.signal(SPEECH_SIGNALS[type(event)])

    def _forget(self) -> None:
        """Keep what the open turn still needs, the pre-roll of the next, and what the detector looks back on."""
        keep = self.now - JUDGE_WINDOW_SAMPLES
        if self._ears.turn is not None:
            keep = min(self._ears.turn.transcript.window_start, keep)
        elif self.config.turn_detection is None:
            keep = self._committed_to
        self._ring.forget_before(max(keep, 0))

    # --- the turn machine's shell -------------------------------------------------------------------------------

    def signal(self, signal: Signal) -> None:
        """Tell the machine, carry out what it answers, and say so when the state changed."""
        before = self.machine.state
        actions = self.machine.on(signal)
        if self.machine.state is not before:
            self._emit(StateChanged(self.machine.state, self.now))
        for action in actions:
            self._act(action)

    def _act(self, action: Action) -> None:
        carry_out: dict[Action, Callable[[], None]] = {
            Action.OPEN_TURN: self._open_turn,
            Action.ANTICIPATE: self._stopped,
            Action.FINISH_TURN: lambda: self._ears.finish(self._turn_end()),
            Action.REOPEN_TURN: self._ears.reopen,
            Action.DISCARD_TURN: self._discard,
            Action.RESPOND: self._respond,
            Action.CANCEL_RESPONSE: self._cancel_response,
            Action.PAUSE: self.mouth.pause,
            Action.RESUME: self.mouth.resume,
        }
        carry_out[action]()

    def _respond(self) -> None:
        request, self._answer_requested = self._answer_requested, None
        self.mouth.respond(request or CreateResponse())

    def _cancel_response(self) -> None:
        spoken_over = self.machine.state is TurnState.HEARING
        self.mouth.cancel("turn_detected" if spoken_over else "client_cancelled")

    def _open_turn(self) -> None:
        listener = self.listener
        if self.config.turn_detection is None:
            listener.take_rest()
            turn = self._ears.turn or self._ears.open(self.new_id("item"), max(self._committed_to, self._ring.start))
            turn.voiced, turn.speech_end = listener.voiced, self.now
            return
        start = listener.speech_from - samples(listener.endpointer.detection.prefix_padding_ms)
        turn = self._ears.open(self.new_id("item"), max(start, self._committed_to, self._ring.start))
        turn.voiced = listener.voiced = self.now - listener.speech_from
        turn.speech_end = listener.endpointer.last_voiced
        self._emit(UserSpeechStarted(turn.item_id, turn.start))

    def _turn_end(self) -> int:
        if self.config.turn_detection is None:
            return self.now
        return self.listener.endpointer.last_voiced + HANGOVER_SAMPLES

    def _stopped(self) -> None:
        turn, last_voiced = self._ears.turn, self.listener.endpointer.last_voiced
        assert turn is not None
        turn.voiced, turn.speech_end = self.listener.voiced, last_voiced
        self._emit(UserSpeechStopped(turn.item_id, last_voiced))
        self._ears.hurry()

    def _discard(self) -> None:
        self._ears.close()
        self.listener.endpointer.reset()
        self.listener.voiced = 0
        self._committed_to = self.now

    # --- what the ears say --------------------------------------------------------------------------------------

    def _interim(self, turn: HeardTurn) -> None:
        stable = turn.transcript.stable
        self._emit(TranscriptInterim(turn.item_id, stable, turn.transcript.text.removeprefix(stable)))

    def _too_early(self, turn: HeardTurn) -> bool:
        """The words stop in mid-sentence although the voice sounded done: go back and wait for more."""
        detection, endpointer = self.config.turn_detection, self.listener.endpointer
        if detection is None or self._endpoint_waited >= samples(detection.max_silence_ms):
            return False
        if not unfinished(turn.transcript.text, self.config.language or turn.language):
            return False
        endpointer.reopen()
        self.signal(Signal.UNFINISHED)
        return True

    def _final(self, final: FinalText) -> None:
        turn = final.turn
        if not final.text:
            if final.failed:
                self._emit(TranscriptFailed(turn.item_id, final.failed))
            else:
                self._emit(TranscriptDropped(turn.item_id, final.dropped))
            again = self.mouth.lost_to_noise()
            self.signal(Signal.INTERRUPTED_BY_NOISE if again else Signal.NOTHING_SAID)
            if self._answer_requested is not None:
                self.signal(Signal.RESPOND)  # the client asked for an answer, whatever was said
            return
        end = turn.final_to or self.now
        self._heard_language = turn.language
        self._ears.close()
        self.listener.voiced = 0
        self._committed_to = end
        self.commit(turn.item_id, final.text)
        self._emit(TranscriptFinal(turn.item_id, final.text, turn.language, turn.start, end, turn.transcript.words))
        detection = self.config.turn_detection
        answer = self._answer_requested is not None or (detection is not None and detection.create_response)
        self.mouth.turn_ended(self.listener.last_voiced_at, self._endpoint_at, self._clock())
        self.signal(Signal.TRANSCRIBED if answer else Signal.TRANSCRIBED_ONLY)

    def commit(self, item_id: str, text: str) -> None:
        """A user's turn enters the conversation."""
        previous = self.conversation.add(Item(item_id, "user", text))
        self._emit(InputCommitted(item_id, previous))

    # --- what the commands need ---------------------------------------------------------------------------------

    def request_answer(self, request: CreateResponse) -> None:
        """Answer now, or, while the user's turn is open, as soon as it is done."""
        self._answer_requested = request
        if self.machine.allows(Signal.RESPOND):
            self.signal(Signal.RESPOND)

    def say(self, event: SessionEvent) -> None:
        """Tell the outside something that belongs to no response."""
        self._emit(event)

    def uncommitted_samples(self) -> int:
        return self.now - self._committed_to

    def forget_input(self) -> None:
        """Throw away what was appended since the last commit."""
        self.listener.drop_rest()
        self._discard()
        self.signal(Signal.CLEAR)

    @property
    def tentative_speech(self) -> bool:
        return self.listener.endpointer.tentative
