"""Postal addresses in a text: Korean ones by road or by lot, and English ones with a street. Pure.

A guess by form. A number after a word in -로 is an address only behind a city or a district and without a unit:
"서울시 마케팅으로 30% 늘림" is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_PROVINCE = (
    r"(?:(?:서울|부산|대구|인천|광주|대전|울산)(?:특별시|광역시|시)?|세종(?:특별자치시|시)?|경기도?|"
    r"(?:강원|전북|제주)(?:특별자치도|도)?|충청?[남북]도?|전라?[남북]도?|경상?[남북]도?|충청[남북]도|전라[남북]도|경상[남북]도)"
)
_DISTRICT = r"[가-힣]{1,6}(?:시|군|구)"
_AREA = rf"(?:{_PROVINCE}\s+(?:{_DISTRICT}\s+){{0,2}}|(?:{_DISTRICT}\s+){{1,2}})"
_NO_UNIT = r"(?!\s?(?:%|퍼센트|명|건|년|개|월|일|배|억|만|천|회|시간|분기|초|주|점|원|위|가지|차))(?![-.,]?\d)"
_DETAIL = (
    r"(?:\s?,?\s?(?:지하\s?)?\d{1,4}(?:-\d{1,4})?\s?(?:동|호|층|번지)|"  # 101동 1203호, 3층
    r"\s?,?\s?[가-힣A-Za-z0-9]{1,20}(?:아파트|빌라|빌딩|오피스텔|타워|맨션|하이츠|자이|푸르지오|래미안|힐스테이트)|"
    r"\s?\([가-힣0-9, ]{2,30}\)){0,5}"
)
_ROAD = re.compile(
    rf"(?<![가-힣]){_AREA}(?:[가-힣]{{1,6}}[읍면]\s+)?[가-힣]{{1,10}}\d{{0,3}}(?:대로|로|길)\s?"
    rf"(?:\d{{1,4}}(?:번?[가-힣]?길)\s?)?\d{{1,4}}(?:-\d{{1,4}})?{_NO_UNIT}{_DETAIL}"
)
_LOT = re.compile(
    rf"(?<![가-힣]){_AREA}(?:[가-힣]{{1,6}}[읍면]\s+)?[가-힣]{{1,8}}\d{{0,2}}(?:동|리|가)\s+(?:산\s?)?"
    rf"\d{{1,4}}(?:-\d{{1,4}})?(?:번지)?{_NO_UNIT}{_DETAIL}"
)
_WORD = r"[A-Z][\w.'-]{0,20}"
_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Sq|Parkway|Pkwy|"
    r"Terrace|Crescent|Close|Highway|Hwy)\b\.?"
)
_UNIT = r"(?:,?\s(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl)\.?\s?#?[\w-]{1,6}|,?\s#\d{1,5})?"
_CITY = (
    rf"(?:,\s{_WORD}(?:\s{_WORD}){{0,2}}){{0,3}}(?:,?\s[A-Z]{{2}})?"
    r"(?:,?\s\d{5}(?:-\d{4})?|,?\s[A-Z]{1,2}\d[\dA-Z]?\s\d[A-Z]{2})?"
)
_ENGLISH = re.compile(rf"(?<![\w.])\d{{1,5}}[A-Za-z]?,?\s(?:{_WORD}\s){{1,4}}{_STREET}{_UNIT}{_CITY}")
_ROMANISED = re.compile(
    rf"(?<![\w.])(?:\d{{1,4}}(?:-\d{{1,4}})?,?\s)?[A-Z][\w-]{{1,20}}-(?:ro|gil|daero|dong)\b(?:\s\d{{1,4}}(?:beon-gil)?)?"
    rf"(?:,\s[A-Z][\w-]{{1,20}}-(?:gu|si|do|gun|dong)){{1,3}}{_CITY}"
)
_LABELLED = re.compile(
    r"^[^\w\n]{0,6}(?:\**)(?:현\s?)?(?:주\s?소(?:지)?|거주지|(?:home |mailing |street )?address)\**\s*[:：|]\s*"
    r"(?P<value>[^|\n]{2,120}?)\s*(?:\||$)",
    re.IGNORECASE | re.MULTILINE,
)
_PLACEHOLDER = re.compile(r"\[[^\]]*\]$")


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each; they may overlap."""
    for pattern in (_ROAD, _LOT, _ENGLISH, _ROMANISED):
        for found in pattern.finditer(text):
            yield found.span()
    for found in _LABELLED.finditer(text):
        # "Address: " of a contact line may be that of a mailbox, and what was redacted stays as it is.
        if not _PLACEHOLDER.match(found["value"]) and "@" not in found["value"]:
            yield found.span("value")
