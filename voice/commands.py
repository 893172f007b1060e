"""Commands: what a client may ask of a session, and the words it gets when that cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from models.ports import MIC_RATE_HZ
from voice.conversation import UnknownItem
from voice.events import (
    AddMessage,
    CancelResponse,
    ClearInput,
    Command,
    CommitInput,
    CreateResponse,
    DeleteItem,
    ExtensionCommand,
    InputCleared,
    ItemAdded,
    ItemDeleted,
    PlayoutReport,
    RequestFailed,
    TruncateItem,
)
from voice.responder import Item
from voice.turns import RESPONDING, Signal

if TYPE_CHECKING:
    from voice.session import Session

SessionFailure = RequestFailed | None

SHORTEST_COMMIT_S = 0.1
"""OpenAI Realtime refuses shorter buffers too; nobody says a word in less."""


class Commands:
    def __init__(self, session: Session) -> None:
        self._session = session
        self._carry_out: dict[type[Command], Callable[[Any], SessionFailure]] = {
            CommitInput: self._commit,
            ClearInput: self._clear,
            AddMessage: self._add,
            DeleteItem: self._delete,
            TruncateItem: self._truncate,
            CreateResponse: self._respond,
            CancelResponse: self._cancel,
            PlayoutReport: self._report,
            ExtensionCommand: self._refuse,
        }

    def carry_out(self, command: Command) -> SessionFailure:
        """Do it, or return why not."""
        return self._carry_out[type(command)](command)

    def _commit(self, _: CommitInput) -> SessionFailure:
        session = self._session
        if session.uncommitted_samples() < SHORTEST_COMMIT_S * MIC_RATE_HZ:
            return RequestFailed(
                "input_audio_buffer_commit_empty",
                f"Nothing to commit: less than {SHORTEST_COMMIT_S * 1000:.0f} ms of audio since the last commit.",
            )
        if not session.machine.allows(Signal.COMMIT):
            return RequestFailed("commit_in_progress", "The turn that was committed before is still being transcribed.")
        session.signal(Signal.COMMIT)
        return None

    def _clear(self, _: ClearInput) -> SessionFailure:
        self._session.forget_input()
        self._session.say(InputCleared())
        return None

    def _add(self, message: AddMessage) -> SessionFailure:
        session = self._session
        item_id = message.item_id or session.new_id("item")
        if item_id in session.conversation:
            return RequestFailed("item_exists", f"There is an item “{item_id}” already.", "item.id")
        try:
            previous = session.conversation.add(Item(item_id, message.role, message.text), message.previous_item_id)
        except UnknownItem as error:
            return RequestFailed("item_not_found", f"There is no item “{error}”.", "previous_item_id")
        session.say(ItemAdded(item_id, previous, message.role, message.text))
        return None

    def _delete(self, command: DeleteItem) -> SessionFailure:
        try:
            self._session.conversation.remove(command.item_id)
        except UnknownItem:
            return _unknown_item(command.item_id)
        self._session.say(ItemDeleted(command.item_id))
        return None

    def _truncate(self, command: TruncateItem) -> SessionFailure:
        if command.item_id not in self._session.conversation:
            return _unknown_item(command.item_id)
        if not self._session.mouth.truncate(command.item_id, command.audio_end_ms):
            return RequestFailed(
                "item_not_truncatable", "Only one of the last spoken replies can be truncated.", "item_id"
            )
        return None

    def _respond(self, command: CreateResponse) -> SessionFailure:
        session = self._session
        if session.machine.state in RESPONDING and session.mouth.generating:
            return RequestFailed(
                "conversation_already_has_active_response",
                f"Response {session.mouth.active_id} is still active: cancel it or wait until it is done.",
            )
        if session.machine.state in RESPONDING:  # made, only still being played: the new one takes its place
            session.signal(Signal.CANCEL)
        session.request_answer(command)
        return None

    def _cancel(self, command: CancelResponse) -> SessionFailure:
        session, response_id = self._session, command.response_id
        if session.machine.state not in RESPONDING:
            return RequestFailed("response_cancel_not_active", "No response is active, so none was cancelled.")
        if response_id not in (None, session.mouth.active_id):
            return _unknown_response(response_id or "")
        session.signal(Signal.CANCEL)
        return None

    def _report(self, command: PlayoutReport) -> SessionFailure:
        return None if self._session.mouth.report(command) else _unknown_response(command.response_id)

    def _refuse(self, command: ExtensionCommand) -> SessionFailure:
        return RequestFailed("unknown_event", f"This session knows no “{command.name}”.", "type")


def _unknown_item(item_id: str) -> RequestFailed:
    return RequestFailed("item_not_found", f"There is no item “{item_id}”.", "item_id")


def _unknown_response(response_id: str) -> RequestFailed:
    return RequestFailed("response_not_found", f"There is no active response “{response_id}”.", "response_id")
