"""The summary: what came across and what to work on. Nothing is said without a quote or a measure behind it, and where
fewer than three can be backed, fewer are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from interview.judging.bounds import behind_team
from interview.judging.scores import ContentScores, Measures
from interview.measures.shapes import Delivery
from interview.pages.shapes import Flag, MatrixLine, MeasureLine, MomentLine, QuestionReport, Quote, SummaryPoint
from interview.pages.words import Words, figure
from interview.rubric import criterion
from models.ports import MIC_RATE_HZ

MOST = 3
_HIGHEST, _GOOD, _POOR = 5.0, 4.0, 2.0
_LONG_PAUSE_S = 2.0
_CONTENT = {"star": "told", "technical": "told"}
"""A criterion's group, where it is not its own: how much of the answer is there, and what is left out, is one thing."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """`weight`: the greater, the sooner it is shown. Of one `group` only the weightiest is."""

    weight: float
    group: str
    point: SummaryPoint


@dataclass(frozen=True, slots=True)
class Findings:
    """What the summary is chosen from."""

    questions: Sequence[QuestionReport]
    content: ContentScores | None
    measures: Sequence[MeasureLine]
    matrix: Sequence[MatrixLine]
    flags: Sequence[Flag]
    delivery: Delivery


def strengths(found: Findings, words: Words) -> tuple[SummaryPoint, ...]:
    return _chosen([*_good_levels(found, words), *_good_counts(found, words), *_good_others(found, words)])


def fixes(found: Findings, words: Words) -> tuple[SummaryPoint, ...]:
    return _chosen([*_poor_levels(found, words), *_poor_counts(found, words), *_poor_others(found, words)])


def _chosen(candidates: Sequence[_Candidate]) -> tuple[SummaryPoint, ...]:
    """The weightiest of each group, at most two of them about one question while others have something to show."""
    ordered = sorted(candidates, key=lambda each: -each.weight)
    chosen: list[_Candidate] = []
    for most in (MOST - 1, MOST):
        for candidate in ordered:
            place = candidate.point.place
            crowded = place is not None and sum(1 for other in chosen if other.point.place == place) >= most
            if len(chosen) < MOST and not crowded and candidate.group not in {other.group for other in chosen}:
                chosen.append(candidate)
    return tuple(candidate.point for candidate in chosen)


def _good_levels(found: Findings, words: Words) -> Iterator[_Candidate]:
    yield from (each for each in _levels(found, words) if each.weight > 0)


def _poor_levels(found: Findings, words: Words) -> Iterator[_Candidate]:
    yield from (_Candidate(-each.weight, each.group, each.point) for each in _levels(found, words) if each.weight < 0)


def _levels(found: Findings, words: Words) -> Iterator[_Candidate]:
    """Judged levels: a positive weight for good ones, a negative for poor ones."""
    for question in found.questions:
        for line in question.scores:
            if line.level is None or line.quote is None or _POOR < line.level < _GOOD:
                continue
            group = _CONTENT.get(line.criterion, line.criterion)
            if (group == "told" and question.missing) or (group == "consistency" and found.flags):
                continue  # the same page says better what is lacking, and calls it no strength
            title = words("point", "level", title=line.title, level=figure(line.level))
            weight = 2 * line.level if line.level >= _GOOD else 2 * line.level - 14
            best = criterion(line.criterion).anchor(_HIGHEST, words.language)
            text = line.anchor if line.level >= _GOOD else words("point", "aim", now=line.anchor, best=best)
            yield _Candidate(weight, group, SummaryPoint(title, text, question.place, line.quote))


def _thinks_well(question: QuestionReport, criterion: str) -> bool:
    """Nobody judged it to be lacking: what was counted may be called a strength."""
    level = _level(question, criterion)
    return level is None or level >= _GOOD


def _level(question: QuestionReport, criterion: str) -> float | None:
    return next((line.level for line in question.scores if line.criterion == criterion), None)


def _own_sentence(question: QuestionReport, element: str) -> Quote | None:
    if question.better is None:
        return None
    return next((item.sentences[0] for item in question.better.items if item.name == element and item.sentences), None)


def _last_words(question: QuestionReport) -> Quote | None:
    """The last of the sentences that the better answer uses: the place after which something is missing."""
    own = [sentence for item in (question.better.items if question.better else ()) for sentence in item.sentences]
    return max(own, key=lambda quote: (quote.turn, quote.start), default=None)


def _good_counts(found: Findings, words: Words) -> Iterator[_Candidate]:
    for question, measures in _examined(found):
        place = question.place
        result, action = _own_sentence(question, "result"), _own_sentence(question, "action")
        if question.star and not question.missing and result is not None and _thinks_well(question, "star"):
            text = words("point", "complete")
            yield _Candidate(7, "told", SummaryPoint(words("point", "complete_title"), text, place, result))
        figures = [said for said in dict.fromkeys(measures.numbers) if any(sign.isdigit() for sign in said)]
        number = next((quote for quote in (_sentence_with(said, question) for said in figures) if quote), None)
        if len(figures) > 1 and number is not None and _thinks_well(question, "specificity"):
            text = words("point", "numbers", items=", ".join(figures))
            weight = 5 + min(len(figures), 5) / 10
            yield _Candidate(weight, "specificity", SummaryPoint(words("point", "numbers_title"), text, place, number))
        if measures.own > measures.team and action is not None and _thinks_well(question, "ownership"):
            text = words("point", "own", own=measures.own, team=measures.team)
            weight = 4 + min(measures.own, 9) / 10
            yield _Candidate(weight, "ownership", SummaryPoint(words("point", "own_title"), text, place, action))


def _poor_counts(found: Findings, words: Words) -> Iterator[_Candidate]:
    for question, measures in _examined(found):
        place, last = question.place, _last_words(question)
        if question.missing and last is not None:
            items_of = question.better.items if question.better else ()
            advice = next((item.add for item in items_of if item.add and item.title in question.missing), "")
            items = ", ".join(question.missing)
            weight = 9 + len(question.missing) / 10 + (1 if words("element", "result") in question.missing else 0)
            title = words("point", "missing_title", items=items)
            yield _Candidate(weight, "told", SummaryPoint(title, words("point", "missing", advice=advice), place, last))
        if question.vague and (_level(question, "specificity") or 0) < _HIGHEST:
            title = words("point", "vague_title")
            yield _Candidate(5, "vague", SummaryPoint(title, words("point", "vague"), place, question.vague[0]))
        if behind_team(measures) and last is not None:
            text = words("point", "team", team=measures.team, own=measures.own)
            action = _own_sentence(question, "action") or last
            yield _Candidate(5.5, "ownership", SummaryPoint(words("point", "team_title"), text, place, action))


def _examined(found: Findings) -> Iterator[tuple[QuestionReport, Measures]]:
    for question in found.questions:
        scores = None if found.content is None else found.content.exchange(question.id)
        if scores is not None and question.answered:
            yield question, scores.measures


def _sentence_with(text: str, question: QuestionReport) -> Quote | None:
    own = [sentence for item in (question.better.items if question.better else ()) for sentence in item.sentences]
    pattern = re.compile(rf"(?<![\d.]){re.escape(text)}")
    return next((sentence for sentence in own if pattern.search(sentence.text)), None)


def _good_others(found: Findings, words: Words) -> Iterator[_Candidate]:
    for line in found.matrix:
        if line.said and line.strength == "strong":
            text = words("point", "requirement", requirement=line.requirement)
            yield _Candidate(
                4.5,
                "fit",
                SummaryPoint(words("point", "requirement_title"), text, _place(found, line.said[0]), line.said[0]),
            )
    for measure in found.measures:
        if measure.verdict == "within" and not measure.estimate:
            point = _of_measure(measure, "within_title", words)
            typical = _typical(found.delivery, measure, words) if measure.name == "rate" else None
            yield _Candidate(3, measure.name, replace(point, moment=typical))


def _poor_others(found: Findings, words: Words) -> Iterator[_Candidate]:
    for flag in found.flags:
        text = words("point", "flag", written=flag.written)
        yield _Candidate(
            11, "consistency", SummaryPoint(words("point", "flag_title"), text, _place(found, flag.said), flag.said)
        )
    for measure in found.measures:
        if measure.verdict in ("below", "above"):
            yield _Candidate(4 if measure.estimate else 6.5, measure.name, _of_measure(measure, "outside_title", words))
        if measure.name == "pauses" and measure.moments:
            moment = measure.moments[0]
            if moment.end_sample - moment.start_sample >= _LONG_PAUSE_S * MIC_RATE_HZ:
                text = words("point", "pause", text=moment.text)
                point = SummaryPoint(words("point", "pause_title"), text, None, None, measure.name, moment)
                yield _Candidate(3, "pause", point)


def _of_measure(measure: MeasureLine, title: str, words: Words) -> SummaryPoint:
    heading = words("point", title, title=measure.title, verdict=measure.verdict_text)
    text = words("point", "measured", shown=measure.shown, reference=measure.reference)
    return SummaryPoint(heading, text, None, None, measure.name, measure.moments[0] if measure.moments else None)


def _typical(delivery: Delivery, measure: MeasureLine, words: Words) -> MomentLine | None:
    """The answer whose rate lies nearest to the value: what "within the reference" sounds like."""
    rates = [(abs(one.rate - (measure.value or 0.0)), one) for one in delivery.turns if one.rate is not None]
    if not rates:
        return None
    one = min(rates, key=lambda rate: rate[0])[1]
    text = words("moment", "typical", amount=figure(one.rate or 0.0), unit=measure.unit)
    return MomentLine(one.turn, one.span.start_sample, one.span.end_sample, text)


def _place(found: Findings, quote: Quote) -> int | None:
    return next((q.place for q in found.questions if any(turn.number == quote.turn for turn in q.turns)), None)
