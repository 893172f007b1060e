"""Whisper through faster-whisper (https://github.com/SYSTRAN/faster-whisper, MIT): a window of speech to timed words.

Settings: compute_type ("int8" on the CPU, "int8_float16" on a GPU), beam_size (1: on the test clips 5 costs 1.2 to 2
times as long and makes no fewer errors), languages (what an unknown language is chosen from), short_windows (True; see
whisper_model.py), measure_threads (True: on the CPU, `warm_up` keeps one thread where more are no faster).
"""

from __future__ import annotations

import logging
import math
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from models.engines.model_files import model_directory
from models.engines.whisper_guard import BELIEVED_TWICE, LOST, is_silence, suspicion
from models.ports import MIC_RATE_HZ, EngineError, EngineUnavailable, Pcm, Role, TranscribeRequest, Transcription, Word
from models.registry import EngineOptions, EngineSpec

if TYPE_CHECKING:
    from models.engines.whisper_model import WindowedWhisperModel
    from models.engines.whisper_pass import ShortPass

log = logging.getLogger("moui.whisper")

LONGEST_S = 30.0
SHORTEST_S = 0.1
"""Less than a syllable: answered with silence, not asked of a model that would invent a word."""

MIN_WINDOW_S = 4.0
WINDOW_MARGIN_S = 1.5
"""Silence the decoder needs behind the speech to know that it ended. Shorter windows than these lose words."""

SECOND_MARGIN_S = 4.0
"""More silence for a second attempt: with so much behind the speech none of 44 utterances looped."""

LITTLE_S, LITTLE_WINDOW_S = 4.0, 12.0
"""For so little speech the last attempt is no longer than this: a cough, or half a word at the end of a window, would
otherwise cost a full window (1.2 s on a busy core, where this takes a third), and a "Yes." would wait behind it."""

WINDOW_STEP_S = 1.0
"""Windows are rounded up to this. CTranslate2 keeps memory for every window length it has seen: 2 MB a window, without
end, when each length was new (393 MB after 30 windows, 639 MB after 180); rounded, 350 and 362 MB."""

CALIBRATION_WINDOW_S = 5.0
WORTH_A_THREAD = 1.1
"""More threads must be clearly faster: they take cores away from everything else."""

PROMPT_CHARACTERS = 200
TOKENS_PER_S = 10
TOKENS_AT_LEAST = 30
"""Not less: a loop has to go on for long enough to be known for one (at 16 half a copy was believed)."""

CONTEXT_TOKENS = 448
"""Whisper's text context. A loop that runs into it takes seconds; fast speech makes 5 to 8 tokens a second."""


class WhisperEngine:
    """A SpeechToTextEngine. One call at a time."""

    def __init__(self, model: WindowedWhisperModel, options: EngineOptions) -> None:
        self._model: WindowedWhisperModel | None = model
        self._options = options
        self._beam_size = int(options.settings.get("beam_size", 1))
        self._languages = tuple(options.settings.get("languages", ()))
        self._short = bool(options.settings.get("short_windows", True))
        self._measure_threads = bool(options.settings.get("measure_threads", True))
        self._interrupted = False
        self._pass: ShortPass | None = None

    def transcribe(self, request: TranscribeRequest) -> Iterator[Transcription]:
        """Yield exactly one Transcription. EngineError when the window is too long or the language unknown."""
        seconds = len(request.audio) / MIC_RATE_HZ
        if seconds > LONGEST_S:
            raise EngineError(f"Speech recognition takes at most {LONGEST_S:.0f} s at once, not {seconds:.1f} s.")
        if seconds < SHORTEST_S:
            yield _nothing(_base_language(request.language) or "")
            return
        self._interrupted = False
        try:
            transcription = self._transcribe(request)
        except (RuntimeError, ValueError) as error:  # CTranslate2: out of memory, no such language, ...
            raise EngineError(f"Speech recognition failed: {error}") from error
        finally:
            if self._model is not None:
                self._model.forget()
        yield transcription

    def interrupt(self) -> None:
        """From another thread: nobody waits for the running call any more. It ends with EngineError after the step of
        the pass that is running; no other pass begins."""
        self._interrupted = True

    def warm_up(self) -> None:
        """The better number of threads is found; then both window lengths once: the first pass of each allocates."""
        if self._options.device == "cpu" and self._options.threads > 1 and self._measure_threads:
            self._choose_threads()
        silence = np.zeros(MIC_RATE_HZ, dtype=np.float32)
        for window_s in (MIN_WINDOW_S, LONGEST_S):
            self._attempt(silence, "en", window_s)

    def _choose_threads(self) -> None:
        """One thread or those it was given. A token is a hundred small products with a barrier behind each: on two
        virtual cores a second thread makes it 4 to 10 ms instead of 2.5 to 4, on a desktop's cores it may be faster."""
        from models.engines.whisper_pass import ShortPass

        assert self._model is not None
        self._begin(CALIBRATION_WINDOW_S)
        several = ShortPass(self._model, self._beam_size).cost_s()
        single = _open(replace(self._options, threads=1))
        single.begin(math.ceil(CALIBRATION_WINDOW_S * 100))
        alone = ShortPass(single, self._beam_size).cost_s()
        fewer = alone <= several * WORTH_A_THREAD
        log.info(
            "a window of speech takes %.0f ms on one thread, %.0f ms on %d: %s",
            1000 * alone,
            1000 * several,
            self._options.threads,
            "one it is" if fewer else "all of them it is",
        )
        loser, self._model, self._pass = (self._model, single, None) if fewer else (single, self._model, None)
        loser.model.unload_model()

    def close(self) -> None:
        if self._model is not None:
            self._model.forget()
            self._model.model.unload_model()
            self._model = self._pass = None

    def _transcribe(self, request: TranscribeRequest) -> Transcription:
        """The short window first; when its result looks wrong, once more without the prompt and with more silence
        behind the speech, and if that is in doubt too, as Whisper was trained: 30 s, or a part of that where little
        was said. A mere look (no words wanted) is taken once: an answer in time matters more, and who asked judges by
        the numbers.

        Never a temperature above 0: sampling makes repeated windows disagree with themselves, and costs a pass more.
        """
        audio, prompt = request.audio, _tail(request.prompt)
        seconds = len(audio) / MIC_RATE_HZ
        window_s = self.window_s(seconds)
        language = _base_language(request.language) or self._detect(audio, window_s)
        heard = self._attempt(audio, language, window_s, prompt, words=request.words)
        doubt = suspicion(heard, seconds, prompt)
        longest_s = LONGEST_S if seconds > LITTLE_S or not self._short else LITTLE_WINDOW_S
        longer_s = window_s + SECOND_MARGIN_S
        if doubt in LOST and request.words and longer_s < longest_s and not self._interrupted:
            heard = self._attempt(audio, language, longer_s)
            doubt = suspicion(heard, seconds)
        if doubt and doubt not in BELIEVED_TWICE and request.words and not self._interrupted:
            heard = self._attempt(audio, language, longest_s)
            if is_silence(heard):
                return _nothing(language)
        return heard

    def window_s(self, speech_s: float) -> float:
        """Seconds that the encoder is given for so much speech."""
        if not self._short:
            return LONGEST_S
        rounded = math.ceil((speech_s + WINDOW_MARGIN_S) / WINDOW_STEP_S) * WINDOW_STEP_S
        return min(LONGEST_S, max(MIN_WINDOW_S, rounded))

    def _detect(self, audio: Pcm, window_s: float) -> str:
        model = self._begin(window_s)
        features = model.feature_extractor(audio)[..., :-1]
        best, _, ranking = model.detect_language(features=features)
        return next((code for code, _ in ranking if not self._languages or code in self._languages), str(best))

    def _begin(self, window_s: float) -> WindowedWhisperModel:
        from models.engines.whisper_model import FRAMES_PER_S

        if self._model is None:
            raise RuntimeError("the Whisper engine is closed")
        self._model.begin(math.ceil(window_s * FRAMES_PER_S))
        return self._model

    def _attempt(
        self, audio: Pcm, language: str, window_s: float, prompt: str = "", *, words: bool = True
    ) -> Transcription:
        from models.engines.whisper_pass import ShortPass

        model = self._begin(window_s)
        if window_s >= LONGEST_S:
            return self._as_trained(model, audio, language, prompt, words=words)
        if self._pass is None:
            self._pass = ShortPass(model, self._beam_size, lambda: not self._interrupted)
        return self._pass.decode(audio, language, prompt, _most_tokens(model, prompt, audio), words=words)

    def _as_trained(
        self, model: WindowedWhisperModel, audio: Pcm, language: str, prompt: str, *, words: bool
    ) -> Transcription:
        from models.engines.whisper_model import TooManyPasses

        segments, info = model.transcribe(
            audio,
            language=language,
            beam_size=self._beam_size,
            temperature=0.0,
            initial_prompt=prompt or None,
            condition_on_previous_text=False,
            word_timestamps=words,
            vad_filter=False,
            max_new_tokens=_most_tokens(model, prompt, audio),
        )
        heard: list[Any] = []
        with suppress(TooManyPasses):  # what was heard before the decoder lost its way is kept
            heard.extend(segments)
        return _joined(heard, info.language, len(audio) / MIC_RATE_HZ)


def load(options: EngineOptions) -> WhisperEngine:
    """Raises EngineUnavailable."""
    return WhisperEngine(_open(options), options)


def _open(options: EngineOptions) -> WindowedWhisperModel:
    directory = model_directory(options, "Whisper", "model.bin", "config.json", "tokenizer.json")
    from models.engines.whisper_model import WindowedWhisperModel

    device, _, index = options.device.partition(":")
    default = "int8" if device == "cpu" else "int8_float16"
    try:
        return WindowedWhisperModel(
            str(directory),
            device=device,
            device_index=int(index or 0),
            compute_type=str(options.settings.get("compute_type", default)),
            cpu_threads=options.threads,
            local_files_only=True,
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise EngineUnavailable(f"Whisper cannot be loaded on {options.device}: {error}") from error


def _most_tokens(model: WindowedWhisperModel, prompt: str, audio: Pcm) -> int:
    room = CONTEXT_TOKENS - 8 - len(model.hf_tokenizer.encode(prompt).ids)
    return min(room, TOKENS_AT_LEAST + math.ceil(TOKENS_PER_S * len(audio) / MIC_RATE_HZ))


def _joined(segments: Sequence[Any], language: str, seconds: float) -> Transcription:
    """One Transcription of all segments; Whisper's numbers are weighted by tokens. No segment at all is silence."""
    if not segments:
        return _nothing(language)
    text = "".join(segment.text for segment in segments).strip()
    weights = np.array([max(1, len(segment.tokens)) for segment in segments], dtype=np.float64)
    data = text.encode()
    return Transcription(
        text=text,
        words=tuple(
            Word(word.word, min(float(word.start), seconds), min(float(word.end), seconds), float(word.probability))
            for segment in segments
            for word in segment.words or ()
        ),
        language=language,
        no_speech_probability=float(np.average([segment.no_speech_prob for segment in segments], weights=weights)),
        average_log_probability=float(np.average([segment.avg_logprob for segment in segments], weights=weights)),
        compression_ratio=len(data) / len(zlib.compress(data)),
    )


def _nothing(language: str) -> Transcription:
    return Transcription("", (), language, 1.0, 0.0, 0.0)


def _base_language(language: str | None) -> str | None:
    """ "ko-KR" -> "ko"."""
    return language.replace("_", "-").partition("-")[0].lower() if language else None


def _tail(prompt: str) -> str:
    """The end of the prompt from a word's beginning: what precedes the window matters, not how the turn began."""
    if len(prompt) <= PROMPT_CHARACTERS:
        return prompt.strip()
    return prompt[-PROMPT_CHARACTERS:].partition(" ")[2].strip()


SPEC = EngineSpec(name="whisper", role=Role.STT, load=load)
