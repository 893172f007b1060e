"""Whisper's inventions: what it writes when there was nothing to hear. A gate before a transcript may become a turn.

Each rule is on its own weak, because people do say "thank you" and do speak fast; so phrases are judged as a whole text
only, and only against the time somebody was really heard to speak and the model's own confidence.
"""

from __future__ import annotations

import math
import re

from models.ports import Transcription
from voice.words import normalise

NO_SPEECH = 0.6
LOW_LOG_PROBABILITY = -1.0
LOOP_RATIO = 2.4
"""Whisper's own gates (Radford et al. 2022, section 4.5)."""

DOUBTFUL_NO_SPEECH, DOUBTFUL_LOG_PROBABILITY = 0.4, -1.3
"""Both together as well: of bursts of noise like a cough the base model makes "I'm gonna get it." (0.59 to 0.69 and
most often below -1.3); of words cut off after a third of a second it is surer (0.01 to 0.20 and not below -1.1)."""

_WORDS_PER_S = 7.0
_SYLLABLES_PER_S = 11.0
"""Above the fastest speech: about 6 words/s in English, 9 syllables/s in Korean."""

_TAG = re.compile(r"\[[^\]]*\]|\([^)]*\)|（[^）]*）|\*[^*]*\*|<[^>]*>|[♪♫🎵🎶]+")


def _phrases(lines: str) -> frozenset[str]:
    return frozenset(normalise(line) for line in lines.strip().splitlines())


POLITE = _phrases(
    """
    Thank you
    Thank you very much
    Thank you so much
    Thanks
    Bye
    Bye bye
    You
    Okay
    So
    I'm sorry
    Oh
    Hmm
    감사합니다
    고맙습니다
    네
    아멘
    안녕하세요
    수고하셨습니다
    여러분
    """
)
"""What Whisper writes over silence and what a person may really say: believed if it was clearly heard."""

BROADCAST = _phrases(
    """
    Thank you for watching
    Thanks for watching
    Thank you for listening
    Thank you so much for watching
    Thanks for watching and see you in the next video
    Please subscribe
    Please subscribe to my channel
    Don't forget to like and subscribe
    See you next time
    See you in the next video
    I'll see you in the next one
    Subtitles by the Amara.org community
    Transcription by CastingWords
    Subscribe to my channel
    We'll be right back
    시청해주셔서 감사합니다
    시청해주셔서 고맙습니다
    영상 시청해주셔서 감사합니다
    끝까지 시청해주셔서 감사합니다
    오늘도 시청해주셔서 감사합니다
    구독과 좋아요 부탁드립니다
    구독 좋아요 알림설정 부탁드립니다
    좋아요와 구독 부탁드립니다
    다음 영상에서 만나요
    다음 영상에서 뵙겠습니다
    다음 시간에 만나요
    MBC 뉴스 이덕영입니다
    MBC 뉴스 김성현입니다
    지금까지 MBC 뉴스였습니다
    한글자막 by 한효정
    자막 제공 및 자막 및 광고를 포함하고 있습니다
    들어주셔서 감사합니다
    이 영상은 유료광고를 포함하고 있습니다
    """
)
"""The ends of videos that Whisper was trained on. Nobody answers an interviewer with nothing but this."""


def is_hallucination(heard: Transcription, voiced_s: float, language: str | None = None) -> str | None:
    """Why this text was invented, or None if it may stand.

    `voiced_s` is how long the voice detector heard speech in the window, in seconds. The reason is one of "empty",
    "sound_tag", "no_speech", "loop", "too_fast", "silence_phrase"; it is for logs and events, not for people.
    `language` None takes the one Whisper detected.
    """
    spoken = _TAG.sub(" ", heard.text)
    if not normalise(heard.text) and not _TAG.search(heard.text):
        return "empty"
    if not normalise(spoken):
        return "sound_tag"
    if _no_speech(heard):
        return "no_speech"
    if heard.compression_ratio > LOOP_RATIO:
        return "loop"
    needed_s = _shortest_time_s(spoken, language or heard.language)
    if needed_s > voiced_s + 0.5:
        return "too_fast"
    return "silence_phrase" if _is_silence_phrase(heard, normalise(spoken), needed_s, voiced_s) else None


def _no_speech(heard: Transcription) -> bool:
    silence, sureness = heard.no_speech_probability, heard.average_log_probability
    return (silence > NO_SPEECH and sureness < LOW_LOG_PROBABILITY) or (
        silence > DOUBTFUL_NO_SPEECH and sureness < DOUBTFUL_LOG_PROBABILITY
    )


def _shortest_time_s(text: str, language: str) -> float:
    """The least time in which somebody could say it."""
    if language == "ko":
        hangul = sum(1 for character in text if "가" <= character <= "힣")
        others = sum(1 for word in text.split() if normalise(word).isascii() and normalise(word))
        return hangul / _SYLLABLES_PER_S + others / _WORDS_PER_S
    return len(text.split()) / _WORDS_PER_S


def _is_silence_phrase(heard: Transcription, spoken: str, needed_s: float, voiced_s: float) -> bool:
    # A look for the text only has no words to be sure of: then the text as a whole says how sure.
    confidence = min((word.probability for word in heard.words), default=math.exp(heard.average_log_probability))
    if spoken in BROADCAST:
        return confidence < 0.85 or heard.no_speech_probability > 0.2 or voiced_s < 2 * needed_s
    if spoken in POLITE:
        weak = heard.no_speech_probability > NO_SPEECH or heard.average_log_probability < LOW_LOG_PROBABILITY
        return weak or confidence < 0.3 or voiced_s < needed_s
    return False
