"""The catalogue of hostile pictures.

Each is put into an episode's assets and must give one sentence, or a slide.
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from tests.slide_samples import BLUE, RED, bomb, encoded, locked_pdf, pdf, picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Case:
    """What is put into the folder under a name.

    `sentence` is part of the error; it is empty where a slide is made.
    """

    title: str
    name: str
    put: Callable[[Path], object]
    sentence: str = ""


def data(title: str, name: str, content: bytes, sentence: str = "") -> Case:
    """Return a case of a file's bytes."""
    return Case(title, name, lambda path: path.write_bytes(content), sentence)


def _noise() -> Image.Image:
    return Image.effect_noise((120, 90), 90).convert("RGB")


def _link(target: str) -> Callable[[Path], object]:
    def put(path: Path) -> None:
        (path.parent.parent / "secret.png").write_bytes(encoded(picture(RED)))
        path.symlink_to(target)

    return put


def _hole(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2 << 30)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _with_chunk(kind: bytes, body: bytes) -> bytes:
    whole = encoded(picture(RED))
    return whole[:33] + _chunk(kind, body) + whole[33:]


def _jpeg_with_exif(block: bytes) -> bytes:
    whole = encoded(picture(RED), "JPEG")
    return whole[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + whole[2:]


def _animated(kind: str) -> bytes:
    out = io.BytesIO()
    picture(RED).save(out, kind, save_all=True, append_images=[picture(BLUE)], duration=50)
    return out.getvalue()


_BROKEN = "damaged or incomplete"
_NO_PICTURE = "not a readable picture"

PICTURES = (
    data("nothing in it", "01.png", b"", "0 bytes"),
    data("one byte", "01.png", b"\x89", _NO_PICTURE),
    data("text", "01.png", b"hello", _NO_PICTURE),
    data("HTML", "01.jpg", b"<html><script>alert(1)</script></html>", _NO_PICTURE),
    data(
        "SVG with an entity",
        "01.png",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
        _NO_PICTURE,
    ),
    data("zeros", "01.jpg", bytes(100_000), _NO_PICTURE),
    data("PNG cut short", "01.png", encoded(_noise())[:9_000], _BROKEN),
    data("PNG header only", "01.png", encoded(_noise())[:33], _NO_PICTURE),
    data("JPEG cut short", "01.jpg", encoded(_noise(), "JPEG")[:2_000], _BROKEN),
    data("WebP cut short", "01.webp", encoded(_noise(), "WEBP")[:900], _BROKEN),
    data("JPEG named PNG", "01.png", encoded(picture(RED), "JPEG")),
    data("PNG named JPEG", "01.jpg", encoded(picture(RED))),
    data("GIF named PNG", "01.png", encoded(picture(RED), "GIF")),
    data("BMP named PNG", "01.png", encoded(picture(RED), "BMP")),
    data("TIFF named JPEG", "01.jpg", encoded(picture(RED), "TIFF")),
    data("GIF cut short", "01.gif", encoded(_noise().convert("P"), "GIF")[:900], _BROKEN),
    data("TIFF cut short", "01.tiff", encoded(_noise(), "TIFF")[:900], _BROKEN),
    data("BMP cut short", "01.bmp", encoded(_noise(), "BMP")[:900], _BROKEN),
    data("AVIF cut short", "01.avif", encoded(_noise(), "AVIF")[:900], _BROKEN),
    data(
        "GIF of 65,535 squared",
        "01.gif",
        b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;",
        "pixels",
    ),
    data(
        "BMP of two billion pixels",
        "01.bmp",
        b"BM" + struct.pack("<IIIIiiHHIIiiII", 99, 0, 54, 40, 60_000, 40_000, 1, 24, *[0] * 6),
        "pixels",
    ),
    data("HEIC of zeros", "02.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(999), _BROKEN),
    data("PSD (CVE-2026-25990)", "01.png", b"8BPS\0\1" + bytes(4_000), _NO_PICTURE),
    data(
        "EPS",
        "01.png",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage",
        _NO_PICTURE,
    ),
    data("20,000 squared", "01.png", bomb(20_000, 20_000), "too many pixels"),
    data("a line of two billion", "01.png", bomb(2_000_000_000, 1), "pixels"),
    data("no width", "01.png", bomb(0, 100), _NO_PICTURE),
    data(
        "text chunk of 60 MB",
        "01.png",
        _with_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(60_000_000))),
        _BROKEN,
    ),
    data(
        "profile of 60 MB",
        "01.png",
        _with_chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(60_000_000))),
        _BROKEN,
    ),
    data(
        "profile of rubbish", "01.png", _with_chunk(b"iCCP", b"a\0\0" + zlib.compress(b"rubbish"))
    ),
    data("one pixel", "01.png", encoded(picture(RED, (1, 1)))),
    data("a line one pixel wide", "01.png", encoded(picture(RED, (1, 4_000)))),
    data("odd size", "01.png", encoded(picture(RED, (101, 67)))),
    data("animated PNG", "01.png", _animated("PNG")),
    data("animated WebP", "01.webp", _animated("WEBP")),
    data(
        "EXIF of rubbish",
        "01.jpg",
        _jpeg_with_exif(b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 400),
    ),
    data(
        "EXIF that points to itself",
        "01.jpg",
        _jpeg_with_exif(
            b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0"
        ),
    ),
    data(
        "EXIF turn of 99",
        "01.jpg",
        _jpeg_with_exif(b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x63\0\0\0\0\0\0\0"),
    ),
    *(
        data(
            f"EXIF turn {n}",
            "01.jpg",
            _jpeg_with_exif(
                b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0%c\0\0\0\0\0\0\0" % n
            ),
        )
        for n in range(1, 9)
    ),
    *(
        data(f"mode {mode}", "01.png", encoded(picture(colour, mode=mode)))
        for mode, colour in {
            "1": (1,),
            "L": (90,),
            "LA": (90, 128),
            "RGB": RED,
            "RGBA": (*RED, 128),
            "I;16": (40_000,),
            "P": (7,),
        }.items()
    ),
    data("mode CMYK", "01.jpg", encoded(picture((0, 255, 255, 0), mode="CMYK"), "JPEG")),
    Case("link outside", "01.png", _link("../secret.png"), "outside"),
    Case("link to /etc/passwd", "01.png", _link("/etc/passwd"), "outside"),
    Case("link to /dev/zero", "01.png", _link("/dev/zero"), "outside"),
    Case("link to nothing", "01.png", _link("nowhere.png"), "cannot be opened"),
    Case("link to itself", "01.png", _link("01.png"), "cannot be opened"),
    Case("a pipe", "01.png", os.mkfifo, "not a plain file"),
    Case("a folder", "01.png", lambda path: path.mkdir(), "not a plain file"),
    Case("a file of two gigabytes (a hole)", "01.png", _hole, "larger than 500 MB"),
    *(
        data(f"named {name[:30]!r}", name, encoded(picture(RED)))
        for name in (
            "1-.png",
            "1 -rf.png",
            "1:2.png",
            "1'quote\".png",
            "1\nnewline.png",
            "1%s%n%03d.png",
            "1..png",
            "1 $(id).png",
            "1;rm.png",
            "1｜文件.png",
            "1\u202egnp.exe.png",
            "1" + "x" * 250 + ".png",
            "1\\back.png",
            "1\udcff.png",
            "1.PNG",
            "1#2.png",
        )
    ),
    data("PDF of text", "01.pdf", b"not a pdf", "not a readable PDF"),
    data("PDF cut short", "01.pdf", pdf(RED)[:300], "not a readable PDF"),
    data("PDF locked", "01.pdf", locked_pdf(), "password"),
    data(
        "PDF that counts pages it has not",
        "01.pdf",
        pdf(RED).replace(b"/Count 1", b"/Count 9"),
        "not a readable PDF",
    ),
    data("playlist named MP4", "01.mp4", b"#EXTM3U\nhttp://127.0.0.1:9/x\n", "not an MP4"),
    data("MP4 of zeros", "01.mp4", b"\0\0\0\x18ftypmp42" + bytes(9_000), "cannot be played"),
    data("WebM of zeros", "01.webm", b"\x1a\x45\xdf\xa3" + bytes(9_000), "cannot be played"),
    data("PPTX of text", "01.pptx", b"no zip", "LibreOffice"),
)
