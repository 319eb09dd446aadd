"""Metadata of WAV files: chapters as markers, for editors; title and cover as ID3, for players."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from pipeline.audio.riff import append_chunks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_UTF_16_ENCODING = b"\x01"
_FRONT_COVER_TYPE = 3


def write_wav_tags(
    path: Path, title: str, artist: str, chapters: Sequence[tuple[int, str]], cover: bytes | None
) -> None:
    """Add chapters as (sample, title), title, artist and cover (PNG or JPEG) to a WAV file."""
    chunks = []
    if chapters:
        cue_points = [
            struct.pack("<II4sIII", number, sample, b"data", 0, 0, sample)
            for number, (sample, _) in enumerate(chapters, 1)
        ]
        labels = [_label_chunk(number, name) for number, (_, name) in enumerate(chapters, 1)]
        chunks += [
            (b"cue ", struct.pack("<I", len(cue_points)) + b"".join(cue_points)),
            (b"LIST", b"adtl" + b"".join(labels)),
        ]
    frames = [
        _text_frame(kind, value) for kind, value in ((b"TIT2", title), (b"TPE1", artist)) if value
    ]
    if cover is not None:
        media_type = b"image/png" if cover.startswith(b"\x89PNG") else b"image/jpeg"
        frames.append(
            _id3_frame(
                b"APIC", b"\0" + media_type + b"\0" + bytes([_FRONT_COVER_TYPE]) + b"\0" + cover
            )
        )
    if frames:
        chunks.append((b"id3 ", _id3_tag(b"".join(frames))))
    append_chunks(path, *chunks)


def _label_chunk(number: int, title: str) -> bytes:
    content = struct.pack("<I", number) + title.encode("utf-8", "replace") + b"\0"
    return struct.pack("<4sI", b"labl", len(content)) + content + b"\0" * (len(content) % 2)


def _text_frame(frame_id: bytes, value: str) -> bytes:
    return _id3_frame(
        frame_id, _UTF_16_ENCODING + b"\xff\xfe" + value.encode("utf-16-le", "replace")
    )


def _id3_frame(frame_id: bytes, content: bytes) -> bytes:
    """Return a frame of an ID3v2.3 tag (id3.org, ID3v2.3, 3.3)."""
    return struct.pack(">4sIH", frame_id, len(content), 0) + content


def _id3_tag(frames: bytes) -> bytes:
    """Return an ID3v2.3 tag; its size has 7 bits per byte (id3.org, ID3v2.3, 3.1)."""
    size = bytes(len(frames) >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + frames
