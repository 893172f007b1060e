"""Contact details in a text: found, and replaced by neutral placeholders before anything goes into a prompt. Pure.

Names stay: an interviewer says them. So do places as such ("Portland, Oregon"), which are no address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from interview.parsing.addresses import addresses
from interview.shapes import Document, Language

ContactKind = Literal["email", "phone", "id_number", "address", "link", "account", "birth_date"]

PLACEHOLDERS: dict[Language, dict[ContactKind, str]] = {
    "ko": {
        "email": "[이메일]",
        "phone": "[전화번호]",
        "id_number": "[주민등록번호]",
        "address": "[주소]",
        "link": "[링크]",
        "account": "[계정]",
        "birth_date": "[생년월일]",
    },
    "en": {
        "email": "[email]",
        "phone": "[phone number]",
        "id_number": "[ID number]",
        "address": "[address]",
        "link": "[link]",
        "account": "[account]",
        "birth_date": "[date of birth]",
    },
}


@dataclass(frozen=True, slots=True)
class Span:
    """text[start:end] is a contact detail."""

    kind: ContactKind
    start: int
    end: int


_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z]{2,24}(?![A-Za-z0-9_])")
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'|)\]]+", re.IGNORECASE)
_BARE_URL = re.compile(
    # Sites whose path is a person or their work; a bare host of another name may be a technology (Node.js).
    r"(?<![\w@./-])(?:[\w-]{1,63}\.){0,3}(?:linkedin\.com|github\.(?:com|io)|gitlab\.com|bitbucket\.org|notion\.(?:so|site)|"
    r"velog\.io|tistory\.com|brunch\.co\.kr|blog\.naver\.com|instagram\.com|facebook\.com|behance\.net|dribbble\.com|"
    r"medium\.com|twitter\.com|x\.com|t\.me|open\.kakao\.com|vercel\.app|netlify\.app)(?:/[^\s<>\"'|)\],]*)?",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(
    r"(?:\b(?:github|gitlab|linkedin|instagram|twitter|skype|telegram|discord|line|kakao(?:talk)?)|깃허브|링크드인|"
    r"인스타그램|카카오톡|카톡|텔레그램)(?:\s?(?:ID|아이디|계정|account|handle))?(?:\s*[:：|]\s*|\s+(?=@))"
    r"(?P<value>@?[A-Za-z0-9][A-Za-z0-9_.-]{1,38})(?![A-Za-z0-9_@])",
    re.IGNORECASE,
)
_ID_NUMBER = re.compile(
    r"(?<!\d)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\s?[-–—]\s?[1-8](?:\d{6}|[\d*xX●•]{0,6}[*xX●•])|[1-8]\d{6})"
    r"(?![\d*])"
)
_DATE = (
    r"(?:(?:19|20)?\d{2}\s?[./년-]\s?\d{1,2}\s?[./월-]\s?\d{1,2}(?:\s?일|\.)?|(?:19|20)\d{6}|"
    r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}|"
    r"(?:\d{1,2}(?:st|nd|rd|th)?\s+)?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+"
    r"(?:\d{1,2}(?:st|nd|rd|th)?,?\s+)?(?:19|20)\d{2}|(?:19|20)\d{2}\s?년)(?!\d)"
)
_BIRTH = (
    re.compile(
        r"(?:생\s?년\s?월\s?일|출생일?|생일|birth\s?(?:date|day)|date of birth|\bD\.?O\.?B\.?|\bborn(?: on)?)"
        rf"\s*(?:\([^)\n]{{0,12}}\)\s*)?[:：|]?\s*(?P<value>{_DATE})",
        re.IGNORECASE,
    ),
    re.compile(rf"(?<!\d)(?P<value>{_DATE})\s?생(?![가-힣])"),
    re.compile(r"(?<!\d)(?P<value>(?:19|20)?\d{2}\s?년\s?생)"),
)
_PHONE_LABEL = re.compile(
    r"(?:연\s?락\s?처|전\s?화(?:\s?번호)?|휴대\s?(?:폰|전화)(?:\s?번호)?|핸드폰|비상\s?연락망|팩스|\b(?:phone|mobile|cell|"
    r"tel(?:ephone)?|contact|fax|H\.?P))\.?(?:\s?\([^)\n]{0,12}\))?\s*[:：|]?\s*"
    r"(?P<value>\+?\(?\d[\d\s().-]{6,20}\d)(?!\d)",
    re.IGNORECASE,
)
_MASKED_MOBILE = re.compile(r"(?<!\d)01[016789][-. ]?[\d*xX]{3,4}[-. ]?[\d*xX]{4}(?![\d*])")


def find(text: str) -> tuple[Span, ...]:
    """In order, none overlapping: where two kinds claim the same letters, the one that begins first and is longer."""
    found = sorted(_all(text), key=lambda span: (span.start, -span.end))
    spans: list[Span] = []
    for span in found:
        if not spans or span.start >= spans[-1].end:
            spans.append(span)
        elif span.end > spans[-1].end:
            spans[-1] = replace(spans[-1], end=span.end)
    return tuple(spans)


def redact(text: str, language: Language) -> str:
    """The text with a placeholder for every contact detail, in the interview's language. Safe to repeat."""
    parts: list[str] = []
    end = 0
    for span in find(text):
        parts += (text[end : span.start], PLACEHOLDERS[language][span.kind])
        end = span.end
    return "".join((*parts, text[end:]))


def redact_document(document: Document) -> Document:
    """As `redact`, in the document's own language."""
    return replace(document, text=redact(document.text, document.language))


def _all(text: str) -> Iterator[Span]:
    for found in _EMAIL.finditer(text):
        yield Span("email", *found.span())
    for pattern in (_URL, _BARE_URL):
        for found in pattern.finditer(text):
            yield Span("link", found.start(), found.end() - _trailing(found[0]))
    for found in _ID_NUMBER.finditer(text):
        yield Span("id_number", *found.span())
    for found in _ACCOUNT.finditer(text):
        yield Span("account", *found.span("value"))
    for pattern in _BIRTH:
        for found in pattern.finditer(text):
            yield Span("birth_date", *found.span("value"))
    yield from (Span("address", start, end) for start, end in addresses(text))
    yield from _phones(text)


def _trailing(url: str) -> int:
    """Letters at its end that belong to the sentence: punctuation, and the Korean particle after it."""
    kept = re.sub(r"[.,;:!?…]+$|[가-힣]+$", "", url)
    return len(url) - len(kept)


def _phones(text: str) -> Iterator[Span]:
    """By libphonenumber: Korean ones by national rules, American and British ones grouped as people write them,
    others by their "+". After a label whatever looks like a number is one, valid or not."""
    from phonenumbers import Leniency, PhoneNumberMatcher

    for found in _PHONE_LABEL.finditer(text):
        yield Span("phone", *found.span("value"))
    for found in _MASKED_MOBILE.finditer(text):
        yield Span("phone", *found.span())
    for region, leniency in (
        ("KR", Leniency.VALID),
        ("US", Leniency.STRICT_GROUPING),
        ("GB", Leniency.STRICT_GROUPING),
    ):
        for match in PhoneNumberMatcher(text, region, leniency=leniency):
            yield Span("phone", match.start, match.end)
    for plus in re.finditer(r"(?<![\w+])\+\d[\d ().-]{7,18}\d", text):
        yield Span("phone", *plus.span())
