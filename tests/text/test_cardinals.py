"""Cardinals: checked by reading them back with an independent reader."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.normalization.cardinals import (
    cardinal_reading,
    counting_form,
    decimal_reading,
    digit_reading,
)

_DIGITS = {name: value for value, name in enumerate("零一二三四五六七八九")} | {"两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}


def value(read: str) -> int:
    """Return the quantity (below 10^16) of a Chinese numeral, by the rules of numerals alone."""
    total = section = digit = 0
    for character in read:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _SMALL:
            section += (digit or 1) * _SMALL[character]
            digit = 0
        elif character == "万":
            section = (section + digit) * 10_000
            total, section, digit = total + section, 0, 0
        else:  # 亿 lifts all that was said so far
            total, section, digit = (total + section + digit) * 100_000_000, 0, 0
    return total + section + digit


@settings(deadline=None)
@given(
    st.integers(0, 10**16 - 1)
    | st.integers(0, 99_999)
    | st.builds(lambda a, b: a * 10**b, st.integers(1, 99), st.integers(0, 13))
)
def test_cardinal_reading_names_its_number(quantity: int) -> None:
    """The numeral names the quantity, whatever zeros it has, and leading zeros change nothing."""
    assert quantity == value(cardinal_reading(str(quantity)))
    assert cardinal_reading(str(quantity)) == cardinal_reading("00" + str(quantity))


@settings(deadline=None)
@given(st.integers(0, 10**16 - 1))
def test_cardinal_reading_has_no_doubled_or_final_zero(quantity: int) -> None:
    """零 stands between two places, once."""
    read = cardinal_reading(str(quantity))
    assert "零零" not in read
    assert read == "零" or not read.endswith("零")


@pytest.mark.parametrize(
    ("digits", "read"),
    [
        ("2", "二"),
        ("10", "十"),
        ("20", "二十"),
        ("200", "两百"),
        ("212", "二百一十二"),
        ("2200", "两千二百"),
        ("10500", "一万零五百"),
        ("100010", "十万零一十"),
        ("105000", "十万五千"),
        ("20000", "两万"),
        ("200000000", "两亿"),
        ("100000001", "一亿零一"),
        ("2000000000000", "两万亿"),
        ("1234500000000", "一万两千三百四十五亿"),
        ("12345678901234567", "一二三四五六七八九零一二三四五六七"),
    ],
)
def test_cardinal_reading_uses_liang_and_ling_like_a_speaker(digits: str, read: str) -> None:
    """两 before 百 alone, 千, 万 and 亿; 零 for a gap; over 16 digits one by one."""
    assert read == cardinal_reading(digits)


def test_decimal_reading_reads_decimals_digit_by_digit() -> None:
    """3.14 is 三点一四; thousands commas are no pauses."""
    assert (
        decimal_reading("3.14"),
        decimal_reading(".5"),
        decimal_reading("1,200.50"),
        decimal_reading("20"),
    ) == ("三点一四", "零点五", "一千二百点五零", "二十")


def test_digit_reading_reads_one_as_yao_in_telephone_numbers() -> None:
    """110 is 幺幺零 where it is dialled and 一一零 where it is a code."""
    assert (digit_reading("110", name_of_one="幺"), digit_reading("110")) == ("幺幺零", "一一零")


def test_counting_form_turns_a_single_two_into_liang() -> None:
    """二 becomes 两, 十二 stays."""
    assert (counting_form("二"), counting_form("十二")) == ("两", "十二")
