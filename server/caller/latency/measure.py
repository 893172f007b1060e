"""One scenario over one server: its calls, and what the server's leases and memory say of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from itertools import cycle, groupby
from pathlib import Path
from typing import Any

from server.caller.client import Caller, calling
from server.caller.latency.floor import AnsweredTurn, Row, StageCost, floor_of, speculation, stage_cost
from server.caller.latency.heard import heard_words
from server.caller.latency.memory import Memory, watched
from server.caller.latency.over_reply import Cut, interrupt, not_meant
from server.caller.latency.results import ScenarioResult
from server.caller.latency.scenarios import LONG_REPLIES, Kind, Scenario
from server.caller.latency.sounds import spoken
from server.caller.latency.speech import Voices, texts
from server.caller.local import Server
from server.caller.sound import Clip
from server.caller.turns import take_turn

BETWEEN_TURNS_S = 0.5
"""Nobody begins to answer the instant a question ends."""


ATTEMPTS = 3
"""How often a reply that is too short to be spoken over is asked for again, on average."""


@dataclass(frozen=True, slots=True)
class Target:
    """Who is measured. `plain`: a server of OpenAI's protocol that knows nothing of moui; its inside stays unseen."""

    name: str
    server: Server
    plain: bool = False


class Run:
    """One scenario being measured."""

    def __init__(self, target: Target, scenario: Scenario, voices: Voices, models_dir: Path) -> None:
        self._target, self._scenario, self._voices, self._models_dir = target, scenario, voices, models_dir
        self._memory = Memory()
        self._heard: set[tuple[str, int]] = set()
        self._cuts: list[Cut] = []
        self.result = ScenarioResult(scenario.name, scenario.what)

    async def measure(self, clips: list[Clip]) -> ScenarioResult:
        begun = time.perf_counter()
        offset = 0.0 if self._target.plain else await self._clock_offset()
        self._memory = Memory()
        watching = nullcontext(self._memory) if self._target.plain else watched(self._target.server)
        async with watching as self._memory:
            match self._scenario.kind:
                case Kind.TURNS:
                    await self._turns(clips)
                case Kind.INTERRUPTIONS:
                    await self._interruptions(clips)
                case Kind.NOT_MEANT:
                    await self._not_meant(clips)
        self.result.seconds = round(time.perf_counter() - begun, 1)
        if not self._target.plain:
            self._account(await asyncio.to_thread(self._leases, begun + offset), offset)
            self.result.peak_rss_mb = self._memory.peak
        if self._cuts:
            await asyncio.to_thread(heard_words, self._cuts, self._models_dir)
        return self.result

    # --- the calls ----------------------------------------------------------------------------------------------

    def _call(self, language: str, instructions: str | None) -> AbstractAsyncContextManager[Caller]:
        server = self._target.server
        return calling(
            server.url,
            language=language,
            instructions=instructions,
            token=server.token,
            plain=self._target.plain,
            line=self._scenario.line(),
        )

    async def _turns(self, clips: list[Clip]) -> None:
        for language, same in groupby(clips, key=lambda clip: clip.language):
            for in_one_call in _batches(list(same), self._scenario.per_call):
                async with self._call(language, self._scenario.instructions) as caller:
                    for clip in in_one_call:
                        turn, _playback = await take_turn(caller, clip)
                        self.result.turns.append(turn)
                        self.result.memory_mb.append(self._memory.at(time.perf_counter()))
                        await asyncio.sleep(BETWEEN_TURNS_S)
                    self._note_heard(caller)

    def _asks(self) -> list[Clip]:
        return [spoken(text, [self._voices.sound(text)], text=text) for text in texts()["ask"]]

    async def _interruptions(self, clips: list[Clip]) -> None:
        asks = cycle(self._asks())
        waiting = list(enumerate(clips))
        for _ in range(ATTEMPTS * len(clips)):
            if not waiting:
                break
            number, clip = waiting[0]
            async with self._call(clip.language, LONG_REPLIES) as caller:  # small models tell a long story only once
                done = await interrupt(caller, next(asks), clip, number)
                await asyncio.sleep(BETWEEN_TURNS_S)
                self._note_heard(caller)
            if done is None:
                continue
            waiting.pop(0)
            self.result.interruptions.append(done[0])
            if done[1] is not None:
                self._cuts.append(done[1])

    async def _not_meant(self, clips: list[Clip]) -> None:
        last: list[Caller] = []

        def call() -> AbstractAsyncContextManager[Caller]:
            for caller in last:
                self._note_heard(caller)
            return _kept(self._call("en", LONG_REPLIES), last)

        async for result in not_meant(call, self._asks(), clips):
            self.result.not_meant.append(result)
        for caller in last:
            self._note_heard(caller)

    def _note_heard(self, caller: Caller) -> None:
        for said in caller.events("moui.turn.timings"):
            if caller.player.playbacks[said.event["response_id"]].received:
                self._heard.add((caller.session_id, int(said.event.get("call", 0))))

    # --- what the server knows ----------------------------------------------------------------------------------

    async def _clock_offset(self) -> float:
        """Seconds that the server's clock is ahead of this process's: 0 on one machine, but who knows."""
        before = time.perf_counter()
        now = float((await asyncio.to_thread(self._leases, 1e15))["now"])
        return now - (before + time.perf_counter()) / 2

    def _leases(self, since: float) -> dict[str, Any]:
        answer: dict[str, Any] = self._target.server.get(f"/api/leases?since={since:.6f}")
        return answer

    def _account(self, leases: dict[str, Any], offset: float) -> None:
        result = self.result
        rows: list[Row] = leases["leases"]
        result.leases, result.overlap_ms = len(rows), float(leases["overlap_ms"])
        for row in rows:
            phase = f"{row['engine']} {row['phase']}"
            busy = result.lease_busy_s.get(phase, 0.0) + row["end_s"] - row["start_s"]
            result.lease_busy_s[phase] = round(busy, 3)
        costs: list[StageCost] = []
        for turn in result.turns:
            if turn.heard_s is None or turn.voice_to_voice_ms is None or not turn.complete:
                continue
            answered = AnsweredTurn(turn.session_id, turn.call, turn.ended_s + offset, turn.heard_s + offset)
            cost = stage_cost(rows, answered)
            if cost is not None:
                costs.append(cost)
        result.floor = floor_of(costs)
        result.speculation = speculation(rows, self._heard)


def _batches(clips: list[Clip], size: int) -> Iterable[list[Clip]]:
    return (clips[start : start + size] for start in range(0, len(clips), size))


@asynccontextmanager
async def _kept(call: AbstractAsyncContextManager[Caller], last: list[Caller]) -> AsyncIterator[Caller]:
    """The call, with its caller kept for what is asked of it when it is over."""
    async with call as caller:
        last[:] = [caller]
        yield caller
