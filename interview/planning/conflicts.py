"""Where a résumé and a cover letter contradict each other: a number, a year, an employer.

By rule, so that an interviewer never accuses on a model's guess; only what is said once in each document is compared.
Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from interview.planning.lines import clean, words
from interview.shapes import Document, Language

What = Literal["number", "start", "end", "years", "employer"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """`subject` is what both are about, verbatim; `first` is the résumé's value, `second` the cover letter's (empty
    first: the résumé does not have it). The lines are verbatim. `language` is that of the lines."""

    what: What
    subject: str
    first: str
    second: str
    first_line: str
    second_line: str
    language: Language


def conflicts(documents: Sequence[Document]) -> tuple[Conflict, ...]:
    """All contradictions between the first résumé and the first cover letter, the surest first."""
    resume = next((document for document in documents if document.kind == "resume"), None)
    letter = next((document for document in documents if document.kind == "cover_letter"), None)
    if resume is None or letter is None or resume.language != letter.language:
        return ()
    others = " ".join(document.text for document in documents if document.kind in ("posting", "company"))
    found = [*_changes(resume, letter), *_periods(resume, letter), *_counts(resume, letter), *_years(resume, letter)]
    found += _employers(resume, letter, others)
    return tuple({(conflict.what, conflict.subject): conflict for conflict in reversed(found)}.values())[::-1]


@dataclass(frozen=True, slots=True)
class _Said:
    """A value with what it is about. `key` tells which are about the same."""

    key: tuple[str, ...]
    subject: str
    value: str
    line: str


def _lines(document: Document) -> Iterator[str]:
    for raw in document.text.splitlines():
        line = clean(raw)
        if line:
            yield from (part for part in re.split(r"(?<=[다요.!?])\s+(?=[가-힣A-Z0-9])", line) if part.strip())


def _compared(what: What, first: Sequence[_Said], second: Sequence[_Said], language: Language) -> Iterator[Conflict]:
    """Those whose key stands in both, with one value each, and not the same one."""
    for key in dict.fromkeys(said.key for said in first):
        mine = [said for said in first if said.key == key]
        theirs = [said for said in second if said.key == key]
        values, others = {said.value for said in mine}, {said.value for said in theirs}
        if len(values) == len(others) == 1 and values != others:
            a, b = mine[0], theirs[0]
            yield Conflict(what, a.subject, a.value, b.value, a.line, b.line, language)


# --- changes: from A to B -------------------------------------------------------------------------------------------

_NUMBER = r"(?:약\s*)?\d[\d,]*(?:\.\d+)?"
_KO_UNIT = r"(?:%p?|퍼센트|배|초|분|시간|일|주|개월|년|명|건|개|곳|점|원|만\s?원|억\s?원|회|위|ms|MB|GB)"
_KO_CHANGE = re.compile(
    rf"(?P<label>(?:[가-힣A-Za-z0-9]+\s)?[가-힣A-Za-z0-9]+?)(?:을|를|이|가|은|"
    rf"는)\s+(?P<a>{_NUMBER}\s?{_KO_UNIT})에서\s+"
    rf"(?P<b>{_NUMBER}\s?{_KO_UNIT})"
)
_EN_UNIT = r"(?:%|\s(?:percent|days?|hours?|minutes?|seconds?|weeks?|months?|ms|points?|people))?"
_EN_CHANGE = re.compile(
    rf"(?P<label>(?:[A-Za-z/-]+\s){{1,3}})from\s(?P<a>\$?{_NUMBER}{_EN_UNIT})\sto\s(?P<b>\$?{_NUMBER}{_EN_UNIT})"
)
_EN_VERB = re.compile(r"^.*\b(?:\w+ed|\w+ing|cut|brought|took|grew|the|a|an|our|my|by|its)\s+", re.IGNORECASE)


def _changes(resume: Document, letter: Document) -> Iterator[Conflict]:
    for a in _changes_in(resume):
        for b in _changes_in(letter):
            if a.key != b.key:
                continue
            (a_from, a_to), (b_from, b_to) = a.value.split("|"), b.value.split("|")
            if (a_from == b_from) == (a_to == b_to):
                continue  # the same, or about something else
            first, second = (a_to, b_to) if a_from == b_from else (a_from, b_from)
            yield Conflict("number", a.subject, first, second, a.line, b.line, resume.language)


def _changes_in(document: Document) -> list[_Said]:
    found = []
    korean = document.language == "ko"
    for line in _lines(document):
        for match in (_KO_CHANGE if korean else _EN_CHANGE).finditer(line):
            label = match["label"].strip() if korean else _EN_VERB.sub("", match["label"]).strip()
            if label:
                found.append(_Said((label.split()[-1].lower(),), label, f"{match['a']}|{match['b']}", line))
    return found


# --- counts: 40 store managers, 멘토 3명 ------------------------------------------------------------------------------

_KO_COUNT = re.compile(
    rf"(?<![가-힣A-Za-z0-9%])(?P<label>[가-힣A-Za-z]{{2,12}}?)(?:을|를|은|는|이|가|"
    rf"의)?\s(?P<n>{_NUMBER})\s?(?P<unit>{_KO_UNIT})(?!에서)"
)
_KO_VAGUE = words(
    "평균 최대 최소 매일 매주 매월 하루 초당 분당 시간당 이상 이하 거의 전체 총원 최근 동안 이후 이전 매년 피크"
)
_EN_COUNT = re.compile(rf"(?<![\d$.,/])\b(?P<n>{_NUMBER})\s(?P<label>[a-z][a-z/-]+(?:\s[a-z][a-z/-]+)?)")
_EN_STOP = words(
    "a an the and or of in on at to for with by from that which who now takes took every each per years "
    "year months month weeks week days day hours hour minutes minute percent times more less is was were "
    "are than into over"
)
_DATE = re.compile(r"\d{4}\s?[.년/-]\s?\d{1,2}(?:[.월]\s?\d{0,2}일?)?|\d{4}년|\b(?:19|20)\d{2}\b")


def _counts(resume: Document, letter: Document) -> Iterator[Conflict]:
    yield from _compared("number", _counts_in(resume), _counts_in(letter), resume.language)


def _counts_in(document: Document) -> list[_Said]:
    found = []
    for line in _lines(document):
        bare = _DATE.sub(" ", line)
        if document.language == "ko":
            for match in _KO_COUNT.finditer(bare):
                if match["label"] not in _KO_VAGUE:
                    found.append(
                        _Said((match["label"], match["unit"]), match["label"], match["n"] + match["unit"], line)
                    )
            continue
        for match in _EN_COUNT.finditer(bare):
            words = [word for word in match["label"].split() if word not in _EN_STOP]
            if len(words) == 2:
                found.append(_Said(tuple(words), f"number of {' '.join(words)}", match["n"], line))
    return found


_KO_YEARS = re.compile(r"경력\s*(\d+)\s*년|(\d+)\s*년\s*차|(\d+)\s*년(?:간|\s*동안)?의?\s*경력")
_EN_YEARS = re.compile(
    r"\b(\d+|one|two|three|four|five|six|seven|eight|nine|ten)\+?\s+years(?:'| of)?\s+(?:\w+\s){0,2}?experience", re.I
)
_WORDS = {
    word: str(i)
    for i, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
}


def _years(resume: Document, letter: Document) -> Iterator[Conflict]:
    yield from _compared("years", _years_in(resume), _years_in(letter), resume.language)


def _years_in(document: Document) -> list[_Said]:
    korean = document.language == "ko"
    found = []
    for line in _lines(document):
        for match in (_KO_YEARS if korean else _EN_YEARS).finditer(line):
            number = next(group for group in match.groups() if group)
            value = _WORDS.get(number.lower(), number)
            found.append(
                _Said(("years",), "경력" if korean else "experience", f"{value}{'년' if korean else ' years'}", line)
            )
    return found


# --- years of an employer, a school, a project ----------------------------------------------------------------------

_PERIOD = re.compile(
    r"(?P<start>(?:19|20)\d{2})(?:\s?[.년/-]\s?\d{1,2}\s?월?)?\s*(?:~|–|—|-|to|"
    r"부터)\s*(?:[A-Z][a-z]+\.?\s)?(?P<end>(?:19|20)\d{2}|현재|재직|present|now)",
    re.IGNORECASE,
)
_COMPANY_FORM = re.compile(r"주식회사|유한회사|\(주\)|㈜|,?\s*(?:Inc|LLC|Ltd|Corp|GmbH)\b\.?", re.IGNORECASE)
_START = {
    "ko": re.compile(r"입사|합류|부터|입학|시작"),
    "en": re.compile(r"\b(?:join|start|began|since|hired)", re.IGNORECASE),
}
_END = {"ko": re.compile(r"퇴사|까지|졸업|그만"), "en": re.compile(r"\b(?:left|until|graduat|quit)", re.IGNORECASE)}
_YEAR = re.compile(r"(?:19|20)\d{2}")


@dataclass(frozen=True, slots=True)
class _Period:
    name: str
    start: str
    end: str
    line: str


def _periods(resume: Document, letter: Document) -> Iterator[Conflict]:
    language = resume.language
    for period in _periods_in(resume):
        for line in _lines(letter):
            if period.name not in line:
                continue
            years = _YEAR.findall(line)
            if len(years) != 1:
                continue
            if _START[language].search(line) and years[0] != period.start:
                yield Conflict("start", period.name, period.start, years[0], period.line, line, language)
            elif _END[language].search(line) and period.end.isdigit() and years[0] != period.end:
                yield Conflict("end", period.name, period.end, years[0], period.line, line, language)


def _periods_in(document: Document) -> Iterator[_Period]:
    before = ""
    for raw in document.text.splitlines():
        found = _PERIOD.search(raw)
        bare = re.sub(r"^[#\s*\-•]+", "", raw)
        if found is not None:
            own = re.sub(
                r"^[\s:|,–—-]+", "", bare.replace(found.group(), " ") if bare.startswith(found["start"]) else bare
            )
            name = _organisation(own, document.language) or _organisation(before, document.language)
            if name:
                yield _Period(name, found["start"], found["end"], clean(raw) or raw.strip())
        elif bare.strip():
            before = bare


def _organisation(line: str, language: Language) -> str:
    head = re.split(r"\s+[—–|·-]\s+|[(\[,|]|\t|\s{2,}", _COMPANY_FORM.sub("", line).strip())[0].strip()
    head = _PERIOD.sub("", head).strip()
    if language == "ko" and re.match(r"\S+(?:대학교|고등학교|대학원)\s", head):
        head = head.split()[0]
    return head if len(head) >= 3 and not _YEAR.search(head) else ""


# --- employers ------------------------------------------------------------------------------------------------------

_KO_EMPLOYER = re.compile(
    r"(?:주식회사\s|\(주\)\s?|㈜\s?)?(?P<name>[가-힣A-Za-z]{3,12})(?:에서|에)\s(?:[가-힣]{1,6}\s){0,2}(?:근무|재직|"
    r"입사|인턴으로)"
)
_KO_COMMON = re.compile(
    r"(?:회사|직장|부서|현장|기업|스타트업|학교|대학|대학원|연구실|연구소|매장|은행|병원|기관|업체|센터|사무실|공장|"
    r"해외|국내|곳|팀)$"
)
_EN_EMPLOYER = re.compile(
    r"\b(?:worked (?:at|for)|joined|interned at|employed (?:at|by)|my (?:time|job|role|internship) at)\s"
    r"(?P<name>(?:[A-Z][A-Za-z&'-]+)(?:\s[A-Z][A-Za-z&'-]+){0,3})"
)


def _employers(resume: Document, letter: Document, others: str) -> Iterator[Conflict]:
    pattern = _KO_EMPLOYER if resume.language == "ko" else _EN_EMPLOYER
    for line in _lines(letter):
        for match in pattern.finditer(line):
            name = match["name"]
            if _KO_COMMON.search(name) or name in resume.text or name in others:
                continue
            yield Conflict("employer", name, "", name, "", line, resume.language)
