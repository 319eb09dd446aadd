"""Sums, products, powers and numbers in scientific notation."""

from __future__ import annotations

import re
import unicodedata

from pipeline.text.normalization.cardinals import cardinal_reading, decimal_reading, digit_reading
from pipeline.text.normalization.patterns import (
    DIGITS_END,
    DIGITS_START,
    NO_LATIN_BEFORE,
    NUMBER,
    number_expression,
)
from pipeline.text.normalization.units import UNIT_PATTERN, UNIT_READINGS

_SCREEN_SIZE_DIGITS = {3, 4}
_POWER_NAMES = {"2": "平方", "3": "立方"}
_RESULT_AFTER = r"(?=\s?(?:[=＝≈]|等于|是多少|得[0-9]))"


def power_name(power: str, *, negative: bool = False) -> str:
    """Return how a power is said after its base: 平方, 立方, 负三次方."""
    if negative:
        return f"负{cardinal_reading(power)}次方"
    return _POWER_NAMES.get(power, f"{cardinal_reading(power)}次方")


def _read_product(match: re.Match[str]) -> str:
    sides = re.split(r"\s?[x×*]\s?", match["sides"])
    is_screen_size = all(len(side) in _SCREEN_SIZE_DIGITS for side in sides)  # 1920×1080
    spoken = "乘".join(
        digit_reading(side) if is_screen_size else decimal_reading(side) for side in sides
    )
    return spoken + UNIT_READINGS.get(match["unit"] or "", ("", ""))[0]


def _read_power(match: re.Match[str]) -> str:
    times = f"{decimal_reading(match['times'])}乘" if match["times"] else ""
    is_raised = match["high"] is not None
    negative = match["high"].startswith("⁻") if is_raised else match["sign"] is not None
    power = unicodedata.normalize("NFKC", match["high"].lstrip("⁻")) if is_raised else match["b"]
    name, prefix = UNIT_READINGS.get(match["unit"] or "", ("", ""))
    is_of_ten = match["a"] == "10"  # 十的三次方
    raised = (
        f"{cardinal_reading(power)}次方"
        if is_of_ten and not negative
        else power_name(power, negative=negative)
    )
    return f"{prefix}{times}{decimal_reading(match['a'])}的{raised}{name}"


def _read_subtraction(match: re.Match[str]) -> str:
    return "减".join(decimal_reading(part) for part in re.split(r"\s?[-−–]\s?", match[0]))


def _read_division(match: re.Match[str]) -> str | None:
    numerator, denominator = int(match["a"]), int(match["b"])
    if numerator < denominator:
        return None
    return f"{cardinal_reading(match['a'])}除以{cardinal_reading(match['b'])}"


def _read_scientific(match: re.Match[str]) -> str:
    sign = "负" if match["sign"] == "-" else ""
    return f"{decimal_reading(match['n'])}E{sign}{cardinal_reading(match['power'])}"


ARITHMETIC_EXPRESSIONS = (
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<n>[0-9]+(?:\.[0-9]+)?)[eE](?:(?P<sign>[-+])(?P<power>[0-9]{{1,3}})(?![0-9A-Za-z.]))",
        _read_scientific,
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<n>[0-9]+(?:\.[0-9]+)?)e(?P<sign>)(?P<power>[0-9]{{1,3}})(?![0-9A-Za-z.])",
        _read_scientific,
    ),
    number_expression(
        rf"{DIGITS_START}(?<![-/])(?<!：)(?<!:)(?:{NUMBER})(?:\s?[-−–]\s?(?:{NUMBER}))+{_RESULT_AFTER}",
        _read_subtraction,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<a>[0-9]{{1,9}})\s?/\s?(?P<b>[1-9][0-9]{{0,8}}){_RESULT_AFTER}",
        _read_division,
    ),
    number_expression(
        rf"{DIGITS_START}(?:(?P<times>{NUMBER})\s?[x×*]\s?)?(?P<a>{NUMBER})(?:\^\{{?(?P<sign>[-−])?(?P<b>[0-9]+)\}}?|(?P<high>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))(?:\s?(?P<unit>{UNIT_PATTERN}))?",
        _read_power,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<sides>[0-9]+(?:\.[0-9]+)?(?:\s?[x×*]\s?[0-9]+(?:\.[0-9]+)?)+){DIGITS_END}(?:\s?(?P<unit>{UNIT_PATTERN}))?",
        _read_product,
    ),
)
"""In the order they are tried: from the most to the least specific."""
