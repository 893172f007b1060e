"""How a probe is put into words: by the language model where it is quick and its sentence passes, else by a template.

Nothing a model writes is spoken unchecked. A model that is too slow, breaks, or writes what an interviewer would not
say costs its sentence, never the turn: the candidate cannot tell which of the two spoke.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import aclosing
from typing import Literal

from interview.shapes import Language, Step
from interview.speech import probes
from interview.speech.answers import analyse
from interview.speech.checks import Checked, check
from interview.talk.state import ProbeWish
from models.ports import CallContext, EngineError, GenerateRequest, LanguageModel, PrimeRequest, Priority
from voice.completeness import unpunctuated

log = logging.getLogger("moui.interview")

TIMEOUT_S = 4.0
"""The acknowledgement before it lasts about 1 s; after 3 s more of waiting people begin to talk again."""

MAX_TOKENS = 70
TEMPERATURE = 0.4

Fate = Literal["fine", "repaired", "refused", "late", "broken", "template"]


class Wording:
    """One an interview. `fates` counts what became of the model's sentences."""

    def __init__(self, llm: LanguageModel | None, language: Language, *, timeout_s: float = TIMEOUT_S) -> None:
        self._llm = llm
        self._language = language
        self._timeout_s = timeout_s
        self.fates: Counter[Fate] = Counter()
        self._read = ""
        """What the model has read of the answer that is being given."""

    async def warm(self, context: CallContext, said: str = "") -> None:
        """Nobody waits for anything: have what the next probe's prompt begins with in the model's cache.

        `said`: the candidate is answering, and the answer will begin so. All that was said since the interviewer was
        last heard is one answer. Raises EngineError."""
        if self._llm is not None:
            self._read = said
            chat = probes.opening(said, self._language)
            await self._llm.prime(PrimeRequest(chat, open=True, max_tokens=MAX_TOKENS, context=context))

    async def ends(self, context: CallContext, answer: str) -> float | None:
        """How likely, to the model, the answer's last sentence ends there (0-1); None: it cannot tell."""
        if self._llm is None or not answer:
            return None
        chat = probes.opening(unpunctuated(answer), self._language, self._read)
        request = PrimeRequest(chat, open=True, ends=True, max_tokens=MAX_TOKENS, context=context)
        return (await self._llm.prime(request, Priority.LLM)).ends

    async def word(self, wish: ProbeWish, context: CallContext) -> str:
        """The probe's one question. Never raises an EngineError; cancelling stops the model.

        About a very short answer there is nothing that a model could refer to: left to itself it asks what "doing well"
        means to the candidate, or why they read.
        """
        if self._llm is None or len(wish.answer.split()) < probes.SHORT_WORDS[self._language]:
            return self._template(wish, "template")
        try:
            async with asyncio.timeout(self._timeout_s):
                text = await self._write(self._llm, wish, context)
        except TimeoutError:
            return self._template(wish, "late")
        except EngineError as error:
            log.warning("a probe could not be written: %s", error)
            return self._template(wish, "broken")
        checked = self._check(text, wish)
        if not checked.ok:
            log.debug("a probe was refused", extra={"problems": checked.problems})
            return self._template(wish, "refused")
        self.fates["repaired" if checked.repaired else "fine"] += 1
        return checked.text

    def _check(self, text: str, wish: ProbeWish) -> Checked:
        """Held to what was said: a template would refer to it, so must the model's sentence."""
        analysis = analyse(wish.question, wish.answer, self._language)
        return check(
            text,
            language=self._language,
            answer=wish.answer,
            question=wish.question.text,
            step=Step.PROBE,
            points=wish.question.points,
            refer=bool(analysis.reference or wish.aim.quote),
        )

    async def _write(self, llm: LanguageModel, wish: ProbeWish, context: CallContext) -> str:
        request = GenerateRequest(
            messages=probes.prompt(wish.aim, wish.question, wish.answer, self._language, self._read),
            max_tokens=MAX_TOKENS,
            temperature=TEMPERATURE,
            stop=("\n",),
            context=context,
        )
        pieces = []
        async with aclosing(llm.generate(request)) as chunks:
            async for chunk in chunks:
                pieces.append(chunk.text)
        return "".join(pieces)

    def _template(self, wish: ProbeWish, fate: Fate) -> str:
        self.fates[fate] += 1
        analysis = analyse(wish.question, wish.answer, self._language)
        return probes.template(wish.aim, analysis, self._language, wish.variant)
