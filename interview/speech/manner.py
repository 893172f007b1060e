"""An interviewer's manner in rules: labels, praise, evaluation, the assistant's tone, foreign script, whose voice.

Pure. The patterns are data (`speech/checks.<language>.toml`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from interview.shapes import Language
from interview.speech.cues import load
from interview.speech.single import requests_english


@dataclass(frozen=True, slots=True)
class _Manner:
    label: re.Pattern[str]
    candidate: re.Pattern[str]
    inner: re.Pattern[str]
    preamble: re.Pattern[str]
    opening: re.Pattern[str]
    praising_adjective: re.Pattern[str]
    praise: re.Pattern[str]
    refused: dict[str, re.Pattern[str]]
    reference: re.Pattern[str]
    acknowledgement: re.Pattern[str]
    examples: tuple[str, ...]


_OWN = frozenset(["candidate_voice", "assistant", "garbled"])
"""Not excused by the candidate's having said the same words."""

_REFUSED = ("evaluation", "assistant", "candidate_voice", "rude", "giving_away", "leak", "garbled")


@cache
def _manner(language: Language) -> _Manner:
    data: dict[str, Any] = load("checks", language)

    def any_of(name: str) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{pattern})" for pattern in data[name]), re.IGNORECASE)

    wording = load("wording", language)
    return _Manner(
        label=re.compile(rf"^\W*{data['labels']}\s*:\s*", re.IGNORECASE),
        candidate=re.compile(rf"(?:^|[\s\n]){data['candidate']}\s*:.*", re.IGNORECASE | re.DOTALL),
        inner=re.compile(rf"(?<=[\s.?!])(?=(?:{data['labels']}|{data['candidate']})\s*:)", re.IGNORECASE),
        preamble=re.compile(rf"^{data['preamble']}\s*:\s*", re.IGNORECASE),
        opening=re.compile(data["opening"], re.IGNORECASE),
        praising_adjective=re.compile(data["praising_adjective"], re.IGNORECASE),
        praise=any_of("praise"),
        refused={name: any_of(name) for name in _REFUSED},
        reference=any_of("reference"),
        acknowledgement=any_of("acknowledgement"),
        examples=tuple(mark for example in wording["example"] for mark in example["marks"]),
    )


def without_labels(text: str, language: Language) -> tuple[str, tuple[str, ...]]:
    """Without "Interviewer:" and "Here is a question:", and without what follows "Candidate:"."""
    rules = _manner(language)
    lines = [line for line in rules.inner.sub("\n", text).split("\n") if line]
    found: list[str] = []
    kept: list[str] = []
    for line in lines:
        spoken = rules.preamble.sub("", rules.label.sub("", line))
        if spoken != line:
            found.append("label")
        if rules.candidate.match(spoken) and kept:
            found.append("label")
            break
        own = rules.candidate.sub("", spoken) if not rules.candidate.match(spoken) else spoken.partition(":")[2]
        if own != spoken:
            found.append("label")
        kept.append(own.strip())
    return "\n".join(line for line in kept if line), tuple(dict.fromkeys(found))


def without_opening(
    sentence: str, language: Language, answer: str, *, whole: bool = True
) -> tuple[str, tuple[str, ...]]:
    """Without "Great, " and "네, " in front, and without adjectives that praise. `whole` capitalises the rest."""
    rules = _manner(language)
    found: list[str] = []
    rest = (rules.opening.sub("", sentence) if whole else sentence).lstrip("-–—*•·:, ")
    if rest != sentence and rules.praise.search(sentence[: len(sentence) - len(rest)]):
        found.append("praise")
    plain = _without_adjectives(rest, language, answer)
    if plain != rest:
        found.append("praise")
    if language == "en" and plain:
        plain = plain[0].upper() + plain[1:]
    return plain, tuple(dict.fromkeys(found))


_QUOTED = re.compile(r"(?<![A-Za-z])'[^']*'(?![A-Za-z])")


def _without_adjectives(text: str, language: Language, answer: str) -> str:
    """Praise before a noun left out: "an impressive result" -> "a result". What the candidate said so stays."""
    own = [(found.start(), found.end()) for found in _QUOTED.finditer(text)]
    for found in reversed(list(_manner(language).praising_adjective.finditer(text))):
        quoted = any(start < found.start() < end for start, end in own)
        if quoted or _said_so(text, found, answer) or not text[found.end() :]:
            continue
        before, after = text[: found.start()], text[found.end() :]
        if language == "en":
            article = re.search(r"\ban?\s+$", before, re.IGNORECASE)
            if article is not None:
                before = before[: article.start()] + ("an " if after[0].lower() in "aeiou" else "a ")
        text = before + after
    return text


def _said_so(text: str, found: re.Match[str], answer: str) -> bool:
    """Did the candidate use these words, together with the one after them? "great" alone is nobody's."""
    after = re.match(r"\s*[\w']{1,20}", text[found.end() :])
    words = " ".join((found.group() + (after.group() if after else "")).split()).lower()
    return " " in words and words[: max(len(found.group().strip()) + 3, 6)] in answer.lower()


def addressed(sentence: str, language: Language) -> str:
    """Speaks to the candidate, not about them: 지원자가 -> 지원자님이, 당신은 -> 지원자님은, the candidate -> you."""
    if language == "ko":
        text = re.sub(r"당신(?=[가-힣\s,])", "지원자님", sentence)
        text = re.sub(r"(?:지원자|귀하)(?!님)(가|는|를|와|로|께서|의|에게|[\s,]|$)", _honoured, text)
        return text
    text = re.sub(
        r"\b(did|do|does|would|could|can|will)\s+the (?:candidate|applicant|interviewee)\b",
        _to_you,
        sentence,
        flags=re.I,
    )
    return re.sub(r"\bthe (?:candidate|applicant|interviewee)'s\b", "your", text, flags=re.I)


def _honoured(found: re.Match[str]) -> str:
    return "지원자님" + {"가": "이", "는": "은", "를": "을", "와": "과", "로": "으로"}.get(found[1], found[1])


def _to_you(found: re.Match[str]) -> str:
    return {"does": "do", "Does": "Do"}.get(found[1], found[1]) + " you"


def requests(sentence: str) -> bool:
    return requests_english(sentence)


def refers(sentence: str, language: Language) -> bool:
    return bool(_manner(language).reference.search(sentence))


def acknowledges(sentence: str, language: Language) -> bool:
    return bool(_manner(language).acknowledgement.search(sentence.strip(" .!,")))


_POLITE_I = re.compile(
    r"\b(?:i(?:'d| would) like (?:you )?to|may i|can i|could i|let me|tell me|tell us|walk me|walk us|give me|show me|"
    r"talk me|help me|for me|with me|join us|i see)\b",
    re.IGNORECASE,
)


def faults(sentence: str, language: Language, answer: str, question: str) -> list[str]:
    """What no sentence of an interviewer has. Words that the candidate used may be quoted."""
    rules = _manner(language)
    known = f"{answer} {question}".lower()
    found = [] if _in_language(sentence, language, known) else ["language"]
    said = _QUOTED.sub(" ", sentence)
    heard = _POLITE_I.sub(" ", said)
    if any(not _said_so(said, match, answer) for match in rules.praise.finditer(said)):
        found.append("praise")
    found += [
        name
        for name, pattern in rules.refused.items()
        if any(
            name in _OWN or match.group().strip().lower() not in known
            for match in pattern.finditer(heard if name == "candidate_voice" else said)
        )
    ]
    if any(mark.lower() in sentence.lower() and mark.lower() not in known for mark in rules.examples):
        found.append("leak")
    if any(number not in known for number in re.findall(r"\d+", sentence)):
        found.append("invented")
    if language == "en" and re.search(r"\bthe (?:candidate|applicant|interviewee)\b", sentence, re.I):
        found.append("third_person")
    if re.search(r"[{}\[\]<>|=\\]|://", sentence):
        found.append("markup")
    return list(dict.fromkeys(found))


_LATIN_RUN = re.compile(r"[A-Za-z][A-Za-z']*(?:\s+[A-Za-z][A-Za-z']*){2,}")
_BROKEN_WORD = re.compile(r"[가-힣][A-Za-z]{2,}[가-힣]*|�")


def _in_language(sentence: str, language: Language, known: str) -> bool:
    letters = [char for char in sentence if char.isalpha()]
    hangul = sum("가" <= char <= "힣" for char in letters)
    latin = sum(char.isascii() for char in letters)
    if language == "en":
        return bool(letters) and all(char.isascii() or "\u00c0" <= char <= "\u017f" for char in letters)
    if not letters or hangul + latin < len(letters) or hangul < 0.5 * len(letters):
        return False
    if any(run.lower() not in known for run in _LATIN_RUN.findall(sentence)):
        return False
    if any(word.lower() not in known for word in _BROKEN_WORD.findall(sentence)):
        return False
    return all(_common(char) or char in known for char in sentence if "가" <= char <= "힣")


def _common(syllable: str) -> bool:
    """One of the 2,350 syllables of KS X 1001: what Korean is written with. Models that stumble make up others."""
    try:
        return len(syllable.encode("euc_kr")) == 2
    except UnicodeEncodeError:
        return False
