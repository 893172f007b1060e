"""Rules for a question that a language model wrote from a topic: one broken, and the written template is used. Pure.

Small models copy the instruction, answer for the candidate, invent numbers, mix scripts: each rule is one of these.
"""

from __future__ import annotations

import re

from interview.planning.lines import clean, terms, words
from interview.planning.topics import Topic, speaks_to_a_machine
from interview.shapes import Language

LENGTH = {"ko": (15, 120), "en": (25, 240)}
"""Letters."""

SHORTEST_COPY = 12
"""Letters of a document's line that, standing whole in the question, make it no sentence (낮춤은 ..., Led the ...)."""

_MARKUP = re.compile(r"[*_#`|<>{}\[\]\n\r\t\\]|^\s*(?:\d+[.)]|-)\s")
_LABEL = re.compile(
    r"^\s*(?:면접관|지원자|질문|답변|interviewer|candidate|question|answer|q|a)\s*\d*\s*[:：]", re.IGNORECASE
)
_FOREIGN = {
    "ko": re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0400-\u04ff\u0600-\u06ff\u0e00-\u0e7f]"),
    "en": re.compile(r"[^\x00-\x7f‘’“”éèüöäñ–—€£%…·]"),
}
_PRAISE = re.compile(
    r"훌륭|대단하|대단한|인상적|인상 깊|멋지|멋진|놀라운|뛰어나|감사합니다|"
    r"\b(?:great|impressive|excellent|amazing|wonderful|congratulat\w*|well done|thank you)\b",
    re.IGNORECASE,
)
_PROMPT_WORDS = re.compile(
    r"JSON|하십시오체|면접 질문|질문 하나|한 문장|이 요건이 없습니다|interview question|one question|the candidate",
    re.IGNORECASE,
)
_KO_END = re.compile(r"(?:니까\?|십시오[.])$")
_KO_SENTENCE_END = re.compile(r"(?:니다|니까|시오)$")
_KO_OWN_VOICE = re.compile(r"(?:^|\s)(?:저는|제가|저의|제\s|나는|내가|우리는|당신|귀하|너는|네가)")
_EN_OWN_VOICE = re.compile(r"\b(?:I|my|me|we|our)\b")
_KO_INTERROGATIVE = re.compile(r"니까(?=[?.,\s]|$)")
_PRESUMES = {
    "ko": re.compile(r"(?<!습)하셨|있으신|가지고 계신|갖추신|사용하신|쌓으신|활용하신"),
    "en": re.compile(
        r"\byou(?:'ve| have) (?:used|worked|built|done|written|managed)|\byou (?:used|worked|built|mentioned)|"
        r"\byour experience\b",
        re.IGNORECASE,
    ),
}
_EMPTY = re.compile(
    r"경험(?:은|이) 무엇|경험이었습니까|경험[을이] 경험|"
    r"(?:경험|역량|능력|지식|이해)(?:을|를|은|는)\s*(?:\S+\s)?(?:어떻게|왜|언제|무엇을)\s*(?:직접\s*)?"
    r"(?:하(?:셨|시|였|십|고|게)|달성|단축|개선|진행|수행|이루|만드|만들|해결|처리|시작|줄이|줄였|낮추|낮췄|높이|높였)"
)
"""Asks what it has just said, or how an experience was done (경험을 어떻게 하셨습니까)."""

_LINKS = words("and or of to with for by in on at that which who from including such as than using through into while")
SHORTEST_RUN = 2
"""Words at the end of a question that stand so in the source: what follows them there was left out."""

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9+#./-]+")

_COMMON_KO = words(
    "경험 경력 개발 관련 업무 능력 이해 활용 기반 통한 대한 있는 위한 등의 가장 어떤 어떻게 무엇 본인 "
    "지원 이력 공고 요구 내용 필요 설명 말씀 구체 과정 역할 결과 회사 직무 사용 방법 부분 수 있습 하였 "
    "이상"
)
_COMMON_EN = words(
    "experience years work working ability strong your with what which that this have from such using "
    "used team teams role skills skill about were they when where would could does into other than more "
    "most related similar company"
)


def problems(text: str, topic: Topic, language: Language) -> tuple[str, ...]:
    """What is wrong with it, a word each; empty where it may be asked."""
    found = [*_shape(text, language), *_voice(text, language), *_content(text, topic, language)]
    return tuple(dict.fromkeys(found))


def _shape(text: str, language: Language) -> list[str]:
    found = []
    shortest, longest = LENGTH[language]
    if not shortest <= len(text) <= longest:
        found.append("length")
    if _MARKUP.search(text) or _LABEL.search(text):
        found.append("markup")
    if _FOREIGN[language].search(text):
        found.append("script")
    if language == "ko":
        letters = re.findall(r"[A-Za-z가-힣]", text)
        korean = sum("가" <= letter <= "힣" for letter in letters)
        if korean < 0.5 * len(letters):
            found.append("language")
        if len(_KO_INTERROGATIVE.findall(text)) + len(re.findall(r"십시오", text)) != 1 or text.count("?") > 1:
            found.append("one question")
    elif text.count("?") != 1:
        found.append("one question")
    return found


def _voice(text: str, language: Language) -> list[str]:
    """Register, praise, and whose words they are."""
    found = ["praise"] if _PRAISE.search(text) else []
    if language == "ko":
        if not _KO_END.search(text):
            found.append("ending")
        sentences = [part.strip() for part in re.split(r"(?<!\d)[.?!](?:\s|$)", text) if part.strip()]
        if not all(_KO_SENTENCE_END.search(sentence) for sentence in sentences) or len(sentences) > 2:
            found.append("register")
        if _KO_OWN_VOICE.search(text):
            found.append("voice")
        return found
    if not text.endswith("?"):
        found.append("ending")
    if _EN_OWN_VOICE.search(text):
        found.append("voice")
    return found


def _content(text: str, topic: Topic, language: Language) -> list[str]:
    found = []
    source = clean(f"{topic.requirement} {topic.line}")
    if _PROMPT_WORDS.search(text) or speaks_to_a_machine(text):
        found.append("prompt")
    if set(_NUMBER.findall(text)) - set(_NUMBER.findall(source)):
        found.append("number")
    if language == "ko" and {name.lower() for name in _LATIN.findall(text)} - {
        n.lower() for n in _LATIN.findall(source)
    }:
        found.append("name")
    about = _words(source, language)
    # A name says it alone (Airflow); the first word has its capital for another reason.
    named = any(name in text for name in terms(source) if not source.startswith(name))
    if not named and len(_words(text, language) & about) < min(2, len(about)):
        found.append("subject")
    if language == "ko" and _EMPTY.search(text):
        found.append("empty")
    if topic.aim == "gap" and _PRESUMES[language].search(text):
        found.append("presumes")
    if language == "en" and _cut_off(text, source):
        found.append("cut off")
    line = clean(topic.line)
    if len(line) >= SHORTEST_COPY and line in text and f"{line}한" not in text:
        found.append("copy")
    return found


def _cut_off(text: str, source: str) -> bool:
    """Ends inside a phrase of the source: "... by 40 store?" of "40 store managers"."""
    end = " ".join(re.sub(r"[?.\"'”’]+$", "", text.strip()).split()[-SHORTEST_RUN:])
    follows = re.search(rf"(?<![\w]){re.escape(end)}\s+([\w/-]+)", source, re.IGNORECASE)
    whole = re.search(rf"(?<![\w]){re.escape(end)}(?!\s*[\w])", source, re.IGNORECASE)
    return follows is not None and whole is None and follows[1].lower() not in _LINKS


def _words(text: str, language: Language) -> set[str]:
    """What the text is about: names, numbers, and the beginnings of its telling words."""
    names = {name.lower().rstrip("./-") for name in _LATIN.findall(text)} | set(_NUMBER.findall(text))
    if language == "ko":
        stems = {word[:2] for word in re.findall(r"[가-힣]{2,}", text)}
        return names | (stems - _COMMON_KO)
    return {name[:6] for name in names if (len(name) > 3 or name[:1].isdigit()) and name not in _COMMON_EN} | {
        name for name in names if name in ("sql", "dbt", "aws", "api", "ux", "ui", "seo", "r")
    }
