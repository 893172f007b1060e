"""The session shell on fakes: whole turns, barge-in, coughs, crashes, push to talk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import numpy as np
import pytest

from models.ports import EngineCrashed, EngineError
from tests.fakes import EchoResponder, FakeLanguageModel, speech
from tests.voice.rig import Rig, running
from voice.events import (
    AddMessage,
    CancelResponse,
    ClearInput,
    CommitInput,
    CreateResponse,
    DeleteItem,
    ExtensionCommand,
    InputCommitted,
    ItemAdded,
    ItemTruncated,
    Notice,
    PlaybackFlushed,
    PlaybackPaused,
    PlaybackResumed,
    RequestFailed,
    ResponseAudio,
    ResponseDone,
    ResponseStarted,
    ResponseText,
    SessionConfig,
    TranscriptDropped,
    TranscriptFailed,
    TranscriptFinal,
    TranscriptInterim,
    TruncateItem,
    TurnDetection,
    TurnTimings,
    UserSpeechStarted,
    UserSpeechStopped,
)
from voice.responder import Reply, SpeechStyle, TurnContext
from voice.session import INBOX_S, InputOverflow

LONG_REPLY = "Thank you for that. " + "Please tell me more about the hardest part of it. " * 4


async def one_turn(rig: Rig) -> ResponseStarted:
    rig.say(1.5)
    rig.hush(2.0)
    return await rig.event(ResponseStarted)


async def test_a_spoken_turn_is_answered() -> None:
    async with running(Rig()) as rig:
        started = await one_turn(rig)
        kinds = [type(event) for event in rig.events]
        order = [UserSpeechStarted, UserSpeechStopped, InputCommitted, TranscriptFinal, ResponseStarted]
        assert [kinds.index(kind) for kind in order] == sorted(kinds.index(kind) for kind in order)
        done = await rig.event(ResponseDone)
        assert done.status == "completed"
        assert done.text == "Thank you. What did you learn from it?"
        assert (done.prompt_tokens, done.cached_tokens) == (50, 40)
        assert rig.sent_samples(started.response_id) > 0
        rig.play(started.response_id)
        await rig.state("listening")
        assert [(item.role, item.text) for item in rig.session.items] == [
            ("user", "w1 w2 w3"),
            ("assistant", "Thank you. What did you learn from it?"),
        ]


async def test_the_turn_begins_with_its_pre_roll_and_ends_at_the_last_voice() -> None:
    async with running(Rig()) as rig:
        rig.hush(2.048)
        await one_turn(rig)
        started, stopped = rig.seen(UserSpeechStarted)[0], rig.seen(UserSpeechStopped)[0]
        assert started.at_sample == 2.048 * 16_000 - 8_000
        assert abs(stopped.at_sample - (2.048 + 1.5) * 16_000) <= 512


async def test_text_arrives_before_its_audio_and_audio_is_contiguous() -> None:
    async with running(Rig()) as rig:
        await one_turn(rig)
        await rig.event(ResponseDone)
        sent = [event for event in rig.events if isinstance(event, ResponseText | ResponseAudio)]
        assert isinstance(sent[0], ResponseText)
        position = 0
        for event in rig.seen(ResponseAudio):
            assert event.first_sample == position
            position += len(event.pcm16) // 2


async def test_timings_are_reported_with_the_first_audio() -> None:
    async with running(Rig()) as rig:
        await one_turn(rig)
        timings = await rig.event(TurnTimings)
        stages = (
            timings.endpoint_ms,
            timings.stt_ms,
            timings.llm_first_token_ms,
            timings.first_fragment_ms,
            timings.tts_first_chunk_ms,
        )
        assert all(stage is not None and stage >= 0 for stage in stages)
        assert timings.total_ms is not None
        assert timings.speculative, "the reply was begun in the silence"
        assert timings.call > 0


async def test_long_speech_shows_interim_text_that_only_grows() -> None:
    async with running(Rig()) as rig:
        for _ in range(6):
            rig.say(1.0)
            await asyncio.sleep(0.01)
        rig.hush(2.0)
        await rig.event(TranscriptFinal)
        interims = rig.seen(TranscriptInterim)
        assert interims
        stable = ""
        for interim in interims:
            words = (interim.stable + interim.tail).split()
            assert words == [f"w{number + 1}" for number in range(len(words))], "the two do not fit together"
            assert interim.stable.startswith(stable)
            stable = interim.stable


async def test_what_a_pass_left_out_at_the_end_is_heard_in_a_second_one() -> None:
    rig = Rig()
    rig.stt.attention_s = 2.5
    async with running(rig):
        for _ in range(10):
            rig.say(0.5)
            await asyncio.sleep(0.005)
        rig.hush(2.0)
        final = await rig.event(TranscriptFinal)
        assert len(final.text.split()) == 10, "two words a second for five seconds"


async def test_an_interruption_cuts_the_history_to_what_was_heard() -> None:
    async with running(Rig(llm=FakeLanguageModel(LONG_REPLY, "Go on, please."))) as rig:
        first = await one_turn(rig)
        await rig.event(ResponseDone)
        rig.play(first.response_id, 2.0)
        rig.say(0.3)
        assert (await rig.event(PlaybackPaused)).response_id == first.response_id
        rig.say(0.7)
        assert (await rig.event(PlaybackFlushed)).response_id == first.response_id
        rig.play(first.response_id, 2.3, flushed=True)
        cut = await rig.event(ItemTruncated)
        assert cut.text
        assert LONG_REPLY.startswith(cut.text)
        assert abs(len(cut.text) * rig.tts.SECONDS_PER_LETTER - 2.3) < 0.6
        rig.hush(2.0)
        second = await rig.event(ResponseStarted)
        assert second.response_id != first.response_id
        await rig.event(ResponseDone)
        assert rig.session.conversation.get(first.item_id).text == cut.text
        assert rig.llm.requests[-1].messages[-2].content == cut.text


async def test_nothing_of_a_cancelled_response_leaves_after_the_flush() -> None:
    rig = Rig(llm=FakeLanguageModel(LONG_REPLY))
    async with running(rig):
        first = await one_turn(rig)
        await rig.event(ResponseAudio)
        rig.tts.hold = asyncio.Event()
        rig.say(2.0)
        await rig.event(PlaybackFlushed)
        rig.tts.hold.set()
        await rig.event(TranscriptInterim)
        after = rig.events[rig.events.index(rig.seen(PlaybackFlushed)[0]) + 1 :]
        stale = [e for e in after if isinstance(e, ResponseText | ResponseAudio) and e.response_id == first.response_id]
        assert stale == []
        assert rig.seen(ResponseDone)[0].status == "cancelled"


async def test_a_cough_pauses_and_resumes_without_a_turn() -> None:
    async with running(Rig(llm=FakeLanguageModel(LONG_REPLY))) as rig:
        first = await one_turn(rig)
        await rig.event(ResponseDone)
        rig.play(first.response_id, 1.0)
        rig.stt.text = ""
        rig.say(0.3)
        rig.hush(0.6)
        await rig.event(PlaybackPaused)
        assert (await rig.event(PlaybackResumed)).response_id == first.response_id
        rig.play(first.response_id)
        await rig.state("listening")
        assert len(rig.seen(TranscriptFinal)) == 1
        assert rig.seen(PlaybackFlushed) == []


async def test_a_hallucinated_phrase_is_no_turn() -> None:
    async with running(Rig()) as rig:
        rig.stt.text = "시청해주셔서 감사합니다"
        rig.session.configure(SessionConfig(language="ko"))
        rig.say(0.2)
        rig.hush(2.5)
        await rig.event(TranscriptDropped)
        await rig.state("listening")
        assert rig.session.items == ()
        assert rig.seen(ResponseStarted) == []


async def test_going_on_speaking_withdraws_the_reply_and_keeps_both_parts() -> None:
    rig = Rig()
    rig.tts.hold = asyncio.Event()
    async with running(rig):
        rig.say(1.5)
        rig.hush(2.5)  # the longest silence: nothing can be heard yet
        first = await rig.event(ResponseStarted)
        rig.say(1.0)
        assert (await rig.event(ResponseDone)).status == "cancelled"
        rig.tts.hold = None
        rig.hush(2.0)
        second = await rig.event(ResponseStarted)
        assert second.response_id != first.response_id
        await rig.event(ResponseDone)
        texts = [message.content for message in rig.llm.requests[-1].messages if message.role == "user"]
        assert len(texts) == 2


async def test_a_crash_in_mid_reply_is_excused_and_the_reply_is_given() -> None:
    rig = Rig(llm=FakeLanguageModel(LONG_REPLY))
    rig.llm.crash_after = 6
    async with running(rig):
        await one_turn(rig)
        done = await rig.event(ResponseDone)
        assert done.status == "completed"
        assert "Sorry" in done.text
        assert done.text.endswith(LONG_REPLY.strip())
        assert rig.seen(Notice)[0].code == "reply_interrupted"


async def test_a_crash_of_the_recogniser_costs_no_words() -> None:
    rig = Rig()
    rig.stt.failures = [EngineCrashed("gone")]
    async with running(rig):
        await one_turn(rig)
        assert rig.seen(TranscriptFinal)[0].text == "w1 w2 w3"


async def test_a_recogniser_that_stays_broken_is_said_and_the_next_turn_works() -> None:
    rig = Rig()
    rig.stt.failures = [EngineError("no")] * 8
    async with running(rig):
        rig.say(1.5)
        rig.hush(2.0)
        assert (await rig.event(TranscriptFailed)).message == "no"
        await rig.state("listening")
        rig.stt.failures = []
        await one_turn(rig)


async def test_a_fragment_that_cannot_be_spoken_is_still_shown() -> None:
    rig = Rig()
    rig.tts.failures = [EngineError("mute")]
    async with running(rig):
        await one_turn(rig)
        done = await rig.event(ResponseDone)
        assert done.text == "Thank you. What did you learn from it?"
        assert any(notice.code == "speech_failed" for notice in rig.seen(Notice))


async def test_a_language_without_a_voice_is_explained_and_answered_in_text() -> None:
    async with running(Rig(config=SessionConfig(language="ko"))) as rig:
        started = await one_turn(rig)
        assert not started.audio
        assert [notice.code for notice in rig.seen(Notice)] == ["no_voice"]
        assert (await rig.event(ResponseDone)).text
        await rig.state("listening")


async def test_without_a_language_the_reply_follows_what_was_heard() -> None:
    async with running(Rig(config=SessionConfig(language=None))) as rig:
        rig.stt.detected = "ko"
        await one_turn(rig)
        await rig.event(ResponseDone)
        assert "면접관" in rig.llm.requests[-1].messages[0].content


async def test_push_to_talk_commits_what_was_said() -> None:
    async with running(Rig(config=SessionConfig(turn_detection=None))) as rig:
        rig.say(1.5)
        rig.hush(3.0)
        rig.session.send(CommitInput())
        rig.session.send(CreateResponse())
        final = await rig.event(TranscriptFinal)
        assert final.text == "w1 w2 w3"
        await rig.event(ResponseStarted)
        assert len(rig.seen(TranscriptFinal)) == 1


async def test_push_to_talk_alone_does_not_answer() -> None:
    async with running(Rig(config=SessionConfig(turn_detection=None))) as rig:
        rig.say(1.0)
        rig.session.send(CommitInput())
        await rig.event(TranscriptFinal)
        await rig.state("listening")
        assert rig.seen(ResponseStarted) == []


async def test_an_answer_asked_for_comes_even_if_nothing_was_said() -> None:
    async with running(Rig(config=SessionConfig(turn_detection=None))) as rig:
        rig.hush(2.0)
        rig.session.send(CommitInput())
        rig.session.send(CreateResponse())
        await rig.event(TranscriptDropped)
        assert (await rig.event(ResponseDone)).status == "completed"


async def test_turn_detection_can_be_switched_while_somebody_speaks() -> None:
    async with running(Rig()) as rig:
        rig.say(1.0)
        await rig.event(UserSpeechStarted)
        rig.session.configure(replace(rig.config, turn_detection=None))
        rig.say(0.5)
        rig.session.configure(rig.config)
        rig.hush(2.0)
        await one_turn(rig)
        assert (await rig.event(ResponseDone)).status == "completed"


async def test_cleared_input_is_no_turn() -> None:
    async with running(Rig(config=SessionConfig(turn_detection=None))) as rig:
        rig.say(1.0)
        rig.session.send(ClearInput())
        rig.session.send(CommitInput())
        failure = await rig.event(RequestFailed)
        assert failure.code == "input_audio_buffer_commit_empty"


async def test_typed_text_is_answered_as_text_when_asked() -> None:
    async with running(Rig(config=SessionConfig(audio=False))) as rig:
        rig.session.send(AddMessage("user", "Hello", "mine"))
        assert (await rig.event(ItemAdded)).item_id == "mine"
        rig.session.send(CreateResponse())
        done = await rig.event(ResponseDone)
        assert done.text == "Thank you. What did you learn from it?"
        assert rig.seen(ResponseAudio) == []
        await rig.state("listening")


async def test_a_client_can_cancel_and_is_told_when_there_is_nothing_to_cancel() -> None:
    async with running(Rig(llm=FakeLanguageModel(LONG_REPLY))) as rig:
        rig.session.send(CancelResponse())
        assert (await rig.event(RequestFailed)).code == "response_cancel_not_active"
        await one_turn(rig)
        await rig.event(ResponseAudio)
        rig.session.send(CancelResponse())
        await rig.state("listening")
        await rig.event(PlaybackFlushed)


async def test_a_client_with_its_own_player_truncates() -> None:
    async with running(Rig(llm=FakeLanguageModel(LONG_REPLY))) as rig:
        started = await one_turn(rig)
        await rig.event(ResponseDone)
        rig.session.send(TruncateItem(started.item_id, 1200))
        cut = await rig.event(ItemTruncated)
        assert cut.audio_end_ms == 1200
        assert cut.text == "Thank you for that."
        rig.session.send(TruncateItem("nowhere", 10))
        assert (await rig.event(RequestFailed)).param == "item_id"


async def test_items_can_be_deleted_and_unknown_ones_are_named() -> None:
    async with running(Rig()) as rig:
        rig.session.send(AddMessage("user", "Hello", "a"))
        rig.session.send(AddMessage("user", "Hello", "a"))
        assert (await rig.event(RequestFailed)).code == "item_exists"
        rig.session.send(DeleteItem("a"))
        rig.session.send(DeleteItem("a"))
        assert (await rig.event(RequestFailed)).code == "item_not_found"


async def test_input_beyond_the_bound_is_refused() -> None:
    rig = Rig()
    with pytest.raises(InputOverflow):
        rig.session.feed(speech(INBOX_S + 1))


async def test_half_duplex_ignores_the_microphone_while_speaking() -> None:
    detection = TurnDetection(interrupt_response=False)
    async with running(Rig(SessionConfig(turn_detection=detection), llm=FakeLanguageModel(LONG_REPLY))) as rig:
        first = await one_turn(rig)
        await rig.event(ResponseDone)
        rig.say(2.0)
        rig.hush(2.0)
        await rig.until(lambda: rig.session.now >= 5.4 * 16_000)
        assert rig.seen(PlaybackPaused) == []
        rig.play(first.response_id)
        await rig.state("listening")


async def test_a_session_can_be_closed_at_any_moment() -> None:
    for moment in (UserSpeechStarted, InputCommitted, ResponseText, ResponseAudio):
        rig = Rig(llm=FakeLanguageModel(LONG_REPLY))
        async with running(rig):
            rig.say(1.5)
            rig.hush(2.0)
            await rig.event(moment)
        assert rig.llm.closed == len(rig.llm.requests), "a generation was left open"


async def test_the_next_reply_is_prepared_when_nothing_is_said() -> None:
    async with running(Rig()) as rig:
        await rig.until(lambda: len(rig.llm.primed) == 1)
        await one_turn(rig)
        await rig.event(ResponseDone)
        await rig.until(lambda: len(rig.llm.primed) == 3)
        assert [request.ends for request in rig.llm.primed] == [False, True, False], "asked once, for its opinion"
        primed, asked = rig.llm.primed[-1].messages, rig.llm.requests[-1].messages
        assert primed[: len(asked)] == asked


async def test_a_configuration_change_applies_at_once() -> None:
    async with running(Rig()) as rig:
        rig.session.configure(replace(rig.config, instructions="Be brief."))
        await one_turn(rig)
        await rig.event(ResponseDone)
        assert rig.llm.requests[-1].messages[0].content == "Be brief."


async def test_a_reply_may_change_its_voice_speed_and_loudness() -> None:
    class TwoVoices(EchoResponder):
        async def respond(self, turn: TurnContext) -> AsyncGenerator[Reply, None]:
            yield Reply("First one.", SpeechStyle())
            yield Reply("Second one.", SpeechStyle(voice="other", speed=0.5, gain_db=6.0))

    rig = Rig(config=SessionConfig(speed=1.2), responder=TwoVoices())
    async with running(rig):
        await one_turn(rig)
        await rig.event(ResponseDone)
    first, second = rig.tts.requests
    assert (first.text, first.speed) == ("First one.", 1.2)
    assert (second.text, second.speed) == ("Second one.", 0.6)
    assert rig.tts.wanted[-1] == "other"
    loudest = [max(np.frombuffer(event.pcm16, "<i2")) for event in rig.seen(ResponseAudio)]
    assert loudest[-1] == pytest.approx(2 * loudest[0], rel=0.05)


async def test_the_final_transcript_has_its_words_in_their_places() -> None:
    async with running(Rig()) as rig:
        await one_turn(rig)
        (final,) = rig.seen(TranscriptFinal)
    assert " ".join(word.text for word in final.words) == final.text
    starts = [word.start_sample for word in final.words]
    assert starts == sorted(starts)
    assert all(final.start_sample <= word.start_sample < word.end_sample <= final.end_sample for word in final.words)


async def test_a_command_that_only_an_interview_knows_is_refused() -> None:
    async with running(Rig()) as rig:
        rig.session.send(ExtensionCommand("interview.control", {"action": "skip"}))
        failed = await rig.event(RequestFailed)
    assert failed.code == "unknown_event"
