"""The smaller parts of the report: the three-way matrix, figures to check, drills, trends, limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from interview.judging.scores import ContentScores
from interview.measures.shapes import Delivery
from interview.pages import quotes
from interview.pages.shapes import Drill, Flag, MatrixLine, QuestionReport, Quote, Trend, TrendPoint
from interview.pages.star import sentences
from interview.pages.words import Words
from interview.shapes import Exchange, InterviewRecord, MatrixRow, Turn
from interview.storage.rows import Progress

_TERM = re.compile(r"[A-Za-z][A-Za-z0-9.+#-]+|[가-힣]{2,}|\d[\d.,]*")
_STEM = 2  # Hangul syllables: what is left when particles and endings go
_LATIN_STEM = 5
_HOLLOW = frozenset(
    (
        *(
            "경험",
            "능력",
            "역량",
            "이상",
            "또는",
            "관련",
            "업무",
            "분야",
            "있는",
            "가능",
            "우대",
            "필수",
            "보유",
            "이해",
        ),
        *(
            "대한",
            "사용",
            "활용",
            "하는",
            "위한",
            "통한",
            "있으",
            "exper",
            "years",
            "year",
            "with",
            "have",
            "abili",
            "skill",
        ),
        *(
            "stron",
            "knowl",
            "under",
            "work",
            "and",
            "the",
            "for",
            "using",
            "use",
            "least",
            "more",
            "good",
            "that",
            "our",
        ),
    )
)
"""Terms that posting and answer share without being about the same thing."""

_SHARED = 2
_MOST_SAID = 2
_DRILLS = 3
_UNSCORED, _WEAK, _WELL = 50.0, 50.0, 75.0


def matrix_lines(record: InterviewRecord, exchanges: Sequence[Exchange], words: Words) -> tuple[MatrixLine, ...]:
    return tuple(_matrix_line(row, exchanges, words) for row in record.matrix.rows)


def _matrix_line(row: MatrixRow, exchanges: Sequence[Exchange], words: Words) -> MatrixLine:
    requirement = row.requirement
    best = max(row.evidence, key=lambda evidence: evidence.score, default=None)
    return MatrixLine(
        requirement.text,
        requirement.must,
        best.text if best is not None and row.strength != "none" else "",
        row.strength,
        words("strength", row.strength),
        row.gap,
        _said_about(requirement.id, requirement.text, exchanges),
    )


def _said_about(requirement_id: str, text: str, exchanges: Sequence[Exchange]) -> tuple[Quote, ...]:
    """Sentences that share terms with the requirement: one term is enough in answer to a question about it."""
    wanted = terms(text)
    found: list[tuple[int, Quote]] = []
    for exchange in exchanges:
        enough = 1 if exchange.question.requirement_id == requirement_id else _SHARED
        for turn in exchange.answers:
            for sentence in sentences(turn.text):
                shared = len(wanted & terms(turn.text[sentence.start : sentence.end]))
                if shared >= min(enough, max(len(wanted), 1)):
                    found.append((shared, quotes.of(turn, sentence.start, sentence.end)))
    found.sort(key=lambda each: -each[0])
    return tuple(quote for _, quote in found[:_MOST_SAID])


def terms(text: str) -> frozenset[str]:
    """Content words, cut to what survives inflection: two syllables of Hangul, five letters of Latin."""
    cut = (word[:_STEM] if "가" <= word[0] <= "힣" else word.casefold()[:_LATIN_STEM] for word in _TERM.findall(text))
    return frozenset(cut) - _HOLLOW


def flags(content: ContentScores | None, record: InterviewRecord) -> tuple[Flag, ...]:
    """Figures that the rules found to differ from the documents; each once."""
    if content is None:
        return ()
    turns = [turn for turn in record.turns if turn.speaker == "candidate"]
    names = {document.id: document.name for document in record.documents}
    found: dict[tuple[str, str], Flag] = {}
    for exchange in content.exchanges:
        for mismatch in exchange.measures.mismatches:
            quote = _sentence_of(mismatch.said, [turn for turn in turns if mismatch.turn in (None, turn.number)])
            if quote is not None:
                flag = Flag(quote, mismatch.written, names.get(mismatch.document_id, ""))
                found.setdefault((quote.text, mismatch.written), flag)
    return tuple(found.values())


def _sentence_of(text: str, turns: Sequence[Turn]) -> Quote | None:
    quote = quotes.phrase(text, turns)
    if quote is None:
        return None
    turn = next(turn for turn in turns if turn.number == quote.turn)
    around = next((each for each in sentences(turn.text) if each.start <= quote.start and quote.end <= each.end), None)
    return quotes.of(turn, around.start, around.end) if around is not None else quote


def drills(questions: Sequence[QuestionReport], words: Words) -> tuple[Drill, ...]:
    """The weakest questions again: unanswered ones first, then by score, then by how much was missing. What was
    answered well is not asked again, unless all was."""
    weakest = sorted(questions, key=_strength)[:_DRILLS]
    wanting = [question for question in weakest if question.missing or _strength(question)[1] < _WELL]
    return tuple(_drill(question, words) for question in wanting or weakest[:1])


def _strength(question: QuestionReport) -> tuple[float, float, int]:
    score = question.total if question.total is not None else question.rule_total
    return (1.0 if question.answered else 0.0, _UNSCORED if score is None else score, -len(question.missing))


def _drill(question: QuestionReport, words: Words) -> Drill:
    items = ", ".join(question.missing)
    if not question.answered:
        title, why = words("drill", "unanswered"), words("drill", "unanswered_why")
    elif question.missing:
        title, why = words("drill", "missing", items=items), words("drill", "missing_why", items=items)
    else:
        weak = _strength(question)[1] < _WEAK
        title, why = words("drill", "weakest"), words("drill", "weakest_why" if weak else "again_why")
    return Drill(title, why, (question.id,), question.text)


def trends(
    record: InterviewRecord,
    content: ContentScores | None,
    delivery: Delivery,
    earlier: Sequence[Progress],
    words: Words,
) -> tuple[Trend, ...]:
    """Totals over interviews in the same language, where there was at least one before this."""
    now: dict[str, tuple[str, str, float | None]] = {
        "total.content": (words("trend", "total.content"), words("unit", "/100"), content.total if content else None),
        "total.rules": (words("trend", "total.rules"), words("unit", "/100"), content.rule_total if content else None),
    }
    for measure in delivery.measures:
        now[f"delivery.{measure.name}"] = (words.measure(measure.name)[0], words("unit", measure.unit), measure.value)
    language = record.plan.request.language
    before = sorted(
        (one for one in earlier if one.language == language and one.session_id != record.session_id),
        key=lambda one: one.started_at,
    )
    found = []
    for name, (title, unit, value) in now.items():
        points = [TrendPoint(one.started_at, one.totals[name]) for one in before if name in one.totals]
        if points and value is not None:
            found.append(Trend(name, title, unit, (*points, TrendPoint(record.started_at, value))))
    return tuple(found)


def limits(record: InterviewRecord, content: ContentScores | None, delivery: Delivery, words: Words) -> tuple[str, ...]:
    return tuple(_limits(record, content, delivery, words))


def _limits(record: InterviewRecord, content: ContentScores | None, delivery: Delivery, words: Words) -> Iterator[str]:
    yield words("limit", "prediction")
    if content is None:
        yield words("limit", "no_content")
    elif content.judged:
        yield words("limit", "judge", model=content.model or words("page", "no_data"))
        yield words("limit", "samples", samples=content.samples) if content.samples > 1 else words("limit", "once")
    else:
        yield words("limit", "no_judge")
    chances = [word.probability for turn in record.turns if turn.speaker == "candidate" for word in turn.words]
    if chances:
        mean = round(100 * sum(chances) / len(chances))
        low = round(100 * sum(1 for chance in chances if chance < 0.5) / len(chances))
        yield words("limit", "recognition", mean=mean, low=low)
        yield words("limit", "fillers")
    else:
        yield words("limit", "recognition_none")
    yield words("limit", "star")
    yield words("limit", "references")
    if delivery.typed_answers:
        yield words("limit", "typed", count=delivery.typed_answers)
