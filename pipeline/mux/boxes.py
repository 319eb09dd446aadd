"""The boxes that an MP4 file consists of (ISO/IEC 14496-12): writing and finding them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from pipeline.errors import OutputFault
from pipeline.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterator

IDENTITY_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
"""The transformation matrix that leaves a picture unchanged (16.16 and 2.30 fixed point)."""

_HEADER_BYTES = 8


class Mp4Box(NamedTuple):
    """A box in a file: its four-letter type, and the byte range [start, end) of its content."""

    kind: bytes
    start: int
    end: int


def box(kind: bytes, *parts: bytes) -> bytes:
    """Return a box as bytes: length, four-letter type, content."""
    content = b"".join(parts)
    return struct.pack(">I", 8 + len(content)) + kind + content


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """Return a box whose content starts with a version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def child_boxes(
    data: bytes | memoryview, start: int = 0, end: int | None = None
) -> Iterator[Mp4Box]:
    """Yield the boxes in a range of bytes. Raises OutputFault if a length does not fit."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        length, kind = struct.unpack_from(">I4s", data, start)
        header_size = 8
        if length == 1:
            if start + 16 > end:
                raise OutputFault(message("mux.audio_cut_off"))
            (length,) = struct.unpack_from(">Q", data, start + 8)
            header_size = 16
        elif length == 0:
            length = end - start
        if length < header_size or start + length > end:
            raise OutputFault(message("mux.audio_not_mp4"))
        yield Mp4Box(kind, start + header_size, start + length)
        start += length


def top_level_boxes(file: BinaryIO) -> Iterator[Mp4Box]:
    """Yield the boxes of a file without reading their content; stop at the first incomplete box."""
    file.seek(0, 2)
    end, start = file.tell(), 0
    while start + _HEADER_BYTES <= end:
        file.seek(start)
        length, kind = struct.unpack(">I4s", file.read(_HEADER_BYTES))
        header_size = _HEADER_BYTES
        if length == 1 and start + 2 * _HEADER_BYTES <= end:
            (length,) = struct.unpack(">Q", file.read(_HEADER_BYTES))
            header_size = 2 * _HEADER_BYTES
        length = length or end - start
        if length < header_size or start + length > end:
            return
        yield Mp4Box(kind, start + header_size, start + length)
        start += length


def find_box(
    data: bytes | memoryview, path: str, start: int = 0, end: int | None = None
) -> Mp4Box | None:
    """Return the first box at a path such as `mdia/minf/stbl` in a byte range, or None."""
    first_kind, _, remaining_path = path.partition("/")
    for child in child_boxes(data, start, end):
        if child.kind == first_kind.encode("latin-1"):
            return (
                find_box(data, remaining_path, child.start, child.end) if remaining_path else child
            )
    return None


def zero_terminated(text: str) -> bytes:
    """Return text as UTF-8 with a zero byte at the end."""
    return text.replace("\0", "").encode("utf-8", "replace") + b"\0"


def packed_language(language_code: str) -> int:
    """Return an ISO 639-2 code packed into 15 bits, as in the `mdhd` box."""
    first, second, third = (ord(letter) - 0x60 for letter in language_code)
    return first << 10 | second << 5 | third
