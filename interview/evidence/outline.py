"""Outline: a document's plain text as blocks under headings. Pure.

Résumés and postings come out of PDF, DOCX and HWP files as lines. What is a heading is guessed from how a line looks:
markdown, brackets and squares of Korean forms, the usual section names, an entry with its dates, a line in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

_BULLET = re.compile(
    r"^\s*(?:[-*+•·▪▫‣◦○●◎ㆍ∙–—➤➢✔✓□☐※]\s+|[•·▪‣◦○●ㆍ∙➤✔✓]\s*|ㅇ\s+|\(?\d{1,2}[.)]\s+|[가-하][.)]\s+|[①-⑳]\s*)"
)
_MARKDOWN = re.compile(r"^\s{0,3}(#{1,6})\s+(?P<text>.+?)\s*#*\s*$")
_FRAMED = re.compile(
    r"^\s*(?:\[(?P<a>[^\]]{2,40})\]|【(?P<b>[^】]{2,40})】|<(?P<c>[^<>]{2,40})>|[■◆◇▶▷◈★]\s*(?P<d>.{2,60}))\s*:?\s*$"
)
_BOLD = re.compile(r"^\s*(?:\*\*|__)(?P<text>[^*_]{2,80})(?:\*\*|__)\s*:?\s*$")
_RULE = re.compile(r"^\s*[-=_*~─━]{3,}\s*$")

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = rf"(?:(?:19|20)\d{{2}}\s*(?:[./년-]\s*\d{{1,2}}\s*월?)?|{_MONTH}\s+(?:19|20)\d{{2}}|\d{{1,2}}/(?:19|20)\d{{2}})"
_NOW = r"(?:present|current|now|today|현재|재직\s*중?|진행\s*중)"
DATES = re.compile(rf"(?P<start>{_DATE})\.?\s*(?:~|-|–|—|to|부터)+\s*(?P<end>{_DATE}|{_NOW})?", re.IGNORECASE)
"""A period: "2021.03 ~ 2025.02", "March 2021 – present"."""

_SECTIONS = re.compile(
    r"^(?:요약|소개|자기\s?소개(?:서)?|경력(?:\s?사항|\s?요약|\s?기술서)?|프로젝트(?:\s?경험)?|주요\s?(?:경력|성과|"
    r"업무|"
    r"활동)|기술(?:\s?스택)?|보유\s?기술|스킬|"
    r"학력(?:\s?사항)?|교육(?:\s?사항|\s?이수)?|자격(?:증|\s?사항)?|수상(?:\s?경력|\s?내역)?|어학(?:\s?능력|"
    r"\s?성적)?|대외\s?활동|활동|병역(?:\s?사항)?|"
    r"(?:지원\s?)?자격\s?요건|지원\s?자격|담당\s?업무|업무\s?내용|하는\s?일|우대\s?(?:사항|조건|요건)|"
    r"필수\s?(?:사항|요건|조건|역량)|근무\s?(?:조건|환경|지)|"
    r"복리\s?후생|복지|혜택|전형\s?(?:절차|방법)|접수\s?(?:기간|방법)|회사\s?소개|기업\s?소개|팀\s?소개|인재상|"
    r"핵심\s?가치|"
    r"summary|profile|objective|about(?: me| us)?|(?:work |professional |relevant )?experience|"
    r"employment(?: history)?|"
    r"(?:personal |selected |key )?projects?|(?:technical |core |key )?skills|technologies|education|certifications?|"
    r"awards?(?: (?:and|&) honou?rs)?|publications|languages|volunteer(?:ing| experience)?|interests|"
    r"(?:job |minimum |basic |key |preferred )?(?:requirements|qualifications)|responsibilities|duties|"
    r"what you(?:['’]ll| will)? (?:do|need|bring)|what we(?:['’]re| are) looking for|who you are|nice to haves?|"
    r"bonus(?: points)?|"
    r"must haves?|preferred|benefits|perks|how to apply|(?:our )?values|mission)$",
    re.IGNORECASE,
)


_INTRODUCES = re.compile(
    r"우대|자격|요건|필수|이런\s?분|이런\s?(?:경험|역량)|찾(?:습|고|아)|좋아요|좋습니다|복지|혜택|업무|"
    r"일을\s?(?:합|해|하)|역량|근무|전형|"
    r"\bwhat\b|\bwho\b|\babout\b|require|qualif|benefit|bring|looking for|responsib|nice to|bonus|skills|offer",
    re.IGNORECASE,
)
"""In a short line right above a list: it names what the list is."""


@dataclass(frozen=True, slots=True)
class Block:
    """A bullet, a paragraph, or a dated entry's own line. `headings` from the outside in; `lines` as they stood."""

    kind: Literal["bullet", "text", "entry"]
    headings: tuple[str, ...]
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words as they stand, line breaks as spaces."""
        return " ".join(" ".join(self.lines).split())


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    text: str
    dated: bool = False
    rest: str = ""


TITLE, SECTION, ENTRY = 1, 2, 3


def blocks(text: str, *, numbered_headings: bool = False) -> tuple[Block, ...]:
    """The document in order. `numbered_headings`: a numbered line is a question of a form, not an item of a list."""
    return tuple(_Outliner(numbered_headings).read(text.splitlines()))


class _Outliner:
    def __init__(self, numbered_headings: bool) -> None:
        self._numbered = numbered_headings
        self._path: list[_Heading] = []
        self._kind: Literal["bullet", "text"] = "text"
        self._lines: list[str] = []

    def read(self, lines: list[str]) -> Iterator[Block]:
        for line, following in pairwise([*lines, ""]):
            if not line.strip() or _RULE.match(line):
                yield from self._flush()
            elif (heading := self._heading(line) or self._introduction(line, following)) is not None:
                yield from self._flush()
                yield from self._enter(heading)
            elif (bullet := _BULLET.match(line)) is not None:
                yield from self._flush()
                self._kind, self._lines = "bullet", [line[bullet.end() :].strip()]
            else:
                self._lines.append(line.strip())
        yield from self._flush()

    def _heading(self, line: str) -> _Heading | None:
        if found := _MARKDOWN.match(line):
            text = _plain(found["text"])
            return _Heading(len(found[1]), text, bool(DATES.search(text)))
        if found := _FRAMED.match(line) or _BOLD.match(line):
            return _Heading(SECTION, _plain(next(text for text in found.groups() if text)))
        if self._numbered and (found := re.match(r"^\s*(?:Q\.?\s?)?\d{1,2}[.)]\s+(?P<text>.{4,200})$", line)):
            return _Heading(SECTION, _plain(found["text"]))
        bullet = _BULLET.match(line)
        bare = (line[bullet.end() :] if bullet and "-" not in bullet[0] else line).strip().rstrip(":：").strip()
        if _SECTIONS.match(bare):
            return _Heading(SECTION, bare)
        if bullet is None:
            return self._by_look(line.strip())
        return None

    def _introduction(self, line: str, following: str) -> _Heading | None:
        text = line.strip()
        if _BULLET.match(line) or not _BULLET.match(following) or len(text) > 60:
            return None
        if text.endswith((":", "：")) or (len(text) <= 40 and text[-1] not in ".,;" and _INTRODUCES.search(text)):
            return _Heading(SECTION, _plain(text))
        return None

    def _by_look(self, line: str) -> _Heading | None:
        name, colon, rest = line.partition(":")
        if colon and rest.strip() and _SECTIONS.match(name.strip()):
            return _Heading(SECTION, name.strip(), rest=rest.strip())
        if len(line) <= 120 and (period := DATES.search(line)) and not line.endswith((".", "다", "음", "함")):
            outside = line[: period.start()] + line[period.end() :]
            if len(outside.strip(" ()|,·[]")) >= 3:
                return _Heading(ENTRY, line, dated=True)
        if len(line) <= 40 and line.isupper() and re.search(r"[A-Z]{3}", line) and not re.search(r"[가-힣\d]", line):
            return _Heading(SECTION, line)
        return None

    def _enter(self, heading: _Heading) -> Iterator[Block]:
        while self._path and self._path[-1].level >= heading.level:
            self._path.pop()
        if heading.dated:
            yield Block("entry", self._names(), (heading.text,))
        self._path.append(heading)
        if heading.rest:
            self._lines = [heading.rest]
            yield from self._flush()

    def _flush(self) -> Iterator[Block]:
        if self._lines:
            yield Block(self._kind, self._names(), tuple(self._lines))
        self._kind, self._lines = "text", []

    def _names(self) -> tuple[str, ...]:
        return tuple(heading.text for heading in self._path if heading.level > TITLE)


def _plain(text: str) -> str:
    return text.strip().strip("*_").rstrip(":：").strip()
