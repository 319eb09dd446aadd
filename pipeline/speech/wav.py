"""Whether a WAV file is whole: decoders take one that was cut short without a word."""

from __future__ import annotations

from pipeline.errors import ServiceError

_HEAD, _CHUNK_HEAD = 12, 8
_UNKNOWN = frozenset({0, 0xFFFFFFFF})
"""Sizes a server writes that begins to answer before it knows how much there will be."""


def check_wav(body: bytes) -> None:
    """Raise ServiceError where a WAV file holds less sound than its header says, or none."""
    at = _HEAD
    while at + _CHUNK_HEAD <= len(body):
        size = int.from_bytes(body[at + 4 : at + 8], "little")
        there = len(body) - at - _CHUNK_HEAD
        if body[at : at + 4] == b"data":
            if there == 0 or (size not in _UNKNOWN and size < 0xFFFF0000 and size > there):  # noqa: PLR2004 - ffmpeg's "unknown" is a little less
                raise ServiceError("The audio was cut short.", "Run again.")
            return
        at += _CHUNK_HEAD + size + size % 2
    raise ServiceError("The audio was cut short.", "Run again.")
