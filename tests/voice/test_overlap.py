"""Speech over a reply: interruptions cut it, everything else lets it go on from the same sample."""

from __future__ import annotations

import asyncio

import pytest

from models.ports import EngineError
from tests.fakes import FakeLanguageModel
from tests.voice.rig import Rig, running
from voice.events import (
    ItemTruncated,
    PlaybackFlushed,
    PlaybackPaused,
    PlaybackResumed,
    ResponseDone,
    ResponseStarted,
    TranscriptFinal,
    UserSpeechStarted,
)

LONG_REPLY = "Thank you for that. " + "Please tell me more about the hardest part of it. " * 4


async def replying(rig: Rig) -> ResponseStarted:
    rig.stt.text = "We moved the payment system to the cloud."
    rig.say(1.5)
    rig.hush(2.0)
    started = await rig.event(ResponseStarted)
    await rig.event(ResponseDone)
    rig.play(started.response_id, 1.0)
    return started


def speaking() -> Rig:
    return Rig(llm=FakeLanguageModel(LONG_REPLY, "Go on, please."))


async def heard_over(rig: Rig, text: str, seconds: float) -> None:
    rig.stt.text = text
    for _ in range(round(seconds / 0.1)):
        rig.say(0.1)
        await asyncio.sleep(0.002)
    for _ in range(8):
        rig.hush(0.1)
        await asyncio.sleep(0.002)


@pytest.mark.parametrize("text", ["", "Yeah.", "Uh-huh.", "Okay, right.", "Mm-hmm."])
@pytest.mark.parametrize("seconds", [0.3, 0.8])
async def test_nods_and_coughs_let_the_reply_go_on(text: str, seconds: float) -> None:
    async with running(speaking()) as rig:
        first = await replying(rig)
        await heard_over(rig, text, seconds)
        await rig.event(PlaybackPaused)
        assert (await rig.event(PlaybackResumed)).response_id == first.response_id
        assert rig.seen(PlaybackFlushed) == []
        rig.play(first.response_id)
        await rig.state("listening")
        assert len(rig.seen(TranscriptFinal)) == 1, "it was no turn"
        assert [item.text for item in rig.session.items if item.role == "assistant"] == [LONG_REPLY.strip()]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("Stop.", 0.4), ("Stop there.", 0.6), ("Actually I meant it.", 0.8), ("No, that is not what I meant.", 1.5)],
)
async def test_words_that_mean_something_cut_the_reply(text: str, seconds: float) -> None:
    async with running(speaking()) as rig:
        first = await replying(rig)
        await heard_over(rig, text, seconds)
        await rig.event(PlaybackPaused)
        assert (await rig.event(PlaybackFlushed)).response_id == first.response_id
        rig.play(first.response_id, 1.0, flushed=True)
        cut = await rig.event(ItemTruncated)
        assert LONG_REPLY.startswith(cut.text)
        rig.hush(2.5)
        assert (await rig.event(TranscriptFinal)).text == text


@pytest.mark.parametrize("seconds", [0.4, 0.5])
@pytest.mark.parametrize("text", ["I'll.", "Enema.", "And then he"])
async def test_other_words_interrupt_only_if_they_go_on(text: str, seconds: float) -> None:
    """An "uh-huh" is misheard as anything."""
    async with running(speaking()) as rig:
        first = await replying(rig)
        await heard_over(rig, text, seconds)
        await rig.event(PlaybackPaused)
        assert (await rig.event(PlaybackResumed)).response_id == first.response_id
        assert rig.seen(PlaybackFlushed) == []
        await heard_over(rig, text, 0.8)
        assert (await rig.event(PlaybackFlushed)).response_id == first.response_id


async def test_a_misheard_word_and_a_gap_hold_the_reply_until_it_is_clear() -> None:
    """ "Stop, I would like to say something." of which the first word was heard as "Saab"."""
    async with running(speaking()) as rig:
        await replying(rig)
        rig.stt.text, before = "Saab.", rig.session.now
        for seconds, spoken in ((0.3, True), (0.4, False)):
            for _ in range(round(seconds / 0.1)):
                (rig.say if spoken else rig.hush)(0.1)
                await asyncio.sleep(0.005)
        for _ in range(7):
            rig.say(0.1)
            await asyncio.sleep(0.005)
        await rig.event(PlaybackFlushed)
        assert rig.seen(PlaybackResumed) == []
        assert rig.seen(UserSpeechStarted)[-1].at_sample < before + 0.1 * 16_000, "the first word belongs to the turn"


async def test_a_command_does_not_wait_for_length() -> None:
    async with running(speaking()) as rig:
        await replying(rig)
        rig.stt.text = "Wait."
        for _ in range(4):
            rig.say(0.1)
            await asyncio.sleep(0.01)
        rig.say(0.06)  # less than `interrupt_ms` in all, and no quiet behind it
        await rig.event(PlaybackFlushed)


async def test_a_command_need_not_be_over_to_be_obeyed() -> None:
    """It is known while the speaker draws breath: less quiet than ends a run of voice."""
    async with running(speaking()) as rig:
        await replying(rig)
        rig.stt.text = "Wait."
        rig.say(0.36)
        rig.hush(0.1)
        await rig.event(PlaybackFlushed)


async def test_endless_humming_is_played_over() -> None:
    async with running(speaking()) as rig:
        first = await replying(rig)
        rig.stt.text = ""
        for _ in range(40):
            rig.say(0.1)
            await asyncio.sleep(0.002)
        await rig.event(PlaybackPaused)
        assert (await rig.event(PlaybackResumed)).response_id == first.response_id
        assert rig.seen(PlaybackFlushed) == []
        rig.stt.text = "Excuse me, could you repeat the question?"
        for _ in range(10):
            rig.say(0.1)
            await asyncio.sleep(0.002)
        assert (await rig.event(PlaybackFlushed)).response_id == first.response_id


async def test_a_yes_that_outlasts_the_reply_answers_it() -> None:
    async with running(speaking()) as rig:
        first = await replying(rig)
        rig.stt.text = "Yes."
        rig.say(0.2)
        await rig.event(PlaybackPaused)
        rig.play(first.response_id)
        await rig.state("listening")
        rig.say(0.2)
        rig.hush(2.5)
        assert (await rig.event(TranscriptFinal)).text == "Yes."


async def test_without_the_recogniser_length_decides() -> None:
    async with running(speaking()) as rig:
        first = await replying(rig)
        rig.stt.failures = [EngineError("Speech recognition failed.")] * 3
        await heard_over(rig, "Stop.", 0.9)
        assert (await rig.event(PlaybackFlushed)).response_id == first.response_id


async def test_our_own_words_coming_back_are_no_interruption() -> None:
    async with running(speaking()) as rig:
        first = await replying(rig)
        rig.play(first.response_id, 4.0)
        await heard_over(rig, "tell me more about the hardest part", 0.9)
        await rig.event(PlaybackPaused)
        assert (await rig.event(PlaybackResumed)).response_id == first.response_id
        assert rig.seen(PlaybackFlushed) == []


@pytest.mark.parametrize("text", ["Yes.", "Tonight."])
async def test_a_yes_over_the_last_syllable_answers_it(text: str) -> None:
    async with running(speaking()) as rig:
        first = await replying(rig)
        rig.play(first.response_id, rig.sent_samples(first.response_id) / 24_000 - 0.2)
        await heard_over(rig, text, 0.3)
        rig.hush(2.5)
        assert (await rig.event(TranscriptFinal)).text == text


async def test_without_the_recogniser_a_short_sound_is_a_nod() -> None:
    async with running(speaking()) as rig:
        first = await replying(rig)
        rig.stt.failures = [EngineError("Speech recognition failed.")] * 3
        await heard_over(rig, "Yeah.", 0.3)
        assert (await rig.event(PlaybackResumed)).response_id == first.response_id
        assert rig.seen(PlaybackFlushed) == []
