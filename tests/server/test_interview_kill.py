"""kill -9 at twenty random moments of an interview: the database opens, nothing acknowledged is lost, it goes on.

The moments are drawn from a seed that is printed when the test fails; MOUI_KILL_SEED draws the same ones again.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidMessage, InvalidStatus

from interview.shapes import Language, Matrix
from interview.storage.database import connect as open_database
from interview.store import Store
from server.desk import FOLDER
from tests.interview.plans import plan
from tests.server.candidate import Candidate, Gone, Ledger, Over
from tests.server.interview_process import Death, Moui

KILLS = 10
"""In each language."""

QUESTIONS = 7
MOST_EVENTS = 80
LONGEST_WAIT_S = 0.03
STARTS_IN_S = 0.3
POINTS = ("INSERT INTO turns", "committed", "COMMIT", "INSERT INTO recordings")
KINDS = ("event", "event", "event", "event", "inside", "inside", "inside", "start")
MOST_LIVES = 60


@dataclass
class Trial:
    """One folder of data, the processes on it, and the interviews held there."""

    moui: Moui
    plan_id: str
    chance: random.Random
    ledgers: list[Ledger] = field(default_factory=list)
    deaths: Counter[str] = field(default_factory=Counter)
    lives: int = 0
    url: str = ""
    last_event: str = ""

    async def ask(self, method: str, path: str, **options: Any) -> Any:
        """Raises Gone."""
        try:
            async with httpx.AsyncClient(base_url=f"http://{self.url}", timeout=20) as client:
                answer = await client.request(method, path, **options)
        except httpx.TransportError as error:
            raise Gone from error
        assert answer.is_success, answer.text
        return answer.json() if "json" in answer.headers["content-type"] else answer.content

    # --- living and dying -------------------------------------------------------------------------------------------

    async def life(self, *, immortal: bool) -> bool:
        """One life of the process, which ends at any moment. True: the interview has ended first."""
        self.lives += 1
        kind = "never" if immortal else self.chance.choice(KINDS)
        death = Death(self.chance.choice(POINTS), self.chance.randint(1, 8)) if kind == "inside" else None
        events = self.chance.randint(1, MOST_EVENTS) if kind == "event" else 0
        self.last_event = "start"
        self.moui.start(death)
        try:
            if kind == "start":
                await asyncio.sleep(self.chance.uniform(0, STARTS_IN_S))
                self.moui.kill()
            return await self._hold(events)
        except (Gone, EOFError):
            self.deaths[f"at {death.point}" if death else f"after {self.last_event}"] += 1
            return False
        finally:
            await self.moui.gone()
            self.check_database()

    async def _hold(self, events: int) -> bool:
        """`events` are seen, then it is killed."""
        self.url = f"127.0.0.1:{await self.moui.port()}"
        ledger = await self._ledger()
        turns = await self.check(ledger)
        if turns and turns[-1]["step"] == "farewell":
            return True
        left = events

        async def seen(kind: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                await asyncio.sleep(self.chance.uniform(0, LONGEST_WAIT_S))
                self.moui.kill()
            self.last_event = kind

        address = f"ws://{self.url}/v1/realtime?interview={ledger.session_id}"
        audio, chance = self.chance.random() < 0.5, self.chance.random
        try:
            async with connect(address, max_size=None) as ws:
                candidate = Candidate(ws, ledger, seen)
                await candidate.hold(turns, audio=audio, typed=lambda: chance() < 0.7)
        except Over:
            await self.check(ledger)
            return True
        except (OSError, InvalidMessage) as error:
            raise Gone from error
        return False

    # --- looking ----------------------------------------------------------------------------------------------------

    async def _ledger(self) -> Ledger:
        if not self.ledgers or self.ledgers[-1].over:
            made = await self.ask("POST", "/api/sessions", json={"plan_id": self.plan_id})
            self.ledgers.append(Ledger(made["session_id"], self.moui.language))
        return self.ledgers[-1]

    async def check(self, ledger: Ledger) -> list[dict[str, Any]]:
        """The interview as the API tells it, against what the candidate knows; its turns."""
        record = await self.ask("GET", f"/api/sessions/{ledger.session_id}")
        turns: list[dict[str, Any]] = record["turns"]
        ledger.check(turns)
        listed = await self.ask("GET", "/api/sessions")
        ledger.over = bool(turns) and turns[-1]["step"] == "farewell"
        assert (ledger.session_id in listed["unfinished"]) is (bool(turns) and not ledger.over)
        assert record["summary"]["status"] == ("finished" if ledger.over else "active")
        return turns

    def check_database(self) -> None:
        """On a copy: the next process is to find the files as they were left."""
        folder, copy = self.moui.data_dir / FOLDER, self.moui.data_dir / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for name in ("moui.db", "moui.db-wal"):
            if (folder / name).exists():
                shutil.copy(folder / name, copy / name)
        database = open_database(copy / "moui.db")
        try:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        finally:
            database.close()


def trial(folder: Path, language: Language, questions: int) -> Trial:
    seed = int(os.environ.get("MOUI_KILL_SEED") or random.SystemRandom().randrange(10**6))
    print(f"MOUI_KILL_SEED={seed}")  # pytest shows it when the test fails
    store = Store(folder / FOLDER)
    plan_id = store.save_plan(plan(language, 45, questions=questions), [], Matrix())
    store.close()
    return Trial(Moui(folder, language), plan_id, random.Random(seed))


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_an_interview_survives_ten_deaths(tmp_path: Path, language: Language) -> None:
    it = trial(tmp_path, language, QUESTIONS)
    ended = False
    while not ended or it.deaths.total() < KILLS:
        ended = await it.life(immortal=it.deaths.total() >= KILLS)
        assert it.lives < MOST_LIVES, "it does not come to an end"
    print(dict(it.deaths))
    assert sum(ledger.resumed + ledger.replied for ledger in it.ledgers) >= 3, "hardly any of it was gone on with"
    assert all(ledger.over for ledger in it.ledgers)
    it.moui.start()
    it.url = f"127.0.0.1:{await it.moui.port()}"
    for ledger in it.ledgers:
        assert {turn["question_id"] for turn in await it.check(ledger)} >= {f"q{n}" for n in range(QUESTIONS)}
        await refused(f"ws://{it.url}/v1/realtime?interview={ledger.session_id}", 409, "interview_over")
    await it.moui.gone()


async def refused(address: str, status: int, code: str) -> None:
    with pytest.raises(InvalidStatus) as caught:
        await connect(address)
    assert caught.value.response.status_code == status
    assert json.loads(caught.value.response.body)["error"]["code"] == code


async def test_a_report_is_written_after_deaths_in_the_middle_of_it(tmp_path: Path) -> None:
    it = trial(tmp_path, "ko", 2)
    assert await it.life(immortal=True)
    path = f"/api/sessions/{it.ledgers[0].session_id}/report"
    for death in (Death("INSERT INTO scores", 1), Death("INSERT INTO reports", 1), None):
        it.moui.start(death)
        try:
            it.url = f"127.0.0.1:{await it.moui.port()}"
            await it.check(it.ledgers[0])
            job = await it.ask("POST", path, json={"samples": 0})
            while job["status"] == "running":
                await asyncio.sleep(0.02)
                job = await it.ask("GET", f"/api/jobs/{job['id']}")
            assert death is None, "it did not die"
            assert job["status"] == "done", job
            report = await it.ask("GET", path)
            assert report["judged"] is False
            assert "재시도 큐" in (await it.ask("GET", f"{path}?format=md")).decode()
            assert len((await it.ask("GET", "/api/progress"))["sessions"]) == 1
        except Gone:
            assert death is not None
        finally:
            await it.moui.gone()
            it.check_database()
