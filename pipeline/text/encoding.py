"""Find the encoding of a text: decode it strictly in each, and score the characters that come out.

Statistics over bytes guess badly on a few lines of Chinese. Whether the decoded text consists of
characters that people write is clear from two characters on.
"""

from __future__ import annotations

import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from contextlib import suppress

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.text.unicode_scripts import is_han
from pipeline.text.word_lists import load_characters

ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16 (little-endian)",
    "utf-16-be": "UTF-16 (big-endian)",
    "utf-32-le": "UTF-32 (little-endian)",
    "utf-32-be": "UTF-32 (big-endian)",
    "gb18030": "GB18030 (GBK)",
    "cp950": "Big5",
    "big5hkscs": "Big5 (Hong Kong)",
    "cp1252": "Windows-1252",
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
    "utf-8": 0.5,
    "gb18030": 0.1,
    "cp950": 0.0,
    "big5hkscs": -0.05,
    "utf-16-le": -0.1,
    "utf-16-be": -0.15,
    "cp1252": -0.2,
}
# Scores of a decoding, from about -3 (control characters) to 1 (frequent characters).
_MIN_SCORE = -0.25
_MIN_SCORE_WITH_NUL = 0.4
_CERTAIN_SCORE = 0.85
_MIN_UTF16_BYTES = 8
_SAMPLE_CHARACTERS = 20_000
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

_FREQUENT_CHARACTERS = load_characters("zh/frequent_characters")


def decode_text(data: bytes, where: str) -> tuple[str, str]:
    """Return the text of some bytes without its byte order mark, and the encoding's Python name.

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
    return _decode_likeliest(data, where)


def _decode_likeliest(data: bytes, where: str) -> tuple[str, str]:
    if b"\0" in data:
        candidates = [
            decoding
            for decoding in _scored_decodings(data, _UTF16)
            if _ascii_share(decoding[1]) + decoding[0] > _MIN_SCORE_WITH_NUL
        ]
    elif data.isascii():
        # A few UTF-16 characters can look like ASCII bytes: UTF-16 only if all are frequent.
        utf16_candidates = _scored_decodings(data, _UTF16) if len(data) >= _MIN_UTF16_BYTES else []
        candidates = [
            decoding for decoding in utf16_candidates if decoding[0] >= _CERTAIN_SCORE
        ] or [(_CERTAIN_SCORE, data.decode("ascii"), "utf-8")]
    else:
        candidates = _scored_decodings(data, ("utf-8",))
        if not candidates:
            _reject_damaged_utf8(data, where)
        if not candidates or candidates[0][0] < _CERTAIN_SCORE:
            candidates += _scored_decodings(
                data, tuple(name for name in _SCORE_BONUSES if name != "utf-8")
            )
    score, text, encoding = max(
        candidates, key=lambda decoding: decoding[0], default=(-1.0, "", "")
    )
    if score < _MIN_SCORE and encoding != "utf-8":
        raise _not_text_error(data, where)
    return text, encoding


def _scored_decodings(data: bytes, encodings: tuple[str, ...]) -> list[tuple[float, str, str]]:
    decodings = []
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            decodings.append(
                (
                    _likelihood(text, single_byte=encoding == "cp1252") + _SCORE_BONUSES[encoding],
                    text,
                    encoding,
                )
            )
    return decodings


def _likelihood(text: str, *, single_byte: bool) -> float:
    """Return how much a text looks like real text: about 0.7 for Chinese, below 0 for noise."""
    sample = text[:_SAMPLE_CHARACTERS]
    foreign = [char for char in sample if char > "\x7f" or char < "\t"]
    if not foreign:
        return 1.0
    if single_byte and len(foreign) * 5 > len(sample):
        return -1.0
    return sum(_character_score(char) for char in foreign) / len(foreign)


def _ascii_share(text: str) -> float:
    sample = text[:_SAMPLE_CHARACTERS]
    return sum("\t" <= char <= "~" for char in sample) / max(1, len(sample))


def _character_score(char: str) -> float:
    if char in _FREQUENT_CHARACTERS:
        return 1.0
    if (
        "\u3001" <= char <= "\u3011"
        or "\uff01" <= char <= "\uff5e"
        or "\u2010" <= char <= "\u2026"
        or char in "·—\u3000"
    ):
        return 0.6
    if is_han(char):
        return 0.2 if _is_common_character(char) else -0.6
    category = unicodedata.category(char)
    if category in {"Cc", "Cn", "Co", "Cs"}:
        return -3.0
    return 0.1 if category in {"Lu", "Ll", "Mn", "Cf", "Sc"} or char > "\U0001f000" else -0.5


def _is_common_character(char: str) -> bool:
    """Return whether a character is in the first part of GB 2312 or Big5, that of common ones."""
    for encoding, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        with suppress(UnicodeEncodeError):
            if first <= char.encode(encoding)[0] <= last:
                return True
    return False


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
