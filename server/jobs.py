"""Long work that nobody should wait for on an open request: started, asked about, cancelled.

A job lives in the server's task group; what it came to stays known until newer jobs push it out.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from interview.storage.database import StoreError
from models.ports import EngineError
from server.sentences import BROKE, Sentence, sentence_of

log = logging.getLogger("moui.jobs")

MOST_RUNNING = 4
MOST_KNOWN = 64

Status = Literal["running", "done", "failed", "cancelled"]


class TooManyJobs(Exception):
    """MOST_RUNNING are running already."""

    english = "Too much is being worked on already: wait until one of the jobs is done."
    korean = "이미 여러 작업이 진행되고 있습니다. 하나가 끝난 뒤에 다시 시도해 주십시오."

    def __str__(self) -> str:
        return self.english


class JobError(Exception):
    """The work cannot be done. The message is a sentence for the user, `korean` the same."""

    def __init__(self, message: str, korean: str) -> None:
        super().__init__(message)
        self.korean = korean


@dataclass(slots=True)
class Job:
    """`done` of `total` steps; `text` says what is being done. `error` is why it failed, `error_ko` the same in Korean.
    `result` is the job's answer, as JSON has it."""

    id: str
    kind: str
    subject: str
    status: Status = "running"
    done: int = 0
    total: int = 0
    text: str = ""
    error: str = ""
    error_ko: str = ""
    result: dict[str, Any] = field(default_factory=dict)

    def progress(self, done: int, total: int, text: str) -> None:
        self.done, self.total, self.text = done, total, text

    def fail(self, sentence: Sentence) -> None:
        self.status = "failed"
        self.error, self.error_ko = sentence


Work = Callable[[Job], Awaitable[dict[str, Any]]]


class Jobs:
    """`attach` gives it the task group that owns the jobs; cancelling that group cancels them."""

    def __init__(self) -> None:
        self._group: asyncio.TaskGroup | None = None
        self._jobs: dict[str, Job] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def attach(self, group: asyncio.TaskGroup) -> None:
        self._group = group

    def start(self, kind: str, subject: str, work: Work) -> Job:
        """A job of this kind about this subject that is still running is answered instead of a second one."""
        assert self._group is not None, "the server is not running"
        for known in self._jobs.values():
            if known.status == "running" and (known.kind, known.subject) == (kind, subject):
                return known
        if len(self._tasks) >= MOST_RUNNING:
            raise TooManyJobs
        job = Job(secrets.token_hex(8), kind, subject)
        self._jobs[job.id] = job
        self._forget_old()
        task = self._group.create_task(self._run(job, work))
        self._tasks[job.id] = task
        task.add_done_callback(lambda _: self._ended(job))
        return job

    def __getitem__(self, job_id: str) -> Job:
        """Raises KeyError."""
        return self._jobs[job_id]

    def running(self, kind: str) -> bool:
        return any(job.status == "running" and job.kind == kind for job in self._jobs.values())

    def cancel(self, job_id: str) -> Job:
        """Raises KeyError. Returns at once; the job's status says when it has ended."""
        job = self._jobs[job_id]
        if job_id in self._tasks:
            self._tasks[job_id].cancel()
        return job

    def stop(self) -> None:
        """The server ends: cancel what runs."""
        for task in tuple(self._tasks.values()):
            task.cancel()

    async def _run(self, job: Job, work: Work) -> None:
        try:
            job.result = await work(job)
            job.status = "done"
        except (JobError, EngineError, StoreError, ValueError) as error:
            job.fail(sentence_of(error))
            log.warning("a job failed", extra={"job": job.kind, "error": str(error)})
        except Exception:
            job.fail(BROKE)
            log.exception("a job failed", extra={"job": job.kind})

    def _ended(self, job: Job) -> None:
        self._tasks.pop(job.id, None)
        if job.status == "running":  # cancelled, perhaps before it began
            job.status = "cancelled"

    def _forget_old(self) -> None:
        ended = [job_id for job_id, job in self._jobs.items() if job.status != "running"]
        for job_id in ended[: max(0, len(self._jobs) - MOST_KNOWN)]:
            del self._jobs[job_id]
