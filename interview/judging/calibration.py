"""Can this model judge in this language? It is tried on answers whose ranking is known before it is believed.

Twelve short calls: three questions, each with a good and a bad answer, two criteria. Used as in an interview, it must
put every good answer above its bad one; and by its own levels alone, good answers must lead by a level on average, so
that the bounds (bounds.py) cannot pass the trial for a model that says 4 to everything. Models known to be below a
billion parameters are not even tried. A model's answers are kept (trials.py): it is tried once, not for every report.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from statistics import fmean

from interview.judging import prompt as judge_prompt
from interview.judging.task import Opinion, Task, opinion, text_task
from interview.rubric import criterion
from interview.shapes import Language
from models.ports import CallContext, GenerateRequest, LanguageModel, Priority

CRITERIA = ("star", "specificity")
SMALLEST_BILLIONS = 1.0
LEAD = 1.0

_SIZE = re.compile(r"(?<![\d.a-z])(\d+(?:\.\d+)?)\s?([bm])(?![a-z])", re.IGNORECASE)

Replies = tuple[Opinion | None, ...]
"""One for each request, in their order; None where the reply was no opinion."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """`right` of `pairs` were ranked right; `pairs` is 0 where the model was not tried, being too small. `lead`: by how
    many levels it put good answers above bad ones, on average and before any bound."""

    language: Language
    right: int
    pairs: int
    lead: float = LEAD

    @property
    def capable(self) -> bool:
        return self.pairs > 0 and self.right == self.pairs and self.lead >= LEAD


def billions(name: str) -> float | None:
    """Parameters by a model's id or title ("qwen2.5-coder-1.5b-instruct"), in billions; None where it does not say."""
    sizes = [float(number) / (1000 if unit in "mM" else 1) for number, unit in _SIZE.findall(name)]
    return max(sizes, default=None)


def too_small(name: str) -> bool:
    size = billions(name)
    return size is not None and size < SMALLEST_BILLIONS


# --- the trial ------------------------------------------------------------------------------------------------------


@cache
def _pairs(language: Language) -> tuple[tuple[Task, Task], ...]:
    """Good and bad."""
    found = []
    for pair in judge_prompt.load(language)["pair"]:
        question = judge_prompt.made_question(pair["question"], pair["star"])
        found.append((text_task(question, pair["good"], language), text_task(question, pair["bad"], language)))
    return tuple(found)


@cache
def requests(language: Language) -> tuple[GenerateRequest, ...]:
    """Pair by pair, the good answer first, criterion by criterion: neighbours share the beginning of their prompts."""
    return tuple(
        GenerateRequest(
            task.messages(criterion(name), ""), judge_prompt.MAX_TOKENS, temperature=0.0, json_schema=task.schema
        )
        for pair in _pairs(language)
        for task in pair
        for name in CRITERIA
    )


@cache
def version(language: Language) -> str:
    """Changes with every word and every setting of the trial."""
    made = [
        [
            [[message.role, message.content] for message in request.messages],
            request.json_schema,
            request.max_tokens,
            request.temperature,
        ]
        for request in requests(language)
    ]
    return hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()[:16]


async def hold(
    llm: LanguageModel,
    language: Language,
    *,
    context: CallContext | None = None,
    on_call: Callable[[], None] | None = None,
) -> Replies:
    """Raises EngineError as the model does. `on_call` is called after every one."""
    replies = []
    for request in requests(language):
        replies.append(await ask(llm, replace(request, context=context or CallContext())))
        if on_call is not None:
            on_call()
    return tuple(replies)


def verdict(language: Language, replies: Replies) -> Calibration:
    """A bad answer for which no score would stand counts as told apart: it would have none in a report."""
    pairs, each = _pairs(language), iter(replies)
    right = 0
    leads = []
    for pair in pairs:
        good, bad = [_levels(task, each) for task in pair]
        right += good.settled is not None and (bad.settled is None or good.settled > bad.settled)
        if good.own is not None and bad.own is not None:
            leads.append(good.own - bad.own)
    return Calibration(language, right, len(pairs), round(fmean(leads), 2) if leads else 0.0)


async def calibrate(llm: LanguageModel, language: Language, *, context: CallContext | None = None) -> Calibration:
    """Try it now. Raises EngineError as the model does."""
    return verdict(language, await hold(llm, language, context=context))


@dataclass(frozen=True, slots=True)
class _Levels:
    """Means over CRITERIA: as the model said, and as an interview's report would have them. None: nothing usable."""

    own: float | None
    settled: float | None


def _levels(task: Task, replies: Iterator[Opinion | None]) -> _Levels:
    own: list[float] = []
    settled: list[float] = []
    for name in CRITERIA:
        found = next(replies, None)
        if found is not None:
            own.append(found.level)
            level = task.settle(criterion(name), [found]).level
            settled += [] if level is None else [level]
    return _Levels(fmean(own) if own else None, fmean(settled) if settled else None)


async def ask(llm: LanguageModel, request: GenerateRequest) -> Opinion | None:
    """One opinion, in the background; None where the reply is not one. Cancelling it closes the stream."""
    text = ""
    chunks = llm.generate(request, Priority.BACKGROUND)
    try:
        async for chunk in chunks:
            text += chunk.text
    finally:
        await chunks.aclose()
    return opinion(text)
