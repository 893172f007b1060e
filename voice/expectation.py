"""What kind of answer a question asks for, by the words of its last sentence. Pure.

"Shall we go on?" wants a word, "Tell me about a time ..." an account with pauses in it: the endpointer is as patient
as the question was broad. Only a guess is made here; a responder that knows better says so itself.
"""

from __future__ import annotations

import re

from voice.responder import Expected

_SENTENCE = re.compile(r"(?<=[.?!。])\s+")


def _any(text: str) -> str:
    """An alternative a line, as a pattern."""
    return "|".join(line.strip() for line in text.strip().splitlines())


_EN_LONG = re.compile(
    r"\b(?:"
    + _any(
        r"""
        tell me (?:about|more|how|why|what)|tell us|describe|explain|share|elaborate|introduce yourself
        (?:walk|talk|take) (?:me|us) through|talk about|go into|go deeper|say more
        give (?:me|us) an (?:example|idea|account|overview)|an example of|think of a time|(?:in )?(?:more )detail
        how (?:did|do|would|have|could|will|was|were|are)\b|why\b
        what (?:did|would) you do|what happened|what made|what (?:was|were) (?:hard|difficult|the hardest)
        take your time
        """
    )
    + ")",
    re.IGNORECASE,
)
_EN_SHORT = re.compile(
    r"^(?:(?:so|okay|ok|and|well|now|great|good|thank you|thanks|alright|all right|then)[,.]? )*(?:"
    + _any(
        r"""
        (?:are|is|was|were|do|does|did|have|has|had|can|could|will|would|shall|should|may|might|am) \w+
        (?:isn't|aren't|don't|didn't|haven't|can't) \w+
        how (?:many|much|long|old|often|far|soon)\b|(?:when|who|where|which)\b
        what(?:'s| is) your (?:full )?name|ready\b|right\b|any (?:other )?questions
        """
    )
    + ")",
    re.IGNORECASE,
)
_KO_LONG = re.compile(
    _any(
        r"""
        말씀해|말해|설명해|소개|이야기해|얘기해|들려|예를 들|사례|경험|적이 있|적 있
        어떻게|어떤 식으로|왜|이유|자세히|구체적|과정|천천히|편하게
        """
    )
)
_KO_SHORT = re.compile(
    "(?:"
    + _any(
        r"""
        될까요|할까요|갈까요|볼까요|괜찮을까요|괜찮으신가요|괜찮으세요|준비되셨나요|준비되셨습니까|들리시나요|들리나요
        맞나요|맞습니까|맞으신가요|있나요|있습니까|있으신가요|있으세요|없나요|없으신가요|인가요|입니까|습니까|나요|신가요
        """
    )
    + r")\s*\?*$|몇 ?|언제|누구|성함|어느"
)


def expected_answer(question: str, language: str) -> Expected:
    """Judge what was asked. A text that asks nothing ("I see.") and an empty one expect a NORMAL answer."""
    sentences = [sentence for sentence in _SENTENCE.split(question.strip()) if sentence]
    if not sentences:
        return Expected.NORMAL
    asked = next((sentence for sentence in reversed(sentences) if sentence.endswith("?")), sentences[-1])
    long, short = (_KO_LONG, _KO_SHORT) if language == "ko" else (_EN_LONG, _EN_SHORT)
    if long.search(sentences[-1]) or long.search(asked):
        return Expected.LONG
    if short.search(asked.rstrip()) and (language != "en" or asked.endswith("?")):
        return Expected.SHORT
    return Expected.NORMAL
