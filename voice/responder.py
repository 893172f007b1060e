"""The seam between the voice loop and what is said: a Responder turns a conversation into a stream of text.

`voice` sees this protocol only; the interviewer (`interview/`) implements it. It may use a language model or not.
"""

from __future__ import annotations

import enum
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal, Protocol

from models.ports import CallContext


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the conversation. For a reply, `text` is what was heard, not what was written."""

    id: str
    role: Literal["user", "assistant", "system"]
    text: str


class Expected(enum.StrEnum):
    """What kind of answer a question asks for: how patiently its end is waited for."""

    SHORT = "short"
    """Yes, no, a name: "Shall we go on?" """
    NORMAL = "normal"
    LONG = "long"
    """An account: "Tell me about a time ..." """


@dataclass(frozen=True, slots=True)
class TurnContext:
    """All a responder may know. `items` ends with the newest entry; `instructions` override the responder's own.

    `reply_item` is the id the reply will have in the conversation if it comes to be heard; "" while nothing is replied.
    """

    items: tuple[Item, ...]
    language: str
    instructions: str
    max_tokens: int
    context: CallContext
    reply_item: str = ""


@dataclass(frozen=True, slots=True)
class SpeechStyle:
    """How to say it: a voice's id (None: the session's), a factor on the session's speed, a gain in decibels."""

    voice: str | None = None
    speed: float = 1.0
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A piece of the reply's text, in order. The numbers arrive with the last piece, 0 where there is no model.

    `style` holds from this piece on; a piece that changes it begins a new sentence. `bridge`: an acknowledgement that
    says nothing yet ("I see."): voice-to-content is counted from the first piece that is none. `expects`: what kind of
    answer the question in this piece asks for; None: to be judged by its words.
    """

    text: str
    style: SpeechStyle | None = None
    bridge: bool = False
    expects: Expected | None = None
    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    truncated: bool = False


class Responder(Protocol):
    @property
    def acknowledges_waiting(self) -> bool:
        """Whether "one moment, please" gets a reply of its own. If not, it only makes moui wait."""
        ...

    def respond(self, turn: TurnContext) -> AsyncGenerator[Reply, None]:
        """Stream the reply. Closing the generator cancels all work behind it. Raises models.ports.EngineError.

        It may be asked for while the user has only paused, and thrown away when they go on: nothing may be remembered
        until the reply of `turn.reply_item` is known to have begun.
        """
        ...

    async def prepare(self, turn: TurnContext, said: str = "") -> None:
        """Warm what the next reply will need (a prompt's prefix). `said`: the user is speaking, and the turn will most
        likely begin so. "": nobody is speaking, the user will be next. May be cancelled any time."""
        ...

    async def ends(self, turn: TurnContext) -> float | None:
        """How likely the user's newest words are all they have to say, as the model sees it (0-1): how probable an end
        of the sentence is after them. None: it cannot tell. Raises EngineError. May be cancelled any time."""
        ...

    def rehearse(self, turn: TurnContext) -> tuple[Reply, ...]:
        """Whole sentences that will perhaps be said next and need no model: their sound can be made ahead of time.
        The likeliest first."""
        ...

    def apology(self, language: str) -> str:
        """What to say, briefly, when the engine behind a reply broke and the reply is tried again."""
        ...
