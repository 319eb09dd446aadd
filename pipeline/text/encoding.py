"""Find the encoding of a text: UTF-8 where the bytes are UTF-8, else the likeliest of the others.

Bytes that decode strictly as UTF-8 are UTF-8: text in another encoding has that form by chance only
in one or two characters. Elsewhere, statistics over bytes guess badly on a few lines of Chinese;
whether the decoded text consists of characters that people write is clear from two characters on.
"""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from contextlib import suppress
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.text.decoding_likelihood import ascii_share, decoding_likelihood

if TYPE_CHECKING:
    from pipeline.messages import Message

ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 (little-endian)",
    "utf-16-be": "UTF-16 (big-endian)",
    "utf-32-le": "UTF-32 (little-endian)",
    "utf-32-be": "UTF-32 (big-endian)",
    "gb18030": "GB18030 (GBK)",
    "cp950": "Big5",
    "big5hkscs": "Big5 (Hong Kong)",
    "cp932": "Shift-JIS",
    "euc_jp": "EUC-JP",
    "cp949": "EUC-KR",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "cp1252": "Windows-1252",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "cp1255": "Windows-1255",
    "cp1256": "Windows-1256",
    "cp1257": "Windows-1257",
    "koi8-r": "KOI8-R",
}
"""The name of each encoding in a sentence, by its Python name."""

_BYTE_ORDER_MARKS = (  # longest first: the UTF-32 mark begins with the UTF-16 one
    (BOM_UTF32_LE, "utf-32-le"),
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF8, "utf-8"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_UTF16 = ("utf-16-le", "utf-16-be")
_SCORE_BONUSES = {
    "gb18030": 0.1,
    "cp950": 0.0,
    "big5hkscs": -0.05,
    "cp932": 0.0,
    "euc_jp": 0.0,
    "cp949": 0.0,
    "utf-16-le": -0.1,
    "utf-16-be": -0.15,
    "cp1252": -0.2,
    "cp1251": -0.2,
    "cp1250": -0.25,
    "cp1253": -0.25,
    "cp1254": -0.25,
    "cp1255": -0.25,
    "cp1256": -0.25,
    "cp1257": -0.25,
    "koi8-r": -0.3,
}
"""The encodings that are tried where the bytes are not UTF-8. Of equals, the more usual one wins:
Chinese before others, and those that use the bytes in pairs before those that accept any byte."""

_MIN_SCORE = -0.25
_MIN_SCORE_WITH_NUL = 0.4
FILE_SIGNATURES = (
    (b"PK\x03\x04", "text.kind_zip"),
    (b"\xd0\xcf\x11\xe0", "text.kind_old_office"),
    (b"%PDF", "text.kind_pdf"),
    (b"{\\rtf", "text.kind_rtf"),
    (b"\x89PNG", "text.kind_png"),
    (b"\xff\xd8\xff", "text.kind_jpeg"),
    (b"GIF8", "text.kind_gif"),
    (b"ID3", "text.kind_mp3"),
    (b"RIFF", "text.kind_riff"),
    (b"OggS", "text.kind_ogg"),
    (b"fLaC", "text.kind_flac"),
    (b"\x1a\x45\xdf\xa3", "text.kind_matroska"),
    (b"\x1f\x8b", "text.kind_gzip"),
    (b"7z\xbc\xaf", "text.kind_7zip"),
    (b"Rar!", "text.kind_rar"),
    (b"\x7fELF", "text.kind_program"),
    (b"MZ\x90", "text.kind_program"),
)
"""First bytes of files that are not text, and the message key of what they are."""


def decode_text(data: bytes, where: str) -> tuple[str, str]:
    """Return the text of some bytes without its byte order mark, and the encoding's Python name.

    Bytes without a mark that decode as UTF-8 are UTF-8, whatever they would be in another encoding.
    Raises InputError if the bytes are not text in one of the encodings of ENCODING_NAMES.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_strictly(data[len(mark) :], encoding, where), encoding
    kind = next((kind for signature, kind in FILE_SIGNATURES if data.startswith(signature)), None)
    if kind is None and data[4:8] == b"ftyp":
        kind = "text.kind_mp4"
    if kind:
        raise InputError(message("text.wrong_kind", kind=message(kind)), where=where)
    if b"\0" not in data:
        with suppress(UnicodeDecodeError):
            return data.decode("utf-8"), "utf-8"
        _reject_damaged_utf8(data, where)
    return _decode_likeliest(data, where)


def encoding_notice(body: bytes | None, file_name: str) -> Message | None:
    """Return what a person is told of a file that is not in UTF-8; None if it is, or is missing.

    Raises InputError if the bytes are not text.
    """
    encoding = decode_text(body, file_name)[1] if body else "utf-8"
    if encoding == "utf-8":
        return None
    return message("project.read_as", file=file_name, encoding=ENCODING_NAMES[encoding])


def _decode_likeliest(data: bytes, where: str) -> tuple[str, str]:
    if b"\0" in data:  # UTF-16 without a mark: no other text has these bytes
        candidates = [
            decoding
            for decoding in _scored_decodings(data, _UTF16)
            if ascii_share(decoding[1]) + decoding[0] > _MIN_SCORE_WITH_NUL
        ]
    else:
        candidates = _scored_decodings(data, tuple(_SCORE_BONUSES))
    score, text, encoding = max(
        candidates, key=lambda decoding: decoding[0], default=(-1.0, "", "")
    )
    if score < _MIN_SCORE:
        raise _not_text_error(data, where)
    return text, encoding


def _scored_decodings(data: bytes, encodings: tuple[str, ...]) -> list[tuple[float, str, str]]:
    decodings = []
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            score = decoding_likelihood(text, encoding) + _SCORE_BONUSES[encoding]
            decodings.append((score, text, encoding))
    return decodings


def _decode_strictly(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        problem = message(
            "text.wrong_byte_order_mark",
            encoding=ENCODING_NAMES[encoding],
            byte=fault.start + 1,
            line=line,
        )
        raise InputError(problem, where=where) from fault


def _reject_damaged_utf8(data: bytes, where: str) -> None:
    """Raise InputError if nearly everything is UTF-8: any other encoding would garble all of it."""
    lenient = data.decode("utf-8", "replace")
    lost = lenient.count("\ufffd")
    if lost * 4 < sum(char > "\x7f" for char in lenient):
        line = lenient.count("\n", 0, lenient.index("\ufffd")) + 1
        raise InputError(message("text.damaged_utf8", line=line, count=lost), where=where)


def _not_text_error(data: bytes, where: str) -> InputError:
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        return InputError(message("text.nul_byte", line=line), where=where)
    return InputError(message("text.unknown_encoding"), where=where)
