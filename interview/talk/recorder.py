"""The recorder: everything said in an interview goes to the store as it is said, and the candidate's sound with it.

A turn is committed when it is known and again, under the same number, when more is known about it (what was really
heard of a question, what an utterance meant). The rows are small and committed at once, on the event loop, before the
next turn can begin; the sound is encoded and written by a task of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal, Protocol

from interview.codec import to_json
from interview.shapes import HeardWord, Language, Turn
from interview.storage.database import StoreError
from interview.talk.state import FlowState, Place
from interview.talk.tape import Tape
from models.ports import MIC_RATE_HZ, Pcm
from voice.events import (
    ItemAdded,
    SessionEvent,
    TranscriptDropped,
    TranscriptFailed,
    TranscriptFinal,
    TranscriptInterim,
    UserSpeechStarted,
)

IDLE_KEEP_SAMPLES = 45 * MIC_RATE_HZ
"""Sound kept while nobody speaks: as much as a session lets wait unheard (voice.session.INBOX_S), and the pre-roll."""

LONGEST_SAMPLES = 15 * 60 * MIC_RATE_HZ
"""A turn's sound is kept up to this; its words are kept whatever its length."""

WAITING_RECORDINGS = 16


class TurnStore(Protocol):
    """What the recorder needs of store.Store."""

    def commit_turn(self, session_id: str, turn: Turn, state: str) -> None: ...
    def save_audio(self, session_id: str, number: int, pcm: Pcm) -> object: ...


class Recorder:
    """One a session. `number` counts on from the turns already stored; of those, `known` may still turn out to mean
    something. Problems go to `on_trouble` as sentences."""

    def __init__(
        self,
        store: TurnStore,
        session_id: str,
        language: Language,
        *,
        number: int,
        start_sample: int,
        on_trouble: Callable[[str], None],
        known: Mapping[str, Turn] | None = None,
    ) -> None:
        self._store = store
        self._session_id = session_id
        self._language = language
        self._number = number
        self._offset = start_sample
        self._on_trouble = on_trouble
        self._tape = Tape()
        self._open_from: int | None = None
        self._turns: dict[str, Turn] = dict(known or {})
        self._so_far: tuple[str, str] | None = None
        self._waiting: asyncio.Queue[tuple[int, Pcm]] = asyncio.Queue(WAITING_RECORDINGS)
        self._writing: asyncio.Future[None] | None = None

    # --- sound ------------------------------------------------------------------------------------------------------

    def hear(self, audio: Pcm) -> None:
        """Microphone sound, all of it, in order. 16 kHz."""
        self._tape.append(audio)
        keep = self._tape.end - IDLE_KEEP_SAMPLES if self._open_from is None else self._open_from
        self._tape.forget_before(max(keep, self._tape.end - LONGEST_SAMPLES, 0))

    async def run(self) -> None:
        """Write sound until cancelled; `drain` afterwards writes the rest."""
        while True:
            number, audio = await self._waiting.get()
            self._writing = asyncio.ensure_future(asyncio.to_thread(self._write, number, audio))
            await asyncio.shield(self._writing)

    async def drain(self) -> None:
        """Returns when all sound is written."""
        if self._writing is not None:
            await self._writing
        while not self._waiting.empty():
            number, audio = self._waiting.get_nowait()
            await asyncio.to_thread(self._write, number, audio)

    def _write(self, number: int, audio: Pcm) -> None:
        try:
            self._store.save_audio(self._session_id, number, audio)
        except StoreError as error:
            self._on_trouble(str(error))

    # --- turns ------------------------------------------------------------------------------------------------------

    def take(self, event: SessionEvent, place: Place, state: FlowState, now: int) -> None:
        """What the session says of the candidate; the rest passes by. Committed when this returns."""
        match event:
            case UserSpeechStarted():
                self._open_from = event.at_sample  # keep the turn's sound until it is stored
            case TranscriptInterim():
                self._so_far = (event.item_id, event.stable + event.tail)
            case TranscriptDropped() | TranscriptFailed():
                self._open_from = self._so_far = None
            case TranscriptFinal():
                self._spoken(event, place, state)
            case ItemAdded(role="user"):
                self._typed(event, place, now, state)

    def _spoken(self, final: TranscriptFinal, place: Place, state: FlowState) -> None:
        """A spoken turn with its sound."""
        words = tuple(
            HeardWord(word.text, word.start_sample + self._offset, word.end_sample + self._offset, word.probability)
            for word in final.words
        )
        span = (final.start_sample + self._offset, final.end_sample + self._offset)
        turn = self._turn(final.item_id, final.text, place, span, speaker="candidate", words=words)
        self._commit(final.item_id, turn, state)
        self._keep(turn.number, self._tape.slice(final.start_sample, final.end_sample))
        self._open_from = self._so_far = None

    def broken_off(self, place: Place, state: FlowState) -> None:
        """Nobody is there any more: what was understood of a turn that is still open is all there will be of it."""
        item_id, text = self._so_far or ("", "")
        if text.strip():
            end = self._tape.end
            start = end if self._open_from is None else self._open_from
            span = (start + self._offset, end + self._offset)
            turn = self._turn(item_id, text, place, span, speaker="candidate")
            self._commit(item_id, replace(turn, interrupted=True), state)
            self._keep(turn.number, self._tape.slice(start, end))
        self._open_from = self._so_far = None

    def _typed(self, item: ItemAdded, place: Place, now: int, state: FlowState) -> None:
        """A turn that was typed: no sound, no words with times."""
        at = now + self._offset
        self._commit(item.item_id, self._turn(item.item_id, item.text, place, (at, at), speaker="candidate"), state)

    def meant(self, item_id: str, intent: str, state: FlowState) -> None:
        """What an utterance turned out to be."""
        if item_id in self._turns:
            self._commit(item_id, replace(self._turns[item_id], intent=intent), state)

    def interviewer(
        self, item_id: str, *, written: str, heard: str, place: Place, span: tuple[int, int], state: FlowState
    ) -> None:
        """What the interviewer said; again when more is known of how much of it was heard."""
        if not written.strip():
            return
        start, end = span[0] + self._offset, span[1] + self._offset
        turn = self._turn(item_id, heard, place, (start, max(start, end)), speaker="interviewer")
        whole = len(heard.strip()) >= len(written.strip())
        self._commit(item_id, replace(turn, written=written.strip(), interrupted=not whole), state)

    def _turn(
        self,
        item_id: str,
        text: str,
        place: Place,
        span: tuple[int, int],
        *,
        speaker: Literal["interviewer", "candidate"],
        words: tuple[HeardWord, ...] = (),
    ) -> Turn:
        known = self._turns.get(item_id)
        if known is None:
            number, self._number = self._number, self._number + 1
        else:
            number = known.number
        return Turn(
            number=number,
            speaker=speaker,
            step=place.step,
            question_id=place.question_id,
            text=text.strip(),
            written=text.strip(),
            start_sample=span[0],
            end_sample=span[1],
            language=self._language,
            words=words,
            aim=place.aim,
        )

    def _commit(self, item_id: str, turn: Turn, state: FlowState) -> None:
        self._turns[item_id] = turn
        try:
            self._store.commit_turn(self._session_id, turn, to_json(state))
        except StoreError as error:
            self._on_trouble(str(error))

    def _keep(self, number: int, audio: Pcm) -> None:
        if not len(audio):
            return
        try:
            self._waiting.put_nowait((number, audio))
        except asyncio.QueueFull:
            self._on_trouble("The disk is too slow: the sound of an answer was not kept. Its words were.")
