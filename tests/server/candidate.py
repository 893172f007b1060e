"""A candidate who writes down everything the server has acknowledged, and checks afterwards that it is there.

Acknowledged means: the client has received
    conversation.item.done                                  of a typed answer,
    conversation.item.input_audio_transcription.completed   of a spoken one,
    response.done with status "completed"                   of what the interviewer said.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from interview import lines
from interview.shapes import Language
from models.ports import MIC_RATE_HZ
from server.caller.turns import spoken_text
from tests.fakes import quiet, speech
from tests.interview.plans import GOOD, NO_RESULT
from tests.server.interview_process import HEARD
from voice.audio import to_pcm16

PATIENCE_S = 20.0


class Gone(Exception):
    """The server died."""


class Over(Exception):
    """The interview is over and the server has said goodbye."""


@dataclass
class Ledger:
    """What is known of one interview from outside, over all of its sittings."""

    session_id: str
    language: Language
    acknowledged: list[tuple[str, str]] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    over: bool = False
    stored: dict[int, tuple[str, str]] = field(default_factory=dict)
    sittings: int = 0
    resumed: int = 0
    replied: int = 0
    """Sittings that began with the reply to an answer of the one before."""

    def saw(self, event: Mapping[str, Any]) -> None:
        match event:
            case {"type": "conversation.item.done", "item": {"role": "user", "content": [{"text": text}]}}:
                self.acknowledged.append(("candidate", text))
            case {"type": "conversation.item.input_audio_transcription.completed", "transcript": text} if text:
                self.acknowledged.append(("candidate", text))
            case {"type": "response.done", "response": {"status": "completed"} as response}:
                if text := one_line(spoken_text(response)):
                    self.acknowledged.append(("interviewer", text))

    def check(self, turns: Sequence[Mapping[str, Any]]) -> None:
        """Nothing acknowledged is lost, nothing is there twice, nothing stored has changed."""
        told = [(turn["speaker"], one_line(turn["written"])) for turn in turns]
        assert [turn["number"] for turn in turns] == list(range(len(turns)))
        left = iter(told)
        lost = [said for said in self.acknowledged if said not in left]  # in their order: `in` uses the iterator up
        assert not lost, f"acknowledged and not there: {lost}"
        answers = Counter(text for speaker, text in told if speaker == "candidate")
        assert answers <= self.sent, answers - self.sent
        for number, known in self.stored.items():
            assert told[number] == known, "a stored turn was replaced by another"
        self.stored = dict(enumerate(told))
        asked = Counter(turn["question_id"] for turn in turns if turn["step"] == "question" and _speaks(turn))
        assert not [question for question, times in asked.items() if times > 1], f"asked twice as new: {asked}"

    def check_first_words(self, before: Sequence[Mapping[str, Any]], text: str) -> None:
        """Whoever comes back is replied to, where a reply is owed, and else asked the last question again."""
        again = [line for line in lines.load_lines(self.language)["resume"] if text.startswith(line)]
        if not before or before[-1]["speaker"] == "candidate":
            assert not again, f"the answer was not replied to: {text}"
            self.replied += bool(before)
            return
        assert again, f"nothing was said of the interruption: {text}"
        question = text.removeprefix(again[0]).strip()
        last = [turn for turn in before if _speaks(turn) and turn["step"] != "aside"][-1]
        assert question, "nothing was asked"
        assert one_line(last["written"]).endswith(question), f"{question} is not what was asked last"
        self.resumed += 1


def _speaks(turn: Mapping[str, Any]) -> bool:
    return bool(turn["speaker"] == "interviewer")


def one_line(text: str) -> str:
    return " ".join(text.split())


class Candidate:
    """One sitting on one connection. `on_event` is told the type of every event that has come."""

    def __init__(self, ws: ClientConnection, ledger: Ledger, on_event: Callable[[str], Awaitable[None]]) -> None:
        self._ws = ws
        self._ledger = ledger
        self._on_event = on_event
        self.how = ""

    async def hold(self, before: Sequence[Mapping[str, Any]], *, audio: bool, typed: Callable[[], bool]) -> None:
        """From here to the end. `before` is what was stored; `typed` says how the next answer is given.

        Raises Over, or Gone."""
        await self._send(
            type="session.update",
            session={
                "type": "realtime",
                "output_modalities": ["audio" if audio else "text"],
                "audio": {"input": {"format": {"type": "audio/pcm", "rate": MIC_RATE_HZ}}},
            },
        )
        await self._send(type="response.create")
        self._ledger.check_first_words(before, await self._reply())
        self._ledger.sittings += 1
        while True:
            await (self._type() if typed() else self._speak())
            await self._reply()

    async def _type(self) -> None:
        number = self._ledger.sent.total()
        texts = (NO_RESULT if number % 2 else GOOD)[self._ledger.language]
        text = f"{texts} ({number})"
        self._ledger.sent[text] += 1
        content = [{"type": "input_text", "text": text}]
        await self._send(type="conversation.item.create", item={"type": "message", "role": "user", "content": content})
        await self._send(type="response.create")

    async def _speak(self) -> None:
        self._ledger.sent[HEARD[self._ledger.language]] += 1
        for sound in (speech(1.5), quiet(1.5)):
            await self._send(type="input_audio_buffer.append", audio=base64.b64encode(to_pcm16(sound)).decode())

    async def _reply(self) -> str:
        """The interviewer's next words, when it listens again."""
        text = None
        while True:
            event = await self._next()
            match event:
                case {"type": "response.done", "response": {"status": "completed"} as response}:
                    text = one_line(spoken_text(response))
                case {"type": "moui.state", "state": "listening"} if text is not None:
                    return text
                case {"type": "error" | "moui.transcript.dropped"}:
                    raise AssertionError(event)
                case {"type": "moui.notice", "code": "not_saved"}:
                    raise AssertionError(event)

    async def _next(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(PATIENCE_S):
                message = await self._ws.recv()
        except ConnectionClosed as closed:
            raise self._ended(closed) from closed
        event: dict[str, Any] = json.loads(message)
        self._ledger.saw(event)
        if event["type"] == "moui.interview.finished":
            self.how = event["how"]
        await self._on_event(event["type"])
        return event

    async def _send(self, **event: Any) -> None:
        try:
            await self._ws.send(json.dumps(event))
        except ConnectionClosed:
            await self._drain()

    async def _drain(self) -> None:
        """What arrived before the connection broke counts, too. Raises Gone, Over."""
        while True:
            await self._next()

    def _ended(self, closed: ConnectionClosed) -> Exception:
        if closed.rcvd is None:
            return Gone()
        assert (closed.rcvd.code, self.how) == (1000, "finished"), closed
        return Over()
