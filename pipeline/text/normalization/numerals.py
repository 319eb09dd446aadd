"""Fractions, ratios, scores, ranges, formulas, model and telephone numbers, and plain numbers."""

from __future__ import annotations

import re

from pipeline.text.normalization.cardinals import (
    cardinal_reading,
    counting_form,
    decimal_reading,
    digit_reading,
)
from pipeline.text.normalization.dates import is_score_or_ratio
from pipeline.text.normalization.model_numbers import (
    MODEL_NUMBER_EXPRESSIONS,
    is_after_latin_name,
)
from pipeline.text.normalization.patterns import (
    DIGITS_END,
    DIGITS_START,
    HAN_SCALE,
    NO_LATIN_BEFORE,
    NUMBER,
    RANGE_DASH,
    is_counted_quantity,
    is_followed_by,
    is_measure_word_at,
    number_expression,
    text_before,
)

_NUMBER_GOES_ON = re.compile(r"\s?(?:[0-9]|[百千万亿多余几]|[.,][0-9])")

_AMOUNT_BEFORE = re.compile(
    r"(?:约|近|超过?|达到?|共|了|有|[加减乘除]以?|等于|大于|小于|[+=<>])\s?$"
)

_MIN_CODE_DIGITS = 8
"""Digits from which a number without commas is a code, unless it counts something."""

_MIN_BLOOD_PRESSURE = 20
_TEAM_BEFORE = re.compile(
    r"(?:中国|日本|韩国|国足|女足|男足|国奥|巴西|阿根廷|德国|法国|英格兰|西班牙|葡萄牙|荷兰|意大利|比利时|克罗地亚|乌拉圭|墨西哥|美国|伊朗|沙特|泰国|越南|澳大利亚"
    r"|丹麦|瑞典|瑞士|波兰|摩洛哥|卡塔尔|阿曼|约旦|叙利亚|阿联酋|乌兹别克斯坦?|朝鲜|皇马|巴萨|曼联|曼城|利物浦|切尔西|阿森纳|热刺|拜仁|多特|尤文|米兰|国米|巴黎|大巴黎|马竞"
    r"|湖人|勇士|凯尔特人|热火|掘金|快船|火箭|马刺|恒大|国安|申花|海港|泰山|[^军部排车]队|FC)\s?$"
)
_FEW_GOALS = 15
_MAX_CARDINAL_DIGITS = 2
"""Digits of the first part of a dotted number that are read as a number: 17.4.1, 192.168.1.1."""
_SHARES = 10
_NO_SCORE_AFTER = re.compile(r"\s?(?:[%‰℃°月号百千万亿]|日(?!本)|[A-Za-z])")


def _read_fraction(match: re.Match[str]) -> str | None:
    numerator, denominator = match["a"], match["b"]
    if is_after_latin_name(match):  # iPhone 15/16
        return None
    if (numerator, denominator) == ("24", "7"):
        return "七乘二十四" if match.string.startswith("小时", match.end()) else "七乘二十四小时"
    if int(denominator) == 0 or (numerator, denominator) == ("9", "11"):
        return digit_reading(numerator + denominator)
    if (
        int(numerator) >= int(denominator) >= _MIN_BLOOD_PRESSURE or int(denominator) == 1
    ):  # blood pressure: 120/80
        return f"{cardinal_reading(numerator)}比{cardinal_reading(denominator)}"
    return f"{cardinal_reading(denominator)}分之{cardinal_reading(numerator)}"


def _read_blood_pressure(match: re.Match[str]) -> str:
    return f"{cardinal_reading(match['a'])}比{cardinal_reading(match['b'])}毫米汞柱"


def _read_shares(match: re.Match[str]) -> str | None:
    """Return the reading of shares out of ten: 8:2开 is 八二开."""
    shares = (match["a"] or match["c"]), (match["b"] or match["d"])
    return digit_reading("".join(shares)) if sum(map(int, shares)) == _SHARES else None


def _read_ratio(match: re.Match[str]) -> str:
    return "比".join(decimal_reading(part) for part in re.split(r"\s?[:：]\s?", match[0]))


def _read_score(match: re.Match[str]) -> str | None:
    falling = int(match["a"]) >= int(match["b"]) and not is_measure_word_at(
        match.string, match.end()
    )  # no range goes down or stays
    of_team = (
        _TEAM_BEFORE.search(text_before(match)) is not None
        and max(int(match["a"]), int(match["b"])) <= _FEW_GOALS
        and not is_measure_word_at(match.string, match.end())
        and not is_followed_by(match, _NO_SCORE_AFTER)
    )
    return (
        f"{cardinal_reading(match['a'])}比{cardinal_reading(match['b'])}"
        if falling or of_team or is_score_or_ratio(match)
        else None
    )


def _read_range(match: re.Match[str]) -> str | None:
    low, high, scale = match["low"], match["n"], (match["scale"] or "").strip()
    is_counted = bool(scale) or is_counted_quantity(match)
    low_reading, high_reading = decimal_reading(low), decimal_reading(high)
    if is_counted:
        low_reading, high_reading = counting_form(low_reading), counting_form(high_reading)
    if match["to"] != "、":
        return f"{low_reading}{(match['lowscale'] or '').strip()}到{high_reading}{scale}"
    consecutive = is_counted and low.isdigit() and high.isdigit() and int(high) == int(low) + 1
    return f"{low_reading}{high_reading}{scale}" if consecutive else None  # 两三个


def _read_hyphenated_number(match: re.Match[str]) -> str:
    return f"{cardinal_reading(match['a'])}杠{cardinal_reading(match['b'])}"


def _read_dotted_number(match: re.Match[str]) -> str:
    first, *rest = match[0].split(".")
    spoken = digit_reading(first) if len(first) > _MAX_CARDINAL_DIGITS else cardinal_reading(first)
    return "点".join([spoken, *map(digit_reading, rest)])


def _read_bare_year(match: re.Match[str]) -> str | None:
    quantity = (
        match[0].endswith("00")
        or is_measure_word_at(match.string, match.end())
        or is_followed_by(match, _NUMBER_GOES_ON)
    )
    return (
        None if quantity or _AMOUNT_BEFORE.search(text_before(match)) else digit_reading(match[0])
    )


def _read_trailing_digits(match: re.Match[str]) -> str | None:
    """Return the reading of the last digits of 1米85, 3块5 and 9秒83."""
    return None if is_measure_word_at(match.string, match.end()) else digit_reading(match[0])


def _read_plain_number(match: re.Match[str]) -> str:
    digits, scale = match["n"], (match["scale"] or "").strip()
    if digits.isdigit():
        is_code = (
            len(digits) >= _MIN_CODE_DIGITS
            and len(digits.rstrip("0")) > 1
            and not scale
            and not is_measure_word_at(match.string, match.end())
        )
        if is_code or (len(digits) > 1 and digits.startswith("0")):
            return digit_reading(digits) + scale
    return (
        counting_form(decimal_reading(digits))
        if scale or is_counted_quantity(match)
        else decimal_reading(digits)
    ) + scale


NUMERAL_EXPRESSIONS = (
    number_expression(
        r"(?<=[图表例式])(?P<a>[0-9]{1,2})-(?P<b>[0-9]{1,2})(?![0-9])", _read_hyphenated_number
    ),
    number_expression(
        rf"{DIGITS_START}(?P<a>[0-9]{{2,3}})/(?P<b>[0-9]{{2,3}})\s?mmHg", _read_blood_pressure
    ),
    number_expression(
        rf"{DIGITS_START}(?P<a>[0-9]{{1,9}})/(?P<b>[0-9]{{1,9}}){DIGITS_END}(?![/.][0-9])",
        _read_fraction,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<a>[1-9])[:：](?P<b>[1-9]){DIGITS_END}(?=[开分](?![钟之数的]|成))|{DIGITS_START}(?P<c>[1-9])[:：](?P<d>[1-9]){DIGITS_END}(?=分成|分账)",
        _read_shares,
    ),
    number_expression(
        rf"{DIGITS_START}[0-9]+(?:\.[0-9]+)?(?:\s?[:：]\s?[0-9]+(?:\.[0-9]+)?)+", _read_ratio
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<a>[0-9]{{1,3}})\s?[-–—]\s?(?P<b>[0-9]{{1,3}}){DIGITS_END}",
        _read_score,
    ),
    number_expression(rf"{DIGITS_START}[0-9]+(?:\.[0-9]+){{2,}}", _read_dotted_number),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<a>{NUMBER})[xX×](?![A-Za-z0-9×+=\-])",
        lambda match: counting_form(decimal_reading(match["a"])) + "倍",
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<low>{NUMBER})(?P<lowscale>{HAN_SCALE})?(?P<to>{RANGE_DASH}|、)(?P<n>{NUMBER})(?![0-9.]*[A-Za-z])(?P<scale>{HAN_SCALE})?",
        _read_range,
    ),
    *MODEL_NUMBER_EXPRESSIONS,
    number_expression(rf"{DIGITS_START}(?:19|20)[0-9]{{2}}{DIGITS_END}", _read_bare_year),
    number_expression(r"(?<=[0-9][米块秒])[0-9]{1,2}(?!\.?[0-9])", _read_trailing_digits),
    number_expression(rf"(?P<n>{NUMBER})(?P<scale>{HAN_SCALE})?", _read_plain_number),
)
"""In the order they are tried: from the most to the least specific; the last takes any number."""
