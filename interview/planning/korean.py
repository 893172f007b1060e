"""Korean lines bent into phrases: what a posting asks for, what a candidate did (낮춤 -> 낮춘 경험). Pure."""

from __future__ import annotations

import re

from interview.language.particles import with_particle
from interview.planning.lines import LONGEST, Phrase

_HAVING = re.compile(
    r"(?:이|가)?\s*(?:있으신|있는|풍부하신|풍부한|많으신|많은|보유하신|보유한|갖추신|갖춘|가지신|가진)\s*(?:분|자)$"
)
_HAVING_OBJECT = re.compile(r"(?:을|를)\s*(?:보유하신|보유한|갖추신|갖춘|가지신|가진|보유)\s*(?:분|자)?$")
_AT_LEAST = re.compile(r"(?:\s|^)(?:총|최소)?\s*\d+\s*년\s*(?:이상|내외)의?\s*")
_LABELLED = re.compile(r"\s*(?:필수|우대|필요|요구|이상자|소지자|보유자)$")
_PERSON = re.compile(r"(?:신|한|는|인|된|운)\s*분$|(?:가능|능숙|우수|전공|졸업|경험|경력|유|예정|취득|능통)자$")
_NOUN_REQUIREMENT = re.compile(
    r"(?:경험|경력|능력|이해|이해도|지식|역량|기술|활용|숙련도|감각|태도|마인드|자격증|학위|실력|관심|스킬|의지|"
    r"책임감|노하우|업무|"
    r"[가-힣]+력|[가-힣]+성)$"
)
_ACTION = (
    "단축|개선|개발|작성|적용|처리|구축|도입|설계|운영|달성|절감|감소|증가|향상|분석|구현|수행|담당|주도|자동화|"
    "최적화|전환|기획|관리|제작|"
    "완료|출시|진행|지원|확보|기여|참여|해결|발표|축소|확대|제안|검증|조율|협업|정리|배포|교육|유치|판매|체결|총괄|"
    "리딩|리드|고도화|개편|분리|통합|이관"
)
_OBJECT_ACTION = re.compile(rf"(?:을|를|에|로|으로|까지|만큼|[이가]|%|\d)\s*(?:{_ACTION})$")
_BARE_ACTION = re.compile(rf"(?:{_ACTION})$")
_OBJECT = re.compile(r"[가-힣A-Za-z0-9)](?:을|를)\s")
_CONNECTIVE = re.compile(r"(?<=[가-힣])(?:며|하고|하여|해서)\s+")
_ARROW = re.compile(r"^(.*?)(?:을|를|이|가)?\s*(?:[:：]\s*)?(\d[\d,.]*)\s*([^\s\d→]*)\s*→\s*(\d[\d,.]*)\s*([^\s\d→]*)$")
_DID = re.compile(r"(?:하였습니다|했습니다|하였음|했음)$")
_CLAUSE_END = re.compile(
    r"(?<=[하되])(?:여|고|며)\s+|(?<=해)\s+|(?<=해서)\s+|(?<=[가-힣]고)(?<![재광보창최사신입출경참원중공]고),?\s+|"
    r"(?<=으로써),?\s+|,\s+"
)
_NOT_NOUN_ENDING = re.compile(
    r"(?:처음|다음|마음|모임|그림|시스템|프로그램|플랫폼|알림|게임|팀|폼|점|힘|꿈|림|섬|검|삼|남|감|담|름|금|품|람|"
    r"침|염)$"
)
_MIEUM, _RIEUL_MIEUM, _NIEUN = 16, 10, 4


def requirement(text: str) -> Phrase:
    """What a posting asks for, without bullet and brackets."""
    text = re.sub(r"수 있는 분$", "수 있는 능력", text)
    text = _HAVING.sub("", _HAVING_OBJECT.sub("", _LABELLED.sub("", text))).strip()
    text = _AT_LEAST.sub("", text) or text
    short = _tail(text, LONGEST["ko"])
    if _PERSON.search(text):
        return Phrase(short, "person")
    if _NOUN_REQUIREMENT.search(text) or (re.fullmatch(r"[\w\s,+#./·-]{2,24}", text) and not _verbal(text)):
        return Phrase(short, "noun")
    return Phrase(short, "quote")


def ended(text: str) -> bool:
    """Nothing need follow: a verb, bent or not, or an action."""
    return (_verbal(text) and not _NOT_NOUN_ENDING.search(text)) or _BARE_ACTION.search(text) is not None


def _verbal(text: str) -> bool:
    """Ends in a verb, whole or bent into a noun (함, 됨, 다룸)."""
    if text.endswith("다") or not text:
        return True
    return _bent(text) and not _NOT_NOUN_ENDING.search(text)


def evidence(text: str) -> Phrase:
    """What the candidate did, without bullet and brackets."""
    text = re.sub(r"^(?:저는|제가|그 결과|이후|그래서|결국)\s+", "", text)
    if (change := _ARROW.match(text)) and change[1].strip():
        return Phrase(_tail(_changed(change), LONGEST["ko"]), "noun")
    short = _tail(text if len(text) <= LONGEST["ko"] - 10 else _last_clause(text), LONGEST["ko"])
    if _bent(short) and not (_DID.search(short) or _NOT_NOUN_ENDING.search(short)):
        return _adnominal(short)
    told = _experience(short)
    return Phrase(told or short, "noun" if told else "quote")


def _experience(text: str) -> str:
    """단축 -> 단축한 경험, 시스템 개발 -> 시스템 개발 경험; empty where it is none."""
    if _DID.search(text):
        return _DID.sub("한 경험", text)
    if text.endswith(("경험", "경력")):
        return text
    if not _BARE_ACTION.search(text):
        return ""
    object_of_it = _OBJECT.search(_CONNECTIVE.split(text)[-1])
    return f"{text}한 경험" if _OBJECT_ACTION.search(text) or object_of_it else f"{text} 경험"


def _changed(change: re.Match[str]) -> str:
    """불량률 4.5% → 1.2%: nobody says an arrow. 불량률을 4.5%에서 1.2%로 낮춘 경험."""
    about, first, unit, second, other = (part.strip() for part in change.groups())
    about = about.rsplit(", ", 1)[-1]
    verb = "바꾼"
    if unit == other:
        verb = "낮춘" if _value(second) < _value(first) else "높인"
    return f"{with_particle(about, '을/를')} {first}{unit}에서 {with_particle(second + other, '으로/로')} {verb} 경험"


def _value(number: str) -> float:
    return float(re.sub(r"[,]|\.$|\.(?=.*\.)", "", number))


def _adnominal(text: str) -> Phrase:
    """낮춤 -> 낮춘 경험, 얻음 -> 얻은 경험, 만듦 -> 만든 경험: the noun ending ㅁ becomes the past ending ㄴ."""
    if text.endswith(("았음", "었음", "였음", "렸음", "켰음", "췄음", "꿨음")):
        return Phrase(text, "quote")
    if text.endswith("음"):
        return Phrase(f"{text[:-1]}은 경험", "noun")
    return Phrase(f"{text[:-1]}{chr(ord(text[-1]) - _final(text) + _NIEUN)} 경험", "noun")


def _final(text: str) -> int:
    """The last letter's final consonant; 0 where it has none or is no Hangul."""
    return (ord(text[-1]) - 0xAC00) % 28 if text and "가" <= text[-1] <= "힣" else 0


def _bent(text: str) -> bool:
    """Ends in a verb's noun form: 낮춤, 만듦."""
    return _final(text) in (_MIEUM, _RIEUL_MIEUM)


def _last_clause(text: str) -> str:
    """Korean puts the result last: the last clause, or the last two where it is only a word or two."""
    parts = [part for part in _CLAUSE_END.split(text) if part]
    if len(parts) == 1:
        return text
    last = parts[-1]
    if len(last) >= 10:
        return last
    return text[text.rindex(parts[-2]) :]


def _one_name(word: str, following: str) -> bool:
    """Spring MVC: no name is cut in two."""
    return word[-1:].isascii() and word[-1:].isalpha() and following[:1].isascii() and following[:1].isupper()


def _tail(text: str, longest: int) -> str:
    """The end of the text, at a word's start: in Korean the head of a phrase stands last."""
    if len(text) <= longest:
        return text
    words = text.split(" ")
    dropped = ""
    while len(words) > 1 and (len(" ".join(words)) > longest or _one_name(dropped, words[0])):
        dropped = words.pop(0)
    return " ".join(words)
