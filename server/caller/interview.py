"""The candidate of a headless interview: waits until the interviewer has been heard to the end, then answers.

Every question and every probe takes the next answer. What the interviewer says because it heard nothing takes none:
the same answer is given once more. When the answers run out, the candidate says so and the interview ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed

from server.caller.client import Caller, CallError, Said
from server.caller.interview_answers import Answer
from server.caller.turns import NO_TURN_AFTER_S, spoken_text

ENDING = {"ko": "이상입니다. 면접을 종료하겠습니다.", "en": "That is all. I would like to end the interview."}
CLOSING = {"ko": "아니요, 더 드릴 말씀은 없습니다. 감사합니다.", "en": "No, that is all from me. Thank you."}
"""What is typed when there are no answers left: in mid-interview, and when asked for last words."""

TRIES = 2
"""How often an answer is given that the interviewer does not hear."""

REPLY_TIMEOUT_S = 180.0
"""The longest wait for one reply to be made and heard: a slow machine wording a probe, a long introduction."""

STATE_AFTER_S = 1.0
"""Where the interview stands is told in the same breath as that the interviewer is done; this is for the socket."""

GRACE_S = 60.0
"""To say goodbye when the interview's time is up."""

TRANSCRIPT = "conversation.item.input_audio_transcription.completed"
FINISHED = "moui.interview.finished"
STATE = "moui.interview.state"

Tell = Callable[[str, str], None]
"""Told who said what: "interviewer", "candidate", or "note"."""


@dataclass(slots=True)
class Outcome:
    """`how` is the server's word (finished, ended_early), or "timed_out". `used` counts answers that were given."""

    how: str = ""
    used: int = 0
    left: int = 0
    notes: list[str] = field(default_factory=list)


class Candidate:
    """One an interview; `play` is all of it."""

    def __init__(self, caller: Caller, answers: tuple[Answer, ...], language: str, tell: Tell) -> None:
        self._caller = caller
        self._answers = answers
        self._language = language
        self._tell = tell
        self._told = 0
        self._outcome = Outcome(left=len(answers))

    async def play(self, timeout_s: float) -> Outcome:
        """From the greeting to the farewell. Raises CallError when the call breaks or nobody replies."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._play()
        except TimeoutError:
            await self._break_off(timeout_s)
        self._outcome.left = len(self._answers) - self._outcome.used
        return self._outcome

    async def _play(self) -> None:
        since = self._mark()
        await self._send({"type": "response.create"})
        await self._reply(since)
        self._tell_replies()
        while not self._over():
            await self._one_turn()
        await self._caller.wait_for(lambda: bool(self._finished()), REPLY_TIMEOUT_S)
        finished = self._finished()
        self._outcome.how = str(finished[-1].event["how"]) if finished else str(self._where("over"))

    async def _break_off(self, timeout_s: float) -> None:
        self._note(f"The interview was not over after {timeout_s / 60:.0f} minutes and was broken off.")
        self._outcome.how = "timed_out"
        await self._control("end")
        await self._caller.wait_for(lambda: bool(self._finished()), GRACE_S)

    # --- one turn ---------------------------------------------------------------------------------------------------

    async def _one_turn(self) -> None:
        since = self._mark()
        if self._where("step") == "preparation":
            await self._control("ready")
            await self._reply(since)
            self._tell_replies()
        elif self._outcome.used == len(self._answers):
            closing = self._where("step") == "closing"
            await self._type((CLOSING if closing else ENDING)[self._language], since)
        else:
            answer = self._answers[self._outcome.used]
            self._outcome.used += 1
            if answer.clip is None:
                await self._type(answer.text, since)
            else:
                await self._say(answer)

    async def _type(self, text: str, since: int) -> None:
        self._tell("candidate", text)
        content = [{"type": "input_text", "text": text}]
        item = {"type": "message", "role": "user", "content": content}
        await self._send({"type": "conversation.item.create", "item": item})
        await self._send({"type": "response.create"})
        await self._reply(since)
        self._tell_replies()

    async def _say(self, answer: Answer) -> None:
        assert answer.clip is not None
        for _ in range(TRIES):
            since = self._mark()
            spoken = self._caller.say(answer.clip.audio)
            await self._caller.wait_for(lambda: spoken.done.is_set() or self._over(), answer.clip.seconds + 30)  # noqa: B023
            if not self._over() and await self._was_heard(since):
                await self._reply(since)
            words = self._caller.events(TRANSCRIPT, since)
            if words:
                self._tell("candidate", " ".join(str(said.event["transcript"]).strip() for said in words))
            self._tell_replies()
            if words or self._over():
                return
            self._note(f"{answer.name} was not heard.")

    async def _was_heard(self, since: int) -> bool:
        """False: the clip has ended, and nobody is listening to it, transcribing it or replying."""

        def stirs() -> bool:
            return self._caller.state != "listening" or bool(self._caller.events("response.created", since))

        return await self._caller.wait_for(stirs, NO_TURN_AFTER_S)

    # --- listening to the interviewer -------------------------------------------------------------------------------

    async def _reply(self, since: int) -> None:
        """Until the interviewer has replied to all that was said, was heard to the end, and listens."""

        def done() -> bool:
            return bool(self._finished()) or self._replied(since) or self._dropped(since)

        if not await self._caller.wait_for(done, REPLY_TIMEOUT_S):
            raise CallError(f"The interviewer did not reply within {REPLY_TIMEOUT_S:.0f} seconds.")
        listening = self._last("moui.state")
        await self._caller.wait_for(lambda: bool(self._finished()) or self._last(STATE) > listening, STATE_AFTER_S)
        self._tell_problems(since)

    def _replied(self, since: int) -> bool:
        """The newest reply came after the last words of the candidate, and nothing of it is still to be heard."""
        after = max(since, self._last(TRANSCRIPT))
        created = self._caller.events("response.created", after)
        if not created or self._caller.state != "listening":
            return False
        response_id = created[-1].event["response"]["id"]
        playback = self._caller.player.playbacks[response_id]
        return self._caller.player.played_out(response_id) or (playback.flushed and playback.complete)

    def _dropped(self, since: int) -> bool:
        """What was said held no words after all, and nobody says anything."""
        dropped = self._caller.events("moui.transcript.dropped", since)
        words = self._caller.events(TRANSCRIPT, since)
        replies = self._caller.events("response.created", since)
        return bool(dropped) and not words and not replies and self._caller.state == "listening"

    async def _control(self, action: str) -> None:
        await self._send({"type": "moui.interview.control", "action": action})

    async def _send(self, event: dict[str, Any]) -> None:
        try:
            await self._caller.send(event)
        except ConnectionClosed as closed:
            raise CallError(f"The server ended the call: {closed}.") from closed

    # --- what was said so far ---------------------------------------------------------------------------------------

    def _mark(self) -> int:
        return len(self._caller.heard)

    def _last(self, kind: str) -> int:
        """The place of the last event of this kind, -1 without one."""
        heard = self._caller.heard
        return next((place for place in range(len(heard) - 1, -1, -1) if heard[place].type == kind), -1)

    def _finished(self) -> list[Said]:
        return self._caller.events(FINISHED)

    def _over(self) -> bool:
        return bool(self._finished()) or bool(self._where("over"))

    def _where(self, name: str) -> object:
        """A field of where the interview stands, as last told."""
        place = self._last(STATE)
        return self._caller.heard[place].event.get(name, "") if place >= 0 else ""

    def _tell_replies(self) -> None:
        for said in self._caller.events("response.done", self._told):
            text = spoken_text(said.event["response"]).strip()
            if text:
                self._tell("interviewer", text)
        self._told = self._mark()

    def _tell_problems(self, since: int) -> None:
        for said in self._caller.heard[since:]:
            if said.type == "error":
                self._note(str(said.event["error"]["message"]))
            elif said.type == "moui.notice":
                self._note(str(said.event["message"]))

    def _note(self, sentence: str) -> None:
        if sentence not in self._outcome.notes:
            self._outcome.notes.append(sentence)
            self._tell("note", sentence)
