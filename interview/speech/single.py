"""Whether a sentence asks, and whether it asks one thing: a second question in the same breath is cut off. Pure."""

from __future__ import annotations

import re

from interview.shapes import Language
from interview.speech import register

_WH = r"(?:what|how|why|when|where|which|who|whom|whose)"
_AUX = r"(?:do|does|did|is|are|was|were|have|has|had|can|could|would|will|should)"
_PREPOSITION = r"(?:(?:in|to|for|with|from|on|at|by|about|under)\s+)?"
_EN_SECOND = re.compile(
    rf",?\s+(?:and|or|but)\s+(?:then\s+|if so,?\s+|also\s+)?{_PREPOSITION}"
    rf"(?:{_WH}\b|{_AUX}\s+(?:you|your|it|this|that|they|there|the)\b)"
    rf"|,\s+{_PREPOSITION}{_WH}\s+{_AUX}\b",
    re.IGNORECASE,
)
_EN_ASKS = re.compile(
    rf"\b(?!when (?:you|it|they|that|the|we)\b){_WH}\b|^(?:{_AUX})\b|,\s+(?:{_AUX})\s+you\b", re.IGNORECASE
)
_EN_UNMARKED = re.compile(rf"^(?:and\s+|so\s+)?(?:{_WH}\s+{_AUX}|{_AUX}\s+you)\b", re.IGNORECASE)
_EN_VERB = r"(?:tell|describe|explain|share|give|provide|discuss)"
_EN_REQUEST = re.compile(
    r"^(?:in [^,]{3,30},\s+)?(?:please\s+|now,?\s+)?(?:(?:tell|walk|talk|give) (?:me|us)|describe|explain|share|"
    r"elaborate|introduce|name|outline|clarify|present|pick|choose|think|compare|define|discuss|provide|summari[sz]e)\b|"
    r"^i(?:'d| would) like (?:you )?to (?:hear|know|understand|tell|explain)\b",
    re.IGNORECASE,
)
_EN_REQUEST_AND = re.compile(rf",?\s+and\s+(?=(?:then\s+)?{_EN_VERB}\b)", re.IGNORECASE)

_KO_JOINT = re.compile(r"(?<!그)([가-힣])(고|으며|며|으면서|면서)(?:,\s*|\s+)(?:그리고\s+|또\s+|또한\s+)?")
_KO_THEN = re.compile(r",?\s+(?:그리고|또한|또|아울러|그 ?다음)[,\s]+")
_KO_INTERROGATIVE = re.compile(rf"(?:^|\s)(?:{register.INTERROGATIVES})|(?:무엇|누구|어디|언제|얼마)(?=이|인|였)")


def requests_english(sentence: str) -> bool:
    return bool(_EN_REQUEST.search(sentence.strip()))


def asks(sentence: str, language: Language) -> bool:
    if language == "ko":
        return register.asks(sentence)
    return sentence.rstrip("\"' )").endswith("?") or bool(_EN_UNMARKED.search(sentence)) or requests_english(sentence)


def one_question(sentence: str, language: Language) -> tuple[str, tuple[str, ...]]:
    """The sentence, or its first question where it holds two; and the problem that was found."""
    single = _one_korean(sentence) if language == "ko" else _one_english(sentence)
    return (single, ("two_questions",)) if single != sentence else (single, ())


def _one_english(sentence: str) -> str:
    if requests_english(sentence):
        found = _EN_REQUEST_AND.search(sentence) or _EN_SECOND.search(sentence)
        return sentence[: found.start()].rstrip(" ,") + "." if found else sentence
    for found in _EN_SECOND.finditer(sentence):
        first = sentence[: found.start()]
        if _EN_ASKS.search(first):
            return first.rstrip(" ,;") + "?"
    return sentence


def _one_korean(sentence: str) -> str:
    """어떤 역할을 맡으셨고, 결과는 어땠습니까? -> 어떤 역할을 맡으셨습니까?"""
    for found in [*_KO_JOINT.finditer(sentence), *_KO_THEN.finditer(sentence)]:
        rest = sentence[found.end() :]
        first = sentence[: found.start()]
        if found.re is _KO_JOINT:
            first += found[1]
        if not (_KO_INTERROGATIVE.search(first) and _KO_INTERROGATIVE.search(rest)):
            continue
        if found.re is _KO_JOINT:
            return register.formal(first + "나요?") or first
        return first.rstrip(" ,") + "?"
    return sentence
