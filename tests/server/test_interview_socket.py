"""Who sits in an interview, and how one gets up again: takeover, refusals, deletion, hang-ups, the server's end."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from interview import lines
from interview.codec import from_json
from interview.shapes import Matrix
from interview.talk.state import FlowState
from models.ports import MIC_RATE_HZ, Pcm
from server.caller.turns import spoken_text
from server.config import ServerConfig
from server.desk import Desk
from tests.fakes import FakeSpeechToText, FakeTextToSpeech, quiet, speech
from tests.interview.plans import GOOD, NO_RESULT, TEXTS, plan
from tests.server.interview_process import FakeRuntime
from tests.server.running import Running, closed, receive, running, send, until
from voice.audio import to_pcm16

RESUME = lines.load_lines("en")["resume"]


@dataclass
class Held:
    """A server with one interview, and the connection on which it is held."""

    server: Running
    session_id: str

    @property
    def desk(self) -> Desk:
        assert self.server.service is not None
        return self.server.service.desk

    def connect(self, session_id: str = "") -> connect:
        return self.server.connect(f"/v1/realtime?interview={session_id or self.session_id}")

    async def ask(self, method: str, path: str = "", status: int = 200) -> Any:
        async with httpx.AsyncClient(base_url=self.server.http) as client:
            answer = await client.request(method, f"/api/sessions/{self.session_id}{path}")
        assert answer.status_code == status, answer.text
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer.content

    async def turns(self) -> list[dict[str, Any]]:
        record = await self.ask("GET")
        turns: list[dict[str, Any]] = record["turns"]
        assert [turn["number"] for turn in turns] == list(range(len(turns)))
        return turns

    def state(self) -> FlowState:
        return from_json(FlowState, self.desk.store.state(self.session_id))

    async def nobody(self) -> None:
        service = self.server.service
        assert service is not None
        await until(lambda: not service.sessions)


@asynccontextmanager
async def held(folder: Path, session_id: str = "", runtime: FakeRuntime | None = None) -> AsyncIterator[Held]:
    """With `session_id`: an interview of an earlier server on the same folder."""
    runtime = runtime or FakeRuntime("en")
    async with running(ServerConfig(data_dir=folder), runtime, real_sessions=True) as server:
        assert server.service is not None
        desk = server.service.desk
        await server.service.settled()
        if not session_id:
            session_id = desk.begin(desk.store.save_plan(plan("en", 45), [], Matrix()), True)
        yield Held(server, session_id)


async def begin(ws: ClientConnection, *, audio: bool = False) -> str:
    await send(
        ws,
        type="session.update",
        session={
            "type": "realtime",
            "output_modalities": ["audio" if audio else "text"],
            "audio": {"input": {"format": {"type": "audio/pcm", "rate": MIC_RATE_HZ}}},
        },
    )
    await send(ws, type="response.create")
    return await reply(ws)


async def reply(ws: ClientConnection) -> str:
    done = await receive(ws, "response.done")
    while (await receive(ws, "moui.state"))["state"] != "listening":
        pass
    return " ".join(spoken_text(done["response"]).split())


async def type_(ws: ClientConnection, text: str) -> str:
    content = [{"type": "input_text", "text": text}]
    await send(ws, type="conversation.item.create", item={"type": "message", "role": "user", "content": content})
    await send(ws, type="response.create")
    return await reply(ws)


async def say(ws: ClientConnection, audio: Pcm) -> None:
    await send(ws, type="input_audio_buffer.append", audio=base64.b64encode(to_pcm16(audio)).decode())


async def refusal(address: connect) -> tuple[int, str]:
    with pytest.raises(InvalidStatus) as caught:
        await address
    answer = caught.value.response
    return answer.status_code, json.loads(answer.body)["error"]["code"]


# --- one place ------------------------------------------------------------------------------------------------------


async def test_a_second_connection_takes_the_interview_over(tmp_path: Path) -> None:
    async with held(tmp_path) as it, it.connect() as first:
        await begin(first)
        question = await type_(first, "I am fine, thank you.")
        async with it.connect() as second:
            text = await begin(second)
            assert text.startswith(RESUME)
            assert text.endswith(TEXTS["en"][0])
            assert question.endswith(TEXTS["en"][0])
            notice = await receive(first, "moui.notice")
            assert notice["code"] == "continued_elsewhere"
            assert (await closed(first))[0] == 1000
            await type_(second, GOOD["en"])
        turns = await it.turns()
        assert [turn["step"] for turn in turns if turn["question_id"] == "q0"][:2] == ["question", "aside"]


async def test_an_answer_that_is_being_spoken_is_taken_along(tmp_path: Path) -> None:
    async with held(tmp_path) as it, it.connect() as first:
        await begin(first)
        await say(first, speech(3.0))
        await receive(first, "moui.transcript")
        async with it.connect() as second:
            await begin(second)
            last = (await it.turns())[-2]
            assert (last["speaker"], last["interrupted"]) == ("candidate", True)


async def test_of_many_at_once_one_sits_in_it(tmp_path: Path) -> None:
    async with held(tmp_path) as it, it.connect() as first:
        await begin(first)
        others = [it.connect() for _ in range(4)]
        sockets = await asyncio.gather(*others)
        service = it.server.service
        assert service is not None
        await until(lambda: sum(ws.state.name == "OPEN" for ws in sockets) == 1)
        assert service.admission.connections == 1
        winner = [ws for ws in sockets if ws.state.name == "OPEN"]
        for ws in sockets:
            assert ws in winner or (await closed(ws))[0] == 1000
        assert (await begin(winner[0])).startswith(RESUME)
        await it.turns()
        for ws in winner:
            await ws.close()


# --- who is not let in ----------------------------------------------------------------------------------------------


async def test_an_interview_that_is_not_there_or_over_is_refused_in_the_handshake(tmp_path: Path) -> None:
    async with held(tmp_path) as it:
        assert await refusal(it.connect("nothing")) == (404, "not_found")
        it.desk.store.finish_session(it.session_id, "finished")
        assert await refusal(it.connect()) == (409, "interview_over")


async def test_an_interview_that_was_ended_early_can_be_gone_on_with(tmp_path: Path) -> None:
    async with held(tmp_path) as it:
        async with it.connect() as ws:
            await begin(ws)
            await type_(ws, "I am fine, thank you.")
            await send(ws, type="moui.interview.control", action="end")
            finished = await receive(ws, "moui.interview.finished")
            assert finished["how"] == "ended_early"
            assert await closed(ws) == (1000, "the session is over")
        assert (await it.ask("GET"))["summary"]["status"] == "ended_early"
        async with it.connect() as ws:
            text = await begin(ws)
            assert text.startswith(RESUME)
            assert text.endswith(TEXTS["en"][0])
            assert (await it.ask("GET"))["summary"]["status"] == "active"
            assert TEXTS["en"][0] not in await type_(ws, GOOD["en"]), "it goes on"


# --- taken away -----------------------------------------------------------------------------------------------------


async def test_deleting_an_interview_that_is_being_held_ends_it(tmp_path: Path) -> None:
    async with held(tmp_path) as it, it.connect() as ws:
        await begin(ws)
        await say(ws, speech(3.0))
        await receive(ws, "moui.transcript")
        await it.ask("DELETE", status=204)
        assert (await receive(ws, "moui.notice"))["code"] == "interview_deleted"
        assert (await closed(ws))[0] == 1000
        await it.ask("GET", status=404)
        assert await refusal(it.connect()) == (404, "not_found")
        assert it.desk.store.recordings.sessions() == []


async def test_giving_up_an_interview_that_is_being_held_ends_it(tmp_path: Path) -> None:
    async with held(tmp_path) as it, it.connect() as ws:
        await begin(ws)
        assert (await it.ask("POST", "/abandon"))["status"] == "abandoned"
        assert (await receive(ws, "moui.notice"))["code"] == "interview_given_up"
        assert (await closed(ws))[0] == 1000
        assert (await it.ask("GET"))["summary"]["status"] == "abandoned"


# --- hanging up -----------------------------------------------------------------------------------------------------


async def test_hanging_up_in_mid_answer_keeps_what_was_said(tmp_path: Path) -> None:
    runtime = FakeRuntime("en")
    assert isinstance(runtime.stt, FakeSpeechToText)
    async with held(tmp_path, runtime=runtime) as it:
        async with it.connect() as ws:
            await begin(ws)
            await type_(ws, "I am fine, thank you.")
            runtime.stt.text = NO_RESULT["en"]
            await say(ws, speech(12.0))
            await receive(ws, "moui.transcript")
        await it.nobody()
        last = (await it.turns())[-1]
        assert (last["speaker"], last["text"], last["interrupted"]) == ("candidate", NO_RESULT["en"], True)
        assert last["question_id"] == "q0"
        sound = it.desk.store.pcm(it.session_id, last["number"])
        assert sound is not None
        assert len(sound) == last["end_sample"] - last["start_sample"] >= 11 * MIC_RATE_HZ
        async with it.connect() as ws:
            text = await begin(ws)
            assert text.startswith(RESUME), "nobody is replied to in the middle of a sentence"
            assert text.endswith(TEXTS["en"][0])
            await type_(ws, "As a result errors fell from nine percent to one percent within a month.")
            assert it.state().aims != ("result",), "both halves are one answer"
            assert it.state().index == 1 or NO_RESULT["en"] in it.state().answer


async def test_a_reply_of_which_little_was_heard_is_given_again(tmp_path: Path) -> None:
    runtime = FakeRuntime("en")
    runtime.tts = FakeTextToSpeech()  # takes seconds to be played
    async with held(tmp_path, runtime=runtime) as it:
        async with it.connect() as ws:
            await send(ws, type="session.update", session={"type": "realtime", "output_modalities": ["text"]})
            await send(ws, type="response.create")
            await reply(ws)
            await send(ws, type="session.update", session={"type": "realtime", "output_modalities": ["audio"]})
            content = [{"type": "input_text", "text": "I am fine, thank you."}]
            item = {"type": "message", "role": "user", "content": content}
            await send(ws, type="conversation.item.create", item=item)
            await send(ws, type="response.create")
            await receive(ws, "response.done")
            written = (await it.turns())[-1]
            assert written["text"] == written["written"], "if it dies now, this was asked"
        await it.nobody()
        cut = (await it.turns())[-1]
        assert cut["number"] == written["number"]
        assert cut["interrupted"]
        assert len(cut["text"]) < len(cut["written"]) / 2
        assert it.state().index == -1, "the question was not heard"
        async with it.connect() as ws:
            text = await begin(ws)
            assert not text.startswith(RESUME)
            assert text.endswith(TEXTS["en"][0])


# --- the server's end -----------------------------------------------------------------------------------------------


async def test_a_server_that_stops_keeps_what_was_said_and_goes_on_later(tmp_path: Path) -> None:
    async with held(tmp_path) as it:
        ws = await it.connect()
        await begin(ws)
        await type_(ws, "I am fine, thank you.")
        await say(ws, speech(3.0))
        await receive(ws, "moui.transcript")
        session_id = it.session_id
    assert (await closed(ws))[0] == 1012
    async with held(tmp_path, session_id) as it:
        turns = await it.turns()
        assert [turn["speaker"] for turn in turns] == ["interviewer", "candidate", "interviewer", "candidate"]
        assert turns[-1]["interrupted"]
        assert it.desk.store.audio(session_id, 3) is not None
        async with it.connect() as ws:
            text = await begin(ws)
            assert text.startswith(RESUME)
            await say(ws, quiet(0.5))
            await type_(ws, GOOD["en"])
        await it.turns()


async def test_what_was_over_when_it_died_is_over_after_the_restart(tmp_path: Path) -> None:
    async with held(tmp_path) as it:
        async with it.connect() as ws:
            await begin(ws)
            await send(ws, type="moui.interview.control", action="end")
            await receive(ws, "moui.interview.finished")
        await it.nobody()
        it.desk.store.reopen_session(it.session_id)  # as if the end had not been written any more
        session_id = it.session_id
    async with held(tmp_path, session_id) as it:
        assert (await it.ask("GET"))["summary"]["status"] == "ended_early"
