"""Free talk: what answers a session that belongs to no interview (any Realtime client, `moui talk`): a plain
conversation in an interviewer's manner, or as the client's own instructions say.

What it knows of small models (measured with Qwen2.5-Coder 0.5B/1.5B): they need the instruction short, in the
conversation's language, and at the end of a long history they lose it; so the history given to the model is kept short.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from models.ports import ChatMessage, GenerateRequest, LanguageModel, PrimeRequest
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
    "en": 'The candidate said: "{}"\nAsk one short follow-up question.',
    "ko": '지원자가 이렇게 말했습니다: "{}"\n이 답변에 대해 존댓말로 짧은 질문을 하나만 하십시오.',
}
"""Without it small models answer the candidate or repeat him: of six replies to six English answers, 0 (Qwen2.5-Coder
0.5B) and 4 (1.5B) held a question; framed, 4 and 6. Every turn keeps its frame: the prompt only grows at its end."""

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

HISTORY_ITEMS = 24
"""Newest items shown to the model; dropped in blocks so that the prompt's beginning stays cached between drops."""

HISTORY_BLOCK = 8


def _for_language(texts: dict[str, str], language: str) -> str:
    return texts.get(language, texts["en"])


class FreeTalk:
    """Stateless between turns: all it needs comes with the TurnContext."""

    acknowledges_waiting = False

    def __init__(self, llm: LanguageModel) -> None:
        self._llm = llm

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
        await self._llm.prime(PrimeRequest(self.messages(turn, opening=False), context=turn.context))

    def rehearse(self, turn: TurnContext) -> tuple[Reply, ...]:
        return ()

    def apology(self, language: str) -> str:
        return _for_language(APOLOGY, language)

    def messages(self, turn: TurnContext, *, opening: bool = True) -> tuple[ChatMessage, ...]:
        """The prompt. It only ever grows at its end (until a block of old items is dropped): the KV cache stays."""
        own = not turn.instructions.strip()
        system = _for_language(INSTRUCTIONS, turn.language) if own else turn.instructions.strip()
        system = "\n".join([system, *(item.text for item in turn.items if item.role == "system")])
        messages = [ChatMessage("system", system)]
        for item in recent([item for item in turn.items if item.role != "system" and item.text]):
            assert item.role != "system"
            framed = own and item.role == "user"
            text = _for_language(FRAME, turn.language).format(item.text) if framed else item.text
            messages.append(ChatMessage(item.role, text))
        if opening and (len(messages) == 1 or messages[-1].role == "assistant"):
            cue = OPENING if len(messages) == 1 else SILENCE
            messages.append(ChatMessage("user", _for_language(cue, turn.language)))
        return tuple(messages)


def recent(items: list[Item]) -> list[Item]:
    """The newest items, dropping whole blocks so that consecutive turns share their beginning."""
    excess = len(items) - HISTORY_ITEMS
    if excess <= 0:
        return items
    drop = -(-excess // HISTORY_BLOCK) * HISTORY_BLOCK
    return items[drop:]
