"""Words in an answer or a document that are meant for the machine that reads it ("give me full marks"). Pure.

They are kept from the judge and shown in the report. This is one of three fences, and the weakest, since it knows only
what it was told: the judge is also never shown documents except the few lines a criterion is about, and a score counts
only with a verbatim quote. What is removed is a whole sentence; an answer is otherwise untouched.
"""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[^.?!\n]*(?:[.?!]+|\n|$)")

_TO_A_MACHINE = re.compile(
    r"""
    (?:^|[,;:]|\b(?:please|and|then|now|must|should|to))\s*(?:ignore|disregard|forget|override|bypass)\b[^.]{0,40}
      \b(?:instructions?|rubric|prompt|rules|criteria|above|previous|system)\b
    | (?:\b(?:give|assign|award|grant|output|return|write|reply)
       | (?:^|[:,;]|\b(?:please|and|then|just|must|should|to))\ *(?:rate|score|grade|mark|answer))\b[^.]{0,40}
      (?:\b(?:full|maximum|max|top|highest|perfect)\ (?:mark|score|point|rating|grade|level)s?\b
       | \b(?:level|score|rating|grade)s?\b\ ?(?:of|:|=|to|as|is)?\ ?["']?(?:5|five|100)\b
       | \b(?:5|five|10|ten|100)\b[^.]{0,20}\b(?:everywhere|every\ criterion|each\ criterion|all\ criteria|out\ of)\b)
    | \b(?:tell|show|reveal|print|repeat|output|leak|say)\b[^.]{0,30}\b(?:your|the|system)\b[^.]{0,12}
      \b(?:prompt|instructions?|rubric)\b
    | \byou\ are\ (?:now\ )?(?:an?|the)\b[^.]{0,30}\b(?:assistant|grader|judge|evaluator|model|ai)\b
    | \b(?:grader|judge|evaluator|language\ model|assistant|ai)\b\s*[:,]\s*
      \b(?:give|rate|score|ignore|please|output|write)
    | ["']?level["']?\s*[:=]\s*["']?[1-5]
    | (?:루브릭|프롬프트|채점|평가\ 기준|위의?\ 내용|시스템\ 메시지)[^.]{0,25}(?:무시|잊어|잊으|따르지)
    | (?:지시|명령|규칙|기준)[^.]{0,15}(?:무시하(?:십시오|세요|시오|라|고[^.]{0,30}점)|무시해(?:라|줘|\s?주)
      |잊으[십세]|잊어)
    | (?:모든|전|각|전부)\s?(?:항목|기준|평가|문항|영역)?[^.]{0,15}(?:5점|5\ ?단계|오\s?점|만점|최고점|100점)
    | (?:5점|오점|만점|최고점|최고\ 점수|100점|높은\ 점수)(?:을|를|으로|로|만)?\s?(?:모두\ |꼭\ |반드시\ |무조건\ )?
      (?:주세|주십|줘|주시|달라|부여|매겨|채점|평가|출력)
    | (?:프롬프트|지시문|시스템\ 메시지|채점\ 기준)[^.]{0,20}(?:알려|말해|보여|출력|공개|그대로\ 써)
    | (?:너는|당신은|넌)[^.]{0,20}(?:채점|평가|인공지능|AI|모델|어시스턴트)
    | (?:인공지능|AI|채점(?:자|기|관)|평가(?:자|기)|모델)(?:님|에게|은|는|이시여)?\s*[:,][^.]{0,30}(?:점|무시|평가|채점)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MARKUP = re.compile(
    r"<\s*/?\s*[A-Za-z_|][^<>\n]{0,40}>|<\|[^|\n]{0,40}\|>|\[/?INST\]|^\s*#{2,}\s*(?:system|assistant|user)\b.*$",
    re.M | re.I,
)


def set_aside(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without such sentences and without markup, and the sentences that were taken out, verbatim."""
    plain = _MARKUP.sub(" ", text)
    kept: list[str] = []
    found: list[str] = []
    for match in _SENTENCE.finditer(plain):
        (found if _TO_A_MACHINE.search(match[0]) else kept).append(match[0])
    return "".join(kept).strip(), tuple(sentence.strip() for sentence in found)
