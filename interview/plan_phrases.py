"""Lines of documents made speakable: a requirement or evidence as a short phrase that fits into a question.

Nothing is added: a phrase holds the line's own words with the ending bent (낮춤 -> 낮춘 경험, "Led ..." -> "you led
..."). What cannot be bent is quoted. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from interview.shapes import Language

Form = Literal["noun", "person", "deed", "quote"]

LONGEST = {"ko": 48, "en": 90}
"""Letters of a phrase: what a listener keeps in mind until the question itself comes."""

_MARK = re.compile(r"^(?:[\s#*\-•·◆▶○●■□※]+|\d{1,2}[.)]\s+)")
_BRACKETS = re.compile(r"\s*[(\[（【][^)\]）】]*[)\]）】]")
_MARKDOWN = re.compile(r"[*_`#>|]+")


@dataclass(frozen=True, slots=True)
class Phrase:
    """`form`: a noun phrase, whom they look for, a deed ("you led ..."), or words that only fit between quotes."""

    text: str
    form: Form


def words(listed: str) -> frozenset[str]:
    """A word list, written as one reads it."""
    return frozenset(listed.split())


def clean(line: str) -> str:
    """The line without bullet, brackets and markdown, on one line, without its full stop."""
    text = _BRACKETS.sub("", _MARK.sub("", line))
    return re.sub(r"\s+", " ", _MARKDOWN.sub("", text)).strip(" .;,:·-–—")


def is_korean(text: str) -> bool:
    return re.search(r"[가-힣]", text) is not None


_LIST = re.compile(r"^[^:：]{1,14}[:：]\s+(?=\S)")


def is_list(text: str) -> bool:
    """A labelled list of skills ("Data: MySQL, Redis"): it says what, not what was done."""
    return _LIST.match(text) is not None


def terms(text: str) -> tuple[str, ...]:
    """Names in Latin letters (Kubernetes, ISMS-P, A/B): what can be said in an interview in the other language."""
    found = re.findall(r"(?<![A-Za-z])[A-Z][A-Za-z0-9+#]*(?:[-/.][A-Z][A-Za-z0-9]*)*(?:\s[A-Z][A-Za-z0-9+#]+)*", text)
    return tuple(dict.fromkeys(term for term in found if len(term) > 1))


def requirement(line: str, language: Language) -> Phrase:
    """What a posting asks for, as a phrase of the interview's language."""
    text = clean(line)
    if language == "ko":
        return _korean_requirement(text)
    return _english_requirement(text)


def evidence(line: str, language: Language) -> Phrase:
    """What the candidate wrote, as a phrase of the interview's language."""
    text = clean(line)
    if is_list(text):
        return Phrase(_head(_LIST.sub("", text), LONGEST[language]), "noun")
    if language == "ko":
        return _korean_evidence(text)
    return _english_evidence(text)


# --- Korean ---------------------------------------------------------------------------------------------------------

_HAVING = re.compile(
    r"(?:이|가)?\s*(?:있으신|있는|풍부하신|풍부한|많으신|많은|보유하신|보유한|갖추신|갖춘|가지신|가진)\s*(?:분|자)$"
)
_HAVING_OBJECT = re.compile(r"(?:을|를)\s*(?:보유하신|보유한|갖추신|갖춘|가지신|가진|보유)\s*(?:분|자)?$")
_AT_LEAST = re.compile(r"(?:\s|^)(?:총|최소)?\s*\d+\s*년\s*(?:이상|내외)의?\s*")
_LABELLED = re.compile(r"\s*(?:필수|우대|필요|요구|이상자|소지자|보유자)$")
_PERSON = re.compile(r"(?:신|한|는|인|된|운)\s*분$")
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
_DID = re.compile(r"(?:하였습니다|했습니다|하였음|했음)$")
_CLAUSE_END = re.compile(
    r"(?<=[하되])(?:여|고|며)\s+|(?<=해)\s+|(?<=해서)\s+|(?<=[가-힣]고)(?<![재광보창최사신입출경참원]고),?\s+|"
    r"(?<=으로써),?\s+|,\s+"
)
_NOT_NOUN_ENDING = re.compile(
    r"(?:처음|다음|마음|모임|그림|시스템|프로그램|플랫폼|알림|게임|팀|폼|점|힘|꿈|림|섬|검|삼|남|감|담|름|금|품|람|"
    r"침|염)$"
)
_MIEUM, _RIEUL_MIEUM, _NIEUN = 16, 10, 4


def _korean_requirement(text: str) -> Phrase:
    text = re.sub(r"수 있는 분$", "수 있는 능력", text)
    text = _HAVING.sub("", _HAVING_OBJECT.sub("", _LABELLED.sub("", text))).strip()
    text = _AT_LEAST.sub("", text) or text
    short = _tail(text, LONGEST["ko"])
    if _PERSON.search(text):
        return Phrase(short, "person")
    if _NOUN_REQUIREMENT.search(text) or (re.fullmatch(r"[\w\s,+#./·-]{2,24}", text) and not _verbal(text)):
        return Phrase(short, "noun")
    return Phrase(short, "quote")


def _verbal(text: str) -> bool:
    """Ends in a verb, whole or bent into a noun (함, 됨, 다룸)."""
    if text.endswith("다") or not text:
        return True
    return _bent(text) and not _NOT_NOUN_ENDING.search(text)


def _korean_evidence(text: str) -> Phrase:
    text = re.sub(r"^(?:저는|제가|그 결과|이후|그래서|결국)\s+", "", text)
    whole = text if len(text) <= LONGEST["ko"] - 10 else _last_clause(text)
    short = _tail(whole, LONGEST["ko"])
    if _DID.search(short):
        return Phrase(_DID.sub("한 경험", short), "noun")
    if short.endswith(("경험", "경력")):
        return Phrase(short, "noun")
    if _bent(short) and not _NOT_NOUN_ENDING.search(short):
        return _adnominal(short)
    if _OBJECT_ACTION.search(short):
        return Phrase(f"{short}한 경험", "noun")
    if _BARE_ACTION.search(short):
        return Phrase(f"{short} 경험", "noun")
    return Phrase(short, "quote")


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


def _tail(text: str, longest: int) -> str:
    """The end of the text, at a word's start: in Korean the head of a phrase stands last."""
    if len(text) <= longest:
        return text
    words = text.split(" ")
    while len(words) > 1 and len(" ".join(words)) > longest:
        words.pop(0)
    return " ".join(words)


# --- English --------------------------------------------------------------------------------------------------------

_PREFIX = re.compile(
    r"^(?:you (?:have|are|bring|will have|must have|should have)|must have|we (?:need|want|are looking for)|"
    r"the candidate (?:has|must have)|required:|preferred:|nice to have:)\s+",
    re.IGNORECASE,
)
_YEARS = re.compile(r"^(\d+)\s*\+\s*years?", re.IGNORECASE)
_PERSON_WORDS = words(
    "proficient familiar fluent comfortable able skilled experienced confident capable competent adept "
    "certified knowledgeable willing"
)
_DO_WORDS = words(
    "own design build develop lead manage work write analyze analyse present create maintain support "
    "collaborate partner drive define deliver plan coordinate communicate mentor conduct prepare"
)
_PAST = words(
    "led built wrote found cut drove grew won ran made taught took rebuilt oversaw began kept held spoke "
    "sold brought set shipped got gave chose met rose overhauled spent threw showed"
)
_UNSPEAKABLE = re.compile(r"\b(?:I|we|my|our|me|us|myself)\b")


def _lower_first(text: str) -> str:
    """A common word's capital is dropped; acronyms, names with capitals inside and numbers stay."""
    first = text.split(" ", 1)[0]
    if len(first) > 1 and not first[1:].islower():
        return text
    return text if first in _KEEP_CAPITAL else text[:1].lower() + text[1:]


_KEEP_CAPITAL = words(
    "Python Java Kotlin Excel Tableau Snowflake Airflow Kafka Kubernetes Docker Spring React Redis "
    "English Korean Japanese Chinese French German Spanish Figma Photoshop Salesforce Google Amazon Azure "
    "Linux Git Jira Power Master PhD Django Node Angular Oracle Hadoop Spark"
)


def _english_requirement(text: str) -> Phrase:
    text = _YEARS.sub(r"at least \1 years", _PREFIX.sub("", text))
    text = _head(text, LONGEST["en"])
    first = re.split(r"[\s,]", text, maxsplit=1)[0].lower()
    if first in _PERSON_WORDS:
        return Phrase(f"someone {_lower_first(text)}", "person")
    if first in _DO_WORDS and not first.endswith("ing"):
        return Phrase(_lower_first(text), "deed")
    if first in ("ability", "willingness"):
        return Phrase(f"the {_lower_first(text)}", "noun")
    if first.startswith("bachelor") or first.startswith("degree"):
        return Phrase(f"a {_lower_first(text)}", "noun")
    return Phrase(_lower_first(text), "noun")


def _english_evidence(text: str) -> Phrase:
    text = re.sub(r"^I\s+", "", text)
    for part in _english_clauses(text):
        if _past(part) and not _UNSPEAKABLE.search(part):
            return Phrase(f"you {_lower_first(_head(part, LONGEST['en']))}", "deed")
    return Phrase(_head(text, LONGEST["en"]), "quote")


def _english_clauses(text: str) -> list[str]:
    """The line, if short, then its clauses: those with a number first, since that is what is asked about."""
    parts = [part.strip() for part in re.split(r"[,;]\s+(?:and\s+)?|\s+and\s+(?=[a-z]+ed\b|cut\b|built\b|led\b)", text)]
    numbered = [part for part in parts if re.search(r"\d", part)]
    whole = [text] if len(text) <= LONGEST["en"] else []
    return whole + numbered + parts


def _past(text: str) -> bool:
    first = text.split(" ", 1)[0].lower()
    return first in _PAST or (first.endswith("ed") and len(first) > 4 and first not in {"need", "based", "advanced"})


_LOOSE_END = re.compile(
    r"\s+(?:and|or|of|the|a|an|to|with|for|by|in|on|at|that|which|from|including|such|as|than)$", re.IGNORECASE
)


def _head(text: str, longest: int) -> str:
    """The beginning of the text, cut at a clause or a word, never on a word that wants another."""
    if len(text) <= longest:
        return text
    cut = text[: longest + 1]
    comma = max(cut.rfind(sign) for sign in (", ", "; ", " such as ", " including ", " or "))
    cut = cut[:comma] if comma > longest // 3 else cut[: cut.rfind(" ")]
    while (shorter := _LOOSE_END.sub("", cut)) != cut:
        cut = shorter
    return cut.strip(" ,;")
