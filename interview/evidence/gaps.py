"""What is missing for a requirement, in one sentence of the candidate's language. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from interview.language.particles import with_particle
from interview.shapes import Language, Strength

MOST_NAMED = 3

_SENTENCES: dict[Language, dict[str, str]] = {
    "ko": {
        "admitted": "서류에 아직 부족하다고 직접 적으신 부분입니다. 어떻게 보완하고 있는지 준비해 두세요.",
        "years": "경력 {years}년 이상을 요구하지만, 서류의 날짜로 계산한 경력은 약 {worked:g}년입니다.",
        "names": "서류에서 {names_object} 다룬 경험을 찾지 못했습니다.",
        "nothing": "서류에서 이 요건을 뒷받침하는 내용을 찾지 못했습니다.",
        "listed": "기술 목록에만 있고, 실제로 어떻게 사용했는지는 적혀 있지 않습니다.",
        "some_names": "관련 경험은 있지만 {names}에 대한 내용은 보이지 않습니다.",
        "vague": "관련 내용은 있지만 요건 전체를 뒷받침할 만큼 구체적이지 않습니다.",
    },
    "en": {
        "admitted": "You write yourself that this is still missing: be ready to say how you are making up for it.",
        "years": "It asks for {years} or more years; the dates in your documents add up to about {worked:g}.",
        "names": "Your documents show no experience with {names}.",
        "nothing": "Nothing in your documents supports this requirement.",
        "listed": "It is only listed among your skills; what you did with it is not said.",
        "some_names": "There is related experience, but nothing about {names}.",
        "vague": "There is something related, but not specific enough to support the whole requirement.",
    },
}


@dataclass(frozen=True, slots=True)
class Gap:
    """What the documents leave open. `missing`: names the requirement has and the documents lack, as it spells them.
    `years`: asked, and `worked`, where the dates say less. `listed`: only in a list of skills. `admitted`: the
    candidate says so."""

    strength: Strength
    missing: tuple[str, ...] = ()
    years: int | None = None
    worked: float | None = None
    listed: bool = False
    admitted: bool = False


def sentence(gap: Gap, language: Language) -> str:
    """Empty where the evidence is strong."""
    if gap.strength == "strong":
        return ""
    names = ", ".join(gap.missing[:MOST_NAMED])
    return _SENTENCES[language][_key(gap)].format(
        names=names, names_object=with_particle(names, "을/를"), years=gap.years, worked=gap.worked or 0.0
    )


def _key(gap: Gap) -> str:
    """What matters most first."""
    if gap.admitted:
        return "admitted"
    if gap.years is not None and gap.worked is not None:
        return "years"
    if gap.strength == "none":
        return "names" if gap.missing else "nothing"
    if gap.listed:
        return "listed"
    return "some_names" if gap.missing else "vague"
