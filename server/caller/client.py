"""The caller's socket: an open microphone that never stops, a player, and everything the server said with its time."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from models.ports import Pcm
from server.caller.dialect import AUDIO_DELTAS, CallSettings, MicrophoneStream, truncated
from server.caller.microphone import FRAME_S, Line, Microphone, Spoken
from server.caller.player import Player
from server.wire import FRAME_REPLY, decode_binary
from voice.audio import Pcm16Decoder

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


class Caller:
    """Use `calling(...)`. Speak with `say`, wait with `wait_for`; `heard` is all that was said, in order."""

    def __init__(
        self, socket: ClientConnection, *, microphone: bool = True, plain: bool = False, line: Line | None = None
    ) -> None:
        self.heard: list[Said] = []
        self.player = Player()
        self.plain = plain
        self._socket = socket
        self._microphone = Microphone(line or Line(), self.player) if microphone else None
        self._streams: dict[int, str] = {}
        self._items: dict[str, str] = {}
        self._changed = asyncio.Condition()
        self._plain_state = "listening"
        self._hung_up = ""

    def say(self, audio: Pcm) -> Spoken:
        assert self._microphone is not None, "a written call has no microphone"
        return self._microphone.say(audio)

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
    def session_id(self) -> str:
        """The server's name for this call, as its leases carry it; "" before it has said so."""
        created = self.events("session.created")
        return str(created[0].event["session"]["id"]).removeprefix("sess_") if created else ""

    @property
    def state(self) -> str:
        """What the server is doing: as moui says, else as the protocol's events let one think."""
        if self.plain:
            current = self.player.current
            done = current is None or (current.complete and not self.player.sounding)
            return "listening" if self._plain_state == "speaking" and done else self._plain_state
        states = self.events("moui.state")
        return str(states[-1].event["state"]) if states else "listening"

    # --- the three loops ----------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled, or until the server hangs up: then whoever waits is told (CallError)."""
        try:
            async with asyncio.TaskGroup() as group:
                if self._microphone is not None:
                    group.create_task(self._speak(self._microphone))
                group.create_task(self._listen())
                group.create_task(self._report())
        except* ConnectionClosed as closed:
            self._hung_up = f"The server ended the call: {closed.exceptions[0]}."
        async with self._changed:
            self._changed.notify_all()

    async def _speak(self, microphone: Microphone) -> None:
        """20 ms frames against an absolute schedule, so that a late wake-up does not slow the microphone down."""
        stream = MicrophoneStream(self.plain)
        waiting: deque[tuple[float, str | bytes]] = deque()
        captured = time.perf_counter()
        while True:
            self.player.advance(time.perf_counter())
            message = stream.encode(microphone.frame(captured), lost=microphone.lost())
            if message is not None:
                waiting.append((microphone.due_s(captured), message))
            captured += FRAME_S
            while waiting and waiting[0][0] <= captured:
                await asyncio.sleep(max(0.0, waiting[0][0] - time.perf_counter()))
                await self._socket.send(waiting.popleft()[1])
            await asyncio.sleep(max(0.0, captured - time.perf_counter()))

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
        event, now = said.event, said.at_s
        if said.type in AUDIO_DELTAS:
            self._plain_audio(event, now)
            return  # not kept: a long call would hold every sample twice
        self.heard.append(said)
        match said.type:
            case "response.created":
                response = event["response"]
                if not self.plain:
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
        if self.plain:
            await self._take_plain(said)

    async def _take_plain(self, said: Said) -> None:
        """The player and the state by the protocol's conventions alone."""
        current = self.player.current
        match said.type:
            case "input_audio_buffer.speech_started":
                self._plain_state = "hearing"
                if current is not None:
                    await self._plain_silence(current.response_id, said.at_s)
            case "input_audio_buffer.speech_stopped":
                self._plain_state = "ending"
            case "response.created":
                self._plain_state = "thinking"
            case "response.done" if said.event["response"].get("status") == "cancelled":
                await self._plain_silence(said.event["response"]["id"], said.at_s)

    def _plain_audio(self, event: dict[str, Any], now: float) -> None:
        response_id = str(event["response_id"])
        if response_id not in self.player.playbacks:
            self.player.started(response_id)
        self._items[response_id] = str(event.get("item_id", ""))
        self._plain_state = "speaking"
        self.player.arrived(response_id, Pcm16Decoder().feed(base64.b64decode(event["delta"])), now)

    async def _plain_silence(self, response_id: str, now: float) -> None:
        sounding = self.player.sounding
        played = self.player.flush(response_id, now)
        if sounding and self._items.get(response_id):
            await self.send(truncated(self._items[response_id], played))

    async def _report(self) -> None:
        reported: dict[str, int] = {}
        while True:
            await asyncio.sleep(REPORT_EVERY_S)
            self.player.advance(time.perf_counter())
            playback = self.player.current
            if not self.plain and playback is not None and int(playback.played) != reported.get(playback.response_id):
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
    plain: bool = False,
    line: Line | None = None,
) -> AsyncIterator[Caller]:
    """Call the server at an http(s) or ws(s) URL. Raises CallError when it cannot be reached or the call breaks off.

    `interview` is the session to hold; `written`: no microphone, and replies come as text; `plain`: as a client that
    knows nothing of moui; `line`: what is wrong with the microphone and the way from it."""
    settings = CallSettings(language, instructions, token, interview, written, plain)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        socket = await connect(
            settings.address(url),
            subprotocols=[Subprotocol(name) for name in settings.subprotocols] or None,
            additional_headers=headers,
            compression=None,
            max_size=None,
        )
    except (OSError, InvalidHandshake, TimeoutError) as error:
        raise CallError(f"{url} cannot be reached: {error}. Is a server running there?") from error
    async with socket:
        caller = Caller(socket, microphone=not written, plain=plain, line=line)
        await caller.send({"type": "session.update", "session": settings.session()})
        running = asyncio.create_task(caller.run())  # owned here: ended and awaited below
        try:
            yield caller
        finally:
            running.cancel()
            await asyncio.wait([running])
            if not running.cancelled() and (failure := running.exception()) is not None:
                raise failure
