"""Idle time: what is made ready for the next reply while nobody waits for anything; given up when somebody does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

from models.ports import EngineError, SynthesizeRequest, Voice
from voice.events import SessionConfig
from voice.fragments import rehearsal
from voice.rehearsal import Rehearsed
from voice.responder import Responder, TurnContext

log = logging.getLogger("moui.idle")


@dataclass(frozen=True, slots=True)
class _Wish:
    turn: TurnContext
    said: str
    config: SessionConfig


class Idle:
    """One task at most. A newer wish waits for the running one, which it continues: prefixes only grow."""

    def __init__(
        self, responder: Responder, tts: Rehearsed, voice_for: Callable[[str, str | None], Voice | None]
    ) -> None:
        self._responder = responder
        self._tts = tts
        self._voice_for = voice_for
        self._task: asyncio.Task[None] | None = None
        self._wish: _Wish | None = None

    def prepare(self, group: asyncio.TaskGroup, turn: TurnContext, said: str, config: SessionConfig) -> None:
        """Warm the prompt of the next reply; while nobody is speaking, also make the sound of what may be said."""
        self._wish = _Wish(turn, said, config)
        if self._task is None or self._task.done():
            self._task = group.create_task(self._run())

    def stop(self) -> None:
        """Somebody waits now."""
        self._wish = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self) -> None:
        while (wish := self._wish) is not None:
            self._wish = None
            try:
                await self._responder.prepare(wish.turn, wish.said)
                if not wish.said:
                    await self._rehearse(wish)
            except EngineError as error:  # only speed is lost
                log.info("the next reply could not be prepared: %s", error)

    async def _rehearse(self, wish: _Wish) -> None:
        if not wish.config.audio:
            return
        turn = wish.turn
        for fragment in rehearsal(self._responder.rehearse(turn), turn.language):
            voice = self._voice_for(turn.language, fragment.style.voice)
            if voice is None or self._wish is not None:
                return
            speed = wish.config.speed * fragment.style.speed
            await self._tts.rehearse(SynthesizeRequest(fragment.text, voice.id, turn.language, speed, turn.context))
