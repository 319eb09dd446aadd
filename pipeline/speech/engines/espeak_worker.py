"""espeak-ng through ctypes, in a worker process of its own, because all of its state is global."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_OUTPUT_SYNCHRONOUS = 2
_UTF8 = 1
_POSITION_CHARACTER = 1
_WORD_EVENT = 1
_EVENT_LIST_END = 0
_PARAMETER_RATE, _PARAMETER_PITCH = 1, 3
_MAX_PATH_BYTES = 120
"""espeak-ng keeps the data path in 160 bytes and adds file names to it.

A longer path fails with a misleading message about the voice.
"""

RawSpeech = tuple[bytes, int, tuple[tuple[int, int, int], ...]]
"""Samples (16-bit, mono), their rate in Hz, words as (first character, length, sample)."""


class _Event(ctypes.Structure):
    """`espeak_EVENT` of speak_lib.h."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


def speak_all(jobs: Sequence[tuple[str, str, int, int]]) -> list[RawSpeech | str]:
    """Speak each (text, voice, words a minute, pitch 0–99).

    A text that could not be spoken has the reason in place of its speech.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that started us decides when we end
    return [_speak_text(*job) for job in jobs]


def library_version() -> str:
    """Return espeak-ng's own version, e.g. 1.52.0."""
    with load_library() as (library, _):
        library.espeak_Info.restype = ctypes.c_char_p
        return str(library.espeak_Info(None).decode("ascii", "replace"))


def list_voice_names(language: str) -> list[tuple[str, Literal["female", "male", ""]]]:
    """Return (name, gender) of the voices for a language; an empty language means all."""
    with load_library() as (library, _):
        return _read_voice_list(library, language)


@contextmanager
def load_library() -> Iterator[tuple[Any, int]]:
    """Load and start espeak-ng; yield the library and its sample rate in Hz; unload it.

    Its wave generator keeps its phase from text to text, even through Terminate and Initialize:
    only a library that is loaded anew speaks a text the same way every time (2 ms a text).
    """
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    with _short_data_path(Path(espeakng_loader.get_data_path())) as data:
        rate = library.espeak_Initialize(_OUTPUT_SYNCHRONOUS, 0, os.fsencode(data), 0)
        if rate <= 0:
            message = f"espeak-ng did not start with {data} ({rate})"
            raise RuntimeError(message)
        try:
            yield library, int(rate)
        finally:
            library.espeak_Terminate()
            _unload(library)


@contextmanager
def _short_data_path(data: Path) -> Iterator[Path]:
    """Yield a path to the voices short enough for espeak-ng."""
    if len(os.fsencode(data)) <= _MAX_PATH_BYTES:
        yield data
        return
    folder = Path(tempfile.mkdtemp(prefix="espeak-"))
    try:
        link = folder / "espeak-ng-data"
        try:
            link.symlink_to(data, target_is_directory=True)
        except OSError:  # Windows allows links to administrators only
            shutil.copytree(data, link)
        yield link
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unload(library: Any) -> None:  # noqa: ANN401 - a C library
    import _ctypes

    unload = getattr(_ctypes, "FreeLibrary", None) or _ctypes.dlclose
    unload(library._handle)  # noqa: SLF001 - ctypes has no other door to it


def _speak_text(text: str, voice: str, speed: int, pitch: int) -> RawSpeech | str:
    audio_chunks: list[bytes] = []
    word_events: list[tuple[int, int, int]] = []
    with load_library() as (library, rate):
        # an unknown voice silently leaves the previous one in place: only the code says so
        status = library.espeak_SetVoiceByName(voice.encode())
        if status:
            return f"espeak-ng has no voice named {voice!r} ({status})"
        for parameter, value in ((_PARAMETER_RATE, speed), (_PARAMETER_PITCH, pitch)):
            status = library.espeak_SetParameter(parameter, value, 0)
            if status:
                return f"espeak-ng refused setting {parameter} = {value} ({status})"
        callback = _make_callback(audio_chunks, word_events)
        library.espeak_SetSynthCallback(callback)
        body = text.encode()
        status = library.espeak_Synth(
            body, ctypes.c_size_t(len(body) + 1), 0, _POSITION_CHARACTER, 0, _UTF8, None, None
        )
        status = status or library.espeak_Synchronize()
    return (
        f"espeak-ng could not voice a text ({status})"
        if status
        else (b"".join(audio_chunks), rate, tuple(word_events))
    )


def _make_callback(
    chunks: list[bytes], word_events: list[tuple[int, int, int]]
) -> Callable[..., int]:
    """Return the function that espeak-ng calls with samples and events."""

    def receive(samples: int | None, count: int, events: Any) -> int:  # noqa: ANN401 - a C pointer
        if samples and count > 0:
            chunks.append(ctypes.string_at(samples, count * 2))
        index = 0
        while events[index].type != _EVENT_LIST_END:
            event = events[index]
            if event.type == _WORD_EVENT:
                word_events.append((event.text_position - 1, event.length, event.sample))
            index += 1
        return 0

    prototype = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event)
    )
    return prototype(receive)


class _Voice(ctypes.Structure):
    """`espeak_VOICE` of speak_lib.h."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_char_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("xx1", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


def _read_voice_list(
    library: Any,  # noqa: ANN401 - a C library
    language: str,
) -> list[tuple[str, Literal["female", "male", ""]]]:
    library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_Voice))
    genders: dict[int, Literal["female", "male"]] = {1: "male", 2: "female"}
    voices = library.espeak_ListVoices(None)
    gender_by_code: dict[str, Literal["female", "male", ""]] = {}
    index = 0
    while voices[index]:
        voice = voices[index].contents
        code = voice.languages[1:].decode("utf-8", "replace")  # the first byte is a priority
        if not language or code == language or code.startswith(f"{language}-"):
            gender_by_code.setdefault(code, genders.get(voice.gender, ""))
        index += 1
    return list(gender_by_code.items())
