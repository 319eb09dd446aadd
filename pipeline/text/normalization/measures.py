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
    text_before,
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

_COINS = r"(?:美元|美金|欧元|英镑|日元|韩元|港元|港币|加元|澳元|新台币|人民币|元|块|刀|USD|RMB)"
_MANY_AFTER = (
    rf"(?=\+|{_COINS}|人|像素|粉|播放|用户|阅读|浏览|点赞|赞|次|个|条|册|份|台|辆|年薪|月薪"
    rf"|以上|左右|起|的?(?:销量|年薪|工资|存款|收入|流量))"
)
_MANY_BEFORE = (
    r"(?:(?<=年薪)|(?<=月薪)|(?<=月入)|(?<=年入)|(?<=粉丝)|(?<=销量)|(?<=播放量)"
    r"|(?<=阅读量)|(?<=突破)|(?<=播放)|(?<=阅读))"
)
"""W is 万 where money, people or views are counted, else watt."""

_HAN_POWERS = ((12, "万亿"), (8, "亿"), (4, "万"))


def scaled_reading(digits: str, scale: str) -> str:
    """Return the reading of a number with its scale: 3.5 million is 三百五十万."""
    scale = scale.strip()
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
    name, scale = CURRENCY_SIGNS[match["mark"]], (match["scale"] or "").strip()
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


_FALL_BEFORE = re.compile(r"(?:下跌|下降|下滑|减少|亏损|跌|降|缩水|负)了?\s?$")
"""A minus after these is said already: 下跌-10%."""

_SHARE_NAMES = {"%": "百分之", "‰": "千分之", "‱": "万分之"}


def _read_net_scale(match: re.Match[str]) -> str:
    low = f"{counting_form(decimal_reading(match['low']))}到" if match["low"] else ""
    return low + scaled_reading(match["n"], "万")


def _read_percent(match: re.Match[str]) -> str:
    name = _SHARE_NAMES[match["mark"]]
    sign = "负" if match["sign"] and not _FALL_BEFORE.search(text_before(match)) else ""
    if match["low"] is None:
        is_hundred = match["n"] == "100" and name == "百分之"
        reading = "百" if is_hundred else decimal_reading(match["n"]).replace("两百", "二百")
        return f"{sign}{name}{reading}"
    low, high = decimal_reading(match["low"]), decimal_reading(match["n"])
    second_sign = "负" if match["sign2"] else ""
    repeats_name = match["lowmark"] or second_sign
    return f"{sign}{name}{low}到{second_sign}{name if repeats_name else ''}{high}"


def _read_temperature(match: re.Match[str]) -> str:
    name = "华氏度" if match["mark"] in {"°F", "℉"} else "摄氏度"
    sign = "零下" if match["sign"] and not text_before(match).endswith("零下") else ""
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
        else decimal_reading(match["n"])
    )
    if not name[0].isascii():  # 两米, but 二GB每秒
        spoken = counting_form(spoken)
    if match["low"]:
        low = counting_form(decimal_reading(match["low"]))
        low_unit = UNIT_READINGS[match["lowunit"]][0] if match["lowunit"] else ""
        spoken = f"{low}{low_unit}到{spoken}"
    return f"{prefix}{'负' if match['sign'] else ''}{spoken}{name}"


_CURRENCY_PATTERN = "|".join(
    re.escape(mark) for mark in sorted(CURRENCY_SIGNS, key=len, reverse=True)
)

_RANGE_OR_ARROW = rf"(?:{RANGE_DASH}|\s?[→➜⇒]\s?)"
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
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?:(?P<low>{NUMBER})[wW]?{RANGE_DASH})?(?P<n>{NUMBER})(?:w(?![A-Za-z0-9])|W(?![A-Za-z0-9]){_MANY_AFTER})",
        _read_net_scale,
    ),  # as the net writes 万
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<n>{NUMBER})[kK](?=\+(?![0-9]))",
        lambda match: scaled_reading(match["n"], "k"),
    ),
    number_expression(
        rf"{DIGITS_START}{_MANY_BEFORE}(?P<low>)(?P<n>{NUMBER})W(?![A-Za-z0-9])", _read_net_scale
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?:(?P<low>{NUMBER}){RANGE_DASH})?(?P<n>{NUMBER})\s?(?P<scale>[KkMmBbTt]|bn|mn)(?P<coin>)(?=\s?{_COINS})",
        _read_english_scale,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<sign>(?<![0-9%])[-−])?(?:(?P<low>{NUMBER})\s?(?P<lowmark>[%‰‱])?{_RANGE_OR_ARROW}(?P<sign2>[-−](?=[0-9]))?)?(?P<n>{NUMBER})\s?(?P<mark>[%‰‱])",
        _read_percent,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<sign>(?<![0-9℃])[-−])?(?:(?P<low>{NUMBER})(?:℃|°C)?{_RANGE_OR_ARROW}(?P<sign2>[-−])?)?(?P<n>{NUMBER})\s?(?P<mark>℃|°C|°F|℉)",
        _read_temperature,
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<sign>[-−])?(?:(?P<low>{NUMBER})(?P<lowunit>{UNIT_PATTERN})?{_RANGE_OR_ARROW})?(?P<n>{NUMBER})(?P<scale>{HAN_SCALE})?\s?(?P<unit>{UNIT_PATTERN})",
        _read_unit,
    ),
)
"""In the order they are tried: from the most to the least specific."""
