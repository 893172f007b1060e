"""A model's output made plain speech: markup, labels, quotation marks, emoji and lists taken off, then cut into
sentences. Pure. Nothing here judges what is said; see speech/checks.py.
"""

from __future__ import annotations

import re
import unicodedata

from interview.shapes import Language

_CODE = re.compile(r"```.*?(?:```|$)", re.DOTALL)
_TAG = re.compile(r"<\|[^|>]*\|>|</?[a-zA-Z][^>]*>|\[/?INST\]")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARK = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w|[.?!])[*_](?!\w)|^#{1,6}\s*|^>\s*", re.MULTILINE)
_BULLET = re.compile(r"^\s*(?:[-*•·▪◦–]\s+|\(?\d{1,2}[.)]\s+|[①-⑩]\s*|[a-eA-E가-라][.)]\s+)", re.MULTILINE)
_HAN_ASIDE = re.compile(r"\s*[(（][\u3400-\u9fff\s·,]+[)）]")
_STAGE = re.compile(r"\s*[(（\[][^()（）\[\]]*[)）\]]")
_MARKS = re.compile(r"([?!])[.?!…]+")
_DOTS = re.compile(r"\.{2,}|…+")
_GLUED = re.compile(r"(?<=[?!])(?=[^\s?!.'\")\]])|(?<=[a-z가-힣]\.)(?=[A-Z가-힣])")
_WIDE = str.maketrans("，。？！：；（）“”„‟‘’「」『』《》", ',.?!:;()""""\'\'""""""')


def plain(text: str) -> str:
    """One line a paragraph or list item, without markup; full-width signs and curly quotation marks made plain ones."""
    text = unicodedata.normalize("NFC", text).translate(_WIDE)
    text = _TAG.sub("", _CODE.sub("", text))
    text = _HAN_ASIDE.sub("", _LINK.sub(r"\1", text))
    text = _BULLET.sub("", text)
    text = _STAGE.sub("", _MARK.sub("", text))
    text = "".join(char for char in text if unicodedata.category(char) not in ("So", "Cf", "Co", "Cn", "Sk"))
    return "\n".join(line for line in (" ".join(line.split()) for line in text.splitlines()) if line)


def unquoted(text: str, answer: str) -> str:
    """Without quotation marks around the whole, and around what is no short phrase of the answer's."""
    text = text.strip()
    while len(text) > 1 and text[0] in "\"'" and text[-1] in "\"'" and not re.search(r"[\"']", text[1:-1]):
        text = text[1:-1].strip()
    said = answer.lower()

    def keep(found: re.Match[str]) -> str:
        inner = found[2].strip()
        verbatim = inner.lower() in said and len(inner.split()) <= 6
        return f"{found[1]}'{inner}'" if verbatim and inner else f"{found[1]}{found[2]}"

    text = re.sub(r"(^|[\s,])\"([^\"]*)\"", keep, text)
    text = re.sub(r"(^|[\s,])'([^']*)'(?![A-Za-z])", keep, text)
    text = text.replace('"', "")
    return text if text.count("'") != 1 or re.search(r"\w'\w|s' ", text) else text.replace("'", "")


_END = re.compile(r"(?<=[.?!])[\"')\]]*\s+|\n+")
_KOREAN_END = re.compile(r"(?<=니다)\s+|(?<=니까)\s+|(?<=십시오)\s+")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|mr|ms|mrs|dr|vs|etc|no)\.|\b[a-z]\.)$", re.IGNORECASE)


def sentences(text: str, language: Language) -> list[str]:
    """In order, each with its mark. Korean ones also end where a formal ending has no mark."""
    found: list[str] = []
    for piece in _END.split(_GLUED.sub(" ", _DOTS.sub(". ", _MARKS.sub(r"\1", text)))):
        parts = _KOREAN_END.split(piece) if language == "ko" else [piece]
        for part in parts:
            if found and _ABBREVIATION.search(found[-1]):
                found[-1] += " " + part
            elif re.search(r"\w", part):
                found.append(part.strip().lstrip("-–—*•·#>:, "))
    return found
