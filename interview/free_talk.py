"""Free talk: what answers a session that belongs to no interview (any Realtime client, `moui talk`): a plain
conversation in an interviewer's manner, or as the client's own instructions say.

What it knows of small models (measured with Qwen2.5-Coder 0.5B/1.5B): they need the instruction short, in the
conversation's language, and at the end of a long history they lose it; so the history given to the model is kept short.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from interview.speech.quoted import Window, quoted
from models.ports import ChatMessage, GenerateRequest, LanguageModel, PrimeRequest, Priority
from voice.completeness import unpunctuated
from voice.responder import Item, Reply, TurnContext

INSTRUCTIONS = {
    "en": (
        "You are a calm, professional job interviewer in a spoken mock interview. Reply in English with one or two "
        "short spoken sentences: at most a brief neutral acknowledgement, then exactly one question about what the "
        "candidate just said. Never answer for the candidate, never give a lecture, no lists, no markdown."
    ),
    "ko": (
        "당신은 모의 면접을 진행하는 차분하고 전문적인 면접관입니다. 한국어 존댓말로, 말하듯이 짧은 한두 문장으로만 "
        "답하십시오. 짧게 호응한 뒤 지원자가 방금 한 말에 대해 질문을 정확히 하나만 하십시오. 지원자 대신 답하지 말고, "
        "설명을 늘어놓지 말고, 목록이나 마크다운을 쓰지 마십시오."
    ),
}

APOLOGY = {
    "en": "Sorry, I lost my thread for a moment.",
    "ko": "죄송합니다, 잠시 끊겼습니다.",
}

GREETING = {
    "en": "Hello, and welcome. Please start by telling me briefly about yourself.",
    "ko": "안녕하십니까, 지원자님. 먼저 간단히 자기소개를 부탁드립니다.",
}
"""Needs no model, so that the first words are heard at once; meanwhile the prompt is prepared."""

FRAME = {
    "en": 'My answer: "{}"\nAsk me one short question about it.',
    "ko": '다음 답변에 대해 존댓말로 짧은 질문을 하나만 하십시오.\n답변: "{}"\n질문:',
}
"""Without it small models answer the candidate or repeat him. What stands before the quote is evaluated while the words
are spoken, what stands behind it when they end, so that it is short. Conversations of 8 answers with Qwen2.5-Coder
0.5B: asked after the quote, in the first person, it asks the candidate in 24 of 24 replies ("What did you do with the
index?"); asked before it, it fell into a phrase and repeated it to the end ("Thank you for your question! It sounds
like ..."); "The candidate said" made it ask about a third person. Every turn keeps its frame: the prompt only grows at
its end."""

OPENING = {
    "en": "Please begin.",
    "ko": "시작해 주십시오.",
}
"""What stands for the user's first words under a client's own instructions: chat models want a user's message."""

SILENCE = {
    "en": "(The candidate says nothing.)",
    "ko": "(지원자가 아무 말도 하지 않습니다.)",
}

TEMPERATURE = 0.5

QUOTED = {"ko": Window(600, 150), "en": Window(1200, 300)}
"""Up to more than a minute of speech: the end of an answer is what is asked about. 240 to 390 tokens of Qwen2.5's."""

HISTORY_TOKENS = 1000
KEPT_TOKENS = 400
"""When the history weighs more than the first, its oldest items go until it weighs no more than the second. What is
kept is evaluated again, in the pause after a reply: 400 tokens and the instructions are 4 s (0.5B) to 8 s (1.5B) on 2
cores, which the reply's sound and the next answer cover. Every resident token also slows the writing a little."""

MESSAGE_TOKENS = 5
"""What a chat template puts around a message."""


def _for_language(texts: dict[str, str], language: str) -> str:
    return texts.get(language, texts["en"])


class FreeTalk:
    """One a session. All it needs comes with the TurnContext, but for what the model has read of the answer that is
    being given."""

    acknowledges_waiting = False

    def __init__(self, llm: LanguageModel) -> None:
        self._llm = llm
        self._read = ""

    async def respond(self, turn: TurnContext) -> AsyncGenerator[Reply, None]:
        if not turn.instructions and not any(item.text for item in turn.items):
            yield Reply(_for_language(GREETING, turn.language))
            return
        request = GenerateRequest(
            messages=self.messages(turn),
            max_tokens=turn.max_tokens,
            temperature=TEMPERATURE,
            context=turn.context,
        )
        chunks = self._llm.generate(request)
        async with aclosing(chunks):
            async for chunk in chunks:
                yield Reply(
                    chunk.text,
                    prompt_tokens=chunk.prompt_tokens,
                    cached_tokens=chunk.cached_tokens,
                    output_tokens=chunk.tokens,
                    truncated=chunk.finish_reason == "length",
                )

    async def prepare(self, turn: TurnContext, said: str = "") -> None:
        """Evaluate what the coming prompt begins with: all but what the user has still to say.

        In a pause that includes what it costs to drop old items: no turn pays for it."""
        self._read = said
        messages = self.messages(turn, speaking=said)
        await self._llm.prime(PrimeRequest(messages, open=True, max_tokens=turn.max_tokens, context=turn.context))

    async def ends(self, turn: TurnContext) -> float | None:
        *before, newest = turn.items
        messages = self.messages(replace(turn, items=tuple(before)), speaking=unpunctuated(newest.text))
        request = PrimeRequest(messages, open=True, ends=True, max_tokens=turn.max_tokens, context=turn.context)
        return (await self._llm.prime(request, Priority.LLM)).ends

    def rehearse(self, turn: TurnContext) -> tuple[Reply, ...]:
        return ()

    def apology(self, language: str) -> str:
        return _for_language(APOLOGY, language)

    def messages(self, turn: TurnContext, *, speaking: str | None = None) -> tuple[ChatMessage, ...]:
        """The prompt. It only ever grows at its end (until old items are dropped): the KV cache stays.

        `speaking`: the user has said this much of a message that is not among the turn's items yet; the prompt then
        stops where it will go on.
        """
        own = not turn.instructions.strip()
        system = _for_language(INSTRUCTIONS, turn.language) if own else turn.instructions.strip()
        system = "\n".join([system, *(item.text for item in turn.items if item.role == "system")])
        items = [item for item in turn.items if item.role != "system" and item.text]
        open_end = speaking is not None
        if speaking is not None:
            items.append(Item("", "user", speaking))
        messages = [self._framed(item, turn.language, own) for item in items[:-1]]
        messages += [self._framed(item, turn.language, own, self._read, open_end=open_end) for item in items[-1:]]
        if not messages or messages[-1].role == "assistant":
            cue = SILENCE if messages else OPENING
            messages.append(ChatMessage("user", _for_language(cue, turn.language)))
        return ChatMessage("system", system), *recent(messages)

    def _framed(self, item: Item, language: str, own: bool, read: str = "", *, open_end: bool = False) -> ChatMessage:
        """`read`: what the model has read of it, where it is the newest."""
        if not own or item.role != "user":
            return ChatMessage(item.role, item.text)
        before, _, after = _for_language(FRAME, language).partition("{}")
        said = quoted(item.text, QUOTED.get(language, QUOTED["en"]), read)
        return ChatMessage("user", before + said + ("" if open_end else after))


def recent(messages: list[ChatMessage]) -> list[ChatMessage]:
    """The newest messages. What goes is decided by what stands before a user's words, not by the words themselves: it
    is the same before, while and after they are spoken, and in all turns until the history is too heavy again. The
    exchange just before always stays."""
    start = 0
    weights = [_tokens(message.content) for message in messages]
    for index, message in enumerate(messages):
        if message.role == "user" and sum(weights[start:index]) > HISTORY_TOKENS:
            while start < index - 2 and (sum(weights[start:index]) > KEPT_TOKENS or messages[start].role != "user"):
                start += 1
    return messages[start:]


def _tokens(text: str) -> int:
    """About how many tokens: Qwen2.5's vocabulary takes 5 letters of English and 1.5 of Korean (spaces included)."""
    wide = sum(not letter.isascii() for letter in text)
    return wide * 4 // 5 + (len(text) - wide) // 5 + MESSAGE_TOKENS
