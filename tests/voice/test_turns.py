"""The turn table: what it promises as a whole, and the paths that matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.events import TurnState as S
from voice.turns import RESPONDING, TABLE, Action, IllegalSignal, Signal, TurnMachine


def walk(*signals: Signal) -> tuple[S, list[Action]]:
    machine = TurnMachine()
    actions: list[Action] = []
    for signal in signals:
        actions += machine.on(signal)
    return machine.state, actions


SPOKEN = (Signal.SPEECH_STARTED, Signal.SPEECH_CONFIRMED, Signal.SPEECH_STOPPED, Signal.ENDPOINT)
SPEAKING = (*SPOKEN, Signal.TRANSCRIBED, Signal.AUDIO_STARTED)


def test_a_turn_from_speech_to_reply() -> None:
    state, actions = walk(*SPEAKING, Signal.RESPONSE_ENDED, Signal.PLAYED_OUT)
    assert state is S.LISTENING
    assert actions == [Action.OPEN_TURN, Action.ANTICIPATE, Action.FINISH_TURN, Action.RESPOND]


def test_a_cough_pauses_and_resumes() -> None:
    state, actions = walk(*SPEAKING, Signal.SPEECH_STARTED, Signal.SPEECH_REJECTED)
    assert state is S.SPEAKING
    assert actions[-2:] == [Action.PAUSE, Action.RESUME]


def test_an_interruption_pauses_cancels_and_opens_a_turn() -> None:
    state, actions = walk(*SPEAKING, Signal.SPEECH_STARTED, Signal.SPEECH_CONFIRMED)
    assert state is S.HEARING
    assert actions[-3:] == [Action.PAUSE, Action.CANCEL_RESPONSE, Action.OPEN_TURN]


def test_going_on_while_the_reply_is_thought_of_withdraws_it() -> None:
    state, actions = walk(*SPOKEN, Signal.TRANSCRIBED, Signal.SPEECH_STARTED, Signal.SPEECH_CONFIRMED)
    assert state is S.HEARING
    assert actions[-2:] == [Action.CANCEL_RESPONSE, Action.OPEN_TURN]


def test_going_on_after_the_endpoint_keeps_the_turn() -> None:
    state, actions = walk(*SPOKEN, Signal.SPEECH_STARTED, Signal.SPEECH_CONFIRMED)
    assert state is S.HEARING
    assert actions[-2:] == [Action.REOPEN_TURN, Action.WITHDRAW]


def test_noise_over_a_reply_brings_the_reply_back() -> None:
    interrupted = (Signal.SPEECH_STARTED, Signal.SPEECH_CONFIRMED, Signal.SPEECH_STOPPED, Signal.ENDPOINT)
    state, actions = walk(*SPEAKING, *interrupted, Signal.INTERRUPTED_BY_NOISE)
    assert state is S.THINKING
    assert actions[-2:] == [Action.DISCARD_TURN, Action.RESPOND]


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("signal", list(Signal))
def test_what_the_table_does_not_list_raises_and_changes_nothing(state: S, signal: Signal) -> None:
    machine = TurnMachine()
    machine.state = state
    if (state, signal) in TABLE:
        assert machine.allows(signal)
        machine.on(signal)
        return
    assert not machine.allows(signal)
    with pytest.raises(IllegalSignal, match=signal):
        machine.on(signal)
    assert machine.state is state


@given(st.lists(st.sampled_from(list(Signal)), max_size=200))
def test_a_response_is_never_lost_or_doubled(signals: list[Signal]) -> None:
    """Whatever happens: one response at a time, and it is either cancelled or ends before the next begins."""
    machine, active = TurnMachine(), False
    for signal in signals:
        if not machine.allows(signal):
            continue
        for action in machine.on(signal):
            if action is Action.RESPOND:
                assert not active
                active = True
            if action is Action.CANCEL_RESPONSE:
                assert active
                active = False
        if signal in (Signal.PLAYED_OUT, Signal.RESPONSE_ENDED) and machine.state is S.LISTENING:
            active = False
        assert active == (machine.state in RESPONDING)


def test_every_state_can_be_left() -> None:
    for state in S:
        assert any(at is state and rule[0] is not state for (at, _), rule in TABLE.items()), state
