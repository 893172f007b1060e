"""What an interview of this candidate for this job could be about: gaps, half-covered requirements, strong claims and
contradictions, most telling first. Pure; the lines stay verbatim.

Lines of documents are data. One that talks to a machine, or that holds a way to reach the candidate, becomes no topic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from interview.planning.conflicts import Conflict, conflicts
from interview.planning.lines import clean, is_list
from interview.planning.phrases import evidence, unwrapped
from interview.shapes import Document, DocumentKind, Language, Matrix, MatrixRow

Aim = Literal["gap", "partial", "claim", "conflict", "role"]
"""`gap`: the documents do not show a requirement; `partial`: they show it half; `claim`: something strong to look into;
`conflict`: two documents disagree; `role`: a requirement, where there is nothing to hold against it."""

CANDIDATES_OWN: tuple[DocumentKind, ...] = ("resume", "cover_letter")


@dataclass(frozen=True, slots=True)
class Topic:
    """`line` is the candidate's, `requirement` the posting's (both verbatim, empty where there is none)."""

    aim: Aim
    line: str = ""
    requirement: str = ""
    requirement_id: str | None = None
    must: bool = True
    document: DocumentKind = "resume"
    conflict: Conflict | None = None


_TO_A_MACHINE = re.compile(
    r"\b(?:ignore|disregard|override|forget)\b.{0,40}\b(?:instructions?|rubric|rules?|prompts?|above|previous|"
    r"criteria|everything)\b|"
    r"\b(?:tell|show|reveal|print|repeat|give)\b.{0,20}\b(?:your|the|system) prompts?\b|\bsystem prompt\b|"
    r"\b(?:llm|chatgpt|gpt|ai|model)s?\b.{0,30}\b(?:must|should) (?:give|rate|score|ignore|say|answer|output)|"
    r"\byou are (?:now|an? (?:ai|assistant|model))\b|\bas an ai\b|"
    r"\bgive\b (?:me |this |the candidate |him |her )?(?:an? |the )?(?:[0-9](?:/\d+)?\b(?! )|[0-9] (?:everywhere|"
    r"points?|for)|full|top|highest|perfect) ?|"
    r"\b(?:rate|score|grade|mark) (?:me|this|all|every|the candidate)\b|"
    r"지시(?:를|사항).{0,12}(?:무시|잊|따르)|무시하(?:고|라|세요|십시오)|프롬프트를?.{0,10}(?:알려|보여|출력|공개|"
    r"말하)|"
    r"(?:점수|만점|최고점|[0-9]점)(?:을|를)?\s?(?:주|매기|부여)|당신은 .{0,20}(?:면접관|모델|인공지능|AI)|"
    r"<\|?\w+\|?>|\[/?INST\]",
    re.IGNORECASE,
)  # fmt: skip
_CONTACT = re.compile(
    r"@|https?://|www\.|\+?\d[\d ()-]{8,}\d|(?:연락처|전화|이메일|주소|phone|e-?mail|address)\s*[:：]", re.IGNORECASE
)
_NUMBER = re.compile(r"\d")
_LED = re.compile(
    r"주도|총괄|리드|이끌|이끎|설계|개편|도입|구축|\b(?:led|headed|managed|founded|designed|built|redesign|launched|"
    r"drove|owned)\b",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"에서\s.{1,14}(?:으로|로)\s|\bfrom\s\S+.{0,20}\sto\s|%|\d배|\bby \d")
_DATE_ONLY = re.compile(r"(?:19|20)\d{2}\s?[.년/-]?")

SHORTEST_DEED = 13
"""Letters of a phrase; less is what is left of a long sentence about something else."""

_APPLIES = re.compile(r"(?:지원|생각|판단|다짐|결심)한 경험$|\bapplied (?:to|for)\b")

SHORTEST_CLAIM = 14
"""Letters: less is a heading or a skill, nothing to ask about."""


def speaks_to_a_machine(line: str) -> bool:
    """Such words have no place in a résumé; they are no evidence and nothing a model needs to see."""
    return _TO_A_MACHINE.search(line) is not None


def usable(line: str) -> bool:
    """Whether a question may quote it."""
    return bool(clean(line)) and not speaks_to_a_machine(line) and _CONTACT.search(line) is None


def topics(documents: Sequence[Document], matrix: Matrix) -> tuple[Topic, ...]:
    """All topics; within each aim the most telling first."""
    known = any(document.kind in CANDIDATES_OWN and document.text.strip() for document in documents)
    rows = [row for row in matrix.rows if usable(row.requirement.text)]
    rows.sort(key=lambda row: not row.requirement.must)
    own = [document for document in documents if document.kind in CANDIDATES_OWN] if known else []
    found = [topic for row in rows if (topic := _of_row(row, own)) is not None]
    found += [
        Topic("conflict", line=conflict.second_line, conflict=conflict)
        for conflict in conflicts(documents)
        if usable(conflict.first_line or conflict.second_line) and usable(conflict.second_line)
    ]
    return (*found, *_claims(documents, rows))


_SOFT = re.compile(
    r"의사소통|커뮤니케이션|협업|팀워크|책임감|성실|태도|자세|적극|주도적|꼼꼼|열정|마인드|협상|설득|"
    r"소통(?:할 수|하는 (?:능력|역량)|\s?(?:능력|역량))|(?:(?<!있)는|싶은)\s*분$|"
    r"communicat|collaborat|teamwork|team player|self-starter|negotiat|persua|presenter|\bbias for\b|enthusias|passion|"
    r"motivated|willing|you enjoy|fast-paced|attention to detail|interpersonal|proactive|\bexplain\b",
    re.IGNORECASE,
)


def is_soft(requirement: str) -> bool:
    """Of the person, not of the trade: nobody writes it down as evidence, so its absence says nothing."""
    return _SOFT.search(requirement) is not None


_FORMAL = re.compile(
    r"교대|면허|자격증|학사|석사|박사|학위|졸업|전공자|전공\s|운전|출장|병역|결격|근무가? ?가능|해외여행|"
    r"\bdegree\b|bachelor|master's|\bphd\b|licen[cs]e|certificat|\bshifts?\b|travel|relocat|work permit|visa|"
    r"right to work|on-?site|hybrid",
    re.IGNORECASE,
)


def is_formal(requirement: str) -> bool:
    """A paper or a condition: held or not, there is no experience of it to ask for."""
    return _FORMAL.search(requirement) is not None


def _of_row(row: MatrixRow, own: Sequence[Document]) -> Topic | None:
    """The row's topic; None where it is well covered. A requirement that only a list of skills or a passing sentence
    speaks of is asked about plainly: there is no deed to hold against it."""
    required, must = row.requirement, row.requirement.must
    if (own and row.strength == "strong") or is_formal(required.text):
        return None
    lines = [found.text for found in row.evidence if usable(found.text)]
    plain = Topic("role", requirement=required.text, requirement_id=required.id, must=must)
    if not own or is_soft(required.text):
        return plain
    if row.strength == "none" or not lines:
        return replace(plain, aim="gap")
    deed = next((part for line in lines for part in _sentences(line) if _is_deed(part, own[0].language)), None)
    return replace(plain, aim="partial", line=deed, document=_where(deed, own)) if deed else plain


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<=[다.!?])\.?\s+(?=[가-힣A-Z])|\n", text) if part.strip()]


def _is_deed(line: str, language: Language) -> bool:
    """Something done, that a question can name in a few words."""
    phrase = evidence(line, language)
    telling = len(phrase.text) >= SHORTEST_DEED and _APPLIES.search(phrase.text) is None
    return usable(line) and not is_list(clean(line)) and phrase.form != "quote" and telling


def _where(line: str, own: Sequence[Document]) -> DocumentKind:
    return next((document.kind for document in own if line in document.text), "resume")


def _claims(documents: Sequence[Document], rows: Sequence[MatrixRow]) -> list[Topic]:
    """Strong lines of the résumé (of the cover letter, without one), tied to the requirement that they prove."""
    own = [document for kind in CANDIDATES_OWN for document in documents if document.kind == kind]
    proves = {clean(evidence.text): row for row in reversed(rows) for evidence in row.evidence}
    weighed: list[tuple[float, int, Topic]] = []
    for document in own[:1]:
        for number, line in enumerate(unwrapped(document.text)):
            weight = _claim_weight(line, document.language)
            if not weight or not usable(line):
                continue
            row = proves.get(clean(line))
            bonus = 0.5 if row is not None and row.strength == "strong" else 0.0
            requirement_id = row.requirement.id if row is not None else None
            weighed.append(
                (
                    weight + bonus,
                    -number,
                    Topic("claim", line.strip(), requirement_id=requirement_id, document=document.kind),
                )
            )
    weighed.sort(key=lambda entry: entry[:2], reverse=True)
    return [topic for _, _, topic in weighed]


def _claim_weight(line: str, language: Language) -> float:
    text = clean(line)
    if len(text) < SHORTEST_CLAIM or line.lstrip().startswith("#") or text.endswith("?") or is_list(text):
        return 0.0
    bare = _DATE_ONLY.sub("", text)
    if evidence(line, language).form == "quote" and not _CHANGE.search(bare):
        return 0.0
    return 2.0 * bool(_CHANGE.search(bare)) + 1.5 * bool(_LED.search(bare)) + 1.0 * bool(_NUMBER.search(bare))
