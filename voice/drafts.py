"""Drafts: a reply begun while the user has only paused, in case the pause is the end of their turn.

A draft is an ordinary response whose egress is a list. When the turn ends as it was foreseen, the list goes out and the
response goes on as if it had just been begun; when the speaker goes on, it is cancelled and has never existed. Until
its first sound is made nobody waits for the turn to end, so it does not (`Endpointer.held`).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from models.ports import EngineError
from voice.events import ResponseAudio, ResponseText, SessionConfig, SessionEvent
from voice.responder import Responder, TurnContext
from voice.response import LEAD_S, ResponseRun

log = logging.getLogger("moui.drafts")

DRAFT_LEAD_S = 3.0
"""Speech made for a draft: enough that it does not run dry when it is released, little to throw away."""


@dataclass(slots=True)
class Draft:
    """`run.turn` holds the conversation as it will be if the user has finished: that is what is compared."""

    run: ResponseRun
    config: SessionConfig
    task: asyncio.Task[None]
    said: list[SessionEvent] = field(default_factory=list)
    on_ready: Callable[[], None] = field(default=lambda: None)
    ready: bool = False
    """Something of it could be heard (or read, where there is no voice)."""

    def keep(self, event: SessionEvent) -> None:
        """What the reply would say."""
        self.said.append(event)
        if isinstance(event, ResponseAudio if self.run.audio else ResponseText):
            self.ready = True
            self.on_ready()

    def is_the_reply_to(self, turn: TurnContext, config: SessionConfig) -> bool:
        """All that a responder may know is the same, and so is the way it is spoken."""
        made_for = replace(self.run.turn, context=turn.context, reply_item=turn.reply_item)
        return made_for == turn and self.config is config and self.run.outcome.status != "failed"


class Drafts:
    """At most one at a time."""

    def __init__(self) -> None:
        self.current: Draft | None = None
        self._discarded: list[int] = []

    def begin(
        self,
        run: ResponseRun,
        config: SessionConfig,
        start: Callable[[ResponseRun], asyncio.Task[None]],
        on_ready: Callable[[], None],
    ) -> None:
        """`on_ready` is called when it is, and again for all that follows."""
        self.withdraw()
        draft = self.current = Draft(run, config, start(run), on_ready=on_ready)
        run.emit, run.lead_s = draft.keep, DRAFT_LEAD_S

    def withdraw(self) -> None:
        """The speaker goes on, or something else is asked: what was drafted has never existed."""
        draft, self.current = self.current, None
        if draft is not None:
            draft.task.cancel()
            self._discarded.append(draft.run.turn.context.response_id)

    def adopt(self, turn: TurnContext, config: SessionConfig) -> Draft | None:
        """The draft, if it is the very reply that would be made now; else there is none any more."""
        draft = self.current
        if draft is None or not draft.is_the_reply_to(turn, config):
            self.withdraw()
            return None
        self.current = None
        draft.run.lead_s = LEAD_S
        draft.run.playout_moved.set()
        return draft

    async def opinion(self, responder: Responder, run: ResponseRun) -> float | None:
        """How likely the model finds the draft's turn to be over; None: it cannot tell, or nobody asks any more."""
        try:
            ends = await responder.ends(run.turn)
        except EngineError as error:
            log.info("the model could not say whether the turn is over: %s", error)
            return None
        return ends if self.makes(run) else None

    def makes(self, run: ResponseRun) -> bool:
        return self.current is not None and self.current.run is run

    def take_discarded(self) -> tuple[int, ...]:
        """The calls of the drafts thrown away since this was last asked."""
        discarded, self._discarded = tuple(self._discarded), []
        return discarded
