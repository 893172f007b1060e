"""The seam between the voice loop and what is said: a Responder turns a conversation into a stream of text.

`voice` sees this protocol only; the interviewer (`interview/`) implements it. It may use a language model or not.
"""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class TurnContext:
    """All a responder may know. `items` ends with the newest entry; `instructions` override the responder's own."""

    items: tuple[Item, ...]
    language: str
    instructions: str
    max_tokens: int
    context: CallContext


@dataclass(frozen=True, slots=True)
class SpeechStyle:
    """How to say it: a voice's id (None: the session's), a factor on the session's speed, a gain in decibels."""

    voice: str | None = None
    speed: float = 1.0
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Reply:
    """A piece of the reply's text, in order. The numbers arrive with the last piece, 0 where there is no model.

    `style` holds from this piece on; a piece that changes it begins a new sentence.
    """

    text: str
    style: SpeechStyle | None = None
    prompt_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    truncated: bool = False


class Responder(Protocol):
    def respond(self, turn: TurnContext) -> AsyncGenerator[Reply, None]:
        """Stream the reply. Closing the generator cancels all work behind it. Raises models.ports.EngineError."""
        ...

    async def prepare(self, turn: TurnContext) -> None:
        """Nothing is being said: warm what the next reply will need (a prompt's prefix). May be cancelled any time."""
        ...

    def apology(self, language: str) -> str:
        """What to say, briefly, when the engine behind a reply broke and the reply is tried again."""
        ...
