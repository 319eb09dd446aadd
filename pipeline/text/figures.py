"""Fractions, ratios, scores, ranges, sums; digits that name a thing: models, versions, telephone numbers; and plain numbers."""

from __future__ import annotations

import re
import unicodedata

from pipeline.text.dates import versus
from pipeline.text.numbers import cardinal, number, one_by_one, pair
from pipeline.text.readings import ALONE, DASH, END, NUM, SCALE, UNNAMED, before, before_measure, counted, expression, follows
from pipeline.text.units import UNIT_PATTERN, UNITS

_TELEPHONE = re.compile(r"(?:电话|手机|热线|拨打|拨|致电|号码|尾号|座机|客服)(?:号码?|是|为|[:：，,\s])*$")
_CODE = re.compile(
    r"(?:编号|代码|邮编|学号|房间|航班|端口|密码|验证码|卡号|账号|车次|代号|QQ|群号|型号|波音|空客)(?:号|是|为|[:：，,\s])*$"
)
_QUANTITY_AFTER_NAME = re.compile(r"(?:top|no|fortune|vol|plus)[.\s-]?$", re.IGNORECASE)
_COUNTED_AFTER_NAME = re.compile(
    r"[个种倍岁年月天周秒米吨条项篇款百千万亿]|位(?!于)|名(?![为字])|小时|分钟|[美欧日港]?元(?!素)|人(?![工类们体物机])|次(?!要)|家(?![族庭])|公里|公斤"
)
_LATIN_BEFORE = re.compile(r"[A-Za-z](?:[-‐‑ ]?|[0-9.]*-)$")
_X86 = re.compile(r"(?<![A-Za-z])[xX]$")
_MORE_NUMBER = re.compile(r"\s?(?:[0-9]|[百千万亿多余几]|[.,][0-9])")
_AMOUNT = re.compile(r"(?:约|近|超过?|达到?|共|了|有|[加减乘除]以?|等于|大于|小于|[+=<>])\s?$")
_LONG_RUN = 8
"""Digits of a run without commas that is a code, not a quantity, where nothing is counted by it."""
_LEAST_PRESSURE = 20
_SCREEN = {3, 4}
_POWERS = {"2": "平方", "3": "立方"}
_SPOKEN_WHOLE = 2
"""Digits after a name that are still read as a number: iPhone 15, F-16; longer ones are told one by one: RTX 4090."""


def _fraction(match: re.Match[str]) -> str | None:
    over, under = match["a"], match["b"]
    if _LATIN_BEFORE.search(before(match)):  # iPhone 15/16
        return None
    if (over, under) == ("24", "7"):
        return "七乘二十四" if match.string.startswith("小时", match.end()) else "七乘二十四小时"
    if int(under) == 0 or (over, under) == ("9", "11"):
        return one_by_one(over + under)
    if int(over) >= int(under) >= _LEAST_PRESSURE or int(under) == 1:  # blood pressure: 120/80
        return f"{cardinal(over)}比{cardinal(under)}"
    return f"{cardinal(under)}分之{cardinal(over)}"


def _pressure(match: re.Match[str]) -> str:
    return f"{cardinal(match['a'])}比{cardinal(match['b'])}毫米汞柱"


def _ratio(match: re.Match[str]) -> str:
    return "比".join(number(part) for part in re.split(r"\s?[:：]\s?", match[0]))


def _score(match: re.Match[str]) -> str | None:
    falling = int(match["a"]) > int(match["b"]) and not before_measure(match.string, match.end())  # no range goes down
    return f"{cardinal(match['a'])}比{cardinal(match['b'])}" if falling or versus(match) else None


def _range(match: re.Match[str]) -> str | None:
    low, high, scale = match["low"], match["n"], match["scale"] or ""
    counts = bool(scale) or counted(match)
    first, last = number(low), number(high)
    if counts:
        first, last = pair(first), pair(last)
    if match["to"] != "、":
        return f"{first}{match['lowscale'] or ''}到{last}{scale}"
    near = counts and low.isdigit() and high.isdigit() and int(high) == int(low) + 1
    return f"{first}{last}{scale}" if near else None  # 两三个


def _times(match: re.Match[str]) -> str:
    sides = (match["a"], match["b"])
    screen = all(len(side) in _SCREEN for side in sides)  # 1920×1080
    said = "乘".join(one_by_one(side) if screen else number(side) for side in sides)
    return said + UNITS.get(match["unit"] or "", ("", ""))[0]


def _power(match: re.Match[str]) -> str:
    times = f"{number(match['times'])}乘" if match["times"] else ""
    negative = match["sign"] or match["high"].startswith("⁻") if match["high"] else match["sign"]
    power = match["b"] or unicodedata.normalize("NFKC", match["high"].lstrip("⁻"))
    raised = f"负{cardinal(power)}次方" if negative else _POWERS.get(power, f"{cardinal(power)}次方")
    name, front = UNITS.get(match["unit"] or "", ("", ""))
    return f"{front}{times}{number(match['a'])}的{raised}{name}"


def _minus(match: re.Match[str]) -> str:
    return f"{number(match['a'])}减{number(match['b'])}"


def _numbered(match: re.Match[str]) -> str:
    return f"{cardinal(match['a'])}杠{cardinal(match['b'])}"


def _groups(match: re.Match[str]) -> str:
    parts = re.split(r"[-–]", match[0])
    if all(len(part) == 1 for part in parts):  # a formation: 4-3-3
        return "".join(one_by_one(part) for part in parts)
    return "，".join(one_by_one(part, one="幺") for part in parts)


def _served(match: re.Match[str]) -> str | None:
    return None if before_measure(match.string, match.end()) else one_by_one(match[0], one="幺")


def _mobile(match: re.Match[str]) -> str:
    return one_by_one(re.sub(r"[^0-9]", "", match[0]), one="幺")


def _code(match: re.Match[str]) -> str | None:
    if before_measure(match.string, match.end()):
        return None
    if _TELEPHONE.search(before(match)):
        return one_by_one(match[0], one="幺")
    return one_by_one(match[0]) if _CODE.search(before(match)) else None


def _named_digits(match: re.Match[str]) -> str | None:
    return None if before_measure(match.string, match.end()) else one_by_one(match["n"])


def _dotted(match: re.Match[str]) -> str:
    first, *rest = match[0].split(".")
    said = one_by_one(first) if len(first) > _SPOKEN_WHOLE else cardinal(first)
    return "点".join([said, *map(one_by_one, rest)])


def _model(match: re.Match[str]) -> str | None:
    """Return digits that stand right after a Latin name: GPT-4, H100, RTX 4090, F-16, iPhone 15."""
    name = before(match)
    digits, _, rest = match[0].partition(".")
    if not _LATIN_BEFORE.search(name):
        return None
    if name[-1] not in "-‐‑" and follows(match, _COUNTED_AFTER_NAME):
        return None  # Google3年: counted, not named
    told = digits.startswith("0") or (len(digits) > _SPOKEN_WHOLE and len(digits.rstrip("0")) > 1) or _X86.search(name)
    said = one_by_one(digits) if told and not _QUANTITY_AFTER_NAME.search(name) else cardinal(digits)
    return "点".join([said, *(one_by_one(part) for part in rest.split(".") if part)])


def _bare_year(match: re.Match[str]) -> str | None:
    quantity = match[0].endswith("00") or before_measure(match.string, match.end()) or follows(match, _MORE_NUMBER)
    return None if quantity or _AMOUNT.search(before(match)) else one_by_one(match[0])


def _after_measure(match: re.Match[str]) -> str | None:
    """Return the odd digits of 1米85, 3块5 and 9秒83."""
    return None if before_measure(match.string, match.end()) else one_by_one(match[0])


def _plain(match: re.Match[str]) -> str:
    digits, scale = match["n"], match["scale"] or ""
    if digits.isdigit():
        code = len(digits) >= _LONG_RUN and len(digits.rstrip("0")) > 1 and not scale and not before_measure(match.string, match.end())
        if code or (len(digits) > 1 and digits.startswith("0")):
            return one_by_one(digits) + scale
    return (pair(number(digits)) if scale or counted(match) else number(digits)) + scale


_ARMS = r"(?:主战)?(?:坦克|驱逐舰|护卫舰|步枪|战机|战斗机|轰炸机|自行火炮)"
_NOTED = r"部队|医院|晚会|大促|购物节|事件|工程|高校|院校|大学|工作制|国道|省道|路公交|路车|[、和/](?:985|211)"

FIGURES = (
    expression(rf"{ALONE}[0-9]{{1,4}}(?:[-–][0-9]{{1,4}}){{2,}}{END}", _groups),
    expression(rf"{ALONE}0[0-9]{{2,3}}-[0-9]{{7,8}}{END}", _groups),
    expression(rf"{ALONE}1[3-9][0-9]([- ]?)[0-9]{{4}}\1[0-9]{{4}}{END}", _mobile),
    expression(rf"{ALONE}[0-9]{{2,}}(?![.,]?[0-9])", _code),
    expression(rf"(?<=[打拨叫报])(?:11[0249]|12[02]|911|1[0-9]{{4}}){END}", _mobile),
    expression(rf"{ALONE}(?:10086|10010|12306|123[0-9]{{2}}|955[0-9]{{2}}){END}(?![.,%万亿])", _served),
    expression(r"(?<=N)(?P<n>95)(?![0-9])", lambda match: one_by_one(match["n"])),
    expression(rf"{ALONE}(?P<n>[0-9]{{3}})(?={_NOTED})", lambda match: one_by_one(match["n"])),
    expression(rf"{ALONE}{UNNAMED}(?P<n>985|211|996|731|618){END}(?![.,%万亿])", _named_digits),
    expression(rf"{ALONE}{UNNAMED}(?P<n>[0-9]{{2,3}})(?=[A-Z]?[型式]?{_ARMS})", lambda match: one_by_one(match["n"])),
    expression(r"(?<![A-Za-z][GDCZTK])(?<=[GDCZTK])(?P<n>[0-9]{1,4})(?=次)", lambda match: one_by_one(match["n"])),
    expression(r"(?<=[图表例式])(?P<a>[0-9]{1,2})-(?P<b>[0-9]{1,2})(?![0-9])", _numbered),
    expression(rf"{ALONE}(?P<n>[0-9]{{3,4}})(?=[pP](?![A-Za-z]))", _named_digits),
    expression(rf"{ALONE}(?P<a>[0-9]{{2,3}})/(?P<b>[0-9]{{2,3}})\s?mmHg", _pressure),
    expression(rf"{ALONE}(?P<a>[0-9]{{1,4}})/(?P<b>[0-9]{{1,4}}){END}(?![/.][0-9])", _fraction),
    expression(rf"{ALONE}[0-9]+(?:\.[0-9]+)?(?:\s?[:：]\s?[0-9]+(?:\.[0-9]+)?)+", _ratio),
    expression(rf"{ALONE}{UNNAMED}(?P<a>[0-9]{{1,3}})\s?[-–—]\s?(?P<b>[0-9]{{1,3}}){END}", _score),
    expression(rf"{ALONE}[0-9]+(?:\.[0-9]+){{2,}}", _dotted),
    expression(
        rf"{ALONE}(?:(?P<times>{NUM})\s?[x×*]\s?)?(?P<a>{NUM})(?:\^(?P<sign>[-−])?(?P<b>[0-9]+)|(?P<high>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))(?:\s?(?P<unit>{UNIT_PATTERN}))?",
        _power,
    ),
    expression(rf"{ALONE}(?P<a>{NUM})\s?[-−]\s?(?P<b>{NUM})(?=\s?=)", _minus),
    expression(rf"{ALONE}(?P<a>[0-9]+)\s?[x×*]\s?(?P<b>[0-9]+){END}(?:\s?(?P<unit>{UNIT_PATTERN}))?", _times),
    expression(rf"{ALONE}{UNNAMED}(?P<a>{NUM})[xX×](?![A-Za-z0-9×+=\-])", lambda match: pair(number(match["a"])) + "倍"),
    expression(
        rf"{ALONE}{UNNAMED}(?P<low>{NUM})(?P<lowscale>{SCALE})?(?P<to>{DASH}|、)(?P<n>{NUM})(?![0-9.]*[A-Za-z])(?P<scale>{SCALE})?",
        _range,
    ),
    expression(rf"{ALONE}[0-9]+(?:\.[0-9]+)*(?!{SCALE})", _model),
    expression(rf"{ALONE}(?:19|20)[0-9]{{2}}{END}", _bare_year),
    expression(rf"(?<=[0-9][米块秒])[0-9]{{1,2}}{END}", _after_measure),
    expression(rf"(?P<n>{NUM})(?P<scale>{SCALE})?", _plain),
)
"""From the most to the least particular; the last takes any number."""
