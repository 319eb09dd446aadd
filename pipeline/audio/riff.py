"""The chunks of a WAV file: finding and adding them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HEADER_BYTES = 8
UNKNOWN_SIZE = 0xFFFFFFFF
"""The chunk size written by programs that cannot correct it at the end."""


class RiffChunk(NamedTuple):
    """A chunk: its four-letter type, the offset of its content, and the size that it claims."""

    kind: bytes
    start: int
    size: int


def riff_chunks(file: BinaryIO) -> Iterator[RiffChunk]:
    """Yield the chunks of a WAV file in order; none if the file is not WAV."""
    file.seek(0)
    if file.read(12)[8:] != b"WAVE":
        return
    offset = 12
    while len(header := file.read(_HEADER_BYTES)) == _HEADER_BYTES:
        kind, size = struct.unpack("<4sI", header)
        yield RiffChunk(kind, offset + _HEADER_BYTES, size)
        offset += _HEADER_BYTES + size + size % 2
        file.seek(offset)


def append_chunks(path: Path, *chunks: tuple[bytes, bytes]) -> None:
    """Add chunks, each as (four-letter type, content), to the end of a WAV file."""
    with path.open("r+b") as file:
        file.seek(0, 2)
        for kind, content in chunks:
            file.write(
                struct.pack("<4sI", kind, len(content)) + content + b"\0" * (len(content) % 2)
            )
        size = file.tell() - _HEADER_BYTES
        file.seek(4)
        file.write(struct.pack("<I", size))
