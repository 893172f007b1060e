"""One question of the report: its transcript with STAR marks, its scores, and a better answer from the candidate's own
sentences. Nothing is added to these but the names of what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from interview.judging.scores import CriterionScore, ExchangeScores
from interview.pages import quotes
from interview.pages.shapes import BetterAnswer, Mark, OutlineItem, QuestionReport, Quote, ReportTurn, ScoreLine
from interview.pages.star import Sentence, classify, marks
from interview.pages.words import Words
from interview.rubric import criterion
from interview.shapes import STAR, Exchange, InterviewPlan, PlannedQuestion, Turn

_MOST_VAGUE = 3
_MOST_SENTENCES = 4  # of one element: a better answer is no longer than the one that was given

Classified = tuple[tuple[Turn, tuple[Sentence, ...]], ...]


def question_report(
    exchange: Exchange, place: int, scores: ExchangeScores | None, plan: InterviewPlan, words: Words
) -> QuestionReport:
    """`scores` None: the content was not examined."""
    question, answers = exchange.question, exchange.answers
    classified = (
        _classify(answers) if question.star else tuple((turn, classify(turn.text, turn.language)) for turn in answers)
    )
    missing = _missing(question, classified, scores)
    kept = tuple(element for element in STAR if element not in missing) if question.star else ()
    by_turn = {turn.number: marks(sentences, kept) for turn, sentences in classified}
    measures = None if scores is None else scores.measures
    return QuestionReport(
        id=question.id,
        place=place,
        text=question.text,
        kind=words("kind", question.kind.value),
        competency=question.competency,
        shows=question.shows,
        star=question.star,
        answered=bool(exchange.text.strip()),
        turns=tuple(report_turn(turn, plan, words, by_turn.get(turn.number, ())) for turn in exchange.turns),
        scores=() if scores is None else tuple(_score(found, answers, words) for found in scores.criteria),
        total=None if scores is None else scores.total,
        rule_total=None if measures is None else measures.total,
        said=() if measures is None else tuple(element_title(name, words) for name in measures.said),
        missing=tuple(element_title(name, words) for name in missing) if answers else (),
        vague=() if measures is None else _vague(measures.vague, answers),
        better=_better(question, classified, missing, words) if exchange.text.strip() else None,
    )


def report_turn(turn: Turn, plan: InterviewPlan, words: Words, marked: tuple[Mark, ...] = ()) -> ReportTurn:
    name = words("page", "candidate")
    if turn.speaker == "interviewer":
        question = plan.question(turn.question_id)
        place = question.interviewer if question is not None else 0
        name = plan.interviewers[place].name if place < len(plan.interviewers) else words("page", "interviewer")
    return ReportTurn(
        turn.number,
        turn.speaker,
        name,
        turn.step.value,
        turn.text,
        turn.start_sample,
        turn.end_sample,
        bool(turn.words) or turn.end_sample > turn.start_sample,
        marked,
    )


def element_title(name: str, words: Words) -> str:
    """A STAR element's or an aim's title; a point's name is its own title."""
    return words("element", name) if words.has("element", name) else name


def _classify(answers: Sequence[Turn]) -> Classified:
    return tuple((turn, classify(turn.text, turn.language, opening=index == 0)) for index, turn in enumerate(answers))


def _missing(question: PlannedQuestion, classified: Classified, scores: ExchangeScores | None) -> tuple[str, ...]:
    """As the rules counted where they did; else what no sentence was found for."""
    if scores is not None:
        return scores.measures.missing
    if question.star:
        told = {sentence.element for _, sentences in classified for sentence in sentences}
        return tuple(element for element in STAR if element not in told)
    text = " ".join(turn.text.casefold() for turn, _ in classified)
    return tuple(point.name for point in question.points if not any(cue in text for cue in point.cues))


def _score(found: CriterionScore, answers: Sequence[Turn], words: Words) -> ScoreLine:
    """A score whose quote is not in the transcript is not shown, whoever let it through."""
    rule = criterion(found.criterion)
    quote = quotes.search(found.quote, answers) if found.quote else None
    status, level = found.status, found.level
    if status == "scored" and (quote is None or level is None):
        status, level = "insufficient", None
    return ScoreLine(
        found.criterion,
        rule.title(words.language),
        status,
        words("status", status),
        level if status == "scored" else None,
        found.spread if status == "scored" else None,
        rule.anchor(level, words.language) if level is not None and status == "scored" else "",
        found.reason,
        quote,
    )


def _vague(phrases: Sequence[str], answers: Sequence[Turn]) -> tuple[Quote, ...]:
    found = (quotes.phrase(text, answers) for text in dict.fromkeys(phrases))
    return tuple(quote for quote in found if quote is not None)[:_MOST_VAGUE]


def _better(
    question: PlannedQuestion, classified: Classified, missing: Sequence[str], words: Words
) -> BetterAnswer | None:
    """The candidate's own sentences in the order S-T-A-R, or by point; None where there is nothing to rebuild."""
    if question.star:
        items = tuple(_star_item(element, classified, element in missing, words) for element in STAR)
    else:
        items = _point_items(question, classified, missing, words)
    return BetterAnswer(items) if items else None


def _star_item(element: str, classified: Classified, missing: bool, words: Words) -> OutlineItem:
    own = tuple(
        quotes.of(turn, sentence.start, sentence.end)
        for turn, sentences in classified
        for sentence in sentences
        if sentence.element == element and not missing
    )
    add = "" if own else words("add", element if missing else "passing")
    return OutlineItem(element, words("element", element), own[:_MOST_SENTENCES], add)


def _point_items(
    question: PlannedQuestion, classified: Classified, missing: Sequence[str], words: Words
) -> tuple[OutlineItem, ...]:
    """Each point with the sentences that make it; a sentence stands under the first point that it makes."""
    used: set[tuple[int, int]] = set()
    items = []
    for point in question.points:
        own = []
        for turn, sentences in classified:
            for sentence in sentences:
                text = turn.text[sentence.start : sentence.end].casefold()
                if (turn.number, sentence.start) not in used and any(cue in text for cue in point.cues):
                    used.add((turn.number, sentence.start))
                    own.append(quotes.of(turn, sentence.start, sentence.end))
        add = words("add", "point", name=point.name) if point.name in missing and not own else ""
        if own or add:
            items.append(OutlineItem(point.name, point.name, tuple(own[:_MOST_SENTENCES]), add))
    return tuple(items)
