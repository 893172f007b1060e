"""Speaking over a reply: interruptions that are meant, and sounds that are not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from itertools import count

from models.ports import Pcm
from server.caller.client import Caller
from server.caller.latency.results import Interruption, NotMeant
from server.caller.player import Playback
from server.caller.sound import Clip
from server.caller.turns import FINAL, spoken_text, take_turn
from voice.events import OUTPUT_RATE_HZ

FIRST_AFTER_S = 1.0
"""A reply is first spoken over this long after it became audible; interruptions come later by turns."""

LATER_BY_S = 0.4
LATER_TIMES = 6

NOT_MEANT_EVERY_S = 4.0
"""Between two sounds over one reply: the last one's effect can be seen."""

STILL_TO_COME_S = 2.5
"""A reply needs to go on this long after a sound, to be seen going on."""

IN_HAND_S = 1.0
"""So much of a reply has to wait in the player before it is spoken over: one that runs dry just then was not silenced
by anybody. On a machine that keeps up it is there long before."""

DECIDED_WITHIN_S = 10.0
RESUMED_WITHIN_S = 4.0

Calls = Callable[[], AbstractAsyncContextManager[Caller]]


@dataclass(frozen=True, slots=True)
class Cut:
    """What is needed to say afterwards how much of a reply was heard."""

    interruption: Interruption
    text: str
    kept: str
    audio: Pcm
    played: int


async def interrupt(caller: Caller, ask: Clip, words: Clip, number: int) -> tuple[Interruption, Cut | None] | None:
    """Ask, let the reply sound for a moment, speak over it, and wait until that is answered.

    None: the reply was too short to be spoken over."""
    result = Interruption(words.text)
    playback = await _sounding(caller, ask, FIRST_AFTER_S + LATER_BY_S * (number % LATER_TIMES))
    if playback is None:
        return None
    since = len(caller.heard)
    spoken = caller.say(words.audio)
    await caller.wait_for(lambda: playback.flushed, DECIDED_WITHIN_S)
    begun = spoken.time_of(words.first)
    if not playback.flushed:
        return result, None
    flushes = caller.events("moui.playback.flush", since)
    decided_s = flushes[0].at_s if flushes else playback.silenced_s
    result.silence_ms = _ms(begun, playback.silenced_s)
    result.decided_ms = _ms(begun, decided_s)
    await caller.wait_for(lambda: bool(caller.events("response.created", since)), DECIDED_WITHIN_S)
    result.answered = bool(caller.events("response.created", since))
    finals = caller.events(FINAL, since)
    result.understood = " ".join(str(said.event["transcript"]).strip() for said in finals)
    return result, _cut(caller, playback, result)


def _cut(caller: Caller, playback: Playback, result: Interruption) -> Cut | None:
    responses = [s.event["response"] for s in caller.events("response.done")]
    mine = [response for response in responses if response["id"] == playback.response_id]
    items = {item.get("id") for response in mine for item in response.get("output", [])}
    kept = [s.event for s in caller.events("conversation.item.truncated") if s.event["item_id"] in items]
    if not mine or not kept or "moui" not in kept[-1]:
        return None
    text = str(kept[-1]["moui"]["text"])
    return Cut(result, spoken_text(mine[-1]), text, playback.audio(), int(playback.played))


async def not_meant(calls: Calls, asks: list[Clip], sounds: list[Clip]) -> AsyncIterator[NotMeant]:
    """Each of the sounds over a reply that is sounding: several over one reply, as long as it lasts."""
    waiting = list(sounds)
    for number in count():
        if not waiting or number >= 2 * len(sounds):
            return  # replies too short to be spoken over: what there is has been measured
        async with calls() as caller:
            playback = await _sounding(caller, asks[number % len(asks)], FIRST_AFTER_S)
            while playback is not None and waiting and _goes_on(playback):
                result = await _over(caller, playback, waiting.pop(0))
                yield result
                if not result.resumed:
                    break
                await asyncio.sleep(NOT_MEANT_EVERY_S)
                if playback.complete and not caller.player.sounding:
                    break


async def _over(caller: Caller, playback: Playback, sound: Clip) -> NotMeant:
    since = len(caller.heard)
    spoken = caller.say(sound.audio)
    await caller.wait_for(spoken.done.is_set, sound.seconds + 5)
    held_s = playback.silenced_s
    await asyncio.sleep(0.5)  # 32 ms of voice hold it; the frame, the network and its wording come on top
    held = playback.silenced_s is not None and playback.silenced_s >= spoken.started_s
    if held:
        await caller.wait_for(lambda: playback.flushed or not caller.player.paused, RESUMED_WITHIN_S)
        held_s = playback.silenced_s
    await caller.wait_for(lambda: bool(caller.events(FINAL, since)), 1.0)
    result = NotMeant(sound.name, resumed=not playback.flushed and not caller.player.paused)
    result.answered = bool(caller.events(FINAL, since)) or bool(caller.events("response.created", since))
    if held and held_s is not None and playback.resumed_s is not None and playback.resumed_s > held_s:
        result.silent_ms = round((playback.resumed_s - held_s) * 1000, 1)
    return result


async def _sounding(caller: Caller, ask: Clip, after_s: float) -> Playback | None:
    """The reply to `ask`, audible for `after_s`; None where it did not last."""
    _turn, playback = await take_turn(caller, ask, play_out=False)
    audible = playback.first_audible_s() if playback is not None else None
    if playback is None or audible is None:
        return None
    await asyncio.sleep(max(0.0, audible + after_s - time.perf_counter()))
    needed = IN_HAND_S * OUTPUT_RATE_HZ
    await caller.wait_for(lambda: playback.received - playback.played >= needed or playback.complete, DECIDED_WITHIN_S)
    return playback if caller.player.sounding and playback.received - playback.played >= needed else None


def _goes_on(playback: Playback) -> bool:
    left_s = (playback.received - playback.played) / OUTPUT_RATE_HZ
    return not playback.flushed and (not playback.complete or left_s > STILL_TO_COME_S)


def _ms(begun: float, at_s: float | None) -> float | None:
    return None if at_s is None else round((at_s - begun) * 1000, 1)
