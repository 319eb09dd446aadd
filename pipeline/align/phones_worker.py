"""espeak-ng's text to phonemes, through ctypes, in a worker process of its own (its state is global)."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from pipeline.speech import espeak_worker

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE = 60.0
"""Seconds for a process to start and load the library on a busy machine; a text takes well under a millisecond after that."""

_UTF8 = 1
_SEPARATED = ord("/") << 8  # mnemonics in ASCII, with a slash between phonemes (bits 8-23 of the mode, speak_lib.h)


def read_all(texts: Sequence[tuple[str, str]]) -> list[str]:
    """Return the phoneme mnemonics of each (voice, text): words parted by blanks, phonemes by slashes."""
    with espeak_worker._library() as (library, _):  # noqa: SLF001 - one way to load espeak-ng, used in this process alone
        library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
        readings = {}
        for voice, text in sorted(set(texts)):  # voices are slow to change: one after the other
            readings[voice, text] = _read(library, voice, text)
        return [readings[wanted] for wanted in texts]


def _read(library: Any, voice: str, text: str) -> str:  # noqa: ANN401 - a C library
    if library.espeak_SetVoiceByName(voice.encode()):
        message = f"espeak-ng has no voice {voice!r}"
        raise RuntimeError(message)
    rest = ctypes.c_char_p(text.encode())
    clauses = []
    while rest.value is not None:
        clauses.append(library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _SEPARATED) or b"")
    return b" ".join(clauses).decode("utf-8", "replace")
