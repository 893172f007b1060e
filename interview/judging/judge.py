"""The judge: one criterion of one answer a call, several samples, and nothing believed without its quote.

A sample counts only if its quote stands in the transcript; the turn is found by code, medians and totals are computed
by code (task.py, scores.py). Without a model, or with one that fails the calibration, every criterion reads "no_model"
and the rules' measures are all there is: no score is ever invented.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from interview.judging import prompt as judge_prompt
from interview.judging.addressed import set_aside
from interview.judging.calibration import Calibration, ask, hold, requests, too_small, verdict
from interview.judging.scores import ContentScores, CriterionScore, ExchangeScores, mean, total
from interview.judging.task import Opinion, Task, tasks_of
from interview.judging.trials import Trials
from interview.rubric import Criterion, criterion
from interview.shapes import InterviewRecord, Language
from models.ports import CallContext, EngineError, GenerateRequest, LanguageModel

SAMPLES = 3
TEMPERATURE = 0.6
SEED = 20_000
"""Samples differ by their seed alone, and seeds are fixed: the same record and model give the same scores."""

Progress = Callable[[int, int], None]
"""Called with the calls done and the calls in all, those of the model's trial among them."""


async def judge(
    record: InterviewRecord,
    llm: LanguageModel | None,
    *,
    samples: int = SAMPLES,
    on_progress: Progress | None = None,
    calibration: Calibration | None = None,
    trials: Trials | None = None,
    criteria: frozenset[str] | None = None,
) -> ContentScores:
    """Score the content of every question that was asked. Cancelling it cancels the call under way.

    `trials` is where this model's trial is kept; what is not kept there is tried first. `calibration`: it need not be
    tried. `criteria` limits what is judged. When the model fails, what it has not scored reads "no_model" and the note
    says why: its errors are not raised.
    """
    language = record.plan.request.language
    tasks = tasks_of(record, criteria)
    model = next((used.title or used.id for used in record.models if used.role == "llm"), "") if llm else ""
    scores: list[tuple[CriterionScore, ...]] = []
    failure = ""
    if llm is not None and any(task.asks and not task.thin for task in tasks):
        if calibration is None and any(used.role == "llm" and too_small(used.id) for used in record.models):
            calibration = Calibration(language, 0, 0)
        calls = samples * sum(len(task.asks) for task in tasks if not task.thin)
        work = _Work(llm, samples, CallContext(record.session_id), on_progress, calls)
        try:
            calibration = calibration or await work.calibrate(language, trials)
            if calibration.capable:
                for task in tasks:
                    scores.append(await work.score(task))
        except EngineError as error:
            failure = str(error)
    scores += [task.unscored("no_model") for task in tasks[len(scores) :]]
    found = tuple(_exchange(task, own) for task, own in zip(tasks, scores, strict=True))
    judged = any(score.status in ("scored", "insufficient", "disputed") for own in scores for score in own)
    return ContentScores(
        language=language,
        judged=judged,
        note=_note(language, llm is not None, calibration, failure, judged),
        exchanges=found,
        model=model,
        samples=samples if judged else 0,
        total=mean(scored.total for scored in found),
        rule_total=mean(scored.measures.total for scored in found),
        set_aside=_set_aside(record, tasks),
    )


@dataclass(slots=True)
class _Work:
    """Counts the calls made for one record, of `calls` in all."""

    llm: LanguageModel
    samples: int
    context: CallContext
    on_progress: Progress | None
    calls: int
    done: int = 0

    async def calibrate(self, language: Language, trials: Trials | None) -> Calibration:
        """Raises EngineError; a trial that was broken off is not kept."""
        replies = None if trials is None else trials.find(language)
        if replies is None:
            self.calls += len(requests(language))
            replies = await hold(self.llm, language, context=self.context, on_call=self._count)
            if trials is not None:
                trials.keep(language, replies)
        return verdict(language, replies)

    async def score(self, task: Task) -> tuple[CriterionScore, ...]:
        """Raises EngineError. Samples of a criterion follow each other: all but the first find their prompt cached."""
        if task.thin:
            return task.unscored("insufficient")
        return tuple([task.settle(rule, await self._opinions(task, rule, extra)) for rule, extra in task.asks])

    async def _opinions(self, task: Task, rule: Criterion, extra: str) -> list[Opinion]:
        found = []
        for sample in range(self.samples):
            request = GenerateRequest(
                task.messages(rule, extra),
                judge_prompt.MAX_TOKENS,
                temperature=TEMPERATURE if self.samples > 1 else 0.0,
                seed=SEED + sample,
                json_schema=task.schema,
                context=self.context,
            )
            opinion = await ask(self.llm, request)
            if opinion is not None:
                found.append(opinion)
            self._count()
        return found

    def _count(self) -> None:
        self.done += 1
        if self.on_progress is not None:
            self.on_progress(self.done, self.calls)


def _exchange(task: Task, scores: tuple[CriterionScore, ...]) -> ExchangeScores:
    ordered = task.in_order(scores)
    return ExchangeScores(
        question_id=task.exchange.question.id,
        criteria=ordered,
        measures=task.measures,
        total=total((score, criterion(score.criterion).weight) for score in ordered),
    )


def _set_aside(record: InterviewRecord, tasks: tuple[Task, ...]) -> tuple[str, ...]:
    found = [sentence for task in tasks for sentence in task.set_aside]
    found += [sentence for document in record.documents for sentence in set_aside(document.text)[1]]
    return tuple(dict.fromkeys(found))


NOTES: dict[str, dict[Language, str]] = {
    "judged": {
        "ko": "내용 점수는 언어 모델이 기준마다 매긴 것이며, 답변에서 확인된 인용이 있는 점수만 남겼습니다.",
        "en": "The content scores are a language model's, one criterion at a time; only those with a quote found in "
        "the answers were kept.",
    },
    "no_model": {
        "ko": "언어 모델이 없어 내용 점수를 매기지 않았습니다. 규칙으로 센 값만 있습니다.",
        "en": "There was no language model, so content was not scored. Only what rules can count is shown.",
    },
    "too_small": {
        "ko": "이 언어 모델은 너무 작아 내용 점수를 매기지 않았습니다. 규칙으로 센 값만 있습니다.",
        "en": "This language model is too small to judge answers, so content was not scored. Only what rules can count "
        "is shown.",
    },
    "not_capable": {
        "ko": "이 언어 모델은 좋은 답과 나쁜 답을 가려내는 시험을 통과하지 못해 "
        "내용 점수를 매기지 않았습니다. 규칙으로 센 값만 있습니다.",
        "en": "This language model failed a trial of telling good answers from bad ones, so "
        "content was not scored. Only what rules can count is shown.",
    },
    "failed": {
        "ko": "언어 모델이 중간에 멈추어 나머지 내용 점수는 없습니다.",
        "en": "The language model failed, so the remaining content scores are missing.",
    },
    "nothing": {"ko": "평가할 답변이 없습니다.", "en": "There is no answer to judge."},
}


def _note(language: Language, model: bool, calibration: Calibration | None, failure: str, judged: bool) -> str:
    if not model:
        return NOTES["no_model"][language]
    if failure:
        return f"{NOTES['failed'][language]} ({failure})"
    if calibration is None:
        return NOTES["nothing"][language]
    if not calibration.pairs:
        return NOTES["too_small"][language]
    if not calibration.capable:
        return NOTES["not_capable"][language]
    return NOTES["judged" if judged else "nothing"][language]
