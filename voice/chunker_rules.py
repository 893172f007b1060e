"""The data behind the chunker: what ends a sentence and what only looks like it, what is no speech at all."""

from __future__ import annotations

import re
from dataclasses import dataclass

CLOSING = "\"'”’»)]}』」》〉*_"
OPENING = "\"'“‘«([{『「《〈*_"
STOPS = ("?", "!", ".", "…", "。", "？", "！")
CLAUSE_ENDS = (",", ";", ":", "—", "–", "，", "、", "；", "：")

TITLES = frozenset(
    "mr mrs ms dr prof st mt messrs gen sgt capt rev hon e.g eg i.e ie vs cf approx viz".split()  # noqa: SIM905
)
"""Abbreviations that never end a sentence."""

BEFORE_NUMBERS = frozenset({"no", "nos", "fig", "figs", "vol", "sec", "ch", "art", "pp", "eq", "ver"})
"""An abbreviation before a number ("No. 5"), a word otherwise ("No.")."""

INITIALS = re.compile(r"(?:[a-z]\.)*[a-z]$")
""""J. Smith", "the U.S. Army", "5 p.m.": where it is not known whether the sentence ends, it is not cut."""

_LIGHT_EN = (
    "a an the of to in on at by for from with and or but as than that which who your my our their his her its this "
    "is are was were be been not no i you we they if so"
)
_LIGHT_KO = "및 또는 그 이 저 더 약 제 수"
LIGHT_WORDS = frozenset([*_LIGHT_EN.split(), *_LIGHT_KO.split()])
"""A voice that stops after one of these sounds cut off."""

_STARTERS_EN = (
    "in on at by for from with about during after before into over under between through across against without within "
    "and but or because if when while where which who whether how what why than do does did is are was were has have "
    "had would could can will should"
)
PHRASE_STARTERS = frozenset(_STARTERS_EN.split())
"""English words that begin a phrase: a voice may breathe before one ("What would you do | if it happened?"). Not "of"
and "to", which bind what they join."""

PHRASE_ENDS = re.compile(
    r"(?<=[가-힣])(은|는|에는|에서|까지|부터|라면|하면|으면|려면|다면|지만|는데|은데|인데|하고|이고|면서|해서|어서|아서|하여|는지|은지|을지|할지)$"
    r"|(관련해|대해|위해|통해|의해)$"
)
"""Korean: a topic, a place or a clause that leads on ends here, and a voice may breathe; not a genitive or an object,
which belong to the word behind them."""

BOUND_IN_KOREAN = re.compile(r"(?<=[가-힣])(?<![을를이가도로와과만께씩게히며고아어])$")
"""A bare noun or a word that describes the next one ("당시", "계산할"): a voice does not stop there."""

KOREAN_ENDING = re.compile(
    r"(니다|세요|어요|아요|에요|예요|여요|해요|돼요|네요|데요|지요|고요|까요|나요|가요|죠|니까|시오)$"
)
"""A finished Korean predicate, also where the full stop is missing."""

ROLE_MARKER = re.compile(
    r"(?:assistant|interviewer|user|candidate|human|ai|system|면접관|지원자|사용자|어시스턴트)[:：]$", re.IGNORECASE
)
"""At the beginning of a line: the model writes its own script."""

LIST_NUMBER = re.compile(r"^\(?\d{1,2}[.)]$")

_TEMPLATE = r"<\|im_start\|>\w*|<\|[^<>|]*\|>|<(?:start|end)_of_turn>(?:model|user)?|</?s>|\[/?INST\]|\[\|\w+\|\]"
_HTML = r"</?(?:br|b|i|u|em|strong|p|ul|ol|li|code|pre|div|span|sub|sup|h[1-6])\s*/?>"
TAGS = re.compile(f"(?:{_TEMPLATE}|{_HTML})", re.IGNORECASE)

LINK_TARGET = re.compile(r"\]\((?:[^()\s]|\([^()\s]*\))*\)")
FOOTNOTE = re.compile(r"\[\^?\d+\]")
URL = re.compile(
    r"<?(?:https?://|www\.)(?:www\.)?([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)(?::\d+)?"
    r"(?:[/?#](?:[!-~]*[A-Za-z0-9/=_#&-])?)?>?"
)
"""Of an address the host is spoken; a particle or a full stop behind it stays."""

EMPHASIS_OPENING = re.compile(r"^([\"'“‘(\[]*)[*_]+(?=\S)")
EMPHASIS_CLOSING = re.compile(r"(?<=\S)[*_]+(?=[.,!?;:…)\]\"'”’]*$)")
EMPHASIS_IN_HANGUL = re.compile(r"[*_](?=[가-힣])|(?<=[가-힣])[*_]")
"""`*word*,` and `*결제*를`; snake_case and 2*3 keep theirs."""

LONE_PUNCTUATION = re.compile(r"[\"'”’»)\]}]*(?:[.,!?;:…。，、；：？！—–]+|--?)[\"'”’»)\]}]*$")

MISSING_SPACE = re.compile(r"(?<=[가-힣][.?!])(?=[가-힣A-Z])|(?<=[?!])(?=[가-힣A-Z])")
"""Where two sentences were written without a space: a full stop after Hangul, or ? and ! before a new beginning."""

ALONE = frozenset(
    {"&", "+", "=", "/", "<", ">", "%", "@", "°", "±", "×", "÷", "≤", "≥", "≠", "≈", "$", "€", "£", "₩", "¥"}
)
"""Signs that a voice speaks where they stand alone."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is a fragment. Weights: a Hangul syllable (or other CJK letter) 1, any other word 4.

    first: enough for the fast first fragment, if a sentence ends; clause: if a clause does; phrase: if a phrase does.
    forced: the first fragment ends here without any, `light` later if the word is one that a voice cannot stop at.
    growth: what follows must be there when that ends, so a long sentence is cut again: at a clause once it is as long
    as all that was said before, at a phrase once it is `growth` times as long. shortest: a sentence below is joined to
    the next. longest: characters (wide ones count twice) after which a sentence is split.
    """

    first: int = 8
    clause: int = 12
    phrase: int = 16
    forced: int = 24
    light: int = 12
    growth: float = 2.0
    shortest: int = 12
    longest: int = 200


PACES = {"en": Pace(), "ko": Pace(first=5, clause=5, phrase=7, forced=14, growth=1.5)}


def pace_for(language: str) -> Pace:
    return PACES.get(language.partition("-")[0].lower(), PACES["en"])
