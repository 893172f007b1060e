"""Questions written without a model: a topic put into words in natural Korean or English. Pure, chosen by number.

Texts are in `planning/sentences.py`. A line in another language than the interview's is not quoted: its names
(Kubernetes, ISMS-P) are what is asked about, and where it has none there is no question.
"""

from __future__ import annotations

from dataclasses import dataclass

from interview.language.particles import Pair, with_particle
from interview.planning.conflicts import Conflict
from interview.planning.lines import Form, Phrase, is_korean, terms
from interview.planning.phrases import evidence, requirement
from interview.planning.sentences import ASK, ASPECTS, DOCUMENTS, FOLLOW_UPS, Aspect
from interview.planning.topics import Aim, Topic, is_soft
from interview.shapes import Difficulty, DocumentKind, Kind, Language, PlannedQuestion

LONGEST = {"ko": 140, "en": 260}
"""Letters of a question as it is spoken: about fifteen seconds."""

KINDS: dict[Aim, Kind] = {
    "gap": Kind.TECHNICAL,
    "partial": Kind.TECHNICAL,
    "role": Kind.TECHNICAL,
    "claim": Kind.PROJECT,
    "conflict": Kind.PROJECT,
}


@dataclass(frozen=True, slots=True)
class Wording:
    """The tone decides between the texts of an aim; `variant` counts through those that are left."""

    language: Language
    difficulty: Difficulty = "normal"
    pressure: bool = False
    variant: int = 0


def planned(topic: Topic, wording: Wording, *, number: int) -> PlannedQuestion | None:
    """The topic as a question with what a good answer shows; None where it cannot be said in the language."""
    text = question(topic, wording)
    if text is None:
        return None
    aspect: Aspect = ASPECTS[wording.language][topic.aim]
    return PlannedQuestion(
        id=f"matrix-{number}",
        kind=Kind.BEHAVIOURAL if is_soft(topic.requirement) else KINDS[topic.aim],
        text=text,
        source="matrix",
        competency=aspect.competency,
        shows=aspect.shows,
        star=topic.aim in ("claim", "role"),
        points=() if topic.aim in ("claim", "role") else aspect.points,
        follow_ups=FOLLOW_UPS[wording.language][topic.aim],
        requirement_id=topic.requirement_id,
        evidence=topic.line,
    )


def question(topic: Topic, wording: Wording) -> str | None:
    """One question; the lead-in before it says what it is about."""
    if topic.conflict is not None:
        return _conflict(topic.conflict, wording)
    lead = _lead(topic, wording)
    if lead is None:
        return None
    tone = "pressure" if wording.pressure else wording.difficulty
    asks = ASK[wording.language][topic.aim].get(tone) or ASK[wording.language][topic.aim]["normal"]
    text = f"{lead} {asks[wording.variant % len(asks)]}"
    return text if len(text) <= LONGEST[wording.language] else None


def _phrase(line: str, language: Language, *, posting: bool) -> Phrase | None:
    """The line as a phrase of the language; of a line in another one, its names."""
    if is_korean(line) == (language == "ko"):
        return requirement(line, language) if posting else evidence(line, language)
    names = terms(line)[:2]
    joined = " and ".join(names) if language == "en" else ", ".join(names)
    return Phrase(joined, "noun") if names and posting else None


def _lead(topic: Topic, wording: Wording) -> str | None:
    """What the question is about, from the posting, the candidate's documents, or both."""
    language, other = wording.language, wording.variant // 2 % 2 == 1
    required = _phrase(topic.requirement, language, posting=True) if topic.requirement else None
    shown = _phrase(topic.line, language, posting=False) if topic.line else None
    if topic.aim == "claim":
        return None if shown is None else _written(shown, language, topic.document, other=other)
    if required is None:
        return None
    asked = _asked(required, language, must=topic.must, other=other)
    if topic.aim != "partial":
        return asked
    return None if shown is None else f"{asked} {_written(shown, language, topic.document, other=other)}"


_ASKED: dict[Language, dict[Form, tuple[str, str, str, str]]] = {
    "ko": {
        "noun": (
            "공고에서는 {을} 요구하고 있습니다.",
            "공고의 자격 요건에 {이} 있습니다.",
            "공고에서는 {을} 우대하고 있습니다.",
            "공고의 우대 사항에 {이} 있습니다.",
        ),
        "person": ("공고에서는 {을} 찾고 있습니다.",) * 2 + ("공고에서는 {을} 우대하고 있습니다.",) * 2,
        "quote": ("공고에 {이라는} 항목이 있습니다.",) * 4,
    },
    "en": {
        "noun": (
            "The posting asks for {}.",
            "One of the requirements is {}.",
            "The posting names {} as a plus.",
            "The posting also mentions {}.",
        ),
        "person": ("The posting is looking for {}.",) * 2 + ("The posting would prefer {}.",) * 2,
        "deed": ("The role asks you to {}.",) * 4,
    },
}
"""Required in two ways, preferred in two ways."""


def _asked(phrase: Phrase, language: Language, *, must: bool, other: bool) -> str:
    """공고에서는 ...을 요구하고 있습니다. / The posting asks for ..."""
    pattern = _ASKED[language][phrase.form][2 * (not must) + other]
    if language == "en":
        return pattern.format(phrase.text)
    text = f"‘{phrase.text}’" if phrase.form == "quote" else phrase.text
    forms: dict[str, Pair] = {"을": "을/를", "이": "이/가", "이라는": "이라는/라는"}
    return pattern.format(**{name: with_particle(text, pair) for name, pair in forms.items()})


def _written(phrase: Phrase, language: Language, document: DocumentKind, *, other: bool) -> str:
    """이력서에 ...을 적으셨습니다. / Your résumé says that you ..."""
    text, where = phrase.text, DOCUMENTS[language][document]
    if language == "ko":
        if phrase.form == "quote":
            return f"{where}에 {with_particle(f'‘{text}’', '이라고/라고')} 적으셨습니다."
        if other:
            return f"{with_particle(where, '을/를')} 보면 {with_particle(text, '이/가')} 있습니다."
        return f"{where}에 {with_particle(text, '을/를')} 적으셨습니다."
    if phrase.form == "deed":
        return f"According to your {where}, {text}." if other else f"Your {where} says that {text}."
    return f"Your {where} lists {text}." if phrase.form == "noun" else f"Your {where} mentions “{text}”."


def _conflict(conflict: Conflict, wording: Wording) -> str | None:
    if conflict.language != wording.language:
        return None
    return _korean_conflict(conflict) if wording.language == "ko" else _english_conflict(conflict)


def _korean_conflict(c: Conflict) -> str:
    if c.what == "employer":
        return (
            f"자기소개서에는 {c.subject} 근무 경험이 나오는데 이력서에는 없습니다. 어떤 경력인지 설명해 주시겠습니까?"
        )
    subject = {"start": f"{c.subject} 시작 연도", "end": f"{c.subject} 종료 연도", "years": "경력 기간"}.get(
        c.what, c.subject
    )
    suffix = "년" if c.what in ("start", "end") else ""
    first, second = (with_particle(value + suffix, "으로/로") for value in (c.first, c.second))
    both = f"이력서에는 {first}, 자기소개서에는 {second} 적혀 있습니다."
    return f"{with_particle(subject, '이/가')} {both} 어느 쪽이 맞습니까?"


def _english_conflict(c: Conflict) -> str:
    ask = "Which of the two is right?"
    if c.what == "employer":
        return f"Your cover letter mentions {c.subject}, which your résumé does not. What did you do there?"
    if c.what in ("start", "end"):
        which = "start" if c.what == "start" else "end"
        return (
            f"For {c.subject}, your résumé gives {c.first} as the {which}, and your cover letter says {c.second}. {ask}"
        )
    if c.what == "years":
        return f"Your résumé speaks of {c.first} of experience, and your cover letter of {c.second}. {ask}"
    return f"For the {c.subject}, your résumé says {c.first}, and your cover letter says {c.second}. {ask}"
