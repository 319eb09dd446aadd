"""Digits to Han characters: cardinals, decimals and digits one by one, with 两 where a speaker says 两."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")
_ONE, _TWO = 1, 2
_TENS, _THOUSANDS = 1, 3
_LONGEST = 16
"""Digits of the longest number read as a quantity (a full 万亿 group); longer ones are read digit by digit."""


def number(text: str) -> str:
    """Return the reading of plain digits with an optional point and thousands commas: 1,200.5 is 一千二百点五."""
    whole, point, decimals = text.replace(",", "").partition(".")
    read = cardinal(whole or "0")
    return f"{read}点{one_by_one(decimals)}" if point and decimals else read


def cardinal(digits: str) -> str:
    """Return the quantity a run of digits names; leading zeros count as none. A lone 2 is 二: `pair` makes it 两."""
    digits = digits.lstrip("0")
    if not digits:
        return "零"
    if len(digits) > _LONGEST:
        return one_by_one(digits)
    groups = [digits[max(0, end - 4) : end] for end in range(len(digits), 0, -4)][::-1]
    read = ""
    for at, group in enumerate(groups):
        place = len(groups) - 1 - at
        if int(group) == 0:
            continue
        skipped = read and int(groups[at - 1]) == 0
        if read and (skipped or group.startswith("0")):  # 十万零五百: a missing thousand is heard
            read += "零"
        said = "两百" if group == "200" and not read else _below_ten_thousand(group, leading=not read)
        read += (pair(said) if place else said) + _unit(place, groups[at + 1 :])
    return read


def _unit(place: int, lower: list[str]) -> str:
    """Return the name of a group of four; 万亿 leaves its 亿 to the 亿 digits after it."""
    return "万" if _GROUPS[place] == "万亿" and int(lower[0]) else _GROUPS[place]


def _below_ten_thousand(group: str, *, leading: bool) -> str:
    read = ""
    gap = False
    for place, digit in zip(range(len(group) - 1, -1, -1), map(int, group), strict=True):
        if digit == 0:
            gap = bool(read)
            continue
        if gap:
            read += "零"
            gap = False
        if (digit, place) == (_ONE, _TENS) and leading and not read:  # 十五, but 一百一十五
            read = "十"
        elif (digit, place) == (_TWO, _THOUSANDS):  # 两千二百
            read += "两千"
        else:
            read += _DIGITS[digit] + _PLACES[place]
    return read


def one_by_one(digits: str, *, one: str = "一") -> str:
    """Return every digit's name in turn; `one` is 幺 where a telephone number is told."""
    return "".join(one if digit == "1" else _DIGITS[int(digit)] for digit in digits)


def pair(read: str) -> str:
    """Return the reading as it stands before a measure word: 二 alone becomes 两."""
    return "两" if read == "二" else read
