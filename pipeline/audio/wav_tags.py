"""What a WAV file can say of itself: chapters as markers that editors show, title and cover as an ID3 tag that players show."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from pipeline.audio.riff import append_chunks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_UTF_16 = b"\x01"
_FRONT_COVER = 3


def tag(path: Path, title: str, artist: str, chapters: Sequence[tuple[int, str]], cover: bytes | None) -> None:
    """Add markers, as (sample, title), a title, an artist and a cover (PNG or JPEG) to a WAV file."""
    chunks = []
    if chapters:
        points = [struct.pack("<II4sIII", number, at, b"data", 0, 0, at) for number, (at, _) in enumerate(chapters, 1)]
        labels = [_label(number, name) for number, (_, name) in enumerate(chapters, 1)]
        chunks += [(b"cue ", struct.pack("<I", len(points)) + b"".join(points)), (b"LIST", b"adtl" + b"".join(labels))]
    frames = [_text(kind, value) for kind, value in ((b"TIT2", title), (b"TPE1", artist)) if value]
    if cover is not None:
        media = b"image/png" if cover.startswith(b"\x89PNG") else b"image/jpeg"
        frames.append(_frame(b"APIC", b"\0" + media + b"\0" + bytes([_FRONT_COVER]) + b"\0" + cover))
    if frames:
        chunks.append((b"id3 ", _id3(b"".join(frames))))
    append_chunks(path, *chunks)


def _label(number: int, name: str) -> bytes:
    content = struct.pack("<I", number) + name.encode("utf-8", "replace") + b"\0"
    return struct.pack("<4sI", b"labl", len(content)) + content + b"\0" * (len(content) % 2)


def _text(kind: bytes, value: str) -> bytes:
    return _frame(kind, _UTF_16 + b"\xff\xfe" + value.encode("utf-16-le", "replace"))


def _frame(kind: bytes, content: bytes) -> bytes:
    """Return a frame of ID3v2.3 (id3.org, 3.3)."""
    return struct.pack(">4sIH", kind, len(content), 0) + content


def _id3(frames: bytes) -> bytes:
    """Return a tag with its size in 7-bit bytes (id3.org, ID3v2.3, 3.1)."""
    size = bytes(len(frames) >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + frames
