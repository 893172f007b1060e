"""Korean sentences in 하십시오체: told apart, and brought there from 해요체, 해체 and 해라체 by their last word. Pure.

Only endings that have one formal counterpart are changed ("하셨나요?" -> "하셨습니까?"); what could be two things is
left and refused ("했어" is a question only where a question mark says so).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from interview.language.hangul import NONE, B, L, N, final, with_final

_FORMAL_QUESTION = re.compile(r"([가-힣])니까$")
_FORMAL_STATEMENT = re.compile(r"([가-힣])니다$")
_FORMAL_REQUEST = re.compile(r"(?:십시오|시기 바랍니다|부탁드립니다)$")
_REQUEST = re.compile(
    r"(?:주십시오|하십시오|보십시오|주시기 바랍니다|(?<!잘 )부탁드립니다|(?<!잘 )부탁드려요|"
    r"주세요|하세요|보세요|해 ?봐|해라|하시오)$|주시면 (?:감사|좋|고맙)[가-힣]+$"
)


def is_formal(sentence: str) -> bool:
    """Does it end in -습니까, -습니다, -십시오 or a form of them? Punctuation is not looked at."""
    body = bare(sentence)
    if _FORMAL_REQUEST.search(body):
        return True
    found = _FORMAL_QUESTION.search(body) or _FORMAL_STATEMENT.search(body)
    return found is not None and final(found[1]) == B


def asks(sentence: str) -> bool:
    """A question or a request: something that the candidate is to answer."""
    body = bare(sentence)
    found = _FORMAL_QUESTION.search(body)
    if (found is not None and final(found[1]) == B) or sentence.rstrip().endswith("?"):
        return True
    return bool(_REQUEST.search(body))


_ROUNDABOUT = re.compile(r"\s?주시면 (?:감사하|좋|고맙)겠(?:습니다|어요|네요|습니까)$")
"""말씀해 주시면 감사하겠습니다: a request that does not sound like one by its ending."""


def bare(sentence: str) -> str:
    return sentence.rstrip(" .?!…~\"'”’)")


def formal(sentence: str) -> str | None:
    """The same sentence in 하십시오체 with its mark ("?" or "."), or None where its ending has no sure counterpart."""
    sentence = sentence.strip()
    body = bare(sentence)
    body = _ROUNDABOUT.sub(" 주십시오", body)
    question = sentence.rstrip("\"'”’) ").endswith("?")
    if not body:
        return None
    if is_formal(body):
        if _FORMAL_STATEMENT.search(body) and question and not _FORMAL_REQUEST.search(body):
            return body[:-1] + "까?" if _INTERROGATIVE.search(body) else None
        return body + ("?" if body.endswith("까") else ".")
    for pattern, make in _ENDINGS if question or _PLAIN_QUESTION.search(body) else _REQUESTS:
        found = pattern.search(body)
        if found is not None:
            ending = make(found)
            if ending is None:
                return None
            changed = body[: found.start()] + ending
            return changed + ("?" if changed.endswith("까") else ".")
    return None


INTERROGATIVES = r"무엇|무슨|뭐|뭘|어떤|어떻|어땠|어떠|어느|어디|언제|누구|누가|왜|얼마|몇|어째서"
_INTERROGATIVE = re.compile(INTERROGATIVES)
_PLAIN_QUESTION = re.compile(r"(?:나요|가요|까요|는지요|죠|는가|인가|니까)$")


def _polite(stem: str) -> str:
    """A verb's last syllable with -습니까: 있 -> 있습니까, 하 -> 합니까, 만들 -> 만듭니까."""
    last = final(stem[-1])
    if last in (NONE, L):
        return with_final(stem[-1], B) + "니까"
    return stem[-1] + "습니까"


def _from_stem(found: re.Match[str]) -> str:
    return _polite(found[1])


def _from_adnominal(found: re.Match[str]) -> str | None:
    """-ㄴ가요: 인가요 -> 입니까, 필요한가요 -> 필요합니까; -은가요: 좋은가요 -> 좋습니까, 늦는가요 -> 늦습니까."""
    syllables = found[1]
    if syllables[-1] in "은는" and len(syllables) > 1:
        return _polite(syllables[:-1])
    if final(syllables[-1]) == N:
        return syllables[:-1] + with_final(syllables[-1], B) + "니까"
    return None


def _from_future(found: re.Match[str]) -> str | None:
    """-ㄹ까요, -을까요: 있을까요 -> 있습니까, 될까요 -> 됩니까."""
    syllables = found[1]
    if syllables[-1] == "을" and len(syllables) > 1:
        return _polite(syllables[:-1])
    if final(syllables[-1]) == L:
        return syllables[:-1] + with_final(syllables[-1], B) + "니까"
    return None


_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]]


def _fixed(text: str) -> Callable[[re.Match[str]], str]:
    return lambda _: text


_REQUESTS: tuple[_Rule, ...] = (
    (re.compile(r"(?<=[해아어여워려셔])\s?주(?:세요|시오|세용)$"), _fixed(" 주십시오")),
    (re.compile(r"(?<=[가-힣])(?:하세요|하시오|해라|하라|해봐요?|해 봐요?)$"), _fixed("해 주십시오")),
    (re.compile(r"보세요$"), _fixed("보십시오")),
    (re.compile(r"(?:부탁드려요|부탁해요|부탁드릴게요|부탁합니다)$"), _fixed("부탁드립니다")),
    (re.compile(r"([가-힣])겠어요$"), lambda found: f"{found[1]}겠습니다"),
    (re.compile(r"궁금해요$|궁금하네요$|궁금하군요$"), _fixed("궁금합니다")),
    (re.compile(r"싶어요$|싶네요$|싶군요$"), _fixed("싶습니다")),
    (re.compile(r"([가-힣])(?:나요|는지요)$"), _from_stem),
)

_ENDINGS: tuple[_Rule, ...] = (
    (
        re.compile(
            r"\s?주(?:실래요|시겠어요|시겠나|시겠는지요|실 수 있(?:나요|으신가요|을까요|겠어요|어요|는지요|습니까))$"
        ),
        _fixed(" 주시겠습니까"),
    ),
    (re.compile(r"\s?주세요$"), _fixed(" 주십시오")),
    (re.compile(r"(?:무엇이|뭐|뭔|무어)(?:에요|예요|이에요|가요|지요|죠|야|니|냐)$"), _fixed("무엇입니까")),
    (re.compile(r"([가-힣])(?:나요|는지요|는가요|는가|는지|냐|니|나|느냐)$"), _from_stem),
    (re.compile(r"([가-힣])던(?:가요?|지요?)$"), _from_stem),
    (re.compile(r"([가-힣]{1,2})가요?$"), _from_adnominal),
    (re.compile(r"([가-힣]{1,2})까요?$"), _from_future),
    (re.compile(r"([가-힣])(?:으세요|으셔요)$"), lambda found: f"{found[1]}으십니까"),
    (re.compile(r"(?:세요|셔요|신지요|신지|시죠|시지요)$"), _fixed("십니까")),
    (re.compile(r"(?:이에요|예요|인지요|인지|이죠|이지요|이야)$"), _fixed("입니까")),
    (re.compile(r"([가-힣])(?:죠|지요|지)$"), _from_stem),
    (re.compile(r"([았었였겠했셨됐갔왔났랐렸졌켰봤])(?:어요|어)$"), lambda found: f"{found[1]}습니까"),
    (re.compile(r"(?<=어)때(?:요)?$"), _fixed("떻습니까")),
    (re.compile(r"있어요?$"), _fixed("있습니까")),
    (re.compile(r"없어요?$"), _fixed("없습니까")),
    (re.compile(r"(?<=[가-힣])해요?$"), _fixed("합니까")),
    (re.compile(r"돼요?$"), _fixed("됩니까")),
    (
        re.compile(r"((?:이유|결과|목표|역할|방법|원인|계기|기준|성과|효과|과정|내용|의미|문제|배경|차이)[은는])$"),
        lambda found: f"{found[1]} 무엇입니까",
    ),
)
"""In this order: the first that matches decides."""
