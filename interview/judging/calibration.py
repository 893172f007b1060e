"""Can this model judge in this language? It is tried on answers whose ranking is known before it is believed.

Twelve short calls: three questions, each with a good and a bad answer, two criteria. Used as in an interview, it must
put every good answer above its bad one; and by its own levels alone, good answers must lead by a level on average, so
that the ceilings (ceilings.py) cannot pass the trial for a model that says 4 to everything. Models known to be below a
billion parameters are not even tried.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Calibration:
    """`right` of `pairs` were ranked right; `pairs` is 0 where the model was not tried, being too small. `lead`: by how
    many levels it put good answers above bad ones, on average and before any ceiling."""

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


async def calibrate(llm: LanguageModel, language: Language, *, context: CallContext | None = None) -> Calibration:
    """Raises EngineError as the model does.

    A bad answer for which the model finds no evidence counts as told apart: its score would have been dropped.
    """
    pairs = judge_prompt.load(language)["pair"]
    right = 0
    leads = []
    for pair in pairs:
        question = judge_prompt.made_question(pair["question"], pair["star"])
        good, bad = [
            await _levels(llm, text_task(question, pair[answer], language), context or CallContext())
            for answer in ("good", "bad")
        ]
        right += good.settled is not None and (bad.settled is None or good.settled > bad.settled)
        if good.own is not None and bad.own is not None:
            leads.append(good.own - bad.own)
    return Calibration(language, right, len(pairs), round(fmean(leads), 2) if leads else 0.0)


@dataclass(frozen=True, slots=True)
class _Levels:
    """Means over CRITERIA: as the model said, and as an interview's report would have them. None: nothing usable."""

    own: float | None
    settled: float | None


async def _levels(llm: LanguageModel, task: Task, context: CallContext) -> _Levels:
    own: list[float] = []
    settled: list[float] = []
    for name in CRITERIA:
        request = GenerateRequest(
            task.messages(criterion(name), ""),
            judge_prompt.MAX_TOKENS,
            temperature=0.0,
            json_schema=task.schema,
            context=context,
        )
        found = await ask(llm, request)
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
