"""Money, percent, temperature, units, thousand to trillion."""

from __future__ import annotations

import re
from fractions import Fraction

from pipeline.text.normalization.cardinals import cardinal_reading, counting_form, decimal_reading
from pipeline.text.normalization.patterns import (
    DIGITS_START,
    HAN_SCALE,
    NO_LATIN_BEFORE,
    NUMBER,
    RANGE_DASH,
    number_expression,
)
from pipeline.text.normalization.units import (
    CURRENCY_SIGNS,
    ENGLISH_CURRENCIES,
    UNIT_PATTERN,
    UNIT_READINGS,
)

_ENGLISH_POWERS = {
    "thousand": 3,
    "k": 3,
    "million": 6,
    "m": 6,
    "mn": 6,
    "billion": 9,
    "b": 9,
    "bn": 9,
    "trillion": 12,
    "t": 12,
}

_HAN_POWERS = ((12, "万亿"), (8, "亿"), (4, "万"))


def scaled_reading(digits: str, scale: str) -> str:
    """Return the reading of a number with its scale: 3.5 million is 三百五十万."""
    power = _ENGLISH_POWERS.get(scale.lower())
    if power is None:
        return (
            counting_form(decimal_reading(digits)) if scale else decimal_reading(digits)
        ) + scale
    exact = Fraction(digits.replace(",", "")) * 10**power
    for size, name in _HAN_POWERS:
        part = exact / 10**size
        if part >= 1 and (100 * part).denominator == 1:
            return counting_form(decimal_reading(_decimal_digits(part))) + name
    return (
        counting_form(cardinal_reading(str(int(exact))))
        if exact.denominator == 1
        else decimal_reading(digits) + scale
    )


def _decimal_digits(value: Fraction) -> str:
    """Return a value of at most two decimals in digits."""
    whole, rest = divmod(int(value * 100), 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def _read_money(match: re.Match[str]) -> str:
    name, scale = CURRENCY_SIGNS[match["mark"]], match["scale"] or ""
    if match["to"]:
        spoken = f"{decimal_reading(match['n'])}到{scaled_reading(match['to'], scale)}"
        if scale.lower() in _ENGLISH_POWERS:
            spoken = f"{scaled_reading(match['n'], scale)}到{scaled_reading(match['to'], scale)}"
    else:
        spoken = (
            scaled_reading(match["n"], scale)
            if scale
            else counting_form(decimal_reading(match["n"]))
        )
    return spoken if match.string.startswith(name, match.end()) else spoken + name


def _read_english_scale(match: re.Match[str]) -> str:
    spoken = scaled_reading(match["n"], match["scale"])
    if match["low"]:
        spoken = f"{scaled_reading(match['low'], match['scale'])}到{spoken}"
    coin = (match["coin"] or "").lower().removeprefix("us ").rstrip("s")
    return spoken + ENGLISH_CURRENCIES.get(coin, "")


def _read_percent(match: re.Match[str]) -> str:
    name = "千分之" if match["mark"] == "‰" else "百分之"
    sign = "负" if match["sign"] else ""
    if match["low"] is None:
        is_hundred = match["n"] == "100" and name == "百分之"
        reading = "百" if is_hundred else decimal_reading(match["n"]).replace("两百", "二百")
        return f"{sign}{name}{reading}"
    low, high = decimal_reading(match["low"]), decimal_reading(match["n"])
    return f"{sign}{name}{low}到{name if match['lowmark'] else ''}{high}"


def _read_temperature(match: re.Match[str]) -> str:
    name = "华氏度" if match["mark"] in {"°F", "℉"} else "摄氏度"
    sign = "零下" if match["sign"] else ""
    reading = decimal_reading(match["n"])
    if match["low"] is None:
        return f"{sign}{reading if sign else counting_form(reading)}{name}"
    return (
        f"{sign}{decimal_reading(match['low'])}到{'零下' if match['sign2'] else ''}{reading}{name}"
    )


def _read_unit(match: re.Match[str]) -> str:
    name, prefix = UNIT_READINGS[match["unit"]]
    spoken = (
        scaled_reading(match["n"], match["scale"])
        if match["scale"]
        else counting_form(decimal_reading(match["n"]))
    )
    if match["low"]:
        low = counting_form(decimal_reading(match["low"]))
        low_unit = UNIT_READINGS[match["lowunit"]][0] if match["lowunit"] else ""
        spoken = f"{low}{low_unit}到{spoken}"
    return f"{prefix}{'负' if match['sign'] else ''}{spoken}{name}"


_CURRENCY_PATTERN = "|".join(
    re.escape(mark) for mark in sorted(CURRENCY_SIGNS, key=len, reverse=True)
)

_ENGLISH_SCALES = r"thousand|million|billion|trillion"

MEASURE_EXPRESSIONS = (
    number_expression(
        rf"(?P<mark>{_CURRENCY_PATTERN})\s?(?P<n>{NUMBER})(?:{RANGE_DASH}(?:{_CURRENCY_PATTERN})?(?P<to>{NUMBER}))?(?:\s?(?P<scale>{HAN_SCALE}|(?:{_ENGLISH_SCALES}|mn|bn|[KkMmBbTt])(?![A-Za-z])))?",
        _read_money,
    ),
    number_expression(
        rf"{DIGITS_START}(?:(?P<low>{NUMBER}){RANGE_DASH})?(?P<n>{NUMBER})\s?(?P<scale>{_ENGLISH_SCALES})(?![A-Za-z])"
        r"(?:\s(?P<coin>(?:US\s)?dollars?|USD|euros?|pounds?)(?![A-Za-z]))?",
        _read_english_scale,
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<n>{NUMBER})w(?![A-Za-z0-9])",
        lambda match: scaled_reading(match["n"], "万"),
    ),  # as the net writes 万
    number_expression(
        rf"{DIGITS_START}(?P<sign>(?<![0-9%])[-−])?(?:(?P<low>{NUMBER})\s?(?P<lowmark>[%‰])?{RANGE_DASH})?(?P<n>{NUMBER})\s?(?P<mark>[%‰])",
        _read_percent,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<sign>(?<![0-9℃])[-−])?(?:(?P<low>{NUMBER})(?:℃|°C)?{RANGE_DASH}(?P<sign2>[-−])?)?(?P<n>{NUMBER})\s?(?P<mark>℃|°C|°F|℉)",
        _read_temperature,
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<sign>[-−])?(?:(?P<low>{NUMBER})(?P<lowunit>{UNIT_PATTERN})?{RANGE_DASH})?(?P<n>{NUMBER})(?P<scale>{HAN_SCALE})?\s?(?P<unit>{UNIT_PATTERN})",
        _read_unit,
    ),
)
"""In the order they are tried: from the most to the least specific."""
