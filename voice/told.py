"""Told: the last replies of a session, and the history's record of how much of each was heard."""

from __future__ import annotations

from collections.abc import Callable

from voice.conversation import Conversation
from voice.events import OUTPUT_RATE_HZ, CreateResponse, ItemTruncated, ResponseDone, SessionEvent
from voice.response import ResponseRun

KEPT_RUNS = 8
"""Responses whose playout may still be reported or truncated."""


class Told:
    def __init__(self, conversation: Conversation, emit: Callable[[SessionEvent], None]) -> None:
        self._conversation = conversation
        self._emit = emit
        self._runs: dict[str, ResponseRun] = {}
        self._requests: dict[str, CreateResponse] = {}

    def remember(self, run: ResponseRun, request: CreateResponse) -> None:
        self._runs[run.response_id] = run
        self._requests[run.response_id] = request
        while len(self._runs) > KEPT_RUNS:
            oldest = next(iter(self._runs))
            del self._runs[oldest], self._requests[oldest]

    def get(self, response_id: str) -> ResponseRun | None:
        return self._runs.get(response_id)

    def of_item(self, item_id: str) -> ResponseRun | None:
        return next((run for run in self._runs.values() if run.item_id == item_id), None)

    def done(self, run: ResponseRun, *, cancelled: str = "") -> ResponseDone:
        """How it came out; `cancelled` is why it was broken off."""
        metadata = self._requests[run.response_id].metadata
        if cancelled:
            return run.done("cancelled", cancelled, metadata)
        return run.done(run.outcome.status, run.outcome.reason, metadata)

    def write(self, run: ResponseRun, text: str) -> None:
        """History holds this of it."""
        if run.item_id in self._conversation:
            self._conversation.set_text(run.item_id, text)

    def write_heard(self, run: ResponseRun) -> None:
        """History holds what was heard of it so far."""
        self.write(run, run.ledger.heard() if run.audio else run.said())

    def cut(self, run: ResponseRun, played: int) -> None:
        """The player's last word: `played` output samples were heard; history ends with the same word."""
        heard = run.ledger.heard(played)
        if run.item_id in self._conversation:
            self._conversation.set_text(run.item_id, heard)
            self._emit(ItemTruncated(run.item_id, played * 1000 // OUTPUT_RATE_HZ, heard))
