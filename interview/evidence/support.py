"""Support: which of the candidate's lines are evidence for one requirement, and how strong they are together.

Words that name something (Kafka, HIPAA) decide first: nothing else stands in for them. Then how much of the
requirement's words the lines have and, where the embedder knows the language, how near they are in meaning. A skill
that is only listed, and a sentence that admits a lack, prove little or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from interview.evidence.admissions import admits_lack
from interview.evidence.gaps import Gap
from interview.evidence.index import ChunkIndex
from interview.evidence.names import names, one_is_enough
from interview.evidence.outline import DATES
from interview.evidence.tenure import years_asked
from interview.retrieval import Question, RetrievalSettings, search
from interview.shapes import Chunk, Evidence, Requirement, Strength

MOST_EVIDENCE = 3
CONSIDERED = 12

STRONG, PARTIAL = 0.5, 0.28
"""Of a requirement's score in [0, 1]. These and all numbers below were calibrated on the sample documents."""

LEAST = 0.12
"""A line below this says nothing to the requirement."""

FAR, NEAR = 0.42, 0.70
"""Similarities that count as no and as full likeness. MiniLM puts unrelated lines of the sample résumé at up to 0.48 of
a requirement. For BGE-M3's hybrid score an assumption: its weights could not be measured here."""

MENTION = 0.15
"""Added to the score of a line that has one of the requirement's names."""

ABOUT = 0.2
"""Score from which a sentence that admits a lack is about the requirement."""

_LISTS = re.compile(
    r"^(?:(?:보유\s?)?기술|스킬|자격|어학|(?:technical |core |key )?skills|technologies|certifications?|languages)",
    re.IGNORECASE,
)

Weighed = Mapping[str, tuple[float, frozenset[str]]]
"""Of words: rarity, and the chunks that have them (ChunkIndex.weighed)."""


@dataclass(frozen=True, slots=True)
class Support:
    """`evidence` best first, empty where `gap.strength` is "none"."""

    evidence: tuple[Evidence, ...]
    gap: Gap


@dataclass(frozen=True, slots=True)
class _Line:
    chunk: Chunk
    coverage: float
    likeness: float
    named: bool

    @property
    def score(self) -> float:
        return min(1.0, max(self.coverage, self.likeness) + MENTION * self.named)


class Judge:
    """What the rows of one matrix share. `worked`: years in the résumé's dates."""

    def __init__(
        self, index: ChunkIndex, chunks: Sequence[Chunk], worked: float | None, settings: RetrievalSettings
    ) -> None:
        self._index, self._worked, self._settings = index, worked, settings
        self._chunks: Mapping[str, Chunk] = {each.id: each for each in chunks}
        self._documents = sorted({each.document_id for each in chunks})
        self._usable = frozenset(each.id for each in chunks if not admits_lack(each.text))

    def support(self, requirement: Requirement, question: Question) -> Support:
        years = years_asked(requirement.text)
        named = names(requirement.text)
        having = self._index.weighed((*question.words, *named), self._documents)
        lines = self._lines(question, named, having)
        usable = [line for line in lines if line.chunk.id in self._usable]
        proofs = [line for line in usable if years is not None or not _is_header(line.chunk.text)][:MOST_EVIDENCE]
        mentions = frozenset().union(*(having[word][1] for word in named)) & self._usable
        listed = mentions or {line.chunk.id for line in proofs}
        lacking = tuple(spelt for word, spelt in named.items() if not having[word][1] & self._usable)
        if one_is_enough(requirement.text) and len(lacking) < len(named):
            lacking = ()
        gap = Gap(
            "none",
            lacking,
            years,
            listed=bool(listed) and all(_is_listed(self._chunks[each]) for each in listed),
            admitted=any(line.chunk.id not in self._usable and line.score >= ABOUT for line in lines),
        )
        score = _with_names(_said(question, named, having, proofs), len(named), len(lacking))
        return self._judged(score, proofs, gap)

    def _judged(self, score: float, proofs: Sequence[_Line], gap: Gap) -> Support:
        strength: Strength = "strong" if score >= STRONG else "partial" if score >= PARTIAL else "none"
        too_few = False
        if gap.years is not None and self._worked is not None and strength != "none":
            too_few = self._worked < gap.years
            strength = "partial" if too_few else "strong"
        if (gap.listed or gap.admitted) and strength == "strong":
            strength = "partial"
        evidence = tuple(Evidence(line.chunk.id, line.chunk.text, round(line.score, 3)) for line in proofs)
        years, worked = (gap.years, self._worked) if too_few else (None, None)
        told = Gap(strength, gap.missing, years, worked, gap.listed, gap.admitted)
        return Support(evidence if strength != "none" else (), told)

    def _lines(self, question: Question, named: Collection[str], having: Weighed) -> list[_Line]:
        """What a search finds and whatever has one of the names, best first."""
        hits = search(self._index, question, CONSIDERED, documents=self._documents, settings=self._settings)
        found = {hit.chunk_id: hit.similarity for hit in hits}
        mentions = {chunk_id for word in named for chunk_id in having[word][1]}
        coverage = self._index.coverage(question.words, self._documents)
        lines = [
            _Line(
                self._chunks[chunk_id],
                coverage.get(chunk_id, 0.0),
                _likeness(found.get(chunk_id), known=question.known),
                chunk_id in mentions,
            )
            for chunk_id in (*found, *sorted(mentions - set(found)))
        ]
        return sorted((line for line in lines if line.score >= LEAST), key=lambda line: -line.score)


def _said(question: Question, named: Collection[str], having: Weighed, proofs: Sequence[_Line]) -> float:
    """How much of the requirement the proofs say together, or the nearest of them means; its names count elsewhere."""
    words = [word for word in question.words if word not in named] or list(question.words)
    told = frozenset(line.chunk.id for line in proofs)
    total = sum(having[word][0] for word in words)
    said = sum(rarity for rarity, ids in (having[word] for word in words) if ids & told)
    return max(said / total if total else 0.0, max((line.likeness for line in proofs), default=0.0))


def _with_names(score: float, named: int, lacking: int) -> float:
    if not named:
        return score
    if lacking == named:
        return min(score, PARTIAL / 2)
    return 0.5 * (1.0 - lacking / named) + 0.5 * score


def _likeness(similarity: float | None, *, known: bool) -> float:
    """0 where the embedder never learnt the language: its numbers mean nothing there."""
    if similarity is None or not known:
        return 0.0
    return min(1.0, max(0.0, (similarity - FAR) / (NEAR - FAR)))


def _is_header(text: str) -> bool:
    """A job's or a project's own line: it says where and when, not what was done."""
    return len(text) < 120 and DATES.search(text) is not None


def _is_listed(chunk: Chunk) -> bool:
    return _LISTS.match(chunk.heading.rsplit(" / ", 1)[-1]) is not None
