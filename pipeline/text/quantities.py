"""Money, percent, temperature, units, thousand to trillion."""

from __future__ import annotations

import re
from fractions import Fraction

from pipeline.text.numbers import cardinal, number, pair
from pipeline.text.readings import ALONE, DASH, NUM, SCALE, UNNAMED, expression
from pipeline.text.units import COINS, MARKS, UNIT_PATTERN, UNITS

_POWERS = {"thousand": 3, "k": 3, "million": 6, "m": 6, "mn": 6, "billion": 9, "b": 9, "bn": 9, "trillion": 12, "t": 12}
_NAMED_POWERS = ((12, "万亿"), (8, "亿"), (4, "万"))


def with_scale(digits: str, scale: str) -> str:
    """Return a number with its scale: 20 亿 as 二十亿, 3.5 million as 三百五十万, 1.25 billion as 十二点五亿."""
    power = _POWERS.get(scale.lower())
    if power is None:
        return (pair(number(digits)) if scale else number(digits)) + scale
    exact = Fraction(digits.replace(",", "")) * 10**power
    for size, name in _NAMED_POWERS:
        part = exact / 10**size
        if part >= 1 and (100 * part).denominator == 1:
            return pair(number(_decimal(part))) + name
    return pair(cardinal(str(int(exact)))) if exact.denominator == 1 else number(digits) + scale


def _decimal(value: Fraction) -> str:
    """Return a value of at most two decimals in digits."""
    whole, rest = divmod(int(value * 100), 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def _money(match: re.Match[str]) -> str:
    name, scale = MARKS[match["mark"]], match["scale"] or ""
    if match["to"]:
        said = f"{number(match['n'])}到{with_scale(match['to'], scale)}"
        if scale.lower() in _POWERS:
            said = f"{with_scale(match['n'], scale)}到{with_scale(match['to'], scale)}"
    else:
        said = with_scale(match["n"], scale) if scale else pair(number(match["n"]))
    return said if match.string.startswith(name, match.end()) else said + name


def _english_scale(match: re.Match[str]) -> str:
    said = with_scale(match["n"], match["scale"])
    if match["low"]:
        said = f"{with_scale(match['low'], match['scale'])}到{said}"
    coin = (match["coin"] or "").lower().removeprefix("us ").rstrip("s")
    return said + COINS.get(coin, "")


def _percent(match: re.Match[str]) -> str:
    name = "千分之" if match["mark"] == "‰" else "百分之"
    sign = "负" if match["sign"] else ""
    if match["low"] is None:
        whole = match["n"] == "100" and name == "百分之"
        return f"{sign}{name}{'百' if whole else number(match['n']).replace('两百', '二百')}"
    return f"{sign}{name}{number(match['low'])}到{name if match['lowmark'] else ''}{number(match['n'])}"


def _temperature(match: re.Match[str]) -> str:
    name = "华氏度" if match["mark"] in {"°F", "℉"} else "摄氏度"
    sign = "零下" if match["sign"] else ""
    last = number(match["n"])
    if match["low"] is None:
        return f"{sign}{last if sign else pair(last)}{name}"
    return f"{sign}{number(match['low'])}到{'零下' if match['sign2'] else ''}{last}{name}"


def _unit(match: re.Match[str]) -> str:
    name, front = UNITS[match["unit"]]
    said = with_scale(match["n"], match["scale"]) if match["scale"] else pair(number(match["n"]))
    if match["low"]:
        said = f"{pair(number(match['low']))}{UNITS[match['lowunit']][0] if match['lowunit'] else ''}到{said}"
    return f"{front}{'负' if match['sign'] else ''}{said}{name}"


_MARKS = "|".join(re.escape(mark) for mark in sorted(MARKS, key=len, reverse=True))
_WORDS = r"thousand|million|billion|trillion"

QUANTITIES = (
    expression(
        rf"(?P<mark>{_MARKS})\s?(?P<n>{NUM})(?:{DASH}(?:{_MARKS})?(?P<to>{NUM}))?(?:\s?(?P<scale>{SCALE}|(?:{_WORDS}|mn|bn|[KkMmBbTt])(?![A-Za-z])))?",
        _money,
    ),
    expression(
        rf"{ALONE}(?:(?P<low>{NUM}){DASH})?(?P<n>{NUM})\s?(?P<scale>{_WORDS})(?![A-Za-z])"
        r"(?:\s(?P<coin>(?:US\s)?dollars?|USD|euros?|pounds?)(?![A-Za-z]))?",
        _english_scale,
    ),
    expression(rf"{ALONE}{UNNAMED}(?P<n>{NUM})w(?![A-Za-z0-9])", lambda match: with_scale(match["n"], "万")),  # as the net writes 万
    expression(
        rf"{ALONE}(?P<sign>(?<![0-9%])[-−])?(?:(?P<low>{NUM})\s?(?P<lowmark>[%‰])?{DASH})?(?P<n>{NUM})\s?(?P<mark>[%‰])",
        _percent,
    ),
    expression(
        rf"{ALONE}(?P<sign>(?<![0-9℃])[-−])?(?:(?P<low>{NUM})(?:℃|°C)?{DASH}(?P<sign2>[-−])?)?(?P<n>{NUM})\s?(?P<mark>℃|°C|°F|℉)",
        _temperature,
    ),
    expression(
        rf"{ALONE}{UNNAMED}(?P<sign>[-−])?(?:(?P<low>{NUM})(?P<lowunit>{UNIT_PATTERN})?{DASH})?(?P<n>{NUM})(?P<scale>{SCALE})?\s?(?P<unit>{UNIT_PATTERN})",
        _unit,
    ),
)
"""From the most to the least particular."""
