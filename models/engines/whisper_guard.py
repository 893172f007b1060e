"""Does this look like Whisper lost its way? Pure; decides whether a window is worth a second, slower attempt."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.ports import Transcription

COMPRESSION_LIMIT = 2.4
LOG_PROBABILITY_LIMIT = -1.0
"""Whisper's own limits for falling back (Radford et al. 2022, section 4.5)."""

NO_SPEECH_LIMIT = 0.6
"""In a short window the base model says "I'm sorry." to noise, and is sure of it; only the no-speech token knows."""

CERTAINLY_NO_SPEECH = 0.8

DOUBTFUL_NO_SPEECH, DOUBTFUL_LOG_PROBABILITY = 0.4, -0.7
"""Both together are doubt as well: to digital silence it says "You" (0.56 and -0.86)."""

REPEATS = 4
CHARACTERS_PER_S = 30
"""Nobody speaks faster: 25 characters a second is a very fast English speaker, 10 a Korean one."""

LOST = frozenset({"repetitive", "doubled", "unsure", "too much text", "echoes the prompt"})
"""Reasons that another short window may well do away with. The others doubt that anybody spoke."""

BELIEVED_TWICE = frozenset({"doubled"})
"""What a speaker may really have done: two windows that agree about it are enough."""

LOOPED_CHARACTERS_PER_S = 22
"""A copy in more text than this is the decoder's own: two copies of a sentence are never spoken in the time of one."""

LEAST_COPIED, LEAST_KEPT = 4, 3
"""Words. What is said to noise over and over is shorter ("I'm sorry."), and deserves its second opinion."""

_NOT_WORD = re.compile(r"[\W_]+")


def suspicion(result: Transcription, speech_s: float, prompt: str = "") -> str | None:
    """Why the result should not be believed at once, or None. `speech_s` is the window's length in seconds."""
    words = _NOT_WORD.sub(" ", result.text.lower()).split()
    checks = (
        ("nothing was heard", not words),
        ("repetitive", result.compression_ratio > COMPRESSION_LIMIT or repeats(words) >= REPEATS),
        ("unsure", result.average_log_probability < LOG_PROBABILITY_LIMIT),
        ("no speech", result.no_speech_probability > NO_SPEECH_LIMIT),
        (
            "perhaps no speech",
            result.no_speech_probability > DOUBTFUL_NO_SPEECH
            and result.average_log_probability < DOUBTFUL_LOG_PROBABILITY,
        ),
        ("too much text", len(result.text) > 20 + CHARACTERS_PER_S * speech_s),
        ("echoes the prompt", _echoes(words, prompt)),
        ("doubled", doubled(words)),
    )
    return next((reason for reason, found in checks if found), None)


def is_silence(result: Transcription) -> bool:
    """What Whisper itself takes for no speech. faster-whisper leaves such windows out by the first rule; a sure "you"
    in a short window of silence (0.92 and -0.95; speech has 0.2 at most) needs the second."""
    silence, sureness = result.no_speech_probability, result.average_log_probability
    unsure = silence > NO_SPEECH_LIMIT and sureness < LOG_PROBABILITY_LIMIT
    return unsure or silence > CERTAINLY_NO_SPEECH or not _NOT_WORD.sub("", result.text)


def repeats(words: list[str], longest: int = 6) -> int:
    """How often the most repeated run of up to `longest` words follows itself directly; 1 for no repetition."""
    most = 1 if words else 0
    for size in range(1, longest + 1):
        count = 1
        for start in range(size, len(words) - size + 1):
            same = words[start : start + size] == words[start - size : start]
            count = count + 1 if same else 1
            # The comparison advances one word at a time: k repetitions make (k - 2) * size + 1 matches in a row.
            most = max(most, 1 + (count + size - 2) // size)
    return most


def loop_start(words: Sequence[str], speech_s: float) -> int | None:
    """How many first words of a looping decoder's text were spoken, or None if it does not surely loop.

    It says the sentence again once it is through with it, most often to the limit of its tokens. Where the whole is
    more than anybody says in `speech_s` seconds and what precedes the copies is not, the window is not asked again.
    """
    bare = [_NOT_WORD.sub("", word.lower()) for word in words]
    most = LOOPED_CHARACTERS_PER_S * speech_s
    if len("".join(words)) <= most:
        return None
    kept = min((_copied_from(bare, size) for size in range(1, len(bare))), default=len(bare))
    copied = len(bare) - kept
    enough = kept >= LEAST_KEPT and copied >= LEAST_COPIED
    return kept if enough and len("".join(words[:kept])) <= most else None


def _copied_from(words: list[str], size: int) -> int:
    """Where the end begins in which each word is the one `size` words before."""
    start = len(words)
    while start > size and words[start - 1] == words[start - 1 - size]:
        start -= 1
    return start


def doubled(words: list[str], least: int = 4) -> bool:
    """A run of at least `least` words is followed by itself: what the decoder does when a window is a little short."""
    return any(
        words[start : start + size] == words[start + size : start + 2 * size]
        for size in range(least, len(words) // 2 + 1)
        for start in range(len(words) - 2 * size + 1)
    )


def _echoes(words: list[str], prompt: str, least: int = 4) -> bool:
    """The decoder read its prompt aloud: at least `least` words, all of them in the prompt in this order."""
    if len(words) < least or not prompt:
        return False
    before = _NOT_WORD.sub(" ", prompt.lower()).split()
    return f" {' '.join(words)} " in f" {' '.join(before)} "
