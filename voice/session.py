"""The session shell: the one place where the pure machines meet asyncio. One per connection, one TaskGroup.

Audio and commands enter one bounded inbox and are taken in order; what the turn machine answers is carried out here.
The user's side is `hearing`, moui's is `mouth`. What a response sends passes one egress (`Mouth._emit_response`), where
whatever is stale is dropped: that is barge-in.
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
    EndOfTurnDetector,
    Pcm,
    SpeechToText,
    TextToSpeech,
    VoiceActivityDetector,
)
from voice.commands import Commands
from voice.conversation import Conversation
from voice.events import (
    Command,
    CreateResponse,
    InputCommitted,
    SessionConfig,
    SessionEvent,
    StateChanged,
    TranscriptFinal,
    TurnState,
)
from voice.hearing import Hearing
from voice.mouth import Mouth
from voice.rehearsal import Rehearsed
from voice.responder import Expected, Item, Responder
from voice.turns import Action, Signal, TurnMachine

log = logging.getLogger("moui.session")

INBOX_S = 30.0
"""Audio that may wait unprocessed; a client that sends faster than this drains is refused (InputOverflow)."""


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
        self._emit = emit
        self._responder = responder
        self._inbox: deque[Pcm | Command] = deque()
        self._inbox_samples = 0
        self._inbox_filled = asyncio.Event()
        self._closing = asyncio.Event()
        self._numbers = 0
        self._answer_requested: CreateResponse | None = None
        self.hearing = Hearing(self, engines.stt, engines.vad, engines.end_of_turn, clock)
        self.mouth = Mouth(self, responder, Rehearsed(engines.tts), emit, clock)
        self._commands = Commands(self)
        self.configure(config)
        self.expect(Expected.NORMAL)

    # --- the outside --------------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """Samples of the microphone stream taken in so far."""
        return self.hearing.ring.end

    @property
    def items(self) -> tuple[Item, ...]:
        return self.conversation.snapshot()

    @property
    def language(self) -> str:
        """What replies are made in: as configured, else as last heard."""
        return self.config.language or self.hearing.language or "en"

    def configure(self, config: SessionConfig) -> None:
        """Take a new configuration at once; a turn that is open goes on under the new rules."""
        manual_before = self.config.turn_detection is None
        if manual_before and config.turn_detection is not None and self.machine.state is TurnState.HEARING:
            self.signal(Signal.CLEAR)  # a turn that nobody committed; the detector begins anew
        self.config = config
        self.hearing.configure(config, manual_before=manual_before)

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
            tasks = [group.create_task(self._hear()), group.create_task(self.hearing.ears.run())]
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

    async def _hear(self) -> None:
        while True:
            await self._inbox_filled.wait()
            self._inbox_filled.clear()
            while self._inbox:
                entry = self._inbox.popleft()
                if isinstance(entry, np.ndarray):
                    await self.hearing.take(entry)
                    self._inbox_samples -= len(entry)
                else:
                    failure = self._commands.carry_out(entry)
                    if failure is not None:
                        self._emit(replace(failure, command=entry))

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
            Action.OPEN_TURN: self.hearing.open_turn,
            Action.ANTICIPATE: self.hearing.stopped,
            Action.FINISH_TURN: self.hearing.finish,
            Action.REOPEN_TURN: self.hearing.ears.reopen,
            Action.WITHDRAW: self.mouth.withdraw,
            Action.DISCARD_TURN: self.hearing.discard,
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

    # --- what hearing finds -------------------------------------------------------------------------------------

    @property
    def answers_by_itself(self) -> bool:
        """A turn is answered when it ends, and nobody has asked for an answer of another kind."""
        detection = self.config.turn_detection
        return detection is not None and detection.create_response and self._answer_requested is None

    def turn_is(self, final: TranscriptFinal) -> None:
        """The user's turn has ended, with words."""
        self.commit(final.item_id, final.text)
        self._emit(final)
        answer = self._answer_requested is not None or self.answers_by_itself
        self.signal(Signal.TRANSCRIBED if answer else Signal.TRANSCRIBED_ONLY)

    def nothing_said(self) -> None:
        """The user's turn has ended and held no words."""
        again = self.mouth.lost_to_noise()
        self.signal(Signal.INTERRUPTED_BY_NOISE if again else Signal.NOTHING_SAID)
        if self._answer_requested is not None:
            self.signal(Signal.RESPOND)  # the client asked for an answer, whatever was said

    def commit(self, item_id: str, text: str) -> None:
        """A user's turn enters the conversation."""
        previous = self.conversation.add(Item(item_id, "user", text))
        self._emit(InputCommitted(item_id, previous))

    # --- what the commands need ---------------------------------------------------------------------------------

    def expect(self, expected: Expected) -> None:
        """What kind of answer the last reply asks for."""
        self.hearing.expect(expected, waits=not self._responder.acknowledges_waiting)

    def request_answer(self, request: CreateResponse) -> None:
        """Answer now, or, while the user's turn is open, as soon as it is done."""
        self._answer_requested = request
        if self.machine.allows(Signal.RESPOND):
            self.signal(Signal.RESPOND)

    def say(self, event: SessionEvent) -> None:
        """Tell the outside something that belongs to no response."""
        self._emit(event)

    def uncommitted_samples(self) -> int:
        return self.hearing.uncommitted_samples()

    def forget_input(self) -> None:
        """Throw away what was appended since the last commit."""
        self.hearing.listener.drop_rest()
        self.hearing.discard()
        self.signal(Signal.CLEAR)
