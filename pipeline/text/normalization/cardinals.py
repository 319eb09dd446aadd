"""Chinese readings of digits: cardinals, decimals and digit by digit, with 两 where it is said."""

from __future__ import annotations

_DIGITS = "零一二三四五六七八九"
_PLACE_NAMES = ("", "十", "百", "千")
_GROUP_NAMES = ("", "万", "亿", "万亿")
_ONE, _TWO = 1, 2
_TENS, _THOUSANDS = 1, 3
_MAX_QUANTITY_DIGITS = 16
"""Digits of the longest number that is read as a quantity (a full 万亿 group)."""


def decimal_reading(digits: str) -> str:
    """Return the reading of digits with optional commas and decimals: 1,200.5 is 一千二百点五."""
    integer_digits, point, decimals = digits.replace(",", "").partition(".")
    reading = cardinal_reading(integer_digits or "0")
    return f"{reading}点{digit_reading(decimals)}" if point and decimals else reading


def cardinal_reading(digits: str) -> str:
    """Return the reading of digits as a quantity; leading zeros are ignored.

    A single 2 is 二; `counting_form` turns it into 两. More than 16 digits are read one by one.
    """
    digits = digits.lstrip("0")
    if not digits:
        return "零"
    if len(digits) > _MAX_QUANTITY_DIGITS:
        return digit_reading(digits)
    groups = [digits[max(0, end - 4) : end] for end in range(len(digits), 0, -4)][::-1]
    reading = ""
    for index, group in enumerate(groups):
        power = len(groups) - 1 - index
        if int(group) == 0:
            continue
        follows_zero_group = reading and int(groups[index - 1]) == 0
        if reading and (
            follows_zero_group or group.startswith("0")
        ):  # 十万零五百: a missing thousand is heard
            reading += "零"
        group_reading = (
            "两百" if group == "200" and not reading else _group_reading(group, leading=not reading)
        )
        reading += (counting_form(group_reading) if power else group_reading) + _group_name(
            power, groups[index + 1 :]
        )
    return reading


def _group_name(power: int, lower_groups: list[str]) -> str:
    """Return the name of a group of four; 万亿 leaves its 亿 to the 亿 digits after it."""
    return "万" if _GROUP_NAMES[power] == "万亿" and int(lower_groups[0]) else _GROUP_NAMES[power]


def _group_reading(group: str, *, leading: bool) -> str:
    reading = ""
    gap = False
    for power, digit in zip(range(len(group) - 1, -1, -1), map(int, group), strict=True):
        if digit == 0:
            gap = bool(reading)
            continue
        if gap:
            reading += "零"
            gap = False
        if (digit, power) == (_ONE, _TENS) and leading and not reading:  # 十五, but 一百一十五
            reading = "十"
        elif (digit, power) == (_TWO, _THOUSANDS):  # 两千二百
            reading += "两千"
        else:
            reading += _DIGITS[digit] + _PLACE_NAMES[power]
    return reading


def digit_reading(digits: str, *, name_of_one: str = "一") -> str:
    """Return the name of every digit; `name_of_one` is 幺 in a telephone number."""
    return "".join(name_of_one if digit == "1" else _DIGITS[int(digit)] for digit in digits)


def counting_form(reading: str) -> str:
    """Return the reading as it stands before a measure word: 二 alone becomes 两."""
    return "两" if reading == "二" else reading
