"""Meter, outbox, intake and waiting room: every bound, and what happens at it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import numpy as np
import pytest

from server.closing import CloseConnection
from server.config import Limits
from server.intake import Intake, WaitingRoom
from server.meter import Meter
from server.outbox import Outbox, OutboxOverflow
from server.wire import BinaryFrame, WireError, encode_binary
from server.wire_out import AudioOut, JsonOut
from voice.events import ClearInput, CommitInput


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_meter_allows_a_burst_and_then_a_rate() -> None:
    meter = Meter(burst=30, rate=4, now=0)
    assert meter.take(30, 0)
    assert not meter.take(1, 0)
    assert meter.take(4, 1)
    assert not meter.take(31, 1000)


def audio(response: str, size: int = 100) -> AudioOut:
    return AudioOut(response, "item", 1, 0, bytes(size))


async def test_outbox_gives_back_in_order() -> None:
    outbox = Outbox(10_000, 10)
    waiting = asyncio.create_task(outbox.get())
    await asyncio.sleep(0)
    first, second = JsonOut({"type": "a"}), audio("r")
    outbox.put(first)
    outbox.put(second)
    assert await waiting is first
    assert await outbox.get() is second


def test_outbox_is_bounded_in_bytes_and_messages() -> None:
    by_bytes, by_count = Outbox(1_000, 100), Outbox(1_000_000, 2)
    by_bytes.put(audio("r", 900))
    with pytest.raises(OutboxOverflow):
        by_bytes.put(audio("r", 900))
    by_count.put(audio("r"))
    by_count.put(audio("r"))
    with pytest.raises(OutboxOverflow):
        by_count.put(audio("r"))


async def test_a_flushed_reply_is_thrown_away_but_not_its_words() -> None:
    outbox = Outbox(10_000, 3)
    words, other = JsonOut({"type": "words"}), audio("r2")
    for out in (audio("r1"), words, other):
        outbox.put(out)
    outbox.discard_audio("r1")
    assert [await outbox.get(), await outbox.get()] == [words, other]
    assert len(outbox) == 0


def test_audio_may_come_ahead_but_not_forever() -> None:
    clock = Clock()
    intake = Intake(Limits(), 16_000, binary=False, clock=clock)
    fifteen_seconds = bytes(2 * 15 * 16_000)
    assert len(intake.pcm16(fifteen_seconds)) == 15 * 16_000
    intake.pcm16(fifteen_seconds)
    with pytest.raises(CloseConnection) as caught:
        intake.pcm16(fifteen_seconds)
    assert caught.value.code == 1008
    assert caught.value.error is not None
    assert caught.value.error.code == "rate_limit_exceeded"
    clock.now += 4
    intake.pcm16(fifteen_seconds)


def test_events_may_not_flood() -> None:
    intake = Intake(replace(Limits(), max_event_burst=2), 16_000, binary=False, clock=Clock())
    intake.count_event()
    intake.count_event()
    with pytest.raises(CloseConnection, match="too many events"):
        intake.count_event()


@pytest.mark.parametrize("rate", [8_000, 24_000, 44_100, 48_000])
def test_any_rate_becomes_16_khz_without_losing_time(rate: int) -> None:
    intake = Intake(Limits(), rate, binary=False, clock=Clock())
    chunk = np.zeros(rate // 50, "<i2").tobytes()
    heard = sum(len(intake.pcm16(chunk)) for _ in range(100)) + len(intake.change_rate(16_000))
    assert abs(heard - 2 * 16_000) <= 16
    assert len(intake.pcm16(bytes(640))) == 320


def test_broken_binary_frames_end_the_connection() -> None:
    frame = encode_binary(BinaryFrame(1, 0, 0, 0, b"\0\0"))
    with pytest.raises(CloseConnection) as not_asked_for:
        Intake(Limits(), 16_000, binary=False, clock=Clock()).frame(frame)
    assert not_asked_for.value.code == 1003
    intake = Intake(Limits(), 16_000, binary=True, clock=Clock())
    assert len(intake.frame(frame)) == 1
    with pytest.raises(CloseConnection) as broken:
        intake.frame(frame)
    assert broken.value.code == 1007


def test_the_waiting_room_keeps_order_and_the_newest_audio() -> None:
    room = WaitingRoom(max_audio_s=1.0, max_commands=2)
    old, new = np.zeros(16_000, np.float32), np.ones(8_000, np.float32)
    commit, clear = CommitInput(), ClearInput()
    room.audio(old)
    room.command(commit)
    room.audio(new)
    room.command(clear)
    with pytest.raises(WireError, match="still loading"):
        room.command(commit)
    left = list(room.leave())
    assert left[0] is commit
    assert left[1] is new
    assert left[2] is clear
    assert list(room.leave()) == []
