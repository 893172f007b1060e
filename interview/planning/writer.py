"""Puts topics into words with a language model: one small grammar-constrained call a question, every answer checked.

A model that fails a rule, talks too long or breaks costs nothing but its time: the question keeps its written template.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from interview.planning.checks import problems
from interview.planning.prompts import examples, prompt, schema
from interview.planning.topics import Topic
from interview.shapes import Language, PlannedQuestion
from models.ports import CallContext, EngineError, EngineUnavailable, GenerateRequest, LanguageModel, Priority

MOST_CALLS = 6
MOST_TOKENS = 100
"""A question of 70 Korean letters is about 75 tokens; JSON that is cut off is refused."""

TEMPERATURE = 0.3
DEADLINE_S = 30.0
MOST_FAILURES = 2
"""Calls that broke or took too long; after them the machine is taken to be busy with something else."""

OnProgress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Draft:
    """A planned question and the topic it came from (None: from the bank)."""

    question: PlannedQuestion
    topic: Topic | None = None


async def reword(
    drafts: Sequence[Draft],
    language: Language,
    llm: LanguageModel,
    *,
    seed: int,
    on_progress: OnProgress | None = None,
) -> tuple[Draft, ...]:
    """The drafts with up to MOST_CALLS of their questions in the model's words. Contradictions keep theirs: they hold
    facts. Raises nothing of the engine's."""
    chosen = [n for n, draft in enumerate(drafts) if draft.topic is not None and draft.topic.conflict is None]
    made = list(drafts)
    endings: set[str] = set()
    failures = 0
    for done, number in enumerate(chosen[:MOST_CALLS]):
        topic = made[number].topic
        assert topic is not None
        try:
            text = await write(topic, language, llm, seed=seed + number)
        except EngineUnavailable:
            break
        except EngineError:
            text = ""
            failures += 1
            if failures == MOST_FAILURES:
                break
        if text and _ending(text) not in endings and not refused(text, topic, language):
            endings.add(_ending(text))
            made[number] = replace(made[number], question=replace(made[number].question, text=text, source="model"))
        if on_progress is not None:
            on_progress(done + 1, min(len(chosen), MOST_CALLS), made[number].question.text)
    return tuple(made)


def _ending(text: str) -> str:
    """Small models end every question as the example does: the second such question keeps its template."""
    return " ".join(text.split()[-3:])


async def write(topic: Topic, language: Language, llm: LanguageModel, *, seed: int) -> str:
    """What the model says, not yet checked; empty where it is no such JSON. Raises EngineError."""
    request = GenerateRequest(
        messages=prompt(topic, language),
        max_tokens=MOST_TOKENS,
        temperature=TEMPERATURE,
        seed=seed % 2**31,
        json_schema=schema(language),
        context=CallContext(deadline_s=DEADLINE_S),
    )
    pieces: list[str] = []
    async with aclosing(llm.generate(request, Priority.BACKGROUND)) as stream:
        async for chunk in stream:
            pieces.append(chunk.text)
    return parsed("".join(pieces))


def parsed(answer: str) -> str:
    """The question of the model's JSON, on one line; empty where there is none."""
    try:
        value = json.loads(answer)
    except ValueError:
        return ""
    text = value.get("question") if isinstance(value, dict) else None
    return " ".join(text.split()) if isinstance(text, str) else ""


def refused(text: str, topic: Topic, language: Language) -> tuple[str, ...]:
    """The rules it breaks, "example" among them where it is the prompt's own."""
    copied = text.strip(" ?.") == examples(topic, language).strip(" ?.")
    return (*problems(text, topic, language), *(("example",) if copied else ()))
