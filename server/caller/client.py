"""The caller's socket: an open microphone that never stops, a player, and everything the server said with its time."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from models.ports import MIC_RATE_HZ, Pcm
from server.caller.player import Player
from server.wire import FRAME_MIC, FRAME_REPLY, SUBPROTOCOL_BINARY, BinaryFrame, decode_binary, encode_binary
from voice.audio import Pcm16Decoder, to_pcm16

FRAME_SAMPLES = MIC_RATE_HZ // 50
REPORT_EVERY_S = 0.1
HEARING_TIMEOUT_S = 120.0


class CallError(Exception):
    """The call cannot be made or broke off. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class Said:
    """One event of the server and when it arrived, in seconds of `time.perf_counter`."""

    at_s: float
    event: dict[str, Any]

    @property
    def type(self) -> str:
        return str(self.event["type"])


@dataclass(slots=True)
class Spoken:
    """One clip on its way into the microphone. Times are set as its samples are sent."""

    audio: Pcm
    sent: int = 0
    started_s: float = 0.0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def time_of(self, sample: int) -> float:
        """When a sample of the clip went out: the microphone runs in real time from the first."""
        return self.started_s + sample / MIC_RATE_HZ


class Caller:
    """Use `calling(...)`. Speak with `say`, wait with `wait_for`; `heard` is all that was said, in order."""

    def __init__(self, socket: ClientConnection, *, microphone: bool = True) -> None:
        self.heard: list[Said] = []
        self.player = Player()
        self._socket = socket
        self._microphone = microphone
        self._streams: dict[int, str] = {}
        self._queue: deque[Spoken] = deque()
        self._changed = asyncio.Condition()
        self._sequence = 0
        self._position = 0
        self._hung_up = ""

    def say(self, audio: Pcm) -> Spoken:
        spoken = Spoken(audio)
        self._queue.append(spoken)
        return spoken

    async def send(self, event: dict[str, Any]) -> None:
        await self._socket.send(json.dumps(event))

    async def wait_for(self, condition: Callable[[], bool], timeout_s: float = HEARING_TIMEOUT_S) -> bool:
        """Until something the server says, or the player does, makes `condition` true. False: it never did.

        Raises CallError when the server hung up first."""
        try:
            async with asyncio.timeout(timeout_s), self._changed:
                await self._changed.wait_for(lambda: bool(self._hung_up) or condition())
        except TimeoutError:
            return False
        if self._hung_up and not condition():
            raise CallError(self._hung_up)
        return True

    def events(self, kind: str, since: int = 0) -> list[Said]:
        return [said for said in self.heard[since:] if said.type == kind]

    @property
    def state(self) -> str:
        states = self.events("moui.state")
        return str(states[-1].event["state"]) if states else "listening"

    # --- the three loops ----------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled, or until the server hangs up: then whoever waits is told (CallError)."""
        try:
            async with asyncio.TaskGroup() as group:
                if self._microphone:
                    group.create_task(self._speak())
                group.create_task(self._listen())
                group.create_task(self._report())
        except* ConnectionClosed as closed:
            self._hung_up = f"The server ended the call: {closed.exceptions[0]}."
        async with self._changed:
            self._changed.notify_all()

    async def _speak(self) -> None:
        """20 ms frames against an absolute schedule, so that a late wake-up does not slow the microphone down."""
        begin = time.perf_counter()
        number = 0
        while True:
            frame, spoken = self._next_frame()
            if spoken is not None and spoken.sent == 0:
                spoken.started_s = begin + number * FRAME_SAMPLES / MIC_RATE_HZ
            data = BinaryFrame(FRAME_MIC, 0, self._sequence, self._position, to_pcm16(frame))
            self._sequence += 1
            self._position += FRAME_SAMPLES
            await self._socket.send(encode_binary(data))
            if spoken is not None:
                spoken.sent += FRAME_SAMPLES
                if spoken.sent >= len(spoken.audio):
                    self._queue.popleft()
                    spoken.done.set()
            number += 1
            await asyncio.sleep(max(0.0, begin + number * FRAME_SAMPLES / MIC_RATE_HZ - time.perf_counter()))

    def _next_frame(self) -> tuple[Pcm, Spoken | None]:
        if not self._queue:
            return np.zeros(FRAME_SAMPLES, np.float32), None
        spoken = self._queue[0]
        frame = spoken.audio[spoken.sent : spoken.sent + FRAME_SAMPLES]
        return np.pad(frame, (0, FRAME_SAMPLES - len(frame))), spoken

    async def _listen(self) -> None:
        async for message in self._socket:
            now = time.perf_counter()
            if isinstance(message, bytes):
                frame = decode_binary(message)
                if frame.kind == FRAME_REPLY and frame.stream in self._streams:
                    self.player.arrived(self._streams[frame.stream], Pcm16Decoder().feed(frame.pcm16), now)
            else:
                await self._take(Said(now, json.loads(message)))
            async with self._changed:
                self._changed.notify_all()
        raise self._socket.protocol.close_exc  # a proper close ends the loop quietly; whoever waits is to know

    async def _take(self, said: Said) -> None:
        self.heard.append(said)
        event, now = said.event, said.at_s
        match said.type:
            case "response.created":
                response = event["response"]
                self._streams[response["moui"]["stream"]] = response["id"]
                self.player.started(response["id"])
            case "response.done":
                self.player.finished(event["response"]["id"])
            case "moui.playback.pause":
                self.player.pause(event["response_id"], now)
            case "moui.playback.resume":
                self.player.resume(event["response_id"], now)
            case "moui.playback.flush":
                played = self.player.flush(event["response_id"], now)
                await self._playout(event["response_id"], played, flushed=True)

    async def _report(self) -> None:
        reported: dict[str, int] = {}
        while True:
            await asyncio.sleep(REPORT_EVERY_S)
            self.player.advance(time.perf_counter())
            playback = self.player.current
            if playback is not None and int(playback.played) != reported.get(playback.response_id):
                reported[playback.response_id] = int(playback.played)
                await self._playout(playback.response_id, int(playback.played), flushed=False)
            async with self._changed:
                self._changed.notify_all()

    async def _playout(self, response_id: str, samples: int, *, flushed: bool) -> None:
        await self.send({"type": "moui.playout", "response_id": response_id, "samples": samples, "flushed": flushed})


@asynccontextmanager
async def calling(
    url: str,
    *,
    language: str = "en",
    instructions: str | None = None,
    token: str | None = None,
    interview: str | None = None,
    written: bool = False,
) -> AsyncIterator[Caller]:
    """Call the server at an http(s) URL. Raises CallError when it cannot be reached or the connection breaks.

    `interview` is the session to hold; `written`: no microphone, and replies come as text."""
    address = url.replace("http", "ws", 1).rstrip("/") + "/v1/realtime?model=moui"
    if interview is not None:
        address += f"&interview={quote(interview, safe='')}"
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        socket = await connect(
            address,
            subprotocols=[Subprotocol(SUBPROTOCOL_BINARY)],
            additional_headers=headers,
            compression=None,
            max_size=None,
        )
    except (OSError, InvalidHandshake, TimeoutError) as error:
        raise CallError(f"{url} cannot be reached: {error}. Is moui running there?") from error
    async with socket:
        caller = Caller(socket, microphone=not written)
        await caller.send({"type": "session.update", "session": _session(language, instructions, written)})
        running = asyncio.create_task(caller.run())  # owned here: ended and awaited below
        try:
            yield caller
        finally:
            running.cancel()
            await asyncio.wait([running])
            if not running.cancelled() and (failure := running.exception()) is not None:
                raise failure


def _session(language: str, instructions: str | None, written: bool) -> dict[str, Any]:
    audio_in = {"format": {"type": "audio/pcm", "rate": MIC_RATE_HZ}, "transcription": {"language": language}}
    session: dict[str, Any] = {"type": "realtime", "audio": {"input": audio_in}}
    if instructions is not None:
        session["instructions"] = instructions
    if written:
        session["output_modalities"] = ["text"]
    return session
