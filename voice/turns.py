"""The turn machine: one table. A signal that the table does not list is illegal: it raises and changes nothing.

The table is the specification. Reading it: in SPEAKING, tentative speech pauses the player; if it is confirmed the
response is cancelled and a turn opens, if it is rejected the player goes on from the same sample.
"""

from __future__ import annotations

import enum

from voice.events import TurnState as S


class Signal(enum.StrEnum):
    """What can happen to a turn."""

    SPEECH_STARTED = "speech_started"
    SPEECH_CONFIRMED = "speech_confirmed"
    SPEECH_REJECTED = "speech_rejected"
    SPEECH_STOPPED = "speech_stopped"
    ENDPOINT = "endpoint"
    COMMIT = "commit"
    CLEAR = "clear"
    TRANSCRIBED = "transcribed"
    """The final transcript has words and will be answered."""
    TRANSCRIBED_ONLY = "transcribed_only"
    """The final transcript has words and nobody asked for an answer."""
    NOTHING_SAID = "nothing_said"
    INTERRUPTED_BY_NOISE = "interrupted_by_noise"
    """Nothing was said, but a response was cancelled for it: it is given again."""
    UNFINISHED = "unfinished"
    """The text stops in mid-sentence: the endpoint came too early."""
    RESPOND = "respond"
    AUDIO_STARTED = "audio_started"
    RESPONSE_ENDED = "response_ended"
    PLAYED_OUT = "played_out"
    CANCEL = "cancel"


class Action(enum.StrEnum):
    """What the shell must do, in order."""

    OPEN_TURN = "open_turn"
    ANTICIPATE = "anticipate"
    """The turn may be over: its last words are transcribed, and a reply may be drafted."""
    FINISH_TURN = "finish_turn"
    REOPEN_TURN = "reopen_turn"
    """The speaker goes on: the final transcript is no longer wanted, the turn's audio so far is kept."""
    WITHDRAW = "withdraw"
    """What was drafted in the pause is not wanted: the speaker goes on."""
    DISCARD_TURN = "discard_turn"
    RESPOND = "respond"
    CANCEL_RESPONSE = "cancel_response"
    PAUSE = "pause"
    RESUME = "resume"


class IllegalSignal(Exception):
    """A bug in the caller: this cannot happen in this state. The machine has not changed."""


_Rule = tuple[S, tuple[Action, ...]]

_INTERRUPTED: _Rule = (S.HEARING, (Action.CANCEL_RESPONSE, Action.OPEN_TURN))
_COMMITTED_OVER_RESPONSE: _Rule = (S.COMMITTING, (Action.CANCEL_RESPONSE, Action.OPEN_TURN, Action.FINISH_TURN))
_FINISH: _Rule = (S.COMMITTING, (Action.FINISH_TURN,))
_DISCARD: _Rule = (S.LISTENING, (Action.WITHDRAW, Action.DISCARD_TURN))
_STOP: _Rule = (S.LISTENING, (Action.CANCEL_RESPONSE,))

TABLE: dict[tuple[S, Signal], _Rule] = {
    # Nobody is speaking.
    (S.LISTENING, Signal.SPEECH_STARTED): (S.LISTENING, ()),
    (S.LISTENING, Signal.SPEECH_REJECTED): (S.LISTENING, ()),
    (S.LISTENING, Signal.SPEECH_CONFIRMED): (S.HEARING, (Action.OPEN_TURN,)),
    (S.LISTENING, Signal.COMMIT): (S.COMMITTING, (Action.OPEN_TURN, Action.FINISH_TURN)),
    (S.LISTENING, Signal.CLEAR): (S.LISTENING, ()),
    (S.LISTENING, Signal.RESPOND): (S.THINKING, (Action.RESPOND,)),
    # The user is speaking.
    (S.HEARING, Signal.SPEECH_STOPPED): (S.ENDING, (Action.ANTICIPATE,)),
    (S.HEARING, Signal.COMMIT): _FINISH,
    (S.HEARING, Signal.CLEAR): _DISCARD,
    # The user has paused, or is done.
    (S.ENDING, Signal.SPEECH_STARTED): (S.ENDING, ()),
    (S.ENDING, Signal.SPEECH_REJECTED): (S.ENDING, ()),
    (S.ENDING, Signal.SPEECH_CONFIRMED): (S.HEARING, (Action.WITHDRAW,)),
    (S.ENDING, Signal.ENDPOINT): _FINISH,
    (S.ENDING, Signal.COMMIT): _FINISH,
    (S.ENDING, Signal.CLEAR): _DISCARD,
    # The user is done; the last words are being transcribed.
    (S.COMMITTING, Signal.SPEECH_STARTED): (S.COMMITTING, ()),
    (S.COMMITTING, Signal.SPEECH_REJECTED): (S.COMMITTING, ()),
    (S.COMMITTING, Signal.SPEECH_CONFIRMED): (S.HEARING, (Action.REOPEN_TURN, Action.WITHDRAW)),
    (S.COMMITTING, Signal.TRANSCRIBED): (S.THINKING, (Action.RESPOND,)),
    (S.COMMITTING, Signal.TRANSCRIBED_ONLY): (S.LISTENING, (Action.WITHDRAW,)),
    (S.COMMITTING, Signal.NOTHING_SAID): _DISCARD,
    (S.COMMITTING, Signal.INTERRUPTED_BY_NOISE): (S.THINKING, (Action.WITHDRAW, Action.DISCARD_TURN, Action.RESPOND)),
    (S.COMMITTING, Signal.UNFINISHED): (S.ENDING, (Action.REOPEN_TURN,)),
    (S.COMMITTING, Signal.CLEAR): _DISCARD,
    # A response is on its way; nothing of it has been heard.
    (S.THINKING, Signal.SPEECH_STARTED): (S.THINKING, ()),
    (S.THINKING, Signal.SPEECH_REJECTED): (S.THINKING, ()),
    (S.THINKING, Signal.SPEECH_CONFIRMED): _INTERRUPTED,
    (S.THINKING, Signal.AUDIO_STARTED): (S.SPEAKING, ()),
    (S.THINKING, Signal.RESPONSE_ENDED): (S.LISTENING, ()),
    (S.THINKING, Signal.CANCEL): _STOP,
    (S.THINKING, Signal.COMMIT): _COMMITTED_OVER_RESPONSE,
    (S.THINKING, Signal.CLEAR): (S.THINKING, ()),
    # moui is speaking.
    (S.SPEAKING, Signal.SPEECH_STARTED): (S.PAUSED, (Action.PAUSE,)),
    (S.SPEAKING, Signal.SPEECH_REJECTED): (S.SPEAKING, ()),
    (S.SPEAKING, Signal.SPEECH_CONFIRMED): _INTERRUPTED,
    (S.SPEAKING, Signal.RESPONSE_ENDED): (S.SPEAKING, ()),
    (S.SPEAKING, Signal.PLAYED_OUT): (S.LISTENING, ()),
    (S.SPEAKING, Signal.CANCEL): _STOP,
    (S.SPEAKING, Signal.COMMIT): _COMMITTED_OVER_RESPONSE,
    (S.SPEAKING, Signal.CLEAR): (S.SPEAKING, ()),
    # moui was speaking and holds its breath: an interruption, or only a cough.
    (S.PAUSED, Signal.SPEECH_CONFIRMED): _INTERRUPTED,
    (S.PAUSED, Signal.SPEECH_REJECTED): (S.SPEAKING, (Action.RESUME,)),
    (S.PAUSED, Signal.RESPONSE_ENDED): (S.PAUSED, ()),
    (S.PAUSED, Signal.PLAYED_OUT): (S.LISTENING, ()),  # its last sample was played before the pause arrived
    (S.PAUSED, Signal.CANCEL): _STOP,
    (S.PAUSED, Signal.COMMIT): _COMMITTED_OVER_RESPONSE,
    (S.PAUSED, Signal.CLEAR): (S.PAUSED, ()),
}

RESPONDING = frozenset({S.THINKING, S.SPEAKING, S.PAUSED})
"""States in which a response is active."""


class TurnMachine:
    """The state and nothing else."""

    def __init__(self) -> None:
        self.state = S.LISTENING

    def allows(self, signal: Signal) -> bool:
        return (self.state, signal) in TABLE

    def on(self, signal: Signal) -> tuple[Action, ...]:
        """Apply a signal and return what is to be done. Raises IllegalSignal, changing nothing."""
        try:
            self.state, actions = TABLE[self.state, signal]
        except KeyError:
            raise IllegalSignal(f"{signal} cannot happen while {self.state}") from None
        return actions
