"""Quantities of more than one part: 1h30m, 39°54′, 5'11", 1½, 2x~3x, 1/1.28英寸, 5+年."""

from __future__ import annotations

import re
import unicodedata

from pipeline.text.normalization.cardinals import (
    cardinal_reading,
    counting_form,
    decimal_reading,
    digit_reading,
)
from pipeline.text.normalization.patterns import (
    DIGITS_END,
    DIGITS_START,
    NO_LATIN_BEFORE,
    NUMBER,
    RANGE_DASH,
    number_expression,
    text_before,
)

_PRIME, _DOUBLE_PRIME = "['′’‵ʹ＇]", "(?:[\"″”ʺ＂]|''|′′)"
_DIRECTIONS = {"N": "北纬", "S": "南纬", "E": "东经", "W": "西经"}
_VULGAR_FRACTIONS = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_MAX_FEET, _INCHES_OF_FOOT = 8, 12
_MIN_HEIGHT_FEET = 4
_HEIGHT_BEFORE = re.compile(r"(?:身高|高|个子|英尺|height)[^，。]{0,4}$", re.IGNORECASE)
_RUNNING_TIME_BEFORE = re.compile(r"(?:成绩|用时|纪录|记录|时间|跑|配速|游)[^，。]{0,5}$")


def _read_duration(match: re.Match[str]) -> str | None:
    """Return the reading of 1h30m, 2d12h and 5m30s."""
    parts = (("d", "天"), ("h", "小时"), ("m", "分"), ("s", "秒"))
    said = [(match[key], name) for key, name in parts if match[key]]
    if len(said) < 2:  # noqa: PLR2004 - one part is an ordinary unit
        return None
    spoken = "".join(counting_form(decimal_reading(digits)) + name for digits, name in said)
    return f"{spoken}钟" if spoken.endswith("分") else spoken


def _read_angle(match: re.Match[str]) -> str:
    direction = _DIRECTIONS.get(match["side"] or "", "")
    if direction and re.search(r"[北南]纬$|[东西]经$", text_before(match)):
        direction = ""
    spoken = f"{decimal_reading(match['deg'])}度"
    if match["min"]:
        spoken += f"{decimal_reading(match['min'])}分"
    if match["sec"]:
        spoken += f"{decimal_reading(match['sec'])}秒"
    return direction + spoken


def _read_primes(match: re.Match[str]) -> str:
    """Return feet and inches for a height such as 5'11", else minutes and seconds."""
    first, second = match["a"], match["b"]
    is_height = (
        _MIN_HEIGHT_FEET <= int(first) <= _MAX_FEET
        and float(second) < _INCHES_OF_FOOT
        and not _RUNNING_TIME_BEFORE.search(text_before(match))
    ) or _HEIGHT_BEFORE.search(text_before(match))
    names = ("英尺", "英寸") if is_height else ("分", "秒")
    return (
        f"{counting_form(decimal_reading(first))}{names[0]}{counting_form(decimal_reading(second))}"
        f"{names[1]}"
    )


def _read_running_time(match: re.Match[str]) -> str:
    """Return the reading of 9"58 and 3'45"21: minutes, seconds, hundredths."""
    minutes = f"{counting_form(cardinal_reading(match['m']))}分" if match["m"] else ""
    return f"{minutes}{cardinal_reading(match['s'])}秒{digit_reading(match['part'])}"


def _read_mixed_fraction(match: re.Match[str]) -> str | None:
    if match["vulgar"]:
        numerator, denominator = unicodedata.normalize("NFKC", match["vulgar"]).split("⁄")
    else:
        numerator, denominator = match["a"], match["b"]
        if not 0 < int(numerator) < int(denominator):
            return None
    fraction = f"{cardinal_reading(denominator)}分之{cardinal_reading(numerator)}"
    return f"{cardinal_reading(match['whole'])}又{fraction}"


def _read_multiples(match: re.Match[str]) -> str:
    low = counting_form(decimal_reading(match["a"]))
    high = counting_form(decimal_reading(match["b"]))
    return f"{low}{'倍' if match['times'] else ''}到{high}倍"


def _read_sensor_size(match: re.Match[str]) -> str:
    return f"{decimal_reading(match['b'])}分之{cardinal_reading(match['a'])}"


def _read_at_least(match: re.Match[str]) -> str:
    return f"{counting_form(decimal_reading(match['n']))}{match['unit']}以上"


COMPOUND_QUANTITY_EXPRESSIONS = (
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?:(?P<d>[0-9]+)d\s?)?(?:(?P<h>[0-9]+)(?:h|hr|hrs)\s?)?(?:(?P<m>[0-9]+)(?:m|min|mins|')\s?)?(?:(?P<s>[0-9]+(?:\.[0-9]+)?)(?:s|sec))?(?<=[a-z])(?![A-Za-z0-9])",
        _read_duration,
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<m>[12])m(?P<cm>[0-9]{{1,2}})(?![0-9A-Za-z])",
        lambda match: f"{cardinal_reading(match['m'])}米{digit_reading(match['cm'])}",
    ),
    number_expression(
        rf"{DIGITS_START}(?:(?P<m>[0-9]{{1,2}}){_PRIME})?(?P<s>[0-9]{{1,2}}){_DOUBLE_PRIME}(?P<part>[0-9]{{2}}){DIGITS_END}",
        _read_running_time,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<deg>[0-9]+(?:\.[0-9]+)?)\s?°\s?(?:(?P<min>[0-9]+(?:\.[0-9]+)?)\s?{_PRIME}\s?(?:(?P<sec>[0-9]+(?:\.[0-9]+)?)\s?{_DOUBLE_PRIME})?\s?(?P<side>[NSEW](?![A-Za-z]))?)",
        _read_angle,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<deg>[0-9]+(?:\.[0-9]+)?)\s?°(?P<min>)(?P<sec>)\s?(?P<side>[NSEW])(?![A-Za-z])",
        _read_angle,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<a>[0-9]{{1,3}}){_PRIME}\s?(?P<b>[0-9]{{1,2}}(?:\.[0-9]+)?)\s?{_DOUBLE_PRIME}",
        _read_primes,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<inches>[0-9]+(?:\.[0-9]+)?)\s?(?:[\"″]|'')(?=\s?(?:屏|显示器|电视|轮|的?(?:屏幕|显示屏|大屏|披萨|轮毂)))",
        lambda match: f"{counting_form(decimal_reading(match['inches']))}英寸",
    ),
    number_expression(
        rf"{DIGITS_START}(?P<whole>[0-9]+)\s?(?P<vulgar>[{_VULGAR_FRACTIONS}])",
        _read_mixed_fraction,
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<whole>[0-9]{{1,3}})\s(?P<vulgar>)(?P<a>[0-9]{{1,2}})/(?P<b>[0-9]{{1,2}}){DIGITS_END}(?![/.][0-9])",
        _read_mixed_fraction,
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<a>{NUMBER})(?P<times>[xX×倍])?{RANGE_DASH}(?P<b>{NUMBER})[xX×](?![A-Za-z0-9×+=\-])",
        _read_multiples,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<a>1)/(?P<b>[0-9]{{1,5}})\s?s(?:ec)?(?![A-Za-z0-9])",
        lambda match: f"{_read_sensor_size(match)}秒",
    ),  # a shutter time
    number_expression(
        rf"{DIGITS_START}(?P<a>[0-9]{{1,2}})/(?P<b>[0-9]+\.[0-9]+){DIGITS_END}", _read_sensor_size
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<n>[0-9])\+(?P<unit>个|名|位|家|种|款|项|年|天|人(?!工)|次|小时|台|座|国|城)",
        _read_at_least,
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<n>{NUMBER})\+?(?P<unit>个月|年|天|岁|小时|分钟|周|分|米|公里|人|家|个)\+(?![0-9])",
        _read_at_least,
    ),
)
"""In the order they are tried: from the most to the least specific."""
