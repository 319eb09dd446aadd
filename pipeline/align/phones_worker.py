"""espeak-ng's phonemes of a text, in a worker process because its state is global."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from pipeline.speech.engines import espeak_worker

if TYPE_CHECKING:
    from collections.abc import Sequence

START_TIMEOUT_SECONDS = 60.0
"""Seconds to start a process and load the library on a busy machine."""

_UTF8_MODE = 1
_SLASH_SEPARATED_MODE = ord("/") << 8  # bits 8-23 of the mode are the separator (speak_lib.h)


def read_all_phonemes(texts: Sequence[tuple[str, str]]) -> list[str]:
    """Return the phoneme mnemonics of each (voice, text).

    Words are separated by spaces, phonemes by slashes. Raises RuntimeError for an unknown voice.
    """
    with espeak_worker.load_library() as (library, _):
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        library.espeak_TextToPhonemes.argtypes = [
            ctypes.POINTER(ctypes.c_char_p),
            ctypes.c_int,
            ctypes.c_int,
        ]
        readings = {}
        for voice, text in sorted(set(texts)):  # sorted by voice, because changing voices is slow
            readings[voice, text] = _phonemes_of(library, voice, text)
        return [readings[wanted] for wanted in texts]


def _phonemes_of(library: Any, voice: str, text: str) -> str:  # noqa: ANN401 - a C library
    if library.espeak_SetVoiceByName(voice.encode()):
        problem = f"espeak-ng has no voice {voice!r}"
        raise RuntimeError(problem)
    remaining = ctypes.c_char_p(text.encode())
    clauses = []
    while remaining.value is not None:
        clauses.append(
            library.espeak_TextToPhonemes(
                ctypes.byref(remaining), _UTF8_MODE, _SLASH_SEPARATED_MODE
            )
            or b""
        )
    return b" ".join(clauses).decode("utf-8", "replace")
