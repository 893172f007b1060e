"""Replies begun in a pause: released when the turn was over, thrown away without a trace when it was not."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from models.ports import EngineCrashed, Primed, PrimeRequest, Priority, TranscribeRequest, Transcription
from tests.fakes import FakeLanguageModel, FakeSpeechToText
from tests.voice.rig import Rig, running
from voice.events import (
    AddMessage,
    CreateResponse,
    ItemAdded,
    Notice,
    ResponseAudio,
    ResponseDone,
    ResponseStarted,
    StateChanged,
    TranscriptFinal,
    TurnTimings,
)
from voice.response import LEAD_S

ANSWER = "We moved the payment system to the cloud."
PAUSE_S = 0.45
"""Long enough for the words to be known, too short for the turn to be over."""


def talkative(*replies: str) -> Rig:
    rig = Rig(llm=FakeLanguageModel(*replies))
    rig.stt.text = ANSWER
    return rig


async def drafted(rig: Rig) -> None:
    rig.say(1.5)
    rig.hush(PAUSE_S)
    await rig.until(lambda: len(rig.llm.requests) >= 1 and len(rig.tts.requests) >= 1)


async def test_the_reply_is_made_in_the_silence_and_heard_after_it() -> None:
    async with running(talkative()) as rig:
        await drafted(rig)
        assert str(rig.session.machine.state) == "ending"
        assert rig.seen(ResponseStarted) == []
        assert rig.seen(ResponseAudio) == []
        assert not list(rig.session.items), "nothing of it is in the history"
        rig.hush(2.5)
        await rig.event(ResponseDone)
        assert len(rig.llm.requests) == 1, "the draft is the reply"
        timings = rig.seen(TurnTimings)[0]
        assert timings.speculative
        assert timings.discarded == ()
        kinds = [type(event) for event in rig.events]
        order = [kinds.index(kind) for kind in (TranscriptFinal, ResponseStarted, ResponseAudio)]
        assert order == sorted(order)
        assert [(item.role, item.text) for item in rig.session.items] == [
            ("user", ANSWER),
            ("assistant", "Thank you. What did you learn from it?"),
        ]


async def test_a_reply_that_is_released_early_goes_on_being_made() -> None:
    long = " ".join(["That was a long and interesting story about it."] * 12)
    async with running(talkative(long)) as rig:
        await drafted(rig)
        rig.hush(2.5)
        started = await rig.event(ResponseStarted)
        await rig.until(lambda: rig.sent_samples(started.response_id) > 10 * 24_000)
        while not rig.seen(ResponseDone):
            rig.play(started.response_id)
            await asyncio.sleep(0.005)
        assert rig.seen(ResponseDone)[0].text == long
        assert rig.sent_samples(started.response_id) > LEAD_S * 24_000


async def test_nobody_is_cut_in_on_for_a_reply_that_cannot_be_heard_yet() -> None:
    """Waiting costs nothing as long as there is nothing to say."""
    async with running(talkative()) as rig:
        rig.tts.hold = asyncio.Event()
        await drafted(rig)
        rig.hush(1.0)
        await rig.until(lambda: rig.session.now >= (1.5 + PAUSE_S + 1.0) * 16_000 - 512)
        assert str(rig.session.machine.state) == "ending", "the silence would have been enough"
        rig.tts.hold.set()
        await rig.event(ResponseStarted)
        assert rig.seen(TurnTimings)[0].speculative


async def test_a_reply_that_never_comes_does_not_keep_the_turn_open() -> None:
    async with running(talkative()) as rig:
        rig.tts.hold = asyncio.Event()
        await drafted(rig)
        rig.hush(2.2)
        await rig.event(TranscriptFinal)
        rig.tts.hold.set()
        await rig.event(ResponseDone)


async def test_a_sentence_that_the_model_would_go_on_with_is_waited_for() -> None:
    async with running(talkative()) as rig:
        rig.llm.ends = 0.01
        await drafted(rig)
        rig.hush(1.2)
        await rig.until(lambda: rig.session.now >= (1.5 + PAUSE_S + 1.2) * 16_000 - 512)
        assert str(rig.session.machine.state) == "ending"
        asked = next(request for request in rig.llm.primed if request.ends)
        assert asked.messages[-1].content.endswith(ANSWER.rstrip(".")), "the full stop is Whisper's, not the speaker's"
        rig.hush(1.0)
        await rig.event(ResponseDone)


async def test_a_model_that_breaks_when_it_is_asked_for_its_opinion_costs_only_that() -> None:
    class Speechless(FakeLanguageModel):
        async def prime(self, request: PrimeRequest, priority: Priority = Priority.BACKGROUND) -> Primed:
            raise EngineCrashed("The language model's process ended; it is being restarted.")

    async with running(Rig(llm=Speechless("Why?"))) as rig:
        rig.stt.text = ANSWER
        rig.say(1.5)
        rig.hush(3.0)
        assert (await rig.event(ResponseDone)).text == "Why?"


async def test_who_goes_on_is_not_answered_in_between() -> None:
    async with running(talkative("First.", "Second.")) as rig:
        await drafted(rig)
        await rig.until(lambda: rig.llm.closed == 1)
        rig.stt.text = ANSWER + " It took three months."
        rig.say(1.0)
        rig.hush(2.5)
        done = await rig.event(ResponseDone)
        assert done.text == "Second."
        assert [event.text for event in rig.seen(TranscriptFinal)] == [ANSWER + " It took three months."]
        assert [item.role for item in rig.session.items] == ["user", "assistant"]
        timings = rig.seen(TurnTimings)[0]
        assert timings.discarded == (1,)
        assert timings.call == 2
        assert [str(event.state) for event in rig.seen(StateChanged)].count("thinking") == 1


async def test_words_that_stop_in_mid_sentence_are_not_answered_ahead() -> None:
    async with running(talkative()) as rig:
        rig.stt.text = "And we moved the payment system to the"
        rig.say(1.5)
        rig.hush(0.6)
        await rig.until(rig.session.hearing.ears.abreast)
        assert rig.llm.requests == []


async def test_words_that_stop_in_mid_sentence_are_answered_ahead_when_nothing_follows() -> None:
    async with running(talkative()) as rig:
        rig.stt.text = "And we moved the payment system to the"
        rig.say(1.5)
        rig.hush(0.6)
        await rig.until(rig.session.hearing.ears.abreast)
        rig.hush(0.7)
        await rig.until(lambda: len(rig.tts.requests) >= 1)
        assert str(rig.session.machine.state) == "ending"
        rig.hush(1.3)
        await rig.event(ResponseDone)
        assert len(rig.llm.requests) == 1


async def test_a_request_of_its_own_is_not_served_with_the_draft() -> None:
    async with running(talkative("A draft.", "As you wish.")) as rig:
        await drafted(rig)
        rig.session.send(CreateResponse(instructions="Reply in verse."))
        rig.hush(2.5)
        done = await rig.event(ResponseDone)
        assert done.text == "As you wish."
        assert "verse" in rig.llm.requests[-1].messages[0].content


async def test_what_was_typed_meanwhile_is_not_passed_over() -> None:
    async with running(talkative("A draft.", "With the note.")) as rig:
        await drafted(rig)
        rig.session.send(AddMessage("user", "It was in 2021."))
        await rig.event(ItemAdded)
        rig.hush(2.5)
        assert (await rig.event(ResponseDone)).text == "With the note."


async def test_a_model_that_breaks_while_drafting_apologises_when_it_is_heard() -> None:
    rig = talkative("Thank you. What did you learn from it?")
    rig.llm.crash_after = 3
    async with running(rig):
        await drafted(rig)
        rig.hush(2.5)
        done = await rig.event(ResponseDone)
        assert "Sorry, I lost my thread" in done.text
        assert done.status == "completed"
        assert [event.code for event in rig.seen(Notice)] == ["reply_interrupted"]


async def test_the_prefix_is_warmed_with_what_is_certain_while_the_user_speaks() -> None:
    async with running(Rig()) as rig:
        for _ in range(8):
            rig.say(1.0)
            await asyncio.sleep(0.02)
        await rig.until(lambda: any(prime.open and "w3" in prime.messages[-1].content for prime in rig.llm.primed))
        said = [prime.messages[-1].content for prime in rig.llm.primed if "w3" in prime.messages[-1].content]
        assert all(later.startswith(earlier) for earlier, later in pairwise(said))


async def test_at_the_beginning_of_a_pause_the_device_is_left_to_its_pass() -> None:
    class Slow(FakeSpeechToText):
        """While it transcribes, the speaker falls silent for a moment."""

        async def transcribe(self, request: TranscribeRequest, priority: Priority = Priority.LIVE_STT) -> Transcription:
            heard = await super().transcribe(request, priority)
            rig.hush(0.07)
            await asyncio.sleep(0.02)
            return heard

    rig = Rig(stt=Slow())
    async with running(rig):
        for _ in range(8):
            rig.say(1.0)
            await asyncio.sleep(0.05)
        assert len(rig.stt.requests) >= 4
        assert not any("w3" in prime.messages[-1].content for prime in rig.llm.primed)
