"""Boxes that describe the whole file: header, title, artist, cover, chapters."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from pipeline.mux.boxes import IDENTITY_MATRIX, box, full_box
from pipeline.timebase import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHPL_UNITS = 10_000_000  # units of a Nero chapter's time in a second
_MAX_CHPL_CHAPTERS = 255  # their count is one byte


def movie_header_box(length: int, track_count: int) -> bytes:
    """Return the movie header without a date; `length` is in samples at 48 kHz, its time scale."""
    times = struct.pack(">IIIIIHH", 0, 0, SAMPLE_RATE, length, 0x10000, 0x100, 0)
    return full_box(
        b"mvhd",
        0,
        0,
        times,
        bytes(8),
        IDENTITY_MATRIX,
        bytes(24),
        struct.pack(">I", track_count + 1),
    )


def user_data_box(
    texts: Sequence[tuple[bytes, str]], poster: bytes | None, chapters: Sequence[tuple[int, str]]
) -> bytes:
    """Return what players show about the file: texts, cover and chapters.

    `texts` are (iTunes key, text), `poster` is a PNG or JPEG, `chapters` are (sample at 48 kHz,
    title) and are written in Nero's form (`chpl`), which holds 255 at most.
    """
    items = [
        box(key, _metadata_value(1, text.encode("utf-8", "replace"))) for key, text in texts if text
    ]
    if poster is not None:
        items.append(
            box(b"covr", _metadata_value(14 if poster.startswith(b"\x89PNG") else 13, poster))
        )
    handler = full_box(b"hdlr", 0, 0, bytes(4), b"mdir", b"appl", bytes(9))
    parts = [full_box(b"meta", 0, 0, handler, box(b"ilst", *items))]
    if chapters:
        chapter_entries = [
            struct.pack(">QB", sample * _CHPL_UNITS // SAMPLE_RATE, len(label)) + label
            for sample, label in (
                (sample, _truncated_title(title)) for sample, title in chapters[:_MAX_CHPL_CHAPTERS]
            )
        ]
        parts.append(
            full_box(b"chpl", 1, 0, struct.pack(">IB", 0, len(chapter_entries)), *chapter_entries)
        )
    return box(b"udta", *parts)


def _metadata_value(kind: int, data: bytes) -> bytes:
    return box(b"data", struct.pack(">II", kind, 0), data)


def _truncated_title(title: str) -> bytes:
    """Return at most 255 bytes of a title, without cutting a character in two."""
    return title.encode("utf-8", "replace")[:255].decode("utf-8", "ignore").encode()
