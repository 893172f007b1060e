"""The interviewer's prompt: in the right language, framed, growing only at its end, and bounded."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview.free_talk import FRAME, GREETING, HISTORY_TOKENS, INSTRUCTIONS, KEPT_TOKENS, FreeTalk, recent
from interview.speech.quoted import Window, quoted
from models.ports import CallContext, ChatMessage
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
    items = [("user", "one"), ("assistant", "two"), ("user", "three"), ("assistant", "four"), ("user", "five")]
    for number in range(1, len(items), 2):
        shorter = interviewer.messages(turn(*items[:number]))
        longer = interviewer.messages(turn(*items[: number + 2]))
        assert longer[: len(shorter)] == shorter


@pytest.mark.parametrize("instructions", ["", "You are a parrot."])
async def test_what_is_primed_while_somebody_speaks_is_the_beginning_of_the_later_prompt(instructions: str) -> None:
    llm = FakeLanguageModel()
    interviewer = FreeTalk(llm)
    before = [("user", "one"), ("assistant", "two")]
    for said in ("", "I led", "I led a team."):
        await interviewer.prepare(turn(*before, instructions=instructions), said)
    await replies(interviewer, turn(*before, ("user", "I led a team. And we won."), instructions=instructions))
    *asked, last = llm.requests[-1].messages
    assert len(llm.primed) == 3
    for request in llm.primed:
        assert request.open
        assert request.max_tokens == llm.requests[-1].max_tokens
        assert request.messages[:-1] == tuple(asked)
        assert last.content.startswith(request.messages[-1].content)
    rest = last.content.removeprefix(llm.primed[-1].messages[-1].content)
    assert rest.startswith(" And we won.")
    assert len(rest) <= len(' And we won."\nAsk me one short question about it.'), "all else was in the cache"


async def test_before_anybody_spoke_the_instructions_are_primed() -> None:
    llm = FakeLanguageModel()
    await FreeTalk(llm).prepare(turn())
    [request] = llm.primed
    assert request.messages[0].content == INSTRUCTIONS["en"]
    assert FRAME["en"].startswith(request.messages[1].content)


def test_what_was_never_heard_is_not_in_the_prompt() -> None:
    messages = FreeTalk(FakeLanguageModel()).messages(turn(("user", "one"), ("assistant", ""), ("user", "two")))
    assert [message.role for message in messages] == ["system", "user", "user"]


def test_asked_again_after_its_own_words_it_has_a_cue() -> None:
    messages = FreeTalk(FakeLanguageModel()).messages(turn(("user", "one"), ("assistant", "two")))
    assert messages[-1].role == "user"


def history(count: int, words: int = 40) -> list[ChatMessage]:
    roles = ("user", "assistant")
    return [ChatMessage(roles[number % 2], f"{number} " + "word " * words) for number in range(count)]  # type: ignore[arg-type]


def test_history_is_dropped_in_blocks_that_begin_with_the_candidates_words() -> None:
    shown = [recent(history(count)) for count in range(1, 120, 2)]
    begins = [messages[0].content for messages in shown]
    assert all(messages[0].role == "user" for messages in shown)
    assert len(set(begins)) <= len(begins) // 4, "the prompt's beginning changes too often for the cache"
    assert max(map(len, shown)) <= (HISTORY_TOKENS // 40 + 2)
    assert min(map(len, shown[20:])) >= KEPT_TOKENS // 70


def test_what_is_dropped_does_not_depend_on_what_is_being_said() -> None:
    for count in range(0, 60, 2):
        before = history(count)
        cut = [recent([*before, ChatMessage("user", "word " * words)])[:-1] for words in (0, 1, 500)]
        assert cut[0] == cut[1] == cut[2]


def test_the_exchange_before_always_stays() -> None:
    heavy = [ChatMessage("user", "word " * 3000), ChatMessage("assistant", "Well?"), ChatMessage("user", "")]
    assert recent(heavy) == heavy


@given(
    words=st.lists(st.text("가나ab", min_size=1, max_size=9), max_size=60),
    least=st.integers(12, 30),
    block=st.integers(1, 90),
)
def test_a_quotation_is_an_end_that_begins_at_a_word(words: list[str], least: int, block: int) -> None:
    text = " ".join(words)
    made = quoted(text, Window(least + block, least))
    assert text.endswith(made)
    assert len(made) <= least + block + 9
    assert len(made) >= min(len(text), least)
    assert made == text or text[: len(text) - len(made)].endswith(" ")


def test_a_quotation_grows_at_its_end_and_rarely_begins_anew() -> None:
    words = [f"word{number}" for number in range(200)]
    quotations = [quoted(" ".join(words[:count]), Window(200, 50)) for count in range(1, 201)]
    moved = sum(not later.startswith(earlier) for earlier, later in itertools.pairwise(quotations))
    assert moved == -(-(len(" ".join(words)) - 200) // 150)


@given(st.integers(1, 200), st.integers(0, 9))
def test_at_its_end_a_quotation_begins_where_it_was_read(words: int, more: int) -> None:
    window = Window(200, 80)
    text = " ".join(f"word{number}" for number in range(words + more))
    read = " ".join(text.split()[:words])
    assert quoted(text, window, read).startswith(quoted(read, window))


def test_what_was_read_of_another_text_or_long_ago_does_not_count() -> None:
    text, window = "word " * 100, Window(200, 80)
    assert quoted(text, window, "other " * 50) == quoted(text, window)
    assert quoted(text, window, "word " * 10) == quoted(text, window)


def test_letters_without_a_space_are_cut_all_the_same() -> None:
    assert 50 <= len(quoted("a" * 1000, Window(100, 50))) <= 100
