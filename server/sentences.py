"""Sentences for people over HTTP, in the two languages that pages speak. Accept-Language chooses."""

from __future__ import annotations

from starlette.datastructures import Headers

from models.fetch import FetchError
from models.ports import EngineError, EngineUnavailable

Sentence = tuple[str, str]
"""English, Korean."""

BROKE = ("Something broke inside the server; the log says what.", "서버에서 문제가 생겼습니다. 로그에 이유가 있습니다.")

_GENERAL: tuple[tuple[type[Exception], str], ...] = (
    (EngineUnavailable, "지금은 모델을 쓸 수 없습니다."),
    (EngineError, "모델이 일을 마치지 못했습니다."),
    (FetchError, "모델을 내려받지 못했습니다."),
)
"""What stands before an error of whose own words there are only English ones."""


def prefers_korean(headers: Headers) -> bool:
    """Which of a sentence's two languages the client wants."""
    return headers.get("accept-language", "").lower().startswith("ko")


def said(headers: Headers, sentence: Sentence) -> str:
    english, korean = sentence
    return korean if prefers_korean(headers) else english


def sentence_of(error: Exception) -> Sentence:
    """An error's own words. Those that know both languages carry `korean`, and `english` where they are a Korean
    sentence themselves; the reasons of engines and downloads are English and stand in brackets."""
    english = str(getattr(error, "english", "")) or str(error)
    korean = str(getattr(error, "korean", ""))
    if not korean:
        general = next((text for kind, text in _GENERAL if isinstance(error, kind)), "")
        korean = f"{general} ({english})" if general else english
    return english, korean
