"""What is left to evaluate when the candidate stops talking: the same few tokens in turn 60 as in turn 3, whatever was
dropped from the history in between. The engine is the real one; only llama.cpp's arithmetic is left out."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import pytest

from interview.free_talk import FreeTalk
from interview.shapes import Kind, Language, PlannedQuestion
from interview.speech.probes import Aim
from interview.talk.state import ProbeWish
from interview.talk.wording import Wording
from models.engines.llama import LlamaEngine
from models.engines.llama_context import LlamaContext
from models.engines.llama_prompt import ChatPrompt, common_prefix
from models.ports import CallContext, GenerateRequest, GenerationChunk, Primed, PrimeRequest, Priority
from voice.responder import Item, TurnContext

QUESTION = "What did you learn from that ?"


class Vocabulary:
    """Tokens are words with the space before them, runs of signs, and the template's own marks."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[str, int] = {}

    def tokens(self, text: str, add_bos: bool = False) -> list[int]:
        found = re.findall(r"<\|\w+\|>| ?[가-힣]|[ ]?\w+|[^\w\s<]+|\s|<", text)
        return [self._numbers.setdefault(piece, self._new(piece)) for piece in found]

    def _new(self, piece: str) -> int:
        if piece not in self._numbers:
            self.texts.append(piece)
        return self._numbers.get(piece, len(self.texts) - 1)


class Cache:
    """llama_context.LlamaContext without a model: it says QUESTION, whatever it is asked."""

    batch = 64

    def __init__(self, size: int, vocabulary: Vocabulary) -> None:
        self.size = size
        self.resident: list[int] = []
        self.evaluated = 0
        self._vocabulary = vocabulary
        self._script: Iterator[int] = iter(())

    @property
    def full(self) -> bool:
        return len(self.resident) >= self.size

    def reusable(self, tokens: Sequence[int]) -> int:
        return common_prefix(self.resident, tokens)

    def keep(self, count: int) -> int:
        del self.resident[count:]
        return len(self.resident)

    def evaluate(self, tokens: Sequence[int]) -> None:
        self.resident += tokens
        self.evaluated += len(tokens)
        assert len(self.resident) <= self.size

    @contextmanager
    def sampler(self, request: GenerateRequest) -> Iterator[None]:
        self._script = iter([*self._vocabulary.tokens(QUESTION), -1])
        yield

    def sample(self, sampler: None) -> int:
        return next(self._script)

    def is_last(self, token: int) -> bool:
        return token < 0

    def ends(self) -> float:
        return 0.5

    def piece(self, token: int) -> bytes:
        return self._vocabulary.texts[token].encode()


class Model:
    """ports.LanguageModel on an engine of this process."""

    def __init__(self, context: int) -> None:
        vocabulary = Vocabulary()
        self.cache = Cache(context, vocabulary)
        self.engine = LlamaEngine(cast(LlamaContext, self.cache), ChatPrompt(None, vocabulary.tokens))
        self.left: list[int] = []
        """Of every reply: the prompt's tokens that were not resident."""

    async def generate(
        self, request: GenerateRequest, priority: Priority = Priority.LLM
    ) -> AsyncGenerator[GenerationChunk, None]:
        for item in self.engine.generate(request):
            if isinstance(item, GenerationChunk):
                yield item
                if item.finish_reason:
                    self.left.append(item.prompt_tokens - item.cached_tokens)

    async def prime(self, request: PrimeRequest, priority: Priority = Priority.BACKGROUND) -> Primed:
        ends = None
        for step in self.engine.prime(request):
            ends = step.ends
        return Primed(len(self.cache.resident), ends)


WORDS = {
    "en": "we measured the latency first and then I changed one thing at a time until the customers were happy",
    "ko": "저는 먼저 지연 시간을 측정하고 나서 한 번에 하나씩 바꾸어 보았고 결국 고객이 만족했습니다",
}


class Conversation:
    """One conversation as the voice loop holds it: the prefix is warmed while an answer is spoken and after a reply."""

    def __init__(self, language: str, context: int, instructions: str = "", max_tokens: int = 200) -> None:
        self.model = Model(context)
        self.talk = FreeTalk(self.model)
        self.items: list[Item] = []
        self._shared: dict[str, Any] = {"language": language, "instructions": instructions, "max_tokens": max_tokens}
        self._random = random.Random(3)

    @property
    def turn(self) -> TurnContext:
        return TurnContext(tuple(self.items), context=CallContext("s", 1), **self._shared)

    async def say(self, words: int, *, withdrawn: int = 0) -> None:
        """An answer; `withdrawn` replies are begun in its pauses and thrown away."""
        spoken: list[str] = []
        pauses = {words * number // (withdrawn + 1) for number in range(1, withdrawn + 1)}
        while len(spoken) < words:
            spoken.append(self._random.choice(WORDS[self._shared["language"]].split()))
            if len(spoken) % 5 == 0:
                await self.talk.prepare(self.turn, " ".join(spoken[:-2]))
            if len(spoken) in pauses:
                await self.answer(" ".join(spoken) + ".")
                self.items.pop()
                self.model.left.pop()
        reply = await self.answer(" ".join(spoken) + ".")
        self.items.append(Item(f"a{len(self.items)}", "assistant", reply))
        await self.talk.prepare(self.turn)

    async def answer(self, text: str) -> str:
        self.items.append(Item(f"u{len(self.items)}", "user", text))
        return "".join([reply.text async for reply in self.talk.respond(self.turn)])


TAIL = 14
"""The last words of the answer that were not certain yet, the closing quote, and the template's own marks."""


@pytest.mark.parametrize("context", [4096, 1024])
@pytest.mark.parametrize("language", ["en", "ko"])
async def test_turn_60_evaluates_as_little_at_its_end_as_turn_3(language: str, context: int) -> None:
    it = Conversation(language, context)
    await it.talk.prepare(it.turn)
    for number in range(60):
        await it.say(12 + 7 * number % 24, withdrawn=number % 3)
    per_word = 1 if language == "en" else 3
    assert max(it.model.left) <= TAIL + 7 * per_word
    assert max(it.model.left[30:]) <= max(it.model.left[:10]) + 2
    assert len(it.talk.messages(it.turn)) < 60, "the history was never cut"


async def test_a_clients_own_instructions_stay_warm_when_the_context_is_full() -> None:
    it = Conversation("en", 700, "You are a travel agent. " * 10, max_tokens=150)
    for number in range(60):
        await it.say(10 + 11 * number % 20)
    assert max(it.model.left[1:]) <= TAIL + 7


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_a_long_answer_leaves_no_more_than_a_short_one(language: str) -> None:
    it = Conversation(language, 4096)
    await it.say(8)
    await it.say(8)
    for words in (150, 450):  # a minute, three minutes
        resident = len(it.model.cache.resident)
        await it.say(words)
        assert it.model.left[-1] <= it.model.left[1] + 5
        assert len(it.model.cache.resident) - resident < 650


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_wherever_a_long_answer_ends_little_is_left(language: str) -> None:
    """Also where its quotation would have begun anew between the words read last and the end."""
    it = Conversation(language, 4096)
    for words in range(120, 290, 3):
        it.items.clear()
        await it.talk.prepare(it.turn)
        await it.say(words)
        assert it.model.left[-1] <= TAIL + 7 * (1 if language == "en" else 3)


async def test_priming_evaluates_every_token_of_an_answer_about_once() -> None:
    it = Conversation("en", 4096)
    await it.talk.prepare(it.turn)
    before = it.model.cache.evaluated
    for _ in range(5):
        await it.say(60)
    grown = len(it.model.cache.resident)
    assert it.model.cache.evaluated - before < 1.25 * grown


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("words", [20, 150, 450])
async def test_an_interviews_probe_evaluates_little_more_than_its_own_question(language: Language, words: int) -> None:
    model = Model(2048)
    wording = Wording(model, language)
    random_, vocabulary = random.Random(5), WORDS[language].split()
    question = PlannedQuestion("q", Kind.BEHAVIOURAL, "Question?", "bank", "", "", star=True)
    await wording.warm(CallContext())
    for turn in range(8):
        spoken = [random_.choice(vocabulary) for _ in range(words + 7 * turn)]
        for known in range(4, len(spoken) - 2, 5):
            await wording.warm(CallContext(), " ".join(spoken[:known]))
        wish = ProbeWish(Aim("result", "", "result"), question, "Earlier.\n" + " ".join(spoken) + ".", turn)
        await wording.word(wish, CallContext())
        await wording.warm(CallContext())
    asked = 14 if language == "en" else 45
    usual = sorted(model.left)[-2]  # the window of a long answer may begin anew in its last words, in a few of them
    assert usual <= TAIL + 7 + asked
    assert max(model.left) <= usual + {"en": 60, "ko": 120}[language]
    assert len(model.cache.resident) < 600, "a long answer makes the prompt long"
