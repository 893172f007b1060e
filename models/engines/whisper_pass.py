"""One pass over one short window, straight through CTranslate2: encode, write, place the words. Imported lazily.

faster-whisper's own `transcribe` is made for files: it goes on behind the last time token in a pass more, which two
of five windows of 9 to 28 s had to pay for. A window of the voice loop is short and taken once. Its text is
written between time tokens all the same: they cost two to four steps, and keep the decoder from looping (of 44
utterances in windows of speech + 1.5 s three looped without them and none with them).

A CTranslate2 decoder steps through a forced prefix token by token, at the price of writing it: giving it the words that
are already certain saves nothing. What saves is a short window, and text before it as a *prompt* (evaluated at once).
"""

from __future__ import annotations

import math
import time
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations

from models.engines.whisper_guard import DOUBTFUL_NO_SPEECH, loop_start
from models.engines.whisper_model import FRAMES_PER_S
from models.ports import MIC_RATE_HZ, EngineError, Pcm, Transcription, Word

if TYPE_CHECKING:
    from models.engines.whisper_model import WindowedWhisperModel

_BEFORE, _BEHIND = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"
"""Signs that belong to the next and to the previous word: faster-whisper's own."""

_TYPICAL = "I led a small team that moved our billing system."
_TRIES = 4
"""The best of so many counts: a neighbour can make a try slower, never faster."""

LONGEST_WORD = 2.0
"""In medians of the words around it: what is longer has a pause in it, which belongs to no word."""


class ShortPass:
    """Writes one window. Holds what a language's tokenizer costs to make; one per loaded model.

    `wanted`: asked between its three steps (10 s of speech: 0.12 s to encode, 0.17 s to write, 0.04 s to place the
    words); when nobody wants the window any more, the rest of them is left out and EngineError raised."""

    def __init__(
        self, model: WindowedWhisperModel, beam_size: int = 1, wanted: Callable[[], bool] = lambda: True
    ) -> None:
        self._model = model
        self._beam_size = beam_size
        self._wanted = wanted
        self._tokenizers: dict[str, Any] = {}

    def decode(self, audio: Pcm, language: str, prompt: str, max_tokens: int, *, words: bool) -> Transcription:
        """`audio` is 16 kHz and fits into the window that `model.begin` has set. ValueError for an unknown language,
        EngineError when it is given up."""
        tokenizer = self._tokenizer(language)
        features = self._model.feature_extractor(audio)[..., :-1]
        encoded = self._model.encode(self._model.padded(features))
        self._go_on()
        before = tokenizer.encode(" " + prompt.strip()) if prompt.strip() else []
        start = self._model.get_prompt(tokenizer, before, without_timestamps=False)
        result = self._model.model.generate(
            encoded,
            [start],
            beam_size=self._beam_size,
            max_length=len(start) + max_tokens,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
        )[0]
        self._go_on()
        written = result.sequences_ids[0]
        seconds = len(audio) / MIC_RATE_HZ
        tokens = [token for token in written if token < tokenizer.eot]
        if result.no_speech_prob <= DOUBTFUL_NO_SPEECH:
            tokens = _without_loop(tokenizer, tokens, seconds)
        text = tokenizer.decode(tokens).strip()
        data = text.encode()
        return Transcription(
            text=text,
            words=self._words(tokenizer, tokens, encoded, seconds) if words and text else (),
            language=language,
            no_speech_probability=float(result.no_speech_prob),
            average_log_probability=float(result.scores[0]) * len(written) / (len(written) + 1),
            compression_ratio=len(data) / len(zlib.compress(data)),
        )

    def _go_on(self) -> None:
        if not self._wanted():
            raise EngineError("Nobody waits for this window any more.")

    def cost_s(self) -> float:
        """What a typical window costs here: three seconds of speech in a window of five, a dozen tokens."""
        tokenizer = self._tokenizer("en")
        quiet = np.zeros((self._model.feature_extractor.mel_filters.shape[0], 5 * FRAMES_PER_S), dtype=np.float32)
        start = self._model.get_prompt(tokenizer, [], prefix=_TYPICAL)
        took = []
        for _ in range(_TRIES):
            self._model.forget()
            began = time.perf_counter()
            encoded = self._model.encode(quiet)
            self._model.model.generate(encoded, [start], beam_size=self._beam_size, max_length=len(start) + 1)
            took.append(time.perf_counter() - began)
        self._model.forget()
        return min(took)

    def _tokenizer(self, language: str) -> Any:
        if language not in self._tokenizers:
            model = self._model
            self._tokenizers[language] = Tokenizer(
                model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language
            )
        return self._tokenizers[language]

    def _words(self, tokenizer: Any, tokens: list[int], encoded: Any, seconds: float) -> tuple[Word, ...]:
        frames = max(2, math.ceil(seconds * FRAMES_PER_S))
        placed = self._model.find_alignment(tokenizer, [tokens], encoded, frames)[0]
        merge_punctuations(placed, _BEFORE, _BEHIND)
        found = [item for item in placed if item["word"]]
        lengths = [length for item in found if (length := item["end"] - item["start"]) > 0]
        longest = LONGEST_WORD * min(0.7, float(np.median(lengths))) if lengths else 0.0
        return tuple(
            Word(item["word"], *_times(item, index, found, longest, seconds), float(item["probability"]))
            for index, item in enumerate(found)
        )


def _without_loop(tokenizer: Any, tokens: list[int], seconds: float) -> list[int]:
    """One window in ten of a call loops (7 of 74); to ask again makes it cost two to three times as much. A sentence
    that was said once, with copies for which there was no time, needs no second opinion: six of the 7 are cut here,
    five of them to the words that a second attempt finds, one to one word more."""
    words, parts = tokenizer.split_to_word_tokens(tokens)
    spoken = loop_start(words, seconds)
    return tokens if spoken is None else [token for part in parts[:spoken] for token in part]


def _times(item: Any, index: int, found: list[Any], longest: float, seconds: float) -> tuple[float, float]:
    """A word behind a pause begins too early, one before a pause ends too late: the alignment leaves no holes."""
    start, end = min(float(item["start"]), seconds), min(float(item["end"]), seconds)
    if end - start <= longest:
        return start, end
    before = found[index - 1]["word"].strip() if index else ""
    if index == 0 or before.endswith((".", "?", "!", ",")):
        return end - longest, end
    if index == len(found) - 1 or item["word"].strip().endswith((".", "?", "!", ",")):
        return start, start + longest
    return start, end
