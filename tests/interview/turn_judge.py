"""A second opinion on an interviewer's turn: single question, register, language. Shares no code with interview/.

Korean is read by a morphological analyser (sentence endings are morphemes), English by counting; both are stricter than
what they judge needs to be, and neither knows what was repaired or why.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

FORMAL_ENDINGS = {"습니까", "ᆸ니까", "습니다", "ᆸ니다", "십시오", "시오", "ᆸ시오", "읍시오"}
REQUESTED = ("말씀", "설명", "소개", "답변")
WH_KO = set(
    "무엇 무어 뭐 누구 어디 언제 왜 얼마 어떻 어떠하 어떤 어느 어떻게 몇 무슨 얼마나".split()  # noqa: SIM905
)
PRAISE = re.compile(
    r"훌륭|인상적|대단하|멋지|멋진|좋은 (?:답변|질문|생각)|잘하셨|잘 하셨|"
    r"great|excellent|impressive|good (?:answer|job)|well done|interesting|amazing|wonderful|perfect",
    re.IGNORECASE,
)
ROLE = re.compile(
    r"(?:면접관|지원자|질문|답변|interviewer|candidate|question|answer|assistant|user)\s*[:：]", re.IGNORECASE
)
MARKUP = re.compile(r"[*#`_|<>{}\[\]]|^\s*(?:[-•]|\d+[.)])\s", re.MULTILINE)


@cache
def _kiwi() -> Any:
    from kiwipiepy import Kiwi

    return Kiwi(num_workers=1)


def faults(text: str, language: str) -> list[str]:
    """Why this must not be spoken as an interviewer's probe; empty where it may be."""
    found = [] if text.strip() else ["empty"]
    if MARKUP.search(text):
        found.append("markup")
    if ROLE.search(text):
        found.append("role label")
    if PRAISE.search(re.sub(r"(?<!\w)'[^']+'", "", text)):  # the candidate's own words may be quoted
        found.append("praise")
    if len(text) > (160 if language == "ko" else 260):
        found.append("long")
    return found + (_korean(text) if language == "ko" else _english(text))


def _scripts(text: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for char in text:
        if char.isalpha():
            script = unicodedata.name(char, "?").split()[0]
            counts[script] = counts.get(script, 0) + 1
    return counts


def _korean(text: str) -> list[str]:
    scripts = _scripts(text)
    found = []
    if set(scripts) - {"HANGUL", "LATIN"} or scripts.get("HANGUL", 0) <= scripts.get("LATIN", 0):
        found.append("language")
    asking = 0
    for tokens in _sentences(text):
        last = tokens[-1]
        if last.tag != "EF" or last.form not in FORMAL_ENDINGS:
            found.append(f"register: ... {last.form}")
        asking += _asks(tokens)
    if asking != 1:
        found.append(f"{asking} questions")
    return found


def _sentences(text: str) -> list[list[Any]]:
    """Morphemes up to each full stop, or to a final ending that a space follows."""
    found: list[list[Any]] = [[]]
    morphemes = _kiwi().tokenize(text)
    for token, following in zip(morphemes, [*morphemes[1:], None], strict=True):
        if not token.tag.startswith("S") or token.tag in ("SL", "SN"):
            found[-1].append(token)
        ends = token.tag == "EF" and following is not None and following.start > token.end
        if token.tag == "SF" or ends:
            found.append([])
    return [tokens for tokens in found if tokens]


def _asks(tokens: list[Any]) -> int:
    """How many things a Korean sentence asks: interrogatives on both sides of -고, -며 are two."""
    if tokens[-1].form.endswith("까"):
        clauses, seen = 0, False
        for token in tokens:
            seen = seen or token.form in WH_KO
            if token.tag == "EC" and token.form in ("고", "며", "으며") and seen:
                clauses, seen = clauses + 1, False
        return clauses + (1 if seen or clauses == 0 else 0)
    return int(tokens[-1].form.endswith("시오") or "".join(t.form for t in tokens[-4:]).startswith(REQUESTED))


WH_EN = r"(?:what|how|why|when|where|which|who)"
AUX_EN = r"(?:do|does|did|is|are|was|were|have|has|can|could|would|will|should)"


def _english(text: str) -> list[str]:
    found = [] if set(_scripts(text)) <= {"LATIN"} else ["language"]
    requests = len(
        re.findall(r"(?:^|[.!?] )(?:Please |Tell me|Describe|Explain|Walk me|Give me|I would like|I'd like)", text)
    )
    asking = text.count("?") + (requests if "?" not in text else 0)
    asking += len(re.findall(rf"\b{WH_EN}\b[^?]*,? (?:and|or) (?:\w+ )?{WH_EN}\b", text, re.IGNORECASE))
    asking += len(re.findall(rf"(?:^|[.!?] ){AUX_EN} [^?]* and (?:{AUX_EN}|{WH_EN}) ", text, re.IGNORECASE))
    if asking != 1:
        found.append(f"{asking} questions")
    last = text.rstrip("\"' ")
    if not last.endswith("?") and not requests:
        found.append("does not end in its question")
    if re.search(r"\b(?:gonna|wanna|yeah|hey|dude|guys|cool|ain't)\b|!", text, re.IGNORECASE):
        found.append("register")
    if re.search(r"\b(?:the candidate|I'm sorry|how can I help)\b", text, re.IGNORECASE):
        found.append("speaks about the candidate")
    return found
