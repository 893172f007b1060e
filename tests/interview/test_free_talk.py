"""The interviewer's prompt: in the right language, framed, growing only at its end, and bounded."""

from __future__ import annotations

import pytest

from interview.free_talk import FRAME, GREETING, HISTORY_ITEMS, INSTRUCTIONS, FreeTalk, recent
from models.ports import CallContext
from tests.fakes import FakeLanguageModel
from voice.responder import Item, Reply, TurnContext


def turn(*items: tuple[str, str], language: str = "en", instructions: str = "") -> TurnContext:
    made = tuple(Item(f"i{number}", role, text) for number, (role, text) in enumerate(items))  # type: ignore[arg-type]
    return TurnContext(made, language, instructions, 100, CallContext("s", 1))


async def replies(interviewer: FreeTalk, context: TurnContext) -> list[Reply]:
    return [reply async for reply in interviewer.respond(context)]


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_it_greets_without_a_model(language: str) -> None:
    llm = FakeLanguageModel()
    [reply] = await replies(FreeTalk(llm), turn(language=language))
    assert reply.text == GREETING[language]
    assert llm.requests == []


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_it_asks_about_what_was_said(language: str) -> None:
    llm = FakeLanguageModel("What changed?")
    said = await replies(FreeTalk(llm), turn(("user", "I led a team."), language=language))
    assert "".join(reply.text for reply in said) == "What changed?"
    [request] = llm.requests
    assert request.messages[0].content == INSTRUCTIONS[language]
    assert request.messages[-1].content == FRAME[language].format("I led a team.")
    assert request.max_tokens == 100
    assert said[-1].prompt_tokens == 50


async def test_a_clients_own_instructions_stand_alone() -> None:
    llm = FakeLanguageModel()
    await replies(FreeTalk(llm), turn(("user", "Hello"), instructions="You are a parrot."))
    contents = [message.content for message in llm.requests[0].messages]
    assert contents == ["You are a parrot.", "Hello"]


def test_the_prompt_only_grows_at_its_end() -> None:
    interviewer = FreeTalk(FakeLanguageModel())
    items = [("user", "one"), ("assistant", "two"), ("user", "three"), ("assistant", "four")]
    for number in range(1, len(items)):
        shorter = interviewer.messages(turn(*items[:number]), opening=False)
        longer = interviewer.messages(turn(*items[: number + 1]), opening=False)
        assert longer[: len(shorter)] == shorter


def test_what_was_never_heard_is_not_in_the_prompt() -> None:
    messages = FreeTalk(FakeLanguageModel()).messages(turn(("user", "one"), ("assistant", ""), ("user", "two")))
    assert [message.role for message in messages] == ["system", "user", "user"]


def test_asked_again_after_its_own_words_it_has_a_cue() -> None:
    messages = FreeTalk(FakeLanguageModel()).messages(turn(("user", "one"), ("assistant", "two")))
    assert messages[-1].role == "user"


def test_history_is_dropped_in_blocks() -> None:
    items = [Item(str(number), "user", str(number)) for number in range(60)]
    begins = {recent(items[:count])[0].id for count in range(HISTORY_ITEMS + 1, 61)}
    assert all(len(recent(items[:count])) <= HISTORY_ITEMS for count in range(61))
    assert len(begins) <= 5, "the prompt's beginning changes too often for the cache"
