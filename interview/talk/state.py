"""Where an interview stands, and what happens next in it: values only. The rules are in talk/flow.py.

The state is all that is needed to go on after a restart; it is stored as JSON with every turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from interview.shapes import PlannedQuestion, Step
from interview.speech.probes import Aim
from interview.talk.intents import Intent

Offer = Literal["", "repeat", "skip", "time"]


HEARD_SHARE = 0.5
"""Less of an utterance than this and the question in it was not asked."""


def heard_enough(heard: str, written: str) -> bool:
    return len(heard.strip()) >= HEARD_SHARE * len(written.strip())


@dataclass(frozen=True, slots=True)
class FlowState:
    """`step` is what was asked last (GREETING: nothing yet), `index` the planned question it belongs to (-1: none).

    `answer` gathers all that was said to that question, probes included; `aims` what its probes were about; `said`
    counts utterances, so that lines vary; `unanswered` questions in a row that met with silence. Seconds count from
    the interview's beginning, over interruptions.
    """

    step: Step = Step.GREETING
    index: int = -1
    visited: tuple[str, ...] = ()
    answer: str = ""
    asked: str = ""
    aims: tuple[str, ...] = ()
    probes: int = 0
    silences: int = 0
    unanswered: int = 0
    waiting: bool = False
    offer: Offer = ""
    said: int = 0
    question_at_s: float = 0.0
    speed: float = 1.0
    gain_db: float = 0.0
    over: Literal["", "finished", "ended_early"] = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the interview something is said."""

    step: Step
    question_id: str | None
    aim: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing said by one interviewer (an index into the plan's). `bridge`: it only leads to what is said next."""

    text: str
    interviewer: int
    bridge: bool = False


@dataclass(frozen=True, slots=True)
class ProbeWish:
    """A probe that still has to be worded: about `aim`, after `answer` to `question`. `variant` picks a template."""

    aim: Aim
    question: PlannedQuestion
    answer: str
    variant: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the interviewer says now: the parts in order, then the probe if there is one. No parts: stays silent."""

    step: Step
    question_id: str | None
    interviewer: int
    parts: tuple[Part, ...] = ()
    probe: ProbeWish | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """`state` holds once the utterance was heard; until then the old one does, and the same can be decided again."""

    utterance: Utterance
    state: FlowState
    intent: Intent | None = None

    @property
    def silent(self) -> bool:
        """There is nothing to say."""
        return not self.utterance.parts and self.utterance.probe is None


@dataclass(frozen=True, slots=True)
class Said:
    """The candidate said this: everything since the interviewer was last heard."""

    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The candidate pressed a button that means this."""

    intent: Intent


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody has said anything for as long as `flow.silence_due_s` allows."""


@dataclass(frozen=True, slots=True)
class Begin:
    """The interview begins, or goes on after an interruption."""


Happening = Said | Asked | Silence | Begin
