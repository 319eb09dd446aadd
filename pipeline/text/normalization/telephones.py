"""Telephone numbers, short service numbers and codes: digit by digit, with 幺 for one."""

from __future__ import annotations

import re

from pipeline.text.normalization.cardinals import digit_reading
from pipeline.text.normalization.patterns import (
    DIGITS_END,
    DIGITS_START,
    is_measure_word_at,
    number_expression,
    text_before,
)

_TELEPHONE_BEFORE = re.compile(
    r"(?:电话|手机|热线|拨打|拨|致电|号码|尾号|座机|客服|传真|分机|总机|固话|短信至?|转)(?:号码?|是|为|[:：，,\s])*$"
)

_CODE_BEFORE = re.compile(
    r"(?:编号|代码|邮编|学号|工号|房间|航班|端口|密码|验证码|卡号|账号|车次|代号|QQ|群号|型号|波音|空客|区号|门牌号|证号|订单号|单号|口令)(?:号|是|为|[:：，,\s])*$"
)

_SERVICES_AFTER = (
    r"(?:急救|火警|消防|报警|交警|救护|指挥中心|接警|出警|民警|投诉|热线|市民热线|举报"
    r"|平台|服务台|人工|医生|话务|警情)"
)
_EMERGENCY = r"(?:11[0249]|12[02])"
_SHORT_SERVICES = r"(?:100[0-9]{2}|10000|12306|123[0-9]{2}|955[0-9]{2}|9[56][0-9]{3}|12[0-9]{3})"


def _read_digit_groups(match: re.Match[str]) -> str | None:
    parts = [part for part in re.split(r"[^0-9]+", match[0]) if part]
    if all(len(part) == 1 for part in parts):  # a formation: 4-3-3
        return "".join(digit_reading(part) for part in parts)
    return "，".join(digit_reading(part, name_of_one="幺") for part in parts)


def _read_service_number(match: re.Match[str]) -> str | None:
    return (
        None
        if is_measure_word_at(match.string, match.end())
        else digit_reading(match[0], name_of_one="幺")
    )


def _read_service_list(match: re.Match[str]) -> str | None:
    if is_measure_word_at(match.string, match.end()):
        return None
    return re.sub(
        "[0-9]+", lambda number: digit_reading(number[0], name_of_one="幺"), match[0]
    ).replace(",", "、")


def _read_phone_number(match: re.Match[str]) -> str:
    return digit_reading(re.sub(r"[^0-9]", "", match[0]), name_of_one="幺")


def _read_country_code(match: re.Match[str]) -> str:
    """Return the reading of +86 before a number: digit by digit, 加 unsaid as on the telephone."""
    return f"加{digit_reading(match['code'], name_of_one='幺')}，"


def _read_code(match: re.Match[str]) -> str | None:
    if is_measure_word_at(match.string, match.end()):
        return None
    if _TELEPHONE_BEFORE.search(text_before(match)):
        return digit_reading(match[0], name_of_one="幺")
    return digit_reading(match[0]) if _CODE_BEFORE.search(text_before(match)) else None


TELEPHONE_EXPRESSIONS = (
    number_expression(
        r"\+(?P<code>[1-9][0-9]{0,2})(?:\s|-)?(?=\(?[0-9]{2,4}\)?[-\s]?[0-9]{3,4})",
        _read_country_code,
    ),
    number_expression(
        rf"{DIGITS_START}(?:0(?:10|2[0-9]|[3-9][0-9]{{2}}))(?:\s?[-–—)）]\s?|\s)[1-9][0-9]{{2,3}}[-\s]?[0-9]{{4}}{DIGITS_END}(?:\s?[-–—转]\s?[0-9]{{2,5}}{DIGITS_END})?",
        _read_digit_groups,
    ),  # 010-8888 8888, (010)6234-5678, 0755 8888 8888-801
    number_expression(
        rf"{DIGITS_START}[48]00[-–\s](?:[0-9]{{3}}[-–\s][0-9]{{4}}|[0-9]{{4}}[-–\s][0-9]{{3}}|[0-9]{{7}}){DIGITS_END}",
        _read_digit_groups,
    ),  # 400 800 1234
    number_expression(rf"{DIGITS_START}[48]00[1-9][0-9]{{6}}{DIGITS_END}", _read_phone_number),
    number_expression(
        rf"{DIGITS_START}[0-9]{{3}}[-.][0-9]{{3}}[-.][0-9]{{4}}{DIGITS_END}", _read_digit_groups
    ),  # 650-253-0000
    number_expression(
        rf"{DIGITS_START}[0-9]{{1,4}}(?:[-–][0-9]{{1,4}}){{2,}}{DIGITS_END}", _read_digit_groups
    ),
    number_expression(
        rf"{DIGITS_START}1[3-9][0-9]([- ]?)[0-9]{{4}}\1[0-9]{{4}}{DIGITS_END}", _read_phone_number
    ),
    number_expression(
        rf"{DIGITS_START}{_EMERGENCY}(?:(?:[、，,/]|和|与|或|及|还有|跟)\s?{_EMERGENCY})+{DIGITS_END}(?![.,]?[0-9]|[%℃度])",
        _read_service_list,
    ),
    number_expression(
        rf"{DIGITS_START}(?:{_EMERGENCY}|999|911|{_SHORT_SERVICES}){DIGITS_END}(?={_SERVICES_AFTER})",
        _read_phone_number,
    ),
    number_expression(
        rf"(?:(?<=[打拨叫报])|(?<=[打拨叫报][了过]))(?:{_EMERGENCY}|911|999|1[0-9]{{4}}|9[56][0-9]{{3}}){DIGITS_END}(?![.,]?[0-9])",
        _read_service_number,
    ),
    number_expression(rf"{DIGITS_START}[0-9]{{2,}}(?![.,:：/]?[0-9]|[百千万亿])", _read_code),
    number_expression(
        rf"{DIGITS_START}(?:10086|10010|1000[01]|12306|123[0-9]{{2}}|955[0-9]{{2}}){DIGITS_END}(?![.,%万亿])",
        _read_service_number,
    ),
)
"""In the order they are tried: from the most to the least specific."""
