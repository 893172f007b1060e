"""libespeak-ng through ctypes: just what turns text into samples. Imported in a worker process only (GPL-3).

Names and numbers are those of speak_lib.h of eSpeak NG 1.52. The library has one global state: one instance a process.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from models.ports import EngineError, EngineUnavailable, Pcm

AUDIO_OUTPUT_SYNCHRONOUS = 2
INITIALIZE_DONT_EXIT = 0x8000
RATE_PARAMETER = 1
NORMAL_WORDS_PER_MINUTE = 175
CHARS_UTF8 = 1
END_PAUSE = 0x1000
POSITION_CHARACTER = 1
OK = 0

_BUFFER_MS = 200
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class EspeakLibrary:
    """The initialised library. Raises EngineUnavailable when it cannot be loaded."""

    def __init__(self) -> None:
        self._library = _open()
        self._blocks: list[Pcm] = []
        self._stopped = False
        # ctypes keeps no reference: without this attribute the callback would be freed under the library's feet.
        self._callback = _Callback(self._take)
        self.sample_rate_hz = self._initialise()
        self._library.espeak_SetSynthCallback(self._callback)

    def speak(self, text: str, voice: str, speed: float) -> Pcm:
        """All samples of `text`, int16 scaled to [-1, 1]. `stop` from another thread ends it early.

        Raises EngineError when eSpeak refuses.
        """
        library = self._library
        self._blocks, self._stopped = [], False
        if library.espeak_SetVoiceByName(voice.encode()) != OK:
            raise EngineError(f"eSpeak has no voice '{voice}'.")
        library.espeak_SetParameter(RATE_PARAMETER, round(NORMAL_WORDS_PER_MINUTE * speed), 0)
        data = text.replace("\0", " ").encode() + b"\0"
        flags = CHARS_UTF8 | END_PAUSE
        if library.espeak_Synth(data, len(data), 0, POSITION_CHARACTER, 0, flags, None, None) != OK:
            raise EngineError("eSpeak could not speak this text.")
        blocks, self._blocks = self._blocks, []
        return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.float32)

    def stop(self) -> None:
        self._stopped = True

    def close(self) -> None:
        self._library.espeak_Terminate()

    def _initialise(self) -> int:
        import espeakng_loader

        try:
            path = espeakng_loader.get_data_path()
        except RuntimeError as error:
            raise EngineUnavailable(f"eSpeak's data is missing: {error}.") from error
        rate = int(
            self._library.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, _BUFFER_MS, path.encode(), INITIALIZE_DONT_EXIT)
        )
        if rate <= 0:
            raise EngineUnavailable(f"eSpeak could not be started with the data in {path}.")
        return rate

    def _take(self, samples: Any, count: int, _events: Any) -> int:
        """Called by the library with each buffer; a null pointer marks the end. 1 asks it to stop."""
        if samples and count > 0:
            block = np.ctypeslib.as_array(samples, shape=(count,))
            self._blocks.append(block.astype(np.float32) / 32768.0)
        return int(self._stopped)


def _open() -> ctypes.CDLL:
    try:
        import espeakng_loader

        library = ctypes.CDLL(espeakng_loader.get_library_path())
    except (ImportError, OSError) as error:
        raise EngineUnavailable(f"eSpeak's library cannot be loaded: {error}.") from error
    library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
    library.espeak_SetSynthCallback.argtypes = [_Callback]
    library.espeak_SetSynthCallback.restype = None
    library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
    library.espeak_SetParameter.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_int]
    library.espeak_Synth.argtypes = [
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.c_uint,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.c_uint,
        ctypes.c_void_p,
        ctypes.c_void_p,
    ]
    return library
