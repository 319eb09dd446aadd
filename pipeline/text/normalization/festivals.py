"""Dates written as two numbers before or after the name of their day: 3/8妇女节, 双十一11.11."""

from __future__ import annotations

import re

from pipeline.text.normalization.cardinals import cardinal_reading, digit_reading
from pipeline.text.normalization.patterns import (
    DIGITS_END,
    DIGITS_START,
    is_followed_by,
    number_expression,
    text_before,
)

_DAYS_SAID_BY_DIGITS = frozenset(
    {
        *("3-8", "3-15", "5-1", "5-4", "6-1", "7-1", "8-1", "10-1", "6-18", "12-9", "9-18", "7-7"),
        *("9-11", "1-28", "5-12", "5-30", "8-13", "4-12", "7-20", "2-28", "12-12", "11-11"),
    }
)
"""Days whose date is their name: 三八, 五四, 九一八; other dates are said with month and day."""

_DAY_NAMES = (
    r"(?:国际|世界|全国)?(?:劳动)?(?:妇女节|劳动节|青年节|儿童节|建党节|建军节|国庆|元旦|教师节|圣诞|平安夜|情人节|植树节|消费者|愚人节|光棍节|护士节|"
    r"记者节|程序员节|地球日|读书日|环境日|艾滋病日|女神节|女生节|跨年|万圣|感恩节|母亲节|父亲节|公祭日|烈士纪念日|宪法日|"
    r"事件|事变|运动|惨案|恐怖|恐袭|大?地震|起义|革命|晚会|假期|黄金周|小?长假|大促|购物节)"
)
_SHOPPING = re.compile(r"大促|购物节|狂欢")
_MAX_MONTH, _MAX_DAY = 12, 31


def _read_named_day(match: re.Match[str]) -> str | None:
    month, day = int(match["a"]), int(match["b"])
    if not (1 <= month <= _MAX_MONTH and 1 <= day <= _MAX_DAY):
        return None
    pair = f"{month}-{day}"
    if pair in {"11-11", "12-12"} and is_followed_by(match, _SHOPPING):
        return f"双{cardinal_reading(match['a'])}"
    named_before = re.search(r"双(?:十一|11|十二|12)\s?$", text_before(match)) is not None
    if pair in _DAYS_SAID_BY_DIGITS and not named_before:
        name_of_month = "十" if month == 10 else digit_reading(str(month))  # noqa: PLR2004 - October
        return name_of_month + digit_reading(str(day))
    return f"{cardinal_reading(str(month))}月{cardinal_reading(str(day))}日"


FESTIVAL_EXPRESSIONS = (
    number_expression(
        rf"{DIGITS_START}(?<![./])(?P<a>1[0-2]|0?[1-9])[./](?P<b>[0-3]?[0-9]){DIGITS_END}(?={_DAY_NAMES})",
        _read_named_day,
    ),
    number_expression(
        rf"(?:(?<=双十一)|(?<=双十一\s)|(?<=双11\s)|(?<=双十二))(?P<a>1[12])[./](?P<b>1[12]){DIGITS_END}",
        _read_named_day,
    ),
)
"""In the order they are tried."""
