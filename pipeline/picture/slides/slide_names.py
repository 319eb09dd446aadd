"""What a file's name says: its slide number, and whether it is a file that no author made.

PowerPoint exports `Slide1.PNG`, `幻灯片1.PNG`, `投影片1.PNG`, `スライド1.PNG`, `Diapositive1.PNG`;
Keynote `talk.001.jpeg`; WPS `图片1.png` or `talk_01.png`; cameras and telephones `IMG_1234.HEIC`;
screenshots the date and the time.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_SYSTEM_NAMES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r"})
_OWNER_FILE_PREFIX = "~$"
"""Of the files that Microsoft Office and WPS keep beside an open document."""

_UNFINISHED_SUFFIXES = (".crdownload", ".part", ".partial", ".download", ".tmp", "~")
"""Of files that a browser or an editor is still writing, or its copies for safety."""

_SLIDE_WORDS = (
    # Chinese, Japanese and Korean
    *("幻灯片", "投影片", "簡報", "图片", "圖片", "图像", "圖像", "图", "圖", "画面", "页面", "第"),
    *("スライド", "画像", "図", "슬라이드", "그림"),
    # English, French, Spanish, Portuguese, Italian, German, Dutch, the Nordic languages
    *("slide", "page", "picture", "image", "img", "frame", "figure", "fig", "pic", "photo"),
    *("diapositive", "diapositiva", "diapositivo", "dia", "folie", "bild", "seite", "lysbilde"),
    # Polish, Czech, Russian, Ukrainian, Turkish, Vietnamese, Greek, Arabic
    *("slajd", "snímek", "слайд", "slayt", "trang chiếu", "trang", "διαφάνεια", "شريحة"),
)
_SLIDE_NUMBER = re.compile(
    rf"(?:{'|'.join(sorted(_SLIDE_WORDS, key=len, reverse=True))})[ _.\-(（#]*(\d+)(?![\dx×]\d)"
)
_HAN_NUMBER = re.compile(r"(?:第|幻灯片|投影片|图片|圖片|图|圖)([〇零一二三四五六七八九十百]+)")
_LEADING_NUMBER = re.compile(r"\W*(\d+)")
_TIME_STAMP = re.compile(
    r"(?<!\d)((?:19|20)\d\d)[-_.年 ]?([01]\d)[-_.月 ]?([0-3]\d)日?"
    r"(?:\s*(?:at|à|um|t|[-_, ])\s*"
    r"([0-2]?\d)[-_.:：时 ]?([0-5]\d)[-_.:：分 ]?([0-5]\d)\s*(pm\b)?)?"
)
_NO_SLIDE_NUMBER = re.compile(
    r"@\dx"  # twice the pixels
    r"|\d+ ?[x×] ?\d+(?:px)?"  # width and height
    r"|(?<![a-z])(?:v|ver|version|版本|rev)[ ._]?\d+(?:\.\d+)*"
    r"|(?<!\d)\d+(?:px|dpi|ppi|p|k|fps|hz|mb|kb)(?![a-z\d])"  # 1080p, 4k, 300dpi
    r"|(?:copy|副本|copia|copie|kopie|コピー)[ _]*\(?\d*\)?"
    r"|(?<![a-z])[hx]\.?26[45](?!\d)"
)
_NUMBER = re.compile(r"\d+")
_HAN_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_HAN_DIGITS["〇"] = 0
_HAN_UNITS = {"十": 10, "百": 100}
_MAX_DIGITS = 18


class SlideNumber(NamedTuple):
    """Where a name stands in the order of slides: its number, and its parts for equal numbers."""

    number: int
    parts: tuple[tuple[bool, int, str], ...]


def is_system_file(name: str) -> bool:
    """Return whether a program or a system made the file: `~$deck.pptx`, `._1.png`, `Thumbs.db`.

    Names that begin with a dot are among them, those of LibreOffice's locks too, and files that are
    still being downloaded.
    """
    return (
        name.startswith((".", _OWNER_FILE_PREFIX))
        or name.lower() in _SYSTEM_NAMES
        or name.lower().endswith(_UNFINISHED_SUFFIXES)
    )


def slide_number(stem: str) -> int | None:
    """Return the number of the slide in a name without its suffix, or None if there is none.

    It is the number the name begins with, else the one after a word for a slide, else a date with
    its time, else the last number. Sizes (`1920x1080`, `1080p`), versions (`v2`) and the numbers of
    copies are none.
    """
    text = comparable_name(stem)
    if (stamp := _TIME_STAMP.search(text)) and (stamp[4] or not text[: stamp.start()].strip()):
        return _time_number(stamp)
    without_sizes = _NO_SLIDE_NUMBER.sub(" ", text)
    if leading := _LEADING_NUMBER.match(without_sizes):
        return _whole(leading[1])
    if after_word := _SLIDE_NUMBER.search(without_sizes):
        return _whole(after_word[1])
    if han := _HAN_NUMBER.search(without_sizes):
        return _han_number(han[1])
    if stamp:
        return _time_number(stamp)
    numbers = _NUMBER.findall(without_sizes)
    return _whole(numbers[-1]) if numbers else None


def slide_order(stem: str) -> SlideNumber | None:
    """Return where a file's name without its suffix stands among slides, or None without a number.

    Names of the same number follow by their other numbers, not by digits: `1.2` before `1.10`.
    """
    number = slide_number(stem)
    return None if number is None else SlideNumber(number, natural_order(stem))


def natural_order(name: str) -> tuple[tuple[bool, int, str], ...]:
    """Return a sort key by which numbers inside a name count as numbers."""
    return tuple(
        (part.isdecimal(), _whole(part) if part.isdecimal() else 0, part)
        for part in re.split(r"(\d+)", comparable_name(name))
        if part
    )


def comparable_name(name: str) -> str:
    """Return a name as names are compared.

    Capitals, the width of letters, and accents apart from their letters (macOS) are no difference.
    """
    return unicodedata.normalize("NFKC", name).casefold()


def has_number(stem: str) -> bool:
    """Return whether a name has any digit, be it a slide's number or not."""
    return bool(_NUMBER.search(comparable_name(stem)))


def _whole(digits: str) -> int:
    return int(digits[:_MAX_DIGITS])


def _time_number(stamp: re.Match[str]) -> int:
    """Return a date and time as the number YYYYMMDDhhmmss."""
    year, month, day, hour, minute, second = (int(part or 0) for part in stamp.groups()[:6])
    if stamp[7] and hour < 12:  # noqa: PLR2004 - noon
        hour += 12
    return int(f"{year:04d}{month:02d}{day:02d}{hour:02d}{minute:02d}{second:02d}")


def _han_number(text: str) -> int:
    """Return a whole number below 1,000 in Chinese characters."""
    if not set(text) & set(_HAN_UNITS):
        return int("".join(str(_HAN_DIGITS[character]) for character in text)[:_MAX_DIGITS])
    total, digit = 0, 0
    for character in text:
        if character in _HAN_UNITS:
            total += (digit or 1) * _HAN_UNITS[character]
            digit = 0
        else:
            digit = _HAN_DIGITS[character]
    return total + digit
