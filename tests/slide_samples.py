"""Slide files made for tests: pictures of every mode, a PDF, clips.

There is an episode to show them in.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from pipeline.model import Chapter, ChapterMark, Directive, Row, RowTime, Span, Timeline, Transcript
from pipeline.picture.style.look import EpisodeLook, resolve_look
from pipeline.settings import Settings, with_changes
from pipeline.timebase import samples_from_frame

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

RED, GREEN, BLUE = (200, 30, 30), (30, 160, 60), (40, 60, 200)
SECOND = 48_000


def small(changes: dict[str, object] | None = None) -> Settings:
    """Return settings for a 320 × 240 picture, with changes by dotted key."""
    return with_changes(
        Settings(), {"picture.width": 320, "picture.height": 240, **(changes or {})}
    )


def look(changes: dict[str, object] | None = None) -> EpisodeLook:
    """Return the look of such an episode."""
    return resolve_look(small(changes))


def talk(
    count: int, slides: dict[int, str] | None = None, marks: dict[int, str] | None = None
) -> Transcript:
    """Return a transcript of so many rows, with `@slide` rows; `marks` are texts of single rows."""
    rows = tuple(
        Row(n, n, (marks or {}).get(n, f"第{n}行说的是平常的话")) for n in range(1, count + 1)
    )
    directives = tuple(Directive("slide", name, row, row) for row, name in (slides or {}).items())
    return Transcript("talk", rows, directives, "utf-8", ())


def timed(
    count: int, chapters: Sequence[int] = (1,), *, fps: int = 25, pause_after: Sequence[int] = ()
) -> Timeline:
    """Return a timeline of rows of two seconds.

    Gaps are 0.1 s (1 s after the rows named), the lead-in is 1 s and the tail 2 s.
    """
    rows: list[RowTime] = []
    at = SECOND
    for number in range(1, count + 1):
        rows.append(RowTime(number, Span(at, at + 2 * SECOND), "measured"))
        at += 2 * SECOND + (SECOND if number in pause_after else SECOND // 10)
    frames = -(-(at + 2 * SECOND) * fps // SECOND)
    marks = tuple(
        ChapterMark(
            Chapter(row, f"第{row}章"),
            max(rows[row - 1].span.start - SECOND // 20, 0) if row > 1 else 0,
        )
        for row in chapters
    )
    return Timeline(tuple(rows), (), marks, fps, frames, samples_from_frame(frames, fps))


def picture(
    colour: tuple[int, ...], size: tuple[int, int] = (64, 48), mode: str = "RGB"
) -> Image.Image:
    """Return a picture of one colour."""
    return Image.new(mode, size, colour if len(colour) > 1 else colour[0])


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Return a picture's file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def swapped_profile() -> bytes:
    """Return an ICC profile that calls blue what sRGB calls red.

    It is of version 2, with a matrix and curves.
    """
    sixteen = 65_536

    def xyz(*parts: float) -> bytes:
        return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(part * sixteen) for part in parts))

    white = (0.9642, 1.0, 0.8249)
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256)) + bytes(2)
    red, green, blue = (0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)
    tags = {b"wtpt": xyz(*white), b"rXYZ": xyz(*blue), b"gXYZ": xyz(*green), b"bXYZ": xyz(*red)}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    place, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        table += name + struct.pack(">II", place + len(body), len(data))
        body += data
    rest = struct.pack(">I", len(tags)) + table + body
    head = (
        struct.pack(">I4sI4s4s4s", 128 + len(rest), bytes(4), 0x02100000, b"mntr", b"RGB ", b"XYZ ")
        + bytes(12)
        + b"acsp"
    )
    return (
        head.ljust(68, b"\0")
        + struct.pack(">3i", *(round(part * sixteen) for part in white))
        + bytes(48)
        + rest
    )


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG whose header promises a huge picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(10_000)))
        + chunk(b"IEND", b"")
    )


def pdf(*colours: tuple[int, int, int], size: tuple[int, int] = (160, 120)) -> bytes:
    """Return a PDF with a page of each colour."""
    pages = [picture(colour, size) for colour in colours]
    return encoded(pages[0], "PDF", save_all=True, append_images=pages[1:])


def locked_pdf() -> bytes:
    """Return a PDF that needs a password.

    Standard security handler, 40-bit RC4 (PDF 1.7, 7.6.3).
    """
    pad = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    identity, flags = b"0123456789abcdef", -4
    owner = _rc4(
        hashlib.md5((b"owner" + pad)[:32], usedforsecurity=False).digest()[:5], (b"user" + pad)[:32]
    )
    key = hashlib.md5(
        (b"user" + pad)[:32] + owner + struct.pack("<i", flags) + identity, usedforsecurity=False
    ).digest()[:5]
    user = _rc4(key, pad)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
        b"<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P %d>>"
        % (owner.hex().encode(), user.hex().encode(), flags),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj%sendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    ids = identity.hex().encode()
    trailer = (
        b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF"
        % (ids, ids, len(body))
    )
    return body + b"xref\n0 5\n0000000000 65535 f \n" + table + trailer


def _rc4(key: bytes, data: bytes) -> bytes:
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def clip(
    path: Path,
    *,
    frames: int = 10,
    fps: int = 10,
    size: tuple[int, int] = (64, 48),
    codec: str = "libx264",
) -> Path:
    """Write a clip that begins red and turns blue after its first half."""
    import av

    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=Fraction(fps))
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(frames):
            colour = RED if number < frames / 2 else BLUE
            frame = av.VideoFrame.from_ndarray(
                np.full((size[1], size[0], 3), colour, np.uint8), format="rgb24"
            )
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
