"""What rules alone say about an answer: counts, and an indication per criterion. Pure; needs no model.

Everything here is to be labelled rule-based. An indication is a saturating count, not a judgement: it ranks answers to
the same question, and says nothing about whether what was said is true.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from interview.judging import mismatches, specifics
from interview.judging.addressed import set_aside
from interview.judging.scores import Indication, Measures
from interview.rubric import criteria_for
from interview.shapes import STAR, Document, Exchange, Language, PlannedQuestion
from interview.speech.answers import AnswerAnalysis, analyse

ENOUGH_SPECIFICS = 5.0
"""Figures and names at which specificity reads 63: each further one adds less."""

ENOUGH_OVERLAP = 0.4
"""Share of the question's words that a fitting answer takes up; nobody repeats the whole question."""

ENOUGH_EVIDENCE = 0.35
"""Share of an answer's content words that stand in the documents when it is about them."""

ENOUGH_WORDS: dict[Language, int] = {"ko": 60, "en": 90}
"""Words of a spoken answer of about 40 s, at 90 Korean or 135 English words a minute."""

WEIGHTS = {"star": 0.25, "technical": 0.25, "specificity": 0.35, "relevance": 0.15, "ownership": 0.1}
LENGTH_WEIGHT = 0.15
EVASION_COST = 8.0
OPINION_COST = 20.0
"""Points off the total for each evasion, and for an answer made of nothing but opinions and habits."""


def measure(exchange: Exchange, documents: Sequence[Document], language: Language, requirement: str = "") -> Measures:
    """All measures of one question's answers. `documents` are the candidate's own; `requirement` the posting's text."""
    question, text = exchange.question, set_aside(exchange.text)[0]
    if not text.strip():
        return Measures(words=0, missing=_expected(question))
    analysis = analyse(question, text, language)
    texts = [document.text for document in documents]
    known = specifics.known_names(texts)
    spoken = specifics.content(text, language)
    asked = specifics.content(" ".join((question.text, question.competency, requirement)), language)
    written = specifics.content(" ".join(texts), language) if texts else frozenset[str]()
    counts = Measures(
        words=analysis.words,
        said=tuple(name for name in _expected(question) if name in analysis.said),
        missing=analysis.missing,
        numbers=specifics.numbers(text, language),
        names=tuple(
            name for name in specifics.names(text, language, known) if not specifics.named_in(name, question.text)
        ),
        vague=analysis.vague,
        own=specifics.own_deeds(text, language),
        team=specifics.team_deeds(text, language),
        overlap=specifics.overlap(asked, spoken),
        resume_overlap=specifics.overlap(spoken, written) if texts else None,
        mismatches=mismatches.find(exchange.answers, documents, language),
    )
    required = specifics.overlap(specifics.content(requirement, language), spoken)
    values = _indications(question, counts, analysis, required)
    return _with(counts, values, _total(values, counts, language, text))


def _expected(question: PlannedQuestion) -> tuple[str, ...]:
    return STAR if question.star else tuple(point.name for point in question.points)


def _indications(
    question: PlannedQuestion,
    counts: Measures,
    analysis: AnswerAnalysis,
    required: float | None,
) -> dict[str, float | None]:
    concrete = len(counts.numbers) + len(counts.names)
    expected = len(_expected(question))
    values: dict[str, float | None] = {
        "relevance": _share(counts.overlap, ENOUGH_OVERLAP, 0.3 if analysis.off_topic else 1.0),
        "star": 100.0 * len(counts.said) / expected if expected else None,
        "technical": 100.0 * len(counts.said) / expected if expected else None,
        "specificity": max(0.0, 100.0 * (1 - math.exp(-concrete / ENOUGH_SPECIFICS)) - 5.0 * len(counts.vague)),
        "ownership": 100.0 * (1 - math.exp(-counts.own / 2)) * (counts.own + 1) / (counts.own + counts.team + 1),
        "fit": _share(required, ENOUGH_OVERLAP),
        "consistency": _share(counts.resume_overlap, ENOUGH_EVIDENCE, 0.5 if counts.mismatches else 1.0),
    }
    applying = {criterion.id for criterion in criteria_for(question)}
    return {name: None if value is None else round(value, 1) for name, value in values.items() if name in applying}


def _share(value: float | None, enough: float, factor: float = 1.0) -> float | None:
    return None if value is None else 100.0 * min(1.0, value / enough) * factor


def _total(values: dict[str, float | None], counts: Measures, language: Language, text: str) -> float:
    """Fit and consistency are left out: overlap with two other texts says too little about an answer's quality."""
    weighted = [(value, WEIGHTS[name]) for name, value in values.items() if value is not None and name in WEIGHTS]
    weighted.append((100.0 * min(1.0, counts.words / ENOUGH_WORDS[language]), LENGTH_WEIGHT))
    total = sum(value * weight for value, weight in weighted) / sum(weight for _, weight in weighted)
    total -= EVASION_COST * min(3, specifics.evasions(text, language))
    total -= OPINION_COST * specifics.opinions(text, language) / max(1, len(specifics.sentences(text)))
    return round(min(100.0, max(0.0, total)), 1)


def _with(counts: Measures, values: dict[str, float | None], total: float) -> Measures:
    return replace(counts, indications=tuple(Indication(name, value) for name, value in values.items()), total=total)
