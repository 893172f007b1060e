"""What can be counted in an answer: figures, names, own and shared deeds, evasions, words taken up. Pure, no model.

Patterns are evidence, not proof: they over- and under-count a little. What is built on them is labelled rule-based.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from interview.shapes import Language
from interview.speech.cues import cues

_SENTENCE = re.compile(r"(?<=[.?!])\s+|\n+")

_NUMERAL_EN = (
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundred|thousand|million|half|twice"
)
_COUNTER_KO = (
    r"(?:만|천|억|백)?\s?(?:퍼센트|프로(?!젝|그|세)|밀리초|개월|시간|가지|년대|"
    r"번|명|분|개|달|건|곳|장|년|주|배|대|시|초|원|줄|쪽|회|월|일|점|위)"
)
_SINO = "일이삼사오육칠팔구십백천만"
_NUMBERS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        rf"[$€£]?\d[\d,.]*\d|[$€£]?\d|\b(?:{_NUMERAL_EN})(?:[ -](?:{_NUMERAL_EN}))*\b(?: percent\b)?", re.IGNORECASE
    ),
    "ko": re.compile(
        rf"\d[\d,]*(?:\.\d+)?(?:\s?%|\s?{_COUNTER_KO}|\s?[만천억]+)?|"
        r"(?<![가-힣])(?:두|세|서너|네|다섯|여섯|일곱|여덟|아홉|열|열한|열두|스무|수십|수백)\s?"
        rf"{_COUNTER_KO}(?!식)|(?<![가-힣])(?:사흘|나흘|열흘|열하루|보름)|"
        rf"(?<![가-힣])(?!백오프)[{_SINO}]{{1,6}}\s?(?:퍼센트|프로(?!젝|그|세))|"
        rf"(?<![가-힣])(?=[^\s]*[십백천만])[{_SINO}]{{2,6}}\s?{_COUNTER_KO}"
    ),
}

_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9+#]*(?:[.-][A-Za-z0-9]+)*")
_NO_NAMES = frozenset(
    word
    for line in (
        "i i'm i'd i'll i've ok okay tv i.e the a an and but so then he she it we they my our his her their this that",
        "there yes no well sure honestly monday tuesday wednesday thursday friday saturday sunday mondays tuesdays",
        "wednesdays thursdays fridays saturdays sundays january february march april may june july august september",
        "october november december english korean mr ms mrs",
    )
    for word in line.split()
)
_WRITTEN_NAME = re.compile(
    r"\b[A-Za-z]+[A-Z][A-Za-z0-9]*\b|\b[a-z]+-[a-z]+\b(?= |,|\))|\b(?:pandas|dbt|numpy|spark|kafka|redis|docker)\b|"
    r"(?<=\()[A-Z][a-z]+\b"
)
_TOOLS_KO = re.compile(
    r"카프카|레디스|스프링|그라파나|프로메테우스|젠킨스|도커|쿠버네티스|깃허브|엑셀|파이썬|자바스크립트|자바|코틀린|리액트|노션|슬랙|지라|피그마|"
    r"포토샵|태블로|캐드|오라클|몽고디비|카나리|멱등|타임아웃|인덱스|서킷 ?브레이커|아웃박스|데드 ?레터|지수 ?백오프"
)

_LATIN_OF = dict(
    pair.split(":")
    for line in (
        "카프카:kafka 레디스:redis 스프링:spring 그라파나:grafana 프로메테우스:prometheus 젠킨스:jenkins 도커:docker",
        "쿠버네티스:kubernetes 깃허브:github 엑셀:excel 파이썬:python 자바:java 자바스크립트:javascript 코틀린:kotlin",
        "리액트:react 슬랙:slack 피그마:figma 태블로:tableau",
    )
    for pair in line.split()
)

_OPINION: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\bi (?:think|guess|believe|feel like|suppose)\b|"
        r"\b(?:usually|normally|basically|generally|in general|somehow|kind of|sort of|always|maybe|important|i'm sure|"
        r"you know)\b",
        re.IGNORECASE,
    ),
    "ko": re.compile(
        r"생각합니다|생각하고|생각해서|것 같|편입니다|편이라|편이고|스타일|성격|노력합니다|노력하|중요하다|"
        r"보통은|대부분|아무래도|"
        r"어쨌든|항상|웬만하면"
    ),
}
_EVASION: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\bi (?:don't|do not|can't|couldn't|could not) (?:really |even )?(?:know|remember|recall|tell you|have)\b|"
        r"\bi (?:don't|do not) (?:really )?make\b|\bi haven't (?:really )?(?:done|had)\b|\bno idea\b|"
        r"\bnot (?:really )?an issue\b|\bthat kind of thing\b|\bi (?:would|'d) (?:just|love)\b|\bi just\b",
        re.IGNORECASE,
    ),
    "ko": re.compile(
        r"잘 모르|모르겠|기억(?:은|이)? ?(?:잘 )?안|(?:적|게|것|갈등)[은이]? (?:딱히 |별로 )?(?:없는|없었)|"
        r"딱히|별로 없|"
        r"열심히 하겠|열심히 해 보|알아서 해|신경을 안|어렵(?:습니다|네요|는데)"
    ),
}
_STATE: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:am|was|think|guess|mean|like|love|believe|feel|want|wanted|hope|know|would|can|could|will|do|don't|didn't|"
        r"have|haven't|had|suppose|need|work|enjoy|always|try|tried)$",
        re.IGNORECASE,
    ),
    "ko": re.compile(r"생각|편이|편입|성격|스타일|노력|모르|없[었는]|열심히|최선|긍정|관심"),
}
_OWN_EN = re.compile(r"\bI(?: then| also| first| just| only| personally| myself)? ([a-z']+)")
_OWN_KO = re.compile(r"(?:^|\s)(?:제가|저는|저도|직접|혼자|제 역할)")
_PAST_KO = re.compile(r"[았었였했갔봤냈났꿨췄렸졌됐왔썼뺐쳤켰섰샀폈눴뽑]")
_WORD_EN = re.compile(r"[a-z][a-z'+#-]{2,}")
_WORD_KO = re.compile(r"[가-힣]{2,}|[a-z][a-z0-9+#]+")
_ENDING_KO = re.compile(
    r"(?:습니다|입니다|하십니까|십니까|십시오|에서는|에서|으로는|으로|에게|까지|부터|이라고|라고|하고|이나|에는|에도|처럼|보다|했|하신|하는|하여|해서|해|한|할|"
    r"은|는|이|가|을|를|의|에|로|와|과|도|만)$"
)
_STOP_EN = frozenset(
    word
    for line in (
        "the and for was were are our you your that this with what when how did does have had has about from tell",
        "time would could been them they their there which who why into out very really just then than also any some",
    )
    for word in line.split()
)
_STOP_KO = frozenset(
    (
        "말씀",
        "부탁",
        "그것",
        "경험",
        "어떻게",
        "무엇",
        "본인",
        "질문",
        "지원자",
        "우리",
        "저희",
        "그리고",
        "그래서",
        "때문",
        "정도",
    )
)


def sentences(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in _SENTENCE.split(text) if part.strip())


def numbers(text: str, language: Language) -> tuple[str, ...]:
    """Figures as said, digits or words, each once. English "one" is left out: it is mostly no number."""
    return _distinct(match[0].strip(" ,.") for match in _NUMBERS[language].finditer(text))


def names(text: str, language: Language, known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Tools, products, firms, abbreviations. `known`: Latin names of the candidate's documents, lower case."""
    if language == "ko":
        return _distinct([*_LATIN.findall(text), *(match[0] for match in _TOOLS_KO.finditer(text))])
    found: list[str] = []
    for sentence in sentences(text):
        for match in _LATIN.finditer(sentence):
            word = match[0]
            capital = word[0].isupper() and (match.start() > 0 or word.isupper() or word.casefold() in known)
            mixed = any(sign.isupper() for sign in word[1:])
            if (capital or mixed or word.casefold() in known) and word.casefold() not in _NO_NAMES:
                found.append(word)
    return _distinct(found)


def named_in(name: str, text: str) -> bool:
    """Does the text have the name already, in either script? ("카프카" in a question about Kafka is its own word.)"""
    folded = text.casefold()
    return name.casefold() in folded or _LATIN_OF.get(name, "\0") in folded


def known_names(texts: Iterable[str]) -> frozenset[str]:
    """Names in documents that recognisers write in lower case too: with capitals, digits or hyphens inside, lower case
    themselves ("dbt"), or capitalised in brackets and lists. Lower case."""
    found: set[str] = set()
    for text in texts:
        for match in _WRITTEN_NAME.finditer(text):
            found.add(match[0].casefold())
    return frozenset(found - _NO_NAMES - _STOP_EN)


def own_deeds(text: str, language: Language) -> int:
    """What the speaker says to have done: "I built", a past-tense sentence with 제가 or 직접 in it."""
    if language == "en":
        return sum(not _STATE["en"].search(match[1]) for match in _OWN_EN.finditer(text))
    return sum(
        bool(_OWN_KO.search(part) and _PAST_KO.search(part) and not _STATE["ko"].search(part))
        for part in sentences(text)
    )


def team_deeds(text: str, language: Language) -> int:
    """Sentences that speak of "we" or the team and not of "I"."""
    found = cues(language)
    return sum(bool(found.plural.search(part) and not found.first.search(part)) for part in sentences(text))


def opinions(text: str, language: Language) -> int:
    """Sentences of opinion or habit ("I think", "usually"): what is said instead of an event."""
    return sum(bool(_OPINION[language].search(part)) for part in sentences(text))


def evasions(text: str, language: Language) -> int:
    """Sentences that say that there is nothing to say."""
    return sum(bool(_EVASION[language].search(part)) for part in sentences(text))


@cache
def content(text: str, language: Language) -> frozenset[str]:
    """Content words, roughly stemmed: English by their first five letters, Korean without particles and endings."""
    if language == "en":
        words = (word for word in _WORD_EN.findall(text.casefold()) if word not in _STOP_EN)
        return frozenset(word.replace("'s", "")[:5] for word in words)
    found = set()
    for word in _WORD_KO.findall(text.casefold()):
        stem = _ENDING_KO.sub("", word)
        stem = stem if len(stem) >= 2 else word
        if stem not in _STOP_KO:
            found.add(stem if word[0].isascii() else stem[:3])
    return frozenset(found)


def overlap(part: frozenset[str], whole: frozenset[str]) -> float | None:
    """Share of `part` found in `whole`; Korean stems also match by their first two syllables."""
    if not part:
        return None
    short = {word[:2] for word in whole if not word[0].isascii()}
    return sum(word in whole or (not word[0].isascii() and word[:2] in short) for word in part) / len(part)


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))
