"""Llama prompt: from chat messages to tokens, by the model's own template. No llama.cpp here: a tokenizer is passed in.

Prefix reuse lives or dies here. A growing conversation must render to a growing text, byte by byte: so nothing depends
on what comes later, messages are never re-ordered, and the cut that makes an over-long chat fit moves in big steps.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import jinja2

from models.ports import ChatMessage, EngineError

Tokenize = Callable[[str, bool], list[int]]
"""(text, add the model's own beginning-of-text token) -> tokens; special tokens in the text are recognised."""

CHATML = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
"""Used where a GGUF carries no template: the most common one among instruct models."""

OPENING = ChatMessage("user", "...")
"""Stands before an assistant's first message in templates that insist on a user's (Gemma, Mistral)."""

_CUT_STEPS = 4


@dataclass(frozen=True, slots=True)
class Prompt:
    """Tokens to have in the KV cache. `dropped` counts the old messages that were left out to make it fit."""

    tokens: list[int]
    dropped: int = 0


class ChatPrompt:
    """Renders chats with one model's template and fits them into its context.

    `special` are the texts of the model's control tokens. They are taken out of message contents: a job posting that
    contains "<|im_end|>" must not be able to end the user's turn and speak as the system.
    """

    def __init__(
        self, template: str | None, tokenize: Tokenize, *, bos: str = "", eos: str = "", special: Iterable[str] = ()
    ) -> None:
        # llama-cpp-python's formatter sets Jinja up the way Transformers does, so templates mean what they should.
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        try:
            self._formatter = Jinja2ChatFormatter(template=template or CHATML, eos_token=eos, bos_token=bos)
        except jinja2.TemplateError as error:
            raise EngineError(f"The model's chat template cannot be read: {error}.") from error
        self._tokenize = tokenize
        self._bos = bos
        texts = sorted((text for text in special if len(text) > 1), key=len, reverse=True)
        self._special = re.compile("|".join(map(re.escape, texts))) if texts else None

    def render(self, messages: Sequence[ChatMessage]) -> str:
        """The chat as text, ready for the assistant to continue.

        A template that refuses the chat (no system role, or no assistant before the first user) gets it in the shape
        it accepts: the system text joins the first user message, OPENING goes before an early assistant.
        Raises EngineError if that is refused as well.
        """
        clean = self._normalise(messages)
        refusal: Exception | None = None
        for shape in (clean, _without_system(clean)):
            try:
                return self._format(shape)
            except (jinja2.TemplateError, ValueError) as error:
                refusal = error
        raise EngineError(f"The model's chat template refuses this conversation: {refusal}.") from refusal

    def tokens(self, messages: Sequence[ChatMessage]) -> list[int]:
        text = self.render(messages)
        # A template that writes the beginning-of-text token itself must not get a second one from the tokenizer.
        return self._tokenize(text, not (self._bos and text.startswith(self._bos)))

    def fit(self, messages: Sequence[ChatMessage], *, room: int, window: int) -> Prompt:
        """The prompt in at most `room` of the context's `window` tokens.

        If the whole chat does not fit, the oldest messages after the leading system messages go, in pairs, and the last
        message always stays. The cut moves in big steps, so that the cached prefix stays valid for many turns: how much
        goes is rounded up to a quarter of the window, and the last message counts as full quarters. While somebody
        speaks it, the cut is therefore where it was before the first word.
        Raises EngineError when the system text and the last message alone are too long.
        """
        tokens = self.tokens(messages)
        block = max(1, window // _CUT_STEPS)
        if len(tokens) + block <= room:
            return Prompt(tokens)
        last = len(tokens) - len(self.tokens(messages[:-1])) if len(messages) > 1 else 0
        spare = -last % block
        if len(tokens) + spare <= room:
            return Prompt(tokens)
        best = self._cut(messages, tokens, room - spare, block)
        if best is None and len(tokens) <= room:
            return Prompt(tokens)
        best = best or self._cut(messages, tokens, room, block)
        if best is not None:
            return best
        head = _head(messages)
        raise EngineError(
            f"The conversation's instructions and last message need {self._least(messages, head)} tokens and only "
            f"{room} fit into the model's context; shorten them or choose a larger context."
        )

    def _cut(self, messages: Sequence[ChatMessage], tokens: list[int], room: int, block: int) -> Prompt | None:
        """The chat without its oldest messages, in `room` tokens; None where not even the last message fits."""
        wanted = -(-(len(tokens) - room) // block) * block
        rest = len(messages) - _head(messages)
        cuts = [dropped for dropped in (*range(2, rest - 1, 2), rest - 1) if dropped > 0]
        # Dropping more never makes it longer, so the first cut that is deep enough is found by halving.
        first = bisect_left(cuts, True, key=lambda cut: len(tokens) - len(self._without(messages, cut)) >= wanted)
        for dropped in cuts[first : first + 1] or cuts[-1:]:
            shorter = self._without(messages, dropped)
            return Prompt(shorter, dropped) if len(shorter) <= room else None
        return None

    def _without(self, messages: Sequence[ChatMessage], dropped: int) -> list[int]:
        """The chat without so many of the messages after the leading system messages."""
        head = _head(messages)
        return self.tokens([*messages[:head], *messages[head + dropped :]])

    def prefix(self, messages: Sequence[ChatMessage], *, room: int, window: int, open_end: bool = False) -> Prompt:
        """The longest token prefix that every continuation of `messages` will share.

        `open_end`: the last message itself goes on where it stops. Found by asking, not by assuming: different
        continuations are rendered and what they have in common is kept. That holds for any template, also for those
        that treat the last message in a special way, and for any tokenizer: a last token that may merge with what
        follows is left out.
        """
        if open_end and messages:
            rest, last = messages[:-1], messages[-1]
            chats = [[*rest, ChatMessage(last.role, last.content + text)] for text in _goes_on(last.content)]
        else:
            role: Literal["user", "assistant"] = "assistant" if messages and messages[-1].role == "user" else "user"
            chats = [[*messages, ChatMessage(role, text)] for text in "0Z"]
        one = self.fit(chats[0], room=room, window=window)
        shared = min(common_prefix(one.tokens, self._without(chat, one.dropped)) for chat in chats[1:])
        return Prompt(one.tokens[:shared], one.dropped)

    def _least(self, messages: Sequence[ChatMessage], head: int) -> int:
        return len(self.tokens([*messages[:head], *messages[max(head, len(messages) - 1) :]]))

    def _format(self, messages: Sequence[ChatMessage]) -> str:
        # enable_thinking: the switch of templates that know a thinking mode; a spoken reply cannot wait for one.
        rows: list[Any] = [{"role": message.role, "content": message.content} for message in messages]
        return str(self._formatter(messages=rows, enable_thinking=False).prompt)

    def _normalise(self, messages: Sequence[ChatMessage]) -> list[ChatMessage]:
        """Control tokens out of contents; consecutive messages of one role become one."""
        result: list[ChatMessage] = []
        for message in messages:
            content = self._without_control(message.content)
            if result and result[-1].role == message.role:
                content = f"{result.pop().content}\n{content}"
            result.append(ChatMessage(message.role, content))
        return result

    def _without_control(self, text: str) -> str:
        count = 1
        while self._special and count:  # again, since taking one out can put another together
            text, count = self._special.subn("", text)
        return text


def _head(messages: Sequence[ChatMessage]) -> int:
    """How many system messages lead."""
    return next((i for i, message in enumerate(messages) if message.role != "system"), len(messages))


def _goes_on(text: str) -> tuple[str, ...]:
    """How a message that ends so may go on: after a word with a space or a sign, else with anything."""
    return (" Z", '."', ", 0") if text[-1:].isalnum() else ("Z", " 0", '"')


def common_prefix(a: Sequence[int], b: Sequence[int]) -> int:
    """How many leading tokens are the same."""
    for index, (left, right) in enumerate(zip(a, b, strict=False)):
        if left != right:
            return index
    return min(len(a), len(b))


def _without_system(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """The chat in strict user/assistant alternation, the user first; system texts join the next user message."""
    result: list[ChatMessage] = []
    for message in messages:
        role = "user" if message.role == "system" else message.role
        if not result and role == "assistant":
            result.append(OPENING)
        if result and result[-1].role == role:
            result[-1] = ChatMessage(role, f"{result[-1].content}\n\n{message.content}")
        else:
            result.append(ChatMessage(role, message.content))
    return result
