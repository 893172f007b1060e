"""Quotes for the report: made from the transcript, placed on the clock, and checked again before they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from interview.judging.quotes import find
from interview.pages.shapes import Quote, Report
from interview.shapes import InterviewRecord, Turn


class QuoteError(AssertionError):
    """A quote of the report is not in the transcript. That is a bug of ours: the report is not shown."""


def of(turn: Turn, start: int, end: int) -> Quote:
    """The words of a turn from one character to another, without spaces at the ends."""
    text = turn.text[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    first, last = _samples(turn, start, start + len(text))
    return Quote(text, turn.number, start, start + len(text), first, last)


def search(text: str, turns: Sequence[Turn]) -> Quote | None:
    """The place of a quote in the turns, None where it is not there: spacing, case and punctuation may differ."""
    found = find(text, turns)
    if found is None:
        return None
    turn = next(turn for turn in turns if turn.number == found.turn)
    return of(turn, found.start, found.end)


def phrase(text: str, turns: Sequence[Turn]) -> Quote | None:
    """Like `search` for short phrases that were taken from the transcript itself ("many people")."""
    for turn in turns:
        start = turn.text.find(text)
        if text and start >= 0:
            return of(turn, start, start + len(text))
    return search(text, turns)


def _samples(turn: Turn, start: int, end: int) -> tuple[int | None, int | None]:
    """When these characters were said: by their words, or the turn's own time. Typed: never."""
    if not turn.words:
        return (turn.start_sample, turn.end_sample) if turn.end_sample > turn.start_sample else (None, None)
    cursor = 0
    covered = []
    for word in turn.words:
        bare = word.text.strip()
        place = turn.text.find(bare, cursor)
        if place < 0:
            continue
        cursor = place + len(bare)
        if place < end and cursor > start:
            covered.append(word)
    if not covered:
        return turn.start_sample, turn.end_sample
    return covered[0].start_sample, max(word.end_sample for word in covered)


def quotes_of(report: Report) -> Iterator[Quote]:
    """Every quote that the report shows."""
    for point in (*report.strengths, *report.fixes):
        if point.quote is not None:
            yield point.quote
    for question in report.questions:
        yield from (line.quote for line in question.scores if line.quote is not None)
        yield from question.vague
        if question.better is not None:
            yield from (sentence for item in question.better.items for sentence in item.sentences)
    yield from (quote for line in report.matrix for quote in line.said)
    yield from (flag.said for flag in report.flags)


def verify(report: Report, record: InterviewRecord) -> None:
    """Raises QuoteError unless every quote is, letter for letter, what the candidate said at that place."""
    texts = {turn.number: turn.text for turn in record.turns if turn.speaker == "candidate"}
    for quote in quotes_of(report):
        if not quote.text or texts.get(quote.turn, "")[quote.start : quote.end] != quote.text:
            raise QuoteError(f"turn {quote.turn} does not hold {quote.text!r} at {quote.start}..{quote.end}")
