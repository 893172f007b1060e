"""Lines of documents made speakable: a requirement or evidence as a short phrase that fits into a question.

Nothing is added: a phrase holds the line's own words with the ending bent (낮춤 -> 낮춘 경험, "Led ..." -> "you led
..."). What cannot be bent is quoted. Pure.
"""

from __future__ import annotations

import re

from interview.planning import english as plan_english
from interview.planning import korean as plan_korean
from interview.planning.lines import LIST, LONGEST, Phrase, clean, is_korean, is_list
from interview.shapes import Language

_BULLET = re.compile(r"^\s*(?:[*\-•·◆▶○●■□※]|\d{1,2}[.)])\s")
_OWN_LINE = re.compile(r"^\s*(?:$|#|[^:：]{1,14}[:：]\s|(?:19|20)\d{2})")
LONG_LINE = 35
"""Letters of a line that may have been broken where the page ended."""


def unwrapped(text: str) -> list[str]:
    """The text's lines, with items that a page broke in two (PDF) made whole again: "... by 40 store", "managers"."""
    lines: list[str] = []
    for line in text.splitlines():
        if lines and _goes_on(lines[-1], line):
            lines[-1] = f"{lines[-1].rstrip()} {line.strip()}"
        else:
            lines.append(line)
    return lines


def _goes_on(line: str, following: str) -> bool:
    if not _BULLET.match(line) or len(line) < LONG_LINE or _BULLET.match(following) or _OWN_LINE.match(following):
        return False
    if line.rstrip().endswith((".", "!", "?", ":")):
        return False
    if is_korean(following):
        return not plan_korean.ended(clean(line))
    return following.strip()[:1].islower() or following.strip()[:1].isdigit()


def requirement(line: str, language: Language) -> Phrase:
    """What a posting asks for, as a phrase of the interview's language."""
    text = clean(line)
    if language == "ko":
        return plan_korean.requirement(text)
    return plan_english.requirement(text)


def evidence(line: str, language: Language) -> Phrase:
    """What the candidate wrote, as a phrase of the interview's language."""
    text = clean(line)
    if is_list(text):
        return Phrase(plan_english.head(LIST.sub("", text), LONGEST[language]), "noun")
    if language == "ko":
        return plan_korean.evidence(text)
    return plan_english.evidence(text)
