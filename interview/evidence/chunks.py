"""Documents cut into what can be evidence: one experience, project bullet, cover-letter answer, or requirement each.

Pure. A chunk's text is verbatim but for line breaks; its headings stand in front of it when it is indexed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from interview.evidence.outline import Block, blocks
from interview.shapes import Chunk, Document, Requirement

LONGEST = 420
"""Characters. A cover letter's answer is longer; an embedding of several thoughts is near to none of them."""

MOST_REQUIREMENTS = 40

_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.\w|https?://|www\.|\b01\d[-. ]?\d{3,4}[-. ]?\d{4}\b|\+\d[\d ()-]{7,}|"
    r"\b0\d{1,2}-\d{3,4}-\d{4}\b|"
    r"^(?:연락처|전화|휴대폰|이메일|주소|생년월일|블로그|성명|이름|phone|mobile|e-?mail|address|location|portfolio|"
    r"linkedin|github)\s*[:：]",
    re.IGNORECASE,
)
_SALUTATION = re.compile(
    r"^(?:dear\b.{0,60}|(?:sincerely|best regards|kind regards|regards|yours (?:truly|sincerely))\b.{0,60}|"
    r"to whom it may concern.?|감사합니다\.?)$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?。])\s+|(?<=다\.)\s*")


def chunk(document: Document) -> tuple[Chunk, ...]:
    """In the document's order. Contact lines and salutations are no evidence and are left out."""
    numbered = document.kind == "cover_letter"
    pieces = (
        (" / ".join(block.headings), text)
        for block in blocks(document.text, numbered_headings=numbered)
        if _tells(block)
        for text in _pieces(block.text)
    )
    return tuple(
        Chunk(f"{document.id}:{number}", document.id, document.kind, heading, text)
        for number, (heading, text) in enumerate(pieces)
    )


def indexed_text(chunk: Chunk) -> str:
    """The chunk as it is embedded and searched: its innermost heading in front."""
    heading = chunk.heading.rsplit(" / ", 1)[-1]
    return f"{heading}: {chunk.text}" if heading else chunk.text


def _tells(block: Block) -> bool:
    text = block.text
    return len(re.findall(r"\w", text)) >= 3 and not _CONTACT.search(text) and not _SALUTATION.match(text)


def _pieces(text: str) -> Iterator[str]:
    """The text, or its sentences in groups of at most LONGEST characters."""
    if len(text) <= LONGEST:
        yield text
        return
    piece = ""
    for sentence in _SENTENCE.split(text):
        if piece and len(piece) + 1 + len(sentence) > LONGEST:
            yield piece
            piece = ""
        piece = f"{piece} {sentence}".strip()
    if piece:
        yield piece


# --- requirements ----------------------------------------------------------------------------------------------------

_PREFERRED = re.compile(
    r"우대|있으면\s?(?:더\s?)?좋|더\s?(?:욱\s?)?좋|플러스|preferred|nice.to.haves?|bonus|desirable|good to have|"
    r"(?:is|are) a plus|pluses",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"근무|복지|복리|혜택|전형|접수|문의|제출\s?서류|급여|연봉|회사\s?소개|기업\s?소개|팀\s?소개|benefits|perks|"
    r"how to apply|compensation|salary|"
    r"about (?:us|the (?:company|team))|equal opportunity|location",
    re.IGNORECASE,
)
_DUTIES = re.compile(
    r"담당|주요\s?업무|업무\s?내용|하는\s?일|하게\s?될|합류하면|맡게|responsibilit|what you(?:'ll|’ll| will) do|"
    r"the role|duties|your role|"
    r"day.to.day",
    re.IGNORECASE,
)
_MUST = re.compile(
    r"자격|필수|요건|요구|필요|이런\s?(?:분|경험|역량)|찾(?:습|고|아)|기다|모십|requirement|qualification|must|"
    r"what you(?:'ll|’ll| will)? (?:need|bring)|"
    r"looking for|who you are|about you|your profile|skills|experience",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"경험|능력|역량|이해|지식|이상|가능|능숙|전공|학위|보유|experience|ability|able to|knowledge|proficien|"
    r"familiar|degree|years|skills?|"
    r"understanding|strong",
    re.IGNORECASE,
)
_OWN_MARK = re.compile(
    r"우대(?:합니다|함|\))?\s*\.?\)?$|\((?:preferred|a plus|optional)\)|(?:is|are|would be) a (?:big )?plus\.?$", re.I
)


def requirements(posting: Document) -> tuple[Requirement, ...]:
    """What the posting asks for, in its order. Without a section for it: its duties; without those, every line that
    sounds like asking."""
    asked: list[tuple[str, bool]] = []
    duties: list[tuple[str, bool]] = []
    loose: list[tuple[str, bool]] = []
    for block in blocks(posting.text):
        section = _section(block.headings)
        lines = [line for line in _lines(block) if not _CONTACT.search(line)]
        if section == "preferred":
            asked += [(line, False) for line in lines]
        elif section == "must":
            asked += [(line, _OWN_MARK.search(line) is None) for line in lines]
        elif section == "duties":
            duties += [(line, True) for line in lines]
        elif section is None:
            loose += [(line, _PREFERRED.search(line) is None) for line in lines if _ASKS.search(line)]
    found = asked or duties or loose
    unique = dict(found[::-1])  # the first mention decides where it stands and whether it is a must
    ordered = [(text, unique[text]) for text in dict.fromkeys(text for text, _ in found)]
    return tuple(
        Requirement(f"r{number}", text, must) for number, (text, must) in enumerate(ordered[:MOST_REQUIREMENTS], 1)
    )


def _section(headings: tuple[str, ...]) -> str | None:
    """By the innermost heading that says it; "Preferred qualifications" are preferred."""
    for heading in reversed(headings):
        for name, pattern in (("preferred", _PREFERRED), ("other", _OTHER), ("duties", _DUTIES), ("must", _MUST)):
            if pattern.search(heading):
                return name
    return None


def _lines(block: Block) -> list[str]:
    """A bullet is one requirement; of a paragraph each line that is one, or each sentence."""
    if block.kind != "text":
        return [block.text]
    if len(block.lines) > 1 and all(len(line) <= 110 for line in block.lines):
        return [line for line in block.lines if len(line) >= 4]
    return [sentence.strip() for sentence in _SENTENCE.split(block.text) if len(sentence.strip()) >= 4]
