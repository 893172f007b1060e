"""A model's raw text, character by character, as words that can be spoken: no markdown, code, tags or emoji.

Works on single characters and looks ahead by no more than the first one of what follows, so the result cannot depend
on how the stream was cut into tokens. A word is handed on when it is known what follows it: that says whether it ends
a line, and whether its full stop ends a sentence.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from voice import chunker_rules as rules

_LONGEST_TOKEN = 300
_HIDDEN = (("```", "```"), ("<think>", "</think>"))
_WIDE_STOPS = "。！？"
_KEPT_SYMBOLS = "°"


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """`hard_break`: a line or paragraph ends after it. `opens_line`: it is the first of one. `next_character`: the
    first letter or digit of what follows, "" at the end."""

    text: str
    hard_break: bool
    opens_line: bool
    next_character: str


@dataclass(slots=True)
class _Held:
    """A finished word that waits to see what follows. `gap` is the white space since."""

    text: str
    opens_line: bool
    gap: str = ""


class Cleaner:
    """For one reply. `feed` takes one character and returns the words that became certain with it."""

    def __init__(self) -> None:
        self._token = ""
        self._line_start = True
        self._held: _Held | None = None
        self._hidden_until = ""
        self._hidden_tail = ""
        self._out: list[SpokenWord] = []

    def feed(self, character: str) -> list[SpokenWord]:
        if self._hidden_until:
            self._hide(character)
        elif character.isspace():
            self._end_token()
            self._space("\n" if character in "\n\u2028\u2029" else " ")
        else:
            self._visible(character)
        return self._take()

    def flush(self) -> list[SpokenWord]:
        """The stream is over: what was still waiting."""
        self._end_token()
        self._release("")
        return self._take()

    def _take(self) -> list[SpokenWord]:
        out, self._out = self._out, []
        return out

    def _hide(self, character: str) -> None:
        self._hidden_tail = (self._hidden_tail + character)[-len(self._hidden_until) :]
        if self._hidden_tail == self._hidden_until:
            self._hidden_until = self._hidden_tail = ""
            self._space("\n")  # what was left out stood between two lines

    def _visible(self, character: str) -> None:
        if not self._token and character.isalnum():
            self._release(character)  # certain already: speech goes on, and this is how
        self._token += character
        for opening, closing in _HIDDEN:
            if character == opening[-1] and self._token.endswith(opening):
                self._token = self._token.removesuffix(opening)
                self._end_token()
                self._hidden_until = closing
        if character in _WIDE_STOPS or len(self._token) >= _LONGEST_TOKEN:
            self._end_token()

    def _space(self, character: str) -> None:
        self._line_start = self._line_start or character == "\n"
        if self._held is not None:
            self._held.gap += character

    def _end_token(self) -> None:
        raw, self._token = self._token, ""
        for part in rules.MISSING_SPACE.sub(" ", clean_token(raw, self._line_start)).split():
            if is_speakable(part):
                self._release(next(character for character in part if character.isalnum() or part in rules.ALONE))
                self._held = _Held(part, self._line_start)
                self._line_start = False
            else:
                self._glue(part)

    def _glue(self, punctuation: str) -> None:
        """Punctuation on its own (behind an emoji, or a dash between spaces) belongs to the word before it."""
        if self._held is not None and "\n" not in self._held.gap:
            dash = punctuation[0] in "-—–"
            self._held.text += (" " if dash and self._held.gap else "") + punctuation

    def _release(self, next_character: str) -> None:
        held, self._held = self._held, None
        if held is None:
            return
        hard = "\n" in held.gap and bool(next_character) and not _soft_wrap(held, next_character)
        text = held.text
        if hard and not _punctuated(text) and not rules.LIST_NUMBER.match(text):
            text += "."  # a heading or a list item: a voice would run on into the next line
        self._out.append(SpokenWord(text, hard, held.opens_line, next_character))


def clean_token(raw: str, opens_line: bool) -> str:
    """One run of non-space characters without its markup: "" if nothing is left of it."""
    text = rules.TAGS.sub("", unicodedata.normalize("NFC", raw))
    text = rules.FOOTNOTE.sub("", rules.LINK_TARGET.sub("", text))
    text = rules.URL.sub(r"\1", text)
    for mark in ("**", "__", "~~", "`", "|"):
        text = text.replace(mark, "")
    text = _without_brackets("".join(character for character in text if _is_text(character)))
    text = rules.EMPHASIS_CLOSING.sub("", rules.EMPHASIS_OPENING.sub(r"\1", text))
    text = rules.EMPHASIS_IN_HANGUL.sub("", text)
    if opens_line and (rules.ROLE_MARKER.match(text) or not text.strip("-*+>#=_–—")):
        return ""
    return text if is_speakable(text) or rules.LONE_PUNCTUATION.fullmatch(text) else ""


def is_speakable(text: str) -> bool:
    return text in rules.ALONE or any(character.isalnum() for character in text)


def _without_brackets(text: str) -> str:
    """Without the marks of headings, links and images; `arr[0]`, `C#` and `#1` keep theirs."""
    if text[:1] == "#" and not text[1:2].isdigit():
        text = text.lstrip("#")
    text = text.removeprefix("!") if text.startswith("![") else text
    text = text.removeprefix("[")
    return text if text.count("[") == text.count("]") else text.replace("[", "").replace("]", "")


def _is_text(character: str) -> bool:
    """Letters, digits, punctuation and the signs a voice can say; no emoji, arrows, bullets or control characters."""
    if "\u2100" <= character <= "\u214f" or "\u3300" <= character <= "\u33ff" or character in _KEPT_SYMBOLS:
        return True  # ℃, ㎡ and their like are words
    if "\ufe00" <= character <= "\ufe0f" or "\u2190" <= character <= "\u21ff" or character in "•·▪●■◆":
        return False
    return unicodedata.category(character) not in {"So", "Sk", "Cc", "Cf", "Cs", "Cn", "Co", "Me"}


def _punctuated(text: str) -> bool:
    return text.rstrip(rules.CLOSING).endswith((*rules.STOPS, *rules.CLAUSE_ENDS))


def _soft_wrap(held: _Held, next_character: str) -> bool:
    """One line break before a lower-case letter, in the middle of a sentence, is typesetting."""
    bare = held.text.rstrip(rules.CLOSING)
    finished = bare.endswith((*rules.STOPS, ":")) or rules.KOREAN_ENDING.search(bare) is not None
    return held.gap.count("\n") == 1 and next_character.islower() and not finished
