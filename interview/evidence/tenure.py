"""How long somebody has worked, from the dates in a résumé, and how long a posting asks for. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from interview.evidence.outline import DATES, blocks
from interview.shapes import Document

_WORK = re.compile(r"경력|경험|근무|재직|experience|employment|career|work history", re.IGNORECASE)
_YEARS = re.compile(
    r"(?:(?:경력|최소|만)\s*)?(?P<a>\d{1,2})\s*년\s*(?:차)?\s*(?:이상|초과)|(?P<b>\d{1,2})\s*(?:년\s*\+|\+\s*(?:years?|yrs?|년))|"
    r"(?:at least|minimum(?: of)?|over|more than)\s+(?P<c>\d{1,2})\s*years?|"
    r"(?P<d>\d{1,2})\s*(?:-|–|~|to)\s*\d{1,2}\s*(?:years?|년)|"
    r"(?P<e>\d{1,2})\s*(?:or more\s+)?years?\b.{0,20}experience",
    re.IGNORECASE,
)
_WORDED = re.compile(r"\b(one|two|three|four|five|six|seven|eight|nine|ten)\s+(?:or more\s+)?years?", re.IGNORECASE)
_NUMBERS = "one two three four five six seven eight nine ten".split()  # noqa: SIM905 - in their order
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - in their order


def years_asked(requirement: str) -> int | None:
    """The least number of years a requirement names: "경력 3년 이상", "4+ years", "3-5 years"."""
    if found := _YEARS.search(requirement):
        return int(next(group for group in found.groups() if group))
    if found := _WORDED.search(requirement):
        return _NUMBERS.index(found[1].lower()) + 1
    return None


def years_worked(resume: Document, *, today: tuple[int, int] | None = None) -> float | None:
    """Years in the dated entries of sections on work, overlaps counted once. None where there is no dated entry.

    `today` (year, month) ends what still goes on; without it such an entry counts up to the latest year named.
    """
    periods = [
        period
        for block in blocks(resume.text)
        if block.kind == "entry" and any(_WORK.search(heading) for heading in block.headings)
        if (period := _period(block.text, today or _latest(resume.text))) is not None
    ]
    if not periods:
        return None
    months = {month for start, end in periods for month in range(start, end + 1)}
    return round(len(months) / 12, 1)


def _period(text: str, today: tuple[int, int]) -> tuple[int, int] | None:
    """First and last month, counted from year 0. An end without a month is its January: never too much."""
    found = DATES.search(text)
    if found is None:
        return None
    start = _month(found["start"])
    end = _month(found["end"] or "") if found["end"] else None
    last = today[0] * 12 + today[1] - 1 if end is None else end
    return None if start is None or last < start else (start, last)


def _month(text: str) -> int | None:
    year = re.search(r"(?:19|20)\d{2}", text)
    if year is None:
        return None
    named = next((number for number, name in enumerate(_MONTHS) if name in text.lower()), None)
    digits = re.search(r"\d{1,2}", text[year.end() :]) or re.search(r"^\d{1,2}(?=/)", text)
    month = named if named is not None else int(digits[0]) - 1 if digits else 0
    return int(year[0]) * 12 + min(month, 11)


def _latest(text: str) -> tuple[int, int]:
    return max(_all_years(text), default=0), 12


def _all_years(text: str) -> Iterable[int]:
    return (int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d{2})(?!\d)", text))
