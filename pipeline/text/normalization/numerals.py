"""Fractions, ratios, scores, ranges, formulas, model and telephone numbers, and plain numbers."""

from __future__ import annotations

import re
import unicodedata

from pipeline.text.normalization.cardinals import (
    cardinal_reading,
    counting_form,
    decimal_reading,
    digit_reading,
)
from pipeline.text.normalization.dates import is_score_or_ratio
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
from pipeline.text.normalization.units import UNIT_PATTERN, UNIT_READINGS

_TELEPHONE_BEFORE = re.compile(
    r"(?:电话|手机|热线|拨打|拨|致电|号码|尾号|座机|客服)(?:号码?|是|为|[:：，,\s])*$"
)

_CODE_BEFORE = re.compile(
    r"(?:编号|代码|邮编|学号|房间|航班|端口|密码|验证码|卡号|账号|车次|代号|QQ|群号|型号|波音|空客)(?:号|是|为|[:：，,\s])*$"
)

_QUANTITY_AFTER_NAME = re.compile(r"(?:top|no|fortune|vol|plus)[.\s-]?$", re.IGNORECASE)

_COUNTED_AFTER_NAME = re.compile(
    r"[个种倍岁年月天周秒米吨条项篇款百千万亿]|位(?!于)|名(?![为字])|小时|分钟|[美欧日港]?元(?!素)|人(?![工类们体物机])|次(?!要)|家(?![族庭])|公里|公斤"
)

_LATIN_BEFORE = re.compile(r"[A-Za-z](?:[-‐‑ ]?|[0-9.]*-)$")
_X_BEFORE = re.compile(r"(?<![A-Za-z])[xX]$")
_NUMBER_GOES_ON = re.compile(r"\s?(?:[0-9]|[百千万亿多余几]|[.,][0-9])")

_AMOUNT_BEFORE = re.compile(
    r"(?:约|近|超过?|达到?|共|了|有|[加减乘除]以?|等于|大于|小于|[+=<>])\s?$"
)

_MIN_CODE_DIGITS = 8
"""Digits from which a number without commas is a code, unless it counts something."""

_MIN_BLOOD_PRESSURE = 20
_SCREEN_SIZE_DIGITS = {3, 4}
_POWER_NAMES = {"2": "平方", "3": "立方"}
_MAX_CARDINAL_DIGITS = 2
"""Digits after a name that are read as a number: iPhone 15; RTX 4090 is read digit by digit."""


def _read_fraction(match: re.Match[str]) -> str | None:
    numerator, denominator = match["a"], match["b"]
    if _LATIN_BEFORE.search(text_before(match)):  # iPhone 15/16
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


def _read_ratio(match: re.Match[str]) -> str:
    return "比".join(decimal_reading(part) for part in re.split(r"\s?[:：]\s?", match[0]))


def _read_score(match: re.Match[str]) -> str | None:
    falling = int(match["a"]) > int(match["b"]) and not is_measure_word_at(
        match.string, match.end()
    )  # no range goes down
    return (
        f"{cardinal_reading(match['a'])}比{cardinal_reading(match['b'])}"
        if falling or is_score_or_ratio(match)
        else None
    )


def _read_range(match: re.Match[str]) -> str | None:
    low, high, scale = match["low"], match["n"], match["scale"] or ""
    is_counted = bool(scale) or is_counted_quantity(match)
    low_reading, high_reading = decimal_reading(low), decimal_reading(high)
    if is_counted:
        low_reading, high_reading = counting_form(low_reading), counting_form(high_reading)
    if match["to"] != "、":
        return f"{low_reading}{match['lowscale'] or ''}到{high_reading}{scale}"
    consecutive = is_counted and low.isdigit() and high.isdigit() and int(high) == int(low) + 1
    return f"{low_reading}{high_reading}{scale}" if consecutive else None  # 两三个


def _read_product(match: re.Match[str]) -> str:
    sides = (match["a"], match["b"])
    is_screen_size = all(len(side) in _SCREEN_SIZE_DIGITS for side in sides)  # 1920×1080
    spoken = "乘".join(
        digit_reading(side) if is_screen_size else decimal_reading(side) for side in sides
    )
    return spoken + UNIT_READINGS.get(match["unit"] or "", ("", ""))[0]


def _read_power(match: re.Match[str]) -> str:
    times = f"{decimal_reading(match['times'])}乘" if match["times"] else ""
    negative = match["sign"] or match["high"].startswith("⁻") if match["high"] else match["sign"]
    power = match["b"] or unicodedata.normalize("NFKC", match["high"].lstrip("⁻"))
    raised = (
        f"负{cardinal_reading(power)}次方"
        if negative
        else _POWER_NAMES.get(power, f"{cardinal_reading(power)}次方")
    )
    name, prefix = UNIT_READINGS.get(match["unit"] or "", ("", ""))
    return f"{prefix}{times}{decimal_reading(match['a'])}的{raised}{name}"


def _read_subtraction(match: re.Match[str]) -> str:
    return f"{decimal_reading(match['a'])}减{decimal_reading(match['b'])}"


def _read_hyphenated_number(match: re.Match[str]) -> str:
    return f"{cardinal_reading(match['a'])}杠{cardinal_reading(match['b'])}"


def _read_digit_groups(match: re.Match[str]) -> str:
    parts = re.split(r"[-–]", match[0])
    if all(len(part) == 1 for part in parts):  # a formation: 4-3-3
        return "".join(digit_reading(part) for part in parts)
    return "，".join(digit_reading(part, name_of_one="幺") for part in parts)


def _read_service_number(match: re.Match[str]) -> str | None:
    return (
        None
        if is_measure_word_at(match.string, match.end())
        else digit_reading(match[0], name_of_one="幺")
    )


def _read_phone_number(match: re.Match[str]) -> str:
    return digit_reading(re.sub(r"[^0-9]", "", match[0]), name_of_one="幺")


def _read_code(match: re.Match[str]) -> str | None:
    if is_measure_word_at(match.string, match.end()):
        return None
    if _TELEPHONE_BEFORE.search(text_before(match)):
        return digit_reading(match[0], name_of_one="幺")
    return digit_reading(match[0]) if _CODE_BEFORE.search(text_before(match)) else None


def _read_name_digits(match: re.Match[str]) -> str | None:
    return None if is_measure_word_at(match.string, match.end()) else digit_reading(match["n"])


def _read_dotted_number(match: re.Match[str]) -> str:
    first, *rest = match[0].split(".")
    spoken = digit_reading(first) if len(first) > _MAX_CARDINAL_DIGITS else cardinal_reading(first)
    return "点".join([spoken, *map(digit_reading, rest)])


def _read_model_number(match: re.Match[str]) -> str | None:
    """Return the reading of digits right after a Latin name: GPT-4, RTX 4090, iPhone 15."""
    name = text_before(match)
    digits, _, rest = match[0].partition(".")
    if not _LATIN_BEFORE.search(name):
        return None
    if name[-1] not in "-‐‑" and is_followed_by(match, _COUNTED_AFTER_NAME):
        return None  # Google3年: counted, not named
    digit_by_digit = (
        digits.startswith("0")
        or (len(digits) > _MAX_CARDINAL_DIGITS and len(digits.rstrip("0")) > 1)
        or _X_BEFORE.search(name)
    )
    spoken = (
        digit_reading(digits)
        if digit_by_digit and not _QUANTITY_AFTER_NAME.search(name)
        else cardinal_reading(digits)
    )
    return "点".join([spoken, *(digit_reading(part) for part in rest.split(".") if part)])


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
    digits, scale = match["n"], match["scale"] or ""
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


_WEAPON_TYPES = r"(?:主战)?(?:坦克|驱逐舰|护卫舰|步枪|战机|战斗机|轰炸机|自行火炮)"
_NUMBERED_THINGS = (
    r"部队|医院|晚会|大促|购物节|事件|工程|高校|院校|大学|工作制|国道|省道|路公交|路车"
    r"|[、和/](?:985|211)"
)

NUMERAL_EXPRESSIONS = (
    number_expression(
        rf"{DIGITS_START}[0-9]{{1,4}}(?:[-–][0-9]{{1,4}}){{2,}}{DIGITS_END}", _read_digit_groups
    ),
    number_expression(rf"{DIGITS_START}0[0-9]{{2,3}}-[0-9]{{7,8}}{DIGITS_END}", _read_digit_groups),
    number_expression(
        rf"{DIGITS_START}1[3-9][0-9]([- ]?)[0-9]{{4}}\1[0-9]{{4}}{DIGITS_END}", _read_phone_number
    ),
    number_expression(rf"{DIGITS_START}[0-9]{{2,}}(?![.,]?[0-9])", _read_code),
    number_expression(
        rf"(?<=[打拨叫报])(?:11[0249]|12[02]|911|1[0-9]{{4}}){DIGITS_END}", _read_phone_number
    ),
    number_expression(
        rf"{DIGITS_START}(?:10086|10010|12306|123[0-9]{{2}}|955[0-9]{{2}}){DIGITS_END}(?![.,%万亿])",
        _read_service_number,
    ),
    number_expression(r"(?<=N)(?P<n>95)(?![0-9])", lambda match: digit_reading(match["n"])),
    number_expression(
        rf"{DIGITS_START}(?P<n>[0-9]{{3}})(?={_NUMBERED_THINGS})",
        lambda match: digit_reading(match["n"]),
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<n>985|211|996|731|618){DIGITS_END}(?![.,%万亿])",
        _read_name_digits,
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<n>[0-9]{{2,3}})(?=[A-Z]?[型式]?{_WEAPON_TYPES})",
        lambda match: digit_reading(match["n"]),
    ),
    number_expression(
        r"(?<![A-Za-z][GDCZTK])(?<=[GDCZTK])(?P<n>[0-9]{1,4})(?=次)",
        lambda match: digit_reading(match["n"]),
    ),
    number_expression(
        r"(?<=[图表例式])(?P<a>[0-9]{1,2})-(?P<b>[0-9]{1,2})(?![0-9])", _read_hyphenated_number
    ),
    number_expression(rf"{DIGITS_START}(?P<n>[0-9]{{3,4}})(?=[pP](?![A-Za-z]))", _read_name_digits),
    number_expression(
        rf"{DIGITS_START}(?P<a>[0-9]{{2,3}})/(?P<b>[0-9]{{2,3}})\s?mmHg", _read_blood_pressure
    ),
    number_expression(
        rf"{DIGITS_START}(?P<a>[0-9]{{1,4}})/(?P<b>[0-9]{{1,4}}){DIGITS_END}(?![/.][0-9])",
        _read_fraction,
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
        rf"{DIGITS_START}(?:(?P<times>{NUMBER})\s?[x×*]\s?)?(?P<a>{NUMBER})(?:\^(?P<sign>[-−])?(?P<b>[0-9]+)|(?P<high>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))(?:\s?(?P<unit>{UNIT_PATTERN}))?",
        _read_power,
    ),
    number_expression(
        rf"{DIGITS_START}(?P<a>{NUMBER})\s?[-−]\s?(?P<b>{NUMBER})(?=\s?=)", _read_subtraction
    ),
    number_expression(
        rf"{DIGITS_START}(?P<a>[0-9]+)\s?[x×*]\s?(?P<b>[0-9]+){DIGITS_END}(?:\s?(?P<unit>{UNIT_PATTERN}))?",
        _read_product,
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<a>{NUMBER})[xX×](?![A-Za-z0-9×+=\-])",
        lambda match: counting_form(decimal_reading(match["a"])) + "倍",
    ),
    number_expression(
        rf"{DIGITS_START}{NO_LATIN_BEFORE}(?P<low>{NUMBER})(?P<lowscale>{HAN_SCALE})?(?P<to>{RANGE_DASH}|、)(?P<n>{NUMBER})(?![0-9.]*[A-Za-z])(?P<scale>{HAN_SCALE})?",
        _read_range,
    ),
    number_expression(rf"{DIGITS_START}[0-9]+(?:\.[0-9]+)*(?!{HAN_SCALE})", _read_model_number),
    number_expression(rf"{DIGITS_START}(?:19|20)[0-9]{{2}}{DIGITS_END}", _read_bare_year),
    number_expression(rf"(?<=[0-9][米块秒])[0-9]{{1,2}}{DIGITS_END}", _read_trailing_digits),
    number_expression(rf"(?P<n>{NUMBER})(?P<scale>{HAN_SCALE})?", _read_plain_number),
)
"""In the order they are tried: from the most to the least specific; the last takes any number."""
