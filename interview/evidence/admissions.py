"""Sentences in which candidates say that they lack something: honest, and no evidence for it. Pure."""

from __future__ import annotations

import re

_LACKS = re.compile(
    r"경험(?:이|은)?\s*(?:아직\s*)?(?:부족|없|적|많지\s*않)|(?:해|다뤄|사용해|운영해)\s*본\s*적(?:이|은)?\s*없|"
    r"아직\s*(?:경험|배우|익히|서툴|부족)|"
    r"부족합니다|부족했습니다|미숙|서툽니다|"
    r"\b(?:have|had|has) (?:not|never|no)\b|\bhaven[’']t\b|\bhasn[’']t\b|\b(?:no|little|limited) (?:direct |"
    r"prior )?experience\b|"
    r"\bnot (?:yet|familiar)\b|\bnever (?:worked|used|managed|led)\b|\black(?:ed)? (?:of )?experience\b|"
    r"\bstill learning\b|"
    r"\bcurrently (?:learning|reading|studying|taking)\b",
    re.IGNORECASE,
)


def admits_lack(text: str) -> bool:
    """Does the text say that its writer cannot or has not (yet)?"""
    return _LACKS.search(text) is not None
