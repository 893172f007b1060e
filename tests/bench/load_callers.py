"""Callers for the load benchmark: many in one process, each an open microphone that talks by its own timetable.

Open loop: who arrives when, and who speaks when, is drawn beforehand and does not wait for the server. A caller that is
answered late speaks over the answer, as a person would.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from models.ports import MIC_RATE_HZ, Pcm
from server.wire import FRAME_MIC, SUBPROTOCOL_BINARY, BinaryFrame, encode_binary
from voice.audio import to_pcm16
from voice.events import OUTPUT_RATE_HZ

FRAME = MIC_RATE_HZ // 50
FRAME_S = FRAME / MIC_RATE_HZ
SILENT_FRAME = bytes(2 * FRAME)
REPORT_EVERY_S = 0.1
TALKS_S = (2.0, 8.0)
LISTENS_S = (9.0, 14.0)
"""Longer than an answer, so that most are heard to the end."""


@dataclass(slots=True)
class Playing:
    """The reply being played: it sounds in real time from its first sample on."""

    response_id: str
    started_s: float
    received: int = 0
    reported: int = -1

    def played(self, now: float) -> int:
        return min(self.received, int((now - self.started_s) * OUTPUT_RATE_HZ))


@dataclass(slots=True)
class Tally:
    """What all callers saw together. Seconds."""

    answered_s: list[float] = field(default_factory=list)
    """End of an utterance to the first sound of its reply."""
    utterances: int = 0
    late_s: list[float] = field(default_factory=list)
    """How late frames left: what this process, not the server, did to real time."""
    failures: list[str] = field(default_factory=list)


class LoadCaller:
    def __init__(self, url: str, words: Sequence[bytes], seed: int, tally: Tally) -> None:
        self._address = url.replace("http", "ws", 1) + "/v1/realtime?model=load"
        self._words = words
        self._random = random.Random(seed)
        self._tally = tally
        self._streams: dict[int, str] = {}
        self._playing: Playing | None = None
        self._asked_s: float | None = None

    async def run(self, arrives_s: float, leaves_s: float) -> None:
        """From its arrival to its leaving, both on the clock of `time.perf_counter`."""
        await asyncio.sleep(arrives_s - time.perf_counter())
        try:
            async with connect(
                self._address, subprotocols=[Subprotocol(SUBPROTOCOL_BINARY)], compression=None, max_size=None
            ) as socket:
                await socket.send(json.dumps({"type": "session.update", "session": _SESSION}))
                async with asyncio.TaskGroup() as group:
                    listening = group.create_task(self._listen(socket))
                    await self._talk(socket, leaves_s)
                    listening.cancel()
        except* (OSError, WebSocketException) as failed:
            self._tally.failures.append(repr(failed.exceptions[0]))

    async def _talk(self, socket: ClientConnection, leaves_s: float) -> None:
        begin, number, change_at, talking = time.perf_counter(), 0, self._random.randint(50, 250), False
        while (due := begin + number * FRAME_S) < leaves_s:
            if number == change_at:
                if talking:
                    self._asked_s = due
                    self._tally.utterances += 1
                talking = not talking
                seconds = self._random.uniform(*(TALKS_S if talking else LISTENS_S))
                change_at = number + round(seconds / FRAME_S)
            pcm16 = self._words[number % len(self._words)] if talking else SILENT_FRAME
            now = time.perf_counter()
            await asyncio.sleep(max(0.0, due - now))
            self._tally.late_s.append(max(0.0, time.perf_counter() - due))
            await socket.send(encode_binary(BinaryFrame(FRAME_MIC, 0, number, number * FRAME, pcm16)))
            number += 1
            if number % round(REPORT_EVERY_S / FRAME_S) == 0:
                await self._report(socket, flushed=False)

    async def _listen(self, socket: ClientConnection) -> None:
        async for message in socket:
            if isinstance(message, bytes):
                self._hear(message)
                continue
            event = json.loads(message)
            match event["type"]:
                case "response.created":
                    self._streams = {event["response"]["moui"]["stream"]: event["response"]["id"]}
                case "moui.playback.flush":
                    await self._report(socket, flushed=True)
                case "error":
                    self._tally.failures.append(event["error"]["message"])

    def _hear(self, frame: bytes) -> None:
        now = time.perf_counter()
        response_id = self._streams.get(int.from_bytes(frame[2:4], "little"))
        if response_id is None:
            return
        if self._playing is None or self._playing.response_id != response_id:
            self._playing = Playing(response_id, now)
            if self._asked_s is not None:
                self._tally.answered_s.append(now - self._asked_s)
                self._asked_s = None
        self._playing.received += (len(frame) - 16) // 2

    async def _report(self, socket: ClientConnection, *, flushed: bool) -> None:
        playing = self._playing
        if playing is None:
            return
        played = playing.played(time.perf_counter())
        if played != playing.reported or flushed:
            playing.reported = played
            event = {"type": "moui.playout", "response_id": playing.response_id, "samples": played, "flushed": flushed}
            await socket.send(json.dumps(event))


_SESSION = {
    "type": "realtime",
    "audio": {"input": {"format": {"type": "audio/pcm", "rate": MIC_RATE_HZ}, "transcription": {"language": "en"}}},
}


def frames(audio: Pcm) -> tuple[bytes, ...]:
    """PCM16 frames of 20 ms, a last short one left out."""
    pcm16 = to_pcm16(audio)
    return tuple(pcm16[at : at + 2 * FRAME] for at in range(0, len(pcm16) - 2 * FRAME + 1, 2 * FRAME))


async def call(
    url: str, words: Sequence[bytes], *, sessions: int, arrive_within_s: float, stay_s: float, seed: int
) -> Tally:
    """`sessions` callers arrive within `arrive_within_s` (a Poisson process of that many arrivals) and stay until
    `stay_s` after the last could have come."""
    tally, rng, begin = Tally(), random.Random(seed), time.perf_counter() + 0.5
    leaves = begin + arrive_within_s + stay_s
    async with asyncio.TaskGroup() as group:
        for number in range(sessions):
            caller = LoadCaller(url, words, seed + number, tally)
            group.create_task(caller.run(begin + rng.uniform(0.0, arrive_within_s), leaves))
    return tally
